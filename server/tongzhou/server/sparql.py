"""The SPARQL endpoint: a thin front of protocol, negotiation and evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from flask import Blueprint, Response, request

from tongzhou.graph.query import Evaluator, query_kind
from tongzhou.graph.results import TRIPLE_FORMATS, ResultFormat, formats_for, serialise_answer
from tongzhou.server.config import ServerConfig
from tongzhou.server.description import Overview, describe_service
from tongzhou.server.http import Request
from tongzhou.server.negotiation import negotiate
from tongzhou.server.pages import render_console, render_results
from tongzhou.server.problems import RequestError
from tongzhou.server.protocol import read_query

HTML = "text/html"
_TEXT = ("text/", "application/n-triples", "application/n-quads", "application/trig")


def make_blueprint(evaluator: Evaluator, overview: Overview, config: ServerConfig) -> Blueprint:
    """Return the routes `/sparql` and `/sparql/`: redirects from one to the other break behind proxies."""
    blueprint = Blueprint("sparql", __name__)

    def answer() -> Response:
        asked = read_query(_read_request())
        if asked is None:
            return _describe(overview)
        query = asked.query
        forms = formats_for(query_kind(query.text))
        media_type = _choose(forms)
        result = evaluator.evaluate(query)
        if media_type == HTML:
            return _respond(render_results(query, result, rows=config.rows_on_page).encode(), HTML)
        return _respond(serialise_answer(result, _form_of(media_type, forms)), media_type)

    for path in ("/sparql", "/sparql/"):
        blueprint.add_url_rule(path, view_func=answer, methods=["GET", "POST"])
    return blueprint


def _read_request() -> Request:
    return Request(
        method=request.method,
        path=quote(request.path),
        query_string=request.query_string,
        headers={name.lower(): value for name, value in request.headers},
        body=request.get_data(),
        client=request.remote_addr or "",
        root=request.url_root,
    )


def _describe(overview: Overview) -> Response:
    """Answer a GET that asks nothing: a form for browsers, a service description for programs."""
    media_type = _choose(TRIPLE_FORMATS)
    if media_type == HTML:
        return _respond(render_console().encode(), HTML)
    triples = describe_service(f"{request.url_root}sparql", overview)
    return _respond(serialise_answer(triples, _form_of(media_type, TRIPLE_FORMATS)), media_type)


def _choose(forms: Sequence[ResultFormat]) -> str:
    """Return the media type to answer in: registered types first, then HTML, then the other names of the types."""
    registered = [form.media_type for form in forms]
    others = [name for form in forms for name in form.media_types[1:]]
    choice = negotiate(request.headers.get("Accept"), [*registered, HTML, *others])
    if choice is None:
        raise RequestError("not-acceptable", {}, offers=(*registered, HTML))
    return choice


def _form_of(media_type: str, forms: Sequence[ResultFormat]) -> ResultFormat:
    return next(form for form in forms if media_type in form.media_types)


def _respond(body: bytes, media_type: str) -> Response:
    charset = "; charset=utf-8" if media_type.startswith(_TEXT) else ""
    response = Response(body, content_type=f"{media_type}{charset}")
    response.vary.add("Accept")
    return response
