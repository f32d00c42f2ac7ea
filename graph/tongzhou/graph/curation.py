"""What is left for curators: what no fact states, whose agent no quote names, what has no link, which names we translated.

Each item names file and line, as paths of the checkout, so that the same sources give the same list wherever they lie.
Of a text that may not be shown whole no words are given that no fact quotes.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import pyoxigraph as ox

from tongzhou.graph.compile import Article, Compiled, Sources
from tongzhou.graph.coverage import clauses_of
from tongzhou.graph.figures import figures_of
from tongzhou.graph.index import Index
from tongzhou.graph.namespaces import RDFS, SCHEMA, SKOS

CURATION = "curation.csv"
COVERAGE = "coverage.json"
_LINKS = (f"{SCHEMA}sameAs", "unifiedSocialCreditCode", "areaCode")


@dataclass(frozen=True, order=True)
class CurationItem:
    """One thing to look at. `kind` is clause, number, agent, link or label; `thing` is empty for words of a text.

    `zh` is the words, the number or the Chinese name, `en` the English one.
    """

    kind: str
    file: str
    line: int
    thing: str
    zh: str
    en: str = ""


def curation_items(compiled: Compiled, sources: Sources) -> list[CurationItem]:
    """Return what is left to do in compiled sources, sorted by kind, file and line."""
    index = Index(compiled.dataset)
    paths = _Paths(sources)
    places = {iri: (paths.shown(path), line) for iri, (path, line) in compiled.locations.items()}
    items = [
        *(item for article in compiled.articles for item in _of_text(article, compiled.dataset, index)),
        *_of_things(index, places),
        *_of_agents(index, places),
    ]
    return sorted(set(items))


def count_coverage(compiled: Compiled) -> bytes:
    """Return how many clauses of each article there are, and how many the facts state, as JSON by the article's IRI."""
    index = Index(compiled.dataset)
    counts: dict[str, dict[str, object]] = {}
    for article in compiled.articles:
        clauses = clauses_of(article, compiled.dataset)
        zh, en = _labels(index, article.iri)
        covered = sum(clause.is_covered for clause in clauses)
        counts[article.iri] = {"zh": zh, "en": en, "clauses": len(clauses), "covered": covered}
    return (json.dumps(counts, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def write_items(items: Iterable[CurationItem]) -> bytes:
    """Write items as CSV with a header (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(field.name for field in fields(CurationItem))
    writer.writerows(astuple(item) for item in items)
    return text.getvalue().encode()


def read_items(data: bytes) -> list[CurationItem]:
    """Read what `write_items` wrote."""
    rows = csv.DictReader(io.StringIO(data.decode(), newline=""))
    return [
        CurationItem(row["kind"], row["file"], int(row["line"]), row["thing"], row["zh"], row["en"])
        for row in rows
    ]


def _of_text(article: Article, dataset: ox.Dataset, index: Index) -> Iterator[CurationItem]:
    """Yield the clauses and numbers of an article that the facts leave out."""
    path = f"graph/articles/{article.slug}/text.txt"
    whole = "whole" in index.values(article.iri, "textRights")
    for clause in clauses_of(article, dataset):
        if not clause.is_covered:
            words = " … ".join(clause.left_out) if whole else ""
            yield CurationItem("clause", path, clause.line, "", words)
    for figure in figures_of(article, dataset):
        if not figure.is_accounted_for:
            yield CurationItem("number", path, figure.line, "", figure.text)


def _of_things(index: Index, places: Mapping[str, tuple[str, int]]) -> Iterator[CurationItem]:
    """Yield organisations and places without a link or a code, and organisations without an official English name."""
    for thing in index.of_class("Organisation", "Place"):
        if thing not in places:
            continue
        labels = _labels(index, thing)
        if not any(index.values(thing, link) for link in _LINKS):
            yield CurationItem("link", *places[thing], thing, *labels)
        if index.is_a(thing, "Organisation") and not index.values(thing, "officialEnglishName"):
            yield CurationItem("label", *places[thing], thing, *labels)


def _of_agents(index: Index, places: Mapping[str, tuple[str, int]]) -> Iterator[CurationItem]:
    """Yield what was done by an organisation that no quote of the fact names: the agent may be another."""
    for deed in index.of_class("Occurrence"):
        quotes = {words for passage in index.values(deed, "evidence") for words in index.words(passage)}
        for agent in sorted(index.values(deed, "agent")):
            is_named = any(name in quote for name in _names(index, agent) for quote in quotes)
            if deed in places and index.is_a(agent, "Organisation") and not is_named:
                yield CurationItem("agent", *places[deed], deed, *_labels(index, deed))


def _names(index: Index, thing: str) -> set[str]:
    return index.values(thing, f"{RDFS}label") | index.values(thing, f"{SKOS}altLabel")


def _labels(index: Index, thing: str) -> tuple[str, str]:
    """Return the Chinese label and the English one."""
    labels = sorted(index.values(thing, f"{RDFS}label"), key=lambda label: (label.isascii(), label))
    return (labels[0], labels[-1]) if labels else ("", "")


class _Paths:
    """Shows paths of sources as those of the checkout."""

    def __init__(self, sources: Sources) -> None:
        self._folders = {
            sources.articles.resolve(): "graph/articles",
            sources.background.resolve(): "graph/background",
            sources.ontology.resolve(): "ontology",
        }

    def shown(self, path: str) -> str:
        there = Path(path).resolve()
        for folder, name in self._folders.items():
            if there.is_relative_to(folder):
                return f"{name}/{there.relative_to(folder).as_posix()}"
        return there.name
