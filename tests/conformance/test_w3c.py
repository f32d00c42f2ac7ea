"""Every W3C test that runs over HTTP, against a live `tongzhou serve --dataset`."""

from __future__ import annotations

from .baseline import read_baseline
from .client import Client
from .manifest import Case
from .run import run

KNOWN = read_baseline()


def test_w3c(case: Case, server: Client) -> None:
    fault = run(case, server)
    if case.id not in KNOWN:
        assert fault is None, f"{case.id}: {fault}"
    else:
        assert fault is not None, f"{case.id} passes now: take it out of baseline.toml, which may only shrink"


def test_the_baseline_names_tests_that_run(suites: list[Case]) -> None:
    assert set(KNOWN) <= {case.id for case in suites}
