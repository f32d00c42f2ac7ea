"""The home page: what can be asked, with the first answers, and what is here; at `/`, the way to it in the client's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as BaseResponse

from tongzhou.graph.catalog import StoredQuery
from tongzhou.server.files import dumps_of
from tongzhou.server.flask_requests import is_served, root_of_request
from tongzhou.server.pages.about import coverage_of
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX, language_of_request
from tongzhou.server.problem_kinds import KINDS
from tongzhou.server.problems import RequestError
from tongzhou.server.questions.form import in_language
from tongzhou.server.questions.table import Cell, Column, Row, make_table

_ROWS = 3
_CELLS = 3
_ALIKE = 10  # rows that may look the same in that many cells, and are shown once
_PASSING = (429, 503, 504, 507)
_LISTS = {
    "organisations": "ask/organisations",
    "actions": "browse",
    "quantities": "ask/quantities",
    "triples": "data",
}
"""The page that lists what a number of the overview counts."""


@dataclass(frozen=True)
class Dump:
    """A file to download, with its size in bytes."""

    name: str
    size: int


@dataclass(frozen=True)
class Line:
    """A row of an answer in short: its first values, and the words that say so."""

    cells: tuple[Cell, ...]
    quote: Cell | None


@dataclass(frozen=True)
class Card:
    """A question with the first rows of its answer; without, where the server has no time for them now."""

    stored: StoredQuery
    lines: tuple[Line, ...] = ()


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the home page in both languages."""
    blueprint = Blueprint("home", __name__)

    @blueprint.get("/")
    def choose() -> BaseResponse:
        response = redirect(f"/{language_of_request()}/")
        response.headers["Vary"] = "Accept-Language"
        return response

    @blueprint.get(f"{PREFIX}/")
    def home(language: str) -> Response:
        release = pages.site.release
        files = dumps_of(release) if release else {}
        return pages.render(
            "home.html",
            overview=pages.bridge.overview(),
            lists=_lists(language),
            endpoint=f"{root_of_request()}sparql",
            dumps=[Dump(name, int(str(entry["bytes"]))) for name, entry in files.items()],
            cards=[_card(pages, stored, language) for stored in pages.site.examples],
            coverage=coverage_of(release, language) if release else [],
            tools=[
                path for path in ("openapi.json", "reconcile/zh", "reconcile/en") if is_served(f"/{path}")
            ],
        )

    return blueprint


def _lists(language: str) -> Mapping[str, str]:
    return {name: f"/{language}/{path}" for name, path in _LISTS.items() if is_served(f"/{language}/{path}")}


def _card(pages: Pages, stored: StoredQuery, language: str) -> Card:
    values = in_language(stored, {}, language)
    try:
        answer = pages.ask(stored, values, limit=_ROWS * _ALIKE)
    except RequestError as error:
        if KINDS[error.kind].status not in _PASSING:
            raise
        return Card(stored)
    table = make_table(stored, answer.rows, language, {})
    lines: dict[tuple[str, ...], Line] = {}
    for row in table.rows:
        line = _line(row, table.columns)
        lines.setdefault(tuple(cell.text for cell in line.cells), line)
    return Card(stored, tuple(lines.values())[:_ROWS])


def _line(row: Row, columns: Sequence[Column]) -> Line:
    quotes = [cell for cell, column in zip(row.cells, columns, strict=True) if column.is_quote]
    cells = [
        cell for cell, column in zip(row.cells, columns, strict=True) if cell.text and not column.is_quote
    ]
    return Line(tuple(cells[:_CELLS]), quotes[0] if quotes else None)
