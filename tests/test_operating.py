"""The page for operators names settings, refusals and paths that are there; the unit for systemd fits the server."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tongzhou.server.cli import COMMANDS
from tongzhou.server.config import SETTINGS, Config, load_config
from tongzhou.server.problem_kinds import KINDS

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = (DOCS / "operating.md").read_text(encoding="utf-8")
UNIT = DOCS / "deploy" / "tongzhou.service"
CODE = re.compile(r"`([^`]+)`")
REFUSAL = re.compile(r"(\d{3}) ((?:`[a-z-]+`(?:, )?)+)")


def section(title: str) -> str:
    """Return the part of the page below a heading."""
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def refusals() -> list[tuple[int, str]]:
    found = REFUSAL.findall(section("Limits, and what a refusal means"))
    return [(int(status), kind) for status, kinds in found for kind in CODE.findall(kinds)]


def test_refusals_have_the_status_that_the_page_says() -> None:
    assert len(refusals()) >= 13
    assert {(KINDS[kind].status, kind) for _, kind in refusals()} == set(refusals())


def test_every_refusal_for_want_of_means_is_on_the_page() -> None:
    scarce = {kind for kind, one in KINDS.items() if one.status in (429, 503, 504, 507)}
    assert scarce <= {kind for _, kind in refusals()}


def test_settings_in_the_table_of_refusals_are_settings() -> None:
    rows = [
        row.split("|")
        for row in section("Limits, and what a refusal means").splitlines()
        if row[:3].strip("| ")
    ]
    named = {name for row in rows if len(row) == 6 for name in CODE.findall(row[3])}
    assert len(named) >= 10
    assert named <= set(SETTINGS)


def test_commands_on_the_page_are_commands() -> None:
    named = set(re.findall(r"(?:^    |`|bin/)tongzhou ([a-z]+)", PAGE, re.MULTILINE))
    assert len(named) >= 7
    assert named <= set(COMMANDS)


def test_the_example_of_a_file_is_read(tmp_path: Path) -> None:
    page = (DOCS / "configuration.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"A file looks like this:\n\n((?:    .*\n)+)", page)
    file = tmp_path / "tongzhou.toml"
    file.write_text(example.replace("    ", "", 1).replace("\n    ", "\n"), encoding="utf-8")
    config = load_config({}, {}, file)
    assert (config.writable, config.deadline, config.memory) == (True, 10.0, 2**30)


def test_links_lead_to_files() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", PAGE)
    assert targets
    assert [target for target in targets if not (DOCS / target).is_file()] == []


def test_systemd_waits_for_what_runs() -> None:
    seconds = re.search(r"^TimeoutStopSec=(\d+)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)
    assert seconds
    assert int(seconds[1]) > max(Config().deadline, Config().write_deadline) + 5


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze")
def test_the_unit_is_valid(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    # The program need not be installed here: another that is takes its place.
    text = UNIT.read_text(encoding="utf-8").replace(
        "/opt/tongzhou/bin/tongzhou", str(Path(sys.executable).resolve())
    )
    unit.write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
