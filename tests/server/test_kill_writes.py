"""The kill test runs, and would tell a loss; its thousand kills are a command of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

LOSE = """
import random, sys
from pathlib import Path
from benchmarks.kill_writes import Rig
from benchmarks.kill_clients import Server
rig = Rig(Server(Path(sys.argv[1])), random.Random(1))
rig.server.start()
while len(rig.acknowledged) < 2:
    rig.kill_once()
halved, lost = sorted(rig.acknowledged)[:2]
assert not rig.faults
rig.server.write(f"DELETE WHERE {{ <{halved}> ?p ?o }}")
rig.server.write(f"DELETE WHERE {{ <{lost}> ?p ?o }} ; DELETE WHERE {{ GRAPH ?g {{ <{lost}> ?p ?o }} }}")
rig.check_all()
rig.server.stop()
assert rig.faults == [f"at the end: halves: {halved}", f"at the end: lost: {lost}"], rig.faults
"""


def test_a_few_kills_lose_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.kill_writes", "--kills", "6", "--results", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    record = json.loads((tmp_path / "kill-writes.json").read_text(encoding="utf-8"))
    counts = record["counts"]
    assert counts["servers killed"] + counts["writers killed"] == 6
    assert counts["acknowledged"] > 0
    assert (counts["lost"], counts["halves"], record["faults"]) == (0, 0, [])


def test_a_loss_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOSE, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, cwd=ROOT)
    assert done.returncode == 0, done.stderr
