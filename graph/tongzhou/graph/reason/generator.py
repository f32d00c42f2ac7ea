"""Makes Python of the conditions of rules: nested loops over the indexes of a store.

What the generated functions find in their namespace: `D` (records by triple), `SP` and `OP` (objects by predicate and
subject, subjects by predicate and object; `SP7` is the one of predicate 7), `LM` and `ML` (members by list, lists by
member), `N` (nothing), the functions of `lists.Lists`, and what their last line calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from tongzhou.graph.reason.conditions import (
    All,
    Member,
    NumberedRule,
    Open,
    Pair,
    Path,
    Shortcut,
    Slot,
    Spelling,
    Step,
    Through,
    Triple,
)
from tongzhou.graph.reason.plan import is_known, order

_INDENT = " "


class Writer:
    """Writes one function: its first line, a line for each step, each one deeper than the last, and what is done there."""

    def __init__(self, name: str, parameters: Sequence[str], *, limited: bool = False) -> None:
        """Begin a function; a limited one stops where there are too many triples."""
        self.lines = [f"def {name}({', '.join(parameters)}):"]
        self.bound: set[str] = set(parameters)
        self.witnesses: list[str] = []
        self._limited = limited
        self._loops = 0

    def write(self, line: str) -> None:
        """Write a line; what follows one that opens a block is deeper."""
        if line.startswith("for ") and self._limited:
            self._loops += 1
            if self._loops > 1:
                self._append("if len(D) > LIMIT: stop()")
        self._append(line)

    def write_at(self, depth: int, *lines: str) -> None:
        """Write lines, each one deeper than the last, from a depth that was reached before."""
        for below, line in enumerate(lines):
            self.lines.append(f"{_INDENT * (depth + below)}{line}")

    def _append(self, line: str) -> None:
        self.lines.append(f"{_INDENT * self.depth}{line}")

    @property
    def depth(self) -> int:
        """Return how deep the next line stands."""
        last = self.lines[-1]
        depth = len(last) - len(last.lstrip())
        return depth + 1 if last.endswith(":") else depth

    def join(self, steps: Iterable[Step], finders: dict[All, str]) -> None:
        """Write steps in the order given. `finders` names the function that looks at one member."""
        for step in steps:
            self.step(step, finders)

    def step(self, step: Step, finders: dict[All, str]) -> None:
        """Write one step."""
        if isinstance(step, Triple):
            self._triple(step)
        elif isinstance(step, Member):
            self._member(step)
        elif isinstance(step, Pair):
            self._pair(step)
        elif isinstance(step, Open):
            self._loop(step.member, f"heads({step.cells})")
        elif isinstance(step, Shortcut):
            self.write(f"if {step.python}:")
        elif isinstance(step, All):
            shared = "".join(f", {name}" for name in step.shared)
            self._search(f"every({step.cells}, {finders[step]}{shared})")
        elif isinstance(step, Path):
            self._path(step)
        else:
            self._through(step)

    def _loop(self, name: str, values: str) -> None:
        """Loop over the values of a variable, or test for its value where it has one."""
        if name in self.bound:
            self.write(f"if {name} in {values}:")
        else:
            self.write(f"for {name} in {values}:")
            self.bound.add(name)

    def _search(self, call: str) -> None:
        witness = f"w_{len(self.witnesses)}"
        self.witnesses.append(witness)
        self.write(f"{witness} = {call}")
        self.write(f"if {witness} is not None:")

    def _triple(self, triple: Triple) -> None:
        s, p, o = triple
        if isinstance(o, Spelling):
            self._spelt(triple, o)
            return
        s_known, p_known, o_known = (is_known(slot, self.bound) for slot in triple)
        if s_known and p_known and o_known:
            self.write(f"if {text_of(triple)} in D:")
        elif p_known and s_known:
            self._loop(str(o), f"{_index('SP', p)}.get({s}, N)")
        elif p_known and o_known:
            self._loop(str(s), f"{_index('OP', p)}.get({o}, N)")
        elif p_known:
            self._loop_pairs(str(s), str(o), _index("SP", p))
        elif o_known and not s_known:
            self.write(f"for {p}, by_o in OP.items():")
            self.bound.add(str(p))
            self._loop(str(s), f"by_o.get({o}, N)")
        else:
            self.write(f"for {p}, by_s in SP.items():")
            self.bound.add(str(p))
            if s_known or s in self.bound:
                self._loop(str(o), f"by_s.get({s}, N)")
            else:
                self._loop_pairs(str(s), str(o), "by_s")

    def _loop_pairs(self, s: str, o: str, index: str) -> None:
        self.write(f"for {s}, values in {index}.items():")
        self.bound.add(s)
        self._loop(o, "values")

    def _spelt(self, triple: Triple, number: Spelling) -> None:
        """Look a number up by its value: by all of its spellings, where the subject is not known."""
        if is_known(triple.subject, self.bound):
            self._triple(triple._replace(object=number.name))
            self.write(f"if {number.name} in {spellings(number)}:")
        else:
            self._loop(number.name, spellings(number))
            self._triple(triple._replace(object=number.name))

    def _member(self, step: Member) -> None:
        if step.cells in self.bound:
            self._loop(step.member, f"LM.get({step.cells}, N)")
        elif step.member in self.bound:
            self._loop(step.cells, f"ML.get({step.member}, N)")
        else:
            self._loop_pairs(step.cells, step.member, "LM")

    def _pair(self, step: Pair) -> None:
        cells, first, second = step
        ends = (first in self.bound, second in self.bound)
        if cells not in self.bound:
            known = first if ends[0] else second
            if any(ends):
                self._loop(cells, f"ML.get({known}, N)")
            else:
                self.write(f"for {cells} in LM:")
                self.bound.add(cells)
        if first == second and any(ends):
            self.write(f"if apart({cells}, {first}, {first}):")
        elif first == second:
            self._loop(first, f"repeated({cells})")
        elif all(ends):
            self.write(f"if apart({cells}, {first}, {second}):")
        elif any(ends):
            known, new = (first, second) if ends[0] else (second, first)
            self._loop(new, f"others({cells}, {known})")
        else:
            self.write(f"for {first}, {second} in pairs({cells}):")
            self.bound.update((first, second))

    def _path(self, step: Path) -> None:
        cells, start, end = step
        if start in self.bound and end in self.bound:
            self._search(f"path({cells}, {start}, {end})")
            return
        call = f"paths_from({cells}, {start})" if start in self.bound else f"paths({cells})"
        self._paths(start, end, call)

    def _through(self, step: Through) -> None:
        call = f"through({step.cells}, {step.before}, {step.step}, {step.after})"
        self._paths(step.start, step.end, call)

    def _paths(self, start: str, end: str, call: str) -> None:
        """Loop over paths, and compare their ends with those that are known."""
        ends = [f"{name}_" if name in self.bound else name for name in (start, end)]
        witness = f"w_{len(self.witnesses)}"
        self.write(f"for {ends[0]}, {ends[1]}, {witness} in {call}:")
        self.witnesses.append(witness)
        for name, found in zip((start, end), ends, strict=True):
            if name != found:
                self.write(f"if {name} == {found}:")
        self.bound.update((start, end))


def record_text(rule: NumberedRule, witnesses: Sequence[str]) -> str:
    """Return the Python of a record."""
    return f"({', '.join([str(rule.index), *rule.names, *witnesses])},)"


def text_of(triple: Triple) -> str:
    """Return the Python of a triple by numbers."""
    return f"({', '.join(slot.name if isinstance(slot, Spelling) else str(slot) for slot in triple)})"


def spellings(number: Spelling) -> str:
    """Return the name of the set of literals that have the value of a number."""
    return name_of_spellings(number.value)


def name_of_spellings(value: Decimal) -> str:
    """Return the name by which functions know the literals of a value."""
    return f"V_{value}".replace("-", "minus_")


def _index(kind: str, predicate: Slot) -> str:
    """Return the Python of the index of a predicate."""
    return f"{kind}{predicate}" if isinstance(predicate, int) else f"{kind}.get({predicate}, N)"


def write_finder(name: str, condition: All, rdf_type: int) -> str:
    """Return a function that looks for what is said of one member, given what all members share; it returns triples."""
    writer = Writer(name, [condition.member, *condition.shared])
    writer.join(order(condition.triples, writer.bound, rdf_type=rdf_type), {})
    found = "".join(f"{text_of(triple)}, " for triple in condition.triples)
    writer.write(f"return ({found})")
    return "\n".join(writer.lines)
