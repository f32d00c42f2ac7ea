"""The pages: home, the form for a query, and results as a table. Server-rendered, complete without scripts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, abort, render_template, send_from_directory

from tongzhou.graph.catalog import StoredQuery
from tongzhou.graph.namespaces import PREFIXES, shorten
from tongzhou.graph.query import Answer, Query
from tongzhou.graph.release import Release
from tongzhou.server.description import Overview

_DUMP_TYPES = {
    ".ttl": "text/turtle; charset=utf-8",
    ".trig": "application/trig; charset=utf-8",
    ".nt": "application/n-triples; charset=utf-8",
    ".nq": "application/n-quads; charset=utf-8",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
}
_FIRST_QUERY = """PREFIX rdfs: <{rdfs}>
PREFIX tz: <{tz}>

SELECT ?association ?name {{
  ?association a tz:Association ; rdfs:label ?name .
  FILTER(LANG(?name) = "zh")
}}
ORDER BY ?name
LIMIT 100
"""


@dataclass(frozen=True)
class Dump:
    """A file to download, with its size in bytes."""

    name: str
    size: int


@dataclass(frozen=True)
class Cell:
    """One value in a table: its text, the page about it, its language or datatype."""

    text: str
    link: str | None = None
    language: str | None = None
    datatype: str | None = None


def make_blueprint(overview: Overview, release: Release, examples: Sequence[StoredQuery]) -> Blueprint:
    """Return the home page and the downloads of a release."""
    blueprint = Blueprint("pages", __name__)
    files: dict[str, dict[str, int]] = release.manifest["files"]
    suffixes = list(_DUMP_TYPES)
    dumps = [Dump(name, entry["bytes"]) for name, entry in files.items() if Path(name).suffix in _DUMP_TYPES]
    dumps.sort(key=lambda dump: (suffixes.index(Path(dump.name).suffix), dump.name))
    names = {dump.name for dump in dumps}

    @blueprint.get("/")
    def home() -> str:
        return render_template(
            "home.html",
            overview=overview,
            release=release.name,
            dumps=dumps,
            examples=examples,
            shorten=shorten,
        )

    @blueprint.get("/data/<name>")
    def dump(name: str) -> Response:
        if name not in names:
            abort(404)
        response = send_from_directory(release.path.resolve(), name)
        response.content_type = _DUMP_TYPES[Path(name).suffix]
        return response

    return blueprint


def link_to_query(text: str) -> str:
    """Return the address that shows the results of a query."""
    return f"/sparql?{urlencode({'query': text})}"


def render_console() -> str:
    """Return the page with the form for a query."""
    text = _FIRST_QUERY.format(rdfs=PREFIXES["rdfs"], tz=PREFIXES["tz"])
    return render_template("console.html", query=text, default_graphs=(), named_graphs=())


def render_results(query: Query, answer: Answer, *, rows: int) -> str:
    """Return the page with an answer; it says so where it shows only the first `rows` rows of it."""
    boolean: bool | None = None
    columns: list[str] = []
    table: list[list[Cell]] = []
    count = 0
    if isinstance(answer, ox.QueryBoolean):
        boolean = bool(answer)
    elif isinstance(answer, ox.QuerySolutions):
        columns = [variable.value for variable in answer.variables]
        table, count = _take(([_cell(term) for term in solution] for solution in answer), rows)
        columns, table = _name_things(columns, table)
    else:
        columns = ["subject", "predicate", "object"]
        triples = dict.fromkeys(answer)
        cells = ([_cell(term) for term in (item.subject, item.predicate, item.object)] for item in triples)
        table, count = _take(cells, rows)
    return render_template(
        "results.html",
        query=query.text,
        default_graphs=query.default_graphs or (),
        named_graphs=query.named_graphs or (),
        boolean=boolean,
        columns=columns,
        table=table,
        count=count,
    )


def _take(rows: Iterable[list[Cell]], most: int) -> tuple[list[list[Cell]], int]:
    """Return the first rows and the number of all."""
    iterator = iter(rows)
    taken = list(itertools.islice(iterator, most))
    return taken, len(taken) + sum(1 for _ in iterator)


def _name_things(columns: list[str], table: list[list[Cell]]) -> tuple[list[str], list[list[Cell]]]:
    """Show `?placeName` as the text of the link in `?place`, in place of two columns; a thing without a name stays."""
    names = {columns.index(name[:-4]): columns.index(name) for name in columns if _is_name(name, columns)}
    shown = [index for index in range(len(columns)) if index not in names.values()]
    merged = [
        [_named(row[index], row[names[index]]) if index in names else row[index] for index in shown]
        for row in table
    ]
    return [columns[index] for index in shown], merged


def _is_name(column: str, columns: list[str]) -> bool:
    return column.endswith("Name") and column[:-4] in columns


def _named(thing: Cell, name: Cell) -> Cell:
    return Cell(name.text, link=thing.link, language=name.language) if thing.link and name.text else thing


def _cell(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> Cell:
    match term:
        case None:
            return Cell("")
        case ox.NamedNode():
            return Cell(shorten(term.value), link=link_to_query(f"DESCRIBE <{term.value}>"))
        case ox.Literal():
            return Cell(term.value, language=term.language, datatype=shorten(term.datatype.value))
        case _:
            return Cell(str(term))
