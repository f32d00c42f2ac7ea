"""Walks the ontology over the grammar of OWL 2 RL (OWL 2 Profiles §4.2) and names what the profile forbids.

Axioms are read from triples by the OWL 2 mapping to RDF graphs. RL tells three positions of a class expression apart: where
a subclass stands, where a superclass stands, and where an equivalent class stands; each allows other constructs. On top come
the restrictions of OWL 2 DL that concern this ontology: what is not a simple property may not be functional, disjoint or
counted (§11 of the Structural Specification), and what is used is declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from tongzhou.graph.errors import Fault
from tongzhou.graph.namespaces import OWL, RDF, RDFS, XSD, shorten

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

PATH = "the ontology"

DATATYPES = frozenset(
    {
        *(f"{RDF}{name}" for name in ("PlainLiteral", "XMLLiteral", "langString")),
        f"{RDFS}Literal",
        *(f"{XSD}{name}" for name in ("decimal", "integer", "nonNegativeInteger", "nonPositiveInteger")),
        *(f"{XSD}{name}" for name in ("positiveInteger", "negativeInteger", "long", "int", "short", "byte")),
        *(f"{XSD}{name}" for name in ("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte")),
        *(f"{XSD}{name}" for name in ("float", "double", "string", "normalizedString", "token", "language")),
        *(f"{XSD}{name}" for name in ("Name", "NCName", "NMTOKEN", "boolean", "hexBinary", "base64Binary")),
        *(f"{XSD}{name}" for name in ("anyURI", "dateTime", "dateTimeStamp")),
    }
)
"""The datatypes of OWL 2 RL (§4.2.2), with rdf:langString of RDF 1.1 in the place of rdf:PlainLiteral."""

_THING = f"{OWL}Thing"
_RESTRICTIONS = (
    *(
        "someValuesFrom",
        "allValuesFrom",
        "hasValue",
        "hasSelf",
        "minCardinality",
        "maxCardinality",
        "cardinality",
    ),
    *("minQualifiedCardinality", "maxQualifiedCardinality", "qualifiedCardinality"),
)
_BOOLEANS = ("intersectionOf", "unionOf", "complementOf", "oneOf")
_COUNTED = frozenset(name for name in _RESTRICTIONS if "ardinality" in name) | {"hasSelf"}
_SIMPLE_ONLY = (
    "FunctionalProperty",
    "InverseFunctionalProperty",
    "IrreflexiveProperty",
    "AsymmetricProperty",
)
_DATA_RANGES = ("onDatatype", "datatypeComplementOf", "withRestrictions")


def check_profile(quads: Iterable[ox.Quad]) -> list[Fault]:
    """Return a fault for each construct of the ontology's quads that OWL 2 RL forbids, by term."""
    walk = _Walk(quads)
    found = {*walk.class_axioms(), *walk.property_axioms(), *walk.data_ranges(), *walk.declarations()}
    return sorted(found)


