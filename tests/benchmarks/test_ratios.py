from __future__ import annotations

import pytest
from benchmarks.ratios import ROWS, Ratio, Target, median_rate, paired, runs, table, verdict
from benchmarks.workloads import WORKLOADS


def test_ratios_are_paired_by_round() -> None:
    assert paired([10, 20, 90], [10, 10, 30]) == Ratio(2, 1, 3)


def test_a_round_in_which_one_failed_does_not_count() -> None:
    assert paired([10, None, 30], [10, 10, None]) == Ratio(1, 1, 1)
    assert paired([None], [1]) is None
    assert paired([], []) is None


@pytest.mark.parametrize(
    ("median", "said"),
    [(0.39, "≥ 0.4: not met"), (0.4, "≥ 0.4: met"), (0.6, "≥ 0.4: met, stretch 0.6 too")],
)
def test_the_median_is_held_against_the_target(median: float, said: str) -> None:
    assert verdict(Ratio(median, 0, 9), Target(0.4, 0.6)) == said


def test_every_row_is_a_workload() -> None:
    assert {row.workload for row in ROWS} == {workload.name for workload in WORKLOADS}


def test_who_takes_part() -> None:
    assert runs("repeated aggregate", "fuseki")
    assert not runs("repeated aggregate", "rdflib-endpoint")
    assert runs("fresh aggregate", "tongzhou-disk")
    assert not runs("fresh join", "tongzhou-disk")


def test_the_table_says_what_was_not_measured() -> None:
    rates = {("fresh join", "tongzhou"): [120.0, 130.0], ("fresh join", "oxigraph"): [100.0, 100.0]}
    lines = table(rates, ["oxigraph", "fuseki"])
    join = next(line for line in lines if line.startswith("| fresh join"))
    assert join == "| fresh join | 125 | 1.25 [1.2–1.3] | ≥ 0.6: met, stretch 1 too | – | – |"
    assert {line.count("|") for line in lines} == {7}


def test_rates_are_read_with_ease() -> None:
    assert [median_rate([value]) for value in (12345.6, 3.14159, None)] == ["12,346", "3.14", "–"]
