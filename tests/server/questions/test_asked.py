"""Requests below /api/query/: what they ask for, and what is wrong with them."""

from __future__ import annotations

import pytest

from tongzhou.graph.catalog import Catalog, parse_stored_query
from tongzhou.graph.errors import BadValueError, UnknownParameterError, UnknownQueryError
from tongzhou.server.http import Request
from tongzhou.server.problems import RequestError
from tongzhou.server.questions.asked import MOST_ROWS, Asked, read_asked

STORED = """#+ summary: Things in a place
#+ description: All things.
#+ tags: [where]
#+ params: {place: {type: iri, default: place/wuhan}, lang: {type: language, default: zh}}
#+ label: {zh: 某地的事物, en: Things in a place}
#+ about: {zh: 说明, en: An explanation}
#+ evidence: none
SELECT * { VALUES ?place { UNDEF } VALUES ?lang { "zh" } ?thing ?p ?place }
"""
CATALOG = Catalog({"things": parse_stored_query("things", STORED, "things.rq")})
ROOT = "http://127.0.0.1:8000/"


def _asked(address: str, accept: str | None = None) -> Asked:
    path, _, query = address.partition("?")
    headers = {"accept": accept} if accept else {}
    return read_asked(Request("GET", f"/api/query/{path}", query.encode(), headers, root=ROOT), CATALOG)


@pytest.mark.parametrize(
    ("address", "accept", "suffix"),
    [
        ("things", None, ".json"),
        ("things", "*/*", ".json"),
        ("things", "text/html, */*;q=0.1", ".json"),
        ("things", "text/csv", ".csv"),
        ("things", "text/tab-separated-values, text/csv;q=0.5", ".tsv"),
        ("things.tsv", "text/csv", ".tsv"),
        ("things.csv", None, ".csv"),
        ("things.csv-metadata.json", None, ".csv-metadata.json"),
    ],
)
def test_form_is_that_of_the_suffix_or_of_accept(address: str, accept: str | None, suffix: str) -> None:
    assert _asked(address, accept).suffix == suffix


def test_what_is_asked_for() -> None:
    asked = _asked("things.csv?place=&lang=en&limit=2&offset=4&bom=1")
    assert (asked.values, asked.limit, asked.offset) == ({"place": "", "lang": "en"}, 2, 4)
    assert asked.excel
    assert asked.rest == f"{ROOT}api/query/things.csv?place=&lang=en&limit=2&offset=6&bom=1"
    assert asked.address(".tsv") == f"{ROOT}api/query/things.tsv?place=&lang=en&limit=2"
    whole = _asked("things.csv")
    assert (whole.values, whole.limit, whole.offset, whole.excel) == ({}, MOST_ROWS, 0, False)
    assert whole.address(".json") == f"{ROOT}api/query/things.json"


@pytest.mark.parametrize("name", ["limit", "offset", "bom"])
@pytest.mark.parametrize("value", ["-1", "x", "", "1.5", "１", "99999999999999999999"])
def test_counts_have_limits(name: str, value: str) -> None:
    with pytest.raises(RequestError) as caught:
        _asked(f"things?{name}={value}")
    assert caught.value.kind == "bad-count"
    assert caught.value.facts["parameter"] == name


def test_what_is_wrong_is_named() -> None:
    with pytest.raises(UnknownQueryError) as unknown:
        _asked("thing.json")
    assert (unknown.value.name, unknown.value.near) == ("thing", ("things",))
    with pytest.raises(UnknownParameterError) as parameter:
        _asked("things?langg=zh")
    assert parameter.value.known == ("lang", "place")
    with pytest.raises(BadValueError) as value:
        _asked("things?lang=de")
    assert (value.value.parameter, value.value.found) == ("lang", "de")
    with pytest.raises(RequestError, match="lang once") as repeated:
        _asked("things?lang=zh&lang=en")
    assert repeated.value.kind == "repeated-parameter"
    with pytest.raises(RequestError) as form:
        _asked("things", "image/png")
    assert form.value.offers == ("application/json", "text/csv", "text/tab-separated-values")
