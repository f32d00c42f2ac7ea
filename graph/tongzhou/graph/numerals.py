"""Reads the numbers of a Chinese text: Arabic and Chinese numerals, with the words beside them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_CHINESE = "".join([*_DIGITS, *_TENS, *_MYRIADS])
_ARABIC = re.compile(r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:[.．]\d+)?")  # \d has the full-width digits too
_NUMERAL = re.compile(rf"{_ARABIC.pattern}[{''.join([*_TENS, *_MYRIADS])}]*|[{_CHINESE}]+")


@dataclass(frozen=True)
class Numeral:
    """A number as printed: where it stands, its signs, and its value."""

    start: int
    end: int
    text: str
    value: Decimal


def find_numerals(text: str) -> Iterator[Numeral]:
    """Yield every run of signs that reads as a number, in order.

    >>> [str(numeral.value) for numeral in find_numerals("82.9万只，上万名，十二个，近百万件，21亿元")]
    ['829000.0', '10000', '12', '1000000', '2100000000']
    """
    for match in _NUMERAL.finditer(text):
        yield Numeral(match.start(), match.end(), match.group(), read_numeral(match.group()))


def read_numeral(text: str) -> Decimal:
    """Return the value of a numeral such as 4.1亿, 十二 or 百万.

    >>> read_numeral("三百零五万"), read_numeral("2.4万"), read_numeral("二〇二〇")
    (Decimal('3050000'), Decimal('24000.0'), Decimal('2020'))
    """
    arabic = _ARABIC.match(text)
    if arabic:
        value = Decimal(unicodedata.normalize("NFKC", arabic.group()).replace(",", ""))
        for sign in text[arabic.end() :]:
            value *= _TENS.get(sign) or _MYRIADS[sign]
        return value
    if not set(text) & {*_TENS, *_MYRIADS}:
        return Decimal("".join(str(_DIGITS[sign]) for sign in text))
    return Decimal(_read_chinese(text))


def _read_chinese(text: str) -> int:
    total = section = digit = 0
    for place, sign in enumerate(text):
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _TENS:
            section += (digit or 1) * _TENS[sign]
            digit = 0
        else:
            section += digit or int(place == 0)
            total = total + section * 10**4 if sign == "万" else (total + section) * 10**8
            section = digit = 0
    return total + section + digit
