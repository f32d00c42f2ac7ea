"""Accounts for every number that an article prints: where it stands in the graph, or why it doesn't.

The text is scanned for numerals; nothing is looked for by name. A numeral is in the graph as

- a quantity, whose evidence holds the numeral and whose value is the numeral's;
- a date, of a fact whose month and day are the numeral's;
- a count: so many themes are backed by the passage, or lie below the theme whose label prints the number.

It stays out where it only orders (一是, 第一), or is part of a word that counts nothing (一线, 零售) or of a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

from tongzhou.graph.compile import Article
from tongzhou.graph.errors import Fault
from tongzhou.graph.index import Index
from tongzhou.graph.namespaces import ID, RDFS, SCHEME, SKOS
from tongzhou.graph.numerals import Numeral, find_numerals

# Words of general Chinese that hold a numeral and count nothing.
_WORD = re.compile(
    "一(?:些|体|侧|再|切|刻|向|味|同|律|心|手|批|揽子|旦|时|样|次性|步|流|盘棋|直|线|致|般|行|贯|起|道|边|面|方面|并|定|半)"
    "|一带一路|一视同仁|进一步|第一线|最后一公里|(?:万|唯|统|之|专|均|单|同|不)一|二手|二维码"
    "|两(?:岸|会|用|难)|三农|三甲|四(?:处|面|川|周)|五金|七夕|八方|九州|十(?:分|足)|百(?:姓|货|强|花)"
    "|千(?:方百计|家万户|里|万(?=要|不|别|注意))|万(?:众|事|物|分|万|里)|亿万"
    "|零(?:售|部件|件|星|食|散|距离)|(?:清|归)零"
)
_LONGEST = 5  # signs before a numeral that a word can start with
_ORDINAL = re.compile(r"第$")
_ENUMERATION = re.compile(r"(?:^|[。；：，\n])$")


@dataclass(frozen=True)
class Figure:
    """A number of the text, with what it is there (`as_`) and the fact or word that accounts for it."""

    text: str
    context: str
    line: int
    as_: str
    by: str

    @property
    def is_in_graph(self) -> bool:
        """Tell whether a fact holds the number."""
        return self.as_ in {"quantity", "date", "count"}

    @property
    def is_accounted_for(self) -> bool:
        """Tell whether the number is in the graph, or stays out for a reason."""
        return self.as_ != "unaccounted"


def figures_of(article: Article, dataset: ox.Dataset) -> list[Figure]:
    """Return every number of an article's text, in order, with what accounts for it."""
    text = article.text.text
    reader = _Accountant(article, Index(dataset))
    return [
        Figure(
            numeral.text,
            text[max(0, numeral.start - 6) : numeral.end + 8].replace("\n", " "),
            article.text.line_range(numeral.start, numeral.end)[0],
            *reader.account(numeral),
        )
        for numeral in find_numerals(text)
    ]


def misread_quantities(dataset: ox.Dataset, locations: Mapping[str, tuple[str, int]]) -> Iterator[Fault]:
    """Yield a fault for each quantity whose wording prints another number than its value."""
    index = Index(dataset)
    for subject in index.of_class("Quantity"):
        printed = {
            numeral.value for words in index.values(subject, "wording") for numeral in find_numerals(words)
        }
        stated = {Decimal(value) for value in index.values(subject, "value")}
        if not stated <= printed:
            path, line = locations.get(subject, ("the graph", None))
            words = ", ".join(sorted(index.values(subject, "wording")))
            message = f"the wording {words!r} does not print the value {', '.join(map(str, sorted(stated)))}."
            yield Fault(
                path, line, subject.removeprefix(ID), message, "Write the number of the wording as value."
            )


def misread_dates(dataset: ox.Dataset, locations: Mapping[str, tuple[str, int]]) -> Iterator[Fault]:
    """Yield a fault for each month and day whose wording prints another date."""
    index = Index(dataset)
    for subject in index.subjects():
        for day in sorted(index.values(subject, "monthDay")):
            wordings = index.values(subject, "wording")
            if not any(_prints(words, day) for words in wordings):
                path, line = locations.get(subject, ("the graph", None))
                message = f"the wording {', '.join(sorted(wordings))!r} does not print the date {day}."
                remedy = "Write the month and day of the wording as monthDay."
                yield Fault(path, line, subject.removeprefix(ID), message, remedy)


