"""Files of rules: what is read, and what is refused with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.errors import SourceError
from tongzhou.graph.reason import load_rules
from tongzhou.graph.reason.rules import ListAll, ListMember, ListPair, ListPath, Pattern, Variable

HEAD = "prefix : <http://example.org/>\nprefix owl: <http://www.w3.org/2002/07/owl#>\n"


def write(folder: Path, line: str, name: str = "own.rules") -> Path:
    path = folder / name
    path.write_text(f"{HEAD}{line}\n", encoding="utf-8")
    return path


def test_terms_of_every_kind_are_read(tmp_path: Path) -> None:
    line = 'r | ?x :p "a \\"b\\" | c"@zh . ?x <urn:q> 01 . ?x a "1"^^<urn:d> | ?x :p.q "x" | 名 | A name'
    (rule,) = load_rules([write(tmp_path, line)])
    x = Variable("x")
    example = "http://example.org/"
    assert [atom.object for atom in rule.body if isinstance(atom, Pattern)] == [
        ox.Literal('a "b" | c', language="zh"),
        ox.Literal("01", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
        ox.Literal("1", datatype=ox.NamedNode("urn:d")),
    ]
    assert rule.head == (Pattern(x, ox.NamedNode(f"{example}p.q"), ox.Literal("x")),)
    assert (rule.id, dict(rule.labels)) == ("r", {"zh": "名", "en": "A name"})
    assert (rule.path, rule.line) == (str(tmp_path / "own.rules"), 3)


def test_lists_of_every_kind_are_read(tmp_path: Path) -> None:
    body = "?c owl:members ?l . LIST[?l, ?m] . LIST[?l, ?m, ?n] . LIST[?l, all ?k: ?x a ?k . ?k a ?x] . LIST[?l, path ?x ?y]"
    (rule,) = load_rules([write(tmp_path, f"r | {body} | false | 名 | A name")])
    lst, m, n, k, x, y = map(Variable, "lmnkxy")
    rdf_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    assert rule.body[1:] == (
        ListMember(lst, m),
        ListPair(lst, m, n),
        ListAll(lst, k, (Pattern(x, rdf_type, k), Pattern(k, rdf_type, x))),
        ListPath(lst, x, y),
    )
    assert rule.head == ()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("r | ?x a ?y | ?x a ?z | 名 | A name", r"\?z of the head is not in the body\. Use a variable"),
        ("r | ?x a ?y | ?y a ?x | 名", r"4 columns where a rule has five\. Write: id \| body"),
        ("r s | ?x a ?y | ?y a ?x | 名 | A name", "the id is no word"),
        (
            "r | ?x ex:p ?y | ?y a ?x | 名 | A name",
            r"the prefix ex: is not declared\. Add a line: prefix ex:",
        ),
        ("r | ?x a ?y ?y a ?x | ?y a ?x | 名 | A name", r"'\.' is due before '\?y a \?x'"),
        ("r | ?x a | ?y a ?x | 名 | A name", "nothing can be made of the end|due"),
        ("r | ?x a ?y . | ?y a ?x | 名 | A name", "nothing can be made of"),
        ("r | ?x a ?y | ?y a %x | 名 | A name", "nothing can be made of '%x'"),
        ('r | ?x a ?y | "v" a ?x | 名 | A name', "a literal heads a triple"),
        ("r | ?x a ?y | ?x 7 ?y | 名 | A name", "a literal heads a triple"),
        ("r | LIST[?l, ?m] | ?m a ?l | 名 | A name", "no triple with a property by name leads to the list"),
        ("r | ?x ?p ?l . LIST[?l, ?m] | ?m a ?l | 名 | A name", "no triple with a property by name leads"),
        ("r | ?x :p ?l . LIST[?l, all ?m: ?x a ?y] | ?x a ?y | 名 | A name", r"nothing is said of \?m"),
        (
            "r | ?x :p ?l . LIST[?l, all ?m: ?x a ?m] | ?m a ?x | 名 | A name",
            r"\?m of the head is not in the body",
        ),
        ("r | ?x :p ?l . LIST[?l, :m] | ?x a ?l | 名 | A name", "where a variable is due"),
        ("r | ?x :p ?l . LIST[?l ?m] | ?x a ?l | 名 | A name", "',' is due"),
        ("r | scan | false | 名 | A name", "there is no such scan"),
        ("prefix ex <urn:x>", "1 columns|columns where a rule has five"),
    ],
)
def test_bad_line_is_told_with_its_place(tmp_path: Path, line: str, told: str) -> None:
    path = write(tmp_path, line)
    with pytest.raises(SourceError, match=rf"own\.rules:3: .*(?:{told})") as caught:
        load_rules([path])
    assert len(caught.value.faults) == 1
    assert caught.value.faults[0].remedy


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, "r | ?x a ?y | ?x a ?z | 名 | A name\ns | ?x a | ?x a ?x | 名 | A name", "a.rules")
    write(tmp_path, "t | x | y | 名 | A name", "b.rules")
    with pytest.raises(SourceError) as caught:
        load_rules([tmp_path, tmp_path / "none.rules"])
    assert [(Path(fault.path).name, fault.line) for fault in caught.value.faults] == [
        ("a.rules", 3),
        ("a.rules", 4),
        ("b.rules", 3),
        ("none.rules", None),
    ]


def test_an_id_is_taken_once(tmp_path: Path) -> None:
    write(tmp_path, "r | ?x a ?y | ?y a ?x | 名 | A name", "a.rules")
    write(tmp_path, "r | ?x a ?y | ?y a ?x | 名 | A name", "b.rules")
    with pytest.raises(SourceError, match=r"b\.rules:3: r: the id is taken by .*a\.rules:3\. Give the rule"):
        load_rules([tmp_path])


def test_unknown_regime_is_refused(tmp_path: Path) -> None:
    rules = load_rules([write(tmp_path, "r | ?x a ?y | ?y a ?x | 名 | A name")])
    with pytest.raises(SourceError, match="no rules are known as 'owl'"):
        rules.regime("owl")
    assert list(rules.regime("none")) == []
    assert list(rules.regime("rl")) == list(rules)
