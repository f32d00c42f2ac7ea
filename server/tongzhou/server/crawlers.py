"""The addresses that crawlers and catalogues look for by name: they say what there is, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from tongzhou.graph.release import Release
from tongzhou.server.discovery.rdf import (
    READ_METHODS,
    catalogue_reply,
    check_method,
    see_catalogue,
    void_reply,
)
from tongzhou.server.discovery.sitemap import sitemap, things_of
from tongzhou.server.discovery.texts import llms_text, robots_text
from tongzhou.server.flask_requests import is_served, read_head, root_of_request, to_response
from tongzhou.server.http import Reply, Request
from tongzhou.server.negotiation import LANGUAGES
from tongzhou.server.replies import finish_whole
from tongzhou.server.site import Site

_PAGES = ("", "browse", "ask/", "article/", "data", "ontology", "about", "curation", "sparql", "pictures")
_FIRST = (
    ("en/about", "Method", "what counts as a fact, what is not claimed"),
    ("en/ask/", "Questions", "stored questions with their answers and the sentences behind each row"),
    ("en/data", "Data", "files, sizes, checksums, licence"),
    ("openapi.json", "API", "the stored questions as JSON and CSV, described by OpenAPI"),
)


def make_blueprint(site: Site) -> Blueprint:
    """Return the addresses; those about a release are not found where an ordinary dataset is served."""
    blueprint = Blueprint("crawlers", __name__)

    def add(path: str, answer: Callable[[Release, Request], Reply]) -> None:
        def view(**_: str) -> Response:
            if site.release is None:
                raise NotFound
            head = read_head()
            reply = check_method(head) or answer(site.release, head)
            return to_response(finish_whole(reply, head))

        blueprint.add_url_rule(path, endpoint=path.replace(".", "-"), view_func=view, methods=READ_METHODS)

    add("/.well-known/void", void_reply)
    add("/catalog", lambda _, request: see_catalogue(request))
    add("/catalog.<suffix>", catalogue_reply)
    add("/dataset", lambda _, request: see_catalogue(request))
    add("/publisher", lambda _, request: see_catalogue(request, page="about"))
    add("/shapes", lambda _, request: see_catalogue(request, page="ontology", document="data/shapes"))
    add("/sitemap.xml", lambda release, request: _sitemap(release, site.catalog, request))
    add("/llms.txt", _llms)

    @blueprint.get("/robots.txt")
    def robots() -> Response:
        return _text(robots_text(root_of_request()))

    return blueprint


def _sitemap(release: Release, questions: Iterable[str], request: Request) -> Reply:
    paths = (*_PAGES, *(f"ask/{name}" for name in questions), *things_of(release))
    body = sitemap(_served(paths), root=request.root, changed=release.published)
    return Reply(200, (("Content-Type", "application/xml; charset=utf-8"),), body)


def _llms(release: Release, request: Request) -> Reply:
    first = [page for page in _FIRST if is_served(f"/{page[0]}")]
    body = llms_text(request.root, release, first)
    return Reply(200, (("Content-Type", "text/plain; charset=utf-8"),), body.encode())


def _served(paths: tuple[str, ...]) -> Iterator[str]:
    """Yield those paths, without their language, that this application has pages for."""
    return (path for path in paths if is_served(f"/{LANGUAGES[0]}/{path}"))


def _text(text: str) -> Response:
    return Response(text, content_type="text/plain; charset=utf-8")
