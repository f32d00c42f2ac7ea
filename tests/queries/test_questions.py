"""The questions that the graph must answer, each by a stored query, and each answer by facts of the graph."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from tongzhou.graph.catalog import load_catalog
from tongzhou.graph.namespaces import BASE, ID
from tongzhou.graph.resources import queries_dir

CATALOG = load_catalog(queries_dir())


@dataclass(frozen=True)
class Question:
    """A question with the stored query that answers it.

    `compare`: `set` (rows in any order), `list` (rows in order), `groups` (second column by the first). `where` keeps only
    rows with these values. `fact` is the node whose loss must change the answer (the first of ours in it, unless given);
    where the right answer is empty, `added` is what would fill it.
    """

    id: str
    question: dict[str, str]
    query: str
    params: dict[str, str]
    columns: list[str]
    compare: str
    answer: list[list[str]]
    where: dict[str, str] = field(default_factory=dict[str, str])
    fact: str | None = None
    added: str | None = None


QUESTIONS = [
    Question(**item)
    for item in json.loads(Path(__file__).with_name("questions.json").read_text(encoding="utf-8"))
]


def _solutions(store: ox.Store, question: Question) -> list[dict[str, Any]]:
    solutions = store.query(CATALOG.find(question.query).bind(question.params))
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    rows = [{name: solution[name] for name in names} for solution in solutions]
    return [row for row in rows if all(row[name].value == value for name, value in question.where.items())]


def _answer(store: ox.Store, question: Question) -> list[list[str]]:
    rows = [[row[name].value for name in question.columns] for row in _solutions(store, question)]
    if question.compare == "list":
        return rows
    if question.compare == "groups":
        groups: dict[str, list[str]] = {}
        for key, value in rows:
            groups.setdefault(key, []).append(value)
        return sorted(sorted(group) for group in groups.values())
    return sorted(map(list, {tuple(row) for row in rows}))


def _expected(question: Question) -> list[list[str]]:
    return question.answer if question.compare == "list" else sorted(question.answer)


@pytest.fixture(scope="module")
def store(dataset: ox.Dataset) -> ox.Store:
    """Return a store as a release has it: the merge as default graph, the named graphs beside it."""
    store = ox.Store()
    store.extend([*dataset, *(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in dataset)])
    return store


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_question_is_answered(question: Question, store: ox.Store) -> None:
    assert _answer(store, question) == _expected(question)


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q.answer], ids=lambda question: question.id)
def test_question_without_its_fact_has_another_answer(question: Question, store: ox.Store) -> None:
    fact = f"{ID}{question.fact}" if question.fact else _first_thing(store, question)
    lost = list(store.quads_for_pattern(ox.NamedNode(fact), None, None, None))
    assert lost
    for quad in lost:
        store.remove(quad)
    try:
        assert _answer(store, question) != _expected(question)
    finally:
        store.extend(lost)


@pytest.mark.parametrize("question", [q for q in QUESTIONS if not q.answer], ids=lambda question: question.id)
def test_question_that_the_article_leaves_open_is_answered_once_it_does_not(
    question: Question, store: ox.Store
) -> None:
    assert question.added is not None
    (added,) = ox.parse(question.added, format=ox.RdfFormat.N_TRIPLES)
    assert added not in store
    store.add(added)
    try:
        assert len(_answer(store, question)) == 1
    finally:
        store.remove(added)


def _first_thing(store: ox.Store, question: Question) -> str:
    """Return the first thing of ours in the answer, other than a passage."""
    for row in _solutions(store, question):
        for term in row.values():
            if isinstance(term, ox.NamedNode) and term.value.startswith(BASE) and "#char=" not in term.value:
                return term.value
    raise AssertionError(f"{question.id}: no thing in the answer")
