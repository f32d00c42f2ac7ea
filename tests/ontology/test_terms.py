"""Every term is labelled and defined in zh and in en, and the JSON-LD context knows the same terms."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import cast

import pyoxigraph as ox
import pytest

from tongzhou.graph.compile import compile_ontology, load_context
from tongzhou.graph.namespaces import BASE, OWL, RDF, RDFS, SCHEME, SKOS, TZ
from tongzhou.graph.resources import ontology_dir

VOCABULARY = ox.Dataset(compile_ontology(ontology_dir()))
CONTEXT = cast("dict[str, str | dict[str, str]]", load_context(ontology_dir()))
ONTOLOGY_IRI = f"{BASE}ontology"
LANGUAGES = ("zh", "en")
KINDS = {
    f"{OWL}Class",
    f"{OWL}ObjectProperty",
    f"{OWL}DatatypeProperty",
    f"{OWL}AnnotationProperty",
    f"{SKOS}Concept",
    f"{SKOS}ConceptScheme",
}


def values(subject: str, predicate: str) -> list[str]:
    """Return the IRIs (or lexical forms) of a property of a term."""
    quads = VOCABULARY.quads_for_subject(ox.NamedNode(subject))
    return sorted(
        quad.object.value
        for quad in quads
        if quad.predicate.value == predicate and isinstance(quad.object, ox.NamedNode | ox.Literal)
    )


def texts(subject: str, predicate: str) -> dict[str, list[str]]:
    """Return the literals of a property of a term by language tag."""
    found: dict[str, list[str]] = defaultdict(list)
    for quad in VOCABULARY.quads_for_subject(ox.NamedNode(subject)):
        if quad.predicate.value == predicate and isinstance(quad.object, ox.Literal):
            found[quad.object.language or ""].append(quad.object.value)
    return found


def _typed() -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = defaultdict(set)
    for quad in VOCABULARY.quads_for_predicate(ox.NamedNode(f"{RDF}type")):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            kinds[quad.subject.value].add(quad.object.value)
    return kinds


TYPES = _typed()
TERMS = sorted(iri for iri, kinds in TYPES.items() if iri.startswith((TZ, SCHEME)) and kinds & KINDS)
CONCEPTS = [iri for iri in TERMS if f"{SKOS}Concept" in TYPES[iri]]
SCHEMES = [iri for iri in TERMS if f"{SKOS}ConceptScheme" in TYPES[iri]]


def name(iri: str) -> str:
    """Return a short name for the id of a test."""
    return iri.removeprefix(TZ).removeprefix(SCHEME)


def test_the_vocabulary_has_terms_of_every_kind() -> None:
    assert {kind for iri in TERMS for kind in TYPES[iri]} >= KINDS
    assert len(SCHEMES) == 8


@pytest.mark.parametrize("iri", TERMS, ids=name)
def test_a_term_has_one_label_and_one_definition_in_each_language(iri: str) -> None:
    labels, definitions = texts(iri, f"{RDFS}label"), texts(iri, f"{SKOS}definition")
    assert set(labels) == set(definitions) == set(LANGUAGES)
    for language in LANGUAGES:
        (label,), (definition,) = labels[language], definitions[language]
        assert label == label.strip() != ""
        assert definition.casefold().rstrip("。.") != label.casefold()
        assert definition.endswith("。" if language == "zh" else ".")
        assert len(definition) > len(label) + 5
    assert re.search("[一-鿿]", labels["zh"][0])
    assert re.search("[A-Za-z]", labels["en"][0])


@pytest.mark.parametrize("predicate", [f"{RDFS}label", f"{SKOS}definition"], ids=["label", "definition"])
def test_no_two_terms_share_a_label_or_a_definition(predicate: str) -> None:
    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for iri in TERMS:
        for language, found in texts(iri, predicate).items():
            for text in found:
                holders[language, text.casefold()].append(name(iri))
    assert {text: terms for text, terms in holders.items() if len(terms) > 1} == {}


def test_a_term_is_of_one_kind_only() -> None:
    """No punning: what is a class is no property and no concept."""
    assert {iri: kinds for iri in TERMS if len(kinds := TYPES[iri] & KINDS) > 1} == {}


@pytest.mark.parametrize("iri", CONCEPTS, ids=name)
def test_a_concept_stands_in_its_scheme(iri: str) -> None:
    scheme, _, local = iri.rpartition("/")
    assert values(iri, f"{SKOS}inScheme") == [scheme]
    assert scheme in SCHEMES
    broader = values(iri, f"{SKOS}broader")
    assert values(iri, f"{SKOS}topConceptOf") == ([] if broader else [scheme])
    assert all(parent in CONCEPTS and parent.startswith(f"{scheme}/") for parent in broader)
    assert texts(iri, f"{SKOS}prefLabel") == texts(iri, f"{RDFS}label")
    assert re.fullmatch("[a-z]+(-[a-z]+)*", local)


def test_no_concept_is_broader_than_itself() -> None:
    for iri in CONCEPTS:
        above = values(iri, f"{SKOS}broader")
        seen: set[str] = set()
        while above:
            parent = above.pop()
            assert parent != iri
            if parent not in seen:
                seen.add(parent)
                above += values(parent, f"{SKOS}broader")


def test_no_concept_has_the_name_of_a_term_of_the_context() -> None:
    """JSON-LD would read such a name as the term: `hedge: about` became tz:about."""
    assert [iri for iri in CONCEPTS if iri.rpartition("/")[2] in CONTEXT] == []


def _context_terms() -> list[tuple[str, str, str]]:
    """Return each term of ours in the context: its name, its IRI, its type."""
    found: list[tuple[str, str, str]] = []
    for term, definition in CONTEXT.items():
        if term.startswith("@") or isinstance(definition, str):
            continue
        target = definition.get("@reverse") or definition.get("@id") or term
        if ":" not in target:
            found.append((term, TZ + target, definition.get("@type", "")))
    return found


@pytest.mark.parametrize(("term", "iri", "kind"), _context_terms(), ids=lambda value: name(str(value)))
def test_a_term_of_the_context_is_declared_with_its_kind(term: str, iri: str, kind: str) -> None:
    expected = {"@id": "Object", "@vocab": "Object"}.get(kind, "Datatype")
    if term == "unstatedProperty":
        expected = (
            "Annotation"  # its value is a property, so an object property would make properties individuals
        )
    assert f"{OWL}{expected}Property" in TYPES[iri]


def test_a_scoped_vocabulary_of_the_context_is_a_scheme() -> None:
    scoped = [
        entry["@context"] for entry in CONTEXT.values() if isinstance(entry, dict) and "@context" in entry
    ]
    vocabularies = {cast("dict[str, str]", context)["@vocab"].removesuffix("/") for context in scoped}
    assert vocabularies == set(SCHEMES) - {f"{SCHEME}basis"}


def test_the_header_names_version_prefix_and_licence() -> None:
    assert TYPES[ONTOLOGY_IRI] == {f"{OWL}Ontology"}
    (version,) = values(ONTOLOGY_IRI, f"{OWL}versionInfo")
    assert values(ONTOLOGY_IRI, f"{OWL}versionIRI") == [f"{ONTOLOGY_IRI}/{version}"]
    assert values(ONTOLOGY_IRI, "http://purl.org/vocab/vann/preferredNamespacePrefix") == ["tz"]
    assert values(ONTOLOGY_IRI, "http://purl.org/vocab/vann/preferredNamespaceUri") == [TZ]
    assert values(ONTOLOGY_IRI, "http://purl.org/dc/terms/license") == [
        "https://creativecommons.org/licenses/by/4.0/"
    ]
    for predicate in ("title", "description"):
        assert set(texts(ONTOLOGY_IRI, f"http://purl.org/dc/terms/{predicate}")) == set(LANGUAGES)


def _is_ours(iri: str) -> bool:
    return iri.startswith((BASE, OWL, RDF, RDFS))


def test_terms_of_others_are_declared_and_nothing_is_said_of_them() -> None:
    """The ontology stands alone (no imports) and holds no axiom of another vocabulary."""
    used: set[str] = set()
    for quad in VOCABULARY:
        assert quad.predicate.value != f"{OWL}imports"
        used.add(quad.predicate.value)
        if quad.predicate.value in {f"{RDFS}subClassOf", f"{RDFS}subPropertyOf", f"{RDF}type"}:
            used.add(cast("ox.NamedNode", quad.object).value)
        if isinstance(quad.subject, ox.NamedNode) and not _is_ours(quad.subject.value):
            assert quad.predicate.value == f"{RDF}type"
    foreign = {iri for iri in used if not _is_ours(iri)}
    assert {iri for iri in foreign if not TYPES[iri] & KINDS} == set()


def test_traps_of_other_vocabularies_are_avoided() -> None:
    """No domain; nothing that makes an occurrence a PROV entity; matches between concepts only."""
    named = {quad.predicate.value for quad in VOCABULARY} | {
        quad.object.value for quad in VOCABULARY if isinstance(quad.object, ox.NamedNode)
    }
    prov = "http://www.w3.org/ns/prov#"
    assert named.isdisjoint({f"{prov}wasDerivedFrom", f"{prov}hadPrimarySource", f"{RDFS}domain"})
    matches = VOCABULARY.quads_for_predicate(ox.NamedNode(f"{SKOS}exactMatch"))
    assert {cast("ox.NamedNode", quad.subject).value for quad in matches} <= set(CONCEPTS)
