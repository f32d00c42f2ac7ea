"""Make an RDF graph with every construct of OWL 2 RL, of any size, always the same for a seed.

    uv run python -m benchmarks.ontologies 100k -o ontology-100k.nt

A vocabulary of up to 8 modules, and blocks of about 60 triples that use it: a family, its places, organisations and things.
What a block implies stays near to it, as in a real knowledge graph: the closure grows like the graph. A share of the blocks has
things of several names, stated and inferred (functional properties, keys, cardinalities). `--clash` adds a block for each rule
whose head is `false`.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from benchmarks.ontology_texts import BLOCK, CLASHES, PREFIXES, SAME, VOCABULARY

SIZES = {"600": 600, "5k": 5_000, "26k": 26_000, "100k": 100_000, "1M": 1_000_000}
SEED = 2020
SAME_SHARE = 0.1
"""Share of the blocks in which things have several names."""

_MOST_MODULES = {600: 1, 5_000: 2, 26_000: 4}
_ALL_MODULES = 8


def made_graph(
    size: int, seed: int = SEED, *, same: float = SAME_SHARE, clash: bool = False
) -> Iterator[ox.Triple]:
    """Make about `size` triples, one at a time, none of them twice; at least a module and a block.

    `same` is the share of the blocks in which things have several names; `clash` adds a contradiction for each rule that finds
    one.
    """
    chance = random.Random(seed)
    modules = next((few for limit, few in _MOST_MODULES.items() if size <= limit), _ALL_MODULES)
    labels = count()
    fixed = [VOCABULARY.replace("%m", str(module)) for module in range(modules)]
    if clash:
        fixed.append(CLASHES.replace("%m", "0"))
    made = 0
    for text in fixed:
        triples = _parse(text, labels)
        made += len(triples)
        yield from triples
    for text in _blocks(modules, same, chance):
        triples = _parse(text, labels)
        made += len(triples)
        yield from triples
        if made >= size:
            return


def _blocks(modules: int, same: float, chance: random.Random) -> Iterator[str]:
    """Make the text of one block after the other, without end."""
    for number in count():
        text = BLOCK + (SAME if chance.random() < same else "")
        friend = max(0, number - modules * chance.randrange(1, 9))
        values = {"%m": number % modules, "%b": number, "%f": friend, "%w": chance.randrange(1, 1000)}
        for name, value in values.items():
            text = text.replace(name, str(value))
        yield text


def _parse(text: str, labels: Iterator[int]) -> list[ox.Triple]:
    """Read Turtle; blank nodes are named by numbers, so that the same text gives the same triples."""
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def named(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Any:
        if isinstance(term, ox.BlankNode):
            if term not in names:
                names[term] = ox.BlankNode(f"n{next(labels)}")
            return names[term]
        return term

    quads = ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE)
    return [ox.Triple(named(quad.subject), quad.predicate, named(quad.object)) for quad in quads]


def main() -> int:
    """Write a file of N-Triples."""
    arguments = argparse.ArgumentParser(description="Make an RDF graph with every construct of OWL 2 RL.")
    arguments.add_argument("size", choices=SIZES)
    arguments.add_argument("-o", "--output", type=Path, required=True, help="file of N-Triples")
    arguments.add_argument("--seed", type=int, default=SEED)
    arguments.add_argument(
        "--same", type=float, default=SAME_SHARE, help="share of blocks with things of several names"
    )
    arguments.add_argument("--clash", action="store_true", help="add contradictions")
    options = arguments.parse_args()
    triples = made_graph(SIZES[options.size], options.seed, same=options.same, clash=options.clash)
    try:
        ox.serialize(triples, str(options.output), format=ox.RdfFormat.N_TRIPLES)
    except OSError as error:
        arguments.error(f"{options.output} can't be written: {error}")
    print(f"about {SIZES[options.size]:,} triples: {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
