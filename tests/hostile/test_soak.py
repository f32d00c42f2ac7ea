"""The soak and the fuzzer run; their long runs are commands of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_a_soak_of_seconds_is_recorded(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.soak", "--minutes", "0.2", "--results", str(tmp_path)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, cwd=BENCHMARKS.parent
    )
    record = json.loads(next(tmp_path.glob("soak-*.json")).read_text(encoding="utf-8"))
    assert (done.returncode, done.stderr, record["verdict"]) == (0, "", "flat"), record["faults"]
    assert record["good"]["answers"] > 100
    assert record["good"]["wrong"] == 0
    assert record["statuses"]["504"]


def test_the_fuzzer_runs_or_says_that_it_does_not() -> None:
    command = [sys.executable, str(BENCHMARKS / "fuzz_scan.py"), "--seconds", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "not run" in done.stdout or "Done" in done.stderr
