"""The kind of a query is decided by its tokens."""

from __future__ import annotations

import pytest

from tongzhou.graph.errors import QuerySyntaxError
from tongzhou.graph.query import query_kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SELECT * {}", "select"),
        ("select*{}", "select"),
        ("SELECTDISTINCT*{}", "select"),
        ("ASK {}", "ask"),
        ("ask{}", "ask"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "construct"),
        ("DESCRIBE <urn:a>", "describe"),
        ("# SELECT\nASK {}", "ask"),
        ("PREFIX select: <urn:ask> DESCRIBE select:x", "describe"),
        ("BASE <urn:select> prefix : <urn:x> Ask {}", "ask"),
        ("PREFIX a: <urn:a> BASE <urn:b> PREFIX c: <urn:c> CONSTRUCT {} {}", "construct"),
        ('VERSION "1.2" ASK {}', "ask"),
        ("PREFIX a:<urn:#SELECT>ASK{}", "ask"),
    ],
)
def test_kind(text: str, kind: str) -> None:
    assert query_kind(text) == kind


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("PREFIX a: <urn:a>\n", 2, 1),
        ("INSERT DATA {}", 1, 1),
        ("PREFIX a: <urn:a>\n  DROP ALL", 2, 3),
        ("<urn:select>", 1, 1),
        ("'ASK'", 1, 1),
        ("select:x", 1, 1),
    ],
)
def test_anything_else_is_a_syntax_error_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(QuerySyntaxError, match=f"^line {line}, column {column}: ") as caught:
        query_kind(text)
    assert (caught.value.line, caught.value.column) == (line, column)
