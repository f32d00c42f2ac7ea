"""Explains triples of a graph: by where they are asserted, or by the proofs from what is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import pyoxigraph as ox

from tongzhou.graph.errors import ReasoningError, ReleaseError, UnknownTripleError
from tongzhou.graph.explanation.names import Names
from tongzhou.graph.explanation.places import Places, read_places
from tongzhou.graph.explanation.sources import Source, Sources
from tongzhou.graph.namespaces import INFERRED_GRAPH, META_GRAPH, RDF, shorten
from tongzhou.graph.reason import Closure, Proof, Statement, project_rules
from tongzhou.graph.release import CLOSURE, PLACES, Release

_NEAR = 5
_TYPE = ox.NamedNode(f"{RDF}type")
_NOT_REASONED = frozenset({INFERRED_GRAPH, META_GRAPH})


@dataclass(frozen=True)
class Explanation:
    """Why a statement holds: where it is asserted, and proofs of it, the shortest first."""

    statement: Statement
    sources: tuple[Source, ...]
    proofs: tuple[Proof, ...]

    @property
    def is_asserted(self) -> bool:
        """Tell whether it is asserted; it may follow from others all the same."""
        return bool(self.sources)


class Explainer:
    """Explains the triples of a store whose graphs were closed; `names` words terms, `sources` finds where triples stand."""

    def __init__(self, closure: Closure, store: ox.Store, places: Places | None = None) -> None:
        """Keep all of them. Nothing here is changed, yet a closure serves one thread at a time."""
        self.closure = closure
        self.names = Names(store)
        self.sources = Sources(store, places)
        self._store = store

    def explain(self, statement: Statement, *, others: int = 0) -> Explanation:
        """Explain a statement; `others` is how many proofs more than the shortest are wanted.

        What is asserted is proved only where others are wanted. Raises UnknownTripleError where it does not hold.
        """
        sources = self.sources.of(statement)
        proofs = self._other_proofs(statement, others) if sources else self._proofs(statement, others)
        if not sources and not proofs:
            raise self._unknown(statement)
        return Explanation(statement, sources, proofs)

    def behind_rows(self, query: str) -> list[list[Statement]]:
        """Return for each row of a SELECT the inferred triples behind it, as far as the row shows their terms.

        Those are triples from one thing of the row to another by a property, or from a thing to a class, that the text of the
        query names. Raises TypeError for other forms of queries.
        """
        answer = self._store.query(query)
        if not isinstance(answer, ox.QuerySolutions):
            raise TypeError("only SELECT has rows")
        return [self._behind(tuple(solution), query) for solution in answer]

    def _behind(self, row: Iterable[object], query: str) -> list[Statement]:
        named = list(dict.fromkeys(term for term in row if isinstance(term, ox.NamedNode)))
        return [
            Statement(quad.subject, quad.predicate, quad.object)
            for subject in named
            for quad in self._store.quads_for_pattern(subject, None, None, ox.NamedNode(INFERRED_GRAPH))
            if _is_named(quad.object if quad.predicate == _TYPE else quad.predicate, query)
            and (quad.predicate == _TYPE or quad.object in named)
        ]

    def _proofs(self, statement: Statement, others: int) -> tuple[Proof, ...]:
        """Return the shortest proof, then others that end by another step."""
        shortest = self.closure.proof(statement)
        if shortest is None:
            return ()
        rest = (
            (p for p in self.closure.proofs(statement) if p.steps[-1:] != shortest.steps[-1:])
            if others
            else ()
        )
        return (shortest, *islice(rest, others))

    def _other_proofs(self, statement: Statement, others: int) -> tuple[Proof, ...]:
        """Return how something asserted follows from others too."""
        return tuple(islice(self.closure.proofs(statement), others))

    def _unknown(self, statement: Statement) -> UnknownTripleError:
        subject, predicate, _ = statement
        near: list[Statement] = []
        if isinstance(subject, ox.NamedNode | ox.BlankNode) and isinstance(predicate, ox.NamedNode):
            quads = self._store.quads_for_pattern(subject, predicate, None, None)
            near = [Statement(quad.subject, quad.predicate, quad.object) for quad in quads]
        near = sorted(dict.fromkeys(near), key=str)
        words = " ".join(self.names.words(statement, "en"))
        message = f"the graph does not say, and it does not follow: {words}."
        if near:
            values = ", ".join(self.names.label(one.object, "en") for one in near[:_NEAR])
            more = f", and {len(near) - _NEAR} more" if len(near) > _NEAR else ""
            message += f" With the same subject and predicate there is {values}{more}."
        return UnknownTripleError(message, near=[one.object for one in near[:_NEAR]])


def _is_named(term: object, query: str) -> bool:
    """Tell whether a query names a term, in full or with a prefix of ours."""
    if not isinstance(term, ox.NamedNode):
        return False
    return re.search(rf"{re.escape(str(term))}|{re.escape(shorten(term.value))}(?![\w-])", query) is not None


def open_explainer(release: Release) -> Explainer:
    """Return what explains the triples of a release. Raises ReleaseError where its files are spoilt."""
    return Explainer(_closure_of(release), _store_of(release), _places_of(release))


def _store_of(release: Release) -> ox.Store:
    """Open the store of a release; one that was dropped is made again, in memory, from the dump."""
    try:
        if release.store_path.is_dir():
            return ox.Store.read_only(str(release.store_path))
        store = ox.Store()
        store.bulk_load(path=str(release.path / "tongzhou.nq"), format=ox.RdfFormat.N_QUADS)
    except (OSError, SyntaxError) as error:
        raise ReleaseError(f"{release.path} can't be read ({error}). Run 'tongzhou build'.") from error
    return store


def _closure_of(release: Release) -> Closure:
    """Return the closure that a release keeps; made anew from its dump where it has none, or one of other rules."""
    rules = project_rules(release.entailment)
    try:
        return Closure.load((release.path / CLOSURE).read_bytes(), rules)
    except (OSError, ReasoningError):
        closure = Closure(rules)
    try:
        dump = ox.parse(path=str(release.path / "tongzhou.nq"), format=ox.RdfFormat.N_QUADS)
        closure.assert_only(quad.triple for quad in dump if not _is_made(quad))
    except (OSError, SyntaxError) as error:
        raise ReleaseError(f"{release.path} can't be read ({error}). Run 'tongzhou build'.") from error
    return closure


def _is_made(quad: ox.Quad) -> bool:
    """Tell whether the build made a quad: what is inferred and the description are not reasoned from."""
    return isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value in _NOT_REASONED


def _places_of(release: Release) -> Places:
    try:
        return read_places((release.path / PLACES).read_bytes())
    except (OSError, ValueError):
        return {}
