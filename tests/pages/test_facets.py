"""Choices within a facet add up, choices across facets narrow down, and counts say what a value would add."""

from __future__ import annotations

from tongzhou.server.pages.browse.facets import FACETS, Row, counts, fitting


def row(name: str, **values: str) -> Row:
    return Row(name, (), (), {facet: frozenset(values.get(facet, "").split()) for facet in FACETS})


ROWS = [
    row("gift", type="gift", place="wuhan hubei", form="cash"),
    row("mixed", type="gift", place="hubei", form="cash goods"),
    row("guide", type="guide", place="wuhan hubei"),
]


def names(choice: dict[str, list[str]]) -> list[str]:
    return [one.action for one in fitting(ROWS, choice)]


def test_values_of_a_facet_add_up_and_facets_narrow_down() -> None:
    assert names({}) == names({"type": []}) == ["gift", "mixed", "guide"]
    assert names({"type": ["gift"]}) == ["gift", "mixed"]
    assert names({"type": ["gift", "guide"]}) == ["gift", "mixed", "guide"]
    assert names({"type": ["gift"], "place": ["wuhan"]}) == ["gift"]
    assert names({"type": ["guide"], "form": ["cash"]}) == []


def test_counts_leave_the_own_choice_out() -> None:
    choice = {"type": ["gift"], "place": ["wuhan"]}
    assert counts(ROWS, choice, "type") == {"gift": 1, "guide": 1}
    assert counts(ROWS, choice, "place") == {"wuhan": 1, "hubei": 2}
    assert counts(ROWS, choice, "form") == {"cash": 1}
