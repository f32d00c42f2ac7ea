"""Oxigraph's syntax errors in words: the token that it stumbled over, and where that stands."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable

from tongzhou.graph.scan import locate, tokenise

_POSITION = re.compile(r"error at (\d+):(\d+): expected(?: one of)? (.*)", re.DOTALL)
_SENTENCE = re.compile(r"[^,]*[A-Za-z]{2,} [a-z]{2,}[^,]*")
_GAP = " " * 32


def explain(
    text: str, error: SyntaxError, parse: Callable[[str], object], *, kind: str
) -> tuple[str, int, int]:
    """Return the message, line and column of a complaint about a text, which passes `tokenise`.

    `parse` is what raised the error; `kind` names the text, such as `query`.
    """
    offset = _stumbling_block(text, parse)
    reasons = _reasons(str(error))
    line, column = locate(text, len(text.rstrip()) if offset is None else offset)
    if offset is not None:
        reasons.append(f"unexpected `{_token_at(text, offset)}`")
    message = f"line {line}, column {column}: {'; '.join(reasons) or f'the {kind} ends too early'}"
    return message, line, column


def _token_at(text: str, offset: int) -> str:
    token = next(token.text for token in tokenise(text) if token.start == offset)
    return token if len(token) <= 40 else f"{token[:39]}…"


def _reasons(complaint: str) -> list[str]:
    """Pick what a reader understands out of the list of everything that the parser expected."""
    match = _POSITION.match(complaint)
    expected = match.group(3) if match else ""
    return sorted({found.strip() for found in _SENTENCE.findall(re.sub(r"\[[^\]]*\]", "", expected))})


def _stumbling_block(text: str, parse: Callable[[str], object]) -> int | None:
    """Return the offset of the first token that no such text could have there, or None for the end of the text.

    Oxigraph reports where its longest attempt ended, up to the length of a keyword behind the token that was
    tried. With the tokens set far apart, that place still lies before the next token.
    """
    tokens = list(tokenise(text))
    spread = "".join(_GAP + token.text for token in tokens) + _GAP
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(_GAP) + len(token.text))
    try:
        parse(spread)
    except SyntaxError as error:
        match = _POSITION.match(str(error))
        if match:
            place = _offset(spread, int(match.group(1)), int(match.group(2))) - len(_GAP)
            index = bisect.bisect_right(starts, place) - 1
            return tokens[index].start if 0 <= index < len(tokens) else None
    return None


def _offset(text: str, line: int, column: int) -> int:
    """Return the offset of a line and column that count from 1."""
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1
