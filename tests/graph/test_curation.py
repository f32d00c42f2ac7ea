"""What is left for curators: with file and line, and no words of a text that may not be shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tongzhou.graph.compile import Sources, compile_sources
from tongzhou.graph.curation import (
    CURATION,
    CurationItem,
    count_coverage,
    curation_items,
    read_items,
    write_items,
)
from tongzhou.graph.namespaces import ID
from tongzhou.graph.release import Release

MakeSources = Callable[..., Sources]


def items_of(sources: Sources) -> list[CurationItem]:
    return curation_items(compile_sources(sources), sources)


def spoilt(harbour: MakeSources, rights: str) -> Sources:
    """Return the harbour article with one more sentence that no fact states."""
    sources = harbour(("text: quotes", f"text: {rights}"))
    text = sources.articles / "harbour" / "text.txt"
    text.write_text(text.read_text(encoding="utf-8") + "\n丙港渔业协会捐款5亿元。\n", encoding="utf-8")
    return sources


def test_a_clause_that_nothing_states_is_named_with_its_line(harbour: MakeSources) -> None:
    before = items_of(harbour())
    items = items_of(spoilt(harbour, "whole"))
    text = "graph/articles/harbour/text.txt"
    assert set(items) - set(before) == {
        CurationItem("clause", text, 13, "", "丙港渔业协会捐款5亿元。"),
        CurationItem("number", text, 13, "", "5亿"),
    }


def test_of_a_text_of_quotes_no_other_words_are_shown(harbour: MakeSources) -> None:
    (clause,) = [item for item in items_of(spoilt(harbour, "quotes")) if item.kind == "clause"]
    assert (clause.line, clause.zh) == (13, "")


def test_things_without_links_and_names_of_ours_are_named(harbour: MakeSources) -> None:
    sources = harbour()
    lines = (sources.articles / "harbour" / "facts.yaml").read_text(encoding="utf-8").splitlines()
    boat = f"{ID}org/boat-association-of-the-harbour"
    line = lines.index("  - id: org/boat-association-of-the-harbour") + 1
    facts = "graph/articles/harbour/facts.yaml"
    found = {item.kind: item for item in items_of(sources) if item.thing == boat}
    assert found == {
        kind: CurationItem(kind, facts, line, boat, "甲港船业协会", "boat association of the harbour")
        for kind in ("link", "label")
    }


def test_an_agent_whom_no_quote_names_is_told(harbour: MakeSources) -> None:
    words = "    agent: org/boat-association-of-the-harbour\n    mobilised: group/members-of-the-boat-association\n    giver"
    wrong = words.replace("boat-association-of-the-harbour", "sail-association-of-the-bay", 1)
    told = [item for item in items_of(harbour((words, wrong))) if item.kind == "agent"]
    assert [(item.thing, item.zh) for item in told] == [(f"{ID}action/gift-of-money-by-members", "会员捐款")]
    assert not [item for item in items_of(harbour()) if item.kind == "agent"]


def test_a_link_is_enough(harbour: MakeSources) -> None:
    entry = "  - id: place/harbour\n"
    linked = items_of(harbour((entry, f"{entry}    sameAs: http://www.wikidata.org/entity/Q1\n")))
    assert f"{ID}place/harbour" not in {item.thing for item in linked}
    assert f"{ID}place/harbour" in {item.thing for item in items_of(harbour())}


def test_clauses_are_counted(harbour: MakeSources) -> None:
    before = json.loads(count_coverage(compile_sources(harbour())))
    after = json.loads(count_coverage(compile_sources(spoilt(harbour, "whole"))))
    iri = f"{ID}article/harbour"
    assert before.keys() == {iri}
    assert 0 < before[iri]["covered"] <= before[iri]["clauses"]
    assert after[iri] == {**before[iri], "clauses": before[iri]["clauses"] + 1}
    assert (before[iri]["zh"], before[iri]["en"]) == ("港口短讯", "news of the harbour")


@pytest.mark.parametrize("words", ['a "b", c', "两\n行", ""])
def test_items_are_read_as_written(words: str) -> None:
    items = [CurationItem("clause", "a.txt", 3, "", words)]
    assert read_items(write_items(items)) == items


def test_the_release_holds_them(release: Release) -> None:
    items = read_items((release.path / CURATION).read_bytes())
    assert {item.kind for item in items} >= {"link", "label"}
    root = Path(__file__).parents[2]
    assert all((root / item.file).is_file() and item.line > 0 for item in items)
