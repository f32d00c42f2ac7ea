"""The application under a WSGI server of others: waitress, as its command line starts it."""

from __future__ import annotations

import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tongzhou.graph.errors import ReleaseError, TokenFileError
from tongzhou.server import wsgi
from tongzhou.server.config import Config
from tongzhou.server.site import Site, open_site
from tongzhou.server.wsgi import Background

from .conftest import Tokens
from .web import HttpClient

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(20)) + " }"
STREAMED = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
DIRECT = "application/sparql-update"


@pytest.fixture(scope="module")
def waitress(tmp_path_factory: pytest.TempPathFactory, tokens: Tokens) -> Iterator[HttpClient]:
    """Return a client of waitress, which serves a dataset that takes writes."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "TONGZHOU_DATASET": str(tmp_path_factory.mktemp("waitress") / "dataset"),
        "TONGZHOU_WRITABLE": "true",
        "TONGZHOU_TOKEN_FILE": str(tokens.file),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    command = [
        sys.executable,
        "-m",
        "waitress",
        f"--listen=127.0.0.1:{port}",
        "--call",
        "tongzhou.server.wsgi:create",
    ]
    with subprocess.Popen(
        command,
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            _await(port, process)
            with HttpClient(f"http://127.0.0.1:{port}") as client:
                for number in range(13):
                    triple = f"INSERT DATA {{ <urn:a{number}> <urn:p> 'value' }}"
                    answer = client.post(
                        "/update", data=triple, content_type=DIRECT, headers=tokens.header("write")
                    )
                    assert answer.status_code == 204
                yield client
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
        assert processes_of(process.pid) == []


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            assert process.poll() is None, "waitress ended"
            assert time.monotonic() < end, "waitress does not listen"
            time.sleep(0.1)
        else:
            return


def processes_of(session: int) -> list[int]:
    """Return the processes of a session that live."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(errors="replace").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def test_it_answers_in_all_ways(waitress: HttpClient) -> None:
    csv = {"Accept": "text/csv"}
    answers = [
        waitress.get("/sparql", query_string={"query": COUNT}, headers=csv),
        waitress.post("/sparql", data={"query": COUNT}, headers=csv),
        waitress.post("/sparql", data=COUNT, content_type="application/sparql-query", headers=csv),
        waitress.open(
            "/sparql", method="QUERY", data=COUNT, content_type="application/sparql-query", headers=csv
        ),
    ]
    assert [(answer.status_code, answer.text) for answer in answers] == [(200, "n\r\n13\r\n")] * 4
    etag = answers[0].headers["ETag"]
    again = waitress.get("/sparql", query_string={"query": COUNT}, headers={**csv, "If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    head = waitress.head("/sparql", query_string={"query": COUNT}, headers=csv)
    assert (head.headers["Content-Length"], head.data) == (str(len(answers[0].data)), b"")


def test_a_streamed_answer_is_whole(waitress: HttpClient) -> None:
    answer = waitress.get("/sparql", query_string={"query": STREAMED}, headers={"Accept": "text/csv"})
    assert answer.status_code == 200
    assert answer.text.count("\r\n") == 13**3 + 1


def test_problems_pages_and_files(waitress: HttpClient) -> None:
    assert waitress.get("/sparql?query=ASK+{").json["type"].endswith("/problem/query-syntax")
    assert waitress.get("/sparql?query=%FF").json["type"].endswith("/problem/not-utf-8")
    assert waitress.get("/none").status_code == 404
    assert "同舟" in waitress.get("/zh/").text
    assert waitress.get("/static/style.css").mimetype == "text/css"
    assert waitress.options("/sparql").status_code == 204
    assert waitress.get("/-/readyz").text == "ready\n"
    large = waitress.post("/sparql", data=b"#" * 1_000_001, content_type="application/sparql-query")
    assert large.status_code == 413


def test_addresses_below_the_store_are_kept_as_they_are(waitress: HttpClient, tokens: Tokens) -> None:
    path = "/store/%E5%8D%8F%E4%BC%9A/a%20b"
    upload = {"content_type": "text/turtle", "headers": tokens.header("write")}
    assert waitress.put(path, data="<> <urn:p> 1 .", **upload).status_code == 201
    text = waitress.get(path, headers={"Accept": "application/n-triples"}).text
    assert f"{path}>" in text.split()[0]
    assert waitress.delete(path, headers=tokens.header("write")).status_code == 204


def test_the_deadline_bounds_a_query_and_others_are_served(waitress: HttpClient) -> None:
    statuses: list[int] = []

    def ask() -> None:
        answer = waitress.post("/sparql", data={"query": ENDLESS, "timeout": "1"})
        statuses.append(answer.status_code)

    thread = threading.Thread(target=ask)
    thread.start()
    assert waitress.get("/sparql", query_string={"query": "ASK { FILTER(RAND() < 2) }"}).status_code == 200
    thread.join(timeout=30)
    assert statuses == [504]


def test_many_threads_ask_one_application(background: Background) -> None:
    def ask(number: int) -> str:
        query = {"query": f"SELECT ({number} AS ?n) {{}}"}
        return (
            background.app.test_client()
            .get("/sparql", query_string=query, headers={"Accept": "text/csv"})
            .text
        )

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(64))) == [f"n\r\n{number}\r\n" for number in range(64)]


def test_create_reads_the_environment(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ends: list[object] = []
    monkeypatch.setattr(atexit, "register", ends.append)
    monkeypatch.setenv("TONGZHOU_HOME", str(home))
    client = wsgi.create().test_client()
    assert (
        client.get("/sparql", query_string={"query": COUNT}, headers={"Accept": "text/csv"}).text
        == "n\r\n13\r\n"
    )
    (end,) = ends
    assert callable(end)
    end()
    monkeypatch.setenv("TONGZHOU_HOME", str(tmp_path))
    with pytest.raises(ReleaseError, match="Run 'tongzhou build' first"):
        wsgi.create()


def test_what_can_not_start_leaves_no_thread(home: Path, tmp_path: Path) -> None:
    before = threading.active_count()
    spoilt = tmp_path / "tokens"
    spoilt.write_text("no token\n")
    spoilt.chmod(0o600)
    with pytest.raises(TokenFileError):
        Background(Config(home=home, token_file=spoilt), open_site(Config(home=home)))
    with pytest.raises(ReleaseError):
        Background(Config(home=tmp_path), open_site(Config(home=tmp_path)))
    assert threading.active_count() == before
    with closing(Background(Config(dataset=tmp_path / "data"), Site(None))):
        assert threading.active_count() > before
    assert threading.active_count() == before
