"""Whether the graph has a thing: what was renamed is redirected, what was withdrawn is gone, else near names are offered."""

from __future__ import annotations

from typing import NoReturn

import pyoxigraph as ox
from flask import abort, redirect, request

from tongzhou.graph.namespaces import GRAPH, shorten
from tongzhou.server import links
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import language_of_request
from tongzhou.server.problems import RequestError
from tongzhou.server.whereabouts import check_moved, choose_near, query_of_near

_ANY = "SELECT ?class { $thing a ?class } LIMIT 1"
_ANY_IN_GRAPH = "SELECT ?s { GRAPH $thing { ?s ?p ?o } } LIMIT 1"
_SHOWN = 80


def require(pages: Pages, iri: str | None, name: str) -> str:
    """Return an IRI that the graph has. Raises what `refuse_unknown` raises."""
    if iri is None or not _is_known(pages, iri):
        refuse_unknown(pages, iri, name)
    return iri


def _is_known(pages: Pages, iri: str) -> bool:
    return bool(pages.select(_ANY_IN_GRAPH if iri.startswith(GRAPH) else _ANY, thing=ox.NamedNode(iri)))


def refuse_unknown(pages: Pages, iri: str | None, name: str) -> NoReturn:
    """Refuse an IRI that the graph does not have; `name` is what the client called it.

    Raises a redirection (301) where it was renamed, RequestError `gone` where it was withdrawn, else `unknown-thing`, which
    offers the IRIs of things with near names.
    """
    if iri is None:
        raise RequestError("unknown-thing", {"name": name[:_SHOWN]})
    language = language_of_request()
    present = check_moved(pages.site.moved, iri, language)
    if present:
        of_page = links.language_of(request.path) is not None
        path = links.page_of(present, language) if of_page else links.path_of(present)
        abort(redirect(path or "/", 301))
    query = query_of_near(iri).replace("$", "$$")  # an IRI may hold the sign of the page's own parameters
    offers = choose_near(iri, pages.select(query))
    raise RequestError("unknown-thing", {"name": shorten(iri)[:_SHOWN]}, offers=offers)
