"""A client of a SPARQL server: it fills the dataset, sends what a test says and remembers what is loaded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Self

import httpx
import pyoxigraph as ox

from .manifest import Source

FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
}
TIMEOUT = 60.0
EVERYTHING = "SELECT ?g ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


class LoadFailedError(Exception):
    """The server did not take the data of a test."""


@dataclass(frozen=True, slots=True)
class Target:
    """The addresses of a server, and the token that its writes need."""

    query: str
    update: str
    store: str
    token: str | None = None

    def address(self, service: str) -> str:
        """Return the address of `query`, `update` or `store`."""
        return {"query": self.query, "update": self.update, "store": self.store}[service]


class Client:
    """One connection to a server whose dataset is ours to empty and fill."""

    def __init__(self, target: Target) -> None:
        """Connect nowhere yet."""
        self.target = target
        self._http = _connection()
        self._loaded: tuple[Source, ...] | None = None

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._http.close()

    def reconnect(self) -> None:
        """Begin a new connection: nothing that an earlier answer left behind is read as the next one."""
        self._http.close()
        self._http = _connection()

    def fill(self, sources: tuple[Source, ...]) -> None:
        """Make the dataset hold these files and nothing else; nothing is sent where it does already.

        Raises LoadFailedError.
        """
        if sources == self._loaded:
            return
        self._loaded = None
        parts = "".join(_insertion(source) for source in sources)
        answer = self.update(f"DROP ALL ; INSERT DATA {{ {parts} }}" if parts else "DROP ALL")
        if not answer.is_success:
            raise LoadFailedError(f"the data was answered {answer.status_code}: {answer.text[:300]}")
        self._loaded = sources

    def query(self, text: str, accept: str) -> httpx.Response:
        """Send a query as the body of a POST."""
        headers = {"Content-Type": "application/sparql-query", "Accept": accept}
        return self._http.post(self.target.query, content=text.encode(), headers=headers)

    def update(self, text: str) -> httpx.Response:
        """Send an update as the body of a POST; what the dataset holds is unknown afterwards."""
        headers = {"Content-Type": "application/sparql-update"}
        return self.send("update", "POST", "", headers=headers, body=text.encode())

    def send(
        self, service: str, method: str, target: str, *, headers: dict[str, str], body: bytes | None = None
    ) -> httpx.Response:
        """Send a request to what stands below or behind a service's address."""
        if service != "query":
            self._loaded = None
            if self.target.token is not None:
                headers = {**headers, "Authorization": f"Bearer {self.target.token}"}
        return self._http.request(
            method, self.target.address(service) + target, content=body, headers=headers
        )

    def dataset(self) -> list[ox.Quad]:
        """Return everything the server holds. Raises LoadFailedError."""
        answer = self.query(EVERYTHING, "application/sparql-results+json")
        if not answer.is_success:
            raise LoadFailedError(
                f"reading the dataset was answered {answer.status_code}: {answer.text[:300]}"
            )
        solutions = ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.JSON)
        assert isinstance(solutions, ox.QuerySolutions)
        return [ox.Quad(row["s"], row["p"], row["o"], row["g"] or ox.DefaultGraph()) for row in solutions]


def _connection() -> httpx.Client:
    """Return a client that sends no header of its own accord that changes the answer."""
    client = httpx.Client(timeout=TIMEOUT, trust_env=False, headers={"Accept-Encoding": "identity"})
    del client.headers["Accept"]
    return client


@cache
def read_source(source: Source) -> tuple[ox.Quad, ...]:
    """Read a file; its blank nodes are its own. Raises SyntaxError and OSError."""
    kind = FORMATS[source.path.suffix]
    graph = ox.NamedNode(source.graph) if source.graph else ox.DefaultGraph()
    quads = ox.parse(source.path.read_bytes(), format=kind, base_iri=source.base, rename_blank_nodes=True)
    return tuple(
        ox.Quad(quad.subject, quad.predicate, quad.object, graph)
        if quad.graph_name == ox.DefaultGraph()
        else quad
        for quad in quads
    )


def _insertion(source: Source) -> str:
    quads = read_source(source)
    return "".join(_statement(quad) for quad in quads)


def _statement(quad: ox.Quad) -> str:
    triple = f"{_spell(quad.subject)} {quad.predicate} {_spell(quad.object)} ."
    return (
        triple if isinstance(quad.graph_name, ox.DefaultGraph) else f"GRAPH {quad.graph_name} {{ {triple} }}"
    )


def _spell(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if isinstance(term, ox.Triple):
        return f"<<( {_spell(term.subject)} {term.predicate} {_spell(term.object)} )>>"
    return str(term)


def triples_by_graph(quads: Iterable[ox.Quad]) -> dict[str | None, list[ox.Triple]]:
    """Return the triples of each graph that has any."""
    graphs: dict[str | None, list[ox.Triple]] = {}
    for quad in quads:
        name = None if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name)
        graphs.setdefault(name, []).append(quad.triple)
    return graphs
