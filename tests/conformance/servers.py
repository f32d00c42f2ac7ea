"""The servers under test, each a process of its own over an empty folder."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from pathlib import Path

import httpx

from .client import Target

START_SECONDS = 120
STOP_SECONDS = 30
SAID = "Listening on "


class StartFailedError(Exception):
    """A server did not start; the message has what it said."""


@contextlib.contextmanager
def tongzhou(folder: Path) -> Generator[Target]:
    """Run `tongzhou serve` over an empty dataset that may be written. Raises StartFailedError."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", "tongzhou"]
    tokens = folder / "tokens"
    token_of = subprocess.run(
        [*command, "token", "add", "--token-file", str(tokens), "--scope", "write"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=START_SECONDS,
    )
    if token_of.returncode:
        raise StartFailedError(f"tongzhou token add: {token_of.stderr.strip()}")
    serve = [
        "serve",
        "--dataset",
        str(folder / "dataset"),
        "--writable",
        "--token-file",
        str(tokens),
        "--port",
        "0",
    ]
    with _running([*command, *serve], environment, folder) as (process, log):
        watchdog = threading.Timer(START_SECONDS, process.kill)
        watchdog.start()
        assert process.stdout is not None
        line = process.stdout.readline()
        watchdog.cancel()
        if not line.startswith(SAID):
            raise StartFailedError(f"tongzhou serve did not start: {log.read_text(encoding='utf-8').strip()}")
        root = line.removeprefix(SAID).strip().rstrip("/")
        token = token_of.stdout.split()[-1]
        yield Target(f"{root}/sparql", f"{root}/update", f"{root}/store", token)


@contextlib.contextmanager
def oxigraph(binary: str, folder: Path) -> Generator[Target]:
    """Run Oxigraph's own server over an empty store. Raises StartFailedError."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    serve = [binary, "serve", "--location", str(folder / "store"), "--bind", address]
    with _running(serve, dict(os.environ), folder) as (process, log):
        root, end = f"http://{address}", time.monotonic() + START_SECONDS
        while not _answers(root):
            if process.poll() is not None or time.monotonic() > end:
                raise StartFailedError(f"{binary} did not start: {log.read_text(encoding='utf-8').strip()}")
            time.sleep(0.05)
        yield Target(f"{root}/query", f"{root}/update", f"{root}/store")


@contextlib.contextmanager
def _running(
    command: list[str], environment: dict[str, str], folder: Path
) -> Generator[tuple[subprocess.Popen[str], Path]]:
    """Run a command, what it says on stderr kept in a file, and end it by SIGTERM."""
    log = folder / "stderr"
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        try:
            yield process, log
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _answers(root: str) -> bool:
    try:
        return httpx.get(f"{root}/query", trust_env=False, timeout=5).status_code < 500
    except httpx.TransportError:
        return False
