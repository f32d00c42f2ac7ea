"""What a release changed: the former triples, less those removed, with those added, are the present ones."""

from __future__ import annotations

import gzip

import pyoxigraph as ox

from tongzhou.graph.changes import ADDED, REMOVED, changes_between
from tongzhou.graph.namespaces import BACKGROUND_GRAPH, INFERRED_GRAPH, TZ


def quad(number: int, graph: str = BACKGROUND_GRAPH) -> ox.Quad:
    thing = ox.NamedNode(f"https://w3id.org/tongzhou/id/output/{number}")
    return ox.Quad(thing, ox.NamedNode(f"{TZ}wording"), ox.Literal(str(number)), ox.NamedNode(graph))


def lines(data: bytes) -> set[str]:
    return set(gzip.decompress(data).decode().splitlines())


def as_lines(quads: list[ox.Quad]) -> set[str]:
    return {f"{quad.triple} ." for quad in quads}


def test_former_and_changes_make_the_present() -> None:
    former, present = [quad(number) for number in range(5)], [quad(number) for number in range(2, 9)]
    files = changes_between(former, present).files()
    assert as_lines(former) - lines(files[REMOVED]) | lines(files[ADDED]) == as_lines(present)
    assert len(lines(files[ADDED])) == 4
    assert len(lines(files[REMOVED])) == 2


def test_a_triple_that_moves_to_another_graph_counts_there_and_is_no_change_of_the_merge() -> None:
    changes = changes_between([quad(1)], [quad(1, INFERRED_GRAPH)])
    assert (changes.added, changes.removed) == (frozenset(), frozenset())
    assert changes.summary() == {
        "added": 0,
        "removed": 0,
        "graphs": {BACKGROUND_GRAPH: {"added": 0, "removed": 1}, INFERRED_GRAPH: {"added": 1, "removed": 0}},
    }


def test_same_changes_are_the_same_bytes() -> None:
    some = [quad(number) for number in range(20)]
    assert changes_between([], some).files() == changes_between([], reversed(some)).files()
