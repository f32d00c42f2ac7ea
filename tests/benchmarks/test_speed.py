from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.crowd import LIMIT, End, Outcome, verdicts
from benchmarks.data import Shape
from benchmarks.load import Seen

ROOT = Path(__file__).parents[2]


def test_what_is_not_to_be_had_is_said_and_answers_are_compared_first(tmp_path: Path) -> None:
    missing = {"OXIGRAPH": "no-such-program", "FUSEKI_JAR": "no.jar", "PATH": str(tmp_path)}
    environment = {**os.environ, **missing, "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "benchmarks.speed", "--size", "5k", "--peers", "oxigraph", "fuseki"]
    done = subprocess.run(
        [*command, "--results", str(tmp_path / "results")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    bulk, ox, fuseki, agree, wrk = done.stdout.splitlines()
    assert bulk.startswith("bulk load: not run: no program oxigraph")
    assert ox.startswith("oxigraph: not run: no program oxigraph")
    assert fuseki.startswith("fuseki: not run: FUSEKI_JAR does not name a file")
    assert agree == f"5k: {Shape.of('5k').quads} triples; answers of tongzhou, tongzhou-disk agree"
    assert wrk == "speed: not run: no program wrk: apt-get install wrk"
    assert not (tmp_path / "results").exists()


def outcome(rate: float, p99: float, last: float) -> Outcome:
    seen = Seen(requests=100, rps=rate, p50_ms=1, p99_ms=p99, most_ms=p99, refused=0, broken=0)
    return Outcome(seen, seen, [End("count", "504", 1.0), End("path", "504", last)])


def test_one_hostile_query_that_ends_late_is_too_many() -> None:
    good, late = (verdicts({"tongzhou": outcome(2000, 20, LIMIT + past)}) for past in (0.29, 0.31))
    assert [line.split(": ")[2].split(" ")[0:2] for line in (good[0], late[0])] == [
        ["met", "(5.29"],
        ["not", "met"],
    ]


def test_the_light_rate_is_held_against_oxigraphs() -> None:
    lines = verdicts({"tongzhou": outcome(2000, 101, 5), "oxigraph": outcome(101, 900, 40)})
    assert [": met " in line for line in lines] == [True, False, False]
    assert lines[2] == "tongzhou: light rate ≥ 20 × Oxigraph's: not met (19.8 ×)"
