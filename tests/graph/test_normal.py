"""Normal forms: white space and comments mean nothing, everything else does; Oxigraph is asked as well."""

from __future__ import annotations

import functools

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.graph.errors import QueryRefusedError, QuerySyntaxError
from tongzhou.graph.normal import is_volatile, normalise
from tongzhou.graph.scan import refuse, tokenise

QUERIES = [
    "SELECT * WHERE { ?s ?p ?o }",
    "PREFIX a: <http://example.org/> SELECT DISTINCT ?s ?o { ?s a:p/a:q* ?o . FILTER(?o > 1 && ?o<=2.5e1) }",
    'ASK { ?s a \'a  # b\'@en-GB , """x\n  \'y\' """^^<urn:t>, 1., -1, +.5 ; ?p true }',
    "SELECT (COUNT(*) AS ?n) { ?s !(<urn:a>|^<urn:b>)+ ?o } GROUP BY ?s HAVING (COUNT(?o) - 1 > 0) ORDER BY DESC(?n)",
    "CONSTRUCT { ?s ?p [ ] , ( 1 2 ) } { ?s ?p ?o MINUS { ?s ?p 'x' } }",
    "ASK { FILTER(1<<urn:x>) }",
    "ASK { << ?s ?p ?o >> ?q <<( <urn:a> <urn:b> 1 )>> }",
    "ASK { ?s <urn:p> ?o {| <urn:q> 1 |} }",
    "ASK { FILTER(2-1=1 && 3 -1 = 2 && ! false || !(-1=- 1)) }",
    "PREFIX : <urn:> ASK { :a.b :c-d _:x.y . _:x.y :p :a\\.b, :%41 }",
    "BASE <http://example.org/> DESCRIBE <a#b> FROM <g> { VALUES (?x ?y) { (UNDEF <#c>) } }",
    "SELECT*{?s ?p ?o}ORDER BY?s LIMIT 3",
    "ASK { ?s <urn:p>? 1 . ?s <urn:p>?x }",
]
SPACES = [" ", "\n", "\t \r\n", " # a comment with } ' and \" and >\n", ""]


def spaced(texts: list[str], spaces: list[str]) -> str:
    """Return tokens with a white space behind each."""
    return "".join(text + space for text, space in zip(texts, spaces, strict=True))


@functools.cache
def store() -> ox.Store:
    """Return a store in which some of the queries find something."""
    filled = ox.Store()
    filled.update(
        "INSERT DATA { <urn:a> <urn:p> 1 , 'x' . <urn:b> <urn:p> <urn:a> . <urn:a.b> <urn:c-d> _:b ."
        " <http://example.org/a#b> <urn:p> 2 }"
    )
    return filled


def outcome(query: str) -> object:
    """Return what Oxigraph makes of a query: comparable, with blank nodes as one."""
    try:
        answer = store().query(query)
    except SyntaxError:
        return "syntax"
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer)
    rows = [tuple(row) for row in answer]
    return sorted(str(["_" if isinstance(term, ox.BlankNode) else str(term) for term in row]) for row in rows)


@given(st.sampled_from(QUERIES), st.data())
def test_spaces_and_comments_mean_nothing(query: str, data: st.DataObject) -> None:
    texts = [token.text for token in tokenise(query)]
    spaces = data.draw(st.lists(st.sampled_from(SPACES), min_size=len(texts), max_size=len(texts)))
    variant = spaced(texts, spaces)
    try:
        refuse(variant)
    except (QuerySyntaxError, QueryRefusedError):
        return
    if normalise(variant) == normalise(query):
        assert outcome(variant) == outcome(query)
    elif [token.text for token in tokenise(variant)] == texts:
        assert outcome(variant) == "syntax"


@given(st.sampled_from(QUERIES), st.data())
def test_another_token_is_another_form(query: str, data: st.DataObject) -> None:
    texts = [token.text for token in tokenise(query)]
    place = data.draw(st.integers(0, len(texts) - 1))
    other = data.draw(st.sampled_from(["?other", "'s'", "<urn:other>", "7", ";", "WORD", ""]))
    changed = [*texts[:place], other, *texts[place + 1 :]]
    assert (normalise(" ".join(changed)) == normalise(" ".join(texts))) == (other == texts[place])


@given(st.sampled_from(QUERIES))
def test_the_form_has_the_same_tokens_and_is_its_own_form(query: str) -> None:
    form = normalise(query)
    assert [token.text for token in tokenise(form)] == [token.text for token in tokenise(query)]
    assert normalise(form) == form
    assert outcome(form) == outcome(query)


def test_strings_and_iris_stay_as_they_are() -> None:
    assert normalise("ASK{?s ?p'''a\n\n # b'''}") == "ASK { ?s ?p '''a\n\n # b''' }"
    assert normalise("ASK { <urn:a#b> a <urn:a> #c\n}") == "ASK { <urn:a#b> a <urn:a> }"
    assert normalise("ASK { ?A a ?a }") != normalise("ASK { ?a a ?a }")


def test_no_token() -> None:
    with pytest.raises(QuerySyntaxError):
        normalise("ASK { 'a }")


def test_an_iri_is_not_cut() -> None:
    assert normalise("ASK { FILTER(1<<urn:x>) }") == "ASK { FILTER ( 1 <<urn:x> ) }"
    assert normalise("ASK { << ?s ?p ?o>> ?q 1 }") == "ASK { << ?s ?p ?o >> ?q 1 }"


def test_a_comment_within_empty_brackets_is_no_white_space() -> None:
    with_comment, without = "ASK { ?s ?p [ # a\n ] }", "ASK { ?s ?p [ \t\n] }"
    assert outcome(with_comment) == "syntax"
    assert outcome(without) is True
    assert normalise(without) == "ASK { ?s ?p [ ] }"
    assert normalise(with_comment) == normalise(normalise(with_comment)) == "ASK { ?s ?p [ #\n] }"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (NOW() AS ?t) {}",
        "SELECT (now # c\n ( ) AS ?t) {}",
        "SELECT * { ?s ?p ?o } ORDER BY RAND()",
        "SELECT*{?s ?p ?o}ORDERBYRAND()",
        "ASK { FILTERNOW() }",
        "SELECT (UUID() AS ?u) {}",
        "SELECT (StrUUID() AS ?u) {}",
        "SELECT (BNODE('a') AS ?u) {}",
    ],
)
def test_volatile(query: str) -> None:
    outcome(query)
    assert is_volatile(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT ?now { ?now ?p ?rand }",
        "SELECT * { ?s ?p 'NOW()' , <urn:RAND()> } # UUID()",
        "PREFIX f: <urn:> SELECT (f:now() AS ?x) (<urn:RAND>(1) AS ?y) {}",
        "PREFIX now: <urn:> SELECT * { (1 2) now:uuid ?o FILTER(isBlank(?o)) }",
    ],
)
def test_not_volatile(query: str) -> None:
    assert not is_volatile(query)
