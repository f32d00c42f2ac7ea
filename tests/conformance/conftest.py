"""The W3C tests as parameters, and one server for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .client import Client
from .manifest import Case, read_cases
from .servers import tongzhou
from .source import SuitesMissingError, find_suites


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `case` each W3C test, or one that is skipped and says why there are none."""
    if "case" not in metafunc.fixturenames:
        return
    try:
        cases = read_cases(find_suites())
    except SuitesMissingError as error:
        missing = pytest.mark.skip(reason=f"W3C suites NOT RUN: {error}")
        metafunc.parametrize("case", [pytest.param(None, marks=missing, id="none")])
        return
    metafunc.parametrize(
        "case",
        [
            pytest.param(
                case, id=case.id, marks=[pytest.mark.skip(reason=case.skipped)] if case.skipped else []
            )
            for case in cases
        ],
    )


@pytest.fixture(scope="session")
def suites() -> list[Case]:
    """Return the W3C tests that run; without them, the test is skipped and says why."""
    try:
        return [case for case in read_cases(find_suites()) if not case.skipped]
    except SuitesMissingError as error:
        pytest.skip(f"W3C suites NOT RUN: {error}")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Return a client of `tongzhou serve` over a dataset of the suites' own."""
    with tongzhou(tmp_path_factory.mktemp("conformance")) as target, Client(target) as client:
        yield client
