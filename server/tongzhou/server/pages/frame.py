"""What every page has in common: its questions to the graph, counted, and the frame that it is rendered in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from string import Template

import pyoxigraph as ox
from flask import Response, g, request

from tongzhou.graph.catalog import StoredQuery
from tongzhou.graph.results import Row, Term
from tongzhou.server.bridge import Bridge
from tongzhou.server.flask_requests import is_served, read_head, root_of_request
from tongzhou.server.page_templates import Frame, render_page
from tongzhou.server.pages.languages import gettext, language_of_request
from tongzhou.server.problems import RequestError
from tongzhou.server.questions.stored import StoredAnswer
from tongzhou.server.questions.words import told
from tongzhou.server.replies import SCRIPTS_POLICY
from tongzhou.server.searching import Searching
from tongzhou.server.signposting import Link, header_of, links_of_page
from tongzhou.server.site import Site

SEARCH = "search"
"""The path of the search page, without its language."""


class Pages:
    """What the views are given."""

    def __init__(self, bridge: Bridge, site: Site, searching: Searching) -> None:
        """Keep who answers queries, what the pages are about, and who has the search index."""
        self.site = site
        self.bridge = bridge
        self.searching = searching

    @property
    def release(self) -> str:
        """Return the name of the release. Raises RequestError `not-curated` where an ordinary dataset is served."""
        if self.site.release is None:
            raise RequestError("not-curated", {})
        return self.site.release.name

    def select(self, text: str, **terms: Term) -> list[Row]:
        """Return the rows of a SELECT, in which `$name` stands for a term. Raises what `Bridge.select` raises."""
        begun = time.monotonic()
        rows = self.bridge.select(_fill(text, terms), client=read_head().client)
        _count(time.monotonic() - begun)
        return rows

    def construct(self, text: str, **terms: Term) -> list[ox.Triple]:
        """Return the triples of a CONSTRUCT, in which `$name` stands for a term. Raises what `Bridge.construct` raises."""
        begun = time.monotonic()
        triples = self.bridge.construct(_fill(text, terms), client=read_head().client)
        _count(time.monotonic() - begun)
        return triples

    def ask(
        self,
        stored: StoredQuery,
        values: Mapping[str, str],
        *,
        limit: int,
        offset: int = 0,
        inferred: bool = True,
    ) -> StoredAnswer:
        """Return the rows of a stored query. Raises what `Bridge.ask_stored` raises."""
        begun = time.monotonic()
        client = read_head().client
        answer = self.bridge.ask_stored(
            stored, values, client=client, limit=limit, offset=offset, inferred=inferred
        )
        _count(time.monotonic() - begun)
        return answer

    def render(
        self, template: str, *, links: Iterable[Link] = (), status: int = 200, **values: object
    ) -> Response:
        """Return a page in its frame; `links` are added to those of every page, in the header and in `<head>`."""
        address = request.full_path.rstrip("?")
        typed = [*links_of_page(address, root_of_request()), *links]
        frame = make_frame(self.site, links=typed)
        response = Response(
            render_page(template, frame, told=self._told(frame.language), **values),
            status,
            content_type="text/html; charset=utf-8",
        )
        if self.site.release is not None:
            response.headers["Content-Security-Policy"] = SCRIPTS_POLICY
        response.headers["Link"] = header_of(typed)
        response.headers["Content-Language"] = frame.tag
        return response

    def _told(self, language: str) -> Callable[[StoredQuery], str]:
        """Return what words the explanation of a question for readers."""
        return lambda stored: told(stored, self.site.catalog, language)


def make_frame(site: Site, *, links: Iterable[Link] = ()) -> Frame:
    """Return the frame of the page at the address of the request."""
    language = language_of_request()
    curated = site.release is not None
    names = (
        ("browse", gettext("Browse")),
        ("ask/", gettext("Questions")),
        ("article/", gettext("Articles")),
        ("data", gettext("Data")),
        ("ontology", gettext("Terms")),
        ("sparql", gettext("SPARQL")),
        ("about", gettext("About")),
    )
    navigation = [
        (f"/{language}/{path}", name) for path, name in names if curated and is_served(f"/{language}/{path}")
    ]
    return Frame(
        language=language,
        address=request.full_path.rstrip("?") if request.path.startswith(f"/{language}/") else None,
        release=site.release.name if site.release else None,
        links=tuple(links),
        navigation=navigation or [("/sparql", gettext("SPARQL"))],
        search=f"/{language}/{SEARCH}" if curated and is_served(f"/{language}/{SEARCH}") else None,
        root=root_of_request().rstrip("/"),
    )


def add_timing(response: Response) -> Response:
    """Tell in the header how many queries the page took, and how long they took together."""
    seconds: list[float] = g.get("seconds_of_queries", [])
    if response.mimetype == "text/html":
        response.headers["Server-Timing"] = f'sparql;desc="{len(seconds)}";dur={sum(seconds) * 1000:.1f}'
    return response


def _count(seconds: float) -> None:
    g.setdefault("seconds_of_queries", []).append(seconds)


def _fill(text: str, terms: Mapping[str, Term]) -> str:
    return Template(text).substitute({name: str(term) for name, term in terms.items()})
