"""The graph opened for Python and notebooks: an rdflib Graph, the stored questions, and answers as rows or pandas frames."""

from __future__ import annotations

import html
import importlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property, partial
from pathlib import Path
from typing import Any, cast, overload
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef

from tongzhou.graph import resources
from tongzhou.graph.asking import check_values
from tongzhou.graph.catalog import Catalog, load_catalog
from tongzhou.graph.errors import PandasMissingError, QuerySyntaxError, ReleaseError, RemoteError
from tongzhou.graph.explanation import Explainer, as_json, open_explainer
from tongzhou.graph.namespaces import PREFIXES
from tongzhou.graph.query import Evaluator, Query
from tongzhou.graph.reason import Statement
from tongzhou.graph.release import Release, current_release, default_home
from tongzhou.graph.remote import RemoteEvaluator, read_problem
from tongzhou.graph.store import StoreEvaluator

_TIMEOUT = 60  # seconds
_SHOWN = 50  # rows, in a notebook
_DUMP = "tongzhou.nt"

Explain = Callable[[tuple[str, str, str], int], dict[str, Any]]
"""Explains a statement, given by the texts of its terms, with so many proofs more."""


class Rows(Sequence[Mapping[str, Any]]):
    """The rows of an answer: IRIs and texts as str, numbers as Python's, None where nothing is bound."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep the names of the columns and the rows."""
        self.columns = tuple(columns)
        self._rows = list(rows)

    @overload
    def __getitem__(self, index: int) -> Mapping[str, Any]: ...

    @overload
    def __getitem__(self, index: slice) -> Rows: ...

    def __getitem__(self, index: int | slice) -> Mapping[str, Any] | Rows:
        """Return a row, or some of the rows for a slice."""
        return Rows(self.columns, self._rows[index]) if isinstance(index, slice) else self._rows[index]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._rows)

    def __repr__(self) -> str:
        """Return the number of rows, and the columns."""
        return f"<{len(self)} rows: {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:  # the name that notebooks look for
        """Return the first rows as a table, for notebooks; values stay text."""
        more = f"<p>{len(self) - _SHOWN} more rows</p>" if len(self) > _SHOWN else ""
        return _table(self.columns, (row.values() for row in self._rows[:_SHOWN])) + more

    def frame(self) -> Any:
        """Return the rows as a pandas DataFrame. Raises PandasMissingError where pandas is not installed."""
        try:
            module = importlib.import_module("pandas")
        except ImportError as error:
            message = "pandas is not installed. Install it with: pip install 'tongzhou[pandas]'"
            raise PandasMissingError(message) from error
        return module.DataFrame(self._rows, columns=list(self.columns))


class OpenGraph:
    """A release or a server, opened. `name` says which, `questions` are the stored questions by name."""

    def __init__(self, name: str, evaluator: Evaluator, dump: str, explain: Explain) -> None:
        """Keep what answers, the path or address of the N-Triples, and what explains."""
        self.name = name
        self._explain = explain
        self._evaluator = evaluator
        self._dump = dump

    @cached_property
    def questions(self) -> Catalog:
        """Return the stored questions."""
        return load_catalog(resources.queries_dir())

    @cached_property
    def graph(self) -> Graph:
        """Return the merge of all graphs as an rdflib Graph, read once. Raises RemoteError."""
        graph = Graph()
        for prefix, iri in PREFIXES.items():
            graph.bind(prefix, iri, replace=True)
        if not self._dump.startswith(("http://", "https://")):
            return graph.parse(self._dump, format="nt")
        try:
            with urlopen(self._dump, timeout=_TIMEOUT) as reply:
                return graph.parse(data=reply.read(), format="nt")
        except (URLError, OSError) as error:
            raise RemoteError(f"{self._dump} can't be read: {error}. Check the address.") from error

    def ask(self, question: str, values: Mapping[str, str | int | Decimal] | None = None) -> Rows:
        """Answer a stored question; `values` of its parameters may be short, such as place/wuhan.

        Raises UnknownQueryError, ParameterError (UnknownValueError where a value names nothing in the graph, with near ones),
        and RemoteError where a server does not answer.
        """
        stored = self.questions.find(question)
        texts = {name: str(value) for name, value in (values or {}).items()}
        text = stored.bind(texts)
        check_values(self.questions, stored, texts, self._evaluator)
        return self.select(text)

    def select(self, sparql: str) -> Rows:
        """Answer a SELECT query. Raises QuerySyntaxError, QueryRefusedError, RemoteError."""
        answer = self._evaluator.evaluate(Query(sparql))
        if not isinstance(answer, ox.QuerySolutions):
            raise QuerySyntaxError("select() answers SELECT; use `graph.query` of rdflib for other forms")
        columns = [variable.value for variable in answer.variables]
        rows = [{column: _value(solution[column]) for column in columns} for solution in answer]
        return Rows(columns, rows)

    def explain(self, subject: str, predicate: str, value: str, *, others: int = 0) -> dict[str, Any]:
        """Explain why the graph says something: sources, and proofs as lists of statements, the conclusion first.

        Terms may be short, such as place/wuhan, tz:actor or a label; `others` is how many more proofs are wanted. Raises
        UnknownThingError, UnknownTripleError, and RemoteError where a server does not explain it.
        """
        return self._explain((subject, predicate, value), others)

    def __repr__(self) -> str:
        """Return what is open and what can be asked."""
        return f"<Tongzhou {self.name}: {len(self.questions)} questions>"

    def _repr_html_(self) -> str:
        """Return the questions as a table, for notebooks."""
        rows = ((name, stored.label["zh"], stored.label["en"]) for name, stored in self.questions.items())
        return f"<p>Tongzhou {html.escape(self.name)}</p>{_table(('name', '问题', 'question'), rows)}"


