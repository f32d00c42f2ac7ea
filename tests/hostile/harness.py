"""What an attack is watched by: the server's processes and memory, a listener that nobody may visit, the next client."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from .wire import QUERY, Address, Response, send

DEADLINE = 3.0
"""Seconds that the servers under attack give a query or a write."""
_LIMITS = ("--deadline", f"{DEADLINE:g}", "--write-deadline", f"{DEADLINE:g}")
NEXT_CLIENT = "127.0.0.3"
_PAGE = os.sysconf("SC_PAGE_SIZE")
_START_SECONDS = 60
_SAMPLE_SECONDS = 0.05


class Canary:
    """A listener on loopback that nobody may visit. It answers Turtle, so that a fetch would show in answers too."""

    def __init__(self) -> None:
        """Listen on a free port."""
        self.visits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self) -> None:
        reply = b"<urn:leaked> <urn:leaked> <urn:leaked> ."
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\nContent-Length: {len(reply)}\r\n"
        while True:
            visitor, _ = self._socket.accept()
            with visitor:
                visitor.settimeout(5)
                if visitor.recv(65_536) == b"end":
                    return
                self.visits += 1
                visitor.sendall(head.encode() + b"Connection: close\r\n\r\n" + reply)

    def close(self) -> None:
        """Stop listening."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as last:
            last.sendall(b"end")
        self._thread.join(timeout=10)
        self._socket.close()


def session_processes(session: int) -> dict[int, tuple[str, int]]:
    """Return state and resident bytes of each process of a session, by its id."""
    found: dict[int, tuple[str, int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(errors="replace").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[3]) == session:
            found[int(path.parent.name)] = (fields[0], int(fields[21]) * _PAGE)
    return found


@dataclass
class Server:
    """A running `tongzhou serve` in a session of its own, whose memory is watched all the time."""

    process: subprocess.Popen[str]
    address: Address
    errors: Path
    token: str = ""
    read_token: str = ""
    peak: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)
    _watch: threading.Thread | None = None

    def watch(self) -> None:
        """Begin to take the memory's peak."""
        self._watch = threading.Thread(target=self._sample)
        self._watch.start()

    def _sample(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            self.peak = max(self.peak, self.memory())

    def memory(self) -> int:
        """Return the resident bytes of all its processes; shared pages count once for each."""
        return sum(resident for _, resident in session_processes(self.process.pid).values())

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End the server and whatever it started; return its exit code."""
        self._ended.set()
        if self._watch:
            self._watch.join(timeout=10)
        self.process.send_signal(number)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return self.process.returncode


def run_command(*arguments: str) -> str:
    """Run `tongzhou` and return what it printed."""
    done = subprocess.run(
        _command(*arguments), env=_environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def start_server(folder: Path, *arguments: str) -> Server:
    """Start `tongzhou serve` on a free port; wait until it says where it listens."""
    errors = folder / "server.err"
    with errors.open("a", encoding="utf-8") as sink:
        process = subprocess.Popen(
            _command("serve", "--port", "0", *_LIMITS, *arguments),
            stdout=subprocess.PIPE,
            stderr=sink,
            text=True,
            env=_environment(),
            start_new_session=True,
        )
    watchdog = threading.Timer(_START_SECONDS, process.kill)
    watchdog.start()
    assert process.stdout is not None
    line = process.stdout.readline()
    while line and not line.startswith("Listening on http://"):
        line = process.stdout.readline()
    watchdog.cancel()
    if not line:
        process.wait(timeout=10)
        process.stdout.close()
        raise AssertionError(f"the server did not start: {errors.read_text(encoding='utf-8')}")
    host, _, port = line.removeprefix("Listening on http://").strip().rstrip("/").partition(":")
    server = Server(process, (host, int(port)), errors)
    server.watch()
    return server


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tongzhou", *arguments]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def next_client(server: Server, *, seconds: float = 1.0) -> Response:
    """Ask as somebody else and assert that the answer is right and there in time."""
    query, start = b"SELECT (2 AS ?two) {}", time.monotonic()
    response = send(
        server.address,
        "POST",
        "/sparql",
        query,
        {"Content-Type": QUERY, "Accept": "text/csv"},
        source=NEXT_CLIENT,
        seconds=10,
    )
    took = time.monotonic() - start
    assert (response.status, response.body) == (200, b"two\r\n2\r\n"), response
    assert took <= seconds, f"the next client waited for {took:.2f} s"
    return response
