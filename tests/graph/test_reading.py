"""What may be shown of a text: all of it, or the sentences that facts quote and their neighbours."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tongzhou.graph.compile import Sources, compile_sources
from tongzhou.graph.index import Index
from tongzhou.graph.reading import Reading, read_readings, reading_of, write_readings

MakeSources = Callable[..., Sources]
MORE = "\n\n无人引用一。无人引用二。无人引用三。\n\n不在图中。\n"


def reading(sources: Sources, more: str = "") -> tuple[Reading, str]:
    """Return the reading of the harbour article, `more` added to its text, and the canonical text."""
    path = sources.articles / "harbour" / "text.txt"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    compiled = compile_sources(sources)
    return reading_of(compiled.articles[0], Index(compiled.dataset)), compiled.articles[0].text.text


@pytest.fixture
def of_quotes(harbour: MakeSources) -> tuple[Reading, str]:
    """The article with quotes only, and sentences that nothing quotes."""
    return reading(harbour(), MORE)


def test_a_whole_text_is_shown_whole(harbour: MakeSources) -> None:
    found, text = reading(harbour(("text: quotes", "text: whole")), MORE)
    assert found.rights == "whole"
    assert found.whole_text == text
    assert found.shown == len(text.replace("\n", ""))


def test_of_quotes_the_sentences_with_their_neighbours_are_shown(of_quotes: tuple[Reading, str]) -> None:
    found, text = of_quotes
    shown = "".join(run.text for block in found.blocks for run in block.runs)
    assert "会员要尽快开航。" in shown
    assert "无人引用一。" in shown, "the neighbour of a quoted sentence"
    assert "无人引用二。" not in shown
    assert "不在图中。" not in shown
    assert found.whole_text is None
    assert found.shown < len(text)


def test_runs_stand_where_they_say(of_quotes: tuple[Reading, str]) -> None:
    found, text = of_quotes
    runs = [run for block in found.blocks for run in block.runs]
    assert runs
    for run in runs:
        assert text[run.start : run.end] == run.text
        assert all(run.start <= start < run.end for start in run.sentences)
        assert run.sentences[0] == run.start


def test_a_block_has_its_role(harbour: MakeSources) -> None:
    found, text = reading(harbour())
    roles = {text[block.start : block.end]: block.role for block in found.blocks}
    assert {role for role in roles.values() if role} <= {
        "title",
        "heading",
        "byline",
        "caption",
        "running head",
    }
    assert None in roles.values()


def test_a_file_is_read_as_it_was_written(of_quotes: tuple[Reading, str]) -> None:
    assert read_readings(write_readings([of_quotes[0]])) == [of_quotes[0]]
