"""All actions with their facets, asked of the graph once for a release, and the names of what stands in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Template

from tongzhou.graph.namespaces import BASE, ID, OA, ONTOLOGY_GRAPH, RDFS, SCHEME, TZ
from tongzhou.graph.results import Row as Solution
from tongzhou.graph.search.index import SearchIndex
from tongzhou.server.pages.browse.facets import FACETS, Quote, Row

Select = Callable[[str], list[Solution]]

_SPACES: Mapping[str, str] = {
    "type": TZ,
    "role": TZ,
    "place": f"{ID}place/",
    "theme": SCHEME,
    "form": f"{SCHEME}measure/",
    "basis": f"{SCHEME}basis/",
}
"""What the values of a facet begin with: addresses have what follows it."""

_ROLES = "tz:agent tz:giver tz:mobilised tz:commissioner tz:channel tz:partner tz:respondent tz:beneficiary"
_VALUES = Template("""
PREFIX tz: <$tz>
SELECT DISTINCT ?action ?facet ?value WHERE {
  ?action a tz:Action .
  {
    ?action a ?value . BIND("type" AS ?facet)
    FILTER(STRSTARTS(STR(?value), "$tz") && ?value NOT IN (tz:Action, tz:Occurrence))
  } UNION {
    VALUES ?value { $roles }
    ?action ?value ?somebody . BIND("role" AS ?facet)
  } UNION {
    ?action tz:placeWithin|tz:beneficiary ?value . BIND("place" AS ?facet)
    ?value a tz:Place
  } UNION {
    ?action tz:topic ?value . BIND("theme" AS ?facet)
    FILTER(STRSTARTS(STR(?value), "$scheme"))
  } UNION {
    ?action tz:quantity/tz:measure ?value . BIND("form" AS ?facet)
  } UNION {
    VALUES ?property { $roles tz:place tz:destination tz:topic tz:quantity }
    GRAPH ?graph { ?action ?property ?object }
    ?graph tz:basis ?value . BIND("basis" AS ?facet)
  }
}
""").substitute(tz=TZ, scheme=SCHEME, roles=_ROLES)
_ROWS = f"""
SELECT ?action ?agent ?passage ?words WHERE {{
  ?action a <{TZ}Action> ; <{TZ}agent> ?agent ; <{TZ}evidence> ?passage .
  ?passage <{OA}hasSelector> ?quote , ?position .
  ?quote <{OA}exact> ?words .
  ?position <{OA}start> ?start .
}} ORDER BY ?start ?action ?agent
"""
_TERMS = f"SELECT ?term ?label WHERE {{ GRAPH <{ONTOLOGY_GRAPH}> {{ ?term <{RDFS}label> ?label }} }}"


@dataclass(frozen=True)
class Table:
    """The rows, and the labels of terms of the ontology by language."""

    rows: tuple[Row, ...]
    terms: Mapping[str, Mapping[str, str]]

    def values(self, facet: str) -> frozenset[str]:
        """Return all values of a facet."""
        return frozenset[str]().union(*(row.values[facet] for row in self.rows))


def load_table(select: Select) -> Table:
    """Ask the graph for all actions, in the order of their words."""
    values: dict[str, dict[str, set[str]]] = defaultdict(lambda: {facet: set() for facet in FACETS})
    for one in select(_VALUES):
        values[str(one["action"].value)][str(one["facet"].value)].add(str(one["value"].value))
    agents: dict[str, dict[str, None]] = defaultdict(dict)
    quotes: dict[str, dict[str, Quote]] = defaultdict(dict)
    for one in select(_ROWS):
        action, passage = str(one["action"].value), str(one["passage"].value)
        agents[action][str(one["agent"].value)] = None
        quotes[action].setdefault(passage, Quote(passage, str(one["words"].value)))
    rows = (
        Row(
            action,
            tuple(agents[action]),
            tuple(quotes[action].values()),
            {facet: frozenset(found) for facet, found in values[action].items()},
        )
        for action in agents
    )
    terms: dict[str, dict[str, str]] = defaultdict(dict)
    for one in select(_TERMS):
        label = one["label"]
        terms[str(one["term"].value)][getattr(label, "language", None) or "en"] = str(label.value)
    return Table(tuple(rows), dict(terms))


def name_of(index: SearchIndex, table: Table, iri: str, language: str) -> str:
    """Return the label of a thing, concept or term in a language, else in another, else the end of its IRI."""
    document = index.get(iri)
    label = document.label(language) if document is not None else None
    if label is not None:
        return label.text
    labels = table.terms.get(iri, {})
    return labels.get(language) or next(iter(labels.values()), iri.removeprefix(BASE))


def short(facet: str, iri: str) -> str:
    """Return a value as it stands in addresses."""
    return iri.removeprefix(_SPACES[facet])


def long(facet: str, name: str) -> str:
    """Return the IRI of a value from an address: what follows the space of its facet, a path such as place/wuhan, or the IRI."""
    space = _SPACES[facet]
    whole = next((iri for iri in (name, f"{ID}{name}", f"{BASE}{name}") if iri.startswith(space)), None)
    return whole or f"{space}{name}"
