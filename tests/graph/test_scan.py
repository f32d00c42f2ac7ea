"""The scan before the parser: SERVICE in every spelling, deep nesting, and what must pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.graph.errors import QueryRefusedError, QuerySyntaxError
from tongzhou.graph.scan import MAX_DEPTH, locate, refuse, tokenise

SERVICE = [
    "ASK { SERVICE <http://c/> { ?s ?p ?o } }",
    "ASK { service <http://c/> { ?s ?p ?o } }",
    "ASK{{}SeRvIcE<http://c/>{}}",
    "ASK { SERVICE SILENT <http://c/> { ?s ?p ?o } }",
    "ASK { SERVICESILENT<http://c/>{} }",
    "ASK { SERVICE#x\n<http://c/> {} }",
    "ASK { SERVICE ?where {} }",
    "BASE <http://c/> ASK { SERVICE <a> {} }",
    "PREFIX e: <http://c/> ASK { SERVICE e:a {} }",
    "PREFIX : <http://c/> ASK { SERVICE:a {} }",
    "PREFIX e: <http://c/> ASK { SERVICEe:a {} }",
    "PREFIX SERVICE: <urn:x/> PREFIX : <http://c/> ASK { SERVICE:a {} }",
    "ASK { FILTER EXISTS { SERVICE <http://c/> {} } }",
    "ASK { FILTER(NOT EXISTS { SERVICE <http://c/> {} }) }",
    "ASK { { SELECT * { SERVICE <http://c/> {} } } }",
    "ASK { SERVICE <http://c/\\u0073parql> {} }",
    "ASK { \\u0053ERVICE <http://c/> {} }",
    "ASK { \\U00000053ervice <http://c/> {} }",
    "ASK { ?s ?p 1SERVICE <http://c/> {} }",
    "ASK { ?s ?p 1.e3SERVICE <http://c/> {} }",
    "ASK { ?s ?p trueSERVICE <http://c/> {} }",
    "ASK { ?s ?p 'x'SERVICE <http://c/> {} }",
    'ASK { ?s ?p "# " SERVICE <http://c/> {} }',
    "ASK { ?s <http://x#y> ?o SERVICE <http://c/> {} }",
    "PREFIX a: <http://h:80> ASK { ?s ?p a:SERVICE<http://c/>{} }",
    "PREFIX a: <http://x/> PREFIX : <http://c/> ASK { ?s ?p a:SERVICE:x\\# {} }",
    "ASK { FILTER(?a <<http://x#b>) SERVICE <http://c/> {} \n}",
]
AMBIGUOUS = [
    'ASK { FILTER(?a<?b#>"""\n) SERVICE <http://c/> {} #"""\n}',
    "PREFIX a: <urn:a> ASK { FILTER(?a <<a:b#>) SERVICE <http://c/> {} \n}",
    'ASK { FILTER(?a<<b> && ?c<?d#>"""\n) SERVICE <urn:b> {} #"""\n}',
    "ASK { FILTER(true<'>' && true) SERVICE <http://c/> {} #'\n}",
]
PASSING = [
    "ASK { BIND('SERVICE <x>' AS ?x) }",
    'ASK { ?s ?p \'\'\'\nSERVICE <x> {\'\'\' , """}" SERVICE """ }',
    "ASK {} # SERVICE <http://c/> {",
    "ASK { ?SERVICE $service <http://SERVICE/> }",
    "PREFIX tz: <https://w3id.org/tongzhou/ontology#> ASK { ?s a tz:PublicService , tz:Service }",
    "PREFIX schema: <https://schema.org/> ASK { ?s schema:serviceType _:service }",
    'ASK { ?s ?p "x"@service }',
    "ASK { ?s <urn:x#y> <urn:x#z> }",
    "SELECT * { VALUES (?a ?b) { (<http://x#y> <http://x#z>) } }",
    "ASK { FILTER(?a < ?b) }#>",
    "ASK { <<?s?p?o>> ?a ?b }",
    "ASK { ?s ?p <<( ?a ?b ?c )>> ~ ?r {| ?p ?o |} }",
    "PREFIX 天.地-x: <urn:b/> ASK { ?x 天.地-x:b.c 1.5e3 , .5 , -1. ; ^天.地-x:-a|!天.地-x:b\\.c ?y. }",
    "",
]


@pytest.mark.parametrize("query", SERVICE)
def test_service_is_refused_in_every_spelling(query: str) -> None:
    with pytest.raises(QueryRefusedError) as caught:
        refuse(query)
    assert caught.value.reason == "service"
    assert caught.value.line is not None
    assert caught.value.column is not None


def test_position_of_service() -> None:
    with pytest.raises(QueryRefusedError, match=r"^line 2, column 3: SERVICE is not run here") as caught:
        refuse("ASK {\n  SERVICE <http://c/> {} }")
    assert (caught.value.line, caught.value.column) == (2, 3)


