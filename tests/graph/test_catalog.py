"""Stored queries: headers, and parameters that stay terms."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.graph.catalog import StoredQuery, load_catalog, parse_stored_query
from tongzhou.graph.errors import ParameterError, SourceError, UnknownParameterError, UnknownQueryError
from tongzhou.graph.parameters import QueryCall

HEADER = """#+ summary: Things in a place
#+ description: All things.
#+ tags: [where]
#+ params: {place: {type: iri, default: place/wuhan}, name: {type: string}, least: {type: integer}}
#+ choices: {place: places}
#+ label: {zh: 某地的事物, en: Things in a place}
#+ about: {zh: 说明, en: An explanation}
#+ evidence: [evidence]
"""
TEXT = """SELECT * WHERE {
  VALUES ?place { UNDEF }
  VALUES ?name { UNDEF }
  values ?least {
    UNDEF
  }
  ?thing ?p ?place , ?name , ?least
}
"""


def _query(header: str = HEADER, text: str = TEXT) -> StoredQuery:
    return parse_stored_query("things", f"{header}\n{text}", "things.rq")


def test_header_is_read() -> None:
    query = _query()
    assert query.label == {"zh": "某地的事物", "en": "Things in a place"}
    assert query.tags == ("where",)
    assert query.evidence == ("evidence",)
    assert query.parameters["place"].choices == QueryCall("places", {})
    assert query.text == TEXT


def test_evidence_none_is_no_column() -> None:
    assert _query(HEADER.replace("[evidence]", "none")).evidence == ()


def test_default_stands_in_the_query_and_the_rest_is_undef() -> None:
    bound = _query().bind()
    assert "VALUES ?place { <https://w3id.org/tongzhou/id/place/wuhan> }" in bound
    assert "VALUES ?name { UNDEF }" in bound
    assert "values ?least { UNDEF }" in bound


def test_empty_value_means_any() -> None:
    assert "VALUES ?place { UNDEF }" in _query().bind({"place": ""})


@pytest.mark.parametrize(
    ("value", "iri"),
    [
        ("place/hubei", "https://w3id.org/tongzhou/id/place/hubei"),
        ("tz:Donation", "https://w3id.org/tongzhou/ontology#Donation"),
        ("scheme/measure", "https://w3id.org/tongzhou/scheme/measure"),
        ("https://example.org/湖北", "https://example.org/湖北"),
    ],
)
def test_iri_may_be_full_prefixed_or_short(value: str, iri: str) -> None:
    assert f"VALUES ?place {{ <{iri}> }}" in _query().bind({"place": value})


@pytest.mark.parametrize(
    "value", ["> } SERVICE <http://127.0.0.1/> {", "a b", "place/<x>", "http://x/\ny", "http://[x"]
)
def test_what_is_no_iri_is_refused(value: str) -> None:
    with pytest.raises(ParameterError, match="parameter 'place'.*is no IRI"):
        _query().bind({"place": value})


@pytest.mark.parametrize("value", ["ten", "1.5", "1 2", "１"])
def test_what_is_no_integer_is_refused(value: str) -> None:
    with pytest.raises(ParameterError, match="'least'.*is no integer"):
        _query().bind({"least": value})


def test_unknown_parameter_names_the_known_ones() -> None:
    with pytest.raises(
        UnknownParameterError, match="no parameter 'plce'. It has: place, name, least"
    ) as caught:
        _query().bind({"plce": "x"})
    assert caught.value.known[0] == "place"


def test_a_value_that_reads_like_the_block_of_another_parameter_stays_a_value() -> None:
    header = HEADER.replace("least: {type: integer}", "lang: {type: string}")
    text = 'SELECT * WHERE { VALUES ?place { UNDEF } VALUES ?name { UNDEF } VALUES ?lang { "zh" } }'
    value, lang = "VALUES ?lang { }", "} UNION { ?s ?p ?o"
    solutions = ox.Store().query(_query(header, text).bind({"name": value, "lang": lang}))
    assert isinstance(solutions, ox.QuerySolutions)
    assert [(row["name"].value, row["lang"].value) for row in solutions] == [(value, lang)]


@given(st.text(min_size=1))
def test_string_stays_one_term(value: str) -> None:
    text = "SELECT ?name WHERE { VALUES ?name { UNDEF } }"
    header = HEADER.replace("place: {type: iri, default: place/wuhan}, ", "").replace(
        ", least: {type: integer}", ""
    )
    query = parse_stored_query(
        "q", f"{header.replace('#+ choices: {place: places}' + chr(10), '')}\n{text}", "q.rq"
    )
    solutions = ox.Store().query(query.bind({"name": value}))
    assert isinstance(solutions, ox.QuerySolutions)
    assert [row["name"].value for row in solutions] == [value]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("#+ summary: Things in a place\n", "", "'summary' is missing"),
        ("#+ tags:", "#+ tgas: x\n#+ tags:", "unknown key 'tgas'. Did you mean 'tags'"),
        ("{zh: 说明, en: An explanation}", "{zh: 说明}", "'about' is not in both languages"),
        ("least: {type: integer}", "least: {type: int}", "parameter 'least' has no known type"),
        ("least: {type: integer}", "most: {type: integer}", "Write 'VALUES ?most { UNDEF }'"),
        ("params: {place: {type: iri, default: place/wuhan}, name: {type: string}, least: {type: integer}}",
         "params: [place]", "'params' is not a mapping"),
        ("#+ label: {", "#+ label: {{", "things.rq"),
        ("{place: places}", "{plce: places}", "there is no parameter 'plce'. Parameters: place, name, least"),
        ("{place: places}", "{place: {query: places, wth: {}}}", "'choices' is not readable"),
        ("#+ label:", "#+ addends: [places]\n#+ label:", "'addends' is not readable"),
        ("#+ label:", "#+ view: pie(x)\n#+ label:", "unknown view 'pie(x)'. See docs/stored-queries.md for the views."),
    ],
)  # fmt: skip
def test_bad_header_is_named_with_its_line(old: str, new: str, message: str) -> None:
    assert old in HEADER
    with pytest.raises(SourceError) as caught:
        _query(HEADER.replace(old, new))
    assert message in str(caught.value)
    assert str(caught.value).startswith("things.rq")


def test_unknown_query_names_near_ones(tmp_path: Path) -> None:
    header = HEADER.replace("{place: places}", "{place: things}")
    (tmp_path / "things.rq").write_text(f"{header}\n{TEXT}", encoding="utf-8")
    catalog = load_catalog(tmp_path)
    with pytest.raises(UnknownQueryError, match="Near: things"):
        catalog.find("thing")
    with pytest.raises(UnknownQueryError, match="lists them"):
        catalog.find("zzz")


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ("{place: thngs}", "choices of place: there is no stored query 'thngs'. Near: things"),
        ("{place: {query: things, with: {plce: x}}}", "choices of place: things has no parameter 'plce'"),
    ],
)
def test_choices_of_what_does_not_exist_are_reported(tmp_path: Path, choices: str, message: str) -> None:
    header = HEADER.replace("{place: places}", choices)
    (tmp_path / "things.rq").write_text(f"{header}\n{TEXT}", encoding="utf-8")
    with pytest.raises(SourceError, match=re.escape(f"things.rq: header: {message}")):
        load_catalog(tmp_path)


def test_addends_take_values_from_the_row_then_the_parameters_then_the_defaults() -> None:
    addends = '#+ addends: {query: x, with: {a: "?place", b: "?thing", c: tz:x, d: "?name"}}\n#+ label:'
    query = _query(HEADER.replace("#+ label:", addends))
    assert query.addends_of({"thing": "org/a"}, {"name": "n"}) == {
        "a": "place/wuhan", "b": "org/a", "c": "tz:x", "d": "n",
    }  # fmt: skip
    assert _query().addends_of({"thing": "org/a"}) is None


def test_a_language_is_one_of_those_that_labels_are_in() -> None:
    query = _query(HEADER.replace("least: {type: integer}", "least: {type: language, default: zh}"))
    assert '{ "en" }' in query.bind({"least": "en"})
    for value in ("de", ""):
        with pytest.raises(ParameterError, match="is no language. Write zh or en"):
            query.bind({"least": value})


def test_faults_of_all_files_are_reported(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.rq").write_text("#+ summary: x\n\nSELECT * {}", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        load_catalog(tmp_path)
    assert {fault.path for fault in caught.value.faults} == {"a.rq", "b.rq"}
