"""All checks together: nothing to mend in the sources, and each kind of mistake found by its check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pyoxigraph as ox
import pytest

from tongzhou.graph import check
from tongzhou.graph.build import default_sources
from tongzhou.graph.check import Report, check_sources
from tongzhou.graph.compile import Compiled, Sources, compile_sources
from tongzhou.graph.resources import ontology_dir
from tongzhou.graph.tally import Tally

MakeSources = Callable[..., Sources]


def silent(_: str) -> None:
    """Tell nobody."""


@pytest.fixture(scope="module")
def report() -> Report:
    """Return what the checks say of the sources of this checkout."""
    return check_sources(default_sources(), tell=silent)


def tally(report: Report, title: str) -> Tally:
    """Return a table by its title."""
    return next(table for table in report.tallies if table.title == title)


def count(table: Tally, name: str) -> int:
    """Return the last cell of a row."""
    return int(next(row[-1] for row in table.rows if row[0] == name))


def failing(sources: Sources) -> dict[str, list[str]]:
    """Return the messages of the checks that found something."""
    report = check_sources(sources, tell=silent)
    return {each.name: [fault.message for fault in each.faults] for each in report.checks if each.faults}


def test_there_is_nothing_to_mend(report: Report) -> None:
    assert [str(fault) for fault in report.faults] == []
    assert all(each.size for each in report.checks)


def test_every_check_is_run(report: Report) -> None:
    assert [each.name for each in report.checks] == [
        "sources",
        "quotes",
        "clauses",
        "numbers",
        "shapes",
        "declared terms",
        "labels and definitions",
        "OWL 2 RL profile",
        "dangling IRIs",
        "hierarchies",
        "former identifiers",
        "consistency",
    ]


def test_every_clause_of_every_article_is_stated(report: Report) -> None:
    table = tally(report, "clauses with their facts")
    assert table.rows
    assert all(covered == of for _, _, covered, of in table.rows)
    assert sum(int(of) for _, _, _, of in table.rows) >= 79


def test_few_clauses_are_opinions_and_are_counted_as_such(report: Report) -> None:
    table = tally(report, "clauses with their facts")
    assert table.columns[1] == "by statements only"
    assert [int(opinions) for _, opinions, _, _ in table.rows] == [3]


def test_organisations_are_counted_by_kind(report: Report) -> None:
    """The article names 63 organisations, 58 of them associations."""
    table = tally(report, "organisations by kind")
    kinds = ("NationalAssociation", "LocalAssociation", "GovernmentBody", "Enterprise")
    assert {kind: count(table, f"tz:{kind}") for kind in kinds} == {
        "NationalAssociation": 53,
        "LocalAssociation": 5,
        "GovernmentBody": 4,
        "Enterprise": 1,
    }
    assert ("tz:Enterprise", "企业", "enterprise", "1") in table.rows
    assert count(table, "all, each once") == 63
    assert count(tally(report, "groups without a name"), "tz:UnnamedGroup") >= 60


def test_actions_are_counted_by_kind(report: Report) -> None:
    table = tally(report, "actions by kind")
    assert count(table, "all, each once") >= 90
    assert count(table, "tz:MonetaryDonation") >= 5


def test_numbers_are_counted_and_those_left_out_have_a_reason(report: Report) -> None:
    table = tally(report, "numbers of the text")
    kinds = {row[0] for row in table.rows}
    assert kinds == {"quantity", "date", "count", "ordinal", "word", "in the graph", "all"}
    assert (count(table, "in the graph"), count(table, "all")) == (26, 43)
    left_out = tally(report, "numbers not in the graph, and why").rows
    assert all(reason in {"ordinal", "word", "name"} and word for _, _, reason, word in left_out)


def test_triples_are_counted_by_graph(report: Report) -> None:
    """By names that an 80-column terminal shows whole."""
    assert [name for name, _ in tally(report, "triples by graph").rows] == [
        "article/associations-epidemic-response",
        "article/associations-epidemic-response/name",
        "background",
        "inferred",
        "ontology",
    ]


def test_the_harbour_article_has_nothing_to_mend(harbour: MakeSources) -> None:
    told: list[str] = []
    assert check_sources(harbour(), tell=told.append).faults == ()
    assert told[0] == "sources"
    assert "consistency" in told


def test_sources_that_do_not_compile_are_reported_alone(harbour: MakeSources) -> None:
    report = check_sources(harbour(("type: MonetaryDonation", "type: Gift")), tell=silent)
    assert [each.name for each in report.checks] == ["sources"]
    assert report.faults[0].message == "'Gift' is not a word for 'type'."
    assert report.tallies == ()


def test_a_clause_left_out_is_named_with_file_and_line(harbour: MakeSources) -> None:
    sources = harbour(("    agent: org/sail-association-of-the-bay\n", ""))
    report = check_sources(sources, tell=silent)
    found = {each.name: each.faults for each in report.checks if each.faults}
    assert set(found) == {"clauses", "shapes"}
    (fault,) = found["clauses"]
    assert fault.path == str(sources.articles / "harbour" / "text.txt")
    assert fault.line == 4
    assert fault.message == "no fact states the clause '乙港帆业协会为甲港会员提供了2艘救生艇。'."
    assert fault.remedy.startswith("Quote it in an action with its agent")


def test_part_of_a_clause_left_out_is_named(harbour: MakeSources) -> None:
    group = ("quote: [动员会员, 会员要尽快开航]", "quote: 动员会员")
    found = failing(harbour(("quote: 会员要尽快开航。", "quote: 要尽快开航"), group))
    assert found == {"clauses": ["of the clause '会员要尽快开航。' nothing quotes '会员'."]}


def test_a_number_left_out_is_named(harbour: MakeSources) -> None:
    change = (
        "    quantity:\n      type: Quantity\n      label: {en: two lifeboats}\n      wording: 2艘救生艇\n      value: 2\n"
        "      lowerBound: 2\n      upperBound: 2\n      hedge: exact\n      measure: pieces\n      unit: piece\n",
        "",
    )
    (message,) = failing(harbour(change))["numbers"]
    assert message.startswith("the number '2' in ")
    assert message.endswith("is in no fact.")


def test_a_misread_number_is_named(harbour: MakeSources) -> None:
    found = failing(harbour(("value: 300000000", "value: 30000000")))
    assert "the wording '约3亿元' does not print the value 30000000." in found["numbers"]


def test_a_dangling_reference_and_a_missing_concept_are_named(harbour: MakeSources) -> None:
    changes = (
        ("locatedIn: place/harbour", "locatedIn: place/harbor"),
        ("topic: theme:mutual-aid", "topic: theme:mutal-aid"),
    )
    found = failing(harbour(*changes))
    assert found["dangling IRIs"] == ["tz:locatedIn names 'place/harbor', which nothing describes."]
    assert found["declared terms"] == ["the concept 'scheme/harbour/mutal-aid' is not declared."]


def test_a_place_within_itself_is_named(harbour: MakeSources) -> None:
    label = "      label: {zh: 甲港, en: harbour}"
    found = failing(harbour((label, f"{label}\n      locatedIn: place/harbour")))
    assert found == {"hierarchies": ["tz:locatedIn leads from it back to itself."]}


def test_a_former_identifier_that_still_stands_is_named(harbour: MakeSources, tmp_path: Path) -> None:
    moved = tmp_path / "moved.yaml"
    moved.write_text(
        "withdrawn:\n  org/sail-association-of-the-bay: {release: r1, zh: 重复, en: twice}\n", "utf-8"
    )
    report = check_sources(replace(harbour(), moved=moved), tell=silent)
    (fault,) = report.faults
    assert (fault.path, fault.line, fault.message) == ("graph/moved.yaml", 2, "is in the graph as it was.")


def test_a_misread_date_is_named(harbour: MakeSources) -> None:
    found = failing(
        harbour(("quote: 会议指出\n", "quote: 会议指出\n    monthDay: --02-21\n    wording: 会议\n"))
    )
    assert found == {"numbers": ["the wording '会议' does not print the date --02-21."]}


def test_a_theme_labelled_as_a_class_is_named(harbour: MakeSources) -> None:
    found = failing(harbour(("label: {zh: 互助, en: mutual aid}", "label: {zh: 互助, en: place}")))
    assert found == {"labels and definitions": ["the label 'place' in en is that of 'tz:Place' too."]}


def test_a_contradiction_is_named_at_its_fact(harbour: MakeSources) -> None:
    sources = harbour(("type: GoodsProvision", "type: [GoodsProvision, Place]"))
    report = check_sources(sources, tell=silent)
    found = next(each.faults for each in report.checks if each.name == "consistency")
    path = sources.articles / "harbour" / "facts.yaml"
    written = path.read_text(encoding="utf-8")
    line = written[: written.index("- id: action/lifeboats-for-members")].count("\n") + 1
    assert {(fault.path, fault.line, fault.subject) for fault in found} == {
        (str(path), line, "action/lifeboats-for-members")
    }
    assert all(fault.remedy and fault.message.endswith(".") for fault in found)


def test_a_construct_outside_the_profile_is_named_with_its_line(harbour: MakeSources, tmp_path: Path) -> None:
    ontology = tmp_path / "ontology"
    copytree(ontology_dir(), ontology)
    with (ontology / "tongzhou.ttl").open("a", encoding="utf-8") as file:
        file.write("\ntz:Boat a owl:Class ;\n  rdfs:subClassOf [ owl:unionOf ( tz:Place tz:Output ) ] .\n")
    line = (ontology / "tongzhou.ttl").read_text(encoding="utf-8").count("\n") - 1
    sources = harbour()
    report = check_sources(Sources(ontology, sources.articles, sources.background), tell=silent)
    found = {each.name: each.faults for each in report.checks}["OWL 2 RL profile"]
    assert found
    assert {(fault.path, fault.line) for fault in found} == {("ontology/tongzhou.ttl", line)}


def test_a_passage_that_is_not_at_its_place_is_named(
    harbour: MakeSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shift(sources: Sources) -> Compiled:
        """Compile, and change the words of one selector."""
        compiled = compile_sources(sources)
        exact = next(quad for quad in compiled.dataset if quad.predicate.value.endswith("#exact"))
        compiled.dataset.remove(exact)
        compiled.dataset.add(ox.Quad(exact.subject, exact.predicate, ox.Literal("别的话"), exact.graph_name))
        return compiled

    monkeypatch.setattr(check, "compile_sources", shift)
    found = failing(harbour())
    assert found == {"quotes": ["the passage does not hold the words at its place."]}
