from __future__ import annotations

from benchmarks.reasoning import table
from benchmarks.reasoning_targets import OURS, PLAIN, verdicts


def took(seconds: float, memory: float = 100, inferred: float = 1000) -> dict[str, float]:
    return {"seconds": seconds, "memory_mb": memory, "inferred": inferred}


def said(found: dict[tuple[str, str], dict[str, float]]) -> dict[str, bool]:
    return {text.split(",")[0]: is_met for text, is_met in verdicts(found)}


def test_what_was_not_measured_is_not_judged() -> None:
    assert verdicts({}) == []
    assert said({("5k*", OURS): took(1)}) == {}


def test_ratios_are_held_against_the_targets() -> None:
    today = {("today", OURS): took(0.1), ("today", "owlrl"): took(4)}
    assert said(today) == {"today's graph in 0.100 s": True, "40 × owlrl on today's graph": False}
    peers = {
        ("5k*", OURS): took(1),
        ("5k*", "reasonable"): took(2),
        ("26k*", OURS): took(2),
        ("26k*", "reasonable"): took(1),
    }
    assert list(said(peers).values()) == [True, False]
    proofs = {("26k", OURS): took(1.1, 200), ("26k", PLAIN): took(1, 100)}
    assert list(said(proofs).values()) == [True, False]
    changes = {("100k", "changes"): {"rebuild": 3.0, "add": 0.05, "delete": 0.5}}
    assert list(said(changes).values()) == [True, False]


def test_growth_is_measured_by_what_is_inferred() -> None:
    found = {
        ("26k", OURS): took(1, inferred=1000),
        ("1M", OURS): took(50, memory=3000, inferred=40_000),
        ("5k", OURS): took(9),
    }
    assert list(said(found).values()) == [True, False, True]
    found["1M", OURS] = took(59, inferred=10_000)
    assert list(said(found).values()) == [True, True, False]


def test_the_table_has_a_line_for_each_graph() -> None:
    lines = table({("5k", OURS): took(1)}, ["today", "5k"])
    assert len(lines) == 4
    assert lines[-1].startswith("| 5k | 1.00 / 100 / 1,000 | – |")
