"""The words behind a link to a passage, as one small document: `/zh/evidence.json?iri=…`, which `static/evidence.js` shows.

The quote in its context, as far as the text may be shown, who says it, what is read from it, and how it is cited.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, request

from tongzhou.graph.evidence import Span, span_of
from tongzhou.graph.namespaces import BASE, ID, INFERRED_GRAPH, RDF
from tongzhou.graph.reading import Reading
from tongzhou.graph.release import Release
from tongzhou.graph.results import Row
from tongzhou.server import links
from tongzhou.server.pages.article import reading_of
from tongzhou.server.pages.citing import place_of
from tongzhou.server.pages.data import release_of
from tongzhou.server.pages.described import PREFIXES, basis_of
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX, gettext
from tongzhou.server.pages.presence import refuse_unknown
from tongzhou.server.pages.stated import DEEDS
from tongzhou.server.problems import RequestError

_READ = (
    PREFIXES
    + f"""SELECT DISTINCT ?basis ?quote ?thing ?label ?speaker ?speakerName ?inferred WHERE {{
  $passage oa:hasSelector/oa:exact ?quote .
  OPTIONAL {{
    GRAPH ?g {{ ?fact tz:evidence $passage }}
    ?g tz:basis ?basis .
    BIND(IRI(REPLACE(STR(?fact), "#.*$$", "")) AS ?thing)
    ?thing rdfs:label ?label FILTER(LANG(?label) = $language)
    OPTIONAL {{ ?speaker tz:issued ?thing ; rdfs:label ?speakerName FILTER(LANG(?speakerName) = $language) }}
    BIND(EXISTS {{ GRAPH <{INFERRED_GRAPH}> {{ ?thing ?any ?other }} FILTER(?any != <{RDF}type>) }} AS ?inferred)
  }}
}}
ORDER BY ?label ?speakerName"""
)
_SAID = (
    PREFIXES
    + """SELECT DISTINCT ?property ?value ?label WHERE {
  {
    $article rdfs:label ?label BIND($article AS ?value) BIND(rdfs:label AS ?property)
  } UNION {
    VALUES ?property { tz:author <http://purl.org/dc/terms/source> }
    $article ?property ?value . ?value rdfs:label ?label
  }
  FILTER(LANG(?label) = $language)
}
ORDER BY ?label"""
)


@dataclass
class Read:
    """A thing that is read from a passage: on which basis, who says it where somebody does, whether more is inferred of it."""

    iri: str
    label: str
    basis: str
    inferred: bool
    speakers: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def is_deed(self) -> bool:
        """Tell whether it is a fact of its own, and not a thing that facts speak of."""
        return self.iri.removeprefix(ID).partition("/")[0] in DEEDS


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the document."""
    blueprint = Blueprint("evidence", __name__)

    @blueprint.get(f"{PREFIX}/evidence.json")
    def evidence(language: str) -> Response:
        release = release_of(pages)
        iri, span, reading = _asked(pages, release)
        rows = pages.select(_READ, passage=ox.NamedNode(iri), language=ox.Literal(language))
        if not rows:
            refuse_unknown(pages, reading.iri, iri.removeprefix(ID))
        quote = rows[0]["quote"].value
        said = pages.select(_SAID, article=ox.NamedNode(reading.iri), language=ox.Literal(language))
        value = _tell(iri, quote, around(reading, span), _read(rows), said, language, release)
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
        return Response(text, content_type="application/json; charset=utf-8")

    return blueprint


def around(reading: Reading, span: Span) -> tuple[str, str]:
    """Return what stands before and after a passage in its sentences and their neighbours in the same block.

    Only what may be shown of the text is there; '' where the passage is not shown.
    """
    runs = [run for block in reading.blocks for run in block.runs]
    first = next((run for run in runs if run.start <= span[0] < run.end), None)
    last = next((run for run in runs if run.start < span[1] <= run.end), None)
    if first is None or last is None:
        return "", ""
    begun = [start for start, _ in first.spans if start <= span[0]]
    ended = [end for _, end in last.spans if end >= span[1]]
    start, end = begun[-2:][0], ended[:2][-1]
    before = first.text[start - first.start : span[0] - first.start]
    return before, last.text[span[1] - last.start : end - last.start]


def _asked(pages: Pages, release: Release) -> tuple[str, Span, Reading]:
    """Return the passage that is asked for, and its article. Raises RequestError `bad-value`, and as `refuse_unknown`."""
    name = request.args.get("iri", "").strip()
    iri = name if name.startswith(BASE) else f"{ID}{name}"
    article = iri.partition("#")[0]
    span = span_of(iri, article)
    if span is None or not article.startswith(f"{ID}article/"):
        expected = f"{ID}article/…#char=1,9"
        raise RequestError("bad-value", {"parameter": "iri", "found": name[:80], "expected": expected})
    slug = article.removeprefix(f"{ID}article/")
    return iri, span, reading_of(pages, release, slug)


def _read(rows: list[Row]) -> list[Read]:
    """Return what is read from the passage, the deeds first."""
    found: dict[str, Read] = {}
    for row in rows:
        if "thing" not in row:
            continue
        iri = row["thing"].value
        inferred = row["inferred"].value == "true"
        one = found.setdefault(iri, Read(iri, row["label"].value, basis_of(row), inferred))
        if "speaker" in row and "speakerName" in row:
            one.speakers[row["speaker"].value] = row["speakerName"].value
    return sorted(found.values(), key=lambda one: not one.is_deed)


def _tell(
    iri: str,
    quote: str,
    context: tuple[str, str],
    things: list[Read],
    said: list[Row],
    language: str,
    release: Release,
) -> dict[str, Any]:
    article = iri.partition("#")[0]
    names = _named(said, "label") or {article: article.removeprefix(ID)}
    place = next(filter(None, (place_of(release, one.iri) for one in things)), None)
    cited = things[0].label if things else names[article]
    kept = f"{gettext('Tongzhou')}, {gettext('Release')} {release.name}, CC BY 4.0"
    return {
        "iri": iri,
        "page": links.page_of(iri, language),
        "before": context[0],
        "quote": quote,
        "after": context[1],
        "article": _links(names, language)[0],
        "authors": _links(_named(said, "author"), language),
        "sources": _links(_named(said, "source"), language),
        "facts": [
            {
                **_links({one.iri: one.label}, language)[0],
                "basis": one.basis,
                "speakers": _links(one.speakers, language),
                "inferred": one.inferred,
            }
            for one in things
        ],
        "citation": f"{cited}{gettext(': ')}“{quote}” {iri} ({kept})",
        "mended": {"file": f"graph/{place[0]}", "line": place[1]} if place else None,
        "release": release.name,
    }


def _named(said: list[Row], name: str) -> dict[str, str]:
    """Return the names of what the article has for a property, by their IRIs."""
    ends = (f"#{name}", f"/{name}")
    return {row["value"].value: row["label"].value for row in said if row["property"].value.endswith(ends)}


def _links(things: dict[str, str], language: str) -> list[dict[str, str | None]]:
    return [
        {"iri": iri, "label": label, "page": links.page_of(iri, language)} for iri, label in things.items()
    ]
