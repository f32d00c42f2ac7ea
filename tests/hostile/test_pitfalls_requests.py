"""The thirty ways in which public endpoints are known to fail, the part that writes, requests and pages do."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from tongzhou.graph.catalog import load_catalog
from tongzhou.graph.errors import ParameterError
from tongzhou.graph.resources import queries_dir
from tongzhou.graph.scan import tokenise

from .conftest import RING
from .harness import Canary, Server, run_command, start_server
from .pitfalls import PITFALLS
from .wire import CLOSED, FORM, UPDATE, ask, dial, exchange, get, send, write


@pytest.mark.parametrize(
    "target", ["C", "file:///etc/hostname", "http://169.254.169.254/latest", "https://127.0.0.1:1/"]
)
@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_pitfall_06_load_reads_nothing(dataset: Server, canary: Canary, target: str, silent: str) -> None:
    update = f"LOAD {silent}<{target.replace('C', canary.url)}> INTO GRAPH <urn:loaded>"
    status = write(dataset.address, "/update", update.encode(), UPDATE, token=dataset.token)
    assert status == 403 if not silent else status in (200, 204, 403)
    response = ask(dataset.address, "ASK { GRAPH <urn:loaded> { ?s ?p ?o } }")
    assert response.json()["boolean"] is False


@pytest.mark.parametrize("path", ["/update", "/sparql", "/update/", "/sparql/update", "/store?default"])
def test_pitfall_07_nobody_writes_without_a_token(either: Server, path: str) -> None:
    for body, media_type in (
        (b"DROP ALL", UPDATE),
        (b"update=DROP%20ALL", FORM),
        (b"<a:a> <a:b> 1 .", "text/turtle"),
    ):
        assert write(either.address, path, body, media_type, token=None) in (400, 401, 403, 404, 405, 415)
    for method in ("PUT", "DELETE", "PATCH"):
        answer = send(either.address, method, path, b"", {"Content-Type": "text/turtle"})
        assert answer.status in (400, 401, 403, 404, 405, 415)
    response = ask(either.address, "SELECT (COUNT(*) AS ?n) { ?s <urn:n> ?o }", accept="text/csv")
    assert response.body == f"n\r\n{1000 - RING}\r\n".encode()


def test_pitfall_08_a_form_of_another_site_writes_nothing(dataset: Server) -> None:
    body = urlencode({"update": "INSERT DATA { <urn:csrf> <urn:csrf> <urn:csrf> }"}).encode()
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert write(dataset.address, "/update", body, FORM, token=None, **foreign) in (401, 403)
    assert write(dataset.address, "/update", body, FORM, token=dataset.token, **foreign) == 403
    assert write(dataset.address, "/update", body, FORM, token=dataset.token, Origin="null") == 403
    assert ask(dataset.address, "ASK { <urn:csrf> ?p ?o }").json()["boolean"] is False


def test_pitfall_09_no_origin_is_trusted_with_credentials(either: Server) -> None:
    headers = {"Origin": "https://evil.example", "Cookie": "a=b"}
    for method in ("GET", "OPTIONS"):
        for path in ("/sparql?query=ASK%7B%7D", "/update", "/store?default", "/"):
            answer = send(either.address, method, path, headers=headers)
            assert answer.headers.get("access-control-allow-origin", "*") == "*"
            assert "access-control-allow-credentials" not in answer.headers
    preflight = {
        **headers,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    answer = send(either.address, "OPTIONS", "/update", headers=preflight)
    assert "authorization" not in answer.headers.get("access-control-allow-headers", "").lower()


def test_pitfall_18_uploads_neither_fetch_nor_explode(dataset: Server, canary: Canary) -> None:
    """The other uploads stand in test_uploads.py."""
    context = json.dumps({"@context": f"{canary.url}c", "name": "x"}).encode()
    assert (
        write(dataset.address, "/store?graph=urn:up", context, "application/ld+json", token=dataset.token)
        == 400
    )


@pytest.mark.parametrize(
    "value", ['" . SERVICE <http://a/> {?s ?p ?o} #', "urn:a> . ?s ?p ?o #", "\\", '"""', "x } #"]
)
def test_pitfall_19_values_of_stored_queries_stay_values(value: str) -> None:
    """A hostile value is refused, or leaves all tokens but its own as they are."""
    bound = 0
    for query in load_catalog(queries_dir()).values():
        for name, parameter in query.parameters.items():
            if parameter.type != "string":
                with pytest.raises(ParameterError):
                    query.bind({name: value})
                continue
            kinds = [[token.kind for token in tokenise(query.bind({name: text}))] for text in ("x", value)]
            assert kinds[0] == kinds[1]
            bound += 1
    assert bound


