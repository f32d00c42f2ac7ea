"""Clients that are slow, silent, many, or gone."""

from __future__ import annotations

import contextlib
import resource
import socket
import struct
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path
from urllib.parse import quote

import pytest

from .conftest import in_time
from .harness import Server, next_client, session_processes, start_server
from .wire import CLOSED, Response, dial, read_response

PATIENCE = 25.0
"""Seconds after which a connection that says nothing whole has to be closed."""
COUNT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
CROSS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def trickle(server: Server, first: bytes, drip: bytes) -> Response:
    """Send something, then a drip each half second until the server answers or closes."""
    start = time.monotonic()
    with dial(server.address, seconds=PATIENCE + 5) as connection:
        connection.sendall(first)
        ended = threading.Event()

        def drop() -> None:
            with contextlib.suppress(OSError):
                while not ended.wait(0.5):
                    connection.sendall(drip)

        dropper = threading.Thread(target=drop)
        dropper.start()
        try:
            return read_response(connection, since=start)
        finally:
            ended.set()
            dropper.join(timeout=10)


SLOW = {
    "a request line": (b"GE", b"T"),
    "a header": (b"GET / HTTP/1.1\r\nHost: a\r\n", b"X-A: b\r\n"),
    "a body": (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: 9999\r\n\r\n",
        b" ",
    ),
    "chunks": (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"1\r\n \r\n",
    ),
    "nothing at all": (b"", b""),
}


def test_whoever_trickles_is_ended(dataset: Server) -> None:
    """All at the same time, because patience is long."""
    answers: dict[str, Response] = {}

    def attack(name: str) -> None:
        answers[name] = trickle(dataset, *SLOW[name])

    threads = [threading.Thread(target=attack, args=(name,)) for name in SLOW]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE + 10)
    slow = {name: answer for name, answer in answers.items() if answer.status not in (400, 408, CLOSED)}
    assert not slow
    late = {name: answer.seconds for name, answer in answers.items() if answer.seconds > PATIENCE}
    assert not late
    assert answers.keys() == SLOW.keys()


def test_whoever_reads_slowly_holds_no_worker(dataset: Server) -> None:
    """Eight clients ask for much and read nothing; then the light lane is as fast as before."""
    with contextlib.ExitStack() as stack:
        for _ in range(8):
            connection = stack.enter_context(slow_reader(dataset))
            connection.sendall(f"GET /sparql?query={quote(CROSS)} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        time.sleep(0.5)
        for _ in range(10):
            next_client(dataset)
        time.sleep(4)
        next_client(dataset)


@contextlib.contextmanager
def slow_reader(server: Server) -> Generator[socket.socket]:
    """Yield a connection with a small window."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.bind(("127.0.0.2", 0))
    connection.connect(server.address)
    try:
        yield connection
    finally:
        connection.close()


def test_a_half_closed_client_is_answered_or_closed(dataset: Server) -> None:
    with dial(dataset.address) as connection:
        connection.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        assert read_response(connection).status in (200, CLOSED)


@pytest.mark.parametrize(
    "data", [b"", b"GET / HT", b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nASK"]
)
@pytest.mark.parametrize("reset", [False, True])
def test_clients_that_go_leave_nothing(dataset: Server, data: bytes, reset: bool) -> None:
    before = descriptors(dataset)
    for _ in range(100):
        with dial(dataset.address) as connection:
            connection.sendall(data)
            if reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert settles(lambda: descriptors(dataset) <= before + 10)


def test_clients_that_go_in_mid_answer_free_their_workers(dataset: Server) -> None:
    before = len(session_processes(dataset.process.pid))
    for _ in range(20):
        with dial(dataset.address) as connection:
            connection.sendall(f"GET /sparql?query={quote(CROSS)} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            connection.recv(1000)
    assert settles(lambda: len(session_processes(dataset.process.pid)) <= before + 2)
    assert settles(lambda: "Z" not in [state for state, _ in session_processes(dataset.process.pid).values()])


def test_five_hundred_idle_connections_stop_nobody(dataset: Server) -> None:
    before = descriptors(dataset)
    with contextlib.ExitStack() as stack:
        for _ in range(500):
            try:
                stack.enter_context(dial(dataset.address, seconds=5))
            except OSError:
                break  # turned away: as good
        for _ in range(10):
            next_client(dataset)
    assert settles(lambda: descriptors(dataset) <= before + 10)


def test_whoever_takes_all_descriptors_stops_it_no_longer_than_he_stays(tmp_path: Path) -> None:
    server = start_server(tmp_path, "--dataset", str(tmp_path / "store"))
    try:
        limit = descriptors(server) + 40
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (limit, limit))
        with contextlib.ExitStack() as stack:
            for _ in range(100):
                try:
                    connection = stack.enter_context(dial(server.address, seconds=2))
                    connection.sendall(
                        f"GET /sparql?query={quote(COUNT)} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
                    )
                except OSError:
                    break  # turned away: as good
            time.sleep(1)
        time.sleep(2)
        next_client(server)
    finally:
        assert server.stop() == 0


def test_two_hundred_at_once_are_answered_or_turned_away(dataset: Server) -> None:
    answers: list[Response] = []
    request = (
        b"GET /sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    )
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(dial(dataset.address)) for _ in range(200)]
        for connection in connections:
            connection.sendall(request)
        answers = [read_response(connection) for connection in connections]
    assert {answer.status for answer in answers} <= {200, 429, 503}
    assert any(answer.status == 200 for answer in answers)
    assert all("retry-after" in answer.headers for answer in answers if answer.status != 200)


def test_a_stranger_over_its_cap_stops_only_itself(dataset: Server) -> None:
    long = quote(COUNT)
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(dial(dataset.address)) for _ in range(60)]
        for connection in connections:
            connection.sendall(
                f"GET /sparql?query={long} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
            )
        for _ in range(10):
            next_client(dataset)
        answers = [read_response(connection) for connection in connections]
    statuses = {answer.status for answer in answers}
    assert statuses <= {429, 503, 504}
    assert 429 in statuses
    assert all(in_time(answer.seconds, limit=4) for answer in answers)


def descriptors(server: Server) -> int:
    """Return how many file descriptors the serving process holds."""
    return sum(1 for _ in Path(f"/proc/{server.process.pid}/fd").iterdir())


def settles(holds: Callable[[], bool]) -> bool:
    """Wait until something holds, three seconds at most."""
    end = time.monotonic() + 3
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


def test_workers_hold_no_internet_sockets(either: Server) -> None:
    """What evaluates queries has neither the listening socket nor any other that reaches a network."""
    next_client(either)
    inodes: set[str] = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        lines = Path(f"/proc/{either.process.pid}/net/{table}").read_text().splitlines()[1:]
        inodes |= {line.split()[9] for line in lines}
    for pid in session_processes(either.process.pid).keys() - {either.process.pid}:
        held: set[str] = set()
        with contextlib.suppress(FileNotFoundError):
            for link in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(FileNotFoundError):
                    held.add(str(link.readlink()))
        assert not {f"socket:[{inode}]" for inode in inodes if inode != "0"} & held
