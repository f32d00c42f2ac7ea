"""Articles: `/zh/article/` lists them, `/zh/article/<slug>` shows one with the facts beside the words that state them.

Only what may be shown of a text is there; where sentences are left out, the page says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox
from flask import Blueprint, Response, request

from tongzhou.graph.reading import Block, Reading, Run, read_readings
from tongzhou.graph.release import READINGS, Release
from tongzhou.server import links
from tongzhou.server.pages.citing import place_of
from tongzhou.server.pages.data import release_of
from tongzhou.server.pages.described import PREFIXES
from tongzhou.server.pages.embed import links_to_oembed
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX, gettext
from tongzhou.server.pages.passages import Marked, Span, mark
from tongzhou.server.pages.presence import refuse_unknown
from tongzhou.server.pages.schema_org import type_of
from tongzhou.server.pages.stated import BASES, Fact, stated_by, terms_of, text_of
from tongzhou.server.problems import RequestError
from tongzhou.server.signposting import links_of_thing

_ABOUT = (
    PREFIXES
    + """
SELECT ?property ?name ?value ?label {
  GRAPH $graph { $article ?property ?value }
  OPTIONAL { ?property rdfs:label ?name FILTER(LANG(?name) = $language) }
  OPTIONAL { ?value rdfs:label ?label FILTER(LANG(?label) = $language) }
  FILTER(!isLiteral(?value) || LANG(?value) IN ("", $language))
}
ORDER BY ?name ?label
"""
)
_FILTERS = ("topic", "basis", "uncovered")
_YES = "yes"


@dataclass(frozen=True)
class Filters:
    """Which facts are shown: those on a topic ('' for all), on some bases; and whether sentences without a fact are marked."""

    topic: str
    bases: tuple[str, ...]
    uncovered: bool

    def choose(self, facts: Iterable[Fact]) -> list[Fact]:
        """Return the facts that fit. Of those on other bases than the text, only what is known on these is shown."""
        return [
            fact
            for fact in facts
            if (not self.topic or self.topic in (iri for iri, _ in fact.topics))
            and ("stated" in self.bases or fact.added)
        ]


@dataclass(frozen=True)
class Paragraph:
    """A block of the text as it is shown: its stretches and gaps (None) in order, and the facts that begin in it."""

    role: str | None
    parts: tuple[Marked | None, ...]
    facts: tuple[Fact, ...]
    named: tuple[Fact, ...]


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the list of articles, and the page of each."""
    blueprint = Blueprint("article", __name__)

    @blueprint.get(f"{PREFIX}/article/")
    def articles(language: str) -> Response:
        release = release_of(pages)
        return pages.render("articles.html", articles=_list(pages, release, language))

    @blueprint.get(f"{PREFIX}/article/<slug>")
    def article(language: str, slug: str) -> Response:
        release = release_of(pages)
        reading = reading_of(pages, release, slug)
        filters = _read_filters()
        stated = stated_by(pages, reading, language, filters.bases)
        topics = sorted({topic for fact in stated.facts for topic in fact.topics}, key=lambda item: item[1])
        if filters.topic and filters.topic not in dict(topics):
            facts = {"parameter": "topic", "found": filters.topic[:80], "near": "none"}
            raise RequestError("unknown-value", facts)
        chosen = filters.choose(stated.facts)
        about = _about(pages, reading, language)
        return pages.render(
            "article.html",
            links=[
                *links_of_thing(reading.iri, [type_of(reading.iri)]),
                *links_to_oembed(reading.iri, language),
            ],
            reading=reading,
            title=about["label"][0][0] if "label" in about else slug,
            about={**{name: [] for name in ("author", "source", "date", "note")}, **about},
            roles={name: gettext(name) for name in ("running head", "caption", "title", "byline", "heading")},
            paragraphs=paragraphs_of(reading, chosen, stated.passages),
            quoted={span for fact in chosen for span in fact.passages},
            place=place_of(release, reading.iri),
            topics=topics,
            filters=filters,
            bases=BASES,
            headings=stated.headings,
            uncovered=stated.uncovered(reading),
            sentences=sum(len(run.sentences) for block in reading.blocks for run in block.runs),
            deeds=sum(fact.is_deed for fact in stated.facts),
        )

    return blueprint


