"""`tongzhou check`: tables on stdout, each problem on a line of its own, exit code 1 where there is one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner

from tongzhou.graph.compile import Sources
from tongzhou.graph.resources import ontology_dir
from tongzhou.server.cli import check

HARBOUR = Path(__file__).parents[1] / "data" / "articles"


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sources:
    """Let the command find a copy of the harbour article instead of the sources of the checkout."""
    copytree(HARBOUR, tmp_path / "articles")
    (tmp_path / "background").mkdir()
    found = Sources(ontology_dir(), tmp_path / "articles", tmp_path / "background")
    monkeypatch.setattr(check, "default_sources", lambda: found)
    return found


def spoil(sources: Sources, before: str, after: str) -> None:
    """Exchange words in the facts of the harbour article."""
    path = sources.articles / "harbour" / "facts.yaml"
    facts = path.read_text(encoding="utf-8")
    assert facts.count(before) == 1
    path.write_text(facts.replace(before, after), encoding="utf-8")


def test_help_has_an_example() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tongzhou", "check", "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert "Example: tongzhou check" in done.stdout


def test_sound_sources_exit_with_0_and_are_counted(sources: Sources) -> None:
    done = CliRunner().invoke(check.command, env={"COLUMNS": "120"})
    assert done.exit_code == 0
    for words in (
        "organisations by kind",
        "actions by kind",
        "clauses with their facts",
        "numbers of the text",
    ):
        assert words in done.stdout
    assert "GoodsProvision" in done.stdout
    assert "to mend" not in done.stdout


def test_a_problem_exits_with_1_and_names_file_line_fact_and_remedy(sources: Sources) -> None:
    spoil(sources, "    giver: group/members-of-the-boat-association\n", "")
    done = CliRunner().invoke(check.command, env={"COLUMNS": "120"})
    assert done.exit_code == 1
    assert "1 to mend" in done.stdout
    line = next(line for line in done.stdout.splitlines() if line.startswith("shapes: "))
    path = sources.articles / "harbour" / "facts.yaml"
    assert line.startswith(f"shapes: {path}:49: action/gift-of-money-by-members: The donation has no giver;")
    assert "捐赠缺少给予者" in line


def test_sources_that_do_not_compile_exit_with_1(sources: Sources) -> None:
    spoil(sources, "type: MonetaryDonation", "type: Gift")
    done = CliRunner().invoke(check.command)
    assert done.exit_code == 1
    assert "'Gift' is not a word for 'type'." in done.stdout


def test_an_argument_is_wrong_usage() -> None:
    done = CliRunner().invoke(check.command, ["everything"])
    assert done.exit_code == 2
