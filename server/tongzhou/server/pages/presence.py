"""Whether the graph has a thing: what was renamed is redirected, what was withdrawn is gone, else near names are offered."""

from __future__ import annotations

import difflib
from typing import NoReturn

import pyoxigraph as ox
from flask import abort, redirect, request

from tongzhou.graph.namespaces import GRAPH, shorten
from tongzhou.server import links
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import language_of_request
from tongzhou.server.problems import RequestError
from tongzhou.server.whereabouts import check_moved

_ANY = "SELECT ?class { $thing a ?class } LIMIT 1"
_ANY_IN_GRAPH = "SELECT ?s { GRAPH $thing { ?s ?p ?o } } LIMIT 1"
_SIBLINGS = """SELECT DISTINCT ?thing {
  ?thing a ?class
  FILTER(STRSTARTS(STR(?thing), $prefix) && !CONTAINS(STR(?thing), "#"))
} LIMIT 20000"""
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
    raise RequestError("unknown-thing", {"name": shorten(iri)[:_SHOWN]}, offers=tuple(_near(pages, iri)))


def _near(pages: Pages, iri: str) -> list[str]:
    """Return the IRIs of things of the same kind whose names are near."""
    prefix = iri[: iri.rfind("/") + 1]
    rows = pages.select(_SIBLINGS, prefix=ox.Literal(prefix))
    names = [row["thing"].value.removeprefix(prefix) for row in rows]
    near = difflib.get_close_matches(iri.removeprefix(prefix).lower(), names, n=5, cutoff=0.55)
    return [prefix + name for name in near]
