"""Uploaded RDF: what is read, what is refused before a parser could fall over it, where the fault is."""

from __future__ import annotations

import contextlib
import json
import time

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongzhou.graph.errors import RdfFormatError, RdfRefusedError, RdfSyntaxError
from tongzhou.graph.scan import MAX_DEPTH
from tongzhou.graph.uploads import RDF_FORMATS, find_format, read_upload, refuse_upload

TURTLE = "text/turtle"
JSON = "application/ld+json"
XML = "application/rdf+xml"
RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'


def nested(media_type: str, depth: int) -> bytes:
    """Return RDF that nests so deep (and is sound), by the way of each format."""
    ways = {
        TURTLE: ("<urn:s> <urn:p> ", "[ <urn:p> ", "1", " ]", " ."),
        "application/trig": ("{ <urn:s> <urn:p> ", "( ", "1", " )", " . }"),
        "application/n-triples": ("<urn:s> <urn:p> ", "<<( <urn:s> <urn:p> ", "<urn:o>", " )>>", " .\n"),
        "application/n-quads": ("<urn:s> <urn:p> ", "<<( <urn:s> <urn:p> ", "<urn:o>", " )>>", " .\n"),
        JSON: ("", '{"urn:p": ', '{"@id": "urn:o"}', "}", ""),
        XML: (RDF, "<rdf:Description><e:p>", "o", "</e:p></rdf:Description>", "</rdf:RDF>"),
    }
    start, opening, inner, closing, end = ways[media_type]
    return (start + opening * depth + inner + closing * depth + end).encode()


@pytest.mark.parametrize("media_type", RDF_FORMATS)
def test_every_format_is_read(media_type: str) -> None:
    triple = ox.Triple(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal("同舟"))
    body = ox.serialize([triple], format=RDF_FORMATS[media_type])
    assert body is not None
    assert read_upload(body, media_type, base=None) == '<http://e/s> <http://e/p> "同舟" .\n'


def test_parameters_and_case_of_a_media_type_do_not_count() -> None:
    assert find_format("Text/Turtle ; charset=utf-8") == ox.RdfFormat.TURTLE


@pytest.mark.parametrize("media_type", [None, "", "text/html", "text/n3", "application/sparql-update"])
def test_other_media_types_are_refused(media_type: str | None) -> None:
    with pytest.raises(RdfFormatError, match="is not read here. Send text/turtle, "):
        read_upload(b"", media_type, base=None)


def test_base_resolves_relative_iris() -> None:
    assert (
        read_upload(b"<> <p> <#a> .", TURTLE, base="http://e/x")
        == "<http://e/x> <http://e/p> <http://e/x#a> .\n"
    )
    with pytest.raises(RdfSyntaxError, match="line 1, column 1: No scheme found"):
        read_upload(b"<> <p> <#a> .", TURTLE, base=None)


def test_shared_blank_nodes_stay_shared() -> None:
    triples = read_upload(b"_:a <urn:p> _:a, _:b .", TURTLE, base=None).splitlines()
    subject, _, same, _ = triples[0].split()
    assert subject == same
    assert triples[1].split()[0] == subject != triples[1].split()[2]


@pytest.mark.parametrize(
    ("media_type", "body", "line", "column"),
    [
        (TURTLE, b"@prefix a: <http://a/> .\na:b a:c\n  d .", 3, 3),
        (TURTLE, b"<urn:a> <urn:b> 'open", 1, None),
        (TURTLE, b'<urn:a> <urn:b> "\xff" .', 1, None),
        ("application/n-triples", b"<urn:a> <urn:b> <urn:c> .\n<urn:a> .", 2, None),
        (JSON, b'{"@id":\n  x}', 2, 3),
        (JSON, b"", 1, 1),
        (XML, f"{RDF}\n <e:a></e:b></rdf:RDF>".encode(), 2, 9),
        (XML, f"{RDF}\n <rdf:Description rdf:about='urn:a'><e:p>1</e:p>".encode(), 2, None),  # cut short
        (XML, b"", 1, 1),
    ],
)
def test_syntax_errors_have_their_place(media_type: str, body: bytes, line: int, column: int | None) -> None:
    with pytest.raises(RdfSyntaxError) as caught:
        read_upload(body, media_type, base=None)
    assert caught.value.line == line
    assert caught.value.column == column or column is None
    assert str(caught.value).startswith(f"line {line}, column {caught.value.column}: ")
    assert "Parser error" not in str(caught.value)


