"""The W3C manifests, read into test cases that need nothing else but a server.

Read are `sparql10/manifest.ttl`, `sparql11/manifest-all.ttl` and `sparql12/manifest.ttl` with all they
include. `sparql11/http-rdf-update`, which none of them includes, has its requests in prose and is deprecated by
W3C for `sparql11/graph-store-protocol`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from .exchanges import Exchange, read_exchanges
from .rdf import MF, QT, RDFS, UT, Description

SITE = "https://w3c.github.io/rdf-tests/sparql/"
"""Where the suites are published: the base of every file, so that no IRI holds a path of this machine."""

ROOTS = ("sparql10/manifest.ttl", "sparql11/manifest-all.ttl", "sparql12/manifest.ttl")
SKIPPED = {
    "sparql11/entailment": "entailment regimes are not asked for by SPARQL Query itself",
    "sparql11/service": "federated query: a server under test calls no other endpoint",
    "sparql11/syntax-fed": "federated query: a server under test calls no other endpoint",
}
RESULT_FORMATS = ("sparql11/csv-tsv-res", "sparql11/json-res")
SUITES = (
    "protocol",
    "graph store",
    "service description",
    "query",
    "result formats",
    "syntax",
    "update",
)
FROM = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """A file of RDF and the graph it belongs in; None is the default graph."""

    path: Path
    base: str
    graph: str | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A query to be answered over data, and the file that holds the answer."""

    query: str
    base: str
    data: tuple[Source, ...]
    expected: Source
    lax: bool
    accept: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """An update and the dataset before and after it."""

    update: str
    base: str
    before: tuple[Source, ...]
    after: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Syntax:
    """A query or update that a server must accept or must refuse."""

    text: str
    is_update: bool
    valid: bool


@dataclass(frozen=True, slots=True)
class Conversation:
    """Requests of one connection, each with what may be answered."""

    exchanges: tuple[Exchange, ...]
    data: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class SelfDescription:
    """One of the three questions about the service description, by name."""

    question: str


Action = Evaluation | Change | Syntax | Conversation | SelfDescription


@dataclass(frozen=True, slots=True)
class Case:
    """A test of the suites: `sparql11/aggregates#agg01`."""

    id: str
    version: str
    suite: str
    action: Action | None
    skipped: str | None = None


def read_cases(suites: Path) -> list[Case]:
    """Read all tests below the folder `sparql` of w3c/rdf-tests, in the order of the manifests.

    Raises OSError and SyntaxError for a file that is missing or spoilt, ValueError for a kind of test
    that is not known.
    """
    cases = [case for root in ROOTS for case in _read_manifest(suites, suites / root)]
    if len({case.id for case in cases}) != len(cases):
        raise ValueError("two W3C tests have one id: the ids are made of folder and name")
    return cases


def _read_manifest(suites: Path, path: Path) -> Iterator[Case]:
    base = SITE + path.relative_to(suites).as_posix()
    graph = Description.parse(path.read_bytes(), base)
    for included in graph.all_of(MF + "include"):
        for item in graph.members(included):
            yield from _read_manifest(suites, suites / item.value.removeprefix(SITE))
    folder = path.parent.relative_to(suites).as_posix()
    for entries in graph.all_of(MF + "entries"):
        for entry in graph.members(entries):
            yield _Entry(suites, folder, graph, entry).case()


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of a manifest in the making."""

    suites: Path
    folder: str
    graph: Description
    node: ox.NamedNode

    def case(self) -> Case:
        kind = self.graph.kind(self.node)
        name = self.node.value.rpartition("#")[2]
        identifier, version = f"{self.folder}#{name}", self.folder.partition("/")[0]
        suite = self.suite(kind)
        reason = SKIPPED.get(self.folder)
        return Case(identifier, version, suite, None if reason else self.action(kind, name), reason)

    def suite(self, kind: str) -> str:
        if self.folder in RESULT_FORMATS:
            return "result formats"
        if "Syntax" in kind:
            return "syntax"
        return {
            "ProtocolTest": "protocol",
            "GraphStoreProtocolTest": "graph store",
            "ServiceDescriptionTest": "service description",
            "QueryEvaluationTest": "query",
            "UpdateEvaluationTest": "update",
        }[kind]

    def action(self, kind: str, name: str) -> Action:
        if kind in {"ProtocolTest", "GraphStoreProtocolTest"}:
            exchanges = read_exchanges(self.graph, self.node, updates="update" in name)
            return Conversation(exchanges, tuple(self.graphs(self.node, UT)))
        if kind == "ServiceDescriptionTest":
            return SelfDescription(name)
        action = self.graph.one(self.node, MF + "action")
        if kind in {"QueryEvaluationTest", "CSVResultFormatTest"}:
            return self.evaluation(action)
        if kind == "UpdateEvaluationTest":
            result = self.graph.one(self.node, MF + "result")
            request = self.source(self.graph.one(action, UT + "request"))
            before, after = self.dataset(action, UT), self.dataset(result, UT)
            return Change(_text(request.path), request.base, before, after)
        if "Syntax" in kind:
            text = _text(self.source(action).path)
            return Syntax(text, is_update="Update" in kind, valid=kind.startswith("Positive"))
        raise ValueError(f"{self.node}: the kind of test {kind} is not known")

    def evaluation(self, action: ox.NamedNode | ox.BlankNode) -> Evaluation:
        query = self.source(self.graph.one(action, QT + "query"))
        expected = self.source(self.graph.one(self.node, MF + "result"))
        text = _text(query.path)
        data = self.dataset(action, QT) or tuple(self.named_in(text, query))
        lax = any(self.graph.objects(self.node, MF + "resultCardinality"))
        accept = expected.path.suffix if self.folder in RESULT_FORMATS else None
        return Evaluation(text, query.base, data, expected, lax, accept)

    def dataset(self, node: ox.NamedNode | ox.BlankNode, vocabulary: str) -> tuple[Source, ...]:
        defaults = [self.source(file) for file in self.graph.objects(node, vocabulary + "data")]
        return (*defaults, *self.graphs(node, vocabulary))

    def graphs(self, node: ox.NamedNode | ox.BlankNode, vocabulary: str) -> Iterator[Source]:
        """Give the named graphs of a node: a file that names its graph, or a file with a label that does."""
        for item in self.graph.objects(node, vocabulary + "graphData"):
            if isinstance(item, ox.BlankNode):
                file = self.source(self.graph.one(item, vocabulary + "graph"))
                yield Source(file.path, file.base, self.graph.text(item, RDFS + "label"))
            else:
                file = self.source(item)
                yield Source(file.path, file.base, file.base)

    def named_in(self, text: str, query: Source) -> Iterator[Source]:
        """Give the graphs that a query names itself where the manifest names no data."""
        for name in dict.fromkeys(FROM.findall(text)):
            path = (query.path.parent / name).resolve()
            iri = query.base.rpartition("/")[0] + "/" + name
            yield Source(path, iri, iri)

    def source(self, node: ox.NamedNode | ox.BlankNode | ox.Literal) -> Source:
        if not isinstance(node, ox.NamedNode) or not node.value.startswith(SITE):
            raise ValueError(f"{self.node}: {node} is no file of the suites")
        return Source(self.suites / node.value.removeprefix(SITE), node.value)


def _text(path: Path) -> str:
    """Read a query as it stands: line ends are part of the test."""
    return path.read_bytes().decode("utf-8")
