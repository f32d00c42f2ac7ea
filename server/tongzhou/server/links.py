"""Where things are on this server: from the IRIs of the graph to paths, and back. Pure.

The IRIs are the identifiers, at w3id.org; a path of the same name here answers for each of them, and pages and documents
have paths of their own:

    https://w3id.org/tongzhou/id/org/x   →   /id/org/x        (303)
                                             /zh/org/x, /en/org/x
                                             /data/org/x.ttl, …
"""

from __future__ import annotations

from urllib.parse import quote, unquote

import pyoxigraph as ox

from tongzhou.graph.namespaces import BASE, GRAPH, ID, SCHEME
from tongzhou.server.negotiation import LANGUAGES

TYPES = (
    *("org", "group", "person", "action", "meeting", "directive", "request", "statement", "place", "output"),
    *("source", "gap", "article"),
)
"""The types of things, as they stand in IRIs."""

_ONTOLOGY = f"{BASE}ontology"
_PLAIN = "/~!$&'()*+,;=:@-._"


def iri_of(path: str) -> str | None:
    """Return the IRI that a path of this server, decoded, answers for; None where it can be none.

    >>> iri_of("/id/org/china-meat-association")
    'https://w3id.org/tongzhou/id/org/china-meat-association'
    """
    rest = path.removeprefix("/")
    if "\ufffd" in rest or not _fits_an_iri(rest):
        return None
    parts = rest.split("/")
    if "" in parts or "." in parts or ".." in parts:
        return None
    match parts:
        case ["id", kind, _] if kind in TYPES:
            return BASE + rest
        case ["scheme", _] | ["scheme", _, _] | ["ontology"] | ["graph", _, *_]:
            return BASE + rest
        case _:
            return None


def iri_of_page(path: str) -> str | None:
    """Return the IRI that a page is about, by the path of the page without its language.

    >>> iri_of_page("org/china-meat-association")
    'https://w3id.org/tongzhou/id/org/china-meat-association'
    """
    first = path.partition("/")[0]
    return iri_of(path if first in ("scheme", "ontology", "graph") else f"id/{path}")


def path_of(iri: str) -> str | None:
    """Return the path that answers for one of our IRIs, with its fragment; None for an IRI of others.

    >>> path_of("https://w3id.org/tongzhou/id/action/a#q1")
    '/id/action/a#q1'
    """
    return f"/{_quote(iri.removeprefix(BASE))}" if _is_ours(iri) else None


def page_of(iri: str, language: str) -> str | None:
    """Return the path of the page about one of our IRIs, with its fragment; None for an IRI of others.

    >>> page_of("https://w3id.org/tongzhou/id/article/a#char=1,2", "zh")
    '/zh/article/a#char=1,2'
    """
    return f"/{language}/{_quote(_name(iri))}" if _is_ours(iri) else None


def document_of(iri: str, suffix: str) -> str | None:
    """Return the path of the document about one of our IRIs in a format, such as `ttl`; None for an IRI of others.

    >>> document_of("https://w3id.org/tongzhou/ontology#agent", "ttl")
    '/data/ontology.ttl'
    """
    return f"/data/{_quote(_name(iri.partition('#')[0]))}.{suffix}" if _is_ours(iri) else None


def href(iri: str, language: str) -> str | None:
    """Return what a page links an IRI to: our page, or the IRI itself where it is one of the web.

    >>> href("http://www.wikidata.org/entity/Q1", "zh")
    'http://www.wikidata.org/entity/Q1'
    >>> href("javascript:alert(1)", "zh")
    """
    return page_of(iri, language) or (iri if iri.startswith(("http://", "https://")) else None)


def language_of(path: str) -> str | None:
    """Return the language of the page at a path; None where the path is none of a page.

    >>> language_of("/en/org/x")
    'en'
    """
    first = path.lstrip("/").partition("/")[0]
    return first if first in LANGUAGES else None


def in_language(path: str, language: str) -> str:
    """Return the path of the same page in another language.

    >>> in_language("/zh/org/x", "en")
    '/en/org/x'
    """
    return f"/{language}/{path.lstrip('/').partition('/')[2]}"


def decode(path: str) -> str:
    """Return a path as sent without its percent-encoding; what is no UTF-8 becomes U+FFFD, which no IRI holds."""
    return unquote(path, errors="replace")


def _fits_an_iri(name: str) -> bool:
    """Tell whether all characters may stand in an IRI (RFC 3987 §2.2)."""
    try:
        ox.NamedNode(BASE + name)
    except ValueError:
        return False
    return True


def _is_ours(iri: str) -> bool:
    return iri.startswith((ID, SCHEME, GRAPH)) or iri.partition("#")[0] == _ONTOLOGY


def _name(iri: str) -> str:
    return iri.removeprefix(ID).removeprefix(BASE)


def _quote(name: str) -> str:
    """Encode what is not ASCII, for headers; the fragment stays behind its sign."""
    path, sign, fragment = name.partition("#")
    return f"{quote(path, safe=_PLAIN)}{sign}{quote(fragment, safe=_PLAIN)}"
