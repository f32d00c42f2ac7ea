"""What the scans and rules ask of literals: whether one is ill-typed, and which value it has.

XML Schema Definition Language 1.1 Part 2 has the lexical forms; OWL 2 RL's datatypes are in section 4.2 of OWL 2 Profiles.
"""

from __future__ import annotations

import re
from decimal import Decimal

from tongzhou.graph.namespaces import XSD

Value = tuple[str, Decimal | str]
"""A value space by name, and a value in it."""

_LITERAL = re.compile(rb'"(.*)"\^\^<' + re.escape(XSD).encode() + rb"(\w+)>", re.DOTALL)
_TAGGED = re.compile(rb'"(.*)"@([A-Za-z0-9-]+)', re.DOTALL)
_INTEGERS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}
_INTEGER = re.compile(r"[+-]?[0-9]+")
_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))"
_DAY = r"-?(?:[1-9]\d{3,}|0\d{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_CLOCK = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_FORMS = {
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "double": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN",
    "float": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN",
    "boolean": "true|false|0|1",
    "dateTime": f"{_DAY}T{_CLOCK}{_ZONE}?",
    "dateTimeStamp": f"{_DAY}T{_CLOCK}{_ZONE}",
    "hexBinary": "(?:[0-9a-fA-F]{2})*",
    "base64Binary": "(?:(?:[A-Za-z0-9+/] ?){4})*(?:(?:[A-Za-z0-9+/] ?){2}= ?=|(?:[A-Za-z0-9+/] ?){3}=)?",
    "language": "[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
}
_PATTERNS = {name: re.compile(form, re.ASCII) for name, form in _FORMS.items()}


def is_ill_typed(literal: bytes) -> bool:
    """Tell whether the text of a literal, in N-Triples, is none of its datatype. Datatypes that RL has not are let be.

    >>> is_ill_typed(b'"256"^^<http://www.w3.org/2001/XMLSchema#unsignedByte>')
    True
    """
    match = _LITERAL.fullmatch(literal)
    if match is None:
        return False
    text, datatype = match[1].decode().strip(), match[2].decode()
    if datatype in _INTEGERS:
        return not _INTEGER.fullmatch(text) or not _is_within(Decimal(text), *_INTEGERS[datatype])
    return datatype in _PATTERNS and not _PATTERNS[datatype].fullmatch(text)


def _is_within(number: Decimal, least: int | None, most: int | None) -> bool:
    return (least is None or number >= least) and (most is None or number <= most)


def value_of(literal: bytes) -> Value | None:
    """Return the value of a literal in N-Triples: of a number, truth value or string; None where it is not known.

    >>> value_of(b'"01"^^<http://www.w3.org/2001/XMLSchema#integer>')
    ('number', Decimal('1'))
    """
    match = _LITERAL.fullmatch(literal)
    if match is None:
        if literal.endswith(b'"'):
            return "string", literal.decode()
        tagged = _TAGGED.fullmatch(literal)
        return tagged and ("tagged string", f"{tagged[1].decode()}@{tagged[2].decode().lower()}")
    text, datatype = match[1].decode().strip(), match[2].decode()
    if is_ill_typed(literal):
        return None
    if datatype in _INTEGERS or datatype == "decimal":
        return "number", Decimal(text)
    if datatype == "boolean":
        return "truth value", "true" if text in {"true", "1"} else "false"
    return None


def are_different(one: bytes, other: bytes) -> bool:
    """Tell whether two literals are known to have different values."""
    values = value_of(one), value_of(other)
    return None not in values and values[0] != values[1]
