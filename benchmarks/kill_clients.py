"""A server that is killed, and clients that write to it and remember what they were told."""

from __future__ import annotations

import contextlib
import csv
import http.client
import itertools
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

CLIENTS = 4
TIMEOUT = 30.0
_TONGZHOU = [sys.executable, "-m", "tongzhou"]
_HOLDER = re.compile(r"process (\d+)")


@dataclass(eq=False)
class Attempt:
    """A write: what it is called, and whether the server said that it is done."""

    name: str
    replaces: bool
    begun: float
    ended: float | None = None
    acknowledged: bool = False


@dataclass(eq=False)
class Server:
    """`tongzhou serve` over a writable dataset, as a process group that can be killed."""

    folder: Path
    starts: list[float] = field(default_factory=list[float])

    def __post_init__(self) -> None:
        """Make a token; nothing is started."""
        add = [*_TONGZHOU, "token", "add", "--token-file", str(self.folder / "tokens"), "--scope", "write"]
        self.token = subprocess.run(add, check=True, capture_output=True, text=True).stdout.split()[-1]

    @property
    def dataset(self) -> Path:
        """The folder of the dataset."""
        return self.folder / "data"

    def start(self) -> None:
        """Start the server and wait until it listens."""
        options = ["--dataset", str(self.dataset), "--writable", "--token-file", str(self.folder / "tokens")]
        begun = time.monotonic()
        with (self.folder / "errors").open("a") as errors:
            self.process = subprocess.Popen(
                [*_TONGZHOU, "serve", "--port", "0", *options],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        assert self.process.stdout is not None
        line = next((line for line in self.process.stdout if line.startswith("Listening on http://")), "")
        if not line:
            raise SystemExit(f"the server did not start: {(self.folder / 'errors').read_text()}")
        host, _, port = line.removeprefix("Listening on http://").strip().rstrip("/").partition(":")
        self.address = (host, int(port))
        self.starts.append(time.monotonic() - begun)

    def kill(self) -> None:
        """Kill all processes of the server at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def kill_writer(self) -> bool:
        """Kill the process that writes; return whether there was one."""
        with contextlib.suppress(OSError):
            found = _HOLDER.search((self.dataset / "holder").read_text(encoding="utf-8"))
            if found:
                os.kill(int(found[1]), signal.SIGKILL)
                return True
        return False

    def stop(self) -> None:
        """Stop the server as its operator would."""
        self.process.terminate()
        self.process.wait(timeout=60)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def select(self, query: str) -> list[list[str]]:
        """Return the rows of a query."""
        return list(csv.reader(self._ask("/sparql", query, "application/sparql-query").splitlines()))[1:]

    def write(self, update: str) -> None:
        """Do an update."""
        self._ask("/update", update, "application/sparql-update")

    def _ask(self, path: str, text: str, media_type: str) -> str:
        headers = {"Content-Type": media_type, "Authorization": f"Bearer {self.token}", "Accept": "text/csv"}
        connection = http.client.HTTPConnection(*self.address, timeout=TIMEOUT)
        with contextlib.closing(connection):
            connection.request("POST", path, text.encode(), headers)
            reply = connection.getresponse()
            body = reply.read().decode()
        if reply.status >= 300:
            raise SystemExit(f"{path} answered {reply.status}: {body}")
        return body


class Pace:
    """How long writes take, and when one begins: what the moments of kills are drawn from."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._latencies: deque[float] = deque([0.05], maxlen=200)
        self._begun = threading.Semaphore(0)

    def begin(self) -> None:
        """Note that a request is about to be sent."""
        self._begun.release()

    def end(self, seconds: float) -> None:
        """Note that a write was acknowledged."""
        self._latencies.append(seconds)

    def wait(self, chance: random.Random) -> None:
        """Return at a moment from before a request that somebody sends to a little after its acknowledgement."""
        while self._begun.acquire(blocking=False):
            pass
        for _ in range(chance.randrange(2 * CLIENTS)):
            self._begun.acquire(timeout=1)
        time.sleep(chance.uniform(0, 1.5 * statistics.median(tuple(self._latencies))))


class Client(threading.Thread):
    """Writes one thing after the other until it is stopped or the server has gone.

    Every other write is an update that adds two triples, one to the default graph and one to a graph; the others replace
    a graph of the client's own by two triples.
    """

    def __init__(self, server: Server, pace: Pace, stop: threading.Event, number: int, turn: int) -> None:
        """Keep what to write where; `turn` tells this run from the others."""
        super().__init__()
        self.attempts: list[Attempt] = []
        self.statuses: list[int] = []
        self.number = number
        self._server = server
        self._pace = pace
        self._stopped = stop
        self._turn = turn

    @property
    def graph(self) -> str:
        """The graph that this client replaces."""
        return f"urn:graph:{self.number}"

    def run(self) -> None:
        """Write."""
        connection = http.client.HTTPConnection(*self._server.address, timeout=TIMEOUT)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            for path, method, media_type, body in self._requests():
                self._pace.begin()
                headers = {"Content-Type": media_type, "Authorization": f"Bearer {self._server.token}"}
                connection.request(method, path, body.encode(), headers)
                reply = connection.getresponse()
                status = reply.status
                attempt = self.attempts[-1]
                attempt.acknowledged = 200 <= status < 300
                attempt.ended = time.monotonic()
                self.statuses.append(status)
                reply.read()
                if attempt.acknowledged:
                    self._pace.end(attempt.ended - attempt.begun)

    def _requests(self) -> Iterator[tuple[str, str, str, str]]:
        for step in itertools.count():
            if self._stopped.is_set():
                return
            name = f"urn:w:{self._turn}:{self.number}:{step}"
            replaces = bool(step % 2)
            self.attempts.append(Attempt(name, replaces, time.monotonic()))
            if replaces:
                yield f"/store?graph={quote(self.graph)}", "PUT", "text/turtle", f"<{name}> <urn:put> 1, 2 ."
            else:
                triple = f"<{name}> <urn:turn:{self._turn}> 1"
                update = f"INSERT DATA {{ {triple} . GRAPH <urn:both> {{ {triple} }} }}"
                yield "/update", "POST", "application/sparql-update", update
