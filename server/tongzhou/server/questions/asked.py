"""A request below `/api/query/`: which stored query, with which values, in which form, and which part of its rows. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlencode

from tongzhou.graph.catalog import Catalog, StoredQuery
from tongzhou.server.http import Request
from tongzhou.server.negotiation import negotiate
from tongzhou.server.problems import RequestError
from tongzhou.server.protocol import read_fields

PATH = "/api/query"
MOST_ROWS = 10_000
"""Rows of an answer to a stored query; who wants more asks for the rest."""
MOST_SKIPPED = 10_000_000
INFERRED, YES, NO = "inferred", "yes", "no"
"""The parameter that says whether what is inferred counts, and its values."""

MEDIA_TYPES: Mapping[str, str] = {
    ".csv-metadata.json": "application/csvm+json",
    ".json": "application/json",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
}
"""The forms of an answer by the suffix of their addresses, a longer suffix before one that it ends in."""
NEGOTIATED = (".json", ".csv", ".tsv")
"""The forms that are chosen among by `Accept`, where an address has no suffix."""


@dataclass(frozen=True)
class Asked:
    """A stored query with values; `excel` asks for CSV that spreadsheets take, `root` is the address of the service."""

    stored: StoredQuery
    values: Mapping[str, str]
    suffix: str
    root: str
    limit: int = MOST_ROWS
    offset: int = 0
    excel: bool = False
    inferred: bool = True

    def address(self, suffix: str, *, offset: int = 0) -> str:
        """Return the address of the same answer in a form, from a row on."""
        parameters = dict(self.values)
        if self.limit != MOST_ROWS:
            parameters["limit"] = str(self.limit)
        if offset:
            parameters["offset"] = str(offset)
        if self.excel and suffix == ".csv":
            parameters["bom"] = "1"
        if not self.inferred:
            parameters[INFERRED] = NO
        query = f"?{urlencode(parameters, safe='/:')}" if parameters else ""
        return f"{self.root}{PATH[1:]}/{self.stored.name}{suffix}{query}"

    @property
    def rest(self) -> str:
        """Return the address of the rows that come after these."""
        return self.address(self.suffix, offset=self.offset + self.limit)


def read_asked(request: Request, catalog: Catalog) -> Asked:
    """Return what a GET asks for.

    Raises UnknownQueryError, UnknownParameterError, BadValueError, and RequestError `bad-count`,
    `bad-value`, `not-acceptable`, `repeated-parameter` and those of what can't be decoded.
    """
    path = unquote(request.path).removeprefix(f"{PATH}/")
    suffix = next((suffix for suffix in MEDIA_TYPES if path.endswith(suffix)), None)
    stored = catalog.find(path.removesuffix(suffix or ""))
    suffix = suffix or _negotiate(request.headers.get("accept"))
    fields = read_fields(request.query_string)
    for name, times in Counter(name for name, _ in fields).items():
        if times > 1:
            raise RequestError("repeated-parameter", {"parameter": name[:80]})
    values = dict(fields)
    limit = take_count(values, "limit", 1, MOST_ROWS, MOST_ROWS)
    offset = take_count(values, "offset", 0, MOST_SKIPPED, 0)
    excel = take_count(values, "bom", 0, 1, 0) == 1
    inferred = take_inferred(values)
    stored.bind(values)
    return Asked(stored, values, suffix, request.root, limit, offset, excel, inferred)


def _negotiate(accept: str | None) -> str:
    offers = {MEDIA_TYPES[suffix]: suffix for suffix in NEGOTIATED}
    choice = negotiate(accept, list(offers))
    if choice is None:
        raise RequestError("not-acceptable", {}, offers=tuple(offers))
    return offers[choice]


def take_count(values: dict[str, str], name: str, least: int, most: int, default: int) -> int:
    """Take a whole number out of the values. Raises RequestError `bad-count`."""
    text = values.pop(name, None)
    if text is None:
        return default
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    if not least <= value <= most:
        facts = {"parameter": name, "found": text[:80], "least": str(least), "most": str(most)}
        raise RequestError("bad-count", facts)
    return value


def take_inferred(values: dict[str, str]) -> bool:
    """Take out of the values whether what is inferred counts; it does unless they say no. Raises RequestError `bad-value`."""
    text = values.pop(INFERRED, YES)
    if text not in (YES, NO):
        facts = {"parameter": INFERRED, "found": text[:80], "expected": f"{YES} | {NO}"}
        raise RequestError("bad-value", facts)
    return text == YES
