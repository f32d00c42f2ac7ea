"""The questions: `/zh/ask/` lists the stored queries, `/zh/ask/<name>` asks one; without parameters, with its defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from tongzhou.graph.catalog import StoredQuery
from tongzhou.graph.errors import UnknownParameterError
from tongzhou.graph.parameters import Parameter
from tongzhou.server.flask_requests import read_head, root_of_request
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX
from tongzhou.server.pages.pictures.drawing import draw
from tongzhou.server.problem_kinds import KINDS
from tongzhou.server.problems import RequestError
from tongzhou.server.protocol import read_fields
from tongzhou.server.questions.asked import INFERRED, MOST_SKIPPED, NO, Asked, take_count, take_inferred
from tongzhou.server.questions.form import Field, fields_of, in_language, make_field, problem_of
from tongzhou.server.questions.stored import Choice, StoredAnswer
from tongzhou.server.questions.table import FULL, Column, Row, Table, make_table
from tongzhou.server.questions.words import grouped, related

ROWS = 200
"""Rows on a page."""
_REFUSED = frozenset({429, 503, 504, 507})
"""The statuses of questions that were not answered for lack of time or room."""


@dataclass(frozen=True)
class Visit:
    """What a request to the page of a question asks for; without `inferred`, only what stands without the reasoner."""

    stored: StoredQuery
    language: str
    values: Mapping[str, str]
    sort: str = ""
    offset: int = 0
    inferred: bool = True

    def address(self, values: Mapping[str, str], **others: str) -> str:
        """Return the path of the page with some values."""
        query = urlencode({**values, **self._switched(), **others}, safe="/:")
        return f"/{self.language}/ask/{self.stored.name}{'?' if query else ''}{query}"

    def picture_address(self) -> str:
        """Return the path of the picture of the answer, as a file."""
        given = {name: value for name, value in self.values.items() if value}
        query = urlencode({**given, **self._switched()}, safe="/:")
        return f"/{self.language}/pictures/{self.stored.name}.svg{'?' if query else ''}{query}"

    def addends_address(self, row: Row) -> str:
        """Return the path of the page that lists what the numbers of a row were made from."""
        assert self.stored.addends is not None
        query = urlencode({**(row.addends or {}), **self._switched()}, safe="/:")
        return f"/{self.language}/ask/{self.stored.addends.query}?{query}"

    def _switched(self) -> dict[str, str]:
        return {} if self.inferred else {INFERRED: NO}

    def bound(self) -> dict[str, str]:
        """Return the values to ask with: the language of the page is one of them."""
        return in_language(self.stored, self.values, self.language)


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the list of questions, and the page of each."""
    blueprint = Blueprint("questions", __name__)

    @blueprint.get(f"{PREFIX}/ask/")
    def questions(language: str) -> Response:
        return pages.render("questions.html", groups=grouped(pages.site.catalog.values(), language))

    @blueprint.get(f"{PREFIX}/ask/<name>")
    def question(language: str, name: str) -> Response:
        visit = read_visit(pages.site.catalog.find(name), language)
        fields = [
            make_field(one, visit.values.get(one.name), _choices(pages, one, language), language)
            for one in fields_of(visit.stored)
        ]
        if any(field.fault for field in fields):
            return _render(pages, visit, fields, 400, state="fault")
        try:
            answer = pages.ask(
                visit.stored, visit.bound(), limit=ROWS, offset=visit.offset, inferred=visit.inferred
            )
        except RequestError as error:
            return _refuse(pages, visit, fields, error)
        return _show(pages, visit, fields, answer)

    return blueprint


def _choices(pages: Pages, parameter: Parameter, language: str) -> Sequence[Choice]:
    """Return the values of a parameter; without them, where they are refused now, a value is written."""
    try:
        return pages.bridge.choices(parameter, language)
    except RequestError as error:
        if KINDS[error.kind].status not in _REFUSED:
            raise
        return ()


def read_visit(stored: StoredQuery, language: str) -> Visit:
    """Read the parameters of the request. Raises UnknownParameterError, RequestError."""
    given = dict(read_fields(request.query_string))
    offset = take_count(given, "offset", 0, MOST_SKIPPED, 0)
    sort = given.pop("sort", "")
    inferred = take_inferred(given)
    known = [parameter.name for parameter in fields_of(stored)]
    for name in given.keys() - set(known):
        raise UnknownParameterError(f"{stored.name} has no field '{name}'.", parameter=name, known=known)
    return Visit(
        stored, language, {name: value.strip() for name, value in given.items()}, sort, offset, inferred
    )


