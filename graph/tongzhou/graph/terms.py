"""Checks the terms of a dataset: each one used is declared, each one declared is labelled and defined, none dangles."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox

from tongzhou.graph.compile import ONTOLOGY_FILES
from tongzhou.graph.errors import Fault
from tongzhou.graph.namespaces import ID, OWL, RDF, RDFS, SCHEME, SKOS, TZ, shorten

Locations = Mapping[str, tuple[str, int]]

_CLASS = f"{OWL}Class"
_PROPERTIES = frozenset(f"{OWL}{kind}Property" for kind in ("Object", "Datatype", "Annotation"))
_CONCEPTS = frozenset({f"{SKOS}Concept", f"{SKOS}ConceptScheme"})
_UPWARD = (
    f"{SKOS}broader",
    f"{RDFS}subClassOf",
    f"{RDFS}subPropertyOf",
    f"{TZ}locatedIn",
    f"{TZ}partOfOrganisation",
)
_LANGUAGES = ("zh", "en")


def term_lines(ontology: Path, name: str = "ontology") -> dict[str, tuple[str, int]]:
    """Return on which line of which Turtle file each term of the ontology is described; `name` is that of the folder."""
    places: dict[str, tuple[str, int]] = {}
    for path in (ontology / file for file in ONTOLOGY_FILES):
        prefixes: dict[str, str] = {}
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            declared = re.match(r"@prefix\s+([\w-]*):\s*<([^>]*)>", line)
            described = re.match(r"([\w-]*):([\w-]+)\s", line)
            if declared:
                prefixes[declared.group(1)] = declared.group(2)
            elif described and described.group(1) in prefixes:
                iri = prefixes[described.group(1)] + described.group(2)
                places.setdefault(iri, (f"{name}/{path.name}", number))
    return places


def undeclared_terms(dataset: ox.Dataset, locations: Locations) -> list[Fault]:
    """Return a fault for each use of a term of the ontology or of a concept that nothing declares."""
    kinds = _kinds(dataset)
    classes = {iri for iri, types in kinds.items() if _CLASS in types and iri.startswith(TZ)}
    properties = {iri for iri, types in kinds.items() if types & _PROPERTIES and iri.startswith(TZ)}
    concepts = {iri for iri, types in kinds.items() if types & _CONCEPTS and iri.startswith(SCHEME)}
    faults: set[Fault] = set()

    def want(subject: str, iri: str, declared: set[str], kind: str) -> None:
        if iri not in declared:
            remedy = _nearest(iri, declared) or f"Declare the {kind}, or use another."
            faults.add(_fault(subject, f"the {kind} '{_short(iri)}' is not declared.", remedy, locations))

    for quad in dataset:
        subject, predicate = _name(quad.subject), quad.predicate.value
        if predicate.startswith(TZ):
            want(subject, predicate, properties, "property")
        if not isinstance(quad.object, ox.NamedNode):
            continue
        value = quad.object.value
        if predicate == f"{RDF}type" and value.startswith(TZ):
            want(subject, value, classes, "class")
        elif value.startswith(TZ):
            want(subject, value, classes | properties, "term")
        elif value.startswith(SCHEME):
            want(subject, value, concepts, "concept")
    return sorted(faults)


def dangling_iris(dataset: ox.Dataset, locations: Locations) -> list[Fault]:
    """Return a fault for each IRI of a thing that is pointed at and described nowhere."""
    described = {_name(quad.subject) for quad in dataset}
    faults: set[Fault] = set()
    for quad in dataset:
        value = quad.object.value if isinstance(quad.object, ox.NamedNode) else ""
        if value.startswith(ID) and value not in described:
            remedy = _nearest(value, described) or "Add the fact, or mend the id."
            message = f"{shorten(quad.predicate.value)} names '{_short(value)}', which nothing describes."
            faults.add(_fault(_name(quad.subject), message, remedy, locations))
    return sorted(faults)


def circular_hierarchies(dataset: ox.Dataset, locations: Locations) -> list[Fault]:
    """Return a fault for each thing of ours that lies above or within itself, by way of however many others."""
    faults: list[Fault] = []
    for predicate in _UPWARD:
        above: dict[str, set[str]] = defaultdict(set)
        for quad in dataset.quads_for_predicate(ox.NamedNode(predicate)):
            above[_name(quad.subject)].add(_name(quad.object))
        for subject in sorted(above):
            if subject and subject in _reached(subject, above):
                message = f"{shorten(predicate)} leads from it back to itself."
                remedy = "Remove the step that leads from the wider to the narrower."
                faults.append(_fault(subject, message, remedy, locations))
    return sorted(faults)


def _reached(start: str, above: Mapping[str, set[str]]) -> set[str]:
    """Return what lies above a thing."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        new = above.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    return reached


