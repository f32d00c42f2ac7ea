"""A program made of rules: Python functions by what makes them run.

It is made once for rules and used by every closure under them; the numbers of the constants are the same in all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import CodeType
from typing import Any, Literal

from tongzhou.graph.namespaces import OWL, RDF, RDFS
from tongzhou.graph.reason.conditions import (
    MEMBER,
    All,
    NumberedRule,
    Path,
    Step,
    Triple,
    number_rules,
)
from tongzhou.graph.reason.dictionary import Dictionary
from tongzhou.graph.reason.generator import Writer, record_text, text_of, write_finder
from tongzhou.graph.reason.plan import is_known, order
from tongzhou.graph.reason.rules import Rules
from tongzhou.graph.reason.triggers import (
    Trigger,
    guard_of,
    heads_of,
    key_of,
    parameters_of,
    schema_of,
    shortcut_of,
    triggers_of,
)

Mode = Literal["forward", "affected", "backward"]
"""What functions do: add what follows; tell what a triple supports; find what a triple may follow from."""

Function = Callable[..., Any]
_INDEX = re.compile(r"\b([SO]P)(\d+)\b")
_FIXED = ("RDF_TYPE", "SAME_AS", "FIRST", "REST", "NIL", "THING", "NOTHING")


@dataclass
class Entry:
    """A function, and the guard without which it need not run, by their names in the code."""

    function: str
    guard: str | None


@dataclass
class Table:
    """The functions of a mode by what they are called for."""

    by_predicate: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    by_class: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    of_any_predicate: list[Entry] = field(default_factory=list[Entry])
    of_any_class: list[Entry] = field(default_factory=list[Entry])
    of_members: list[str] = field(default_factory=list[str])
    of_same: list[str] = field(default_factory=list[str])
    """The rules that replace terms by the same: they need not run where no term of a triple is the same as another."""


@dataclass(frozen=True)
class Code:
    """The compiled functions of a mode, the indexes that they use, and their table."""

    code: CodeType
    indexes: frozenset[tuple[str, int]]
    table: Table


class Program:
    """Rules by numbers, and the code of their functions, made when it is first asked for."""

    def __init__(self, rules: Rules, *, records: bool) -> None:
        """Give the constants of rules their numbers."""
        self._records = records
        dictionary = Dictionary()
        names = (
            *(f"{RDF}type", f"{OWL}sameAs", f"{RDF}first", f"{RDF}rest", f"{RDF}nil"),
            *(f"{OWL}Thing", f"{OWL}Nothing"),
        )
        self.fixed = {key: dictionary[f"<{iri}>".encode()] for key, iri in zip(_FIXED, names, strict=True)}
        self.rules = number_rules(rules.rules, dictionary)
        self.constants = tuple(dictionary.texts)
        self.values = tuple(dictionary.spellings)
        self.rdf_type = self.fixed["RDF_TYPE"]
        own = tuple(f"<{base}".encode() for base in (RDF, RDFS, OWL))
        same_as = self.fixed["SAME_AS"]
        predicates = {c.predicate for rule in self.rules for c in rule.body if isinstance(c, Triple)}
        self._schema_predicates = frozenset(
            p
            for p in predicates
            if isinstance(p, int) and p != same_as and dictionary.texts[p].startswith(own)
        )

    @cached_property
    def list_predicates(self) -> frozenset[int]:
        """Return the predicates whose objects are lists that a rule walks."""
        return frozenset(
            condition.predicate
            for rule in self.rules
            for condition in rule.body
            if isinstance(condition, Triple) and isinstance(condition.predicate, int)
            for other in rule.body
            if not isinstance(other, Triple) and other.cells == condition.object
        )

    @cached_property
    def schema(self) -> tuple[frozenset[int], frozenset[int]]:
        """Return the predicates, and the classes, that guards ask for: what they say may let further functions run."""
        conditions = [
            condition
            for rule in self.rules
            for condition in schema_of(rule, self._schema_predicates, self.rdf_type)
            if isinstance(condition, Triple)
        ]
        predicates = {c.predicate for c in conditions if c.predicate != self.rdf_type}
        classes = {c.object for c in conditions if c.predicate == self.rdf_type}
        return (
            frozenset(each for each in predicates if isinstance(each, int)),
            frozenset(each for each in classes if isinstance(each, int)),
        )

    @cached_property
    def noted_predicates(self) -> frozenset[int]:
        """Return the predicates of which a closure takes note: of the schema, of lists, and sameAs."""
        own = {self.fixed["FIRST"], self.fixed["REST"], self.fixed["SAME_AS"]}
        return self.schema[0] | self.list_predicates | own

    @lru_cache(maxsize=3)  # noqa: B019 (programs live as long as the process)
    def code(self, mode: Mode) -> Code:
        """Return the functions of a mode."""
        table = Table()
        parts: list[str] = []
        for rule in self.rules:
            found = self._triggers(rule, mode)
            finders = {c: f"find_{rule.index}_{at}" for at, c in enumerate(rule.body) if isinstance(c, All)}
            parts += [write_finder(name, condition, self.rdf_type) for condition, name in finders.items()]
            for place, trigger in enumerate(found):
                function = f"r_{rule.index}_{place}"
                parts.append(self._function(function, trigger, mode, finders))
                parts += self._enter(table, function, trigger)
        source = "\n".join(parts)
        indexes = frozenset((kind, int(number)) for kind, number in _INDEX.findall(source))
        return Code(compile(source, f"<rules, {mode}>", "exec"), indexes, table)

    def _triggers(self, rule: NumberedRule, mode: Mode) -> Iterator[Trigger]:
        if mode == "backward":
            return heads_of(rule)
        return triggers_of(rule, shortcut_of(rule, self.fixed["SAME_AS"]) if mode == "forward" else ())

    def _enter(self, table: Table, function: str, trigger: Trigger) -> Iterator[str]:
        """Enter a function into the table; yield the source of its guard."""
        kind, slot = key_of(trigger.triple, self.rdf_type)
        if trigger.is_member:
            table.of_members.append(function)
        elif isinstance(slot, int):
            place = table.by_class if kind == "class" else table.by_predicate
            place.setdefault(slot, []).append(function)
        else:
            schema = schema_of(trigger.rule, self._schema_predicates, self.rdf_type)
            guard = guard_of(trigger, str(slot), schema)
            entries = table.of_any_class if kind == "class" else table.of_any_predicate
            if trigger.rule.id.startswith("eq-rep-") and not trigger.rule.searches and kind == "predicate":
                table.of_same.append(function)
            elif guard:
                entries.append(Entry(function, f"g_{function}"))
                yield self._guard(f"g_{function}", str(slot), guard)
            else:
                entries.append(Entry(function, None))

    def _guard(self, name: str, key: str, conditions: Sequence[Step]) -> str:
        writer = Writer(name, [key])
        writer.join(order(conditions, [key], rdf_type=self.rdf_type), {})
        writer.write("return True")
        return "\n".join(writer.lines)

    def _function(self, name: str, trigger: Trigger, mode: Mode, finders: dict[All, str]) -> str:
        parameters, tests = parameters_of(trigger.triple, self.rdf_type)
        writer = Writer(name, parameters, limited=mode == "forward")
        if tests:
            writer.write(f"if {' and '.join(tests)}:")
        rule = trigger.rule
        is_tested = False
        for step in order(trigger.steps, parameters, rdf_type=self.rdf_type, of_all=trigger.of_all):
            if (
                mode == "forward"
                and isinstance(step, All | Path)
                and len(rule.head) == 1
                and not is_tested
                and all(is_known(slot, writer.bound) for slot in rule.head[0])
            ):
                is_tested = True
                self._test(writer, rule.head[0])
            writer.step(step, finders)
        record = record_text(rule, writer.witnesses)
        if mode == "backward":
            writer.write(f"yield {record}")
        elif mode == "affected":
            self._tell(writer, rule, record)
        else:
            self._conclude(writer, rule, record, is_tested=is_tested)
        return "\n".join(writer.lines)

    def _test(self, writer: Writer, head: Triple) -> None:
        writer.write(f"h = {text_of(head)}")
        writer.write(f"if h not in D{self._unlike(head)}:")

    def _conclude(self, writer: Writer, rule: NumberedRule, record: str, *, is_tested: bool) -> None:
        """Write what adds the head with its record, or notes the contradiction."""
        if not rule.head:
            writer.write(f"clash({record})")
            return
        depth = writer.depth
        for head in rule.head:
            if not is_tested:
                writer.write_at(depth, f"h = {text_of(head)}")
                writer.write_at(depth, f"if h not in D{self._unlike(head)}:")
            writer.write_at(writer.depth, f"D[h] = {record if self._records else 1}")
            writer.write_at(writer.depth, "push(h)")

    def _unlike(self, head: Triple) -> str:
        """Return the test that a head does not say of something that it is the same as itself."""
        same_as = self.fixed["SAME_AS"]
        if head.predicate == same_as:
            return f" and {head.subject} != {head.object}"
        if isinstance(head.predicate, int):
            return ""
        return f" and ({head.predicate} != {same_as} or {text_of(head)[1:].split(',')[0]} != {head.object})"

    def _tell(self, writer: Writer, rule: NumberedRule, record: str) -> None:
        """Write what tells of a head that its record rests on the triple that made the rule run."""
        depth = writer.depth
        if not rule.head:
            writer.write("pass")
        for head in rule.head:
            writer.write_at(depth, f"h = {text_of(head)}")
            if rule.searches:
                writer.write_at(depth, f"hit_if_used(h, {rule.index})")
            else:
                writer.write_at(depth, f"if D.get(h) == {record}: hit(h)")


@lru_cache(maxsize=16)
def program_of(rules: Rules, *, records: bool) -> Program:
    """Return the program of rules, made once."""
    return Program(rules, records=records)


__all__ = ["MEMBER", "Code", "Entry", "Mode", "Program", "Table", "program_of"]