def _prints(words: str, day: str) -> bool:
    """Tell whether some words have the month and the day of a date such as --02-21."""
    month, number = (Decimal(part) for part in day.removeprefix("--").split("-"))
    signs = {(numeral.value, words[numeral.end : numeral.end + 1]) for numeral in find_numerals(words)}
    return (month, "月") in signs and not signs.isdisjoint({(number, "日"), (number, "号")})


class _Accountant:
    """Finds what accounts for the numerals of one article."""

    def __init__(self, article: Article, index: Index) -> None:
        self._article = article
        self._index = index
        self._quantities = index.of_class("Quantity")
        self._dated = [subject for subject in index.subjects() if index.values(subject, "monthDay")]
        self._named = index.of_class("Organisation", "Place", "Person")
        self._themes = [
            subject
            for subject in index.of_class(f"{SKOS}Concept")
            if subject.startswith(f"{SCHEME}{article.slug}/")
        ]

    def account(self, numeral: Numeral) -> tuple[str, str]:
        """Return what a numeral is, and the fact or the word that accounts for it."""
        for subject in self._backed(self._quantities, numeral):
            if numeral.value in {Decimal(value) for value in self._index.values(subject, "value")}:
                return "quantity", subject.removeprefix(ID)
        for subject in self._backed(self._dated, numeral):
            if self._is_date(subject, numeral):
                return "date", subject.removeprefix(ID)
        text = self._article.text.text
        if _ORDINAL.search(text, 0, numeral.start):
            return "ordinal", f"第{numeral.text}"
        if text.startswith("是", numeral.end) and _ENUMERATION.search(text, 0, numeral.start):
            return "ordinal", f"{numeral.text}是"
        for what, words in (("word", self._word(numeral)), ("name", self._name(numeral))):
            if words:
                return what, words
        theme = self._counted(numeral)
        return ("count", theme.removeprefix(SCHEME)) if theme else ("unaccounted", "")

    def _backed(self, subjects: list[str], numeral: Numeral) -> Iterator[str]:
        """Yield the subjects whose evidence holds the numeral."""
        for subject in subjects:
            spans = self._index.spans(subject, self._article.iri)
            if any(start <= numeral.start and numeral.end <= end for start, end in spans):
                yield subject

    def _is_date(self, subject: str, numeral: Numeral) -> bool:
        part = {"月": 0, "日": 1, "号": 1}.get(self._article.text.text[numeral.end : numeral.end + 1])
        days = self._index.values(subject, "monthDay")
        return part is not None and any(
            int(day.removeprefix("--").split("-")[part]) == numeral.value for day in days
        )

    def _word(self, numeral: Numeral) -> str:
        """Return the word of general Chinese that a numeral is part of."""
        for match in _WORD.finditer(self._article.text.text, max(0, numeral.start - _LONGEST)):
            if match.start() <= numeral.start and numeral.end <= match.end():
                return match.group()
            if match.start() > numeral.start:
                break
        return ""

    def _name(self, numeral: Numeral) -> str:
        """Return the name, of a body or a place, that a numeral is part of."""
        for subject in self._backed(self._named, numeral):
            for start, end in self._index.spans(subject, self._article.iri):
                words = self._article.text.text[start:end]
                if start <= numeral.start < end and words in self._index.values(subject, f"{RDFS}label"):
                    return words
        return ""

    def _counted(self, numeral: Numeral) -> str:
        """Return a theme that stands for a count: one of so many, or the parent of so many whose label prints it."""
        backed = list(self._backed(self._themes, numeral))
        spans = {
            span
            for theme in backed
            for span in self._index.spans(theme, self._article.iri)
            if span[0] <= numeral.start and numeral.end <= span[1]
        }
        for span in sorted(spans):
            together = [theme for theme in backed if span in set(self._index.spans(theme, self._article.iri))]
            if len(together) == numeral.value > 1:
                return together[0]
        printed = self._article.text.text[numeral.start : numeral.end + 2]
        for theme in self._themes:
            below = [other for other in self._themes if theme in self._index.values(other, f"{SKOS}broader")]
            labels = self._index.values(theme, f"{RDFS}label")
            if len(below) == numeral.value > 1 and any(printed in label for label in labels):
                return theme
        return ""
