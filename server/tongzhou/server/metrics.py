"""What Prometheus reads at `/-/metrics`. Pure: it is told values, and asks no server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from tongzhou.server.workers.pool import PoolState

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

Route = Literal["query", "update", "store", "operations", "page"]
"""Classes of paths: few, and none made by clients, so that the number of series is bounded."""

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_OUTCOMES = (
    "answered",
    "too-many-requests",
    "busy",
    "shed",
    "deadline",
    "out-of-memory",
    "query-crashed",
    "worker-lost",
    "abandoned",
)


@dataclass(frozen=True, slots=True)
class CacheState:
    """Requests answered from the cache and not, since the start; bytes and entries in it now."""

    hits: int
    misses: int
    size: int
    entries: int


@dataclass(frozen=True, slots=True)
class SnapshotState:
    """The data that is served: its name, its quads where they were counted, whether workers hold it in memory."""

    name: str
    quads: int | None
    in_memory: bool


def route_of(path: str) -> Route:
    """Return the class of a path.

    >>> route_of("/sparql/"), route_of("/-/healthz"), route_of("/id/place/wuhan")
    ('query', 'operations', 'page')
    """
    match path.split("/", 2)[1:]:
        case ["sparql", *_]:
            return "query"
        case ["update", *_]:
            return "update"
        case ["store", *_]:
            return "store"
        case ["-", *_]:
            return "operations"
        case _:
            return "page"


class Metrics:
    """Counts requests and writes, and renders them beside what it is told of workers, cache and snapshot."""

    def __init__(self) -> None:
        """Count from zero, in a registry of its own."""
        self._registry = CollectorRegistry()
        self._told = _Told()
        self._requests = Counter(
            "tongzhou_requests",
            "Requests by class of path and status.",
            ("route", "status"),
            registry=self._registry,
        )
        seconds = Histogram(
            "tongzhou_request_seconds",
            "Time from a request to the end of its answer.",
            ("route",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._seconds = {route: seconds.labels(route) for route in get_args(Route)}
        self._counters: dict[tuple[Route, int], Counter] = {}  # looked up faster than by labels()
        self._writes = Counter(
            "tongzhou_writes", "Updates and uploads that were acknowledged.", registry=self._registry
        )
        self._registry.register(self._told)
        ProcessCollector(registry=self._registry)

    def count_request(self, route: Route, status: int, seconds: float) -> None:
        """Count a request whose answer has ended, and how long it took."""
        counter = self._counters.get((route, status))
        if counter is None:
            counter = self._counters[route, status] = self._requests.labels(route, str(status))
        counter.inc()
        self._seconds[route].observe(seconds)

    def count_write(self) -> None:
        """Count a write that was acknowledged."""
        self._writes.inc()

    def render(self, pool: PoolState, cache: CacheState, snapshot: SnapshotState) -> bytes:
        """Return all metrics in the text format of Prometheus (CONTENT_TYPE)."""
        self._told.families = [*_of_server(), *_of_pool(pool), *_of_cache(cache), *_of_snapshot(snapshot)]
        return generate_latest(self._registry)


class _Told(Collector):
    """The values of the present moment."""

    def __init__(self) -> None:
        self.families: list[Metric] = []

    def collect(self) -> Iterable[Metric]:
        return self.families


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value)


def _of_server() -> Iterator[Metric]:
    yield InfoMetricFamily("tongzhou", "The server.", {"version": version("tongzhou")})


def _of_pool(pool: PoolState) -> Iterator[Metric]:
    yield _gauge("tongzhou_workers_idle", "Workers that wait for a query.", pool.idle)
    yield _gauge("tongzhou_workers_busy", "Workers that answer a query, long ones among them.", pool.busy)
    yield _gauge("tongzhou_queries_long", "Long queries that run.", pool.long)
    yield _gauge("tongzhou_queries_queued", "Queries that wait for a worker.", pool.queued)
    queries = CounterMetricFamily("tongzhou_queries", "Queries by what became of them.", labels=("outcome",))
    for outcome in dict.fromkeys((*_OUTCOMES, *pool.counts)):
        queries.add_metric((outcome,), pool.counts.get(outcome, 0))
    yield queries


def _of_cache(cache: CacheState) -> Iterator[Metric]:
    yield CounterMetricFamily("tongzhou_cache_hits", "Requests answered from the cache.", cache.hits)
    yield CounterMetricFamily(
        "tongzhou_cache_misses", "Requests that the cache had no answer to.", cache.misses
    )
    yield _gauge("tongzhou_cache_bytes", "Size of the answers that are kept.", cache.size)
    yield _gauge("tongzhou_cache_entries", "Answers that are kept.", cache.entries)


def _of_snapshot(snapshot: SnapshotState) -> Iterator[Metric]:
    yield InfoMetricFamily("tongzhou_snapshot", "The data that is served.", {"name": snapshot.name})
    yield _gauge("tongzhou_snapshot_in_memory", "1 where workers hold it in memory.", snapshot.in_memory)
    if snapshot.quads is not None:
        yield _gauge("tongzhou_snapshot_quads", "Quads in it.", snapshot.quads)