def open_graph(source: str | Path | Release | None = None) -> OpenGraph:
    """Open a server by its address, a release, or the folder of one; without a source the current release.

    A source may also be the name of a release, or a home folder. Raises ReleaseError where there is no such release.
    """
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        root = source.rstrip("/")
        explain = partial(_explain_by_server, root)
        return OpenGraph(root, RemoteEvaluator(f"{root}/sparql"), f"{root}/data/{_DUMP}", explain)
    release = source if isinstance(source, Release) else _find(source)
    return OpenGraph(
        release.name, _evaluator_of(release), str(release.path / _DUMP), _ReleaseExplainer(release)
    )


class _ReleaseExplainer:
    """Explains the triples of a release, whose closure is read when it is first asked."""

    def __init__(self, release: Release) -> None:
        self._release = release

    @cached_property
    def _explainer(self) -> Explainer:
        return open_explainer(self._release)

    def __call__(self, terms: tuple[str, str, str], others: int) -> dict[str, Any]:
        subject, predicate, value = map(self._explainer.names.find, terms)
        explanation = self._explainer.explain(Statement(subject, predicate, value), others=others)
        return as_json(explanation, self._explainer)


def _explain_by_server(root: str, terms: tuple[str, str, str], others: int) -> dict[str, Any]:
    query = urlencode({**dict(zip("spo", terms, strict=True)), "others": others})
    address = f"{root}/explain?{query}"
    asked = Request(address, headers={"Accept": "application/json", "Accept-Language": "en"})
    try:
        with urlopen(asked, timeout=_TIMEOUT) as reply:
            return cast("dict[str, Any]", json.loads(reply.read()))
    except HTTPError as error:
        with error:
            words = read_problem(error.read()).words
        raise RemoteError(f"{address}: {words or error.reason}") from error
    except (OSError, ValueError) as error:
        raise RemoteError(f"{address} can't be read: {error}. Check the address.") from error


def _find(source: str | Path | None) -> Release:
    folder = Path(source) if source is not None else default_home()
    if source is not None and not folder.is_dir():
        folder = default_home() / "releases" / source
    if (folder / "manifest.json").is_file():
        return Release(folder)
    release = current_release(folder)
    if release is None:
        what = f"there is no release {source!s}" if source is not None else f"there is no release in {folder}"
        raise ReleaseError(f"{what}. Run 'tongzhou build', or give the address of a server.")
    return release


def _evaluator_of(release: Release) -> StoreEvaluator:
    """Open the store of a release; one that was dropped is made again, in memory, from the dump."""
    if release.store_path.is_dir():
        return StoreEvaluator.open(release.store_path)
    store = ox.Store()
    store.bulk_load(path=str(release.path / "tongzhou.nq"), format=ox.RdfFormat.N_QUADS)
    store.bulk_load(path=str(release.path / _DUMP), format=ox.RdfFormat.N_TRIPLES)
    return StoreEvaluator(store)


def _value(term: object) -> Any:
    """Return a term as Python has it: numbers and booleans as such, the rest as text."""
    if isinstance(term, ox.Literal):
        value = Literal(term.value, datatype=URIRef(term.datatype.value)).toPython()
        return value if isinstance(value, int | float | Decimal) else term.value
    return term.value if isinstance(term, ox.NamedNode | ox.BlankNode) else None


def _table(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    head = "".join(f"<th>{html.escape(column)}</th>" for column in columns)
    cells = ("".join(f"<td>{html.escape(str(value))}</td>" for value in row) for row in rows)
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
