"""Where a former IRI is now, renamed or withdrawn; and what may be meant by one that the graph does not have. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from string import Template

import pyoxigraph as ox

from tongzhou.graph.moved import Moved
from tongzhou.graph.namespaces import RDFS, SKOS, shorten
from tongzhou.graph.results import Row
from tongzhou.server.problems import RequestError

_SIBLINGS = Template("""SELECT DISTINCT ?thing ?name {
  ?thing a ?class
  FILTER(STRSTARTS(STR(?thing), $prefix) && !CONTAINS(STR(?thing), "#"))
  $names
} LIMIT 20000""")
_SLUG = Template("BIND(STRAFTER(STR(?thing), $prefix) AS ?name)")
_NAMES = Template(f"?thing <{RDFS}label>|<{SKOS}altLabel> ?name")

_OFFERS = 5
_NEAR = 0.6


def check_moved(moved: Moved, iri: str, language: str) -> str | None:
    """Return the present IRI of what was renamed, None for all others.

    Raises RequestError `gone`, worded in a language, for what was withdrawn.
    """
    withdrawal = moved.withdrawn.get(iri)
    if withdrawal:
        facts = {
            "name": shorten(iri),
            "reason": withdrawal.reasons[language],
            "release": withdrawal.release,
        }
        raise RequestError("gone", facts)
    return moved.renamed.get(iri)


def query_of_near(iri: str) -> str:
    """Return the query for what things of the kind of an IRI are called: `?thing`, `?name`.

    Slugs are ASCII, so that one with other letters is taken for a name of the thing.
    """
    prefix = str(ox.Literal(_prefix(iri)))
    names = (_SLUG if iri.isascii() else _NAMES).substitute(prefix=prefix)
    return _SIBLINGS.substitute(prefix=prefix, names=names)


def choose_near(iri: str, rows: Iterable[Row]) -> tuple[str, ...]:
    """Return the IRIs of those things, from `query_of_near`, whose names are nearest to an IRI's.

    Near is a name with much the same letters in order, or with the same words.
    """
    asked = iri.removeprefix(_prefix(iri)).lower()
    letters = difflib.SequenceMatcher(b=asked)
    words = set(asked.split("-"))
    near: list[tuple[float, str]] = []
    for row in rows:
        name = row["name"].value.lower()
        shared = len(words & set(name.split("-"))) / len(words) if len(words) > 1 else 0
        letters.set_seq1(name)
        is_like = letters.real_quick_ratio() >= _NEAR and letters.quick_ratio() >= _NEAR
        likeness = max(shared, letters.ratio() if is_like else 0)
        if likeness >= _NEAR:
            near.append((-likeness, row["thing"].value))
    return tuple(dict.fromkeys(thing for _, thing in sorted(near)))[:_OFFERS]


def _prefix(iri: str) -> str:
    return iri[: iri.rfind("/") + 1]
