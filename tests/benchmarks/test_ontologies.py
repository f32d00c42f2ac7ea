from __future__ import annotations

import random
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pyoxigraph as ox
import pytest
from benchmarks.ontologies import SIZES, made_graph
from benchmarks.random_graphs import KINDS, Pieces, random_graph

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("size", ["600", "5k", "26k"])
def test_a_size_is_about_what_it_says(size: str) -> None:
    triples = list(made_graph(SIZES[size]))
    assert len(triples) == pytest.approx(SIZES[size], rel=0.07)
    assert len(set(triples)) == len(triples)


def test_the_same_seed_makes_the_same_graph() -> None:
    assert list(made_graph(600)) == list(made_graph(600))
    assert list(made_graph(600)) != list(made_graph(600, seed=1))
    assert random_graph(random.Random(1)) == random_graph(random.Random(1))


def test_names_and_contradictions_are_added_on_demand() -> None:
    few, many = (set(made_graph(600, same=share)) for share in (0, 1))
    assert any(triple.predicate.value.endswith("sameAs") for triple in many - few)
    assert any("/c/" in str(triple) for triple in made_graph(600, clash=True))


def test_each_kind_of_piece_makes_triples() -> None:
    for kind in KINDS:
        assert Pieces(random.Random(1)).make(kind)


def test_the_command_writes_the_graph(tmp_path: Path) -> None:
    output = tmp_path / "made.nt"
    command = [sys.executable, "-m", "benchmarks.ontologies", "600", "-o", str(output)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    read = [quad.triple for quad in ox.parse(path=output, format=ox.RdfFormat.N_TRIPLES)]
    assert list(islice(made_graph(600), 10)) == read[:10]
