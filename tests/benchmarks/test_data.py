from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from benchmarks.answers import canonical
from benchmarks.data import SIZES, Shape, quads, write
from benchmarks.workloads import TRIPLES, queries_of

ROOT = Path(__file__).parents[2]
SMALL = Shape.of("5k")


def load(path: Path) -> ox.Store:
    store = ox.Store()
    store.bulk_load(path=str(path))
    return store


@pytest.mark.parametrize("size", SIZES)
def test_a_size_is_about_what_it_says(size: str) -> None:
    assert Shape.of(size).quads == pytest.approx(SIZES[size], rel=0.03)


def test_quads_are_as_many_as_the_shape_says_and_none_twice(tmp_path: Path) -> None:
    write(tmp_path / "data.nq", SMALL)
    write(tmp_path / "data.nt", SMALL)
    named, default = load(tmp_path / "data.nq"), load(tmp_path / "data.nt")
    assert len(named) == len(default) == SMALL.quads
    assert {quad.triple for quad in named} == {quad.triple for quad in default}
    assert len(list(named.named_graphs())) == SMALL.articles + 1


def test_the_same_seed_makes_the_same_data() -> None:
    assert list(quads(SMALL)) == list(quads(SMALL))
    assert list(quads(SMALL)) != list(quads(SMALL, seed=1))


def test_counts_of_things(tmp_path: Path) -> None:
    shape = Shape(70)
    write(tmp_path / "data.nt", shape)
    store = load(tmp_path / "data.nt")
    assert (shape.articles, shape.whole_articles) == (2, 1)
    for kind, count in {"Association": shape.associations, "Passage": shape.actions, "Article": 2}.items():
        found = ox.NamedNode(f"https://w3id.org/tongzhou/ontology#{kind}")
        assert sum(1 for _ in store.quads_for_pattern(None, None, found, None)) == count


def test_the_construct_is_of_ten_thousand_triples(tmp_path: Path) -> None:
    shape = Shape(66)
    write(tmp_path / "data.nt", shape)
    query = queries_of(shape)["construct"]
    answer = load(tmp_path / "data.nt").query(query.numbered(5))
    assert isinstance(answer, ox.QueryTriples)
    assert canonical(answer.serialize(format=ox.RdfFormat.N_TRIPLES) or b"", TRIPLES).total() == 10_010


def test_fresh_queries_all_differ_and_answer_alike() -> None:
    for query in queries_of(SMALL).values():
        texts = {query.numbered(number) for number in range(3 * query.things + 3)}
        assert len(texts) == 3 * query.things + 3
        assert query.values(0)[0] == query.values(query.things)[0]


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.data", "5k", "-o"]
    good, bad = (
        subprocess.run([*command, tmp_path / name], cwd=ROOT, capture_output=True, text=True, check=False)
        for name in ("data.nq", "data.ttl")
    )
    assert good.stdout.startswith(f"{SMALL.quads} quads")
    assert bad.returncode == 2
    assert "must end in .nq or .nt" in bad.stderr
