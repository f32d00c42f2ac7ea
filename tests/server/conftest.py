"""A small release, the application over it, and `tongzhou serve` as a real process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tongzhou.graph.build import default_sources, digest_of, input_hashes
from tongzhou.graph.release import Release, publish
from tongzhou.graph.store import StoreEvaluator
from tongzhou.server.app import create_app
from tongzhou.server.config import ServerConfig

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


@dataclass(frozen=True)
class Server:
    """A running `tongzhou serve`."""

    process: subprocess.Popen[str]
    url: str

    @property
    def endpoint(self) -> str:
        """Return the address of its SPARQL endpoint."""
        return f"{self.url}sparql"


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


@pytest.fixture
def app(release: Release) -> Flask:
    """Return the application over the small release."""
    return create_app(StoreEvaluator.open(release.store_path), release, ServerConfig(rows_on_page=3))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client that needs no socket."""
    return app.test_client()


def start_server(home: Path, *arguments: str) -> Server:
    """Start `tongzhou serve` on a free port and wait until it says where it listens."""
    command = [sys.executable, "-m", "tongzhou", "serve", "--port", "0", "--home", str(home), *arguments]
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
    _, errors = server.process.communicate(timeout=30)
    return server.process.returncode, errors


@pytest.fixture(scope="session")
def server(home: Path) -> Iterator[Server]:
    """Return `tongzhou serve` over the small release."""
    running = start_server(home)
    yield running
    code, errors = stop_server(running)
    assert (code, errors) == (0, "")


@pytest.fixture
def start(home: Path) -> Iterator[Callable[..., Server]]:
    """Return a function that starts a server of its own; whatever still runs is stopped at the end."""
    running: list[Server] = []

    def begin(*arguments: str) -> Server:
        running.append(start_server(home, *arguments))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            stop_server(one)
