"""What stands around a thing: `/zh/neighbours?iri=…` as a list, drawn as a graph where the bundle is; `/api/neighbours` as JSON.

First what is linked with the thing itself, then who and what else is in the deeds that it is in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, request

from tongzhou.graph.namespaces import BASE, shorten
from tongzhou.graph.results import Row
from tongzhou.server import links
from tongzhou.server.flask_requests import root_of_request
from tongzhou.server.negotiation import LANGUAGES, choose_language
from tongzhou.server.pages.described import PREFIXES, property_name
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX
from tongzhou.server.pages.presence import require
from tongzhou.server.problems import RequestError

MOST = 60
"""Things in a graph: more of them can't be told apart."""
MOST_LINKS = 2000
"""Links that are looked at."""
_QUERY = (
    PREFIXES
    + f"""SELECT DISTINCT ?step ?from ?fromLabel ?property ?name ?to ?toLabel {{
  {{
    GRAPH ?g {{ $thing ?property ?to }}
    BIND($thing AS ?from) BIND(1 AS ?step)
  }} UNION {{
    GRAPH ?g {{ ?from ?property $thing }}
    BIND($thing AS ?to) BIND(1 AS ?step)
  }} UNION {{
    {{
      SELECT DISTINCT ?from {{ ?from ?any $thing ; a ?kind VALUES ?kind {{ tz:Occurrence tz:Request tz:Statement }} }}
    }}
    GRAPH ?g {{ ?from ?property ?to }}
    FILTER(?to != $thing) BIND(2 AS ?step)
  }}
  FILTER(isIRI(?from) && isIRI(?to))
  FILTER(STRSTARTS(STR(?from), "{BASE}") && STRSTARTS(STR(?to), "{BASE}"))
  FILTER(!CONTAINS(STR(?from), "#") && !CONTAINS(STR(?to), "#"))
  FILTER(?property NOT IN (skos:inScheme, skos:topConceptOf, skos:hasTopConcept, tz:evidence, tz:actor))
  OPTIONAL {{ ?g tz:basis ?basis }}
  FILTER(!BOUND(?basis) || ?basis != <https://w3id.org/tongzhou/scheme/basis/inferred>)
  OPTIONAL {{ ?property rdfs:label ?name FILTER(LANG(?name) = $language) }}
  OPTIONAL {{ ?from rdfs:label ?fromLabel FILTER(LANG(?fromLabel) = $language) }}
  OPTIONAL {{ ?to rdfs:label ?toLabel FILTER(LANG(?toLabel) = $language) }}
}}
ORDER BY ?step ?name ?fromLabel ?toLabel"""
)


@dataclass(frozen=True, slots=True)
class Node:
    """A thing in the graph; `kind` is the type in its IRI, `step` how far it is from the thing in the middle."""

    iri: str
    label: str
    kind: str
    step: int


@dataclass(frozen=True, slots=True)
class Tie:
    """A property that links a thing with another one."""

    source: str
    target: str
    name: str


@dataclass(frozen=True)
class Neighbours:
    """The things around one, itself the first, with what links them.

    `omitted` counts those for which there was no room; with `has_more`, among the links that were looked at.
    """

    nodes: Sequence[Node]
    ties: Sequence[Tie]
    omitted: int
    has_more: bool = False

    def listed(self) -> list[tuple[Node, dict[str, list[Node]]]]:
        """Return the links as a list: those of the thing in the middle (`←` marks what points to it), then of each deed."""
        nodes = {node.iri: node for node in self.nodes}
        middle = self.nodes[0]
        found: dict[str, dict[str, list[Node]]] = {middle.iri: {}}
        for tie in self.ties:
            if tie.target == middle.iri:
                found[middle.iri].setdefault(f"← {tie.name}", []).append(nodes[tie.source])
            else:
                found.setdefault(tie.source, {}).setdefault(tie.name, []).append(nodes[tie.target])
        return [(nodes[iri], ties) for iri, ties in found.items()]


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the page and its document."""
    blueprint = Blueprint("neighbours", __name__)

    @blueprint.get(f"{PREFIX}/neighbours")
    def page(language: str) -> Response:
        around = _around(pages, language)
        built = (Path(current_app.static_folder or "") / "bundle" / "neighbours.js").is_file()
        return pages.render(
            "neighbours.html", around=around, middle=around.nodes[0], most=MOST, is_built=built
        )

    @blueprint.get("/api/neighbours")
    def document() -> Response:
        given = request.args.get("lang")
        if given not in (None, *LANGUAGES):
            expected = " | ".join(LANGUAGES)
            raise RequestError("bad-value", {"parameter": "lang", "found": given[:80], "expected": expected})
        language = given or choose_language(request.headers.get("Accept-Language"))
        found = _as_json(_around(pages, language), language, pages.release)
        text = json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n"
        response = Response(text, content_type="application/json; charset=utf-8")
        response.headers["Vary"] = "Accept-Language"
        response.add_etag()
        response.make_conditional(request)
        return response

    return blueprint


def gather(rows: Iterable[Row], middle: str, most: int = MOST) -> Neighbours:
    """Return the first things around one, the nearest first, and the links between those that have room."""
    nodes = {middle: Node(middle, shorten(middle), _kind(middle), 0)}
    ties: dict[Tie, None] = {}
    omitted: set[str] = set()
    for row in rows:
        for end in ("from", "to"):
            iri = row[end].value
            label = row[f"{end}Label"].value if f"{end}Label" in row else shorten(iri)
            if iri == middle:
                nodes[iri] = Node(iri, label, _kind(iri), 0)
            elif iri not in nodes and len(nodes) < most:
                nodes[iri] = Node(iri, label, _kind(iri), int(row["step"].value))
            elif iri not in nodes:
                omitted.add(iri)
        if row["from"].value in nodes and row["to"].value in nodes:
            ties[Tie(row["from"].value, row["to"].value, property_name(row))] = None
    return Neighbours(list(nodes.values()), list(ties), len(omitted))


def _around(pages: Pages, language: str) -> Neighbours:
    """Return what is around the thing that is asked for. Raises RequestError `bad-value`, and what `require` raises."""
    _ = pages.release
    name = request.args.get("iri", "").strip()
    if not name:
        expected = f"{BASE}id/org/…"
        raise RequestError("bad-value", {"parameter": "iri", "found": "", "expected": expected})
    iri = links.iri_of("/" + name.removeprefix(BASE)) if name.startswith(BASE) else links.iri_of_page(name)
    iri = require(pages, iri, name)
    query = f"{_QUERY}\nLIMIT {MOST_LINKS + 1}"
    rows = pages.select(query, thing=ox.NamedNode(iri), language=ox.Literal(language))
    return replace(gather(rows[:MOST_LINKS], iri), has_more=len(rows) > MOST_LINKS)


def _kind(iri: str) -> str:
    """Return the type of thing, as its IRI has it: `org`, `place`, `scheme`."""
    parts = iri.removeprefix(BASE).split("/")
    return parts[1] if parts[0] == "id" else parts[0]


def _as_json(around: Neighbours, language: str, release: str) -> dict[str, Any]:
    here = root_of_request().rstrip("/")
    return {
        "nodes": [
            {
                "iri": node.iri,
                "label": node.label,
                "kind": node.kind,
                "step": node.step,
                "page": f"{here}{links.page_of(node.iri, language)}",
            }
            for node in around.nodes
        ],
        "links": [{"from": tie.source, "to": tie.target, "name": tie.name} for tie in around.ties],
        "omitted": around.omitted,
        "truncated": around.omitted > 0 or around.has_more,
        "release": release,
    }
