"""`tongzhou serve` over its life: a new release, the end, clients that go, other ways to start workers, proxies."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
import pytest

from tongzhou.graph.build import default_sources, input_hashes
from tongzhou.graph.release import Release, publish
from tongzhou.graph.steps import digest_of

from .conftest import TRIG, Server, Tokens, said_at_start, stop_server
from .web import HttpClient

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(20)) + " }"
SECONDS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(6)) + " }"
"""Counts 13 to the power of 6 rows: a second or two."""
CSV = {"Accept": "text/csv"}


def wait_for(condition: Callable[[], bool], seconds: float) -> float:
    """Return the seconds until a condition holds; fail where it does not."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "it did not come about in time"
        time.sleep(0.02)
    return time.monotonic() - begun


def publish_with(home: Path, more: str, digest: str) -> Release:
    dataset = ox.Dataset(ox.parse(f"{TRIG}\n{more}".encode(), format=ox.RdfFormat.TRIG))
    return publish(home, dataset, digest=digest, manifest={})


def test_a_new_release_comes_without_dropping_a_request(tmp_path: Path, start: Callable[..., Server]) -> None:
    first = publish_with(tmp_path, "", digest_of(input_hashes(default_sources())))
    server = start("--home", str(tmp_path))
    answers: Counter[tuple[str, int, str]] = Counter()
    failures: list[str] = []
    ended = threading.Event()

    def ask(number: int) -> None:
        asked = 0
        with HttpClient(server.url) as client:
            while not ended.is_set():
                asked += 1
                text = COUNT if number % 2 else f"{COUNT} # {number} {asked}"
                try:
                    answer = client.get("/sparql", query_string={"query": text}, headers=CSV)
                except Exception as error:  # noqa: BLE001 - whatever it is, a request was dropped
                    failures.append(repr(error))
                    return
                answers[answer.headers.get("ETag", ""), answer.status_code, answer.text] += 1

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    try:
        with HttpClient(server.url) as client:
            time.sleep(0.5)
            former = {name: client.get(f"/data/{name}").headers["ETag"] for name in ("tongzhou.nq",)}
            second = publish_with(tmp_path, "<urn:g> { <urn:a> <urn:p> <urn:b> }", "f" * 64)
            server.process.send_signal(signal.SIGHUP)
            wait_for(lambda: second.name in client.get("/zh/").text, 20)
            answer = client.get("/sparql", query_string={"query": COUNT}, headers=CSV)
            assert answer.text == "n\r\n14\r\n"
            assert client.get("/data/tongzhou.nq").headers["ETag"] != former["tongzhou.nq"]
            assert b"<urn:p>" in client.get("/data/tongzhou.nq").data
            time.sleep(0.5)
    finally:
        ended.set()
        for thread in threads:
            thread.join(timeout=60)
    assert failures == []
    assert first.name != second.name
    assert {key[1:] for key in answers} == {(200, "n\r\n13\r\n"), (200, "n\r\n14\r\n")}
    assert len({etag for etag, *_ in answers}) == 2
    code, errors = stop_server(server)
    assert code == 0
    assert errors == said_at_start() + f"WARNING tongzhou.server.backend: serving release {second.name}\n"


def test_a_release_that_is_spoilt_does_not_replace_the_former(
    tmp_path: Path, start: Callable[..., Server]
) -> None:
    publish_with(tmp_path, "", digest_of(input_hashes(default_sources())))
    server = start("--home", str(tmp_path))
    (tmp_path / "current").write_text("none")
    server.process.send_signal(signal.SIGHUP)
    with HttpClient(server.url) as client:
        time.sleep(1)
        assert client.get("/sparql", query_string={"query": COUNT}, headers=CSV).text == "n\r\n13\r\n"
    code, errors = stop_server(server)
    assert code == 0
    assert "the former release is served on" in errors


def test_sigterm_lets_a_running_query_finish(
    home: Path, tokens: Tokens, start: Callable[..., Server]
) -> None:
    server = start("--home", str(home), "--token-file", str(tokens.file))
    answers: list[str] = []

    def ask() -> None:
        with HttpClient(server.url) as client:
            answers.append(client.get("/sparql", query_string={"query": SECONDS}, headers=CSV).text)

    thread = threading.Thread(target=ask)
    thread.start()
    with HttpClient(server.url) as client:
        wait_for(lambda: busy_workers(client, tokens) == 1, 10)
    code, errors = stop_server(server)
    thread.join(timeout=30)
    assert answers == [f"n\r\n{13**6}\r\n"]
    assert (code, errors) == (0, said_at_start())
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), timeout=5)


def busy_workers(client: HttpClient, tokens: Tokens) -> int:
    report = client.get("/-/ops", headers=tokens.header("admin")).json
    return int(report["workers"]["busy"])


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_client_that_goes_frees_its_worker(server: Server, tokens: Tokens, method: str) -> None:
    address = urlsplit(server.url)
    with HttpClient(server.url) as client:
        for seconds in (0.0, 1.0):  # while it is young, and once it counts as long
            wait_for(lambda: busy_workers(client, tokens) == 0, 5)
            connection = http.client.HTTPConnection("127.0.0.1", address.port or 0, timeout=30)
            if method == "GET":
                connection.request("GET", f"/sparql?query={quote(ENDLESS)}")
            else:
                headers = {"Content-Type": "application/sparql-query"}
                connection.request("POST", "/sparql", ENDLESS.encode(), headers)
            wait_for(lambda: busy_workers(client, tokens) == 1, 5)
            time.sleep(seconds)
            assert busy_workers(client, tokens) == 1
            connection.close()
            assert wait_for(lambda: busy_workers(client, tokens) == 0, 5) < 1.0


