"""`tongzhou token`, as a process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tongzhou.server.tokens import TokenFile


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        **variables,
    }
    command = [sys.executable, "-m", "tongzhou", "token", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "etc" / "tokens"


def test_a_token_is_printed_once_and_opens_its_scope(file: Path) -> None:
    done = run("add", "--token-file", str(file), "--scope", "write", "--label", "loader")
    assert done.returncode == 0, done.stderr
    token = done.stdout.split()[-1]
    assert done.stdout == f"{token}\n"
    TokenFile(file).check(f"Bearer {token}", "write")
    listed = run("list", "--token-file", str(file), COLUMNS="120").stdout
    assert "loader" in listed
    assert "write" in listed
    assert token not in listed


def test_a_token_is_removed_by_the_name_in_the_list(file: Path) -> None:
    run("add", "--scope", "read", TONGZHOU_TOKEN_FILE=str(file))
    listed = run("list", TONGZHOU_TOKEN_FILE=str(file), COLUMNS="120").stdout
    name = re.search(r"\b[0-9a-f]{8}\b", listed)
    assert name
    done = run("remove", name[0], TONGZHOU_TOKEN_FILE=str(file))
    assert (done.returncode, done.stdout) == (0, f"{name[0]} removed (read)\n")
    assert file.read_bytes() == b""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "--scope", "read"], "--token-file"),
        (["add", "--token-file", "F"], "--scope"),
        (["add", "--token-file", "F", "--scope", "root"], "root"),
        (["remove", "--token-file", "F"], "NAME"),
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str], said: str) -> None:
    done = run(*arguments, COLUMNS="200")
    assert done.returncode == 2
    assert said in done.stderr


def test_an_error_is_one_message(file: Path) -> None:
    done = run("remove", "--token-file", str(file), "00000000")
    assert done.returncode == 1
    assert done.stderr.startswith(f"tongzhou: {file}: no token is called 00000000. ")
    assert "Traceback" not in done.stderr
