"""The graph opened from Python: the same rows from a server and from a release, numbers as numbers, frames with pandas."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, URIRef

from tongzhou.graph import open_graph
from tongzhou.graph.client import OpenGraph, Rows
from tongzhou.graph.errors import (
    PandasMissingError,
    ParameterError,
    QuerySyntaxError,
    ReleaseError,
    RemoteError,
    UnknownQueryError,
    UnknownValueError,
)
from tongzhou.graph.namespaces import TZ
from tongzhou.graph.release import Release, current_release, publish

QUESTION = "cash-given-by-members"


@pytest.fixture(scope="module")
def opened(release: Release) -> OpenGraph:
    return open_graph(release)


@pytest.fixture(scope="module")
def remote(live_server: str) -> OpenGraph:
    return open_graph(f"{live_server}/")


def test_rows_have_numbers_texts_and_iris(opened: OpenGraph) -> None:
    rows = opened.ask(QUESTION, {"lang": "en"})
    assert len(rows) == 4
    first = rows[0]
    assert (first["wording"], first["value"]) == ("约12亿元", Decimal(1200000000))
    assert first["evidence"].startswith("https://w3id.org/tongzhou/id/article/")
    assert "中国酒业协会" in first["quote"]
    assert rows[1:3].columns == rows.columns
    assert len(rows[1:3]) == 2


def test_a_server_gives_the_same_rows_and_the_same_graph(opened: OpenGraph, remote: OpenGraph) -> None:
    assert list(remote.ask(QUESTION)) == list(opened.ask(QUESTION))
    assert len(remote.graph) == len(opened.graph) > 10_000
    assert (None, RDF.type, URIRef(f"{TZ}Association")) in opened.graph


def test_what_is_not_bound_is_none_and_dates_stay_text(opened: OpenGraph) -> None:
    rows = opened.select(
        'SELECT ?a ?b ?c { VALUES (?a ?b) { (UNDEF "--02-21"^^<http://www.w3.org/2001/XMLSchema#gMonthDay>) } BIND(true AS ?c) }'
    )
    assert list(rows) == [{"a": None, "b": "--02-21", "c": True}]


def test_sources_of_a_release(release: Release, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for source in (release, release.path, str(release.path)):
        assert open_graph(source).name == release.name
    monkeypatch.setenv("TONGZHOU_HOME", str(home))
    assert open_graph(release.name).name == release.name
    current = current_release(home)
    assert current
    assert open_graph(home).name == open_graph().name == current.name
    with pytest.raises(ReleaseError, match="no release 2020-01-01-000000000000. Run 'tongzhou build'"):
        open_graph("2020-01-01-000000000000")


def test_no_release_at_all_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="Run 'tongzhou build', or give the address of a server"):
        open_graph(tmp_path)


def test_a_release_whose_store_is_gone_answers(tmp_path: Path) -> None:
    graph, node = ox.NamedNode("https://example.org/g"), ox.NamedNode("https://example.org/x")
    made = publish(
        tmp_path, ox.Dataset([ox.Quad(node, node, ox.Literal("a"), graph)]), digest="0" * 64, manifest={}
    )
    made.store_path.rename(tmp_path / "away")
    opened = open_graph(made)
    for pattern in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }"):
        assert [row["o"] for row in opened.select(f"SELECT ?o {{ {pattern} }}")] == ["a"]


def test_bad_questions_are_told(opened: OpenGraph) -> None:
    with pytest.raises(UnknownQueryError, match=QUESTION):
        opened.ask("cash-given-by-member")
    with pytest.raises(ParameterError, match="no parameter 'plaice'"):
        opened.ask("actions-for-a-place", {"plaice": "place/wuhan"})
    with pytest.raises(QuerySyntaxError, match="answers SELECT"):
        opened.select("ASK {}")


@pytest.mark.parametrize("source", ["opened", "remote"])
def test_a_value_that_names_nothing_is_told_with_near_ones(
    source: str, request: pytest.FixtureRequest
) -> None:
    graph: OpenGraph = request.getfixturevalue(source)
    with pytest.raises(
        UnknownValueError, match=r"'place/wuhna' is not in the graph. Near: place/wuhan"
    ) as told:
        graph.ask("actions-for-a-place", {"place": "place/wuhna"})
    assert told.value.near[0] == "place/wuhan"
    assert len(graph.ask("actions-for-a-place", {"place": "place/wuhan"})) > 0


def test_a_number_is_taken_as_it_is_written(opened: OpenGraph) -> None:
    with pytest.raises(UnknownValueError, match="parameter 'scope': '5' is not in the graph"):
        opened.ask("number-of-associations", {"scope": 5})


def test_what_a_server_refuses_is_told_by_its_words(remote: OpenGraph) -> None:
    with pytest.raises(QuerySyntaxError, match=r"not valid SPARQL\. See line 1, column 11") as told:
        remote.select("SELECT * {")
    assert (told.value.line, told.value.column) == (1, 11)
    assert "b'" not in str(told.value)


def test_a_server_that_is_not_there_is_told() -> None:
    nobody = open_graph("http://127.0.0.1:9")
    with pytest.raises(RemoteError, match="does not answer"):
        nobody.ask(QUESTION)
    with pytest.raises(RemoteError, match="can't be read"):
        _ = nobody.graph


def html_of(thing: object) -> str:
    """Return what a notebook shows of a thing: it looks for a method of this name."""
    shown: str = getattr(thing, "_repr_html_")()  # noqa: B009
    return shown


def test_notebooks_show_tables_in_which_values_stay_text(opened: OpenGraph) -> None:
    rows = Rows(["<a>"], [{"<a>": "<script>"}] * 60)
    shown = html_of(rows)
    assert "<script>" not in shown
    assert shown.count("<tr>") == 51
    assert "10 more rows" in shown
    assert QUESTION in html_of(opened)
    assert repr(rows) == "<60 rows: <a>>"
    assert "questions" in repr(opened)


@pytest.fixture
def without_pandas(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "pandas", None)
    yield


@pytest.mark.usefixtures("without_pandas")
def test_without_pandas_a_frame_says_how_to_get_it(opened: OpenGraph) -> None:
    with pytest.raises(PandasMissingError, match=r"pip install 'tongzhou\[pandas\]'"):
        opened.ask(QUESTION).frame()


def test_frames_hold_the_rows(opened: OpenGraph) -> None:
    rows = opened.ask(QUESTION)
    frame = rows.frame()
    assert tuple(frame.columns) == rows.columns
    assert len(frame) == len(rows)
    assert frame["value"].sum() == sum(row["value"] for row in rows)
    assert list(rows[:0].frame().columns) == list(rows.columns)


def test_the_package_itself_imports_nothing() -> None:
    program = "import sys, tongzhou.graph; print('rdflib' in sys.modules, 'pyoxigraph' in sys.modules)"
    command = [sys.executable, "-c", program]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False False\n"
