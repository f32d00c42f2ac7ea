"""The canonical text of an article, in whose code points every passage is counted.

The file as received stays byte for byte. `canonicalise` makes the text that offsets count:

- blocks are what blank lines separate, and what `layout` lists (title, byline, caption, heading, running head);
- inside a block, white space next to a CJK character or full-width punctuation is removed, any other becomes one space;
- a block that does not end in 。！？：； goes on in the next one, unless `layout` lists one of the two;
- blocks are joined by one U+000A.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongzhou.graph.errors import Fault, SourceError

_ENDS_BLOCK = "。！？：；"
_FULL_WIDTH_PUNCTUATION = frozenset("“”‘’…—·")  # East Asian width 'ambiguous', yet set full-width in Chinese


@dataclass(frozen=True)
class CanonicalText:
    """The canonical text with, for each code point, the line (from 1) of the file as received."""

    text: str
    lines: tuple[int, ...]
    blocks: tuple[tuple[int, int], ...]
    layout: Mapping[tuple[int, int], str]

    def line_range(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and last line of the file that `text[start:end]` was printed on."""
        return self.lines[start], self.lines[end - 1]


@dataclass(frozen=True)
class _Char:
    char: str
    line: int


def canonicalise(
    received: str, layout: Mapping[str, Iterable[str]], *, path: str = "text.txt"
) -> CanonicalText:
    """Make the canonical text of an article.

    `layout` maps a role (title, byline, …) to the printed words of each block that has it; such a block is matched on
    whole lines and stands alone, even where no blank line sets it off.

    Raises SourceError where a layout entry matches no whole lines of the file.
    """
    blocks = _split_blocks(received)
    roles: dict[int, str] = {}
    for role, entries in layout.items():
        for entry in entries:
            blocks, roles = _set_apart(blocks, roles, role, entry, path)
    return _join(blocks, roles)


def squeeze(text: str) -> str:
    """Remove or fold white space by the rule of the canonical text (for quotes and layout entries)."""
    return "".join(c.char for c in _squeeze([_Char(char, 0) for char in text.strip()]))


def _is_cjk(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF" or char in _FULL_WIDTH_PUNCTUATION


def _split_blocks(received: str) -> list[list[list[_Char]]]:
    """Return blocks of lines of characters."""
    blocks: list[list[list[_Char]]] = [[]]
    for number, line in enumerate(received.split("\n"), start=1):
        if line.strip():
            blocks[-1].append([_Char(char, number) for char in line])
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _text_of(lines: list[list[_Char]]) -> str:
    return "".join(c.char for c in _squeeze(_flatten(lines)))


def _set_apart(
    blocks: list[list[list[_Char]]], roles: dict[int, str], role: str, entry: str, path: str
) -> tuple[list[list[list[_Char]]], dict[int, str]]:
    """Make the lines that print `entry` a block of its own with the role."""
    wanted = squeeze(entry)
    for index, block in enumerate(blocks):
        for first in range(len(block)):
            for last in range(first + 1, len(block) + 1):
                if index not in roles and _text_of(block[first:last]) == wanted:
                    parts = [part for part in (block[:first], block[first:last], block[last:]) if part]
                    place = index + (1 if first else 0)
                    shifted = {(i if i < index else i + len(parts) - 1): name for i, name in roles.items()}
                    return [*blocks[:index], *parts, *blocks[index + 1 :]], {**shifted, place: role}
    remedy = "Write the words of whole lines, as printed."
    raise SourceError([Fault(path, None, f"layout {role}", f"no lines of the text read {entry!r}.", remedy)])


def _flatten(lines: list[list[_Char]]) -> list[_Char]:
    chars: list[_Char] = []
    for line in lines:
        chars += [*line, _Char("\n", line[-1].line)]
    return chars[:-1]


def _squeeze(chars: list[_Char]) -> list[_Char]:
    """Apply the white-space rule inside one block."""
    result: list[_Char] = []
    for run in re.finditer(
        r"([ \t\n\r\u3000\u00a0]+)|[^ \t\n\r\u3000\u00a0]+", "".join(c.char for c in chars)
    ):
        start, end = run.span()
        if run.group(1) is None:
            result += chars[start:end]
        elif (
            start and end < len(chars) and not _is_cjk(chars[start - 1].char) and not _is_cjk(chars[end].char)
        ):
            result.append(_Char(" ", chars[start].line))
    return result


def _join(blocks: list[list[list[_Char]]], roles: Mapping[int, str]) -> CanonicalText:
    chars: list[_Char] = []
    starts: list[int] = []
    layout: dict[tuple[int, int], str] = {}
    pending: list[list[_Char]] = []
    for index, block in enumerate(blocks):
        pending += block
        unfinished = _text_of(block)[-1] not in _ENDS_BLOCK
        alone = index in roles or index + 1 in roles or index + 1 == len(blocks)
        if unfinished and not alone:
            continue
        if chars:
            chars.append(_Char("\n", chars[-1].line))
        starts.append(len(chars))
        chars += _squeeze(_flatten(pending))
        pending = []
        if index in roles:
            layout[starts[-1], len(chars)] = roles[index]
    ends = [*(start - 1 for start in starts[1:]), len(chars)] if starts else []
    return CanonicalText(
        text="".join(c.char for c in chars),
        lines=tuple(c.line for c in chars),
        blocks=tuple(zip(starts, ends, strict=True)),
        layout=layout,
    )
