"""Content negotiation: what a client accepts against what is offered. Pure.

Source: RFC 9110 §12.5. Parameters of a media range other than `q` are ignored, so `ld+json;profile="…"` is
served as plain JSON-LD.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.http import parse_accept_header

from tongzhou.server.problems import RequestError

HTML = "text/html"
LANGUAGES = ("zh", "en")
CODINGS = ("zstd", "br", "gzip")
"""Content codings that answers are offered in, the favourite first."""


@dataclass(frozen=True)
class _Range:
    type: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """Return 3 for the very type, 2 for `type/*`, 1 for `*/*`, 0 where the range does not hold the type."""
        type_, _, subtype = media_type.partition("/")
        if (self.type, self.subtype) == (type_, subtype):
            return 3
        if (self.type, self.subtype) == (type_, "*"):
            return 2
        return 1 if (self.type, self.subtype) == ("*", "*") else 0


def negotiate(accept: str | None, offers: Sequence[str]) -> str | None:
    """Return the media type to answer with, or None where nothing offered is acceptable.

    `offers` are media types, the server's favourite first. Each gets the quality of the most specific range
    that holds it; the highest quality wins, then what the client named most specifically, then the server's
    order.

    >>> negotiate("text/csv;q=0.5, application/*", ["text/csv", "application/json"])
    'application/json'
    """
    ranges = _read_ranges(accept)
    if not ranges:
        return offers[0]
    best: tuple[float, int] = (0, 0)
    choice: str | None = None
    for offer in offers:
        specificity, quality = max((item.specificity(offer), item.quality) for item in ranges)
        if specificity and quality and (quality, specificity) > best:
            best = (quality, specificity)
            choice = offer
    return choice


def _read_ranges(accept: str | None) -> list[_Range]:
    """Read an Accept header. Ranges that RFC 9110 does not know are left out; a lone `*` is `*/*`."""
    ranges: list[_Range] = []
    for value, quality in parse_accept_header(accept):
        media_range = value.partition(";")[0].strip().lower()
        type_, slash, subtype = media_range.partition("/")
        if media_range == "*":
            ranges.append(_Range("*", "*", quality))
        elif slash:
            ranges.append(_Range(type_, subtype, quality))
    return ranges


def choose_language(accept_language: str | None) -> str:
    """Return the language of LANGUAGES that a client likes best (RFC 9110 §12.5.4); the first where it likes none.

    A range is matched by its primary subtag: `en-GB` asks for English.

    >>> choose_language("fr, en-GB;q=0.8, zh;q=0.3")
    'en'
    """
    qualities: dict[str, float] = {}
    for value, quality in parse_accept_header(accept_language):
        language = value.partition("-")[0].strip().lower()
        qualities[language] = max(quality, qualities.get(language, 0.0))
    others = qualities.get("*", 0.0)
    return max(LANGUAGES, key=lambda language: qualities.get(language, others))


def choose_coding(accept_encoding: str | None, offers: Sequence[str] = CODINGS) -> str | None:
    """Return the content coding to answer with, None for none (RFC 9110 §12.5.3).

    Of codings with the same quality the first offer wins. Without the header nothing is coded.
    Raises RequestError `no-coding-fits` where the client excludes `identity` and everything offered.

    >>> choose_coding("gzip, deflate, br")
    'br'
    """
    qualities = _read_codings(accept_encoding)
    others = qualities.get("*", 0.0)
    best = max(offers, key=lambda offer: qualities.get(offer, others), default="identity")
    quality = qualities.get(best, others)
    if quality and quality >= qualities.get("identity", 0.0):
        return best
    if qualities.get("identity", qualities.get("*")) == 0:
        raise RequestError("no-coding-fits", {}, offers=(*offers, "identity"))
    return None


def _read_codings(accept_encoding: str | None) -> dict[str, float]:
    qualities: dict[str, float] = {}
    for value, quality in parse_accept_header(accept_encoding):
        name = value.partition(";")[0].strip().lower()
        name = "gzip" if name == "x-gzip" else name
        qualities[name] = max(quality, qualities.get(name, 0.0))
    return qualities
