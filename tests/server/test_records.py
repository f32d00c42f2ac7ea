"""What both fronts note of each request: the access log and slow queries, with hashes of queries and never a token."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tongzhou.server.config import Config
from tongzhou.server.logs import hash_query
from tongzhou.server.site import open_site
from tongzhou.server.wsgi import Background

from .conftest import FRONTS, Server, Tokens
from .web import Client, HttpClient

ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(20)) + " }"
STREAMED = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SLOW = 0.5


@pytest.fixture(params=FRONTS)
def logged(
    request: pytest.FixtureRequest, home: Path, tokens: Tokens, tmp_path: Path, start: Callable[..., Server]
) -> Iterator[Client]:
    """Return a client of a server that logs into `access.log`."""
    log = tmp_path / "access.log"
    if request.param == "wsgi":
        config = Config(home=home, token_file=tokens.file, access_log=str(log), slow_query=SLOW)
        with closing(Background(config, open_site(config))) as background:
            yield background.app.test_client()
    else:
        arguments = ("--access-log", str(log), "--slow-query", str(SLOW), "--token-file", str(tokens.file))
        with HttpClient(start("--home", str(home), *arguments).url) as over_http:
            yield over_http


def entries(log: Path, least: int) -> list[dict[str, Any]]:
    """Return the entries of a log once there are so many."""
    end = time.monotonic() + 10
    while True:
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        if len(lines) >= least:
            return [json.loads(line) for line in lines]
        assert time.monotonic() < end, lines
        time.sleep(0.05)


def test_each_request_has_a_line(logged: Client, tokens: Tokens, tmp_path: Path) -> None:
    secret = tokens.secrets["admin"]
    answers = [
        logged.get("/sparql", query_string={"query": "ASK {}"}, headers={"User-Agent": "one"}),
        logged.get("/sparql", query_string={"query": "ASK {}"}, headers={"User-Agent": "two"}),
        logged.post("/sparql", data={"query": "ASK {"}),
        logged.get("/sparql", query_string={"query": STREAMED}, buffered=True),
        logged.get("/zh/", headers={"Authorization": f"Bearer {secret}"}),
        logged.get(f"/-/ops?token={secret}", headers={"Authorization": f"Bearer {secret}"}),
        logged.get("/data/tongzhou.ttl", buffered=True),
    ]
    lines = entries(tmp_path / "access.log", len(answers))
    assert len(lines) == len(answers)
    lines.sort(key=lambda line: line["time"])
    assert sorted((line["path"], line["status"]) for line in lines) == sorted(
        [
            ("/sparql", 200),
            ("/sparql", 200),
            ("/sparql", 400),
            ("/sparql", 200),
            ("/zh/", 200),
            ("/-/ops", 200),
            ("/data/tongzhou.ttl", 200),
        ]
    )
    kept = [(line["query"], line["cached"]) for line in lines if line["path"] == "/sparql"]
    assert sorted(kept) == sorted(
        [
            (hash_query("ASK {}"), False),
            (hash_query("ASK {}"), True),
            (hash_query("ASK {"), False),
            (hash_query(STREAMED), False),
        ]
    )
    sizes = {line.get("query", line["path"]): line["bytes"] for line in lines if line["path"] != "/zh/"}
    assert sizes[hash_query(STREAMED)] == len(answers[3].data)
    assert sizes["/data/tongzhou.ttl"] == len(answers[6].data)
    assert {line["client"] for line in lines} == {"127.0.0.1"}
    assert [line["agent"] for line in lines if line["agent"] in ("one", "two")] == ["one", "two"]
    text = (tmp_path / "access.log").read_text(encoding="utf-8")
    assert secret not in text
    assert "ASK" not in text


def test_slow_queries_are_told_of(logged: Client, tokens: Tokens, tmp_path: Path) -> None:
    assert logged.post("/sparql", data={"query": ENDLESS, "timeout": "0.7"}).status_code == 504
    assert logged.get("/sparql", query_string={"query": "ASK {}"}).status_code == 200
    lines = entries(tmp_path / "access.log", 3)
    (slow,) = (line for line in lines if line["event"] == "slow-query")
    assert (slow["query"], slow["outcome"], slow["text"]) == (hash_query(ENDLESS), "deadline", ENDLESS)
    assert 0.7 <= slow["seconds"] < 5
    report = logged.get("/-/ops", headers=tokens.header("admin")).get_json()
    assert [(one["query"], one["outcome"]) for one in report["slow_queries"]] == [
        (hash_query(ENDLESS), "deadline")
    ]
    page = logged.get("/-/ops", headers={**tokens.header("admin"), "Accept": "text/html"}).text
    assert hash_query(ENDLESS) in page