def count_terms(dataset: ox.Dataset) -> int:
    """Return how many classes, properties, schemes and concepts of ours are declared."""
    return len(_terms(dataset))


def badly_worded_terms(dataset: ox.Dataset, locations: Locations) -> list[Fault]:
    """Return a fault for each term without a label or definition in zh or en, defined by its label, or named as another.

    Two terms may not share a label in one language, so that a label is enough to tell them apart.
    """
    labels = _texts(dataset, f"{RDFS}label")
    definitions = _texts(dataset, f"{SKOS}definition")
    faults: list[Fault] = []
    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for term in sorted(_terms(dataset)):
        for language in _LANGUAGES:
            for what, texts in (("label", labels), ("definition", definitions)):
                if not texts[term, language]:
                    faults.append(_fault(term, f"there is no {what} in {language}.", "Write it.", locations))
            same = {_fold(text) for text in labels[term, language]} & {
                _fold(text) for text in definitions[term, language]
            }
            if same:
                message = f"the definition in {language} only repeats the label."
                faults.append(_fault(term, message, "Say what counts and what does not.", locations))
            for text in labels[term, language]:
                holders[language, _fold(text)].append(term)
    for (language, text), terms in sorted(holders.items()):
        for term in terms[1:]:
            message = f"the label {text!r} in {language} is that of '{_short(terms[0])}' too."
            faults.append(_fault(term, message, "Give one of them another label.", locations))
    return sorted(faults)


def _kinds(dataset: ox.Dataset) -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = defaultdict(set)
    for quad in dataset.quads_for_predicate(ox.NamedNode(f"{RDF}type")):
        kinds[_name(quad.subject)].add(_name(quad.object))
    return kinds


def _terms(dataset: ox.Dataset) -> set[str]:
    wanted = {_CLASS, *_PROPERTIES, *_CONCEPTS}
    kinds = _kinds(dataset)
    return {iri for iri, types in kinds.items() if iri.startswith((TZ, SCHEME)) and types & wanted}


def _texts(dataset: ox.Dataset, predicate: str) -> dict[tuple[str, str], set[str]]:
    texts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for quad in dataset.quads_for_predicate(ox.NamedNode(predicate)):
        if isinstance(quad.object, ox.Literal):
            texts[_name(quad.subject), quad.object.language or ""].add(quad.object.value)
    return texts


def _fold(text: str) -> str:
    return text.casefold().strip(" 。.")


def _name(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _nearest(iri: str, known: Iterable[str]) -> str:
    """Ask whether the known IRI was meant whose short form is nearest, if any is near."""
    close = difflib.get_close_matches(_short(iri), map(_short, known), n=1, cutoff=0.75)
    return f"Did you mean '{close[0]}'?" if close else ""


def _short(iri: str) -> str:
    return shorten(iri).removeprefix(SCHEME)


def _fault(subject: str, message: str, remedy: str, locations: Locations) -> Fault:
    path, line = locations.get(subject) or locations.get(subject.partition("#")[0]) or ("the graph", None)
    return Fault(path, line, _short(subject), message, remedy)
