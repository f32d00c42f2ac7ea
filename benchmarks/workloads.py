"""The queries that servers are compared on.

A fresh query is one that was never sent before: each is about another thing, and once all things have had
their turn, another constant stands in it that lets the same answers through. A repeated one is always the same text.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from benchmarks.data import BASE, OA, ONTOLOGY, RDFS, Shape

RESULTS, TRIPLES = "application/sparql-results+json", "application/n-triples"
PREFIXES = f"PREFIX tz: <{ONTOLOGY}> PREFIX oa: <{OA}> PREFIX rdfs: <{RDFS}>"
STRIDE = 7919
"""Things are asked about in an order that jumps; a prime that divides no number of things here."""


@dataclass(frozen=True)
class Query:
    """A text in which THING stands for a thing's number and NUMBER for a constant."""

    text: str
    accept: str
    things: int
    least: int = 1

    def values(self, number: int) -> tuple[int, int]:
        """Return thing and constant of the numbered query; no two have both in common."""
        return number * STRIDE % self.things, self.least + number // self.things

    def numbered(self, number: int) -> str:
        """Return the text of a numbered query."""
        thing, constant = self.values(number)
        return self.text.replace("THING", str(thing)).replace("NUMBER", str(constant))

    def path(self, endpoint: str, number: int | None = None) -> str:
        """Return path and query of a GET request; without a number, THING and NUMBER stay in it."""
        text = self.text if number is None else self.numbered(number)
        return f"{endpoint}?query={quote(text, safe='')}"


@dataclass(frozen=True)
class Workload:
    """A query sent by many connections: fresh or repeated; `after_distinct` has a run of distinct lookups go before."""

    name: str
    query: str
    fresh: bool
    after_distinct: bool = False


def queries_of(shape: Shape) -> dict[str, Query]:
    """Return the queries for data of a shape."""
    lookup = f"SELECT ?p ?o {{ <{BASE}id/action/THING> ?p ?o }} LIMIT NUMBER"
    join = (
        f"{PREFIXES} SELECT ?label ?value ?quote {{ ?action tz:agent <{BASE}id/org/THING> ; rdfs:label ?label ; "
        "tz:quantity/tz:value ?value ; tz:evidence/oa:hasSelector/oa:exact ?quote "
        'FILTER(LANG(?label) = "zh" && ?value > NUMBER) }'
    )
    aggregate = (
        f"{PREFIXES} SELECT ?kind (COUNT(?action) AS ?actions) (SUM(?value) AS ?sum) {{ ?action a ?kind ; "
        "tz:agent ?agent ; tz:quantity/tz:value ?value FILTER(?value > NUMBER) } GROUP BY ?kind"
    )
    construct = (
        f"{PREFIXES} CONSTRUCT {{ ?thing ?p ?o }} {{ ?passage oa:hasSource <{BASE}id/article/THING> . "
        "?thing tz:evidence ?passage ; ?p ?o } LIMIT NUMBER"
    )
    return {
        "lookup": Query(lookup, RESULTS, shape.actions, least=100),
        "join": Query(join, RESULTS, shape.associations),
        "aggregate": Query(aggregate, RESULTS, 1),
        "construct": Query(construct, TRIPLES, shape.whole_articles, least=20_000),
    }


WORKLOADS = [
    Workload("repeated lookup", "lookup", fresh=False),
    Workload("repeated lookup after distinct ones", "lookup", fresh=False, after_distinct=True),
    Workload("repeated aggregate", "aggregate", fresh=False),
    Workload("repeated CONSTRUCT", "construct", fresh=False),
    Workload("fresh lookup", "lookup", fresh=True),
    Workload("fresh join", "join", fresh=True),
    Workload("fresh aggregate", "aggregate", fresh=True),
    Workload("fresh CONSTRUCT", "construct", fresh=True),
]
