"""The terms of the ontology: names, definitions, how they hang together, how often they are used, with an example of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox
from flask import Blueprint, Response

from tongzhou.graph.namespaces import ONTOLOGY_GRAPH, OWL, RDFS, SKOS, TZ, shorten
from tongzhou.graph.results import Row
from tongzhou.server.pages.described import Value
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX
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
    + """SELECT ?term (COUNT(DISTINCT ?x) AS ?uses) (SAMPLE(?x) AS ?example) WHERE {
  { ?x a ?term FILTER(STRSTARTS(STR(?term), STR(tz:))) }
  UNION
  { ?x ?term ?y FILTER(STRSTARTS(STR(?term), STR(tz:))) }
}
GROUP BY ?term"""
)


@dataclass
class Term:
    """A class or property: its name in both languages, its definition, links to other terms, and how often it is used."""

    iri: str
    name: str
    other_name: str
    definition: str
    links: dict[str, list[Value]] = field(default_factory=dict[str, list[Value]])
    uses: int = 0
    example: Value | None = None

    @property
    def fragment(self) -> str:
        """Return what stands behind `#` in its IRI."""
        return self.iri.removeprefix(TZ)


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the page of the ontology."""
    blueprint = Blueprint("ontology", __name__)

    @blueprint.get(f"{PREFIX}/ontology")
    def ontology(language: str) -> Response:
        _ = pages.release
        groups = _read(pages.select(_TERMS, language=ox.Literal(language)))
        _count(groups, pages.select(_USES))
        iri = TZ.removesuffix("#")
        return pages.render("ontology.html", links=links_of_thing(iri), groups=groups, iri=iri)

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


def _count(groups: dict[str, list[Term]], rows: Iterable[Row]) -> None:
    found = {row["term"].value: row for row in rows}
    for term in (term for group in groups.values() for term in group):
        row = found.get(term.iri)
        if row:
            term.uses = int(row["uses"].value)
            example = row["example"]
            if isinstance(example, ox.NamedNode):
                term.example = Value(shorten(example.value), example.value, "stated")
