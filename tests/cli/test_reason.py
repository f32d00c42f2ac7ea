"""`tongzhou reason`, as a process: what follows, contradictions, labels of blank nodes, and mistakes in words."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

PREFIXES = """@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix : <urn:x:> .
"""
ONTOLOGY = PREFIXES + ":Cat rdfs:subClassOf :Animal . :Animal owl:disjointWith :Stone . :Dog a owl:Class .\n"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
CAT = f"_:tom {TYPE} <urn:x:Cat> .\n"
STONE = f"_:tom {TYPE} <urn:x:Stone> .\n"
FOLLOWS = f"_:tom {TYPE} <urn:x:Animal> .\n"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tongzhou", "reason", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    ontology, data = tmp_path / "ontology.ttl", tmp_path / "data.nt.gz"
    ontology.write_text(ONTOLOGY, encoding="utf-8")
    data.write_bytes(gzip.compress(CAT.encode()))
    return ontology, data


@pytest.mark.parametrize("reasoner", ["tongzhou", "sparql", "owlrl", "reasonable"])
def test_each_reasoner_says_what_follows(files: tuple[Path, Path], reasoner: str) -> None:
    done = run(*files, "--reasoner", reasoner)
    assert (done.returncode, done.stderr) == (0, "")
    assert FOLLOWS in done.stdout
    if reasoner in ("tongzhou", "sparql"):
        assert done.stdout == FOLLOWS


def test_trivial_triples_are_given_on_demand(files: tuple[Path, Path], tmp_path: Path) -> None:
    output = tmp_path / "out.nt"
    done = run(*files, "--all", "-o", output)
    assert (done.returncode, done.stdout) == (0, "")
    lines = output.read_text(encoding="utf-8").splitlines(keepends=True)
    assert lines == sorted(lines)
    assert FOLLOWS in lines
    assert any(
        line.startswith("<urn:x:Dog> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:x:Dog>")
        for line in lines
    )
    assert {path.name for path in tmp_path.iterdir()} == {"ontology.ttl", "data.nt.gz", "out.nt"}


def test_a_contradiction_is_proved_and_the_rest_follows_all_the_same(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "more.nq").write_text(
        STONE.replace(" .", " <urn:x:graph> .").replace("tom", "tim"), encoding="utf-8"
    )
    (tmp_path / "one.nt").write_text(CAT + STONE, encoding="utf-8")
    done = run(files[0], tmp_path / "one.nt", tmp_path / "more.nq")
    assert done.returncode == 1
    assert done.stdout == FOLLOWS
    assert done.stderr.splitlines() == [
        "contradiction by cax-dw: Nothing is in two disjoint classes",
        "  <urn:x:Animal> <http://www.w3.org/2002/07/owl#disjointWith> <urn:x:Stone>  [asserted]",
        f"  _:tom {TYPE} <urn:x:Animal>  [by cax-sco]",
        "    <urn:x:Cat> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:x:Animal>  [asserted]",
        f"    _:tom {TYPE} <urn:x:Cat>  [asserted]",
        f"  _:tom {TYPE} <urn:x:Stone>  [asserted]",
    ]


def test_rules_of_ones_own_are_applied_too(files: tuple[Path, Path], tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    rule = "purrs | ?x a <urn:x:Cat> | ?x a <urn:x:Purring> | 猫会打呼噜 | A cat purrs\n"
    (folder / "mine.rules").write_text(rule, encoding="utf-8")
    done = run(*files, "--rules", folder)
    assert done.stdout == FOLLOWS + FOLLOWS.replace("Animal", "Purring")
    (folder / "owl2-rl.rules").write_text("# none of the table\n", encoding="utf-8")
    assert run(*files, "--rules", folder).stdout == FOLLOWS.replace("Animal", "Purring")


@pytest.mark.parametrize(
    ("name", "text", "options", "code", "message"),
    [
        ("bad.nt", CAT + "<urn:a> <b> .\n", [], 1, "bad.nt: line 2, column "),
        ("bad.xyz", "", [], 1, "bad.xyz: the suffix tells no format of RDF"),
        ("bad.nt.zst", "plain", [], 1, "bad.nt.zst can't be read"),
        ("a.nt", CAT, ["-o", "/nowhere/at/all.nt"], 1, "Give another file with -o"),
        ("a.nt", CAT, ["--rules", "."], 2, "there is no file *.rules"),
        ("a.nt", CAT, ["--rules", ".", "--reasoner", "owlrl"], 2, "owlrl has rules of its own"),
    ],
)
def test_mistakes_are_told(
    tmp_path: Path, name: str, text: str, options: list[str], code: int, message: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    done = run(tmp_path / name, *options)
    assert done.returncode == code
    assert message in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr


def test_a_wrong_rule_is_told_with_its_line(files: tuple[Path, Path], tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "mine.rules").write_text("# mine\nx | ?x a ?y | ?z a ?y | 甲 | A\n", encoding="utf-8")
    done = run(*files, "--rules", folder)
    assert done.returncode == 1
    assert "mine.rules:2: x: ?z of the head is not in the body" in done.stderr


def test_output_that_fails_leaves_the_former_file(files: tuple[Path, Path], tmp_path: Path) -> None:
    output = tmp_path / "out.nt"
    output.write_text("former", encoding="utf-8")
    (tmp_path / "bad.nt").write_text("nonsense", encoding="utf-8")
    assert run(*files, tmp_path / "bad.nt", "-o", output).returncode == 1
    assert output.read_text(encoding="utf-8") == "former"
