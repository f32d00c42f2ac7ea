"""The inferred graph: what OWL 2 RL adds to the merge of all graphs, and nothing else.

owlrl reasons in a process of its own (it rebinds rdflib's datatypes). It is given what its rules can use: no literals, no
selectors of passages, no `owl:hasKey` (owlrl ignores the last property of a key and merges things that differ). Literals are
withheld since owlrl types each of them; the one rule that our axioms ask of them, prp-spo1 (what a property says, its
superproperties say), is applied here.

Noise, which owlrl adds and we leave out:

- what is asserted already;
- triples whose subject or object is a blank node (class expressions), or whose subject is not ours;
- reflexive triples (`x sameAs x`, `c subClassOf c`, `p subPropertyOf p`, …);
- `x a owl:Thing`, `x a rdfs:Resource`, `c subClassOf owl:Thing`, `owl:Nothing` as a subclass;
- types in the vocabulary of RDF, RDFS and OWL themselves (`a owl:NamedIndividual`, `a rdf:Property`).
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from tongzhou.graph.errors import InconsistencyError, ReasoningError
from tongzhou.graph.namespaces import BASE, INFERRED_GRAPH, OA, OWL, RDF, RDFS, shorten

_HAS_KEY = f"{OWL}hasKey"
_SUB_PROPERTY = f"{RDFS}subPropertyOf"
_ERROR = "http://www.daml.org/2002/03/agents/agent-ont#error"
_OWN_VOCABULARY = (OWL, RDF, RDFS)
_TRIVIAL_CLASSES = frozenset({f"{OWL}Thing", f"{RDFS}Resource", f"{OWL}Nothing"})


def infer(dataset: ox.Dataset) -> ox.Dataset:
    """Return the quads of the inferred graph.

    Raises InconsistencyError where the dataset contradicts itself, ReasoningError where the reasoner fails.
    """
    asserted = {quad.triple for quad in dataset}
    closed = _close(sorted((triple for triple in asserted if _is_usable(triple)), key=str))
    clashes = sorted(str(triple.object) for triple in closed if triple.predicate.value == _ERROR)
    if clashes:
        raise InconsistencyError("\n".join(["the graph contradicts the ontology:", *map(_in_words, clashes)]))
    graph = ox.NamedNode(INFERRED_GRAPH)
    new = {triple for triple in closed if not _is_noise(triple)} | set(_raise_literals(asserted, closed))
    added = sorted(new - asserted, key=str)
    return ox.Dataset(ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in added)


def _raise_literals(asserted: set[ox.Triple], closed: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield what the superproperties of a property say of the literals that it says (prp-spo1)."""
    above: dict[str, set[ox.NamedNode]] = {}
    for triple in {*asserted, *closed}:
        low, high = triple.subject, triple.object
        if (
            triple.predicate.value == _SUB_PROPERTY
            and isinstance(low, ox.NamedNode)
            and isinstance(high, ox.NamedNode)
        ):
            above.setdefault(low.value, set()).add(high)
    for triple in asserted:
        if isinstance(triple.object, ox.Literal):
            for property_ in above.get(triple.predicate.value, ()):
                yield ox.Triple(triple.subject, property_, triple.object)


def _is_usable(triple: ox.Triple) -> bool:
    predicate = triple.predicate.value
    if isinstance(triple.object, ox.Literal) or predicate == _HAS_KEY:
        return False
    subject = triple.subject
    is_selector = isinstance(subject, ox.NamedNode) and subject.value.endswith(("-quote", "-position"))
    return not predicate.startswith(OA) and not is_selector


def _close(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Run owlrl in a process of its own; return what it added."""
    source = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    # -P: no module is taken from the current folder
    command = [sys.executable, "-P", "-m", "tongzhou.graph.owlrl_closure"]
    done = subprocess.run(command, input=source, capture_output=True, check=False)
    if done.returncode:
        raise ReasoningError(f"owlrl ended with exit code {done.returncode}: {done.stderr.decode()[-500:]}")
    return [quad.triple for quad in ox.parse(done.stdout, format=ox.RdfFormat.N_TRIPLES, lenient=True)]


def _is_noise(triple: ox.Triple) -> bool:
    subject, value = triple.subject, triple.object
    if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode):
        return True
    if subject == value or not subject.value.startswith(BASE) or value.value in _TRIVIAL_CLASSES:
        return True
    return triple.predicate.value == f"{RDF}type" and value.value.startswith(_OWN_VOCABULARY)


def _in_words(clash: str) -> str:
    """Shorten the IRIs in a message of owlrl."""
    return "  " + re.sub(r"https?://[^\s\"<>,()]+", lambda match: shorten(match.group()), clash.strip('"'))
