"""Content negotiation: what a client accepts against what is offered. Pure.

Source: RFC 9110 §12.5.1. Parameters of a media range other than `q` are ignored, so `ld+json;profile="…"` is
served as plain JSON-LD.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.http import parse_accept_header


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
