"""The comparison itself: a shuffled answer is the same, a damaged one is not."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest

from .answers import Answer, Table, read_answer, same_answers
from .compare import Row, by_value, same_bags
from .manifest import Case, Evaluation
from .run import NOISE, orders, read_expected

B = [ox.BlankNode(f"b{index}") for index in range(8)]
C = [ox.BlankNode(f"c{index}") for index in range(8)]
P, Q = ox.NamedNode("urn:p"), ox.NamedNode("urn:q")


def cycle(nodes: list[ox.BlankNode], *lengths: int) -> list[Row]:
    """Return rings of blank nodes, which colours alone cannot tell apart."""
    rows: list[Row] = []
    start = 0
    for length in lengths:
        ring = nodes[start : start + length]
        rows += [(node, P, ring[(place + 1) % length]) for place, node in enumerate(ring)]
        start += length
    return rows


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ([(B[0], P, B[1])], [(C[5], P, C[2])], True),
        ([(B[0], P, B[0])], [(C[0], P, C[1])], False),
        ([(P,), (P,), (Q,)], [(P,), (Q,), (Q,)], False),
        ([(None, P)], [(P, None)], False),
        (cycle(B, 6), cycle(C, 6), True),
        (cycle(B, 6), cycle(C, 3, 3), False),
        (cycle(B, 3, 5), cycle(C, 5, 3), True),
        ([(ox.Triple(B[0], P, B[1]), B[0])], [(ox.Triple(C[0], P, C[1]), C[0])], True),
        ([(ox.Triple(B[0], P, B[1]), B[0])], [(ox.Triple(C[0], P, C[1]), C[1])], False),
    ],
)
def test_blank_nodes_are_matched_one_to_one(left: list[Row], right: list[Row], same: bool) -> None:
    assert same_bags(left, right) is same
    assert same_bags(right, left) is same


def test_a_cross_product_of_blank_nodes_is_quick() -> None:
    rows: list[Row] = [(left, right) for left in B for right in B]
    other: list[Row] = [(left, right) for left in reversed(C) for right in C]
    random.Random(1).shuffle(other)
    assert same_bags(rows, other)
    assert not same_bags(rows, [*other[1:], other[1]])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("2.0", "2", True), ("2.10", "2.1", True), ("2.1", "2.2", False), ("100", "1E2", False)],
)
def test_decimals_by_value(one: str, other: str, same: bool) -> None:
    decimal = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    left, right = by_value(ox.Literal(one, datatype=decimal)), by_value(ox.Literal(other, datatype=decimal))
    assert (left == right) is same


def table(*values: str) -> Table:
    return Table(("x",), tuple((ox.Literal(value),) for value in values))


@pytest.mark.parametrize(
    ("actual", "ordered", "lax", "same"),
    [
        (table("b", "a", "a"), False, False, True),
        (table("b", "a", "a"), True, False, False),
        (table("a", "b"), False, False, False),
        (table("a", "b"), False, True, True),
        (table("a", "a", "b", "b"), False, True, False),
        (table("a"), False, True, False),
        (True, False, False, False),
    ],
)
def test_order_and_reduced(actual: Answer, ordered: bool, lax: bool, same: bool) -> None:
    expected = table("a", "a", "b")
    assert same_answers(expected, actual, ordered=ordered, lax=lax, computed=frozenset()) is same


def test_columns_may_come_in_any_order() -> None:
    left = read_answer(b"a,b\r\n1,2\r\n", "text/csv", "urn:x")
    right = read_answer(b"b,a\r\n2,1\r\n", "text/csv", "urn:x")
    swapped = read_answer(b"b,a\r\n1,2\r\n", "text/csv", "urn:x")
    assert same_answers(left, right, ordered=True, lax=False, computed=frozenset())
    assert not same_answers(left, swapped, ordered=True, lax=False, computed=frozenset())


@pytest.mark.parametrize(
    ("query", "outermost"),
    [
        ("SELECT * { ?s ?p ?o } ORDER BY ?s", True),
        ("SELECT * { ?s ?p ?o } order\nby ?s VALUES ?x { 1 }", True),
        ("SELECT * { { SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 1 } }", False),
        ("SELECT * { ?s ?p ' } ORDER BY ' }", False),
        ("SELECT * { ?s ?p ?o } # ORDER BY ?s", False),
        ("PREFIX : <urn:x#> SELECT * { ?s :a ?o } ORDER BY ?s", True),
    ],
)
def test_order_is_looked_for_in_the_outermost_query(query: str, outermost: bool) -> None:
    assert orders(NOISE.sub(" ", query)) is outermost


def test_expected_answers_are_like_themselves_and_unlike_damaged_ones(suites: list[Case]) -> None:
    dice, compared = random.Random(7), 0
    for case in suites:
        expected = read_expected(case.action) if isinstance(case.action, Evaluation) else True
        rows = [] if isinstance(expected, bool) else list(rows_of(expected))
        if not any(rows):
            continue
        compared += 1
        shuffled = dice.sample(rows, len(rows))
        assert same_answers(
            expected, like(expected, shuffled), ordered=False, lax=False, computed=frozenset()
        )
        place = dice.choice([index for index, row in enumerate(rows) if row])
        damaged = (ox.NamedNode("urn:damaged"), *rows[place][1:])
        for wrong in ([*rows[:place], *rows[place + 1 :]], [*rows[:place], damaged, *rows[place + 1 :]]):
            other = like(expected, wrong)
            assert not same_answers(expected, other, ordered=False, lax=False, computed=frozenset()), case.id
    assert compared > 400


def rows_of(answer: Table | list[Row]) -> list[Row]:
    return list(answer.rows) if isinstance(answer, Table) else answer


def like(answer: Answer, rows: list[Row]) -> Answer:
    return Table(answer.variables, tuple(rows)) if isinstance(answer, Table) else rows
