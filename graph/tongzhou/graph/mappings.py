"""The mappings to other vocabularies and datasets, as an SSSOM table made from the graph.

Source: https://mapping-commons.github.io/sssom/ (TSV with embedded metadata). A row says no more than the graph does, and of a
thing that the graph calls `schema:sameAs` another one only `skos:closeMatch`: nobody has proven that the two are one.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple, TypeGuard

import pyoxigraph as ox

from tongzhou.graph.namespaces import BASE, ID, OWL, PREFIXES, RDF, RDFS, SCHEMA, SCHEME, SKOS, XSD

MAPPINGS = "mappings.sssom.tsv"
_COLUMNS = ("subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification")
_JUSTIFICATION = "semapv:ManualMappingCuration"
_MAPPING_PROPERTIES = {
    f"{RDFS}subClassOf": "rdfs:subClassOf",
    f"{RDFS}subPropertyOf": "rdfs:subPropertyOf",
    f"{OWL}equivalentClass": "owl:equivalentClass",
    f"{OWL}equivalentProperty": "owl:equivalentProperty",
    f"{SKOS}exactMatch": "skos:exactMatch",
    f"{SKOS}closeMatch": "skos:closeMatch",
    f"{SKOS}broadMatch": "skos:broadMatch",
    f"{SKOS}narrowMatch": "skos:narrowMatch",
    f"{SKOS}relatedMatch": "skos:relatedMatch",
    f"{SCHEMA}sameAs": "skos:closeMatch",
}
_LANGUAGE = (
    BASE,
    OWL,
    RDF,
    RDFS,
    XSD,
)  # our own terms and those of the ontology language are nobody's mapping
_CURIES = {
    **PREFIXES,
    "id": ID,
    "scheme": SCHEME,
    "semapv": "https://w3id.org/semapv/vocab/",
    "qudt-unit": "http://qudt.org/vocab/unit/",
    "wd": "http://www.wikidata.org/entity/",
}


class Mapping(NamedTuple):
    """A row: a thing or term of ours, how it is related, and the thing or term of others; full IRIs but for the relation."""

    subject: str
    label: str
    relation: str
    object: str


def mappings_of(quads: Iterable[ox.Quad]) -> list[Mapping]:
    """Return the mappings that asserted quads state, sorted; labels are the English ones."""
    labels: dict[str, str] = defaultdict(str)
    found: set[tuple[str, str, str]] = set()
    for quad in quads:
        subject, predicate, value = quad.subject, quad.predicate.value, quad.object
        if not isinstance(subject, ox.NamedNode) or not subject.value.startswith(BASE):
            continue
        if isinstance(value, ox.Literal):
            if predicate == f"{RDFS}label" and value.language == "en":
                labels[subject.value] = value.value
        elif predicate in _MAPPING_PROPERTIES and _is_foreign(value):
            found.add((subject.value, _MAPPING_PROPERTIES[predicate], value.value))
    return [Mapping(subject, labels[subject], relation, value) for subject, relation, value in sorted(found)]


def mapping_table(quads: Iterable[ox.Quad], *, version: str, licence: str) -> bytes:
    """Return the SSSOM table of asserted quads; `version` is that of the release."""
    rows = [
        (_curie(row.subject), row.label, row.relation, _curie(row.object), _JUSTIFICATION)
        for row in mappings_of(quads)
    ]
    ids = {identifier for row in rows for identifier in (row[0], row[2], row[3], row[4])}
    used = sorted({identifier.partition(":")[0] for identifier in ids} & _CURIES.keys())
    text = io.StringIO()
    text.write(f"#mapping_set_id: {BASE}data/{MAPPINGS}\n")
    text.write("#mapping_set_title: Tongzhou mappings\n")
    text.write(f"#mapping_set_version: {version}\n#license: {licence}\n#curie_map:\n")
    text.writelines(f"#  {prefix}: {_CURIES[prefix]}\n" for prefix in used)
    writer = csv.writer(text, dialect="excel-tab", lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(rows)
    return text.getvalue().encode()


def _is_foreign(value: object) -> TypeGuard[ox.NamedNode]:
    return isinstance(value, ox.NamedNode) and not value.value.startswith(_LANGUAGE)


def _curie(iri: str) -> str:
    """Return an IRI in short by the prefix that leaves least of it, or as it is."""
    prefix, base = max(_CURIES.items(), key=lambda item: len(item[1]) if iri.startswith(item[1]) else 0)
    return f"{prefix}:{iri[len(base) :]}" if iri.startswith(base) else iri
