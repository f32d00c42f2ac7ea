"""The terms of the ontology: names, definitions, how they hang together, what the shapes ask, and uses with an example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from string import Template

import pyoxigraph as ox
from flask import Blueprint, Response

from tongzhou.graph.namespaces import OA, ONTOLOGY_GRAPH, OWL, RDFS, SKOS, TZ, shorten
from tongzhou.graph.results import Row
from tongzhou.graph.shape_files import SHAPES
from tongzhou.server.pages.data import release_of
from tongzhou.server.pages.described import Value
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX
from tongzhou.server.pages.requirements import Asked, asked_in, foreign_terms
from tongzhou.server.pages.schemes import schemes_of
from tongzhou.server.signposting import links_of_thing

_KINDS = {
    "Class": "classes",
    "ObjectProperty": "relations",
    "DatatypeProperty": "attributes",
    "AnnotationProperty": "attributes",
}
_PREFIXES = f"""PREFIX owl: <{OWL}>
PREFIX rdfs: <{RDFS}>
PREFIX skos: <{SKOS}>
PREFIX tz: <{TZ}>
"""
_TERMS = (
    _PREFIXES
    + f"""SELECT ?term ?kind ?name ?otherName ?definition ?link ?value ?label WHERE {{
  VALUES ?kind {{ owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }}
  GRAPH <{ONTOLOGY_GRAPH}> {{
    ?term a ?kind ; rdfs:label ?name , ?otherName ; skos:definition ?definition .
    OPTIONAL {{
      VALUES ?link {{ rdfs:subClassOf rdfs:subPropertyOf rdfs:domain rdfs:range owl:inverseOf owl:equivalentClass }}
      ?term ?link ?value FILTER(isIRI(?value))
      OPTIONAL {{ ?value rdfs:label ?label FILTER(LANG(?label) = $language) }}
    }}
  }}
  FILTER(STRSTARTS(STR(?term), STR(tz:)))
  FILTER(LANG(?name) = $language && LANG(?otherName) != $language && LANG(?definition) = $language)
}}
ORDER BY ?name ?link ?label"""
)
_USES = (
    _PREFIXES
    + """SELECT ?term (COUNT(DISTINCT ?x) AS ?uses) (MIN(?pair) AS ?quoted) (MIN(STR(?x)) AS ?any) WHERE {
  { ?x a ?term FILTER(STRSTARTS(STR(?term), STR(tz:))) }
  UNION
  { ?x ?term ?y FILTER(STRSTARTS(STR(?term), STR(tz:))) }
  FILTER(isIRI(?x))
  OPTIONAL { ?x tz:evidence ?passage BIND(CONCAT(STR(?x), " ", STR(?passage)) AS ?pair) }
}
GROUP BY ?term"""
)
_EXAMPLES = (
    _PREFIXES
    + f"""PREFIX oa: <{OA}>
SELECT ?x ?words WHERE {{
  {{ VALUES ?x {{ $things }} ?x rdfs:label ?words FILTER(LANG(?words) = $language) }}
  UNION
  {{ VALUES ?x {{ $passages }} ?x oa:hasSelector/oa:exact ?words }}
}}"""
)
_LONGEST = 60  # characters of an example's words


@dataclass
class Term:
    """A class or property: its name in both languages, its definition, links to other terms, and how often it is used.

    `example` is a thing that uses it, `words` the passage that states that, `asked` what the shapes ask of it.
    """

    iri: str
    name: str
    other_name: str
    definition: str
    links: dict[str, list[Value]] = field(default_factory=dict[str, list[Value]])
    uses: int = 0
    example: Value | None = None
    words: Value | None = None
    asked: list[Asked] = field(default_factory=list[Asked])

    @property
    def fragment(self) -> str:
        """Return what stands behind `#` in its IRI."""
        return self.iri.removeprefix(TZ)


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the page of the ontology."""
    blueprint = Blueprint("ontology", __name__)

    @blueprint.get(f"{PREFIX}/ontology")
    def ontology(language: str) -> Response:
        release = release_of(pages)
        groups = _read(pages.select(_TERMS, language=ox.Literal(language)))
        terms = {term.iri: term for group in groups.values() for term in group}
        asked = asked_in(release, {iri: term.name for iri, term in terms.items()}, language)
        for iri, term in terms.items():
            term.asked = asked.get(iri, [])
        _count(pages, terms, language)
        iri = TZ.removesuffix("#")
        return pages.render(
            "ontology.html",
            links=links_of_thing(iri),
            groups=groups,
            foreign=foreign_terms(asked),
            schemes=schemes_of(pages, language),
            shapes=[name for name in SHAPES if name in release.manifest["files"]],
            iri=iri,
        )

    return blueprint


def _read(rows: Iterable[Row]) -> dict[str, list[Term]]:
    terms: dict[str, Term] = {}
    groups: dict[str, list[Term]] = {name: [] for name in _KINDS.values()}
    for row in rows:
        iri = row["term"].value
        if iri not in terms:
            terms[iri] = Term(iri, row["name"].value, row["otherName"].value, row["definition"].value)
            groups[_KINDS[row["kind"].value.removeprefix(OWL)]].append(terms[iri])
        if "value" in row:
            value = row["value"].value
            label = row["label"].value if "label" in row else shorten(value)
            link = row["link"].value.rpartition("#")[2]
            shown = terms[iri].links.setdefault(link, [])
            shown += [one] if (one := Value(label, value, "definition")) not in shown else []
    return groups


def _count(pages: Pages, terms: Mapping[str, Term], language: str) -> None:
    """Count the uses of terms, and find an example of each: one that an article states, if there is."""
    for row in pages.select(_USES):
        term = terms.get(row["term"].value)
        if term is None:
            continue
        term.uses = int(row["uses"].value)
        thing, _, passage = (row.get("quoted") or row["any"]).value.partition(" ")
        term.example = Value(shorten(thing), thing, "stated")
        term.words = Value("", passage, "stated", "zh") if passage else None
    things = [term.example for term in terms.values() if term.example]
    passages = [term.words for term in terms.values() if term.words]
    query = Template(_EXAMPLES).substitute(
        things=_listed(things), passages=_listed(passages), language=str(ox.Literal(language))
    )
    words = {row["x"].value: row["words"].value for row in pages.select(query)}
    for term in terms.values():
        if term.example and term.example.iri in words:
            term.example = replace(term.example, text=words[term.example.iri])
        if term.words:
            term.words = replace(term.words, text=_shortened(words.get(term.words.iri or "", "")))


def _listed(values: Iterable[Value]) -> str:
    return " ".join(sorted({str(ox.NamedNode(value.iri)) for value in values if value.iri}))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
