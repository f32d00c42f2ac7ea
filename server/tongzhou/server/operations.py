"""What operators ask: is it alive, is it ready, how is it doing. Closed to strangers but for the first two."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from tongzhou.server.http import Reply, Request
from tongzhou.server.metrics import CONTENT_TYPE, CacheState, SnapshotState
from tongzhou.server.negotiation import HTML, negotiate
from tongzhou.server.planning import with_charset
from tongzhou.server.problems import RequestError
from tongzhou.server.query_endpoint import QueryEndpoint
from tongzhou.server.records import Recorder
from tongzhou.server.replies import options_reply
from tongzhou.server.service_pages import frame_of, page_reply
from tongzhou.server.tokens import TokenFile
from tongzhou.server.workers.pool import Pool

_METHODS = ("GET", "HEAD", "OPTIONS")
_JSON = "application/json"


class Operations:
    """Answers the paths below `/-/`."""

    def __init__(
        self,
        pool: Pool,
        queries: QueryEndpoint,
        recorder: Recorder,
        tokens: TokenFile,
        limits: Mapping[str, float],
    ) -> None:
        """Keep what is told of; `limits` are shown by name."""
        self._pool = pool
        self._queries = queries
        self._recorder = recorder
        self._tokens = tokens
        self._limits = limits
        self._started = time.time()
        self.in_memory = False
        self.stopping = False
        self.paths: dict[str, Callable[[Request], Awaitable[Reply]]] = {
            "/-/healthz": self._health,
            "/-/readyz": self._readiness,
            "/-/metrics": self._metrics,
            "/-/ops": self._ops,
        }

    async def _health(self, request: Request) -> Reply:
        """Answer that the server answers; it does so however busy the workers are."""
        return _check_method(request) or _text(200, "ok")

    async def _readiness(self, request: Request) -> Reply:
        """Answer whether queries are answered: a worker is there, and the server does not stop."""
        state = self._pool.state()
        ready = not self.stopping and state.idle + state.busy > 0
        return _check_method(request) or _text(200 if ready else 503, "ready" if ready else "not ready")

    async def _metrics(self, request: Request) -> Reply:
        """Answer with the metrics for Prometheus, to tokens of the scope `read`."""
        refused = _check_method(request)
        if refused:
            return refused
        self._tokens.check(request.headers.get("authorization"), "read")
        snapshot = SnapshotState(self._pool.snapshot.name, None, self.in_memory)
        body = self._recorder.metrics.render(self._pool.state(), self._cache(), snapshot)
        return Reply(200, (("Content-Type", CONTENT_TYPE), ("Cache-Control", "no-store")), body)

    async def _ops(self, request: Request) -> Reply:
        """Answer with the state of the server for a person or a program, to tokens of the scope `admin`."""
        refused = _check_method(request)
        if refused:
            return refused
        self._tokens.check(request.headers.get("authorization"), "admin")
        media_type = negotiate(request.headers.get("accept"), [_JSON, HTML])
        if media_type is None:
            raise RequestError("not-acceptable", {}, offers=(_JSON, HTML))
        report = self._report()
        if media_type == HTML:
            return page_reply("ops.html", frame_of(request, None), cache="no-store", report=report)
        headers = (("Content-Type", _JSON), ("Vary", "Accept"), ("Cache-Control", "no-store"))
        return Reply(200, headers, f"{json.dumps(report, indent=2)}\n".encode())

    def _cache(self) -> CacheState:
        queries = self._queries
        return CacheState(queries.hits, queries.misses, queries.cache.size, len(queries.cache))

    def _report(self) -> dict[str, Any]:
        state, cache = self._pool.state(), self._cache()
        return {
            "snapshot": self._pool.snapshot.name,
            "in_memory": self.in_memory,
            "seconds_up": round(time.time() - self._started),
            "workers": {
                "idle": state.idle,
                "busy": state.busy,
                "long": state.long,
                "queued": state.queued,
            },
            "queries": dict(state.counts),
            "cache": {
                "hits": cache.hits,
                "misses": cache.misses,
                "bytes": cache.size,
                "entries": cache.entries,
            },
            "limits": dict(self._limits),
            "slow_queries": [
                {
                    "ended": datetime.fromtimestamp(one.ended, UTC).isoformat(timespec="seconds"),
                    "query": one.query,
                    "seconds": round(one.seconds, 2),
                    "outcome": one.outcome,
                }
                for one in self._recorder.logs.recent
            ],
        }


def _check_method(request: Request) -> Reply | None:
    """Return the answer to OPTIONS, None to GET and HEAD. Raises RequestError `method-not-allowed`."""
    if request.method == "OPTIONS":
        return options_reply(_METHODS)
    if request.method not in _METHODS:
        raise RequestError("method-not-allowed", {"found": ", ".join(_METHODS)})
    return None


def _text(status: int, text: str) -> Reply:
    headers = (("Content-Type", with_charset("text/plain")), ("Cache-Control", "no-store"))
    return Reply(status, headers, f"{text}\n".encode())
