from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from benchmarks.data import Shape, write
from benchmarks.load import WrkMissingError, put_load, read_summary, send
from benchmarks.peers import Server
from benchmarks.processes import cpu_seconds, drain, memory_mb
from benchmarks.workloads import queries_of

from .endpoint import serving

SHAPE = Shape.of("5k")
WORK = """
import os, time
if os.fork() == 0:
    end = time.time() + 1
    while time.time() < end: pass
    os._exit(0)
os.wait()
input()
"""
SAID = (
    'noise\n{"requests": %d, "seconds": 2.0, "refused": 1, "broken": 2, '
    '"mean": 400.0, "p50": 1.0, "p99": 2.0, "most": 3.0}\n'
)


def test_the_rate_of_many_requests_is_their_number_by_time() -> None:
    seen = read_summary(SAID % 1000, 8)
    assert (seen.rps, seen.refused, seen.broken, seen.most_ms) == (500, 1, 2, 3)


def test_the_rate_of_few_requests_comes_from_their_latency() -> None:
    assert read_summary(SAID % 7, 8).rps == 20
    assert read_summary(SAID % 0, 8).rps == 0


def test_without_wrk_nothing_is_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    server = Server("any", "http://127.0.0.1:9", "/sparql", 0)
    with pytest.raises(WrkMissingError, match="apt-get install wrk"):
        send(server, queries_of(SHAPE)["lookup"], 1, first=0)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the endpoint to be idle: it is in this process, whose session has other tests at work."""
    monkeypatch.setattr("benchmarks.load._DRAIN_SECONDS", 0.5)


@pytest.mark.skipif(shutil.which("wrk") is None, reason="no program wrk")
@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("name", ["lookup", "join", "aggregate", "construct"])
def test_fresh_queries_are_those_with_the_next_numbers(name: str, tmp_path: Path) -> None:
    write(tmp_path / "data.nt", SHAPE)
    store = ox.Store()
    store.bulk_load(path=str(tmp_path / "data.nt"))
    query, texts = queries_of(SHAPE)[name], list[str]()
    with serving("any", store, texts) as server:
        load = put_load(server, query, 1, first=300)
    assert 0 < load.requests <= len(texts)
    assert (load.refused, load.broken) == (0, 0)
    assert len(set(texts)) == len(texts)
    assert set(texts) <= {query.numbered(300 + index) for index in range(len(texts) + 1)}, (
        "wrk takes one and drops it"
    )


@pytest.mark.skipif(shutil.which("wrk") is None, reason="no program wrk")
@pytest.mark.usefixtures("hasty")
def test_a_repeated_query_is_always_the_same() -> None:
    texts: list[str] = []
    query = queries_of(SHAPE)["lookup"]
    with serving("any", ox.Store(), texts) as server:
        put_load(server, query, 1, first=None)
    assert set(texts) == {query.numbered(0)}


def test_work_goes_on_until_it_is_drained() -> None:
    command = [sys.executable, "-c", WORK]
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as process:
        assert not drain(process.pid, 0.3)
        assert drain(process.pid, 30)
        assert cpu_seconds(process.pid) > 0.2, "the child has ended; its time counts"
        assert memory_mb(process.pid) > 1
        process.communicate(b"\n")
