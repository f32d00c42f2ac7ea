"""What the scan of uploads lets through never ends the process that parses it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongzhou.graph.errors import TongzhouError
from tongzhou.graph.uploads import RDF_FORMATS, refuse_upload

from .engine import Engine, engine_of

DEPTH = 20_000
HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
TRIPLE_TERM = "<<( <urn:a> <urn:b> "
TURTLE = [
    *(
        '"',
        "'",
        '"""',
        "'''",
        "\\",
        "#",
        "\n",
        "\r",
        "<",
        ">",
        "<<",
        "<<(",
        ")>>",
        ">>",
        "~",
        "{|",
        "|}",
        "\0",
        "\u00a0",
    ),
    *(
        " ",
        ".",
        ",",
        ";",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "^^",
        "@en",
        "a ",
        "1.",
        "true",
        "_:a",
        "\\n",
        '""',
        "''''",
    ),
    *(
        "<urn:a> <urn:b> ",
        "<urn:a\\u003E>",
        "<a b>",
        '<a"b>',
        "<{>",
        'e:a\\"',
        "e:a\\'",
        "e:a#",
        "e:%22",
        '"x"',
        '"\\"',
    ),
    *("PREFIX e: <urn:e>\n", "@prefix e: <urn:e> .", "GRAPH <urn:g> {", '<urn:a> <urn:b> "x" .', '"""x""""'),
]
JSON = [
    *('"', "\\", "{", "}", "[", "]", ":", ",", " ", "\n", "\0", "\ufeff", "//", "/*", "*/", "'", "null", "1"),
    *('"a"', '"a":', '\\"', '"\\u0022"', '"\\', '"\n"', '{"@graph":', '"@context":', '"\\x"'),
]
XML = [
    *(
        "<",
        ">",
        "/>",
        "</",
        "<a>",
        "</a>",
        "<e:a ",
        '"',
        "'",
        "<!--",
        "-->",
        "<!-->",
        "<!--->",
        "--!>",
        "<![CDATA[",
        "]]>",
    ),
    *(
        "<?",
        "?>",
        "=",
        'e:b="',
        "&lt;",
        "<!",
        "--",
        "\n",
        " ",
        "/",
        '<a b="/>">',
        "<a b='>'>",
        "<!DOCTYPE r [<!ENTITY x 'y'>]>",
    ),
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e#">',
]
CASES = {
    "text/turtle": (
        TURTLE,
        [TRIPLE_TERM * DEPTH + "1" + " )>>" * DEPTH + " .", "[ <urn:b> " * DEPTH, "( " * DEPTH],
    ),
    "application/n-triples": (TURTLE, [TRIPLE_TERM * DEPTH + "<urn:c>" + " )>>" * DEPTH + " ."]),
    "application/trig": (TURTLE, [TRIPLE_TERM * DEPTH + "1" + " )>>" * DEPTH + " ."]),
    "application/ld+json": (JSON, ['{"urn:a":' * DEPTH + "1" + "}" * DEPTH, "[" * DEPTH, '{"a":' * DEPTH]),
    "application/rdf+xml": (XML, ["<e:a><e:b>" * 1000]),
}


@pytest.fixture(scope="module", params=sorted(CASES))
def parser(request: pytest.FixtureRequest) -> Iterator[tuple[str, Engine]]:
    """Return each parser in turn, and its media type."""
    with engine_of(request.param) as engine:
        yield request.param, engine


@given(st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=HEALTH)
def test_what_is_let_through_is_parsed_or_refused(parser: tuple[str, Engine], data: st.DataObject) -> None:
    media_type, engine = parser
    pieces, bombs = CASES[media_type]
    start = "".join(data.draw(st.lists(st.sampled_from(pieces), max_size=8)))
    text = start + data.draw(st.sampled_from(["", "<urn:a> <urn:b> "])) + data.draw(st.sampled_from(bombs))
    try:
        refuse_upload(text.encode(), RDF_FORMATS[media_type])
    except TongzhouError:
        return
    assert engine.run(text) in ("ok", "error")


@pytest.mark.parametrize("media_type", ["text/turtle", "application/n-triples", "application/ld+json"])
def test_the_parser_alone_would_end(media_type: str) -> None:
    """The test before is worth something: without the scan the process ends."""
    start = "" if media_type == "application/ld+json" else "<urn:a> <urn:b> "
    with engine_of(media_type) as engine, pytest.raises(AssertionError, match="the engine ended"):
        engine.run(start + CASES[media_type][1][0])
