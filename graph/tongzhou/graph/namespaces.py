"""Base IRIs and prefixes: the one place that spells them."""

from __future__ import annotations

BASE = "https://w3id.org/tongzhou/"
TZ = f"{BASE}ontology#"
ID = f"{BASE}id/"
SCHEME = f"{BASE}scheme/"
GRAPH = f"{BASE}graph/"

ONTOLOGY_GRAPH = f"{GRAPH}ontology"
BACKGROUND_GRAPH = f"{GRAPH}background"
INFERRED_GRAPH = f"{GRAPH}inferred"
META_GRAPH = f"{GRAPH}meta"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
OA = "http://www.w3.org/ns/oa#"
PROV = "http://www.w3.org/ns/prov#"
SCHEMA = "https://schema.org/"
SH = "http://www.w3.org/ns/shacl#"

PREFIXES: dict[str, str] = {
    "tz": TZ,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": DCTERMS,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hedge": f"{SCHEME}hedge/",
    "measure": f"{SCHEME}measure/",
    "oa": OA,
    "org": "http://www.w3.org/ns/org#",
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sector": f"{SCHEME}sector/",
    "skos": SKOS,
    "unit": f"{SCHEME}unit/",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": XSD,
}
"""Prefixes of the exports and of the stored queries, in no need of order: serialisers sort them."""


def article_graph(slug: str) -> str:
    """Return the graph of what an article states."""
    return f"{GRAPH}article/{slug}"


def name_graph(slug: str) -> str:
    """Return the graph of what is read off names in an article."""
    return f"{GRAPH}article/{slug}/name"


def shorten(iri: str) -> str:
    """Return a thing of ours as `<type>/<slug>`, another IRI by one of PREFIXES where it fits, a concept from its scheme on.

    >>> shorten("https://w3id.org/tongzhou/ontology#agent")
    'tz:agent'
    >>> shorten("https://w3id.org/tongzhou/id/place/wuhan")
    'place/wuhan'
    >>> shorten("https://w3id.org/tongzhou/scheme/resource/masks")
    'scheme/resource/masks'
    >>> shorten("https://example.org/x")
    'https://example.org/x'
    """
    if iri.startswith(ID):
        return iri.removeprefix(ID)
    prefix, base = max(PREFIXES.items(), key=lambda item: len(item[1]) if iri.startswith(item[1]) else 0)
    if iri.startswith(base):
        return f"{prefix}:{iri[len(base) :]}"
    return iri.removeprefix(BASE) if iri.startswith(SCHEME) else iri
