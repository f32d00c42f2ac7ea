"""The engine: takes triples by number, one at a time, and runs the rules that each of them calls.

A rule runs when the last of its premises is taken in (semi-naive evaluation), so that the premises of a record always have
their own records before it: following records ends at what is asserted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from tongzhou.graph.errors import ReasoningError
from tongzhou.graph.reason.conditions import MEMBER, NumberedRule, Record
from tongzhou.graph.reason.datatypes import are_different
from tongzhou.graph.reason.dictionary import Dictionary, Numbers
from tongzhou.graph.reason.dispatch import Dispatch
from tongzhou.graph.reason.generator import name_of_spellings
from tongzhou.graph.reason.lists import LIST_RECORD, Lists
from tongzhou.graph.reason.paths import Paths
from tongzhou.graph.reason.program import Mode, Program
from tongzhou.graph.reason.same_as import Representatives
from tongzhou.graph.reason.store import Store

MOST_CONTRADICTIONS = 100_000
"""Sixty triples that make all properties equal contradict each other in millions of ways."""

Clash = tuple[str, frozenset[Numbers]]
"""A rule and the premises of a contradiction, in no order."""


class Engine:
    """Triples by numbers, closed under a program. More than `limit` of them raise ReasoningError."""

    def __init__(self, program: Program, scans: Iterable[str], *, limit: int) -> None:
        """Begin with no triples."""
        fixed = program.fixed
        self.program = program
        self.limit = limit
        self.dictionary = Dictionary()
        self.dictionary.spellings.update({value: set() for value in program.values})
        self.dictionary.number(program.constants)
        self.store = Store()
        self.lists = Lists(self.store, first=fixed["FIRST"], rest=fixed["REST"], nil=fixed["NIL"])
        self.same = Representatives(self.store, fixed["SAME_AS"])
        self.queue: deque[Numbers] = deque()
        self.clashes: dict[Clash, Record | None] = {}
        """The record of each contradiction; None for those of a scan."""
        self.also_asserted: set[Numbers] = set()
        """What is asserted and keeps its record, since it follows from others too."""
        self._scans = frozenset(scans)
        self._paths = Paths(self.store, self.lists)
        self.forward = self.dispatch("forward", push=self.queue.append, clash=self._clash, stop=self.stop)

    @cached_property
    def backward(self) -> Dispatch:
        """Return the functions that find what a triple may follow from."""
        return self.dispatch("backward")

    def dispatch(self, mode: Mode, **names: Callable[..., None]) -> Dispatch:
        """Return the functions of a mode, which call `names` for what they find."""
        lists, paths, store = self.lists, self._paths, self.store
        asked = (lists.heads, lists.every, lists.apart, lists.others, lists.pairs, lists.repeated)
        walked = (paths.through, paths.paths, paths.paths_from, paths.path)
        namespace: dict[str, Any] = {
            "D": store.records,
            "SP": store.objects,
            "OP": store.subjects,
            "LM": store.members,
            "ML": store.lists,
            "CM": self.same.smallest,
            "N": {},
            "LIMIT": self.limit,
            **{function.__name__: function for function in (*asked, *walked)},
            **{name_of_spellings(value): numbers for value, numbers in self.dictionary.spellings.items()},
            **names,
        }
        return Dispatch(self.program, self.program.code(mode), namespace, store)

    # -- Taking triples in -----------------------------------------------------------------------------------------------

    def take(self, triples: Iterable[Numbers]) -> None:
        """Assert triples and conclude what follows.

        The schema goes first: nothing depends on that, but rules then find what they need when the other triples come.
        """
        early: list[Numbers] = []
        late: list[Numbers] = []
        records, ill_typed = self.store.records, self.dictionary.ill_typed
        for triple in triples:
            if triple not in records:
                records[triple] = None
                is_early = self.forward.is_schema(triple) or triple[1] in self.lists.cell_predicates
                (early if is_early else late).append(triple)
            elif records[triple] is not None:
                self.also_asserted.add(triple)
            if triple[2] in ill_typed and "dt-not-type" in self._scans:
                self.clashes["dt-not-type", frozenset({triple})] = None
        for part in (early, late):
            self.queue.extend(part)
            self.run()

    def run(self) -> None:
        """Take triples from the queue and conclude what follows, until nothing new does."""
        queue = self.queue
        while queue:
            self._drain()
            if len(self.store.records) > self.limit:
                self.stop()
            self.take_members()

    def _drain(self) -> None:  # noqa: PLR0912 (a call for each triple would cost more than all that is done here)
        """Take triples from the queue until it is empty. What is written out here is done for every single triple."""
        dispatch, program = self.forward, self.program
        objects, subjects = self.store.objects, self.store.subjects
        by_predicate, by_class = dispatch.by_predicate, dispatch.by_class
        rdf_type, same = program.rdf_type, objects[program.fixed["SAME_AS"]]
        noted, schema_classes = program.noted_predicates, program.schema[1]
        queue, pop = self.queue, self.queue.popleft
        while queue:
            triple = pop()
            s, p, o = triple
            by_s = objects.get(p)
            if by_s is None:
                if p == MEMBER:
                    self._take_member(triple)
                    continue
                by_s = objects[p] = {}
                by_o = subjects[p] = {}
            else:
                by_o = subjects[p]
            values = by_s.get(s)
            if values is None:
                by_s[s] = (o,)
            elif isinstance(values, tuple):
                by_s[s] = {values[0], o}
            else:
                values.add(o)
            values = by_o.get(o)
            if values is None:
                by_o[o] = (s,)
            elif isinstance(values, tuple):
                by_o[o] = {values[0], s}
            else:
                values.add(s)
            if p in noted or (p == rdf_type and o in schema_classes):
                self._note(triple)
            functions = by_predicate.get(p)
            for function in dispatch.of_predicate(p) if functions is None else functions:
                function(s, p, o)
            if p == rdf_type:
                functions = by_class.get(o)
                for function in dispatch.of_class(o) if functions is None else functions:
                    function(s, p, o)
            if same and (s in same or o in same or p in same):
                for function in dispatch.of_same:
                    function(s, p, o)

    def take_members(self) -> None:
        """Queue the members of lists that changed; what has a second place in a list now is asked about again."""
        records = self.store.records
        again: list[Numbers] = []
        for triple, record in self.lists.refresh():
            if triple in records:
                again.append(triple)
            else:
                records[triple] = record
                self.queue.append(triple)
        for triple in again:
            for function in self.forward.of_members:
                function(*triple)

    def recall(self) -> None:
        """Work out the lists and representatives of triples that were put into the store, with all that follows, at once."""
        for predicate in sorted(self.program.list_predicates):
            for head in self.store.subjects.get(predicate, {}):
                self.lists.watch(head)
        for triple, record in self.lists.refresh():
            self.store.records[triple] = record
            self.store.index(triple)
        self.same.part(self.store.objects[self.program.fixed["SAME_AS"]])

    def _take_member(self, triple: Numbers) -> None:
        """Enter a member of a list, and run what waits for one."""
        self.store.index(triple)
        self.forward.forget()
        for function in self.forward.of_members:
            function(*triple)

    def _note(self, triple: Numbers) -> None:
        """Take note of a triple of the schema, of a list or of sameAs."""
        s, p, o = triple
        if self.forward.is_schema(triple):
            self.forward.forget()
        if p in self.lists.cell_predicates:
            self.lists.note(s)
        elif p in self.program.list_predicates:
            self.lists.watch(o)
        elif p == self.program.fixed["SAME_AS"]:
            self.same.join(s, o)
            texts = self.dictionary.texts
            if "dt-diff" in self._scans and are_different(texts[s], texts[o]):
                self.clashes["dt-diff", frozenset({triple})] = None

    def _clash(self, record: Record) -> None:
        """Keep a contradiction, once for the same premises."""
        rule = self.rule_of(record)
        self.clashes.setdefault((rule.id, frozenset(rule.premises(record))), record)
        if len(self.clashes) > min(self.limit, MOST_CONTRADICTIONS):
            self._stop_at_clash(rule, record)

    def _stop_at_clash(self, rule: NumberedRule, record: Record) -> None:
        """Give up where there are too many contradictions; one of them tells where to begin."""
        self.queue.clear()
        texts = self.dictionary.texts
        premises = [triple for triple in rule.premises(record) if triple[1] != MEMBER]
        told = "; ".join(" ".join(texts[number].decode() for number in triple) for triple in premises)
        message = (
            f"there are more than {len(self.clashes) - 1:,} contradictions, and the reasoner gave up. One is by "
            f"{rule.id}, from {told}. Mend that one, and see what is left."
        )
        raise ReasoningError(message)

    def stop(self) -> None:
        """Give up."""
        self.queue.clear()
        message = (
            f"there are more than {self.limit:,} triples. Raise the limit if there is memory for "
            "them, or see whether a rule, a chain or a transitive property of the ontology runs away."
        )
        raise ReasoningError(message)

    # -- Asking ----------------------------------------------------------------------------------------------------------

    def is_asserted(self, triple: Numbers) -> bool:
        """Tell whether a triple is asserted."""
        return self.store.records.get(triple, 1) is None or triple in self.also_asserted

    def record_of(self, triple: Numbers) -> Record:
        """Return the record of a triple that is inferred, or a member of a list. Raises KeyError where it has none."""
        record = self.store.records[triple]
        if not isinstance(record, tuple):
            raise KeyError(triple)
        return record

    def rule_of(self, record: Record) -> NumberedRule:
        """Return the rule of a record."""
        index: int = record[0]
        return self.program.rules[index]

    def premises(self, record: Record) -> Iterator[Numbers]:
        """Yield what a record rests on; members of lists are among them as triples of the engine's own."""
        if record[0] == LIST_RECORD:
            return self.lists.premises(record)
        return self.rule_of(record).premises(record)

    def derivations(self, triple: Numbers) -> Iterator[Record]:
        """Yield a record for each way in which a triple follows in one step from others that are there."""
        if triple[1] == self.program.fixed["SAME_AS"] and triple[0] == triple[2]:
            return
        for function in self.backward.functions(triple):
            for record in function(*triple):
                if triple not in self.premises(record):
                    yield record
