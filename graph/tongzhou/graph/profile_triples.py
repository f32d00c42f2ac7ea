"""The triples of an ontology as the profile check reads them, and how it words a fault."""

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
"""The datatypes of OWL 2 RL (§4.2.2), and rdf:langString, which RDF 1.1 has in the place of rdf:PlainLiteral."""

RESERVED = (OWL, RDF, RDFS, XSD)
"""The vocabularies whose terms need no declaration."""


def iri(name: str) -> str:
    """Return the IRI of a term of OWL by its name; an IRI stays as it is."""
    return name if ":" in name else f"{OWL}{name}"


class Triples:
    """The triples of an ontology by subject and predicate. Terms of OWL are given by their names."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        """Index the quads, graphs merged."""
        self.index: dict[Term, dict[str, list[Term]]] = {}
        for quad in quads:
            self.index.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)

    def values(self, subject: Term, name: str) -> list[Term]:
        """Return the objects of an OWL property, or of a property by its IRI."""
        return self.index.get(subject, {}).get(iri(name), [])

    def having(self, *names: str) -> Iterator[tuple[Term, Term]]:
        """Yield subject and object of each triple with one of some OWL properties, or properties by their IRIs."""
        for subject in self.index:
            for name in names:
                for value in self.values(subject, name):
                    yield subject, value

    def items(self, head: Term) -> list[Term]:
        """Return the members of an RDF list; one that bites its tail ends there."""
        members: list[Term] = []
        seen: set[Term] = set()
        while head not in seen and (first := self.values(head, f"{RDF}first")):
            seen.add(head)
            members.append(first[0])
            head = next(iter(self.values(head, f"{RDF}rest")), ox.NamedNode(f"{RDF}nil"))
        return members

    def of_type(self, *names: str) -> Iterator[Term]:
        """Yield what has one of some OWL types, or types by their IRIs."""
        wanted = {ox.NamedNode(iri(name)) for name in names}
        return (subject for subject, value in self.having(f"{RDF}type") if value in wanted)

    def is_data_range(self, term: Term) -> bool:
        """Tell whether a term is a datatype by its name, or an expression of datatypes."""
        if isinstance(term, ox.NamedNode) and (
            term.value.startswith(XSD)
            or term.value in DATATYPES
            or term.value in {iri("real"), iri("rational")}
        ):
            return True
        return ox.NamedNode(f"{RDFS}Datatype") in self.values(term, f"{RDF}type")

    def name(self, *terms: Term) -> str:
        """Name what a fault hangs on: the first term with a name, else the property of a restriction or assertion."""
        names = ("onProperty", "assertionProperty", "inverseOf")
        inner = (value for term in terms for name in names for value in self.values(term, name))
        named = (term for term in (*terms, *inner) if isinstance(term, ox.NamedNode))
        return next((shorten(term.value) for term in named), "a class expression")

    def fault(self, on: Term | tuple[Term, ...], construct: str, remedy: str) -> Fault:
        """Word that a construct is outside OWL 2 RL; `on` is the term it hangs on, or several to choose from."""
        name = self.name(*on) if isinstance(on, tuple) else self.name(on)
        return Fault(PATH, None, name, f"OWL 2 RL does not allow {construct}.", remedy)
