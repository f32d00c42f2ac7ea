"""Articles: `/zh/article/` lists them, `/zh/article/<slug>` shows one with the facts beside the words that state them.

Only what may be shown of a text is there; where sentences are left out, the page says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from tongzhou.graph.evidence import span_of
from tongzhou.graph.namespaces import TZ, article_graph
from tongzhou.graph.reading import Block, Reading, Run, read_readings
from tongzhou.graph.release import READINGS, Release
from tongzhou.graph.results import Row
from tongzhou.server.pages.citing import place_of
from tongzhou.server.pages.data import release_of
from tongzhou.server.pages.embed import links_to_oembed
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX, gettext
from tongzhou.server.pages.passages import Marked, Span, mark
from tongzhou.server.pages.schema_org import type_of
from tongzhou.server.signposting import links_of_thing

_PREFIXES = """
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX tz: <https://w3id.org/tongzhou/ontology#>
"""
_ABOUT = (
    _PREFIXES
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
_STATED = (
    _PREFIXES
    + """
SELECT ?fact ?passage ?kind ?label {
  {
    GRAPH $graph { ?fact tz:evidence ?passage ; a ?class . ?passage oa:hasSource $article }
    OPTIONAL { ?class rdfs:label ?kind FILTER(LANG(?kind) = $language) }
    OPTIONAL { ?fact rdfs:label ?label FILTER(LANG(?label) = $language) }
  } UNION {
    GRAPH $graph { ?passage a tz:Section ; oa:hasSource $article }
  }
}
"""
)
_ROLES = (
    _PREFIXES
    + """
SELECT DISTINCT ?fact ?role ?roleName ?who ?name {
  GRAPH $graph { ?passage oa:hasSource $article . ?fact tz:evidence ?passage }
  {
    VALUES ?role { tz:agent tz:convener tz:mobilised tz:giver tz:commissioner tz:channel tz:partner tz:respondent
                   tz:addressee tz:beneficiary tz:place tz:destination tz:topic }
    GRAPH $graph { ?fact ?role ?who }
  } UNION {
    GRAPH $graph { ?who tz:issued ?fact }
    BIND(tz:issuedBy AS ?role)
  }
  ?who rdfs:label ?name .
  ?role rdfs:label ?roleName .
  FILTER(LANG(?name) = $language && LANG(?roleName) = $language)
}
ORDER BY ?fact ?roleName ?name
"""
)
_QUANTITIES = (
    _PREFIXES
    + """
