"""The thirty ways in which public endpoints are known to fail, the part that browsers see."""

from __future__ import annotations

import html.parser
import json
from urllib.parse import quote

import pytest

from .harness import Server
from .wire import ask, send


def test_pitfall_24_content_stays_inactive(either: Server) -> None:
    script = "<script>alert(1)</script>"
    for path in (
        f"/sparql?query={quote(f'SELECT ({json.dumps(script)} AS ?x) {{}}')}",
        f"/sparql?query={quote(script)}",
        f"/{quote(script)}",
        f"/sparql?default-graph-uri={quote(script)}&query=ASK%7B%7D",
    ):
        for accept in ("text/html", "*/*"):
            answer = send(either.address, "GET", path, headers={"Accept": accept, "Host": f'a"{script}'})
            if answer.headers.get("content-type", "").startswith("text/html"):
                assert script.encode() not in answer.body
                assert "'unsafe-inline'" not in answer.headers["content-security-policy"]
            assert answer.status == 400 or answer.headers["x-content-type-options"] == "nosniff"


def test_pitfall_25_csv_says_what_the_data_says(either: Server) -> None:
    """CSV is for programs: the value as it is, as the specification has it."""
    response = ask(either.address, 'SELECT ("=HYPERLINK(1)" AS ?x) {}', accept="text/csv")
    assert response.body == b"x\r\n=HYPERLINK(1)\r\n"
    assert response.headers["content-type"].startswith("text/csv")


class _Sources(html.parser.HTMLParser):
    """Collects what a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        loads = {"script": "src", "img": "src", "iframe": "src", "form": "action"}
        if dict(attrs).get("rel") in ("stylesheet", "icon", "preload", "modulepreload", "manifest"):
            loads["link"] = "href"
        self.found += [value or "" for name, value in attrs if loads.get(tag) == name]


@pytest.mark.parametrize("path", ["/zh/", "/sparql", "/sparql?query=SELECT%20*%20%7B%7D", "/none"])
def test_pitfall_26_pages_load_nothing_of_others(either: Server, path: str) -> None:
    answer = send(either.address, "GET", path, headers={"Accept": "text/html"})
    sources = _Sources()
    sources.feed(answer.body.decode())
    own = f"http://{either.address[0]}:{either.address[1]}/"
    assert [source for source in sources.found if "//" in source and not source.startswith(own)] == []
