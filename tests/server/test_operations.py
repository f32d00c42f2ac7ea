"""What operators ask under both fronts, and who may ask it."""

from __future__ import annotations

import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tongzhou.graph.release import Release

from .conftest import Tokens
from .web import Client

CLOSED = {"/-/metrics": "read", "/-/ops": "admin"}


@pytest.mark.parametrize(("path", "text"), [("/-/healthz", "ok\n"), ("/-/readyz", "ready\n")])
def test_anybody_may_see_that_it_lives(client: Client, path: str, text: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (200, text)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "text/plain"
    head = client.head(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(text))


@pytest.mark.parametrize("path", CLOSED)
def test_strangers_see_nothing(client: Client, tokens: Tokens, path: str) -> None:
    for method in ("GET", "HEAD"):
        answer = client.open(path, method=method)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="tongzhou"'
    for wrong in ("Bearer x", "Bearer", f"Bearer {tokens.secrets['admin']}x", f"bearer  {'a' * 300}"):
        answer = client.get(path, headers={"Authorization": wrong})
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    basic = client.get(path, headers={"Authorization": f"Basic {tokens.secrets['admin']}"})
    assert basic.headers["WWW-Authenticate"] == 'Bearer realm="tongzhou"'
    assert client.get(f"{path}?access_token={tokens.secrets['admin']}").status_code == 401


def test_each_scope_opens_what_it_names(client: Client, tokens: Tokens) -> None:
    statuses = {
        path: [
            client.get(path, headers=tokens.header(scope)).status_code for scope in ("read", "write", "admin")
        ]
        for path in CLOSED
    }
    assert statuses == {"/-/metrics": [200, 200, 200], "/-/ops": [403, 403, 200]}
    refused = client.get("/-/ops", headers=tokens.header("write"))
    assert 'error="insufficient_scope", scope="admin"' in refused.headers["WWW-Authenticate"]


def test_the_state_as_json(client: Client, tokens: Tokens, release: Release) -> None:
    client.get("/sparql", query_string={"query": "ASK {}"})
    answer = client.get("/-/ops", headers=tokens.header("admin"))
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    report = answer.get_json()
    assert report["snapshot"] == release.name
    assert set(report["workers"]) == {"idle", "busy", "long", "queued"}
    assert report["workers"]["idle"] >= 1
    assert report["queries"]["answered"] >= 1
    assert report["limits"]["seconds a query may take"] == 30
    assert report["cache"]["entries"] >= 1
    assert report["slow_queries"] == []


def test_the_state_as_a_page(client: Client, tokens: Tokens, release: Release) -> None:
    answer = client.get("/-/ops", headers={**tokens.header("admin"), "Accept": "text/html"})
    assert answer.mimetype == "text/html"
    assert release.name in answer.text
    assert "seconds a query may take" in answer.text
    assert "<script" not in answer.text


def test_hits_and_misses_are_counted(client: Client, tokens: Tokens) -> None:
    def cache() -> tuple[int, int]:
        state = _cache(client, tokens)
        return state["hits"], state["misses"]

    hits, misses = cache()
    for _ in range(3):
        client.get("/sparql", query_string={"query": "ASK { ?operators ?count ?this }"})
    assert cache() == (hits + 2, misses + 1)


def test_what_was_asked_counts_as_memory(client: Client, tokens: Tokens) -> None:
    """A short answer to a long query takes as much memory as the query does."""
    held = _cache(client, tokens)["bytes"]
    text = f"ASK {{}} # {'a' * 500_000}"
    client.post("/sparql", data=text, content_type="application/sparql-query")
    assert _cache(client, tokens)["bytes"] > held + 500_000


def test_a_write_empties_the_cache(writer: Client, tokens: Tokens) -> None:
    for number in range(20):
        writer.get("/sparql", query_string={"query": f"ASK {{ ?cached ?entry {number} }}"})
    assert _cache(writer, tokens)["entries"] >= 20
    update = "INSERT DATA { <urn:cache> <urn:is> 'emptied' }"
    assert writer.post("/update", data={"update": update}, headers=tokens.header("write")).status_code == 204
    cache = _cache(writer, tokens)
    assert (cache["entries"], cache["bytes"]) == (0, 0)
    kept = writer.get("/sparql", query_string={"query": "ASK { <urn:cache> ?is ?emptied }"})
    assert kept.get_json()["boolean"] is True
    assert _cache(writer, tokens)["entries"] == 1


def _cache(client: Client, tokens: Tokens) -> dict[str, int]:
    report: dict[str, dict[str, int]] = client.get("/-/ops", headers=tokens.header("admin")).get_json()
    return report["cache"]


def test_metrics_count_requests(client: Client, tokens: Tokens, release: Release) -> None:
    def read() -> dict[tuple[str, ...], float]:
        answer = client.get("/-/metrics", headers=tokens.header("read"))
        assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
        families = text_string_to_metric_families(answer.text)
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in families
            for sample in family.samples
        }

    before = read()
    assert before["tongzhou_snapshot_info", release.name] == 1
    assert before["tongzhou_workers_idle",] >= 1
    for query in ("ASK {}", "ASK {", "ASK {}"):
        client.get("/sparql", query_string={"query": query})
    client.get("/en/")
    expected = {
        ("tongzhou_requests_total", "query", "200"): 2,
        ("tongzhou_requests_total", "query", "400"): 1,
        ("tongzhou_requests_total", "page", "200"): 1,
        ("tongzhou_request_seconds_count", "query"): 3,
    }
    end, grown = time.monotonic() + 5, dict[tuple[str, ...], float]()
    while grown != expected and time.monotonic() < end:  # a page is counted after its last byte has gone
        after = read()
        grown = {series: after.get(series, 0) - before.get(series, 0) for series in expected}
    assert grown == expected


def test_what_else_is_asked_there(client: Client, tokens: Tokens) -> None:
    assert client.get("/-/none").status_code == 404
    assert client.get("/-/").status_code == 404
    for path in ("/-/healthz", "/-/readyz", *CLOSED):
        answer = client.post(path)
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    unfit = client.get("/-/ops", headers={**tokens.header("admin"), "Accept": "text/csv"})
    assert unfit.status_code == 406
    assert unfit.get_json()["offers"] == ["application/json", "text/html"]


@pytest.mark.parametrize(
    ("path", "allowed", "shared"),
    [
        ("/sparql", "GET, HEAD, OPTIONS, POST, QUERY", "GET, HEAD, OPTIONS, POST, QUERY"),
        ("/update", "OPTIONS, POST", None),
        ("/store", "DELETE, GET, HEAD, OPTIONS, POST, PUT", "GET, HEAD, OPTIONS"),
        ("/store/a/b", "DELETE, GET, HEAD, OPTIONS, POST, PUT", "GET, HEAD, OPTIONS"),
        ("/data/tongzhou.ttl", "GET, HEAD, OPTIONS", "GET, HEAD, OPTIONS"),
        ("/-/healthz", "GET, HEAD, OPTIONS", None),
        ("/-/readyz", "GET, HEAD, OPTIONS", None),
        ("/-/metrics", "GET, HEAD, OPTIONS", None),
        ("/-/ops", "GET, HEAD, OPTIONS", None),
    ],
)
def test_what_pages_of_other_origins_may_do(
    client: Client, path: str, allowed: str, shared: str | None
) -> None:
    headers = {"Origin": "https://other.example", "Access-Control-Request-Method": "POST"}
    answer = client.options(path, headers=headers)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Allow"] == allowed
    assert answer.headers.get("Access-Control-Allow-Methods") == shared
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Authorization" not in answer.headers.get("Access-Control-Allow-Headers", "")
