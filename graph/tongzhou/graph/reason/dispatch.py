"""Which functions a triple calls: those of its predicate, of its class, and of what its terms are the same as.

A rule with a variable property or class, such as prp-dom, runs for a triple only where the schema has something for it to
work with: the guard. What the guards say is kept by property and class, and forgotten when the schema changes, which it
may do at any time, also by inference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tongzhou.graph.reason.conditions import MEMBER
from tongzhou.graph.reason.dictionary import Numbers
from tongzhou.graph.reason.program import Code, Entry, Function, Program
from tongzhou.graph.reason.store import Store, Values

Namespace = dict[str, Any]


class Dispatch:
    """The functions of one mode over one store."""

    def __init__(self, program: Program, code: Code, namespace: Mapping[str, Any], store: Store) -> None:
        """Bind the code to a store: `namespace` has what the functions call."""
        own: Namespace = dict(namespace)
        for kind, predicate in sorted(code.indexes):
            by_subject = store.objects.setdefault(predicate, {})
            by_object = store.subjects.setdefault(predicate, {})
            own[f"{kind}{predicate}"] = by_subject if kind == "SP" else by_object
        exec(code.code, own)
        table = code.table
        self.rdf_type = program.rdf_type
        self._schema_predicates, self._schema_classes = program.schema
        self._by_predicate = {key: _functions(names, own) for key, names in table.by_predicate.items()}
        self._by_class = {key: _functions(names, own) for key, names in table.by_class.items()}
        self._of_any_predicate = _guarded(table.of_any_predicate, own)
        self._of_any_class = _guarded(table.of_any_class, own)
        self.of_members = _functions(table.of_members, own)
        self.of_same = _functions(table.of_same, own)
        self.by_predicate: dict[int, tuple[Function, ...]] = {}
        self.by_class: dict[int, tuple[Function, ...]] = {}
        same_as = program.fixed["SAME_AS"]
        self._same = store.objects.setdefault(same_as, {})
        store.subjects.setdefault(same_as, {})

    def is_schema(self, triple: Numbers) -> bool:
        """Tell whether a triple may let further functions run."""
        _, p, o = triple
        return (
            p in self._schema_predicates or p == MEMBER or (p == self.rdf_type and o in self._schema_classes)
        )

    def forget(self) -> None:
        """Forget what the guards said."""
        if self.by_predicate:
            self.by_predicate.clear()
        if self.by_class:
            self.by_class.clear()

    def of_predicate(self, predicate: int) -> tuple[Function, ...]:
        """Return the functions that a predicate calls, after asking their guards."""
        found = self._by_predicate.get(predicate, ()) + _awake(self._of_any_predicate, predicate)
        self.by_predicate[predicate] = found
        return found

    def of_class(self, class_: int) -> tuple[Function, ...]:
        """Return the functions that a class calls, after asking their guards."""
        found = self._by_class.get(class_, ()) + _awake(self._of_any_class, class_)
        self.by_class[class_] = found
        return found

    def functions(self, triple: Numbers) -> tuple[Function, ...]:
        """Return all functions that a triple calls."""
        s, p, o = triple
        if p == MEMBER:
            return self.of_members
        found = self.by_predicate.get(p) or self.of_predicate(p)
        if p == self.rdf_type:
            found += self.by_class.get(o) or self.of_class(o)
        if self._same and (s in self._same or p in self._same or o in self._same):
            found += self.of_same
        return found


def _functions(names: list[str], namespace: Namespace) -> tuple[Function, ...]:
    return tuple(namespace[name] for name in names)


def _guarded(
    entries: list[Entry], namespace: Namespace
) -> list[tuple[Callable[[int], bool] | None, Function]]:
    return [(namespace[each.guard] if each.guard else None, namespace[each.function]) for each in entries]


def _awake(entries: list[tuple[Callable[[int], bool] | None, Function]], key: int) -> tuple[Function, ...]:
    return tuple(function for guard, function in entries if guard is None or guard(key))


__all__ = ["Dispatch", "Values"]
