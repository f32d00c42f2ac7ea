"""The server under the soak, and its clients: good ones that know what is right, and hostile ones."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import random
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

THINGS = 1_000
_MOST_LINES = 200
DEADLINE = 2
GOOD, HOSTILE = "127.0.0.3", "127.0.0.2"
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
BOMBS = [
    f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    f"SELECT * {{ {CROSS} }} ORDER BY ?i LIMIT 1",
    f"SELECT * {{ {CROSS} }}",
    f"SELECT (GROUP_CONCAT(?a) AS ?x) {{ {CROSS} }}",
    "SELECT (COUNT(*) AS ?n) { ?a (<urn:p>*)* ?b }",
    'ASK { BIND("ab" AS ?x0) '
    + " ".join(f"BIND(CONCAT(?x{i},?x{i}) AS ?x{i + 1})" for i in range(36))
    + " FILTER(?x36 = 1) }",
    "ASK " + "{" * 3000 + "}" * 3000,
    "SELECT * { ?s ?p ?o" + " MINUS { ?s ?p ?o }" * 1000 + " }",
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELEC",
]
BROKEN = [
    b"\x16\x03\x01\x02\x00\r\n\r\n",
    b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 99999999\r\n\r\n",
    b"GET /sparql?query=%FF HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nASK",
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
]


@dataclass
class Tally:
    """What the clients saw."""

    statuses: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])
    latencies: list[float] = field(default_factory=list[float])
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Service:
    """The server under load."""

    process: subprocess.Popen[str]
    host: str
    port: int
    token: str
    errors: Path

    def said(self) -> dict[str, int]:
        """Return the lines that it has written to standard error, and how often: the first of them that differ."""
        lines = Counter(self.errors.read_text(encoding="utf-8", errors="replace").splitlines())
        return dict(itertools.islice(lines.items(), _MOST_LINES))


def start_service(folder: Path) -> Service:
    """Load a small dataset, make a token, and serve."""
    tongzhou = [sys.executable, "-m", "tongzhou"]
    data, tokens, source = folder / "store", folder / "tokens", folder / "data.nt"
    errors = folder / "errors"
    ring = (f"<urn:s{number}> <urn:p> <urn:s{(number + 1) % 300}> .\n" for number in range(300))
    numbers = (f"<urn:s{number}> <urn:n> {json.dumps(str(number))} .\n" for number in range(THINGS))
    source.write_text("".join(itertools.chain(ring, numbers)), encoding="utf-8")
    subprocess.run([*tongzhou, "load", str(data), str(source)], check=True, stdout=subprocess.DEVNULL)
    add = [*tongzhou, "token", "add", "--token-file", str(tokens), "--scope", "write"]
    token = subprocess.run(add, check=True, capture_output=True, text=True).stdout.split()[-1]
    options = ["--dataset", str(data), "--writable", "--token-file", str(tokens), "--deadline", str(DEADLINE)]
    process = subprocess.Popen(
        [*tongzhou, "serve", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=errors.open("w"),
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    line = next((line for line in process.stdout if line.startswith("Listening on http://")), "")
    if not line:
        raise SystemExit(f"the server did not start: {errors.read_text()}")
    host, _, port = line.removeprefix("Listening on http://").strip().rstrip("/").partition(":")
    return Service(process, host, int(port), token, errors)


def be_good(service: Service, tally: Tally, number: int) -> None:
    """Ask what has a known answer, over one connection, a hundred times a second at most."""
    chance = random.Random(number)
    connection = http.client.HTTPConnection(service.host, service.port, timeout=20, source_address=(GOOD, 0))
    written = 0
    while not tally.stop.wait(0.01):
        thing = chance.randrange(THINGS)
        query, expected = chance.choice(
            [
                (f"SELECT ?n {{ <urn:s{thing}> <urn:n> ?n }}", f"n\r\n{thing}\r\n"),
                ("SELECT (COUNT(*) AS ?n) { ?s <urn:n> ?o }", f"n\r\n{THINGS}\r\n"),
                ("SELECT (2 AS ?n) {}", "n\r\n2\r\n"),
                (
                    f"SELECT ?n {{ <urn:w{number}> <urn:v> ?n }}",
                    f"n\r\n{written}\r\n" if written else "n\r\n",
                ),
            ]
        )
        try:
            start = time.monotonic()
            status, body = call(
                connection, "/sparql", query, "application/sparql-query", {"Accept": "text/csv"}
            )
            tally.latencies.append(time.monotonic() - start)
            if (status, body) != (200, expected.encode()):
                tally.wrong.append(f"{status} {body[:100]!r} for {query}")
            if chance.random() < 0.02:
                update = f"DELETE WHERE {{ <urn:w{number}> ?p ?o }} ; INSERT DATA {{ <urn:w{number}> <urn:v> {written + 1} }}"
                headers = {"Authorization": f"Bearer {service.token}"}
                status, body = call(connection, "/update", update, "application/sparql-update", headers)
                written += status in (200, 204)
                tally.statuses[f"write {status}"] += 1
        except (OSError, http.client.HTTPException) as error:
            tally.wrong.append(repr(error))
            connection.close()
    connection.close()


def call(
    connection: http.client.HTTPConnection, path: str, text: str, media_type: str, headers: dict[str, str]
) -> tuple[int, bytes]:
    """Post a text and return status and body."""
    connection.request("POST", path, text.encode(), {"Content-Type": media_type, **headers})
    response = connection.getresponse()
    return response.status, response.read()


def be_hostile(service: Service, tally: Tally, number: int) -> None:
    """Send bombs and broken requests; go away in mid-answer every third time."""
    chance = random.Random(number)
    while not tally.stop.wait(0.02):
        with (
            contextlib.suppress(OSError),
            socket.create_connection(
                (service.host, service.port), timeout=DEADLINE + 5, source_address=(HOSTILE, 0)
            ) as connection,
        ):
            connection.sendall(chance.choice([attack_of(service, chance), chance.choice(BROKEN)]))
            if chance.random() < 0.3:
                connection.recv(chance.choice([1, 1000]))
                tally.statuses["went away"] += 1
                continue
            connection.shutdown(socket.SHUT_WR) if chance.random() < 0.1 else None
            tally.statuses[first_line(connection)] += 1


def attack_of(service: Service, chance: random.Random) -> bytes:
    """Return a bomb, or an upload that nests, as it goes over the wire."""
    if chance.random() < 0.1:
        body = b"<urn:a> <urn:p> " + b"[ <urn:p> " * 20_000
        head = f"PUT /store?graph=urn:x HTTP/1.1\r\nAuthorization: Bearer {service.token}\r\nContent-Type: text/turtle"
        return (
            f"{head}\r\nHost: a\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        )
    bomb = chance.choice(BOMBS).encode()
    if len(bomb) < 500:
        return f"GET /sparql?query={quote(bomb)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
    head = "POST /sparql HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/sparql-query"
    return f"{head}\r\nContent-Length: {len(bomb)}\r\n\r\n".encode() + bomb


def first_line(connection: socket.socket) -> str:
    """Read an answer to its end or its first megabyte; return its status, '-' where there is none."""
    first = connection.recv(65_536)
    read = len(first)
    while read < 1_000_000 and (piece := connection.recv(65_536)):
        read += len(piece)
    return first[9:12].decode("latin-1") or "-"