def test_pitfall_20_the_client_does_not_choose_whom_to_ask(either: Server, canary: Canary) -> None:
    for name in ("endpoint", "service", "url", "target", "remote", "source"):
        response = get(either.address, "ASK {}", more=f"&{name}={quote(canary.url, safe='')}")
        assert response.status in (200, 400)


def test_pitfall_21_nothing_inside_is_told(either: Server) -> None:
    for path in ("/", "/sparql", "/sparql?query=x", "/sparql?query=SELECT", "/none", "/-/healthz"):
        answer = send(either.address, "GET", path)
        assert str(Path(sys.prefix)).encode() not in answer.body
        assert str(either.errors.parent).encode() not in answer.body
        assert b"Traceback" not in answer.body
        assert "python" not in answer.headers.get("server", "").lower()


def test_pitfall_22_text_is_decoded_once(either: Server) -> None:
    query = 'SELECT ("100%2525x+y" AS ?x) {}'
    by_url = get(either.address, query, accept="text/csv")
    body = f"query={quote(query, safe='')}".encode()
    by_form = send(either.address, "POST", "/sparql", body, {"Content-Type": FORM, "Accept": "text/csv"})
    assert by_url.body == by_form.body == b"x\r\n100%2525x+y\r\n"


@pytest.mark.parametrize(
    ("method", "path", "body", "media_type", "status"),
    [
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", None, None, 400),
        ("POST", "/sparql?query=ASK%7B%7D", b"query=ASK%7B%7D", FORM, 400),
        ("POST", "/sparql?query=ASK%7B%7D", b"ASK {}", "application/sparql-query", 400),
        ("POST", "/sparql", b"ASK {}", None, 415),
        ("POST", "/sparql", b"ASK {}", "text/plain", 415),
        ("POST", "/sparql", "ASK {}".encode("utf-16"), "application/sparql-query", 400),
        ("POST", "/sparql", "ASK {}".encode("utf-16"), "application/sparql-query; charset=utf-16", 415),
        ("POST", "/sparql", b"ASK { \xff }", "application/sparql-query", 400),
        ("POST", "/sparql", b"query=ASK%FF", FORM, 400),
        ("POST", "/sparql", b"query=ASK%7B%7D&update=DROP+ALL", FORM, 400),
    ],
)
def test_pitfall_23_ambiguous_requests_are_refused(
    either: Server, method: str, path: str, body: bytes | None, media_type: str | None, status: int
) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    assert send(either.address, method, path, body, headers).status == status


def test_pitfall_27_wrong_tokens_get_401(dataset: Server) -> None:
    update = b"INSERT DATA { <urn:t> <urn:t> <urn:t> }"
    wrong = [
        "",
        "x",
        dataset.token[:-1],
        dataset.token + "x",
        dataset.token.swapcase(),
        "a" * 5000,
        "é",
        f"{dataset.token}, {dataset.token}",
    ]
    for token in wrong:
        headers = {"Content-Type": UPDATE, "Authorization": f"Bearer {token}"}
        answer = send(dataset.address, "POST", "/update", update, headers)
        assert answer.status == 401, token
        assert answer.headers["www-authenticate"].startswith("Bearer")
    basic = {"Content-Type": UPDATE, "Authorization": f"Basic {dataset.token}"}
    assert send(dataset.address, "POST", "/update", update, basic).status == 401
    assert write(dataset.address, f"/update?access_token={dataset.token}", update, UPDATE, token=None) == 401
    assert write(dataset.address, "/update", update, UPDATE, token=dataset.read_token) == 403
    assert ask(dataset.address, "ASK { <urn:t> ?p ?o }").json()["boolean"] is False


