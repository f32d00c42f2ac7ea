"""Inferred triples that say nothing: hidden unless they are asked for."""

from __future__ import annotations

from tongzhou.graph.namespaces import OWL, RDF, RDFS
from tongzhou.graph.reason.dictionary import Dictionary, Numbers

_REFLEXIVE = (
    f"{RDFS}subClassOf",
    f"{RDFS}subPropertyOf",
    f"{OWL}equivalentClass",
    f"{OWL}equivalentProperty",
    f"{OWL}sameAs",
)


class Triviality:
    """Knows trivial triples: reflexive ⊑, ≡ and sameAs; ⊑ owl:Thing; owl:Nothing ⊑; a owl:Thing."""

    def __init__(self, dictionary: Dictionary) -> None:
        """Find the numbers of the terms that matter; -2 where a term is not there."""

        def number(iri: str) -> int:
            return dictionary.get(f"<{iri}>".encode(), -2)

        self._reflexive = frozenset(map(number, _REFLEXIVE))
        self._above = frozenset({number(f"{RDFS}subClassOf"), number(f"{RDF}type")})
        self._below = number(f"{RDFS}subClassOf")
        self._thing = number(f"{OWL}Thing")
        self._nothing = number(f"{OWL}Nothing")

    def is_trivial(self, triple: Numbers) -> bool:
        """Tell whether a triple is trivial."""
        s, p, o = triple
        return (
            (s == o and p in self._reflexive)
            or (o == self._thing and p in self._above)
            or (s == self._nothing and p == self._below)
        )
