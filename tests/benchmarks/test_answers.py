from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import pyoxigraph as ox
import pytest
from benchmarks.answers import WrongAnswerError, ask, canonical, compare
from benchmarks.data import ONTOLOGY, Shape, write
from benchmarks.peers import Server
from benchmarks.workloads import RESULTS, queries_of

from .endpoint import serving

SHAPE = Shape.of("5k")


@pytest.fixture
def store(tmp_path: Path) -> ox.Store:
    write(tmp_path / "data.nt", SHAPE)
    store = ox.Store()
    store.bulk_load(path=str(tmp_path / "data.nt"))
    return store


def body(*rows: dict[str, dict[str, str]]) -> bytes:
    return json.dumps({"head": {"vars": ["n"]}, "results": {"bindings": list(rows)}}).encode()


def number(value: str) -> dict[str, dict[str, str]]:
    datatype = "http://www.w3.org/2001/XMLSchema#decimal"
    return {"n": {"type": "literal", "value": value, "datatype": datatype}}


def test_order_and_spelling_of_numbers_make_no_difference() -> None:
    assert canonical(body(number("1.50"), number("200")), RESULTS) == canonical(
        body(number("200.0"), number("1.5")), RESULTS
    )


def test_rows_are_a_bag() -> None:
    assert canonical(body(number("1")), RESULTS) != canonical(body(number("1"), number("1")), RESULTS)


def test_a_language_makes_a_difference() -> None:
    zh, en = ({"n": {"type": "literal", "value": "a", "xml:lang": lang}} for lang in ("zh", "en"))
    assert canonical(body(zh), RESULTS) != canonical(body(en), RESULTS)


def test_equal_servers_agree_on_all_workloads(store: ox.Store) -> None:
    seen: list[str] = []
    with serving("one", store, seen) as one, serving("other", store, seen) as other:
        assert compare([one, other], queries_of(SHAPE)) == []
    assert len(seen) == 2 * 12


@pytest.mark.parametrize(
    "update",
    [
        "DELETE { ?s ?p ?o } INSERT { ?s ?p 99999999.5 } WHERE { ?s ?p ?o FILTER(?p = tz:value) }",
        "DELETE WHERE { ?s tz:evidence ?o }",
        "INSERT { ?s tz:sector <urn:more> } WHERE { ?s tz:evidence ?o }",
    ],
)
def test_a_wrong_answer_is_found(store: ox.Store, update: str) -> None:
    spoilt = ox.Store()
    spoilt.extend(store)
    spoilt.update(f"PREFIX tz: <{ONTOLOGY}> {update}")
    with serving("right", store, []) as right, serving("spoilt", spoilt, []) as other:
        faults = compare([right, other], queries_of(SHAPE))
    assert faults
    assert all("spoilt" in fault for fault in faults)


def test_a_server_that_is_gone_is_told() -> None:
    gone = Server("gone", "http://127.0.0.1:9", "/sparql", 0)
    with pytest.raises(WrongAnswerError, match="gone did not answer"):
        ask(gone, queries_of(SHAPE)["lookup"], 0)


def test_nothing_at_all_is_no_answer() -> None:
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(name, ox.Store(), [])) for name in ("one", "other")]
        assert any("empty answer" in fault for fault in compare(servers, queries_of(SHAPE)))