SELECT ?fact ?quantity ?wording ?measure ?hedge {
  GRAPH $graph { ?fact tz:quantity ?quantity . ?quantity tz:wording ?wording ; tz:evidence ?passage }
  ?passage oa:hasSource $article .
  OPTIONAL { ?quantity tz:measure/rdfs:label ?measure FILTER(LANG(?measure) = $language) }
  OPTIONAL { ?quantity tz:hedge/rdfs:label ?hedge FILTER(LANG(?hedge) = $language) }
}
ORDER BY ?quantity
"""
)
DEEDS = ("action", "meeting", "directive", "request", "statement")
"""The types of things that are facts of their own; others are what these speak of."""


@dataclass
class Fact:
    """What a passage states: a deed with its parts, or a thing that is spoken of."""

    iri: str
    kind: str
    label: str
    passages: list[Span] = field(default_factory=list[Span])
    roles: dict[str, list[tuple[str, str]]] = field(default_factory=dict[str, list[tuple[str, str]]])
    quantities: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    topics: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    number: int = 0

    @property
    def type(self) -> str:
        """Return the type of thing, as its IRI has it."""
        return self.iri.partition("/id/")[2].partition("/")[0]

    @property
    def is_deed(self) -> bool:
        """Tell whether it is a fact of its own."""
        return self.type in DEEDS

    @property
    def passage(self) -> Span:
        """Return the passage that it is read from first."""
        return min(self.passages)


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
        reading = reading_of(release, slug)
        facts, passages = facts_of(pages, reading, language)
        topic = request.args.get("topic", "")
        topics = sorted({topic for fact in facts for topic in fact.topics}, key=lambda item: item[1])
        chosen = [fact for fact in facts if not topic or topic in (iri for iri, _ in fact.topics)]
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
            paragraphs=paragraphs_of(reading, chosen, passages),
            quoted={span for fact in chosen for span in fact.passages},
            place=place_of(release, reading.iri),
            topics=topics,
            topic=topic,
            deeds=sum(fact.is_deed for fact in facts),
        )

    return blueprint


def reading_of(release: Release, slug: str) -> Reading:
    """Return what may be shown of an article. Raises NotFound."""
    for reading in _readings(release.path):
        if reading.slug == slug:
            return reading
    raise NotFound


def facts_of(pages: Pages, reading: Reading, language: str) -> tuple[list[Fact], set[Span]]:
    """Return what an article states, in the order of the text, the deeds numbered; and all of its passages."""
    terms = _terms(reading, language)
    facts: dict[str, Fact] = {}
    passages: set[Span] = set()
    for row in pages.select(_STATED, **terms):
        if (span := span_of(row["passage"].value, reading.iri)) is None:
            continue
        passages.add(span)
        iri = _text(row, "fact")
        if not iri or iri == reading.iri or ("#" in iri and not iri.startswith(f"{reading.iri}#")):
            continue  # what has a number sign in its IRI is a part of a fact, or of the article: a photograph
        fact = facts.setdefault(iri, Fact(iri, _text(row, "kind"), _text(row, "label")))
        if span not in fact.passages:
            fact.passages.append(span)
    for row in pages.select(_ROLES, **terms):
        if (found := facts.get(row["fact"].value)) is not None:
            _add_role(found, row)
    for row in pages.select(_QUANTITIES, **terms):
        if (found := facts.get(row["fact"].value)) is not None:
            more = " · ".join(text for name in ("hedge", "measure") if (text := _text(row, name)))
            found.quantities.append((row["wording"].value, more))
    ordered = sorted(facts.values(), key=lambda fact: (fact.passage, fact.iri))
    for number, fact in enumerate((fact for fact in ordered if fact.is_deed), start=1):
        fact.number = number
    return ordered, passages


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
    sentences = pairwise((*run.sentences, run.end))
    return mark(
        run.text, run.start, [*sentences, *(span for span in spans if run.start <= span[0] < run.end)]
    )


def _add_role(fact: Fact, row: Row) -> None:
    who = (row["who"].value, row["name"].value)
    if row["role"].value == f"{TZ}topic":
        fact.topics.append(who)
    else:
        fact.roles.setdefault(row["roleName"].value, []).append(who)


def _about(pages: Pages, reading: Reading, language: str) -> dict[str, list[tuple[str, str | None]]]:
    """Return what is said of the article itself: by local name of the property, the words of the values and their IRIs."""
    said: dict[str, list[tuple[str, str | None]]] = {}
    for row in pages.select(_ABOUT, **_terms(reading, language)):
        value = row["value"]
        iri = value.value if isinstance(value, ox.NamedNode) else None
        text = _text(row, "label") or value.value
        said.setdefault(re.split("[#/]", row["property"].value)[-1], []).append((text, iri))
    return said


def _list(pages: Pages, release: Release, language: str) -> list[tuple[Reading, str]]:
    """Return the articles with their titles in a language."""
    text = (
        _PREFIXES
        + "SELECT ?article ?label { ?article a tz:Article ; rdfs:label ?label FILTER(LANG(?label) = $language) }"
    )
    titles = {
        row["article"].value: row["label"].value for row in pages.select(text, language=ox.Literal(language))
    }
    return [(reading, titles.get(reading.iri, reading.slug)) for reading in _readings(release.path)]


def _terms(reading: Reading, language: str) -> Mapping[str, ox.NamedNode | ox.Literal]:
    return {
        "graph": ox.NamedNode(article_graph(reading.slug)),
        "article": ox.NamedNode(reading.iri),
        "language": ox.Literal(language),
    }


def _text(row: Row, name: str) -> str:
    return row[name].value if name in row else ""


@lru_cache(maxsize=2)
def _readings(path: Path) -> tuple[Reading, ...]:
    """Return the articles of a release, none where it was published without."""
    file = path / READINGS
    return tuple(read_readings(file.read_bytes())) if file.is_file() else ()
