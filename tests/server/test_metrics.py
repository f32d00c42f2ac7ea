"""Metrics say what they were told, in a format that Prometheus's own parser reads."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from tongzhou.server.metrics import CONTENT_TYPE, CacheState, Metrics, SnapshotState, route_of
from tongzhou.server.workers.pool import PoolState

Labels = tuple[tuple[str, str], ...]
POOL = PoolState(
    idle=2, busy=3, long=1, queued=4, counts={"answered": 7, "deadline": 2, "new-kind": 1}, pids=(1, 2)
)
CACHE = CacheState(hits=5, misses=6, size=700, entries=8)
SNAPSHOT = SnapshotState(name='a "name"\n', quads=9, in_memory=True)


def read(metrics: Metrics, snapshot: SnapshotState = SNAPSHOT) -> dict[tuple[str, Labels], float]:
    text = metrics.render(POOL, CACHE, snapshot).decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for sample in samples}


def test_requests_are_counted_by_route_and_status() -> None:
    metrics = Metrics()
    metrics.count_request("query", 200, 0.004)
    metrics.count_request("query", 200, 100)
    metrics.count_request("query", 504, 5)
    metrics.count_request("page", 200, 0.1)
    found = read(metrics)
    assert found["tongzhou_requests_total", (("route", "query"), ("status", "200"))] == 2
    assert found["tongzhou_requests_total", (("route", "query"), ("status", "504"))] == 1
    assert found["tongzhou_requests_total", (("route", "page"), ("status", "200"))] == 1
    buckets = {
        key[1][0][1]: value
        for key, value in found.items()
        if key[0] == "tongzhou_request_seconds_bucket" and ("route", "query") in key[1]
    }
    assert (buckets["0.0025"], buckets["0.005"], buckets["5.0"], buckets["60.0"], buckets["+Inf"]) == (
        0,
        1,
        2,
        2,
        3,
    )
    assert found["tongzhou_request_seconds_sum", (("route", "query"),)] == pytest.approx(105.004)


def test_values_of_the_moment_are_told() -> None:
    metrics = Metrics()
    metrics.count_write()
    found = read(metrics)
    told = {name: value for (name, labels), value in found.items() if not labels}
    assert {name: told[name] for name in told if name.startswith("tongzhou_") and "created" not in name} == {
        "tongzhou_writes_total": 1,
        "tongzhou_workers_idle": 2,
        "tongzhou_workers_busy": 3,
        "tongzhou_queries_long": 1,
        "tongzhou_queries_queued": 4,
        "tongzhou_cache_hits_total": 5,
        "tongzhou_cache_misses_total": 6,
        "tongzhou_cache_bytes": 700,
        "tongzhou_cache_entries": 8,
        "tongzhou_snapshot_in_memory": 1,
        "tongzhou_snapshot_quads": 9,
    }
    assert told["process_resident_memory_bytes"] > 1_000_000
    assert found["tongzhou_info", (("version", version("tongzhou")),)] == 1
    assert found["tongzhou_snapshot_info", (("name", 'a "name"\n'),)] == 1


def test_every_outcome_of_queries_stands_there_from_the_start() -> None:
    found = read(Metrics())
    outcomes = {key[1][0][1]: value for key, value in found.items() if key[0] == "tongzhou_queries_total"}
    assert outcomes == {
        "answered": 7,
        "too-many-requests": 0,
        "busy": 0,
        "shed": 0,
        "deadline": 2,
        "out-of-memory": 0,
        "query-crashed": 0,
        "worker-lost": 0,
        "abandoned": 0,
        "new-kind": 1,
    }


def test_quads_that_nobody_counted_are_left_out() -> None:
    found = read(Metrics(), SnapshotState("x", None, in_memory=False))
    assert ("tongzhou_snapshot_quads", ()) not in found
    assert found["tongzhou_snapshot_in_memory", ()] == 0


def test_two_servers_in_a_process_share_nothing() -> None:
    first, second = Metrics(), Metrics()
    first.count_write()
    assert read(first)["tongzhou_writes_total", ()] == 1
    assert read(second)["tongzhou_writes_total", ()] == 0
    assert REGISTRY.get_sample_value("tongzhou_writes_total") is None
    assert CONTENT_TYPE.startswith("text/plain; version=0.0.4")


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/sparql", "query"),
        ("/sparql/", "query"),
        ("/update", "update"),
        ("/store", "store"),
        ("/store/a/b", "store"),
        ("/-/metrics", "operations"),
        ("/", "page"),
        ("", "page"),
        ("/sparqlx", "page"),
        ("/id/sparql", "page"),
        ("//sparql", "page"),
        ("*", "page"),
    ],
)
def test_paths_fall_into_few_classes(path: str, route: str) -> None:
    assert route_of(path) == route
