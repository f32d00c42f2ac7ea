"""Start and stop the servers that are compared, each over the same N-Triples file as its default graph.

Oxigraph is `$OXIGRAPH`, else `oxigraph` on PATH (`uv run --with oxigraph …` puts it there); rdflib-endpoint is put into an
environment of its own in the cache folder of this user; Jena Fuseki is the jar that `$FUSEKI_JAR` names (Maven has it as
org.apache.jena:jena-fuseki-server; 5.x for Java 17). What is not to be had raises NotRunError, which says so.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.conformance import find_oxigraph
from benchmarks.data import cache_folder

RDFLIB_ENDPOINT = "rdflib-endpoint[cli]==0.6.3"
TONGZHOU = [sys.executable, "-m", "tongzhou"]
_START_SECONDS, _STOP_SECONDS = 900, 30
SAID = "Listening on "


class NotRunError(Exception):
    """A server is not to be had, or did not start; the message says why."""


@dataclass(frozen=True)
class Server:
    """A running server: its query endpoint, and the session that all its processes belong to."""

    name: str
    root: str
    endpoint: str
    session: int

    @property
    def url(self) -> str:
        """The address of the endpoint."""
        return self.root + self.endpoint


Start = Callable[[Path, Path], AbstractContextManager[Server]]
"""Starts a server over a file of data, with an empty folder for what it keeps. Raises NotRunError."""


@contextlib.contextmanager
def tongzhou(name: str, arguments: Sequence[str], data: Path, folder: Path) -> Generator[Server]:
    """Load the data and run `tongzhou serve` over them."""
    store = folder / "store"
    _finish([*TONGZHOU, "load", str(store), str(data)])
    command = [*TONGZHOU, "serve", "--dataset", str(store), "--port", "0", *arguments]
    with _running(command, folder) as process:
        root = _address_said(process, folder)
        server = Server(name, root, "/sparql", process.pid)
        _await(server, process, folder)
        yield server


@contextlib.contextmanager
def oxigraph(name: str, arguments: Sequence[str], data: Path, folder: Path) -> Generator[Server]:
    """Load the data into a store on disk and run Oxigraph's server over it."""
    binary = oxigraph_binary()
    _finish([binary, "load", "--location", str(folder / "store"), "--file", str(data)])
    address = _free_address()
    command = [binary, "serve", "--location", str(folder / "store"), "--bind", address, *arguments]
    with _answering(name, command, folder, address, "/query") as server:
        yield server


@contextlib.contextmanager
def rdflib_endpoint(data: Path, folder: Path) -> Generator[Server]:
    """Run rdflib-endpoint as its command line does, with the data in memory."""
    address = _free_address()
    host, port = address.split(":")
    command = [str(_rdflib_endpoint_program()), "serve", "--host", host, "--port", port, str(data)]
    with _answering("rdflib-endpoint", command, folder, address, "/") as server:
        yield server


@contextlib.contextmanager
def fuseki(data: Path, folder: Path) -> Generator[Server]:
    """Run Jena Fuseki with the data in memory."""
    jar, java = os.environ.get("FUSEKI_JAR", ""), shutil.which("java")
    if not Path(jar).is_file():
        raise NotRunError(
            "FUSEKI_JAR does not name a file; Maven has it as org.apache.jena:jena-fuseki-server"
        )
    if java is None:
        raise NotRunError("no program java on PATH")
    address = _free_address()
    options = ["--localhost", "--port", address.split(":")[1], "--file", str(data), "/data"]
    with _answering("fuseki", [java, "-jar", jar, *options], folder, address, "/data/sparql") as server:
        yield server


SERVERS: dict[str, Start] = {
    "tongzhou": partial(tongzhou, "tongzhou", ()),
    "tongzhou-disk": partial(tongzhou, "tongzhou-disk", ("--in-memory-quads", "0")),
    "oxigraph": partial(oxigraph, "oxigraph", ()),
    "rdflib-endpoint": rdflib_endpoint,
    "fuseki": fuseki,
}


def oxigraph_binary() -> str:
    """Return Oxigraph's program. Raises NotRunError where there is none."""
    binary = find_oxigraph()
    if binary is None:
        raise NotRunError("no program oxigraph; set OXIGRAPH, or use `uv run --with oxigraph …`")
    return binary


def _rdflib_endpoint_program() -> Path:
    """Return the program, installed first where it is not yet. Raises NotRunError."""
    home = cache_folder() / RDFLIB_ENDPOINT
    program = home / "bin" / "rdflib-endpoint"
    if not program.exists():
        uv = shutil.which("uv")
        if uv is None:
            raise NotRunError("rdflib-endpoint needs uv to be installed with")
        _finish([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(home)])
        _finish([uv, "pip", "install", "--quiet", "--python", str(home / "bin" / "python"), RDFLIB_ENDPOINT])
    return program


def _finish(command: list[str]) -> None:
    """Run a command to its end. Raises NotRunError with what it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_START_SECONDS)
    if done.returncode:
        raise NotRunError(f"{' '.join(command[:4])} … failed: {done.stderr.strip()[-500:]}")


def _free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


@contextlib.contextmanager
def _running(command: list[str], folder: Path) -> Generator[subprocess.Popen[bytes]]:
    """Run a command in a session of its own, what it says kept in files; end it by SIGTERM, and all that it left."""
    with (folder / "stdout").open("wb") as output, (folder / "stderr").open("wb") as errors:
        environment = {
            **os.environ,
            "FUSEKI_BASE": str(folder / "fuseki"),
        }  # else it fills the current folder
        process = subprocess.Popen(
            command, stdout=output, stderr=errors, env=environment, start_new_session=True
        )
    with process:
        try:
            yield process
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_SECONDS)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def _answering(name: str, command: list[str], folder: Path, address: str, endpoint: str) -> Generator[Server]:
    """Run a command once it answers at an address. Raises NotRunError where it ends before that."""
    with _running(command, folder) as process:
        server = Server(name, f"http://{address}", endpoint, process.pid)
        _await(server, process, folder)
        yield server


def _address_said(process: subprocess.Popen[bytes], folder: Path) -> str:
    """Return the address that `tongzhou serve` prints. Raises NotRunError where it ends before that."""
    end = time.monotonic() + _START_SECONDS
    while not (said := (folder / "stdout").read_text(encoding="utf-8")).endswith("\n"):
        if process.poll() is not None or time.monotonic() > end:
            raise NotRunError(f"tongzhou serve did not start: {_tail(folder)}")
        time.sleep(0.02)
    return said.splitlines()[-1].removeprefix(SAID).rstrip("/")


def _await(server: Server, process: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait for the first answer. Raises NotRunError where it does not come."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + _START_SECONDS
    while True:
        with contextlib.suppress(OSError):
            opener.open(f"{server.url}?query=ASK%7B%7D", timeout=30).close()
            return
        if process.poll() is not None or time.monotonic() > end:
            raise NotRunError(f"{server.name} did not start: {_tail(folder)}")
        time.sleep(0.1)


def _tail(folder: Path) -> str:
    return (folder / "stderr").read_text(encoding="utf-8", errors="replace").strip()[-500:]
