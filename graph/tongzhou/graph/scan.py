"""Read the tokens of a query before the engine does, and refuse what must never reach it.

Oxigraph can't switch SERVICE off, and its parser recurses: 3,000 `{` or 10,000 `!` end the process. It also
reads without word boundaries and tries again after a token that fails (`SERVICESILENT<…>`, `trueSERVICE`,
`SERVICE:a` are all clauses to it). So the scan accepts only tokens that SPARQL's grammar knows
(https://www.w3.org/TR/sparql11-query/#rTerminals and the triple terms of SPARQL 1.2), and refuses whatever
two parsers could cut in two ways.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from tongzhou.graph.errors import QueryRefusedError, QuerySyntaxError

MAX_DEPTH = 100

_BASE_CHARS = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = rf"{_BASE_CHARS}_0-9\u00b7\u0300-\u036f\u203f\u2040"
_SURROGATE = "[Dd][89A-Fa-f]"
_UNICODE = (
    rf"\\u(?!{_SURROGATE})[0-9A-Fa-f]{{4}}|\\U(?!0000{_SURROGATE})00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{{4}}"
)
_ESCAPE = rf"\\[tbnrf\\\"']|{_UNICODE}"
_AUTHORITY = r"[A-Za-z][A-Za-z0-9+.\-]*+://"
_LONGEST_PREFIX = 100
_LOCAL = rf"(?:[{_NAME}:]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?\#@%])"

_TOKEN = re.compile(
    rf"""
    (?:[\x20\t\r\n]++|\#[^\r\n]*+)*+
    (?: (?P<string>
        \"\"\"(?:(?:\"\"?)?(?:[^\"\\]|{_ESCAPE}))*+\"\"\"
      | '''(?:(?:''?)?(?:[^'\\]|{_ESCAPE}))*+'''
      | \"(?!\"\")(?:[^\"\\\r\n]|{_ESCAPE})*+\"
      | '(?!'')(?:[^'\\\r\n]|{_ESCAPE})*+')
    | (?P<iri><(?:[^<>\"{{}}|^`\\\x00-\x20]|{_UNICODE})*+>)
    | (?P<variable>[?$][{_BASE_CHARS}_0-9][{_NAME}]*+)
    | (?P<language>@[A-Za-z]++(?:-++[A-Za-z0-9]++)*+)
    | (?P<blank>_:[{_BASE_CHARS}_0-9](?:[{_NAME}.]*[{_NAME}])?)
    | (?P<name>(?:[{_BASE_CHARS}](?:[{_NAME}.\-]{{0,{_LONGEST_PREFIX}}}[{_NAME}\-])?)?:
        (?:{_LOCAL}(?:{_LOCAL}|-|\.++(?={_LOCAL}|-))*+)?)
    | (?P<number>(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)
    | (?P<word>(?:[A-Za-z_]|{_UNICODE})(?:[A-Za-z_0-9]|{_UNICODE})*+)
    | (?P<open><<\(|<<(?!{_AUTHORITY})|\{{\||[({{\[])
    | (?P<close>\)>>|>>|\|\}}|[)}}\]])
    | (?P<operator>&&|\|\||!=|<=|>=|\^\^|[-+*/!|^=<>.,;?~])
    | (?P<stray>[^\x00]|\x00)
    | \Z)
    """,
    re.VERBOSE,
)
_CLOSES = {")>>": "<<(", ">>": "<<", "|}": "{|", ")": "(", "}": "{", "]": "["}
_OPERANDS = frozenset({"variable", "iri", "string", "language", "blank", "name", "number", "close"})
_ABSOLUTE = re.compile(f"<{_AUTHORITY}")
_PLAIN_LOCAL = re.compile(rf"[{_NAME}.\-]*")


class Token(NamedTuple):
    """One token of a query: its kind (a group name of the grammar above), its text and where it starts."""

    kind: str
    text: str
    start: int


def tokenise(query: str) -> Iterator[Token]:
    """Yield the tokens of a query, white space and comments left out.

    Raises QuerySyntaxError where no token of SPARQL starts, with line and column.
    """
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup
        if kind == "stray":
            position = match.start(kind)
            line, column = locate(query, position)
            raise QuerySyntaxError(_describe_stray(query, position), line=line, column=column)
        if kind is not None:
            yield Token(kind, match[kind], match.start(kind))


@lru_cache(maxsize=1)
def tokens_of(query: str) -> tuple[Token, ...]:
    """Return what `tokenise` yields. Those of the last text are kept, for several functions read the same one."""
    return tuple(tokenise(query))


def locate(query: str, offset: int) -> tuple[int, int]:
    r"""Return line and column, both from 1, of an offset into the query.

    >>> locate("ASK {\n ?s }", 8)
    (2, 3)
    """
    before = query[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def refuse(query: str) -> None:
    """Raise QueryRefusedError where a query has SERVICE in any spelling or nests deeper than MAX_DEPTH.

    Raises QuerySyntaxError where the text has something that is no token of SPARQL.
    """
    tokens = tokens_of(query)
    if "\\" in query or "service" in query.lower():
        _refuse_service(query, tokens)
    if "<<" in query or any(token.kind == "iri" and _is_doubtful(token.text) for token in tokens):
        _refuse_ambiguity(query, tokens)
    if len(tokens) > MAX_DEPTH:
        _refuse_depth(query, tokens)


def _refused(query: str, token: Token, reason: str, message: str) -> QueryRefusedError:
    line, column = locate(query, token.start)
    text = f"line {line}, column {column}: {message}"
    return QueryRefusedError(text, line=line, column=column, reason=reason)


def _describe_stray(query: str, position: int) -> str:
    line, column = locate(query, position)
    char = query[position]
    if char in "\"'":
        fault = "a string that is not closed, or has an escape that SPARQL doesn't know"
    elif char == "\\":
        fault = "`\\` outside a string, an IRI or a local name; write the character itself"
    else:
        fault = f"{char!r} starts nothing that SPARQL knows"
    return f"line {line}, column {column}: {fault}"


def _refuse_service(query: str, tokens: Sequence[Token]) -> None:
    """Refuse each bare `service`, and each name that a parser without word boundaries could read as one."""
    unsafe = {
        name.text
        for name, iri in itertools.pairwise(tokens)
        if name.kind == "name" and name.text.endswith(":") and iri.kind == "iri" and iri.text[-2] not in "/#"
    }
    for token in tokens:
        if token.kind == "word" and "service" in _unescape(token.text).lower():
            message = (
                "SERVICE is not run here: this endpoint never asks others. Ask the other endpoint yourself"
            )
            raise _refused(query, token, "service", message)
        if token.kind == "word" and "\\" in token.text:
            position = token.start + token.text.index("\\")
            line, column = locate(query, position)
            raise QuerySyntaxError(_describe_stray(query, position), line=line, column=column)
        if token.kind == "name" and _is_service_name(token.text, unsafe):
            message = f"`{token.text}` could be read as SERVICE. Write the IRI in full, or rename the prefix"
            raise _refused(query, token, "service", message)


def _is_service_name(name: str, unsafe: set[str]) -> bool:
    """Tell whether Oxigraph could read `SERVICE` out of a prefixed name; `unsafe` are prefixes to look out for.

    It does so where the prefix has the word in it (`SERVICE:a`, `SERVICEfoo:a`), and after a prefix where
    prefix and local name together are no valid IRI (`PREFIX a: <http://h:80>` and then `a:SERVICE<…>`).
    """
    prefix, _, local = name.partition(":")
    if "service" in prefix.lower():
        return True
    if not local.lower().startswith("service"):
        return False
    return f"{prefix}:" in unsafe or not _PLAIN_LOCAL.fullmatch(local)


def _unescape(word: str) -> str:
    return re.sub(_UNICODE, lambda match: chr(int(match.group()[2:], 16)), word)


def _refuse_ambiguity(query: str, tokens: Sequence[Token]) -> None:
    """Refuse `<…>` that may be an IRI or `less than` with a comment or a string behind it: `?a<?b#>"…`.

    An IRI with `://` is never the latter. Without `#` and `'` both readings agree on where strings and
    comments are.
    """
    opened: list[str] = []
    previous: Token | None = None
    for token in tokens:
        compares = bool(opened) and opened[-1] == "(" and _ends_operand(previous)
        doubtful = compares and token.kind == "iri" and _is_doubtful(token.text)
        if token.text == "<<":
            inner = _TOKEN.match(query, token.start + 1)
            starts_iri = inner is not None and inner.lastgroup == "iri"
            doubtful = inner is not None and starts_iri and _is_doubtful(inner.group())
            if not (starts_iri and compares):
                opened.append(token.text)
        elif token.kind == "open":
            opened.append(token.text)
        elif token.kind == "close":
            _close(opened, token)
        if doubtful:
            message = (
                "`<` here may open an IRI or mean 'less than'. Put a space after it, or use a prefixed name"
            )
            raise _refused(query, token, "ambiguous", message)
        previous = token


def _is_doubtful(iri: str) -> bool:
    return ("#" in iri or "'" in iri) and not _ABSOLUTE.match(iri)


def _ends_operand(token: Token | None) -> bool:
    return token is not None and (
        token.kind in _OPERANDS or (token.kind == "word" and token.text.lower().endswith(("true", "false")))
    )


def _close(opened: list[str], token: Token) -> bool:
    if opened and opened[-1] == _CLOSES[token.text]:
        opened.pop()
        return True
    return False


def _refuse_depth(query: str, tokens: Sequence[Token]) -> None:
    """Refuse brackets, and unary operators before them, that nest deeper than MAX_DEPTH."""
    opened: list[str] = []
    levels = [0]
    unary = 0
    previous: Token | None = None
    for token in tokens:
        if token.kind == "open":
            opened.append(token.text)
            levels.append(levels[-1] + unary + 1)
            unary = 0
        elif token.kind == "operator" and token.text in "!-+^" and not _ends_operand(previous):
            unary += 1
        else:
            unary = 0
            if token.kind == "close" and _close(opened, token):
                levels.pop()
        if levels[-1] + unary > MAX_DEPTH:
            raise _refused(query, token, "nesting", f"nested deeper than {MAX_DEPTH}. Simplify the query")
        previous = token