class _Walk:
    """The triples of an ontology, indexed, with one method for each kind of axiom."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.index: dict[Term, dict[str, list[Term]]] = {}
        for quad in quads:
            self.index.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)

    def values(self, subject: Term, name: str) -> list[Term]:
        """Return the objects of an OWL property, or of a property by its IRI."""
        return self.index.get(subject, {}).get(name if ":" in name else f"{OWL}{name}", [])

    def having(self, name: str) -> Iterator[tuple[Term, Term]]:
        """Yield subject and object of each triple with an OWL property, or a property by its IRI."""
        for subject in self.index:
            for value in self.values(subject, name):
                yield subject, value

    def items(self, head: Term) -> list[Term]:
        """Return the members of an RDF list."""
        members: list[Term] = []
        while first := self.values(head, f"{RDF}first"):
            members.append(first[0])
            head = next(iter(self.values(head, f"{RDF}rest")), ox.NamedNode(f"{RDF}nil"))
        return members

    def of_type(self, name: str) -> Iterator[Term]:
        """Yield what has an OWL type, or a type by its IRI."""
        wanted = ox.NamedNode(name if ":" in name else f"{OWL}{name}")
        return (subject for subject, value in self.having(f"{RDF}type") if value == wanted)

    # -- Class axioms (§4.2.5) --------------------------------------------------------------------------------------

    def class_axioms(self) -> Iterator[Fault]:
        """Check every axiom that holds class expressions."""
        for subject, value in self.having(f"{RDFS}subClassOf"):
            yield from self.subclass(subject, subject)
            yield from self.superclass(value, subject)
        for subject, value in self.having("equivalentClass"):
            yield from self.equivalent(subject, subject)
            yield from self.equivalent(value, subject)
        for subject, value in self.having("disjointWith"):
            yield from self.subclass(subject, subject)
            yield from self.subclass(value, subject)
        yield from self._single_positions()

    def _single_positions(self) -> Iterator[Fault]:
        """Check the axioms with one class expression, or a list of them."""
        for subject in self.of_type("AllDisjointClasses"):
            for members in self.values(subject, "members"):
                for member in self.items(members):
                    yield from self.subclass(member, member)
        for subject, _ in self.having("disjointUnionOf"):
            yield _fault(subject, "owl:disjointUnionOf", "Write subclass and disjointness axioms.")
        for subject, _ in self.having("hasKey"):
            yield from self.subclass(subject, subject)
        for name in ("domain", "range"):
            for subject, value in self.having(f"{RDFS}{name}"):
                if not self._is_data_range(value):
                    yield from self.superclass(value, subject)
        for subject, value in self.having(f"{RDF}type"):
            if isinstance(value, ox.BlankNode):
                yield from self.superclass(value, subject)

    def subclass(self, expression: Term, subject: Term) -> Iterator[Fault]:
        """Check an expression where a subclass stands (subClassExpression)."""
        name, values = self._construct(expression)
        if name is None:
            yield from _not_thing(expression, subject, "a subclass")
        elif name in ("intersectionOf", "unionOf"):
            for member in self.items(values[0]):
                yield from self.subclass(member, subject)
        elif name == "someValuesFrom":
            if values[0] != ox.NamedNode(_THING) and not self._is_data_range(values[0]):
                yield from self.subclass(values[0], subject)
        elif name not in ("oneOf", "hasValue"):
            remedy = "There, use names, intersection, union, owl:oneOf, owl:someValuesFrom or owl:hasValue."
            yield _fault(subject, f"owl:{name} where a subclass stands", remedy)

    def superclass(self, expression: Term, subject: Term) -> Iterator[Fault]:
        """Check an expression where a superclass stands (superClassExpression)."""
        name, values = self._construct(expression)
        if name is None:
            yield from _not_thing(expression, subject, "a superclass")
        elif name == "intersectionOf":
            for member in self.items(values[0]):
                yield from self.superclass(member, subject)
        elif name == "complementOf":
            yield from self.subclass(values[0], subject)
        elif name == "allValuesFrom":
            if not self._is_data_range(values[0]):
                yield from self.superclass(values[0], subject)
        elif name in ("maxCardinality", "maxQualifiedCardinality"):
            yield from self._at_most(expression, name, values[0], subject)
        elif name != "hasValue":
            remedy = "There, use names, intersection, complement, owl:allValuesFrom, owl:hasValue or at most 0 or 1."
            yield _fault(subject, f"owl:{name} where a superclass stands", remedy)

    def equivalent(self, expression: Term, subject: Term) -> Iterator[Fault]:
        """Check an expression where an equivalent class stands (equivClassExpression)."""
        name, values = self._construct(expression)
        if name is None:
            yield from _not_thing(expression, subject, "an equivalent class")
        elif name == "intersectionOf":
            for member in self.items(values[0]):
                yield from self.equivalent(member, subject)
        elif name != "hasValue":
            remedy = "There, use names, intersection or owl:hasValue."
            yield _fault(subject, f"owl:{name} where an equivalent class stands", remedy)

    def _at_most(self, expression: Term, name: str, count: Term, subject: Term) -> Iterator[Fault]:
        if not isinstance(count, ox.Literal) or count.value not in {"0", "1"}:
            yield _fault(
                subject, f"owl:{name} other than 0 or 1", "Only 'at most 0' and 'at most 1' are in RL."
            )
        for filler in self.values(expression, "onClass"):
            if filler != ox.NamedNode(_THING):
                yield from self.subclass(filler, subject)

    def _construct(self, expression: Term) -> tuple[str | None, list[Term]]:
        """Return the construct of a class expression and its values, or None for a class by its name."""
        if isinstance(expression, ox.NamedNode):
            return None, []
        for name in (*_RESTRICTIONS, *_BOOLEANS):
            values = self.values(expression, name)
            if values:
                return name, values
        return "unknown expression", []

    def _is_data_range(self, term: Term) -> bool:
        if isinstance(term, ox.NamedNode):
            return term.value.startswith(XSD) or term.value in DATATYPES or _is_number_of_owl(term.value)
        return ox.NamedNode(f"{RDFS}Datatype") in self.values(term, f"{RDF}type")

    # -- Property axioms (§4.2.5, and §11 of the Structural Specification) --------------------------------------------

    def property_axioms(self) -> Iterator[Fault]:
        """Check reflexivity, and what may be asked of simple properties only."""
        for subject in self.of_type("ReflexiveProperty"):
            yield _fault(
                subject, "owl:ReflexiveProperty", "Leave it out; OWL 2 RL has no reflexive properties."
            )
        for property_, why in self._composite().items():
            for use in self._needs_simple(property_):
                message = f"{use} of a property that is not simple ({why})"
                yield _fault(property_, message, "Put the axiom on the stated property below it.")

    def _composite(self) -> dict[Term, str]:
        """Return the properties that are not simple, with the reason: transitive, head of a chain, or above one."""
        found: dict[Term, str] = dict.fromkeys(self.of_type("TransitiveProperty"), "it is transitive")
        found.update({subject: "it heads a chain" for subject, _ in self.having("propertyChainAxiom")})
        steps = [
            *self.having(f"{RDFS}subPropertyOf"),
            *self.having("inverseOf"),
            *self.having("equivalentProperty"),
        ]
        steps += [
            (high, low) for name in ("inverseOf", "equivalentProperty") for low, high in self.having(name)
        ]
        grown = True
        while grown:
            above = {
                high: f"it stands above {_name(low)}"
                for low, high in steps
                if low in found and high not in found
            }
            found.update(above)
            grown = bool(above)
        return found

    def _needs_simple(self, property_: Term) -> Iterator[str]:
        types = self.values(property_, f"{RDF}type")
        yield from (f"owl:{name}" for name in _SIMPLE_ONLY if ox.NamedNode(f"{OWL}{name}") in types)
        if any(property_ in pair for pair in self.having("propertyDisjointWith")):
            yield "owl:propertyDisjointWith"
        for subject in self.of_type("AllDisjointProperties"):
            if any(property_ in self.items(members) for members in self.values(subject, "members")):
                yield "owl:AllDisjointProperties"
        for subject, value in self.having("onProperty"):
            yield from (
                f"owl:{name}" for name in _COUNTED if value == property_ and self.values(subject, name)
            )

    # -- Datatypes and declarations (§4.2.2, §4.2.4; §5.8.1 of the Structural Specification) ---------------------------

    def data_ranges(self) -> Iterator[Fault]:
        """Check the datatypes named in axioms, and that data ranges are names or intersections."""
        for name in (f"{RDFS}range", "someValuesFrom", "allValuesFrom", "onDataRange"):
            for subject, value in self.having(name):
                if (
                    isinstance(value, ox.NamedNode)
                    and self._is_data_range(value)
                    and value.value not in DATATYPES
                ):
                    yield _fault(
                        subject,
                        f"the datatype {_name(value)}",
                        "Leave it to the shapes; RL does not have it.",
                    )
        for subject in self.of_type(f"{RDFS}Datatype"):
            for name in (*_DATA_RANGES, "oneOf", "unionOf", "equivalentClass"):
                if self.values(subject, name):
                    yield _fault(
                        subject, f"owl:{name} in a data range", "Name a datatype, or intersect datatypes."
                    )

    def declarations(self) -> Iterator[Fault]:
        """Check that classes and properties named in axioms are declared."""
        classes = {*self.of_type("Class"), *self.of_type(f"{RDFS}Class"), *self.of_type(f"{RDFS}Datatype")}
        properties = {
            term
            for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
            for term in self.of_type(kind)
        }
        for name in (f"{RDFS}subClassOf", "equivalentClass", "disjointWith", "onClass"):
            for pair in self.having(name):
                yield from (_undeclared(term, "class") for term in pair if _is_foreign_to(term, classes))
        for name in (f"{RDFS}subPropertyOf", "inverseOf", "propertyDisjointWith", "equivalentProperty"):
            for pair in self.having(name):
                yield from (
                    _undeclared(term, "property") for term in pair if _is_foreign_to(term, properties)
                )
        for _, value in self.having("onProperty"):
            if _is_foreign_to(value, properties):
                yield _undeclared(value, "property")
        for _, head in self.having("propertyChainAxiom"):
            yield from (
                _undeclared(term, "property") for term in self.items(head) if _is_foreign_to(term, properties)
            )


def _is_foreign_to(term: Term, declared: set[Term]) -> bool:
    """Tell whether a named term is neither declared nor built in."""
    return (
        isinstance(term, ox.NamedNode)
        and term not in declared
        and not term.value.startswith((OWL, RDF, RDFS, XSD))
    )


def _is_number_of_owl(iri: str) -> bool:
    return iri in {f"{OWL}real", f"{OWL}rational"}


def _not_thing(expression: Term, subject: Term, position: str) -> Iterator[Fault]:
    if isinstance(expression, ox.NamedNode) and expression.value == _THING:
        yield _fault(subject, f"owl:Thing where {position} stands", "Name a class of ours.")


def _undeclared(term: Term, kind: str) -> Fault:
    remedy = f"Write '{_name(term)} a owl:{'Class' if kind == 'class' else 'ObjectProperty'}' or the like."
    return Fault(PATH, None, _name(term), f"a {kind} that is used but not declared.", remedy)


def _fault(subject: Term, construct: str, remedy: str) -> Fault:
    return Fault(PATH, None, _name(subject), f"OWL 2 RL does not allow {construct}.", remedy)


def _name(term: Term) -> str:
    return shorten(term.value) if isinstance(term, ox.NamedNode) else "a class expression"
