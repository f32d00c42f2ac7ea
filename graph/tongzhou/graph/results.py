"""Answers as bytes, in the formats that SPARQL 1.1 and RDF 1.1 name."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Protocol, cast

import pyoxigraph as ox

from tongzhou.graph.namespaces import PREFIXES
from tongzhou.graph.query import Answer, QueryKind
from tongzhou.graph.results_csv import write_csv
from tongzhou.graph.scan import tokens_of


@dataclass(frozen=True)
class ResultFormat:
    """A format of answers: its name, its registered media type and then others that clients ask it by."""

    name: str
    media_types: tuple[str, ...]
    writer: ox.QueryResultsFormat | ox.RdfFormat

    @property
    def media_type(self) -> str:
        """Return the registered media type."""
        return self.media_types[0]


_SOLUTIONS = ox.QueryResultsFormat
_TRIPLES = ox.RdfFormat

SOLUTION_FORMATS = (
    ResultFormat("json", ("application/sparql-results+json", "application/json"), _SOLUTIONS.JSON),
    ResultFormat("xml", ("application/sparql-results+xml", "application/xml", "text/xml"), _SOLUTIONS.XML),
    ResultFormat("csv", ("text/csv",), _SOLUTIONS.CSV),
    ResultFormat("tsv", ("text/tab-separated-values",), _SOLUTIONS.TSV),
)
"""Formats of SELECT and ASK, the preferred one first. A boolean in CSV and TSV is `true` or `false`."""

TRIPLE_FORMATS = (
    ResultFormat("turtle", ("text/turtle", "application/x-turtle"), _TRIPLES.TURTLE),
    ResultFormat("jsonld", ("application/ld+json", "application/json"), _TRIPLES.JSON_LD),
    ResultFormat("ntriples", ("application/n-triples", "text/plain"), _TRIPLES.N_TRIPLES),
    ResultFormat("rdfxml", ("application/rdf+xml", "application/xml", "text/xml"), _TRIPLES.RDF_XML),
    ResultFormat("trig", ("application/trig",), _TRIPLES.TRIG),
    ResultFormat("nquads", ("application/n-quads",), _TRIPLES.N_QUADS),
)
"""Formats of CONSTRUCT and DESCRIBE, the preferred one first."""


def formats_for(kind: QueryKind) -> tuple[ResultFormat, ...]:
    """Return the formats that answers to this kind of query come in."""
    return SOLUTION_FORMATS if kind in ("select", "ask") else TRIPLE_FORMATS


def serialise_answer(
    answer: Answer, form: ResultFormat, *, prefixes: Mapping[str, str] | None = None
) -> bytes:
    """Write a whole answer, each triple once; Turtle and TriG with those of PREFIXES, and of `prefixes`, that they use.

    Raises TypeError where the format is not one of `formats_for` the query.
    """
    if isinstance(answer, ox.QuerySolutions | ox.QueryBoolean):
        if not isinstance(form.writer, ox.QueryResultsFormat):
            raise TypeError(f"{form.name} is no format of SELECT and ASK")
        output = io.BytesIO()
        _write_results(answer, form.writer, output)
        return output.getvalue()
    if not isinstance(form.writer, ox.RdfFormat):
        raise TypeError(f"{form.name} is no format of CONSTRUCT and DESCRIBE")
    triples = dict.fromkeys(answer)
    return (
        ox.serialize(triples, format=form.writer, prefixes=_used({**PREFIXES, **(prefixes or {})}, triples))
        or b""
    )


Term = ox.NamedNode | ox.BlankNode | ox.Literal
"""What a variable is bound to: an IRI, a blank node, or a literal with its language or datatype."""

Row = dict[str, Term]
"""One solution: what is bound, by the name of the variable."""


def read_rows(results: bytes) -> list[Row]:
    """Read the solutions of a SELECT from SPARQL's JSON; a variable that is not bound is absent."""
    solutions = ox.parse_query_results(results, format=ox.QueryResultsFormat.JSON)
    if not isinstance(solutions, ox.QuerySolutions):
        raise TypeError("the answer to an ASK has no rows")
    names = [variable.value for variable in solutions.variables]
    rows: list[Row] = []
    for solution in solutions:
        bound = ((name, solution[name]) for name in names)
        rows.append(
            {name: term for name, term in bound if term is not None and not isinstance(term, ox.Triple)}
        )
    return rows


class Output(Protocol):
    """What an answer is written to."""

    def write(self, data: bytes, /) -> int:
        """Take a piece."""
        ...

    def flush(self) -> None:
        """Take note that the answer is whole."""
        ...


def write_answer(answer: Answer, form: ResultFormat, output: Output) -> None:
    """Write an answer as Oxigraph streams it, row by row: in Turtle and TriG without prefixes.

    Raises TypeError where the format is not one of `formats_for` the query, and whatever `output` raises.
    """
    file = cast("IO[bytes]", output)  # Oxigraph only calls these two methods
    if isinstance(answer, ox.QuerySolutions | ox.QueryBoolean):
        if not isinstance(form.writer, ox.QueryResultsFormat):
            raise TypeError(f"{form.name} is no format of SELECT and ASK")
        _write_results(answer, form.writer, file)
    else:
        if not isinstance(form.writer, ox.RdfFormat) or not isinstance(answer, ox.QueryTriples):
            raise TypeError(f"{form.name} is no format of CONSTRUCT and DESCRIBE")
        answer.serialize(file, form.writer)


def _write_results(
    answer: ox.QuerySolutions | ox.QueryBoolean, writer: ox.QueryResultsFormat, file: IO[bytes]
) -> None:
    if writer == ox.QueryResultsFormat.CSV and isinstance(answer, ox.QuerySolutions):
        write_csv(answer, file)
    else:
        answer.serialize(file, writer)


def prettify(data: bytes, form: ResultFormat, prefixes: Mapping[str, str]) -> bytes:
    """Return triples in Turtle or TriG with those of the prefixes, and of our own, that they use."""
    if not isinstance(form.writer, ox.RdfFormat):
        raise TypeError(f"{form.name} is no format of triples")
    triples = [quad.triple for quad in ox.parse(data, format=form.writer)]
    ours = {name: iri for name, iri in PREFIXES.items() if iri not in prefixes.values()}
    used = {name: iri for name, iri in {**ours, **prefixes}.items() if f"<{iri}".encode() in data}
    return ox.serialize(triples, format=form.writer, prefixes=used) or b""


def declared_prefixes(text: str) -> dict[str, str]:
    """Return the prefixes that a query declares with an absolute IRI.

    >>> declared_prefixes("PREFIX ex: <http://example.org/> ASK {}")
    {'ex': 'http://example.org/'}
    """
    tokens = [token.text for token in tokens_of(text)]
    return {
        name[:-1]: iri[1:-1]
        for word, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if word.lower() == "prefix" and ":" in iri and "\\" not in iri
    }


def _used(prefixes: Mapping[str, str], triples: Iterable[ox.Triple]) -> dict[str, str]:
    """Return those prefixes that the triples use."""
    lines = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return {prefix: iri for prefix, iri in prefixes.items() if f"<{iri}".encode() in lines}
