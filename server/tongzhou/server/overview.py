"""What a snapshot holds, counted by asking it: a snapshot never changes, so it is counted once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tongzhou.graph.namespaces import RDF, RDFS, TZ

Ask = Callable[[str], Awaitable[list[list[str]]]]
"""Answers a SELECT that binds IRIs and literals only, with the values of its rows."""

_OF_CLASS = (
    "SELECT (COUNT(DISTINCT ?thing) AS ?count) {{ ?thing <{rdf}type>/<{rdfs}subClassOf>* <{tz}{name}> }}"
)
_STATISTICS = """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?p) AS ?properties)
{ ?s ?p ?o }"""
_CLASSES = f"SELECT (COUNT(DISTINCT ?class) AS ?classes) {{ ?thing <{RDF}type> ?class }}"
_GRAPHS = "SELECT ?graph (COUNT(*) AS ?count) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"
_CURATED = (
    ("组织", "organisations", "Organisation"),
    ("行动", "actions", "Action"),
    ("数量", "quantities", "Quantity"),
)


@dataclass(frozen=True)
class GraphSize:
    """A named graph and its number of triples."""

    iri: str
    triples: int


@dataclass(frozen=True)
class Overview:
    """What the default graph and the named graphs hold. `things` are counts with their names in Chinese and English."""

    things: tuple[tuple[str, str, int], ...]
    triples: int
    subjects: int
    properties: int
    classes: int
    graphs: tuple[GraphSize, ...]

    @property
    def counts(self) -> tuple[tuple[str, str, int], ...]:
        """Return the counts that the home page shows."""
        return (*self.things, ("三元组", "triples", self.triples))


async def count_contents(ask: Ask, *, curated: bool) -> Overview:
    """Count triples and graphs, in curated data also organisations, actions and quantities."""
    things = [(zh, en, await _count_of(ask, name)) for zh, en, name in (_CURATED if curated else ())]
    triples, subjects, properties = (int(value) for value in (await ask(_STATISTICS))[0])
    classes = int((await ask(_CLASSES))[0][0])
    graphs = tuple(GraphSize(iri, int(count)) for iri, count in await ask(_GRAPHS))
    return Overview(tuple(things), triples, subjects, properties, classes, graphs)


async def _count_of(ask: Ask, name: str) -> int:
    rows = await ask(_OF_CLASS.format(rdf=RDF, rdfs=RDFS, tz=TZ, name=name))
    return int(rows[0][0])
