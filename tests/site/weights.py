"""What a page costs: bytes as they are sent, queries, time."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from uuid import uuid4

import httpx
from tests.site.crawl import PageParser

MOST_HTML, MOST_CSS, MOST_SCRIPT, MOST_QUERIES = 30_000, 8_000, 10_000, 4
HEAVY = {"sparql": 320_000, "neighbours": 160_000}
"""The most that style sheets and scripts of a page may weigh which brings an editor or draws a graph on demand."""


@dataclass(frozen=True)
class Weight:
    """What a page costs: bytes of HTML, of style sheets and of scripts, compressed; queries; milliseconds once it is kept."""

    html: int
    css: int
    script: int
    queries: int
    warm: float

    def is_over(self, path: str) -> bool:
        """Tell whether a page, by its path behind the language, is over the budget.

        Its time is not judged: other work on the machine is no fault of it.
        """
        heavy = HEAVY.get(path.partition("?")[0])
        is_over = (
            self.css + self.script > heavy if heavy else self.css > MOST_CSS or self.script > MOST_SCRIPT
        )
        return is_over or self.html > MOST_HTML or self.queries > MOST_QUERIES


def weigh(client: httpx.Client, path: str) -> Weight:
    """Ask for a page twice: as it is made, and as it is kept.

    It is kept under the name of the host that was asked: by a new name it is made anew.
    """
    headers = {"Accept": "text/html", "Accept-Encoding": "gzip", "Host": f"{uuid4().hex}.example"}
    first = client.get(path, headers=headers)
    begun = time.perf_counter()
    client.get(path, headers=headers)
    warm = (time.perf_counter() - begun) * 1000
    counted = re.search(r'sparql;desc="(\d+)"', first.headers.get("Server-Timing", ""))
    links = PageParser(first.text).links
    return Weight(
        int(first.headers["Content-Length"]),
        sum(_size(client, link) for link in links if link.endswith(".css")),
        sum(_size(client, link) for link in links if link.endswith(".js")),
        int(counted[1]) if counted else 0,
        warm,
    )


def _size(client: httpx.Client, path: str) -> int:
    answer = client.head(path, headers={"Accept-Encoding": "gzip"})
    return int(answer.headers["Content-Length"])
