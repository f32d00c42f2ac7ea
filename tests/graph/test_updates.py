"""Updates: what is refused, and that an added dataset is the one that Oxigraph evaluates."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.graph.errors import QueryRefusedError, UpdateSyntaxError
from tongzhou.graph.updates import refuse_update, with_dataset, without_loads

PREFIX = "PREFIX a: <http://example.org/>\n"
A, B, OUT = (f"http://example.org/{name}" for name in ("ga", "gb", "out"))


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://c/>",
        "load<http://c/>",
        "LOAD <http://c/> INTO GRAPH <urn:g>",
        "# c\nLOAD <http://c/>",
        "CLEAR ALL; LOAD <http://c/>",
        "CLEAR ALL;LOAD<http://c/>",
        "INSERT DATA { <urn:a> <urn:b> ';' } ; PREFIX a: <http://c/> LOAD a:b",
        "PREFIX a:<http://c/>LOADa:b",
        "PREFIXa:<http://c/>LOAD a:b",
        "PREFIX load: <http://c/> LOAD load:b",
        "PREFIX silent: <http://c/> LOAD silent:b",
        "BASE<http://c/>LOAD<b>",
        "VERSION'1.2'LOAD<http://c/>",
        "LOAD SILENT <http://c/> ; LOAD <http://c/>",
        "LOAD # SILENT\n<http://c/>",
    ],
)
def test_load_is_refused(text: str) -> None:
    with pytest.raises(QueryRefusedError, match="Upload") as caught:
        refuse_update(text)
    assert caught.value.reason == "load"


@pytest.mark.parametrize(
    "text",
    [
        "LOAD SILENT <http://127.0.0.1:1/>",
        "loadsilent<http://127.0.0.1:1/>",
        "LOAD # c\n SILENT <http://127.0.0.1:1/>",
        "INSERT DATA { <urn:a> <urn:LOAD> 'LOAD <http://c/>' }",
        "# LOAD <http://c/>\nINSERT DATA { <urn:a> <urn:b> 1 }",
        "PREFIX load: <http://c/> INSERT DATA { load:a load:b load:LOAD }",
        "INSERT { ?load ?p ?o } WHERE { ?load ?p ?o ; ?q 1 }",
        "CREATE SILENT GRAPH <urn:load>",
        "",
    ],
)
def test_what_only_looks_like_load_is_run(text: str) -> None:
    refuse_update(text)
    ox.Store().update(text)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("LOAD <urn:a>", "DROP GRAPH <urn:a>"),
        ("CLEAR ALL;load<urn:a>into graph<urn:b>;CLEAR ALL", "CLEAR ALL;DROP GRAPH <urn:a>;CLEAR ALL"),
        ("LOAD SILENT <urn:a>\n INTO GRAPH <urn:b> ; ", "DROP GRAPH <urn:a>\n ; "),
        ("LOADSILENT<urn:a>", "DROP GRAPH <urn:a>"),
        ("LOAD ;", "DROP GRAPH  ;"),
        ("LOAD <urn:a> INTO <urn:b>", "DROP GRAPH <urn:a> INTO <urn:b>"),
        ("PREFIX a: <urn:a>\nLOAD a:b", "PREFIX a: <urn:a>\nDROP GRAPH a:b"),
        ("INSERT DATA { <urn:a> <urn:b> 'LOAD' }", "INSERT DATA { <urn:a> <urn:b> 'LOAD' }"),
    ],
)
def test_the_syntax_of_a_load_is_that_of_a_drop(text: str, other: str) -> None:
    assert without_loads(text) == other


def test_position_of_a_refusal() -> None:
    with pytest.raises(QueryRefusedError) as caught:
        refuse_update("CLEAR ALL ;\n  LOAD <http://c/>")
    assert (caught.value.line, caught.value.column) == (2, 3)
    assert str(caught.value).startswith("line 2, column 3: LOAD")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://c/> { ?s ?p ?o } }", "service"),
        ("INSERT DATA {}; DELETE { ?s ?p ?o } WHERE { service silent ?x { ?s ?p ?o } }", "service"),
        ("DELETE WHERE " + "{" * 3000, "nesting"),
    ],
)
def test_what_is_refused_in_queries_is_refused(text: str, reason: str) -> None:
    with pytest.raises(QueryRefusedError) as caught:
        refuse_update(text)
    assert caught.value.reason == reason


def test_no_token() -> None:
    with pytest.raises(UpdateSyntaxError) as caught:
        refuse_update("INSERT DATA {\n <urn:a> <urn:b> 'c }")
    assert (caught.value.line, caught.value.column) == (2, 18)


def make_store() -> ox.Store:
    """Return a store with one thing in each of the default graph and two named graphs."""
    store = ox.Store()
    store.update(
        f"{PREFIX} INSERT DATA {{ a:d a:in 'default' . GRAPH a:ga {{ a:a a:in 'WHERE' }} GRAPH a:gb {{ a:b a:in 'b' }} }}"
    )
    return store


def names_in(store: ox.Store, graph: str | None) -> str:
    """Return the last letters of the subjects in a graph."""
    name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
    return "".join(sorted(str(quad.subject)[-2] for quad in store.quads_for_pattern(None, None, None, name)))


@pytest.mark.parametrize(
    ("using", "named", "copied"),
    [
        (None, None, "d"),
        ((), (), "d"),
        ((A,), None, "a"),
        ((A, B), (), "ab"),
        ((), (A,), ""),
        (("urn:nothing",), (), ""),
        ((B,), (A,), "b"),
    ],
)
@pytest.mark.parametrize(
    "text",
    [
        "INSERT { GRAPH a:out { ?s a:x 1 } } WHERE { ?s a:in ?o }",
        "INSERT{GRAPH a:out{?s a:x 1}}WHERE{?s a:in ?o}",
        "insert { GRAPH a:out { ?s a:x 'WHERE {' } } # WHERE {\nwhere # WHERE\n{ ?s a:in ?o }",
        "DELETE { ?s a:WHERE <urn:WHERE> } INSERT { GRAPH a:out { ?s a:x 1 } } WHERE { ?s a:in ?o }",
        "INSERT { GRAPH a:out { ?s a:x 1 } } WHERE { SELECT ?s WHERE { { SELECT * WHERE { ?s a:in ?o } } } }",
        "INSERT { GRAPH a:out { ?s a:where 1 } } WHERE { ?s a:in ?where FILTER(1<2 && EXISTS { ?s a:in ?where }) }",
        "INSERT DATA { a:d a:WHERE 'WHERE' } ; INSERT { GRAPH a:out { ?s a:x 1 } } WHERE { ?s a:in ?o } ;",
        "BASE <urn:x:> PREFIX z: <http://example.org/> DELETE DATA { a:d a:WHERE 'WHERE' } ; "
        "INSERT { GRAPH z:out { ?s <x> 1 } } WHERE { ?s z:in ?o } ; CREATE GRAPH <where>",
        "INSERT { GRAPH a:out { ?s a:x 1 } } WHERE { ?s a:in ?o FILTER(?o<'' || STR(?s)>'') }",
    ],
)
def test_where_reads_the_dataset(
    text: str, using: tuple[str, ...] | None, named: tuple[str, ...] | None, copied: str
) -> None:
    refuse_update(PREFIX + text)
    store = make_store()
    store.update(with_dataset(PREFIX + text, using, named))
    assert names_in(store, OUT) == copied


@pytest.mark.parametrize(
    ("using", "named", "copied"),
    [(None, None, "ab"), ((A,), None, ""), ((A,), (B,), "b"), ((), (A, B), "ab")],
)
def test_named_graphs_of_the_dataset(
    using: tuple[str, ...] | None, named: tuple[str, ...] | None, copied: str
) -> None:
    store = make_store()
    text = f"{PREFIX} INSERT {{ GRAPH a:out {{ ?s a:x ?g }} }} WHERE {{ GRAPH ?g {{ ?s a:in ?o }} }}"
    store.update(with_dataset(text, using, named))
    assert names_in(store, OUT) == copied


@pytest.mark.parametrize(
    "text",
    [
        "DELETE WHERE { ?s a:in ?o }",
        "deletewhere{?s a:in ?o}",
        "DELETE # WHERE { }\nWHERE # {\n{ ?s a:in ?o # }\n }",
        "CREATE GRAPH a:gc ; DELETE WHERE { ?s a:in ?o . } ; DROP GRAPH a:gc",
    ],
)
def test_short_delete(text: str) -> None:
    store = make_store()
    store.update("INSERT DATA { <http://example.org/a> <http://example.org/in> 'WHERE' }")
    store.update(with_dataset(PREFIX + text, [A], None))
    assert names_in(store, None) == "d"
    assert names_in(store, A) == "a"
    plain = make_store()
    plain.update(with_dataset(PREFIX + text, None, None))
    assert names_in(plain, None) == ""


def test_short_delete_in_a_named_graph() -> None:
    store = make_store()
    text = f"{PREFIX} DELETE WHERE {{ GRAPH ?g {{ ?s a:in ?o }} }}"
    store.update(with_dataset(text, None, [B]))
    assert (names_in(store, A), names_in(store, B)) == ("a", "")


def test_a_prologue_within() -> None:
    """SPARQL allows a prologue before each operation; Oxigraph 0.5 does not, so only the text is looked at."""
    text = (
        "CLEAR ALL ; BASE <urn:x> PREFIX insert: <urn:i> VERSION '1.2' INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    )
    assert with_dataset(text, [A], None).endswith(f"}} USING <{A}> WHERE {{ ?s ?p ?o }}")


def test_every_operation_takes_the_dataset() -> None:
    text = f"{PREFIX} INSERT {{ a:x a:p ?s }} WHERE {{ ?s ?p ?o }} ; DELETE WHERE {{ ?s a:in ?o }} ; CLEAR GRAPH a:gb"
    assert with_dataset(text, [A], None).count(f"USING <{A}>") == 2


@pytest.mark.parametrize(
    "text",
    [
        "WITH a:ga DELETE { ?s ?p 1 } WHERE { ?s ?p ?o }",
        "WITH<http://example.org/ga>INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
        "WITHa:ga INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
        "INSERT { ?s ?p 1 } USING a:ga WHERE { ?s ?p ?o }",
        "INSERT { ?s ?p 1 } using named a:ga WHERE { ?s ?p ?o }",
        "INSERT{?s ?p 1}USINGNAMED<urn:g>WHERE{?s ?p ?o}",
        "DELETE {} INSERT { ?s ?p 1 }USINGa:ga WHERE { ?s ?p ?o }",
        "CLEAR ALL ; WITH a:ga DELETE { ?s ?p 1 } WHERE { ?s ?p ?o }",
    ],
)
def test_two_datasets_are_refused(text: str) -> None:
    ox.Store().update(PREFIX + text)
    with pytest.raises(QueryRefusedError) as caught:
        with_dataset(PREFIX + text, (), [A])
    assert caught.value.reason == "using"
    assert caught.value.line == 2
    assert with_dataset(PREFIX + text, (), None) == PREFIX + text


@pytest.mark.parametrize(
    "text", ["INSERT {} WHER {}", "DELETE WHERE", "DELETE WHERE {", "DELETE", "INSERT {", "}"]
)
def test_what_is_not_valid_stays_so(text: str) -> None:
    with pytest.raises(SyntaxError):
        ox.Store().update(with_dataset(text, [A], None))


def test_a_graph_cannot_smuggle_text_in() -> None:
    with pytest.raises(ValueError, match="IRI"):
        with_dataset("DELETE WHERE { ?s ?p ?o }", ["urn:a> WHERE {} ; DROP ALL #"], None)


_PIECES = st.sampled_from(
    [
        "INSERT",
        "DELETE",
        "DATA",
        "WHERE",
        "USING",
        "NAMED",
        "WITH",
        "{",
        "}",
        ";",
        "<urn:a>",
        "?s",
        "a:b",
        "'WHERE'",
    ]
)


@given(st.lists(_PIECES, max_size=20), st.sampled_from([" ", ""]))
def test_any_text_is_taken_or_refused(pieces: list[str], space: str) -> None:
    text = space.join(pieces)
    try:
        refuse_update(text)
        changed = with_dataset(text, [A], [B])
    except (QueryRefusedError, UpdateSyntaxError):
        return
    assert changed.count("\n") == text.count("\n")
