"""The bundle of the pages: what happens where npm or Vite fails, with programs in their place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "server" / "web"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of what the bundle is made from, with nothing made yet."""
    web = tmp_path / "server" / "web"
    shutil.copytree(WEB, web, ignore=shutil.ignore_patterns("node_modules"))
    return web


def _make(checkout: Path, npm: str, node: str = "v22.0.0") -> subprocess.CompletedProcess[str]:
    """Make the bundle with a Node of a version, and an npm that does what a shell script says."""
    programs = checkout.parent / "bin"
    programs.mkdir(exist_ok=True)
    for name, script in (("node", f"echo {node}"), ("npm", npm)):
        (programs / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin"}
    command = [sys.executable, str(checkout / "bundle.py")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_packages_are_installed_as_locked_and_bundled(checkout: Path) -> None:
    done = _make(checkout, 'echo "$1 $2"')
    assert (done.returncode, done.stdout) == (0, "ci --no-audit\nrun build\n")


def test_npm_out_of_reach_is_told_and_no_failure(checkout: Path) -> None:
    done = _make(checkout, 'test "$1" != ci')
    assert done.returncode == 0
    assert "npm could not fetch the packages: pages are served without script" in done.stderr


def test_a_failing_vite_is_a_failure(checkout: Path) -> None:
    assert _make(checkout, 'test "$1" != run').returncode == 1


def test_without_a_node_that_fits_it_says_so(checkout: Path) -> None:
    done = _make(checkout, "exit 9", node="v18.1.0")
    assert done.returncode == 0
    assert "there is no Node of 20.19 or later" in done.stderr


def test_what_is_newer_than_its_sources_is_left_alone(checkout: Path) -> None:
    made = checkout.parent / "tongzhou" / "server" / "static" / "bundle"
    made.mkdir(parents=True)
    (made / "console.js").touch()
    assert _make(checkout, 'test "$1" != run').returncode == 1
    (made / "neighbours.js").touch()
    assert _make(checkout, 'test "$1" != run').returncode == 0
    (checkout / "src" / "console.js").touch()
    assert _make(checkout, 'test "$1" != run').returncode == 1


def test_lock_names_no_host() -> None:
    assert '"resolved"' not in (WEB / "package-lock.json").read_text(encoding="utf-8")
