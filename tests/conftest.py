"""The real release, built once for all tests, and `tongzhou serve` over it as a real process."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.build import build, default_sources
from tongzhou.graph.release import Release, current_release

START_SECONDS = 60


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home whose current release is built from the sources of this checkout."""
    folder = tmp_path_factory.mktemp("tongzhou")
    build(default_sources(), folder)
    return folder


@pytest.fixture(scope="session")
def release(home: Path) -> Release:
    """Return the release in `home`."""
    found = current_release(home)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def dataset(release: Release) -> ox.Dataset:
    """Return the named graphs of the release."""
    return ox.Dataset(ox.parse(path=release.path / "tongzhou.nq", format=ox.RdfFormat.N_QUADS))


@pytest.fixture
def collected() -> Iterator[None]:
    """Collect the test's garbage in its thread: what a failed evaluation leaves must not end in another one."""
    yield
    gc.collect()


@pytest.fixture(scope="session")
def live_server(home: Path) -> Iterator[str]:
    """Yield the address, without a slash at its end, of `tongzhou serve` over the release."""
    command = [sys.executable, "-m", "tongzhou", "serve", "--port", "0", "--home", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        watchdog = threading.Timer(START_SECONDS, server.kill)
        watchdog.start()
        assert server.stdout is not None
        line = server.stdout.readline()
        watchdog.cancel()
        try:
            assert line.startswith("Listening on "), f"the server said {line!r}"
            yield line.removeprefix("Listening on ").strip().rstrip("/")
        finally:
            server.terminate()
            server.wait(timeout=20)
