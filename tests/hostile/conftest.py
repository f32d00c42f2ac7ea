"""The servers under attack, and what every attack is judged by."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from tongzhou.graph.build import default_sources, input_hashes
from tongzhou.graph.release import publish
from tongzhou.graph.steps import digest_of

from .harness import DEADLINE, Canary, Server, next_client, run_command, start_server

RING = 300
TRIPLES = 1_000
MOST_MEMORY = 4 * 2**30
"""Resident bytes of all processes of a server together, whatever is asked of it."""


def make_triples() -> list[ox.Triple]:
    """Return a ring of things and their numbers."""
    p, n = ox.NamedNode("urn:p"), ox.NamedNode("urn:n")
    things = [ox.NamedNode(f"urn:s{index}") for index in range(TRIPLES - RING)]
    ring = [ox.Triple(things[index], p, things[(index + 1) % RING]) for index in range(RING)]
    return ring + [ox.Triple(thing, n, ox.Literal(index)) for index, thing in enumerate(things)]


@pytest.fixture(scope="session")
def canary() -> Iterator[Canary]:
    """Return a listener that nobody may visit."""
    listener = Canary()
    yield listener
    listener.close()


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server of a writable dataset of 1,000 triples."""
    folder = tmp_path_factory.mktemp("dataset")
    source, tokens, data = folder / "data.nt", folder / "tokens", folder / "store"
    source.write_bytes(ox.serialize(make_triples(), format=ox.RdfFormat.N_TRIPLES) or b"")
    run_command("load", str(data), str(source))
    write, read = (
        run_command("token", "add", "--token-file", str(tokens), "--scope", scope)
        for scope in ("write", "read")
    )
    server = start_server(folder, "--dataset", str(data), "--writable", "--token-file", str(tokens))
    server.token, server.read_token = write.split()[-1], read.split()[-1]
    yield server
    assert server.stop() == 0
    assert "Traceback" not in server.errors.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server of a small release."""
    home = tmp_path_factory.mktemp("published")
    graph = ox.NamedNode("https://w3id.org/tongzhou/graph/background")
    quads = [ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in make_triples()]
    digest = digest_of(input_hashes(default_sources()))
    publish(home, ox.Dataset(quads), digest=digest, manifest={})
    server = start_server(home, "--home", str(home))
    yield server
    assert server.stop() == 0
    assert "Traceback" not in server.errors.read_text(encoding="utf-8")


@pytest.fixture(params=["dataset", "published"])
def either(request: pytest.FixtureRequest) -> Server:
    """Return each of the two servers in turn."""
    server: Server = request.getfixturevalue(request.param)
    return server


@pytest.fixture(autouse=True)
def unharmed(request: pytest.FixtureRequest, canary: Canary) -> Iterator[None]:
    """After each attack: nobody was visited, memory stayed bounded, and the next client is served at once."""
    names = {"dataset", "published"} & set(request.fixturenames)
    if "either" in request.fixturenames:
        names = {request.node.callspec.params["either"]}
    servers: list[Server] = [request.getfixturevalue(name) for name in sorted(names)]
    visits = canary.visits
    for server in servers:
        server.peak = 0
    yield
    for server in servers:
        assert server.process.poll() is None, "the server has ended"
        next_client(server)
        assert max(server.peak, server.memory()) <= MOST_MEMORY, f"{server.peak / 2**20:.0f} MB"
    assert canary.visits == visits, "somebody was visited"


def in_time(seconds: float, *, limit: float = DEADLINE) -> bool:
    """Tell whether something that the limit ends took no longer than it and a second."""
    return seconds <= limit + 1
