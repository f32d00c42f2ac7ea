"""Print the project's figures: graph, coverage, queries, labels, build times, kills, tests.

    uv run python benchmarks/figures.py [--kills 200] [--tests]

Each figure comes from a run of the part it is about. `--kills` also runs the kill test of the build, `--tests` the tests
with coverage (minutes).
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TONGZHOU = [sys.executable, "-m", "tongzhou"]


def run(title: str, *command: str) -> int:
    """Run a command under a heading, its output shown as it comes; return its exit code."""
    print(f"\n== {title}\n$ {' '.join(command).replace(sys.executable, 'python')}", flush=True)
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if code:
        print(f"exit code {code}", flush=True)
    return code


def answer_questions() -> int:
    """Print how many of the questions that the graph must answer have the right answer; return 1 where one has not."""
    asked = json.loads((ROOT / "tests" / "queries" / "questions.json").read_text(encoding="utf-8"))
    questions = [item["id"] for item in asked if re.fullmatch(r"Q[0-9]+", item["id"])]
    tests = [
        f"tests/queries/test_questions.py::test_question_is_answered[{question}]" for question in questions
    ]
    command = [sys.executable, "-m", "pytest", "-q", "--tb=line", *tests]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    passed = re.search(r"(\d+) passed", done.stdout)
    print(f"\n== questions answered\n{passed.group(1) if passed else 0} of {len(questions)}")
    if done.returncode:
        print(done.stdout)
    return done.returncode


def main() -> int:
    """Run the parts; return 1 where one of them failed."""
    arguments = argparse.ArgumentParser(description="Print the project's figures.")
    arguments.add_argument("--kills", type=int, default=0, help="kills of the build, such as 200")
    arguments.add_argument("--tests", action="store_true", help="also run the tests with coverage")
    options = arguments.parse_args()
    codes = [run("the sources: kinds, clauses, numbers, labels", *TONGZHOU, "check")]
    with tempfile.TemporaryDirectory() as home:
        codes.append(run("build, cold", *TONGZHOU, "build", "--home", home))
        codes.append(run("build, warm", *TONGZHOU, "build", "--home", home))
    print(f"\n== stored queries\n{len(list((ROOT / 'queries').glob('*.rq')))}")
    codes.append(answer_questions())
    if options.kills:
        codes.append(
            run("builds killed", sys.executable, "benchmarks/kill_build.py", "--kills", str(options.kills))
        )
    if options.tests:
        coverage = ["--cov", "--cov-report=term"]
        codes.append(run("tests and coverage", sys.executable, "-m", "pytest", "-q", *coverage))
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
