"""Every stored query: header, defaults, evidence, and that it names nothing of an article but through a parameter."""

from __future__ import annotations

import re
import time
from decimal import Decimal

import pyoxigraph as ox
import pytest

from tongzhou.graph.catalog import StoredQuery, load_catalog
from tongzhou.graph.namespaces import ID, INFERRED_GRAPH, OA, SCHEME, TZ
from tongzhou.graph.parameters import LANGUAGES, Parameter
from tongzhou.graph.query import query_kind
from tongzhou.graph.resources import queries_dir

CATALOG = load_catalog(queries_dir())
SHARED_SCHEMES = ("basis", "form", "hedge", "measure", "resource", "scope", "sector", "unit")
ARTICLE_SCHEME = "associations-epidemic-response"
EMPTY_BY_RIGHT = {"dates-of-publication", "size-of-a-fund"}
WITHOUT_ROWS_OF_FACTS = {name for name, query in CATALOG.items() if not query.evidence}

each_query = pytest.mark.parametrize("query", CATALOG.values(), ids=lambda query: query.name)


@pytest.fixture(scope="module")
def store(dataset: ox.Dataset) -> ox.Store:
    store = ox.Store()
    store.extend([*dataset, *(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in dataset)])
    return store


def _rows(store: ox.Store, text: str) -> tuple[list[str], list[ox.QuerySolution]]:
    solutions = store.query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    return [variable.value for variable in solutions.variables], list(solutions)


def _words(store: ox.Store, passage: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """Return the words of a passage."""
    _, rows = _rows(store, f"SELECT ?words {{ {passage} <{OA}hasSelector>/<{OA}exact> ?words }}")
    return str(rows[0]["words"].value)


def test_there_are_at_least_forty() -> None:
    assert len(CATALOG) >= 40


@each_query
def test_query_runs_with_its_defaults(query: StoredQuery, store: ox.Store) -> None:
    start = time.perf_counter()
    _, rows = _rows(store, query.bind())
    assert time.perf_counter() - start < 2
    assert bool(rows) != (query.name in EMPTY_BY_RIGHT)


@each_query
def test_rows_that_state_facts_carry_the_quote(query: StoredQuery, store: ox.Store) -> None:
    names, rows = _rows(store, query.bind())
    if not query.evidence:
        assert "evidence" not in names
        return
    quotes = [name for name in names if name.lower().endswith("quote")]
    for row in rows:
        for column in query.evidence:
            assert any(row[quote].value in _words(store, row[column]) for quote in quotes)


@each_query
def test_query_runs_in_english_too(query: StoredQuery, store: ox.Store) -> None:
    if "lang" not in query.parameters:
        assert "LANG(" not in query.text or query.name == "names-by-ending"
        return
    _, chinese = _rows(store, query.bind({"lang": "zh"}))
    _, english = _rows(store, query.bind({"lang": "en"}))
    assert len(english) == len(chinese)


@each_query
def test_text_as_stored_is_the_query_with_its_defaults(query: StoredQuery) -> None:
    """Whoever copies the text to another tool gets the answer that its title promises."""
    assert query.text == query.bind()


@each_query
def test_query_names_nothing_of_an_article_but_through_a_parameter(query: StoredQuery) -> None:
    open_text = query.bind({name: "" for name, one in query.parameters.items() if one.type != "language"})
    iris = re.findall(r"<(https?://[^>]*)>", open_text)
    prefixed = {iri for _, iri in re.findall(r"PREFIX (\w+): <([^>]*)>", open_text)}
    shared = tuple(f"{SCHEME}{name}/" for name in SHARED_SCHEMES)
    named = [iri for iri in iris if iri.startswith((ID, SCHEME)) and not iri.startswith(shared)]
    assert named == []
    assert not any(iri.startswith(ID) for iri in prefixed)
    literals = re.findall(r'"([^"]*)"', open_text)
    chinese = [text for text in literals if re.search("[\u4e00-\u9fff]", text) and text != "同一主题"]
    assert chinese == []


@each_query
def test_query_is_a_select_with_an_order(query: StoredQuery) -> None:
    assert query_kind(query.text) == "select"
    counts_once = not re.search("GROUP BY|ORDER BY", query.text)
    assert "ORDER BY" in query.text or counts_once or query.view.kind == "number"


CHOSEN = [
    pytest.param(query, parameter, id=f"{query.name}-{parameter.name}")
    for query in CATALOG.values()
    for parameter in query.parameters.values()
    if parameter.choices
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("query", "parameter"), CHOSEN)
def test_choices_of_a_parameter_are_labelled_values_that_hold_its_default(
    query: StoredQuery, parameter: Parameter, language: str, store: ox.Store
) -> None:
    assert parameter.choices
    source = CATALOG.find(parameter.choices.query)
    (value, label, *_), rows = _rows(store, source.bind({**parameter.choices.values, "lang": language}))
    labels = {row[value]: row[label] for row in rows}
    assert labels
    assert all(isinstance(item, ox.Literal) and item.language == language for item in labels.values())
    assert parameter.default is None or parameter.term(parameter.default) in labels


@pytest.mark.parametrize(
    "name", ["actions-for-a-place", "cash-given-by-members", "number-of-associations", "sum-of-cash-given"]
)
def test_every_choice_has_an_answer(name: str, store: ox.Store) -> None:
    (parameter,) = (one for one in CATALOG.find(name).parameters.values() if one.choices)
    assert parameter.choices
    (value, *_), choices = _rows(store, CATALOG.find(parameter.choices.query).bind(parameter.choices.values))
    answers = {
        row[value].value: _rows(store, CATALOG.find(name).bind({parameter.name: row[value].value}))[1]
        for row in choices
    }
    assert [chosen for chosen, rows in answers.items() if not rows] == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("sum-of-cash-given", {"measure": "measure:mass"}),
        ("sum-of-cash-given", {"measure": "measure:pieces"}),
        ("sum-of-cash-given", {"measure": ""}),
        ("number-of-associations", {"scope": "measure:cash"}),
    ],
)
def test_where_nothing_is_counted_there_is_no_zero(
    name: str, values: dict[str, str], store: ox.Store
) -> None:
    assert _rows(store, CATALOG.find(name).bind(values))[1] == []


