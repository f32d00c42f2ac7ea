"""Access log and slow-query log: one JSON object a line.

A line tells what was asked by a hash of the query: its text, the query string and every header but User-Agent stay
out, and with them tokens and what people search for. Only the entry of a slow query holds its text, as nobody could
mend a query by its hash; `recent`, which is shown over HTTP, does not. Every text of a client goes through a JSON
encoder that leaves ASCII, so that no client can forge a line or reach a terminal.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tongzhou.server.log_writer import STANDARD_ERROR, LineWriter

_LONGEST_PATH = 500  # characters
_LONGEST_AGENT = 200
_LONGEST_QUERY = 2_000
_RECENT = 50
_quote: Callable[[str], str] = (
    json.JSONEncoder().encode
)  # far quicker for a string than json.dumps of an object


@dataclass(frozen=True, slots=True)
class SlowQuery:
    """A query that took long: when it ended (seconds since 1970), its hash, its seconds, what became of it."""

    ended: float
    query: str
    seconds: float
    outcome: str


def hash_query(text: str) -> str:
    """Return the 12 hex digits that stand for a query in logs.

    >>> hash_query("ASK {}")
    '1df8943bb9ea'
    """
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=6).hexdigest()


class Logs:
    """Writes both logs, and remembers the last slow queries."""

    def __init__(self, access_log: str, slow_query: float) -> None:
        """Open the log named by the setting `access_log`, which slow queries go to as well.

        Without one, slow queries go to standard error. Queries over `slow_query` seconds are slow; 0: none is.
        Raises ConfigError.
        """
        self._slow_query = slow_query
        self._accesses = bool(access_log)
        self._writer = LineWriter(access_log or STANDARD_ERROR) if access_log or slow_query else None
        self._recent: deque[SlowQuery] = deque(maxlen=_RECENT)
        self._second = 0
        self._stamp = ""

    @property
    def recent(self) -> Sequence[SlowQuery]:
        """Return the last slow queries, the latest first."""
        return tuple(reversed(self._recent))

    def log_request(
        self,
        *,
        client: str,
        method: str,
        path: str,
        status: int,
        size: int,
        seconds: float,
        user_agent: str,
        query: str | None = None,
        cached: bool | None = None,
    ) -> None:
        """Log a request whose answer has ended.

        `size` counts the bytes of the body as sent. `query` is the hash of a query, `cached` whether its answer came
        from the cache; both None where there was no query.
        """
        if self._writer is None or not self._accesses:
            return
        asked = "" if query is None else f',"query":{_quote(query)}'
        kept = "" if cached is None else f',"cached":{"true" if cached else "false"}'
        self._writer.write(
            f'{{"time":"{self._now()}","event":"request","client":{_quote(client)},"method":{_quote(method)},'
            f'"path":{_quote(path.partition("?")[0][:_LONGEST_PATH])},"status":{status},"bytes":{size},'
            f'"seconds":{seconds:.6f}{asked}{kept},"agent":{_quote(user_agent[:_LONGEST_AGENT])}}}\n'
        )

    def log_query(self, *, query: str, text: str, seconds: float, outcome: str) -> None:
        """Log a query that has ended, if it was slow: its hash, its text, and `answered` or the kind of its problem."""
        if self._writer is None or not self._slow_query or seconds < self._slow_query:
            return
        self._recent.append(SlowQuery(time.time(), query, seconds, outcome))
        entry = {
            "time": self._now(),
            "event": "slow-query",
            "query": query,
            "seconds": round(seconds, 3),
            "outcome": outcome,
            "text": text[:_LONGEST_QUERY],
            "cut": len(text) > _LONGEST_QUERY,
        }
        self._writer.write(json.dumps(entry, separators=(",", ":")) + "\n")

    def close(self) -> None:
        """Write what is not yet written."""
        if self._writer is not None:
            self._writer.close()

    def _now(self) -> str:
        """Return the time in UTC, to the millisecond; the part down to the second is worded once a second."""
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second = second
            self._stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._stamp}.{int((now - second) * 1000):03d}Z"