@pytest.mark.parametrize(
    "path",
    [
        "/$/stats",
        "/$/ping",
        "/$/metrics",
        "/?cmd=clear-cache",
        "/sparql?cmd=stats",
        "/server-status",
        "/debug",
        "/console",
    ],
)
def test_pitfall_28_nothing_is_administered_here(either: Server, path: str) -> None:
    for method in ("GET", "POST"):
        answer = send(either.address, method, path, b"" if method == "POST" else None)
        assert answer.status in (200, 302, 400, 404, 405, 415)
        assert answer.status != 200 or path.partition("?")[0] in ("/", "/sparql")


@pytest.mark.parametrize("size", [2_000_000, 64_000_000])
def test_pitfall_29_bodies_are_bounded(either: Server, size: int) -> None:
    response = ask(either.address, "ASK {} #" + "x" * size)
    assert response.status in (413, CLOSED)
    claimed = (
        f"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nContent-Length: {size}\r\n\r\n".encode()
    )
    assert exchange(either.address, claimed).status == 413


def test_pitfall_29_urls_are_bounded(either: Server) -> None:
    answer = send(either.address, "GET", "/sparql?query=ASK%7B%7D%23" + "x" * 200_000)
    assert answer.status in (414, 431, CLOSED)


def test_pitfall_30_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """A few kills; the thousand stand in the benchmark of the writer."""
    tokens, data = tmp_path / "tokens", tmp_path / "store"
    token = run_command("token", "add", "--token-file", str(tokens), "--scope", "write").split()[-1]
    acknowledged = 0
    for life in range(3):
        server = start_server(tmp_path, "--dataset", str(data), "--writable", "--token-file", str(tokens))
        server.token = token
        try:
            count = ask(
                server.address,
                "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s <urn:a>|<urn:b> ?o }",
                accept="text/csv",
            )
            halves = ask(
                server.address,
                "ASK { ?s <urn:a>|<urn:b> ?o FILTER(NOT EXISTS { ?s <urn:a> 1 ; <urn:b> 1 }) }",
            )
            assert halves.json()["boolean"] is False
            assert acknowledged <= int(count.body.split()[1]) <= acknowledged + 1
            acknowledged = int(count.body.split()[1])
            for index in range(5):
                update = f"INSERT DATA {{ <urn:{life}-{index}> <urn:a> 1 ; <urn:b> 1 }}"
                assert write(server.address, "/update", update.encode(), UPDATE, token=token) in (200, 204)
                acknowledged += 1
            with dial(server.address) as connection:
                connection.sendall(
                    update_request(token, f"INSERT DATA {{ <urn:{life}-x> <urn:a> 1 ; <urn:b> 1 }}")
                )
                time.sleep(0.003 * life)
                os.killpg(server.process.pid, signal.SIGKILL)
        finally:
            server.stop(signal.SIGKILL)


def update_request(token: str, update: str) -> bytes:
    """Return an update as it goes over the wire."""
    return (
        f"POST /update HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: {UPDATE}\r\n"
        f"Content-Length: {len(update)}\r\n\r\n{update}"
    ).encode()


def test_every_pitfall_is_tried() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_pitfalls_*.py")
    )
    tried = re.findall(r"def test_pitfalls?_([0-9]{2})(?:_and_([0-9]{2}))?", sources)
    assert {int(number) for pair in tried for number in pair if number} == set(PITFALLS)


def test_the_canary_sings(canary: Canary) -> None:
    with socket.create_connection(("127.0.0.1", canary.port), timeout=10) as visitor:
        visitor.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert b"leaked" in visitor.recv(4096)
    assert canary.visits
    canary.visits = 0
