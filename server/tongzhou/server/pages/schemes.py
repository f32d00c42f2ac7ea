"""The page of a concept scheme: its concepts as a tree, each with its definition, its code, and how much uses it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from string import Template

import pyoxigraph as ox
from flask import Blueprint, Response

from tongzhou.graph.namespaces import SCHEME, SKOS, TZ
from tongzhou.graph.results import Row
from tongzhou.server import links
from tongzhou.server.pages.concepts import questions_of
from tongzhou.server.pages.described import describe
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX
from tongzhou.server.pages.presence import refuse_unknown
from tongzhou.server.pages.schema_org import type_of
from tongzhou.server.result_table import link_to_query
from tongzhou.server.signposting import links_of_thing

_PREFIXES = f"""PREFIX skos: <{SKOS}>
PREFIX tz: <{TZ}>
"""
_USING = f"""?narrower skos:broader* $concept .
  GRAPH ?graph {{ ?thing ?property ?narrower }}
  ?graph tz:basis ?basis .
  FILTER(?basis != <{SCHEME}basis/inferred>)
  FILTER(!STRSTARTS(STR(?property), STR(skos:)) && !CONTAINS(STR(?thing), "#char="))"""
_CONCEPTS = (
    _PREFIXES
    + """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?concept ?name ?definition ?broader ?code WHERE {
  ?concept skos:inScheme $scheme ; rdfs:label ?name .
  FILTER(LANG(?name) = $language)
  OPTIONAL { ?concept skos:definition ?definition FILTER(LANG(?definition) = $language) }
  OPTIONAL { ?concept skos:broader ?broader . ?broader skos:inScheme $scheme }
  OPTIONAL { ?concept skos:notation|tz:industryCode ?code }
}
ORDER BY ?name ?code"""
)
_USES = (
    _PREFIXES
    + f"""SELECT ?concept (COUNT(DISTINCT ?thing) AS ?uses) WHERE {{
  ?concept skos:inScheme $scheme .
  {_USING.replace("$concept", "?concept")}
}}
GROUP BY ?concept"""
)
_USERS = _PREFIXES + f"SELECT DISTINCT ?thing WHERE {{\n  {_USING}\n}}\nORDER BY ?thing\nLIMIT 10000\n"
_SCHEMES = (
    _PREFIXES
    + """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?scheme ?name ?definition (COUNT(DISTINCT ?concept) AS ?concepts) WHERE {
  ?scheme a skos:ConceptScheme ; rdfs:label ?name .
  FILTER(LANG(?name) = $language)
  OPTIONAL { ?scheme skos:definition ?definition FILTER(LANG(?definition) = $language) }
  OPTIONAL { ?concept skos:inScheme ?scheme }
}
GROUP BY ?scheme ?name ?definition
ORDER BY ?name"""
)
_FIRST_SENTENCE = re.compile(r".*?(?:。|[.](?=\s|$)|$)", re.DOTALL)


@dataclass
class Concept:
    """A concept in the tree: `text` is the first sentence of its definition, `uses` counts what uses it or a narrower one."""

    iri: str
    name: str
    text: str
    code: str | None
    uses: int
    narrower: list[Concept] = field(default_factory=list["Concept"])

    @property
    def users(self) -> str:
        """Return the address that lists what `uses` counts."""
        return link_to_query(Template(_USERS).substitute(concept=str(ox.NamedNode(self.iri))))


@dataclass(frozen=True)
class Scheme:
    """A scheme in a list: `text` is the first sentence of its definition, `concepts` how many it has."""

    iri: str
    name: str
    text: str
    concepts: int


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the pages of schemes."""
    blueprint = Blueprint("schemes", __name__)

    @blueprint.get(f"{PREFIX}/scheme/<name>")
    def scheme(language: str, name: str) -> Response:
        _ = pages.release
        path = f"scheme/{name}"
        iri = links.iri_of_page(path)
        found = describe(pages, iri, language) if iri else None
        if iri is None or found is None:
            refuse_unknown(pages, iri, path)
        term, tag = ox.NamedNode(iri), ox.Literal(language)
        uses = {row["concept"].value: int(row["uses"].value) for row in pages.select(_USES, scheme=term)}
        rows = pages.select(_CONCEPTS, scheme=term, language=tag)
        title, title_language = found.name(language)
        return pages.render(
            "scheme.html",
            links=links_of_thing(iri, [type_of(iri)]),
            thing=found,
            name=title,
            name_language=title_language,
            concepts=tree_of(rows, uses),
            count=len({row["concept"].value for row in rows}),
            questions=questions_of(pages.site.catalog, iri, language),
        )

    return blueprint


def schemes_of(pages: Pages, language: str) -> list[Scheme]:
    """Return all schemes by name, by one query."""
    return [
        Scheme(
            row["scheme"].value,
            row["name"].value,
            _first_sentence(row["definition"].value if "definition" in row else ""),
            int(row["concepts"].value),
        )
        for row in pages.select(_SCHEMES, language=ox.Literal(language))
    ]


def tree_of(rows: Iterable[Row], uses: Mapping[str, int]) -> list[Concept]:
    """Return the concepts at the top, each with those below it: by code where they have one, else by name.

    A concept with two broader ones stands below both.
    """
    concepts: dict[str, Concept] = {}
    above: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        iri = row["concept"].value
        text = row["definition"].value if "definition" in row else ""
        code = row["code"].value if "code" in row else None
        concepts.setdefault(
            iri, Concept(iri, row["name"].value, _first_sentence(text), code, uses.get(iri, 0))
        )
        if "broader" in row:
            above[iri].add(row["broader"].value)
    ordered = sorted(concepts.values(), key=_order)
    for concept in ordered:
        for broader in above[concept.iri] & concepts.keys():
            concepts[broader].narrower.append(concept)
    return [concept for concept in ordered if not above[concept.iri] & concepts.keys()]


def _order(concept: Concept) -> tuple[bool, list[tuple[int, str]], str]:
    """Return a key by which the code 2 comes before 10, and what has no code comes last, by name."""
    pieces = re.findall(r"\d+|\D+", concept.code or "")
    return (
        concept.code is None,
        [(int(one), "") if one.isdigit() else (0, one) for one in pieces],
        concept.name,
    )


def _first_sentence(text: str) -> str:
    """Return a text up to its first full stop.

    >>> _first_sentence("只是钱款的金额。含物资在内的不属此项。")
    '只是钱款的金额。'
    """
    found = _FIRST_SENTENCE.match(text)
    return found[0] if found else text
