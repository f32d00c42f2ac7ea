"""What was found, as the search page shows it: where it leads, what of it is marked, what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongzhou.graph.evidence import passage_iri, span_of
from tongzhou.graph.namespaces import SCHEME
from tongzhou.graph.search.document import Document, Group, Name
from tongzhou.graph.search.finder import Hit, Tier
from tongzhou.graph.search.index import SearchIndex
from tongzhou.server.links import page_of
from tongzhou.server.pages.languages import gettext

_NEIGHBOURS = 40  # characters of the sentences before and after

Part = tuple[str, bool]
"""Some of a text, and whether it is marked."""


@dataclass(frozen=True)
class ShownHit:
    """A hit as the page shows it: where it leads, and its label where that is not what the words were found in.

    `about` is the kind of a thing or the scheme of a concept; `before` and `after` stand beside a sentence.
    """

    address: str
    parts: list[Part]
    language: str
    label: Name | None = None
    about: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class ShownHits:
    """A group of hits as the page shows it; `note` says how the words were found where that is not as typed."""

    group: Group
    note: str
    count: int
    hits: list[ShownHit]


def parts_of(text: str, marks: Sequence[tuple[int, int]]) -> list[Part]:
    """Return a text cut at its marks.

    >>> parts_of("中国酒业协会", [(2, 4)])
    [('中国', False), ('酒业', True), ('协会', False)]
    """
    parts: list[Part] = []
    at = 0
    for start, end in marks:
        parts += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [part for part in [*parts, (text[at:], False)] if part[0]]


def address_of(hit: Hit, language: str) -> str:
    """Return where a hit leads: to the page of a thing, to the quote in the article that the marked words stand in."""
    document = hit.document
    if document.group != "sentence":
        return page_of(document.iri, language) or document.iri
    span = span_of(document.iri, document.source)
    assert span is not None
    start, end = (span[0] + place for place in (hit.marks[0][0], hit.marks[-1][1]))
    quotes = [quote for iri in document.passages if (quote := span_of(iri, document.source)) is not None]
    fitting = [quote for quote in quotes if quote[0] <= start and end <= quote[1]]
    best = min(fitting, key=lambda quote: quote[1] - quote[0], default=span)
    return page_of(passage_iri(document.source, best), language) or document.iri


def show_hit(index: SearchIndex, hit: Hit, language: str) -> ShownHit:
    """Return a hit with all that the page says of it."""
    document, parts = hit.document, parts_of(hit.found_in, hit.marks)
    address = address_of(hit, language)
    if document.group == "sentence":
        before, after = _nearby(document)
        return ShownHit(address, parts, hit.language, before=before, after=after)
    label = document.label(language)
    about = (
        _kinds().get(document.kind, "") if document.group == "thing" else _scheme(index, document, language)
    )
    is_label = label is None or label.text == hit.found_in
    return ShownHit(address, parts, hit.language, None if is_label else label, about)


def _scheme(index: SearchIndex, concept: Document, language: str) -> str:
    """Return the name of the scheme that a concept is in; '' for the scheme itself."""
    scheme = index.get(f"{SCHEME}{concept.kind}")
    label = scheme.label(language) if scheme is not None and scheme.iri != concept.iri else None
    return label.text if label else ""


def _nearby(document: Document) -> tuple[str, str]:
    """Return the end of the sentence before and the beginning of the one after."""
    before, after = document.before[-_NEIGHBOURS:], document.after[:_NEIGHBOURS]
    return (
        before if before == document.before else f"…{before}",
        after if after == document.after else f"{after}…",
    )


def tier_notes() -> dict[Tier, str]:
    """Return how the words were found, in words; nothing where they were found as typed."""
    near = gettext("Near: the characters in this order, with others between them")
    return {
        Tier.PHRASE: "",
        Tier.NEAR: near,
        Tier.FAR: near,
        Tier.ANY_ORDER: gettext("All of the characters or words, in any order"),
    }


def _kinds() -> dict[str, str]:
    return {
        "org": gettext("organisation"),
        "place": gettext("place"),
        "person": gettext("person"),
        "group": gettext("group"),
        "article": gettext("article"),
        "meeting": gettext("meeting"),
        "action": gettext("action"),
        "directive": gettext("directive"),
        "request": gettext("request"),
        "output": gettext("output"),
        "statement": gettext("statement"),
        "source": gettext("source"),
        "gap": gettext("not stated"),
    }
