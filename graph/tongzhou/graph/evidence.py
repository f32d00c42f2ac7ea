"""Finds quotes in the canonical text of an article and mints the passages that they stand on.

A passage is `<article>#char=start,end` (RFC 5147), an `oa:SpecificResource` with a `oa:TextQuoteSelector` and a
`oa:TextPositionSelector` (Web Annotation Data Model §4.2), counted in code points of the canonical text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from tongzhou.graph.namespaces import DCTERMS, OA, PROV, RDF, TZ, XSD
from tongzhou.graph.text import CanonicalText, squeeze

Span = tuple[int, int]
_PLACE = re.compile("([0-9]{1,9}),([0-9]{1,9})")
_CONTEXT = 20  # code points of prefix and suffix kept in a selector
_RFC5147 = NamedNode("https://www.rfc-editor.org/rfc/rfc5147")


@dataclass(frozen=True)
class Quote:
    """Words that must stand in the text exactly once, with what stands before and after where they do not."""

    exact: str
    prefix: str = ""
    suffix: str = ""


class QuoteError(ValueError):
    """A quote that is not in the text, or is there more than once; the message says which."""


def find_quote(text: CanonicalText, quote: Quote, within: Span | None = None) -> Span:
    """Return where a quote stands in the text, or in the part `within`. Raises QuoteError."""
    exact, prefix, suffix = squeeze(quote.exact), squeeze(quote.prefix), squeeze(quote.suffix)
    if not exact:
        raise QuoteError("the quote is empty.")
    start, end = within or (0, len(text.text))
    found = [
        at
        for at in _occurrences(text.text, exact, start, end)
        if text.text.endswith(prefix, 0, at) and text.text.startswith(suffix, at + len(exact))
    ]
    where = "the quote of the fact it belongs to" if within else "the text"
    if not found:
        raise QuoteError(f"the quote {exact!r} is not in {where}.{_nearest(text.text, exact)}")
    if len(found) > 1:
        lines = ", ".join(str(text.lines[at]) for at in found)
        raise QuoteError(f"the quote {exact!r} stands {len(found)} times in {where} (lines {lines}).")
    return found[0], found[0] + len(exact)


def find_mentions(text: CanonicalText, words: str) -> list[Span]:
    """Return every place where the words stand. Raises QuoteError where there is none."""
    exact = squeeze(words)
    found = (
        [(at, at + len(exact)) for at in _occurrences(text.text, exact, 0, len(text.text))] if exact else []
    )
    if not found:
        raise QuoteError(f"the words {exact!r} are not in the text.{_nearest(text.text, exact)}")
    return found


def passage_iri(article: str, span: Span) -> str:
    """Return the IRI of a passage of an article."""
    return f"{article}#char={span[0]},{span[1]}"


def span_of(passage: str, article: str) -> Span | None:
    """Return where a passage stands in an article, None for an IRI that is no passage of it.

    >>> span_of("https://example.org/a#char=3,9", "https://example.org/a")
    (3, 9)
    """
    name, _, place = passage.partition("#char=")
    match = _PLACE.fullmatch(place)
    return (int(match[1]), int(match[2])) if match and name == article else None


def describe_passage(
    article: str, text: CanonicalText, span: Span, kind: str = "Passage"
) -> Iterator[Triple]:
    """Yield the triples of a passage: its class, source, selectors and lines in the file as received."""
    start, end = span
    iri = passage_iri(article, span)
    passage, source = NamedNode(iri), NamedNode(article)
    quote, position = NamedNode(f"{iri}-quote"), NamedNode(f"{iri}-position")
    first, last = text.line_range(start, end)
    is_a = NamedNode(f"{RDF}type")
    yield Triple(passage, is_a, NamedNode(f"{TZ}{kind}"))
    yield Triple(passage, NamedNode(f"{OA}hasSource"), source)
    yield Triple(passage, NamedNode(f"{PROV}wasQuotedFrom"), source)
    yield Triple(passage, NamedNode(f"{OA}hasSelector"), quote)
    yield Triple(passage, NamedNode(f"{OA}hasSelector"), position)
    yield Triple(passage, NamedNode(f"{DCTERMS}conformsTo"), _RFC5147)
    yield Triple(passage, NamedNode(f"{TZ}firstLine"), _integer(first))
    yield Triple(passage, NamedNode(f"{TZ}lastLine"), _integer(last))
    yield Triple(quote, is_a, NamedNode(f"{OA}TextQuoteSelector"))
    yield Triple(quote, NamedNode(f"{OA}exact"), Literal(text.text[start:end]))
    yield Triple(quote, NamedNode(f"{OA}prefix"), Literal(text.text[max(0, start - _CONTEXT) : start]))
    yield Triple(quote, NamedNode(f"{OA}suffix"), Literal(text.text[end : end + _CONTEXT]))
    yield Triple(position, is_a, NamedNode(f"{OA}TextPositionSelector"))
    yield Triple(position, NamedNode(f"{OA}start"), _integer(start))
    yield Triple(position, NamedNode(f"{OA}end"), _integer(end))


def _integer(value: int) -> Literal:
    return Literal(str(value), datatype=NamedNode(f"{XSD}integer"))


def _occurrences(text: str, words: str, start: int, end: int) -> Iterator[int]:
    at = text.find(words, start, end)
    while at >= 0:
        yield at
        at = text.find(words, at + 1, end)


def _nearest(text: str, quote: str) -> str:
    """Say how far the quote agrees with the text, to show where it goes astray."""
    length = next((n for n in range(len(quote) - 1, 3, -1) if quote[:n] in text), 0)
    if not length:
        return ""
    at = text.index(quote[:length]) + length
    return f" The text goes on {text[at : at + 12]!r} after {quote[max(0, length - 8) : length]!r}."