def _read_filters() -> Filters:
    """Return what the address filters by. Raises RequestError `bad-value`, `unknown-parameter`."""
    for parameter in request.args:
        if parameter not in _FILTERS:
            known = {"parameter": parameter[:80], "known": ", ".join(_FILTERS)}
            raise RequestError("unknown-parameter", known, offers=_FILTERS)
    bases = [one for one in request.args.getlist("basis") if one]
    uncovered = request.args.get("uncovered", "")
    for parameter, found, allowed in (
        *(("basis", one, BASES) for one in bases),
        *((("uncovered", uncovered, (_YES,)),) if uncovered else ()),
    ):
        if found not in allowed:
            expected = " | ".join(allowed)
            raise RequestError(
                "bad-value", {"parameter": parameter, "found": found[:80], "expected": expected}
            )
    return Filters(request.args.get("topic", ""), tuple(bases) or BASES[:1], uncovered == _YES)


def reading_of(pages: Pages, release: Release, slug: str) -> Reading:
    """Return what may be shown of an article. Raises what `refuse_unknown` raises."""
    found = next((reading for reading in _readings(release.path) if reading.slug == slug), None)
    if found is None:
        name = f"article/{slug}"
        refuse_unknown(pages, links.iri_of_page(name), name)
    return found


def paragraphs_of(reading: Reading, facts: Sequence[Fact], passages: Iterable[Span]) -> list[Paragraph]:
    """Return the blocks of an article with sentences and passages marked, each with the facts that begin in it."""
    spans = set(passages)
    return [_paragraph(block, spans, facts) for block in reading.blocks]


def _paragraph(block: Block, spans: set[Span], facts: Sequence[Fact]) -> Paragraph:
    here = [fact for fact in facts if block.start <= fact.passage[0] < block.end]
    parts: list[Marked | None] = []
    at = block.start
    for run in block.runs:
        if run.start > at:
            parts.append(None)
        parts.append(_mark_run(run, spans))
        at = run.end
    if at < block.end:
        parts.append(None)
    return Paragraph(
        block.role,
        tuple(parts),
        tuple(fact for fact in here if fact.is_deed),
        tuple(fact for fact in here if not fact.is_deed and fact.type != "gap"),
    )


def _mark_run(run: Run, spans: Iterable[Span]) -> Marked:
    inside = (span for span in spans if run.start <= span[0] < run.end)
    return mark(run.text, run.start, [*run.spans, *inside])


def _about(pages: Pages, reading: Reading, language: str) -> dict[str, list[tuple[str, str | None]]]:
    """Return what is said of the article itself: by local name of the property, the words of the values and their IRIs."""
    said: dict[str, list[tuple[str, str | None]]] = {}
    for row in pages.select(_ABOUT, **terms_of(reading, language)):
        value = row["value"]
        iri = value.value if isinstance(value, ox.NamedNode) else None
        text = text_of(row, "label") or value.value
        said.setdefault(re.split("[#/]", row["property"].value)[-1], []).append((text, iri))
    return said


def _list(pages: Pages, release: Release, language: str) -> list[tuple[Reading, str]]:
    """Return the articles with their titles in a language."""
    text = (
        PREFIXES
        + "SELECT ?article ?label { ?article a tz:Article ; rdfs:label ?label FILTER(LANG(?label) = $language) }"
    )
    titles = {
        row["article"].value: row["label"].value for row in pages.select(text, language=ox.Literal(language))
    }
    return [(reading, titles.get(reading.iri, reading.slug)) for reading in _readings(release.path)]


@lru_cache(maxsize=2)
def _readings(path: Path) -> tuple[Reading, ...]:
    """Return the articles of a release, none where it was published without."""
    file = path / READINGS
    return tuple(read_readings(file.read_bytes())) if file.is_file() else ()