def _refuse(pages: Pages, visit: Visit, fields: Sequence[Field], error: RequestError) -> Response:
    """Show the form again: with the value that names nothing, or with what went out."""
    problem = problem_of(error, visit.language)
    status = KINDS[error.kind].status
    if error.kind == "unknown-value":
        marked = [
            replace(field, fault=problem["detail"], offers=error.offers)
            if field.name == error.facts["parameter"]
            else field
            for field in fields
        ]
        return _render(pages, visit, marked, status, state="fault")
    if status not in _REFUSED:
        raise error
    response = _render(pages, visit, fields, status, state="refused", problem=problem)
    if (seconds := KINDS[error.kind].retry_after) is not None:
        response.headers["Retry-After"] = str(seconds)
    return response


def _show(pages: Pages, visit: Visit, fields: Sequence[Field], answer: StoredAnswer) -> Response:
    """Show the rows, or why there are none."""
    others = _others(pages, visit)
    if not answer.rows.rows and others and not visit.inferred:
        return _render(pages, visit, fields, 200, state="all-inferred", sparql=answer.text, others=others)
    if not answer.rows.rows:
        given = {name: value for name, value in visit.values.items() if value}
        counts = (
            pages.bridge.loosened(
                visit.stored, visit.bound(), client=read_head().client, inferred=visit.inferred
            )
            if given
            else {}
        )
        loosened = [(field, counts[field.name]) for field in fields if field.name in counts]
        state = "nothing" if loosened or len(given) > 1 else "silent"
        return _render(
            pages,
            visit,
            fields,
            200,
            state=state,
            loosened=loosened,
            sparql=answer.text,
            others=others,
        )
    table = make_table(visit.stored, answer.rows, visit.language, visit.values, sort=visit.sort)
    following = visit.address(visit.values, offset=str(visit.offset + ROWS)) if table.more else None
    return _render(
        pages,
        visit,
        fields,
        200,
        state="rows",
        table=table,
        top=_top(visit.stored, table),
        picture=None if visit.offset else draw(visit.stored, answer.rows, visit.language),
        next=following,
        sparql=answer.text,
        others=others,
    )


def _others(pages: Pages, visit: Visit) -> int | None:
    """Return how many rows there are (one more than a page has: at least) with the switch for what is inferred turned.

    None where that is not known: it was refused, or the page is not the first one.
    """
    if visit.offset:
        return None
    try:
        answer = pages.ask(visit.stored, visit.bound(), limit=ROWS, inferred=not visit.inferred)
    except RequestError as error:
        if KINDS[error.kind].status not in _REFUSED:
            raise
        return None
    return len(answer.rows.rows) + answer.rows.more


def _render(
    pages: Pages, visit: Visit, fields: Sequence[Field], status: int, *, state: str, **values: Any
) -> Response:
    stored = visit.stored

    def sort_address(column: Column) -> str:
        sign = "-" if visit.sort == column.name else ""
        return visit.address(visit.values, sort=f"{sign}{column.name}")

    shown: dict[str, object] = {"picture": None, "others": None, **values}
    turned = replace(visit, inferred=not visit.inferred)
    return pages.render(
        "question.html",
        links=(),
        status=status,
        stored=stored,
        fields=fields,
        state=state,
        sort=visit.sort,
        related=related(stored, pages.site.catalog),
        address=visit.address,
        given=visit.values,
        addresses=_addresses(visit, values["sparql"]) if "sparql" in values else {},
        sort_address=sort_address,
        addends_address=visit.addends_address,
        inferred=visit.inferred,
        turned=turned.address(visit.values),
        rows_on_page=ROWS,
        picture_file=visit.picture_address(),
        **shown,
    )


def _addresses(visit: Visit, sparql: str) -> dict[str, str]:
    """Return the addresses of the answer for programs, and of the console with its query."""
    asked = Asked(visit.stored, visit.bound(), ".json", root_of_request(), inferred=visit.inferred)
    return {
        "json": asked.address(".json"),
        "csv": asked.address(".csv"),
        "tsv": asked.address(".tsv"),
        "excel": replace(asked, excel=True).address(".csv"),
        "edit": f"/{visit.language}/sparql?{urlencode({'query': sparql})}",
    }


def _top(stored: StoredQuery, table: Table) -> dict[str, str] | None:
    """Return the label and the number of the longest bar; the number in the words of the text, where it has some."""
    if stored.view.kind != "bars" or sum(cell.bar == FULL for row in table.rows for cell in row.cells) != 1:
        return None
    names = [column.name for column in table.columns]
    for row in table.rows:
        number = next((cell for cell in row.cells if cell.bar == FULL), None)
        if number is not None:
            said = next(
                (row.cells[names.index(name)].text for name in ("wording", "wordings") if name in names), ""
            )
            return {"label": row.cells[0].text, "number": said or number.text}
    return None
