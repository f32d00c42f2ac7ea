"""`tongzhou serve` as a process: when it says that it listens, how it ends, and what it says when it can't."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
import rich_click as click
from click.testing import CliRunner

from tongzhou.graph.build import BuildResult
from tongzhou.graph.compile import Sources
from tongzhou.graph.errors import ConfigError, Fault, ReleaseError, SourceError
from tongzhou.graph.release import Release, current_release
from tongzhou.server.cli import serve
from tongzhou.server.config import Config
from tongzhou.server.site import open_site

from .conftest import Server, said_at_start, stop_server


def test_listening_line_comes_when_it_answers(server: Server) -> None:
    assert server.url.startswith("http://127.0.0.1:")
    with urlopen(server.url, timeout=30) as response:
        assert response.status == 200
        assert "同舟" in response.read().decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_cleanly(home: Path, start: Callable[..., Server], number: signal.Signals) -> None:
    running = start("--home", str(home))
    with urlopen(f"{running.endpoint}?query=ASK%7B%7D", timeout=30) as response:
        assert response.status == 200
    assert stop_server(running, number) == (0, said_at_start())


def test_port_in_use_is_said(server: Server, home: Path) -> None:
    port = str(urlsplit(server.url).port)
    command = [sys.executable, "-m", "tongzhou", "serve", "--port", port, "--home", str(home)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"can't listen on 127.0.0.1 port {port}: Address already in use" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:80/"), ("::1", "http://[::1]:80/"), ("a.b", "http://a.b:80/")],
)
def test_address(host: str, url: str) -> None:
    assert serve.address_of(host, 80) == url


def test_a_large_body_is_refused_by_the_application(server: Server) -> None:
    address = urlsplit(server.url)
    assert address.hostname is not None
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    connection.request("POST", "/sparql", b"#" * 2_000_000, {"Content-Type": "application/sparql-query"})
    response = connection.getresponse()
    assert (response.status, response.getheader("Content-Type")) == (413, "application/problem+json")
    connection.close()


def test_home_page_offers_three_stored_queries(home: Path) -> None:
    examples = open_site(Config(home=home)).examples
    assert len(examples) == 3
    assert all(example.bind() for example in examples)


def _always(_sources: Sources, _home: Path, _entailment: str | None) -> bool:
    return True


def test_a_failing_build_names_the_former_release(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "home"
    shutil.copytree(home, copy)

    def fail(_home: Path, _entailment: str | None) -> None:
        raise SourceError([Fault("facts.yaml", 3, "action/x", "the quote is not in the text.")])

    monkeypatch.setattr(serve, "is_stale", _always)
    monkeypatch.setattr(serve, "build_with_progress", fail)
    result = CliRunner().invoke(serve.command, ["--home", str(copy)])
    assert isinstance(result.exception, SourceError)
    assert "the build failed; the former release" in result.stderr
    former = current_release(copy)
    assert former is not None
    assert former.name in result.stderr
    result = CliRunner().invoke(serve.command, ["--home", str(tmp_path / "empty")])
    assert isinstance(result.exception, SourceError)
    assert result.stderr == ""


def test_it_builds_where_the_sources_changed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Path, str | None]] = []

    def build(folder: Path, entailment: str | None) -> BuildResult:
        asked.append((folder, entailment))
        return BuildResult(Release(folder / "new"), ())

    monkeypatch.setattr(serve, "is_stale", _always)
    monkeypatch.setattr(serve, "build_with_progress", build)
    serve.ensure_release(home, "rdfs")
    assert asked == [(home, "rdfs")]


def test_help_has_an_example() -> None:
    assert isinstance(serve.command, click.Command)
    result = CliRunner().invoke(serve.command, ["--help"])
    assert result.exit_code == 0
    assert "Example: tongzhou serve --port 8123" in result.output


def test_a_site_needs_a_release(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="Run 'tongzhou build' first"):
        open_site(Config(home=tmp_path))
    assert open_site(Config(home=tmp_path, dataset=tmp_path / "new")).release is None


def test_wrong_values_are_named_with_what_is_expected() -> None:
    result = CliRunner().invoke(serve.command, ["--port", "70000"])
    assert isinstance(result.exception, ConfigError)
    assert "--port: '70000' does not fit. Expected: a whole number from 0 to 65535." in str(result.exception)


def test_wrong_usage_exits_2() -> None:
    assert CliRunner().invoke(serve.command, ["--prot", "7000"]).exit_code == 2


def test_what_goes_wrong_at_the_start_is_said_without_a_traceback(tmp_path: Path) -> None:
    for arguments, words in (
        (["--port", "70000"], "a whole number from 0 to 65535"),
        (["--writable"], "Name a dataset as well"),
        (["--dataset", str(tmp_path / "d"), "--writable"], "nobody could write without a token"),
    ):
        command = [sys.executable, "-m", "tongzhou", "serve", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1
        assert done.stdout == ""
        assert words in " ".join(done.stderr.split())
        assert "Traceback" not in done.stderr
