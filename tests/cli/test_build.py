"""`tongzhou build`: its output, its exit codes, and progress on a terminal only."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from tongzhou.graph.build import BuildResult
from tongzhou.graph.errors import Fault, SourceError
from tongzhou.graph.release import Release, build_lock, current_release
from tongzhou.graph.steps import StepReport
from tongzhou.server.cli import build as module
from tongzhou.server.cli import main

STEPS = ("compile", "validate", "reason", "describe", "publish")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `tongzhou build` as a process."""
    command = [sys.executable, "-m", "tongzhou", "build", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def fake(release: Release, seconds: float = 0) -> BuildResult:
    """Return what a build returns, after some time."""
    time.sleep(seconds)
    return BuildResult(release, (StepReport("compile", 0.5, False, 10), StepReport("reason", 0.25, True, 2)))


def test_steps_graphs_and_triples_are_printed(home: Path, tmp_path: Path) -> None:
    own = tmp_path / "home"
    shutil.copytree(home, own)
    done = run("--home", str(own))
    assert (done.returncode, done.stderr) == (0, "")
    words = done.stdout.split()
    assert [words.index(step) for step in STEPS] == sorted(words.index(step) for step in STEPS)
    assert "article/associations-epidemic-response/name" in words
    release = current_release(own)
    assert release is not None
    triples = release.manifest["triples"]
    assert f"{triples['asserted']:,} triples asserted, {triples['inferred']:,} inferred" in done.stdout
    assert f"release {release.name} in {own / 'releases'}" in done.stdout


def test_seconds_and_what_was_kept_are_printed(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(_: Path, _entailment: str | None) -> BuildResult:
        return fake(release)

    monkeypatch.setattr(module, "build_with_progress", make)
    result = CliRunner().invoke(module.command, ["--home", str(tmp_path)])
    assert result.exit_code == 0
    rows = [line.replace("│", " ").split() for line in result.stdout.splitlines()]
    assert ["compile", "0.50", "10"] in rows
    assert ["reason", "0.25", "2", "unchanged"] in rows
    assert ["all", "0.75"] in rows


def test_second_build_exits_with_1(tmp_path: Path) -> None:
    with build_lock(tmp_path):
        done = run("--home", str(tmp_path))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"tongzhou: another build is running in {tmp_path}.")


def test_wrong_source_exits_with_1_and_names_the_former_release(
    home: Path, release: Release, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Path, _entailment: str | None) -> BuildResult:
        raise SourceError([Fault("facts.yaml", 3, "action/x", "the quote is not in the text.", "Mend it.")])

    monkeypatch.setattr(module, "build_with_progress", fail)
    monkeypatch.setattr(sys, "argv", ["tongzhou", "build", "--home", str(home)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert f"the former release {release.name} is untouched" in told
    assert "tongzhou: facts.yaml:3: action/x: the quote is not in the text. Mend it.\n" in told


def test_failure_without_a_former_release_names_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module.tell_former(tmp_path)
    (tmp_path / "current").write_text("nothing", encoding="utf-8")
    module.tell_former(tmp_path)
    assert capsys.readouterr().err == ""


def test_home_that_cannot_be_made_exits_with_1(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = run("--home", str(tmp_path / "file" / "home"))
    assert done.returncode == 1
    assert "Give another one with --home" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["--nothing"], ["word"], ["--home"]])
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Error" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_has_an_example() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "Example: tongzhou build --home /srv/tongzhou" in done.stdout


@pytest.mark.parametrize(("seconds", "shown"), [(1.6, True), (0.1, False)])
def test_progress_is_shown_on_a_terminal_after_a_second(seconds: float, shown: bool) -> None:
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom tongzhou.server.cli import build\n"
        "build.build = lambda *_, **__: time.sleep(float(sys.argv[1]))\n"
        "build.build_with_progress(Path('nowhere'))\n"
    )
    reader, writer = pty.openpty()
    command = [sys.executable, "-c", program, str(seconds)]
    environment = {**os.environ, "TERM": "xterm"}
    done = subprocess.run(command, stderr=writer, env=environment, timeout=60, check=False)
    os.write(writer, b"end")
    told = b""
    while not told.endswith(b"end"):
        told += os.read(reader, 65536)
    os.close(writer)
    os.close(reader)
    assert done.returncode == 0
    assert ("building the graph …".encode() in told) is shown


def test_no_progress_in_a_pipe(
    release: Release, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def make(*_: object, **__: object) -> BuildResult:
        return fake(release, 1.2)

    monkeypatch.setattr(module, "build", make)
    assert module.build_with_progress(Path("nowhere")).release == release
    assert capsys.readouterr() == ("", "")


def test_the_entailment_is_passed_on(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []

    def make(_: Path, entailment: str | None) -> BuildResult:
        asked.append(entailment)
        return fake(release)

    monkeypatch.setattr(module, "build_with_progress", make)
    for arguments in (["--entailment", "rdfs"], []):
        assert CliRunner().invoke(module.command, ["--home", str(tmp_path), *arguments]).exit_code == 0
    assert asked == ["rdfs", None]
    assert CliRunner().invoke(module.command, ["--entailment", "full"]).exit_code == 2