@pytest.mark.parametrize(
    "context",
    [
        '"http://127.0.0.1:9/c"',
        '[{"a": "http://a/"}, "http://127.0.0.1:9/c"]',
        '{"@version": 1.1, "@import": "http://127.0.0.1:9/c"}',
        '{"p": {"@id": "http://p", "@context": "http://127.0.0.1:9/c"}}',
    ],
)
def test_remote_contexts_are_refused(context: str) -> None:
    body = f'{{"@context": {context}, "@id": "http://e/s", "p": {{"http://p": "1"}}}}'.encode()
    with pytest.raises(RdfRefusedError, match="nothing is fetched here. Write the context out"):
        read_upload(body, JSON, base=None)


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/n-quads", b"<urn:a> <urn:b> <urn:c> <urn:g> ."),
        ("application/trig", b"<urn:g> { <urn:a> <urn:b> <urn:c> }"),
        (JSON, b'{"@id": "urn:g", "@graph": [{"@id": "urn:a", "urn:b": 1}]}'),
    ],
)
def test_named_graphs_are_refused(media_type: str, body: bytes) -> None:
    with pytest.raises(RdfRefusedError, match="Send its triples alone"):
        read_upload(body, media_type, base=None)


@pytest.mark.parametrize(
    "start",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]>',
        "<?xml version='1.0'?>\n<!-- > --> <!DOCTYPE a SYSTEM 'http://127.0.0.1:9/'>",
    ],
)
def test_document_types_are_refused(start: str) -> None:
    with pytest.raises(
        RdfRefusedError, match=r"line \d, column \d+: a document type \(DOCTYPE\) is not read"
    ):
        read_upload(f"{start}{RDF}</rdf:RDF>".encode(), XML, base=None)


def test_doctype_in_text_is_read() -> None:
    inner = "<!-- <!DOCTYPE a> --><e:p><![CDATA[<!DOCTYPE a><]]></e:p>"
    body = f"{RDF}<rdf:Description rdf:about='http://e/s'>{inner}</rdf:Description></rdf:RDF>"
    assert read_upload(body.encode(), XML, base=None) == '<http://e/s> <http://e/p> "<!DOCTYPE a><" .\n'


@pytest.mark.parametrize("media_type", RDF_FORMATS)
def test_nesting_up_to_the_limit_is_read(media_type: str) -> None:
    depth = MAX_DEPTH // 2 - 2
    assert read_upload(nested(media_type, depth), media_type, base=None)


@pytest.mark.parametrize("media_type", RDF_FORMATS)
@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 200_000])
def test_deep_nesting_is_refused_at_once(media_type: str, depth: int) -> None:
    start = time.perf_counter()
    with pytest.raises(RdfRefusedError, match=f"nested deeper than {MAX_DEPTH}") as caught:
        read_upload(nested(media_type, depth), media_type, base=None)
    assert caught.value.line == 1
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    "hiding",
    [
        'urn:a\\" ( ',
        '# " \n',
        "<urn:a#'> ",
        '"a\\"" ',
        '"""a"b""" ',
        "'''a''b\\'''' ",
        '"""a""" ',
        '"" ',
        "''  ",
        "<urn:\\u0022> ",
    ],
)
def test_brackets_behind_strings_are_counted(hiding: str) -> None:
    """What looks like the start of a string, and is none, hides no bracket."""
    body = (hiding + "[ " * (MAX_DEPTH + 1)).encode()
    with pytest.raises(RdfRefusedError):
        refuse_upload(body, ox.RdfFormat.TURTLE)


@pytest.mark.parametrize("text", ['"[[["', "'''\n[[[\"'''", '"""[["[[\\""""', "# [[[\n", "<urn:a[>"])
def test_brackets_in_strings_are_not_counted(text: str) -> None:
    refuse_upload((text + " ").encode() * MAX_DEPTH, ox.RdfFormat.TURTLE)


@pytest.mark.parametrize(
    "piece", ['"', "'", '"""', '\\"', "<", "<!--", "<![CDATA[", "<?", "<a '", "</", "\\", '"\\']
)
@pytest.mark.parametrize("media_type", [TURTLE, XML, JSON])
def test_time_of_the_scan_is_linear(media_type: str, piece: str) -> None:
    body = piece.encode() * 300_000
    start = time.perf_counter()
    with contextlib.suppress(RdfSyntaxError):
        refuse_upload(body, RDF_FORMATS[media_type])
    assert time.perf_counter() - start < 2


@given(
    st.lists(
        st.sampled_from(
            ['"', "'", '"""', "[", "]", "(", ")", "<urn:a>", "\\", "#", "\n", "a:b", " ", ".", "1"]
        )
    )
)
@settings(max_examples=300, deadline=None)
def test_nothing_but_our_errors_comes_out_of_turtle(parts: list[str]) -> None:
    try:
        read_upload("".join(["@prefix a: <urn:a:> . ", *parts]).encode(), TURTLE, base="http://e/")
    except RdfSyntaxError as error:
        assert str(error)


@given(st.dictionaries(st.text(min_size=1), st.recursive(st.text() | st.none(), st.lists)))
@settings(max_examples=50, deadline=None)
def test_nothing_but_our_errors_comes_out_of_json(data: dict[str, object]) -> None:
    try:
        read_upload(
            json.dumps({"@context": {"@vocab": "http://e/"}, **data}).encode(), JSON, base="http://e/"
        )
    except RdfSyntaxError as error:
        assert str(error)
