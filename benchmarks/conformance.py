"""Print how many W3C tests our server and Oxigraph's pass, side by side, in one run.

    uv run python benchmarks/conformance.py [--details]

Oxigraph's server is `$OXIGRAPH`, else `oxigraph` on PATH (`pip install oxigraph` puts it there), else its column says
'not run'. Where the suites come from is said in tests/conformance/source.py. The exit code is 1 where our server
fails a test that its baseline does not name, 2 where nothing could be run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.conformance.baseline import read_baseline  # noqa: E402
from tests.conformance.client import Client, Target  # noqa: E402
from tests.conformance.manifest import SUITES, Case, read_cases  # noqa: E402
from tests.conformance.run import run  # noqa: E402
from tests.conformance.servers import StartFailedError, oxigraph, tongzhou  # noqa: E402
from tests.conformance.source import SuitesMissingError, find_suites  # noqa: E402

Outcome = dict[str, str | None]
"""What is wrong by test; None where it passes."""


def find_oxigraph() -> str | None:
    """Return Oxigraph's program, or None. A program beside this Python counts as on PATH."""
    beside = str(Path(sys.executable).parent)
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), beside])
    return shutil.which(os.environ.get("OXIGRAPH", "oxigraph"), path=path)


def measure(name: str, server: AbstractContextManager[Target], cases: list[Case]) -> Outcome:
    """Run all tests against a server. Raises StartFailedError."""
    start = time.monotonic()
    with server as target, Client(target) as client:
        outcome = {case.id: run(case, client) for case in cases}
    print(f"{name}: {len(cases)} tests in {time.monotonic() - start:.0f} s", flush=True)
    return outcome


def print_table(cases: list[Case], ours: Outcome | None, theirs: Outcome | None) -> None:
    """Print a line for each suite of each version, and the tests that only one server passes."""
    print("\n| suite | version | tests | Tongzhou | Oxigraph | only Tongzhou | only Oxigraph |")
    print("|---|---|--:|--:|--:|--:|--:|")
    groups = sorted({(SUITES.index(case.suite), case.version) for case in cases})
    for suite, version in groups:
        members = [case.id for case in cases if (case.suite, case.version) == (SUITES[suite], version)]
        print_line(SUITES[suite], f"SPARQL 1.{version[-1]}", members, ours, theirs)
    print_line("all", "", [case.id for case in cases], ours, theirs)
    for title, mine, other in (("Tongzhou", ours, theirs), ("Oxigraph", theirs, ours)):
        for name in only(mine, other):
            print(f"only {title} passes {name}")


def print_line(
    suite: str, version: str, members: list[str], ours: Outcome | None, theirs: Outcome | None
) -> None:
    """Print one line of the table."""
    counts = [passed(outcome, members) for outcome in (ours, theirs)]
    either = [str(sum(name in members for name in only(*pair))) for pair in ((ours, theirs), (theirs, ours))]
    shown = either if ours is not None and theirs is not None else ["", ""]
    print(f"| {' | '.join([suite, version, str(len(members)), *counts, *shown])} |")


def passed(outcome: Outcome | None, members: list[str]) -> str:
    """Return how many of the tests pass."""
    return "not run" if outcome is None else str(sum(outcome[name] is None for name in members))


def only(one: Outcome | None, other: Outcome | None) -> list[str]:
    """Return the tests that the first server passes and the second fails."""
    if one is None or other is None:
        return []
    return [name for name, fault in one.items() if fault is None and other[name] is not None]


def attempt(name: str, server: AbstractContextManager[Target], cases: list[Case]) -> Outcome | None:
    """Run all tests against a server; say so where it does not start."""
    try:
        return measure(name, server, cases)
    except StartFailedError as error:
        print(f"{name}: not run: {error}")
        return None


def main() -> int:
    """Run both servers and print the table."""
    arguments = argparse.ArgumentParser(description="Print the W3C results of our server and Oxigraph's.")
    arguments.add_argument("--details", action="store_true", help="also print what is wrong in each failure")
    options = arguments.parse_args()
    try:
        suites = read_cases(find_suites())
    except SuitesMissingError as error:
        print(f"W3C suites NOT RUN: {error}")
        return 2
    cases = [case for case in suites if not case.skipped]
    print(f"{len(cases)} tests, {len(suites) - len(cases)} skipped (entailment regimes, federated query)")
    binary = find_oxigraph()
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        theirs = attempt("Oxigraph", oxigraph(binary, Path(first)), cases) if binary else None
        if binary is None:
            print("Oxigraph: not run: no program oxigraph; set OXIGRAPH or pip install oxigraph")
        ours = attempt("Tongzhou", tongzhou(Path(second)), cases)
    print_table(cases, ours, theirs)
    for name, outcome in (("Tongzhou", ours), ("Oxigraph", theirs)):
        for test, fault in (outcome or {}).items():
            if fault is not None and options.details:
                print(f"\n{name} fails {test}: {fault}")
    if ours is None:
        return 2
    known = read_baseline()
    unknown = [test for test, fault in ours.items() if fault is not None and test not in known]
    print(f"failures of ours that the baseline does not name: {', '.join(unknown) or 'none'}")
    return int(bool(unknown))


if __name__ == "__main__":
    sys.exit(main())