def test_an_article_has_one_row_with_the_words_of_its_title(store: ox.Store) -> None:
    _, articles = _rows(store, f"SELECT ?article {{ ?article a <{TZ}Article> }}")
    for language in LANGUAGES:
        _, rows = _rows(store, CATALOG.find("articles").bind({"lang": language}))
        assert [row["article"] for row in rows] == [row["article"] for row in articles]
        assert [row["quote"].value for row in rows] == ["行业协会商会积极参与疫情防控及复工复产"]


def test_what_was_done_for_a_hospital_counts_for_it_and_for_its_city(store: ox.Store) -> None:
    query = CATALOG.find("actions-for-a-place")
    hospital, city = (
        {row["action"] for row in _rows(store, query.bind({"place": place}))[1]}
        for place in ("place/leishenshan-hospital", "place/wuhan")
    )
    assert hospital
    assert hospital < city


def test_only_parameters_that_take_any_thing_or_words_have_no_choices() -> None:
    free = {
        f"{query.name}.{parameter.name}"
        for query in CATALOG.values()
        for parameter in query.parameters.values()
        if parameter.choices is None and parameter.type != "language"
    }
    assert free == {"evidence-of.thing", "gaps.about", "names-by-ending.ending"}


@each_query
def test_addends_of_each_row_are_listed_by_another_query(query: StoredQuery, store: ox.Store) -> None:
    if query.addends is None:
        return
    names, rows = _rows(store, query.bind())
    for row in rows:
        values = query.addends_of({name: row[name].value for name in names if row[name] is not None})
        assert values is not None
        counts = [
            int(row[name].value)
            for name in ("actions", "parts", "associations", "organisations")
            if name in names
        ]
        _, addends = _rows(store, CATALOG.find(query.addends.query).bind(values))
        assert len(addends) >= max(counts, default=1)


def test_the_addends_of_a_total_add_up(store: ox.Store) -> None:
    totals = CATALOG.find("totals-by-measure")
    assert totals.addends
    names, rows = _rows(store, totals.bind())
    for row in rows:
        values = totals.addends_of({name: row[name].value for name in names})
        _, addends = _rows(store, CATALOG.find(totals.addends.query).bind(values))
        units = [addend for addend in addends if addend["unitName"] == row["unitName"]]
        assert sum(Decimal(addend["value"].value) for addend in units) == Decimal(row["total"].value)


@each_query
def test_view_draws_columns_that_are_there(query: StoredQuery, store: ox.Store) -> None:
    names, _ = _rows(store, query.bind())
    assert {query.view.label, query.view.value} - {None} <= set(names)


def test_titles_are_told_apart() -> None:
    for language in ("zh", "en"):
        titles = [query.label[language] for query in CATALOG.values()]
        assert len(set(titles)) == len(titles)


def test_each_parameter_narrows_the_answer(store: ox.Store) -> None:
    text = CATALOG.find("associations").bind({"form": f"{SCHEME}form/federation"})
    _, federations = _rows(store, text)
    _, all_of_them = _rows(store, CATALOG.find("associations").bind())
    assert 0 < len(federations) < len(all_of_them)


@pytest.mark.parametrize(
    ("name", "parameter", "wide", "narrow"),
    [
        ("associations-by-industry", "industry", "sector/health", "sector/health-care"),
        ("actions-by-industry", "industry", "sector/commerce", "sector/retail"),
        ("actions-by-resource", "resource", "resource/goods", "resource/masks"),
        ("directives", "topic", f"{ARTICLE_SCHEME}/refined-work", f"{ARTICLE_SCHEME}/low-risk-regions"),
        ("asked-and-done", "topic", f"{ARTICLE_SCHEME}/effective-work", f"{ARTICLE_SCHEME}/difficulties-with-funds"),
    ],
)  # fmt: skip
def test_a_concept_as_parameter_takes_the_narrower_ones_along(
    store: ox.Store, name: str, parameter: str, wide: str, narrow: str
) -> None:
    every, within, inside = (
        {str(row) for row in _rows(store, CATALOG.find(name).bind({parameter: value}))[1]}
        for value in ("", f"{SCHEME}{wide}", f"{SCHEME}{narrow}")
    )
    assert 0 < len(inside) < len(within) < len(every)
    assert inside <= within <= every


def test_of_several_agents_each_moved_its_own_members(store: ox.Store) -> None:
    _, members = _rows(store, f"SELECT ?group ?association {{ ?group <{TZ}membersOf> ?association }}")
    associations = {row["group"]: row["association"] for row in members}
    _, rows = _rows(store, CATALOG.find("mobilised").bind())
    moved = [
        (associations[row["mobilised"]], row["agent"]) for row in rows if row["mobilised"] in associations
    ]
    assert len(moved) > 15
    assert all(association == agent for association, agent in moved)


def test_what_associations_did_through_members_takes_our_own_rule(store: ox.Store) -> None:
    text = CATALOG.find("actions-through-members").bind()
    _, rows = _rows(store, text)
    through = ox.NamedNode(f"{TZ}ActionThroughMembers")
    asserted = ox.Store()
    asserted.extend(
        quad for quad in store if quad.graph_name != ox.NamedNode(INFERRED_GRAPH) and quad.object != through
    )
    assert len(rows) > 15
    assert _rows(asserted, text)[1] == []
