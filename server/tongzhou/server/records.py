"""What is noted of each request: for metrics, the access log, and the log of slow queries."""

from __future__ import annotations

import json

from tongzhou.server.config import Config
from tongzhou.server.http import AnyReply, Reply, Request, StreamedReply
from tongzhou.server.logs import Logs, hash_query
from tongzhou.server.metrics import Metrics, route_of
from tongzhou.server.problems import MEDIA_TYPE, RequestError
from tongzhou.server.protocol import read_query


class Recorder:
    """Notes requests whose answers have ended."""

    def __init__(self, config: Config) -> None:
        """Open the logs. Raises ConfigError."""
        self.metrics = Metrics()
        self.logs = Logs(config.access_log, config.slow_query)
        self._slow = config.slow_query
        self._logs_all = bool(config.access_log)

    def record(self, request: Request, reply: AnyReply, *, seconds: float, sent: int, whole: bool) -> None:
        """Note a request to the service; `whole` is False where the answer broke off."""
        route = route_of(request.path)
        self.metrics.count_request(route, reply.status, seconds)
        slow = bool(self._slow) and seconds >= self._slow
        if not (slow or self._logs_all):
            return
        text = _text_of(request) if route == "query" else None
        query = None if text is None else hash_query(text)
        if slow and text is not None and query is not None:
            outcome = _outcome_of(reply) if whole else "broken-off"
            self.logs.log_query(query=query, text=text, seconds=seconds, outcome=outcome)
        cached = None if query is None else isinstance(reply, Reply) and reply.kept
        self._log(request, reply.status, seconds=seconds, sent=sent, query=query, cached=cached)

    def record_kept(self, request: Request, reply: Reply) -> None:
        """Note a request that was answered at once from what is kept."""
        self.record(request, reply, seconds=0.0, sent=len(reply.body), whole=True)

    def record_page(self, request: Request, *, status: int, seconds: float, sent: int) -> None:
        """Note a request that was answered by a page; status 0 where its client went before."""
        self.metrics.count_request("page", status, seconds)
        self._log(request, status, seconds=seconds, sent=sent)

    def _log(
        self,
        request: Request,
        status: int,
        *,
        seconds: float,
        sent: int,
        query: str | None = None,
        cached: bool | None = None,
    ) -> None:
        self.logs.log_request(
            client=request.client,
            method=request.method,
            path=request.path,
            status=status,
            size=sent,
            seconds=seconds,
            user_agent=request.headers.get("user-agent", ""),
            query=query,
            cached=cached,
        )


def _text_of(request: Request) -> str | None:
    """Return the text of a query, None where the request holds none."""
    try:
        asked = read_query(request)
    except RequestError:
        return None
    return asked.query.text if asked else None


def _outcome_of(reply: AnyReply) -> str:
    """Return `answered`, or the kind of the problem."""
    if isinstance(reply, StreamedReply) or ("Content-Type", MEDIA_TYPE) not in reply.headers:
        return "answered"
    return str(json.loads(reply.body or b'{"type": ""}')["type"]).rpartition("/")[2]
