"""The addresses: `/zh/browse` with its choice in the query, and `.csv`, `.json` and `.ttl` of the same choice."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, request

from tongzhou.graph.export import serialise
from tongzhou.server.pages.browse.facets import FACETS, Choice, Row, counts, fitting
from tongzhou.server.pages.browse.forms import to_csv, to_json
from tongzhou.server.pages.browse.table import Table, load_table, long, name_of, short
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX, gettext
from tongzhou.server.problems import RequestError
from tongzhou.server.signposting import Link, header_of

ON_PAGE = 50
"""Actions of one page."""
ON_DOCUMENT = 1000
"""Actions of one Turtle document."""
_OPEN = 8  # values of a facet that are seen at once


@dataclass(frozen=True)
class Value:
    """A value of a facet in the form: `name` in the address, how many rows it has, whether it is chosen."""

    name: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """A facet in the form: its values, the most frequent first, those behind `more` seen on demand."""

    name: str
    label: str
    values: list[Value]
    more: list[Value]


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the page and its other forms."""
    blueprint = Blueprint("browse", __name__)
    searching = pages.searching

    @lru_cache(maxsize=2)  # this release, and the one before a reload
    def table_of(_release: str) -> Table:
        return load_table(pages.select)

    def naming(table: Table, language: str) -> Callable[[str], str]:
        index = searching.index()
        return lambda iri: name_of(index, table, iri, language)

    def found() -> tuple[Table, Choice, list[Row]]:
        table = table_of(pages.release)
        choice = _choice(table)
        return table, choice, fitting(table.rows, choice)

    @blueprint.get(f"{PREFIX}/browse")
    def page(language: str) -> Response:
        table, choice, rows = found()
        name, number = naming(table, language), _number(len(rows), ON_PAGE)
        last = number * ON_PAGE
        address = _address(language, choice)
        following = f"{address}&page={number + 1}" if last < len(rows) else None
        return pages.render(
            "browse.html",
            links=[Link("next", following)] if following else [],
            facets=[_facet(table, choice, facet, name) for facet in FACETS],
            rows=rows[last - ON_PAGE : last],
            count=len(rows),
            first=last - ON_PAGE + 1,
            last=min(last, len(rows)),
            former=f"{address}&page={number - 1}" if number > 1 else None,
            following=following,
            name=name,
            drops=[] if rows else _drops(table, choice, language),
            query=_query(choice),
            inferred=long("basis", "inferred"),
        )

    @blueprint.get(f"{PREFIX}/browse.csv")
    def as_csv(language: str) -> Response:
        table, _, rows = found()
        return _body(to_csv(rows, naming(table, language)), "text/csv; charset=utf-8")

    @blueprint.get(f"{PREFIX}/browse.json")
    def as_json(language: str) -> Response:
        table, _, rows = found()
        return _body(to_json(rows, naming(table, language), pages.release), "application/json")

    @blueprint.get(f"{PREFIX}/browse.ttl")
    def as_turtle(language: str) -> Response:
        _, choice, rows = found()
        number = _number(len(rows), ON_DOCUMENT)
        first, last = (number - 1) * ON_DOCUMENT, min(number * ON_DOCUMENT, len(rows))
        listed = " ".join(f"<{row.action}>" for row in rows[first:last])
        pattern = "?action ?property ?value"
        triples = pages.construct(
            f"CONSTRUCT {{ {pattern} }} WHERE {{ VALUES ?action {{ {listed} }} {pattern} }}"
        )
        quads = [ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples]
        heading = f"# Actions {first + 1} to {last} of {len(rows)}.\n" if rows else "# No action fits.\n"
        rest = f"/{language}/browse.ttl?{_query(choice)}&page={number + 1}" if last < len(rows) else None
        if rest:
            heading += f"# The next: {rest}\n"
        response = _body(heading.encode() + serialise(quads, "turtle"), "text/turtle; charset=utf-8")
        if rest:
            response.headers["Link"] = header_of([Link("next", rest, "text/turtle")])
        return response

    return blueprint


def _choice(table: Table) -> Choice:
    """Return what the address chooses. Raises RequestError `unknown-parameter` and `unknown-value`."""
    choice: dict[str, list[str]] = {}
    for parameter in request.args:
        if parameter not in (*FACETS, "page"):
            facts = {"parameter": parameter[:80], "known": ", ".join(FACETS)}
            raise RequestError("unknown-parameter", facts, offers=FACETS)
    for facet in FACETS:
        known = table.values(facet)
        chosen = [long(facet, name) for name in request.args.getlist(facet) if name]
        for value in chosen:
            if value not in known:
                name = short(facet, value)
                near = difflib.get_close_matches(name, [short(facet, one) for one in known], n=3, cutoff=0.5)
                facts = {"parameter": facet, "found": name[:80], "near": ", ".join(near) or "none"}
                raise RequestError("unknown-value", facts, offers=near)
        choice[facet] = list(dict.fromkeys(chosen))
    return choice


def _number(rows: int, on_page: int) -> int:
    """Return the number of the page or document, from 1. Raises RequestError `bad-count`."""
    text, most = request.args.get("page", "1"), max(1, -(-rows // on_page))
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not 1 <= number <= most:
        facts = {"parameter": "page", "found": text[:80], "least": "1", "most": str(most)}
        raise RequestError("bad-count", facts)
    return number


def _facet(table: Table, choice: Choice, facet: str, name: Callable[[str], str]) -> Facet:
    found = counts(table.rows, choice, facet)
    chosen = choice[facet]
    values = [Value(short(facet, iri), name(iri), found[iri], iri in chosen) for iri in {*found, *chosen}]
    values.sort(key=lambda value: (not value.chosen, -value.count, value.label))
    seen = max(_OPEN, len(chosen))
    return Facet(facet, _labels()[facet], values[:seen], values[seen:])


def _drops(table: Table, choice: Choice, language: str) -> list[tuple[str, str, int]]:
    """Return, for each facet with a choice, its label, the address without it, and how many rows that has."""
    drops: list[tuple[str, str, int]] = []
    for facet in FACETS:
        if choice[facet]:
            left = {name: values for name, values in choice.items() if name != facet}
            drops.append((_labels()[facet], _address(language, left), len(fitting(table.rows, left))))
    return drops


def _query(choice: Choice) -> str:
    return urlencode(
        [(facet, short(facet, value)) for facet, values in choice.items() for value in values], safe="/"
    )


def _address(language: str, choice: Choice) -> str:
    return f"/{language}/browse?{_query(choice)}"


def _body(data: bytes, content_type: str) -> Response:
    return Response(data, content_type=content_type, headers={"Cache-Control": "no-cache"})


def _labels() -> dict[str, str]:
    return {
        "type": gettext("Kind of action"),
        "role": gettext("Roles in it"),
        "place": gettext("Place"),
        "theme": gettext("Theme"),
        "form": gettext("Money or goods"),
        "basis": gettext("Basis"),
    }
