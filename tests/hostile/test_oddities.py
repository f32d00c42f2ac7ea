"""Characters, addresses, hosts and headers as no browser sends them."""

from __future__ import annotations

import pytest

from .conftest import in_time
from .harness import Server
from .wire import CLOSED, send


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("ASK%7B%7D%00", 400),
        ("ASK%00%7B%7D", 400),
        ("ASK%7B%7D%23%00", 200),
        ("%C0%AF", 400),
        ("SELECT%20%28%22%C0%BC%22%20AS%20%3Fx%29%7B%7D", 400),
        ("SELECT%20%28%22%ED%A0%80%22%20AS%20%3Fx%29%7B%7D", 400),
        ("SELECT%20%28%22%5CuD800%22%20AS%20%3Fx%29%7B%7D", 400),
        ("SELECT%20%28%22%F4%90%80%80%22%20AS%20%3Fx%29%7B%7D", 400),
        ("%FF%FEA%00S%00K%00", 400),
        ("%EF%BB%BFASK%7B%7D", 400),
        ("%25%34%31SK%7B%7D", 400),
        ("%u0041SK%7B%7D", 400),
        ("ASK%7B%7D%", 400),
        ("ASK%7B%7D%2", 400),
        ("ASK+%7B%7D", 200),
        ("ASK%7B%7D;query=x", 400),
    ],
)
def test_odd_characters(dataset: Server, text: str, status: int) -> None:
    response = send(dataset.address, "GET", f"/sparql?query={text}")
    assert response.status == status
    assert in_time(response.seconds, limit=0)


@pytest.mark.parametrize(
    ("path", "statuses"),
    [
        ("/data/..%2f..%2fcurrent", {404}),
        ("/data/../../current", {404}),
        ("/static/../app.py", {404}),
        ("/static/..%2fapp.py", {404}),
        ("/static/%2e%2e/app.py", {404}),
        ("/static/....//app.py", {404}),
        ("/static//etc/passwd", {308, 404}),
        ("/static/%00", {404}),
        ("/data/C:%5Cx", {404}),
        ("//evil.example/", {404}),
        ("///sparql", {200, 308, 404}),
        ("/%FF", {404}),
        ("/\0", {400, 404, CLOSED}),
        ("/%2e%2e%2f" * 100, {404}),
        ("/sparql%00?query=ASK%7B%7D", {404}),
        ("/sparql%3Fquery=ASK%7B%7D", {404}),
        ("/a" * 3000, {404, 414}),
        ("http://other.example/sparql?query=ASK%7B%7D", {200, 400, 404, 421}),
        ("http://127.0.0.1:1/", {200, 302, 400, 404, 421}),
        ("file:///etc/passwd", {400, 404, CLOSED}),
        ("*", {400, 404, 405, CLOSED}),
        ("sparql", {200, 400, 404, CLOSED}),
    ],
)
def test_odd_targets(either: Server, path: str, statuses: set[int]) -> None:
    response = send(either.address, "GET", path)
    assert response.status in statuses
    assert b"root:" not in response.body
    assert not response.headers.get("location", "").startswith(("//", "http://evil", "http://other"))


@pytest.mark.parametrize(
    "host", ["", "a:b:c", "evil.example", 'a"><script>x</script>', "[::1", "a@b", "é", "a" * 5000]
)
def test_an_odd_host_is_only_text(either: Server, host: str) -> None:
    for path in ("/zh/", "/sparql"):
        response = send(
            either.address, "GET", path, headers={"Host": host, "Accept": "text/html,text/turtle;q=0.5"}
        )
        assert response.status in (200, 400)
        assert b"<script>x" not in response.body


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Accept", "a/b;q=0.5," * 5000),
        ("Accept", ",;=/" * 5000),
        ("Accept", '"' + "\\" * 10_000),
        ("Accept-Encoding", "gzip;q=" + "9" * 5000),
        ("Accept-Encoding", "*;q=0"),
        ("Accept-Language", "-" * 10_000),
        ("If-None-Match", 'W/"' * 5000),
        ("Content-Type", "text/turtle" + ";a=b" * 3000),
        ("Range", "bytes=" + "0-0," * 5000),
        ("X-Forwarded-For", "127.0.0.1," * 2000),
        ("X-Forwarded-For", "' OR 1=1 --"),
        ("Cookie", "a=b;" * 5000),
        ("Authorization", "Bearer " + "a" * 20_000),
        ("Connection", "Upgrade, HTTP2-Settings"),
        ("Upgrade", "websocket"),
    ],
)
def test_odd_headers(either: Server, name: str, value: str) -> None:
    response = send(either.address, "GET", "/sparql?query=ASK%7B%7D", headers={name: value})
    assert response.status in (200, 400, 406, 415, 431)
    assert in_time(response.seconds, limit=0)
