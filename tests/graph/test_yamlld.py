"""YAML is read strictly: words stay words, and what would mislead is a fault at its line."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.graph.errors import Fault, SourceError
from tongzhou.graph.yamlld import Json, load_yaml, parse_yaml


def tree(text: str) -> dict[str, Json]:
    """Parse a document and return its tree."""
    return parse_yaml(text.encode("utf-8"), "facts.yaml").tree


def faults(data: str | bytes) -> tuple[Fault, ...]:
    """Parse a document that must fail, and return what is wrong with it."""
    with pytest.raises(SourceError) as caught:
        parse_yaml(data.encode("utf-8") if isinstance(data, str) else data, "facts.yaml")
    assert all(fault.path == "facts.yaml" and fault.remedy for fault in caught.value.faults)
    return caught.value.faults


BARE = "no No off yes on y 2020-02-21 010 0x10 1_000 12:30:45 1e9 2.2e9 .inf TRUE True Null NULL --02-21 约22亿元： ！"


@pytest.mark.parametrize("word", [*BARE.split(), "9" * 40])
def test_a_plain_word_stays_as_written(word: str) -> None:
    assert tree(f"a: {word}") == {"a": word}


@pytest.mark.parametrize(
    ("word", "value"), [("true", True), ("false", False), ("null", None), ("~", None), ("", None)]
)
def test_the_only_constants(word: str, value: bool | None) -> None:
    assert tree(f"a: {word}") == {"a": value}
    assert tree(f'a: "{word}"') == {"a": word}


def test_keys_are_words_too() -> None:
    assert tree("no: 1\n2020: 2\nnull: 3") == {"no": "1", "2020": "2", "null": "3"}


def test_lines_are_those_of_keys_and_items() -> None:
    document = parse_yaml(b"# note\na:\n  - b\n  - c: 1\n    d: 2\n", "facts.yaml")
    assert document.line(("a",)) == 2
    assert document.line(("a", 0)) == 3
    assert document.line(("a", 1, "d")) == 5
    assert document.line(("a", 1, "missing", "deeper")) == 4
    assert document.line(()) == 2


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands on line 1 already"),
        ("a: &x 1\n", 1, "the anchor '&x' is not allowed"),
        ("a: 1\nb: *x\n", 2, "the alias '*x' is not allowed"),
        ("a: 1\nb: !!python/name:os.system x\n", 2, "the tag 'tag:yaml.org,2002:python/name:os.system'"),
        ("a:\n\tb: 1\n", 2, "a tab indents the line"),
        ("a: [1, 2\nb: 3\n", 2, "expected ',' or ']'"),
        ("a: @id\n", 1, "cannot start any token"),
        ("a: b: c\n", 1, "mapping values are not allowed"),
        ("a: 1\n---\nb: 2\n", 2, "expected a single document"),
        ("? [x]\n: 1\n", 1, "a key is not a word"),
        ("- a\n- b\n", 1, "the file is not a mapping"),
        ("", 1, "the file is not a mapping"),
        ("word\n", 1, "the file is not a mapping"),
        ("a: 1\nb: \x07\n", 2, "the character U+0007 is not allowed"),
        ('a: 1\nb: "x\\0"\n', 2, "the character U+0000 is not allowed"),
        ('a: 1\nb: "\\ud800"\n', 2, "the character U+D800 is not allowed"),
        ('a: 1\n"\\a": 1\n', 2, "the character U+0007 is not allowed"),
        ("a: 1\n\nb: \ufffe\n", 3, "the character U+FFFE is not allowed"),
    ],
)
def test_a_fault_has_its_line(text: str, line: int, says: str) -> None:
    (fault,) = faults(text)
    assert fault.line == line
    assert says in fault.message


def test_a_byte_order_mark_is_refused() -> None:
    (fault,) = faults(b"\xef\xbb\xbfa: 1\n")
    assert (fault.line, fault.subject, fault.remedy) == (1, "encoding", "Save without BOM.")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "big5"])
def test_another_encoding_is_refused_at_its_line(encoding: str) -> None:
    (fault,) = faults("a: 1\nb: 民政部\n".encode(encoding))
    assert fault.subject == "encoding"
    assert fault.line == (1 if encoding == "utf-16" else 2)
    assert fault.remedy == "Save the file as UTF-8."


def test_aliases_are_refused_before_they_expand() -> None:
    """Nested aliases would unfold to 10**9 words."""
    rungs = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
    start = time.perf_counter()
    found = faults("a0: &a0 [x]\n" + rungs)
    assert time.perf_counter() - start < 5
    assert len(found) > 9


@pytest.mark.parametrize("text", ["a: " + "[" * 5000, "a: " + "[" * 100 + "]" * 100, "a: " + "{x: " * 2000])
def test_deep_nesting_is_a_fault_and_ends_quickly(text: str) -> None:
    start = time.perf_counter()
    (fault,) = faults(text)
    assert time.perf_counter() - start < 5
    assert (fault.line, fault.message) == (1, "values are nested deeper than 40.")


def test_a_file_of_ten_megabytes_is_a_fault_and_ends_quickly() -> None:
    start = time.perf_counter()
    (fault,) = faults(b"- a: word\n" * 1_000_000)
    assert time.perf_counter() - start < 5
    assert fault.message == "the file has 10,000,000 bytes."


def test_a_file_is_called_by_its_path_unless_named(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text("a: 1\n", encoding="utf-8")
    assert load_yaml(path).path == str(path)
    assert load_yaml(path, name="short").path == "short"


WORDS = st.text(
    alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=12
)
TREES = st.recursive(
    st.one_of(WORDS, st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=8,
)


@given(st.dictionaries(WORDS, TREES, max_size=4))
def test_json_is_read_as_json(value: dict[str, Json]) -> None:
    assert tree(json.dumps(value, ensure_ascii=False)) == value


@given(st.text(max_size=80))
def test_any_text_is_a_tree_or_a_fault(text: str) -> None:
    try:
        document = parse_yaml(text.encode("utf-8", errors="ignore"), "facts.yaml")
    except SourceError as error:
        assert error.faults
    else:
        assert isinstance(document.tree, dict)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_tree_or_a_fault(data: bytes) -> None:
    try:
        document = parse_yaml(data, "facts.yaml")
    except SourceError as error:
        assert error.faults
    else:
        assert isinstance(document.tree, dict)
