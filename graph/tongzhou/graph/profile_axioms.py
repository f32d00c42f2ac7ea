"""The OWL 2 RL profile beyond class expressions: properties, data ranges and declarations.

RL has no reflexive properties and few datatypes (OWL 2 Profiles §4.2.2, §4.2.4). On top come the restrictions of OWL 2 DL
that concern this ontology (§5.8, §11 of the Structural Specification): what is not a simple property may not be functional,
disjoint or counted; chains go up an order; what is used is declared, as one kind of thing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pyoxigraph as ox

from tongzhou.graph.errors import Fault
from tongzhou.graph.namespaces import RDF, RDFS, shorten
from tongzhou.graph.profile_triples import DATATYPES, PATH, RESERVED, Term, Triples, iri

_SIMPLE_ONLY = (
    *("FunctionalProperty", "InverseFunctionalProperty"),
    *("IrreflexiveProperty", "AsymmetricProperty"),
)
_COUNTED = (
    *("minCardinality", "maxCardinality", "cardinality", "hasSelf"),
    *("minQualifiedCardinality", "maxQualifiedCardinality", "qualifiedCardinality"),
)
_FILLERS = ("someValuesFrom", "allValuesFrom", "onDataRange")
_DATA_RANGES = ("onDatatype", "datatypeComplementOf", "withRestrictions", "oneOf", "unionOf", "complementOf")
_PROPERTIES = ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")


# -- Properties (§4.2.5; §11 of the Structural Specification) -----------------------------------------------------------


def property_axioms(triples: Triples) -> Iterator[Fault]:
    """Check reflexivity, what may be asked of simple properties only, and the order of the chains."""
    for subject in triples.of_type("ReflexiveProperty"):
        remedy = "Leave it out; OWL 2 RL has no reflexive properties."
        yield triples.fault(subject, "owl:ReflexiveProperty", remedy)
    for property_, why in _composite(triples).items():
        for use in _needs_simple(triples, property_):
            message = f"{use} of a property that is not simple ({why})"
            yield triples.fault(
                property_,
                message,
                "Put the axiom on the stated property below it.",
            )
    yield from _circular_chains(triples)


def _steps(triples: Triples) -> list[tuple[Term, Term]]:
    """Return each property with one that stands above it; equal and inverse ones stand above each other."""
    equal = list(triples.having("inverseOf", "equivalentProperty"))
    return [*triples.having(f"{RDFS}subPropertyOf"), *equal, *((high, low) for low, high in equal)]


def _composite(triples: Triples) -> dict[Term, str]:
    """Return the properties that are not simple, with the reason: transitive, head of a chain, or above one."""
    found: dict[Term, str] = dict.fromkeys(triples.of_type("TransitiveProperty"), "it is transitive")
    found.update({subject: "it heads a chain" for subject, _ in triples.having("propertyChainAxiom")})
    steps = _steps(triples)
    while above := {
        high: f"it stands above {triples.name(low)}"
        for low, high in steps
        if low in found and high not in found
    }:
        found.update(above)
    return found


def _needs_simple(triples: Triples, property_: Term) -> Iterator[str]:
    types = triples.values(property_, f"{RDF}type")
    yield from (f"owl:{name}" for name in _SIMPLE_ONLY if ox.NamedNode(iri(name)) in types)
    if any(property_ in pair for pair in triples.having("propertyDisjointWith")):
        yield "owl:propertyDisjointWith"
    for subject in triples.of_type("AllDisjointProperties"):
        if any(property_ in triples.items(members) for members in triples.values(subject, "members")):
            yield "owl:AllDisjointProperties"
    for subject, value in triples.having("onProperty"):
        yield from (
            f"owl:{name}" for name in _COUNTED if value == property_ and triples.values(subject, name)
        )


def _circular_chains(triples: Triples) -> Iterator[Fault]:
    """Check that each link of a chain stands below its head; the head itself may be the first link or the last, or both."""
    chains = [(head, triples.items(links)) for head, links in triples.having("propertyChainAxiom")]
    above: dict[Term, set[Term]] = defaultdict(set)
    for low, high in _steps(triples):
        above[low].add(high)
    lower: list[tuple[Term, Term]] = []
    for head, links in chains:
        if links == [head, head]:
            continue
        start, end = (1, None) if links[:1] == [head] else (0, -1 if links[-1:] == [head] else None)
        lower += [(link, head) for link in links[start:end]]
    for link, head in lower:
        above[link].add(head)
    for link, head in lower:
        if link == head or link in _reached(above, head):
            message = f"a property chain whose link {triples.name(link)} depends on its head"
            yield triples.fault(head, message, "Chain only properties that do not depend on this one.")


def _reached(above: dict[Term, set[Term]], start: Term) -> set[Term]:
    found: set[Term] = set()
    ahead = [start]
    while ahead:
        new = above.get(ahead.pop(), set()) - found
        found |= new
        ahead += new
    return found


# -- Datatypes (§4.2.2, §4.2.4) -----------------------------------------------------------------------------------------


def data_ranges(triples: Triples) -> Iterator[Fault]:
    """Check the datatypes that axioms and their literals name, and that data ranges are names or intersections."""
    uses = list(triples.having(f"{RDFS}range", *_FILLERS))
    for subject, value in (*uses, *_literals(triples)):
        yield from _datatype(triples, (subject,), value)
    for subject in triples.of_type(f"{RDFS}Datatype", "DataRange"):
        on = (subject, *(user for user, value in uses if value == subject))
        for name in (*_DATA_RANGES, "equivalentClass"):
            if triples.values(subject, name):
                remedy = "Name a datatype, or intersect datatypes."
                yield triples.fault(on, f"owl:{name} in a data range", remedy)
        for head in triples.values(subject, "intersectionOf"):
            for member in triples.items(head):
                yield from _datatype(triples, on, member)


def _literals(triples: Triples) -> Iterator[tuple[Term, Term]]:
    """Yield the datatype of each literal in an axiom, annotations left out, with the property or restriction it is of."""
    annotations = {*triples.of_type("AnnotationProperty")}
    for subject, value in triples.having("hasValue", "targetValue"):
        if isinstance(value, ox.Literal):
            yield subject, value.datatype
    for properties in triples.index.values():
        for name, values in properties.items():
            property_ = ox.NamedNode(name)
            if not name.startswith(RESERVED) and property_ not in annotations:
                yield from ((property_, value.datatype) for value in values if isinstance(value, ox.Literal))


def _datatype(triples: Triples, on: tuple[Term, ...], value: Term) -> Iterator[Fault]:
    if isinstance(value, ox.NamedNode) and triples.is_data_range(value) and value.value not in DATATYPES:
        remedy = "Leave it to the shapes; RL does not have it."
        yield triples.fault(on, f"the datatype {triples.name(value)}", remedy)


# -- Declarations (§5.8 of the Structural Specification) ----------------------------------------------------------------


def declarations(triples: Triples) -> Iterator[Fault]:
    """Check that the classes and properties of axioms are declared, and as one kind of class and of property each."""
    classes = {*triples.of_type("Class", f"{RDFS}Datatype")}
    yield from _undeclared(_used_classes(triples), classes, "class", "owl:Class")
    properties = {*triples.of_type(*_PROPERTIES)}
    yield from _undeclared(_used_properties(triples), properties, "property", "owl:ObjectProperty")
    for kinds in (_PROPERTIES, ("Class", f"{RDFS}Datatype")):
        for term in {*triples.of_type(*kinds)}:
            types = {
                value.value for value in triples.values(term, f"{RDF}type") if isinstance(value, ox.NamedNode)
            }
            held = [shorten(iri(kind)) for kind in kinds if iri(kind) in types]
            if isinstance(term, ox.NamedNode) and len(held) > 1:
                message = f"declared as {' and '.join(held)} at once."
                yield Fault(PATH, None, triples.name(term), message, "Keep one of them.")


def _used_classes(triples: Triples) -> Iterator[Term]:
    for pair in triples.having(f"{RDFS}subClassOf", "equivalentClass", "disjointWith"):
        yield from pair
    for _, value in triples.having(f"{RDF}type", "onClass", "complementOf", *_FILLERS):
        yield value
    for _, head in triples.having("intersectionOf", "unionOf", "disjointUnionOf"):
        yield from triples.items(head)
    for axiom in triples.of_type("AllDisjointClasses"):
        for head in triples.values(axiom, "members"):
            yield from triples.items(head)
    yield from (subject for subject, _ in triples.having("hasKey"))
    annotations = {*triples.of_type("AnnotationProperty")}
    for subject, value in triples.having(f"{RDFS}domain", f"{RDFS}range"):
        if subject not in annotations:
            yield value


def _used_properties(triples: Triples) -> Iterator[Term]:
    relations = ("inverseOf", "propertyDisjointWith", "equivalentProperty")
    for pair in triples.having(f"{RDFS}subPropertyOf", *relations):
        yield from pair
    for _, value in triples.having("onProperty", "assertionProperty"):
        yield value
    for subject, head in triples.having("propertyChainAxiom"):
        yield from (subject, *triples.items(head))
    for _, head in triples.having("hasKey"):
        yield from triples.items(head)
    for axiom in triples.of_type("AllDisjointProperties"):
        for head in triples.values(axiom, "members"):
            yield from triples.items(head)
    yield from (subject for subject, _ in triples.having(f"{RDFS}domain", f"{RDFS}range"))
    yield from triples.of_type(*_SIMPLE_ONLY, "TransitiveProperty", "SymmetricProperty", "ReflexiveProperty")
    for properties in triples.index.values():
        yield from map(ox.NamedNode, properties)


def _undeclared(used: Iterator[Term], declared: set[Term], kind: str, example: str) -> Iterator[Fault]:
    for term in {*used} - declared:
        if isinstance(term, ox.NamedNode) and not term.value.startswith(RESERVED):
            name = shorten(term.value)
            remedy = f"Write '{name} a {example}' or the like."
            yield Fault(PATH, None, name, f"a {kind} that is used but not declared.", remedy)
