"""The IRIs themselves: each answers with nothing but the way (303) to the page or the document that the client likes best.

One address, one representation: only identifiers negotiate. Sources: RFC 9110 §12, https://www.w3.org/TR/cooluris/.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from tongzhou.server import links
from tongzhou.server.flask_requests import to_response
from tongzhou.server.negotiation import HTML, choose_language, negotiate
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.presence import require
from tongzhou.server.problems import problem_reply
from tongzhou.server.replies import options_reply
from tongzhou.server.signposting import DOCUMENTS, Link, header_of

_METHODS = ("GET", "HEAD", "OPTIONS")
_BY_SUFFIX_ONLY = ("trig",)
_OFFERS = {media_type: suffix for suffix, media_type in DOCUMENTS.items() if suffix not in _BY_SUFFIX_ONLY}


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the addresses of things, concepts, schemes, graphs, and of the ontology."""
    blueprint = Blueprint("identifiers", __name__)

    def identify(name: str = "ontology") -> Response:
        if request.method == "OPTIONS":
            return to_response(options_reply(_METHODS, shared=_METHODS))
        _ = pages.release
        return _see_other(require(pages, links.iri_of(request.path), name))

    for number, path in enumerate(
        ("/id/<path:name>", "/scheme/<path:name>", "/graph/<path:name>", "/ontology")
    ):
        blueprint.add_url_rule(
            path, f"identify-{number}", identify, methods=_METHODS, provide_automatic_options=False
        )
    return blueprint


def _see_other(iri: str) -> Response:
    """Return the way to what the client accepts, 406 with all ways where it accepts none."""
    language = choose_language(request.headers.get("Accept-Language"))
    choice = negotiate(request.headers.get("Accept"), [HTML, *_OFFERS])
    page = links.page_of(iri, language)
    target = page if choice == HTML else links.document_of(iri, _OFFERS[choice]) if choice else None
    if target is None:
        return _not_acceptable(iri, language)
    response = Response(status=303)
    response.headers["Location"] = target
    response.headers["Vary"] = "Accept, Accept-Language"
    response.headers["Cache-Control"] = "no-cache"
    del response.headers["Content-Type"]
    return response


def _not_acceptable(iri: str, language: str) -> Response:
    ways = [
        Link("alternate", links.page_of(iri, language) or "/", HTML),
        *(
            Link("alternate", links.document_of(iri, suffix) or "/", name)
            for suffix, name in DOCUMENTS.items()
        ),
    ]
    members = {"offers": [HTML, *DOCUMENTS.values()]}
    return to_response(problem_reply("not-acceptable", language, {}, members, [("Link", header_of(ways))]))
