"""Terms as integers: each term of the input, by its text in N-Triples, has a number.

Blank nodes keep their labels. What a rule or a scan needs to know of a literal is found out once, when it gets its number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

import pyoxigraph as ox

from tongzhou.graph.reason.datatypes import is_ill_typed, value_of

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Numbers = tuple[int, int, int]
"""A triple by the numbers of its terms."""


class Dictionary(dict[bytes, int]):
    """The number of each term; `texts[number]` is its text. A text that is looked up the first time gets a number."""

    def __init__(self) -> None:
        """Start with no terms."""
        super().__init__()
        self.texts: list[bytes] = []
        self.spellings: dict[Decimal, set[int]] = {}
        """The literals of each value that a rule names."""
        self.ill_typed: set[int] = set()
        self._terms: dict[int, Term] = {}

    def __missing__(self, text: bytes) -> int:
        """Give a new term the next number."""
        number = self[text] = len(self.texts)
        self.texts.append(text)
        if text.endswith(b">") and text.startswith(b'"'):
            self._note_literal(text, number)
        return number

    def number(self, texts: Iterable[bytes]) -> None:
        """Give terms the next numbers, in their order."""
        for text in texts:
            self.__missing__(text)

    def _note_literal(self, text: bytes, number: int) -> None:
        if is_ill_typed(text):
            self.ill_typed.add(number)
        elif self.spellings and (value := value_of(text)) is not None and isinstance(value[1], Decimal):
            spellings = self.spellings.get(value[1])
            if spellings is not None:
                spellings.add(number)

    def number_of(self, term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> int:
        """Return the number of a term."""
        return self[str(term).encode()]

    def find(self, triple: Iterable[Term]) -> Numbers | None:
        """Return a triple by numbers, or None where one of its terms is new."""
        numbers = [self.get(str(term).encode()) for term in triple]
        return None if None in numbers else (numbers[0], numbers[1], numbers[2])  # type: ignore[return-value]

    def encode(self, triples: Iterable[ox.Triple]) -> Iterator[Numbers]:
        """Yield triples by numbers. They go through N-Triples, which is quicker than asking each term for its text."""
        return self._encode_lines(_lines(triples))

    def encode_sorted(self, triples: Iterable[ox.Triple]) -> Iterator[Numbers]:
        """Yield triples by numbers, sorted by their texts: the numbers do not depend on the order of the triples."""
        return self._encode_lines(sorted(_lines(triples)))

    def _encode_lines(self, lines: Iterable[bytes]) -> Iterator[Numbers]:
        for line in lines:
            if line:
                subject, predicate, value = line[:-2].split(b" ", 2)
                yield self[subject], self[predicate], self[value]

    def term(self, number: int) -> Term:
        """Return the term that has a number."""
        found = self._terms.get(number)
        if found is None:
            line = b"<r:> <r:> " + self.texts[number] + b" .\n"
            found = next(iter(ox.parse(line, format=ox.RdfFormat.N_TRIPLES, lenient=True))).object
            self._terms[number] = found
        return found

    def decode(self, triples: Iterable[Numbers]) -> Iterator[ox.Triple]:
        """Yield triples by terms. None of them has a literal as subject or anything but an IRI as predicate."""
        texts = self.texts
        lines = b"".join(b"%b %b %b .\n" % (texts[s], texts[p], texts[o]) for s, p, o in triples)
        for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES, lenient=True):
            yield quad.triple

    def is_iri(self, number: int) -> bool:
        """Tell whether a term is an IRI."""
        text = self.texts[number]
        return text.startswith(b"<") and not text.startswith(b"<<")

    def is_literal(self, number: int) -> bool:
        """Tell whether a term is a literal."""
        return self.texts[number].startswith(b'"')


def _lines(triples: Iterable[ox.Triple]) -> list[bytes]:
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    return text.split(b"\n")
