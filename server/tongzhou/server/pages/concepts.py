"""Where a concept stands: the ways down to it from the top of its scheme, what is narrower, which questions take it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from tongzhou.graph.catalog import StoredQuery
from tongzhou.graph.namespaces import BASE, SCHEME, SKOS, shorten
from tongzhou.graph.results import Row
from tongzhou.server.pages.deeds import MENTIONED, Mentions, by_property, first_rows
from tongzhou.server.pages.described import PREFIXES, Described, Value, value_of
from tongzhou.server.pages.frame import Pages

_BROADER, _IN_SCHEME = f"{SKOS}broader", f"{SKOS}inScheme"
_PLACED = frozenset({_BROADER, _IN_SCHEME, f"{SKOS}narrower", f"{SKOS}topConceptOf"})
_MOST_TRAILS = 8
_CHOICES = "concepts-of-a-scheme"  # the stored query that offers the concepts of a scheme for a parameter
_AROUND = (
    PREFIXES
    + f"""SELECT DISTINCT ?property ?name ?value ?label ?basis ?child WHERE {{
  {{
    $thing skos:broader* ?child .
    ?child skos:broader ?value .
    OPTIONAL {{ ?value rdfs:label ?label FILTER(LANG(?label) = $language) }}
  }} UNION {{
    {MENTIONED}
  }}
}}
ORDER BY DESC(BOUND(?child)) ?name ?label"""
)


@dataclass(frozen=True)
class Standing:
    """Where a concept stands: `trails` lead from its scheme down to what is next above it; `narrower` is next below."""

    trails: list[list[Value]]
    narrower: list[Value]


def is_concept(iri: str) -> bool:
    """Tell whether an IRI is that of a concept, which follows that of its scheme."""
    return iri.startswith(SCHEME) and "/" in iri.removeprefix(SCHEME)


def stand(pages: Pages, concept: Described, language: str) -> tuple[Standing, list[Mentions], bool]:
    """Return where a concept stands, what else points to it, and whether there is more of that, by one query.

    The facts about the concept no longer say where it stands.
    """
    rows, has_more = first_rows(pages, _AROUND, concept.iri, language)
    schemes = [value for one in concept.properties if one.iri == _IN_SCHEME for value in one.values]
    concept.properties = [one for one in concept.properties if one.iri not in _PLACED]
    concept.inferred = [one for one in concept.inferred if one.iri not in _PLACED]
    trails = [[*schemes[:1], *trail] for trail in _trails(concept.iri, _parents(rows))]
    below = [value_of(row) for row in rows if "child" not in row and row["property"].value == _BROADER]
    others = [row for row in rows if "child" not in row and row["property"].value != _BROADER]
    return Standing(trails, below), by_property(others), has_more


def questions_of(catalog: Mapping[str, StoredQuery], iri: str, language: str) -> list[Value]:
    """Return the questions that can be asked with a concept, or with the concepts of a scheme, each by its address."""
    scheme = iri if not is_concept(iri) else iri.rpartition("/")[0]
    return [
        Value(stored.label[language], _address(stored.name, parameter.name, iri, language), "definition")
        for stored in catalog.values()
        for parameter in stored.parameters.values()
        if (call := parameter.choices) is not None
        and call.query == _CHOICES
        and f"{BASE}{call.values.get('scheme')}" == scheme
    ]


def _address(name: str, parameter: str, iri: str, language: str) -> str:
    value = f"?{parameter}={quote(shorten(iri), safe='/:')}" if is_concept(iri) else ""
    return f"/{language}/ask/{name}{value}"


def _parents(rows: Iterable[Row]) -> dict[str, list[Value]]:
    """Return what is next above each concept."""
    parents: dict[str, list[Value]] = defaultdict(list)
    for row in rows:
        if "child" in row:
            parents[row["child"].value].append(value_of(row))
    return parents


def _trails(iri: str, parents: Mapping[str, list[Value]]) -> list[list[Value]]:
    """Return the first ways down to a concept, the concept itself left out."""

    def climb(at: str, below: list[Value]) -> Iterator[list[Value]]:
        above = [one for one in parents.get(at, ()) if one not in below]
        if not above:
            yield below
        for parent in above:
            yield from climb(parent.iri or "", [parent, *below])

    return [trail for _, trail in zip(range(_MOST_TRAILS), climb(iri, []), strict=False)]