def test_spawned_workers_answer_the_same(
    home: Path, tokens: Tokens, tmp_path: Path, start: Callable[..., Server]
) -> None:
    server = start("--home", str(home), "--start-method", "spawn", "--token-file", str(tokens.file))
    with HttpClient(server.url) as client:

        def ask(query: str, **headers: str) -> tuple[int, str]:
            answer = client.get("/sparql", query_string={"query": query, "timeout": "10"}, headers=headers)
            return answer.status_code, answer.text

        assert ask(COUNT, Accept="text/csv") == (200, "n\r\n13\r\n")
        assert ask("ASK {", Accept="text/csv")[0] == 400
        assert ask(COUNT, Accept="image/png")[0] == 406
        assert "<strong>13</strong>" in ask("SELECT * { ?s ?p ?o }", Accept="text/html")[1]
        late = client.post("/sparql", data={"query": ENDLESS, "timeout": "0.5"})
        assert late.status_code == 504
        answer = client.get("/sparql", query_string={"query": COUNT}, headers=CSV)
        headers = {**CSV, "If-None-Match": answer.headers["ETag"]}
        assert client.get("/sparql", query_string={"query": COUNT}, headers=headers).status_code == 304
        assert "组织" in client.get("/zh/").text
    assert stop_server(server) == (0, said_at_start())


def test_spawned_workers_read_what_was_written(
    tokens: Tokens, tmp_path: Path, start: Callable[..., Server]
) -> None:
    arguments = ("--dataset", str(tmp_path / "data"), "--writable", "--token-file", str(tokens.file))
    server = start(*arguments, "--start-method", "spawn")
    with HttpClient(server.url) as client:
        for number in range(1, 4):
            update = {"update": f"INSERT DATA {{ <urn:a> <urn:p> {number} }}"}
            assert client.post("/update", data=update, headers=tokens.header("write")).status_code == 204
            answer = client.get("/sparql", query_string={"query": COUNT}, headers=CSV)
            assert answer.text == f"n\r\n{number}\r\n"
    assert stop_server(server) == (0, said_at_start())


def _has_ipv6() -> bool:
    with contextlib.suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
        return True
    return False


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6 loopback")
def test_data_lost_from_memory_are_loaded_again(
    home: Path, tokens: Tokens, start: Callable[..., Server]
) -> None:
    server = start("--home", str(home), "--token-file", str(tokens.file))
    with HttpClient(server.url) as client:

        def in_memory() -> bool:
            return client.get("/-/ops", headers=tokens.header("admin")).json["in_memory"] is True

        wait_for(in_memory, 20)
        (root,) = children_of(server.process.pid)
        memory = next(child for child in children_of(root) if children_of(child))
        os.kill(memory, signal.SIGKILL)
        wait_for(lambda: not in_memory(), 5)
        wait_for(in_memory, 20)
        assert memory not in children_of(root)
        assert client.get("/sparql", query_string={"query": COUNT}, headers=CSV).text == "n\r\n13\r\n"
    code, errors = stop_server(server)
    assert code == 0
    assert "they are loaded again in 1 s" in errors


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_ipv6(home: Path, start: Callable[..., Server]) -> None:
    server = start("--home", str(home), "--host", "::1")
    assert server.url.startswith("http://[::1]:")
    with HttpClient(server.url) as client:
        assert client.get("/sparql", query_string={"query": COUNT}, headers=CSV).text == "n\r\n13\r\n"
        description = client.get("/sparql", headers={"Accept": "application/n-triples"}).text
        assert f"<{server.url}sparql#service>" in description
    assert stop_server(server) == (0, said_at_start())


def test_only_a_trusted_proxy_says_who_asks_and_by_which_address(
    home: Path, server: Server, tokens: Tokens, start: Callable[..., Server]
) -> None:
    limits = ("--trusted-proxies", "127.0.0.1", "--per-client", "1", "--token-file", str(tokens.file))
    behind = start("--home", str(home), *limits)
    forwarded = {
        "X-Forwarded-Host": "data.example",
        "X-Forwarded-Proto": "https",
        "Accept": "application/n-triples",
    }
    with HttpClient(behind.url) as client, HttpClient(server.url) as stranger:
        assert "<https://data.example/sparql#service>" in client.get("/sparql", headers=forwarded).text
        assert "https://data.example/sparql" in client.get("/zh/", headers=forwarded).text
        assert "data.example" not in stranger.get("/sparql", headers=forwarded).text
        assert "data.example" not in stranger.get("/zh/", headers=forwarded).text
    statuses: list[int] = []

    def ask() -> None:
        with HttpClient(behind.url) as client:
            headers = {"X-Forwarded-For": "198.51.100.1"}
            answer = client.post("/sparql", data={"query": ENDLESS, "timeout": "3"}, headers=headers)
            statuses.append(answer.status_code)

    thread = threading.Thread(target=ask)
    thread.start()
    with HttpClient(behind.url) as client:
        wait_for(lambda: busy_workers(client, tokens) == 1, 3)
        assert asks_as(client, "198.51.100.1") == 429
        assert asks_as(client, "198.51.100.2") == 200
        assert asks_as(client, "198.51.100.1, 198.51.100.2") == 200
        assert asks_as(client, "198.51.100.2, 198.51.100.1") == 429
    thread.join(timeout=30)
    assert statuses == [504]


def asks_as(client: HttpClient, forwarded: str) -> int:
    """Return the status of a question that is not kept."""
    answer = client.get("/sparql?query=ASK{FILTER(RAND()>2)}", headers={"X-Forwarded-For": forwarded})
    return answer.status_code
