"""The W3C tests as parameters, and one server for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from .client import Client
from .manifest import Case, read_cases
from .servers import tongzhou
from .source import SuitesMissingError, find_suites


@cache
def cases_or_reason() -> list[Case] | str:
    """Return the W3C tests, or why there are none; looked for once."""
    try:
        return read_cases(find_suites())
    except SuitesMissingError as error:
        return f"W3C suites NOT RUN: {error}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `case` each W3C test, or one that is skipped and says why there are none."""
    if "case" not in metafunc.fixturenames:
        return
    cases = cases_or_reason()
    if isinstance(cases, str):
        metafunc.parametrize("case", [pytest.param(None, marks=pytest.mark.skip(reason=cases), id="none")])
        return
    metafunc.parametrize("case", [pytest.param(case, id=case.id, marks=marks_of(case)) for case in cases])


def marks_of(case: Case) -> list[pytest.MarkDecorator]:
    """Return what skips a test that no server over HTTP is asked to pass."""
    return [pytest.mark.skip(reason=case.skipped)] if case.skipped else []


@pytest.fixture(scope="session")
def suites() -> list[Case]:
    """Return the W3C tests that run; without them, the test is skipped and says why."""
    cases = cases_or_reason()
    if isinstance(cases, str):
        pytest.skip(cases)
    return [case for case in cases if not case.skipped]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Return a client of `tongzhou serve` over a dataset of the suites' own."""
    with tongzhou(tmp_path_factory.mktemp("conformance")) as target, Client(target) as client:
        yield client
