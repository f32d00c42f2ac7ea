"""Reads YAML-LD strictly, and remembers the line of every value.

Only `true`, `false` and `null` are resolved; every other scalar is a string, so that `no`, `2020-02-21`, `010` and
`2.2e9` stay as written and the JSON-LD context alone gives types. Anchors, aliases, tags, duplicate keys, a byte order
mark, other encodings than UTF-8, files above 5 MB and values nested deeper than 40 are faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from unicodedata import category

import yaml

from tongzhou.graph.errors import Fault, SourceError

Json: TypeAlias = "dict[str, Json] | list[Json] | str | bool | None"
Pointer: TypeAlias = tuple[str | int, ...]

_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_MAX_DEPTH = 40
_MAX_BYTES = 5_000_000


@dataclass(frozen=True)
class YamlDocument:
    """The tree of a YAML-LD file, with the line (from 1) on which each value starts."""

    path: str
    tree: dict[str, Json]
    lines: dict[Pointer, int]

    def line(self, pointer: Pointer) -> int | None:
        """Return the line of the value at `pointer`, or of the nearest value around it."""
        while pointer not in self.lines and pointer:
            pointer = pointer[:-1]
        return self.lines.get(pointer)


def load_yaml(path: Path, *, name: str | None = None) -> YamlDocument:
    """Read one YAML-LD file whose top is a mapping; `name` is what messages call it.

    Raises SourceError with the line of each fault.
    """
    return parse_yaml(path.read_bytes(), name or str(path))


def parse_yaml(data: bytes, path: str) -> YamlDocument:
    """Parse the bytes of a YAML-LD file; `path` is what messages call it. Raises SourceError."""
    if len(data) > _MAX_BYTES:
        message, remedy = f"the file has {len(data):,} bytes.", f"Keep it below {_MAX_BYTES:,}."
        raise SourceError([Fault(path, None, "size", message, remedy)])
    text = _decode(data, path)
    _refuse_tabs(text, path)
    reader = _Reader(path)
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            reader.check(event)
            if reader.is_too_deep:
                break
        if reader.faults:
            raise SourceError(reader.faults)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        what = " ".join(part for part in (error.context, error.problem) if part)
        remedy = "Quote values that hold ': ', '#', '@' or '%'; indent with spaces."
        raise SourceError([Fault(path, line, "YAML", f"{what}.", remedy)]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"the character U+{int(error.character):04X} is not allowed."
        raise SourceError([Fault(path, line, "YAML", message, "Remove it.")]) from error
    if not isinstance(node, yaml.MappingNode):
        raise SourceError(
            [Fault(path, 1, "YAML", "the file is not a mapping.", "Start with '@context' and '@graph'.")]
        )
    tree = reader.build(node, ())
    if reader.faults:
        raise SourceError(reader.faults)
    assert isinstance(tree, dict)
    return YamlDocument(path, tree, reader.lines)


def _decode(data: bytes, path: str) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        raise SourceError(
            [Fault(path, 1, "encoding", "the file starts with a byte order mark.", "Save without BOM.")]
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8."
        raise SourceError([Fault(path, line, "encoding", message, "Save the file as UTF-8.")]) from error


def _refuse_tabs(text: str, path: str) -> None:
    faults = [
        Fault(path, number, "YAML", "a tab indents the line.", "Indent with spaces.")
        for number, line in enumerate(text.split("\n"), start=1)
        if "\t" in line[: len(line) - len(line.lstrip())]
    ]
    if faults:
        raise SourceError(faults)


class _Reader:
    """Builds the tree from YAML nodes, collecting faults instead of stopping at the first."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lines: dict[Pointer, int] = {}
        self.faults: list[Fault] = []
        self.is_too_deep = False
        self._depth = 0

    def check(self, event: yaml.Event) -> None:
        """Note anchors, aliases, tags and values nested too deep, before they are expanded."""
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.CollectionStartEvent):
            self._depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            self._depth -= 1
        if self._depth > _MAX_DEPTH:
            self.is_too_deep = True
            self._fault(line, f"values are nested deeper than {_MAX_DEPTH}.", "Flatten them.")
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            kind = "alias '*" if isinstance(event, yaml.AliasEvent) else "anchor '&"
            self._fault(line, f"the {kind}{anchor}' is not allowed.", "Write the value out.")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._fault(line, f"the tag '{tag}' is not allowed.", "Remove it.")

    def build(self, node: yaml.Node, pointer: Pointer) -> Json:
        """Return the JSON value of a node."""
        line = node.start_mark.line + 1
        self.lines[pointer] = line
        if isinstance(node, yaml.MappingNode):
            return dict(self._members(node, pointer))
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*pointer, index)) for index, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node)

    def _members(self, node: yaml.MappingNode, pointer: Pointer) -> Iterator[tuple[str, Json]]:
        seen: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(line, "a key is not a word.", "Put a space after ':' and quote braces.")
                continue
            key = self._word(key_node)
            if key in seen:
                self._fault(line, f"the key '{key}' stands on line {seen[key]} already.", "Merge the two.")
                continue
            seen[key] = line
            self.lines[(*pointer, key)] = line
            yield key, self.build(value_node, (*pointer, key))
            self.lines[(*pointer, key)] = line

    def _scalar(self, node: yaml.ScalarNode) -> Json:
        value = self._word(node)
        if node.style is None and value in _CONSTANTS:
            return _CONSTANTS[value]
        if node.style is None and value in {"", "~"}:
            return None
        return value

    def _word(self, node: yaml.ScalarNode) -> str:
        """Return the words of a scalar; signs that only an escape can write, such as U+0000, are no text."""
        words = str(node.value)
        wrong = next((sign for sign in words if sign not in "\t\n\r" and category(sign) in {"Cc", "Cs"}), "")
        if wrong:
            line = node.start_mark.line + 1
            self._fault(line, f"the character U+{ord(wrong):04X} is not allowed.", "Remove its escape.")
        return words

    def _fault(self, line: int, message: str, remedy: str) -> None:
        self.faults.append(Fault(self.path, line, "YAML", message, remedy))