@pytest.mark.parametrize("query", AMBIGUOUS)
def test_what_can_be_read_in_two_ways_is_refused(query: str) -> None:
    with pytest.raises(QueryRefusedError) as caught:
        refuse(query)
    assert caught.value.reason == "ambiguous"


@pytest.mark.parametrize("query", PASSING)
def test_what_only_looks_like_it_passes(query: str) -> None:
    refuse(query)
    assert not [token for token in tokenise(query) if token.text.lower() == "service"]


@pytest.mark.parametrize(
    "query",
    [
        '"""a" ) SERVICE <http://c/> {} \\q """',  # Oxigraph would go on after `""` and `"a"`
        '"""a" ) SERVICE <http://c/> {} \\ud800 """',
        '"""a" ) SERVICE <http://c/> {} \\Uffffffff """',
        "'not closed",
        "'a\nb'",
        "ASK { \\u007B }",
        "ASK { ?s ?p € }",
        "ASK\u00a0{}",
    ],
)
def test_what_is_no_token_is_a_syntax_error(query: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        refuse(query)
    assert caught.value.line == 1


@pytest.mark.parametrize(
    "query",
    [
        "ASK " + "{" * 3000 + "}" * 3000,
        "ASK { FILTER(" + "!" * 10_000 + "true) }",
        "ASK { FILTER(1 = " + "- " * 200 + "1) }",
        "ASK { FILTER(" + ("!" * 50 + "(") * 50 + "true" + ")" * 50 + ") }",
        "ASK { ?s ?p " + "[ ?p " * 200 + "1" + "]" * 200 + " }",
        "ASK { ?s ?p " + "(" * 200 + ")" * 200 + " }",
        "ASK { ?s ?p " + "<< ?a ?b " * 200 + "1" + ">>" * 200 + " }",
        "ASK { ?s ?p ?o " + "{| ?p ?o " * 200 + "|}" * 200 + " }",
        "ASK { ?s " + "^(" * 200 + "<urn:p>" + ")" * 200 + " ?o }",
        "ASK { FILTER(" + "IF(true, true, " * 200 + "true" + ")" * 200 + ") }",
        "ASK " + "{ #}\n" * 3000,
        "ASK " + "{ '}' " * 3000,
        "ASK " + "{ ) " * 3000,
    ],
)
def test_deep_nesting_is_refused(query: str) -> None:
    with pytest.raises(QueryRefusedError) as caught:
        refuse(query)
    assert caught.value.reason == "nesting"


def test_depth_is_counted_exactly() -> None:
    refuse("ASK " + "{" * MAX_DEPTH + "}" * MAX_DEPTH)
    with pytest.raises(QueryRefusedError, match=f"deeper than {MAX_DEPTH}"):
        refuse("ASK " + "{" * (MAX_DEPTH + 1))


def test_binary_operators_and_neighbours_do_not_nest() -> None:
    refuse("ASK { FILTER(1" + " - 1" * 5000 + " = 0) " + "{} " * 5000 + "}")
    refuse("ASK { FILTER(0 = 1" + "-(1" * 90 + ")" * 90 + ") }")


@given(st.text())
def test_any_text_is_answered_and_never_crashes(text: str) -> None:
    try:
        refuse(text)
    except (QueryRefusedError, QuerySyntaxError) as error:
        assert error.line is not None
        assert error.line >= 1
        assert error.column is not None
        assert error.column >= 1
    else:
        assert [
            token for token in tokenise(text) if token.kind == "word" and "service" in token.text.lower()
        ] == []


_STRINGS = st.text(st.characters(exclude_characters="\\\"'\r\n", codec="utf-8"))
_HIDES = st.sampled_from(["'{}'", '"{}"', "'''{}'''", '"""{}"""', "# {}\n"])


@given(_HIDES, _STRINGS, _STRINGS)
def test_service_inside_strings_and_comments_passes(hide: str, before: str, after: str) -> None:
    refuse("ASK { " + hide.replace("{}", f"{before} SERVICE <http://c/> {{ {after}") + " }")
    with pytest.raises(QueryRefusedError):
        refuse("ASK { " + hide.replace("{}", f"{before} {after}") + " SERVICE <http://c/> {} }")


@given(
    st.lists(
        st.sampled_from(["?x", "<urn:a>", "'s\n'", '"""l\n"""', "a:b", "1", "{", "}", "#c\n", "\n", "天:地"])
    )
)
def test_tokens_stand_where_they_say(pieces: list[str]) -> None:
    query = " ".join(pieces).replace("'s\n'", "'s'")
    for token in tokenise(query):
        assert query[token.start : token.start + len(token.text)] == token.text
        line, column = locate(query, token.start)
        assert query.split("\n")[line - 1][column - 1] == token.text[0]
