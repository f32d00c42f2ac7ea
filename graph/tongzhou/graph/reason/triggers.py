"""What makes a rule run: a new triple that fits one of its conditions (or, backwards, its head)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tongzhou.graph.reason.conditions import (
    All,
    Condition,
    Member,
    NumberedRule,
    Pair,
    Shortcut,
    Slot,
    Spelling,
    Step,
    Through,
    Triple,
    names_of,
)
from tongzhou.graph.reason.generator import spellings


@dataclass(frozen=True)
class Trigger:
    """A condition that a new triple may fit, and the steps that are left then.

    `triple` has the slots that the new triple is laid against; `of_all` are the other triples said of a member
    that is known, None where no member is.
    """

    rule: NumberedRule
    triple: Triple
    steps: tuple[Step, ...]
    of_all: tuple[Triple, ...] | None = None
    is_member: bool = False
    """The triple is a list, MEMBER, and one of its members."""


def triggers_of(rule: NumberedRule, shortcut: tuple[Shortcut, ...] = ()) -> Iterator[Trigger]:
    """Yield every way in which a new triple, or a new member of a list, may make a rule run."""
    for place, condition in enumerate(rule.body):
        rest: tuple[Step, ...] = (*rule.body[:place], *rule.body[place + 1 :], *shortcut)
        yield from _of_condition(rule, condition, rest)


def _of_condition(rule: NumberedRule, condition: Condition, rest: tuple[Step, ...]) -> Iterator[Trigger]:
    if isinstance(condition, Triple):
        yield Trigger(rule, condition, rest)
        return
    cells = condition.cells
    if isinstance(condition, Member):
        yield Trigger(rule, _member(cells, condition.member), rest, is_member=True)
    elif isinstance(condition, Pair):
        for end in dict.fromkeys((condition.first, condition.second)):
            yield Trigger(rule, _member(cells, end), (*rest, condition), is_member=True)
    elif isinstance(condition, All):
        yield Trigger(
            rule, _member(cells, condition.member), (*rest, condition), condition.triples, is_member=True
        )
        for place, triple in enumerate(condition.triples):
            others = (*condition.triples[:place], *condition.triples[place + 1 :])
            yield Trigger(rule, triple, (*rest, condition, Member(cells, condition.member)), others)
    else:
        yield Trigger(rule, _member(cells, "t_member"), (*rest, condition), is_member=True)
        steps = (
            *rest,
            Member(cells, "t_step"),
            Through(cells, "t_before", "t_step", "t_after", condition.start, condition.end),
        )
        yield Trigger(rule, Triple("t_before", "t_step", "t_after"), steps)


def heads_of(rule: NumberedRule) -> Iterator[Trigger]:
    """Yield the triples of a head, each with the whole body as what is to be found."""
    for triple in rule.head:
        yield Trigger(rule, triple, rule.body)


def _member(cells: str, member: str) -> Triple:
    return Triple(cells, "t_predicate", member)


def parameters_of(triple: Triple, rdf_type: int) -> tuple[list[str], list[str]]:
    """Return the parameters that a triple's slots make, and tests of what is not told by how functions are found.

    They are found by their predicate, and by their class.
    """
    parameters: list[str] = []
    tests: list[str] = []
    for place, slot in enumerate(triple):
        is_sure = place == 1 or (place == 2 and triple.predicate == rdf_type)
        name = slot.name if isinstance(slot, Spelling) else f"t_{place}"
        if isinstance(slot, Spelling):
            tests.append(f"{name} in {spellings(slot)}")
        elif isinstance(slot, str) and slot not in parameters:
            name = slot
        elif isinstance(slot, str) or not is_sure:
            tests.append(f"{name} == {slot}")
        parameters.append(name)
    return parameters, tests


def shortcut_of(rule: NumberedRule, same_as: int) -> tuple[Shortcut, ...]:
    """Return what spares the rules of equality most of their firings in a set of things that are all the same.

    `CM` has for each of them the smallest number known to be the same: the representative. What is said of one reaches
    each other one through it, so that only replacements by it, and of it, are made.
    """
    equal = [
        (str(c.subject), str(c.object)) for c in rule.body if isinstance(c, Triple) and c.predicate == same_as
    ]
    if rule.id in {"eq-rep-s", "eq-rep-p", "eq-rep-o"}:
        ((one, other),) = equal
        python = f"CM.get({one}, {one}) == {other} or CM.get({other}, {other}) == {one}"
        return (Shortcut((one, other), python),)
    if rule.id == "eq-trans":
        (one, middle), (_, other) = equal
        return (Shortcut((one, middle, other), f"CM.get({middle}, {middle}) in ({one}, {middle}, {other})"),)
    return ()


def guard_of(trigger: Trigger, key: str, schema: Sequence[Condition]) -> tuple[Condition, ...]:
    """Return the conditions on the schema that are tied to a key: where they do not hold, the rule can't run."""
    reached = {key}
    chosen: list[Condition] = []
    waiting = [condition for condition in schema if condition is not trigger.triple]
    while tied := [condition for condition in waiting if reached.intersection(names_of(condition))]:
        chosen += tied
        waiting = [condition for condition in waiting if condition not in tied]
        reached.update(name for condition in tied for name in names_of(condition))
    return tuple(chosen)


def schema_of(rule: NumberedRule, schema_predicates: frozenset[int], rdf_type: int) -> tuple[Condition, ...]:
    """Return the conditions of a rule that are on the schema, with the membership of lists."""
    found: list[Condition] = []
    for condition in rule.body:
        if isinstance(condition, Triple):
            if condition.predicate in schema_predicates and (
                condition.predicate != rdf_type or isinstance(condition.object, int)
            ):
                found.append(condition)
        elif isinstance(condition, Pair):
            found += [Member(condition.cells, condition.first), Member(condition.cells, condition.second)]
        elif isinstance(condition, All | Member):
            found.append(Member(condition.cells, condition.member))
        else:
            found.append(Member(condition.cells, "t_step"))
    return tuple(found)


def key_of(triple: Triple, rdf_type: int) -> tuple[str, Slot | None]:
    """Return what a triple is found by: `predicate` or `class`, and the constant or variable that stands there."""
    if triple.predicate == rdf_type:
        return "class", triple.object
    return "predicate", triple.predicate
