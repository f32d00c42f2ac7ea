"""`tongzhou export`, as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tongzhou.graph.release import Release


def run(*arguments: str, home: Path) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "tongzhou", "export", *arguments]
    environment = {**os.environ, "TONGZHOU_HOME": str(home)}
    return subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)


def test_pipe_and_file_hold_the_same(home: Path, release: Release, tmp_path: Path) -> None:
    piped = run("--format", "nquads", home=home)
    assert piped.returncode == 0
    file = tmp_path / "graph.nq"
    assert run("--format", "nquads", "-o", str(file), home=home).returncode == 0
    assert file.read_bytes() == piped.stdout == (release.path / "tongzhou.nq").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["graph.nq"]


def test_closed_pipe_is_no_error(home: Path) -> None:
    command = [sys.executable, "-m", "tongzhou", "export", "--home", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(10) == b"@prefix dc"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--thing", "org/china-meat"], 1, "Near: org/china-meat-association"),
        (["--graph", "nothing"], 1, "There are: article/"),
        (["--format", "docx"], 2, "docx"),
        (["-o", "/nowhere/at/all.ttl"], 1, "Give another file with -o"),
    ],
)
def test_mistakes_are_told(home: Path, arguments: list[str], code: int, message: str) -> None:
    done = run(*arguments, home=home)
    assert done.returncode == code
    assert message in done.stderr.decode()
    assert b"Traceback" not in done.stderr
