"""A small release and a dataset that takes writes, each served by Flask under WSGI and by `tongzhou serve`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.build import default_sources, input_hashes
from tongzhou.graph.release import Release, publish
from tongzhou.graph.steps import digest_of
from tongzhou.server.config import Config
from tongzhou.server.site import open_site
from tongzhou.server.token_records import Scope, add_token
from tongzhou.server.workers.sandbox import missing_protections
from tongzhou.server.wsgi import Background

from .web import Client, HttpClient

TRIG = """
@prefix tz: <https://w3id.org/tongzhou/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix id: <https://w3id.org/tongzhou/id/> .
@prefix graph: <https://w3id.org/tongzhou/graph/> .
graph:ontology {
  tz:Association rdfs:subClassOf tz:Organisation .
  tz:Donation rdfs:subClassOf tz:Action .
}
graph:article {
  <https://w3id.org/tongzhou/id/org/a> a tz:Association ; rdfs:label "甲协会"@zh , "Association A"@en .
  <https://w3id.org/tongzhou/id/org/b> a tz:Organisation ; rdfs:label "乙<b>部</b>"@zh .
  <https://w3id.org/tongzhou/id/action/x> a tz:Donation ; tz:agent <https://w3id.org/tongzhou/id/org/a> ;
    tz:quantity <https://w3id.org/tongzhou/id/action/x#q1> .
  <https://w3id.org/tongzhou/id/action/x#q1> a tz:Quantity ; tz:value 2200000000 ; tz:wording "约22亿元" .
}
"""
TRIPLES = 13
FRONTS = ("wsgi", "asgi")
_SMALL_PAGES = ("--rows-on-page", "3")
_PATIENT = ("--slow-query", "25")  # where other tests have the processors, nothing is fast


@dataclass(frozen=True)
class Server:
    """A running `tongzhou serve`."""

    process: subprocess.Popen[str]
    url: str

    @property
    def endpoint(self) -> str:
        """Return the address of its SPARQL endpoint."""
        return f"{self.url}sparql"


@dataclass(frozen=True)
class Tokens:
    """A file of tokens, and a token of each scope."""

    file: Path
    secrets: Mapping[Scope, str]

    def header(self, scope: Scope) -> dict[str, str]:
        """Return the header that sends the token of a scope."""
        return {"Authorization": f"Bearer {self.secrets[scope]}"}


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Return a small release that passes for built from the sources as they are."""
    dataset = ox.Dataset(ox.parse(TRIG.encode(), format=ox.RdfFormat.TRIG))
    digest = digest_of(input_hashes(default_sources()))
    return publish(tmp_path_factory.mktemp("home"), dataset, digest=digest, manifest={})


@pytest.fixture(scope="session")
def home(release: Release) -> Path:
    """Return a home whose current release is the small one."""
    return release.path.parents[1]


@pytest.fixture(scope="session")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Tokens:
    """Return tokens that all servers know."""
    file = tmp_path_factory.mktemp("tokens") / "tokens"
    return Tokens(file, {scope: add_token(file, scope) for scope in ("read", "write", "admin")})


@pytest.fixture(scope="session")
def background(home: Path, tokens: Tokens) -> Iterator[Background]:
    """Return the Flask application over the small release."""
    config = Config(home=home, rows_on_page=3, token_file=tokens.file)
    running = Background(config, open_site(config))
    yield running
    running.close()


@pytest.fixture(scope="session")
def server(home: Path, tokens: Tokens) -> Iterator[Server]:
    """Return `tongzhou serve` over the small release."""
    running = start_server("--home", str(home), *_SMALL_PAGES, *_PATIENT, "--token-file", str(tokens.file))
    yield running
    assert stop_server(running) == (0, said_at_start())


@pytest.fixture(scope="session")
def writable_background(tmp_path_factory: pytest.TempPathFactory, tokens: Tokens) -> Iterator[Background]:
    """Return the Flask application over a dataset that takes writes."""
    folder = tmp_path_factory.mktemp("background") / "dataset"
    config = Config(dataset=folder, writable=True, token_file=tokens.file)
    running = Background(config, open_site(config))
    yield running
    running.close()


@pytest.fixture(scope="session")
def writable_server(tmp_path_factory: pytest.TempPathFactory, tokens: Tokens) -> Iterator[Server]:
    """Return `tongzhou serve` over a dataset that takes writes."""
    folder = tmp_path_factory.mktemp("server") / "dataset"
    running = start_server("--dataset", str(folder), "--writable", "--token-file", str(tokens.file))
    yield running
    assert stop_server(running) == (0, said_at_start())


@pytest.fixture(params=FRONTS)
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    """Return a client of the small release: once of Flask, without a socket, and once of `tongzhou serve`."""
    yield from _client_of(request, "background", "server")


@pytest.fixture(params=FRONTS)
def writer(request: pytest.FixtureRequest) -> Iterator[Client]:
    """Return a client of a dataset that takes writes: once of Flask, and once of `tongzhou serve`."""
    yield from _client_of(request, "writable_background", "writable_server")


def _client_of(request: pytest.FixtureRequest, wsgi: str, asgi: str) -> Iterator[Client]:
    if request.param == "wsgi":
        yield request.getfixturevalue(wsgi).app.test_client()
    else:
        with HttpClient(request.getfixturevalue(asgi).url) as over_http:
            yield over_http


def said_at_start() -> str:
    """Return what a server says on standard error: which protection the system lacks."""
    return "".join(f"tongzhou: {protection}\n" for protection in missing_protections())


def start_server(*arguments: str) -> Server:
    """Start `tongzhou serve` on a free port and wait until it says where it listens."""
    command = [sys.executable, "-m", "tongzhou", "serve", "--port", "0", *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    watchdog = threading.Timer(120, process.kill)
    watchdog.start()
    assert process.stdout is not None
    line = process.stdout.readline()
    watchdog.cancel()
    if not line.startswith("Listening on http://"):
        _, errors = process.communicate(timeout=10)
        pytest.fail(f"the server did not start: {line!r} {errors}")
    return Server(process, line.removeprefix("Listening on ").strip())


def stop_server(server: Server, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
    """Stop a server by a signal; return its exit code and what it wrote to stderr."""
    server.process.send_signal(number)
    _, errors = server.process.communicate(timeout=60)
    return server.process.returncode, errors


@pytest.fixture
def start() -> Iterator[Callable[..., Server]]:
    """Return a function that starts a server of its own; whatever still runs is stopped at the end."""
    running: list[Server] = []

    def begin(*arguments: str) -> Server:
        running.append(start_server(*arguments))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            stop_server(one)
