"""Every clause of an article is stated by facts, or is named with the words that they leave out."""

from __future__ import annotations

from collections.abc import Callable

from tongzhou.graph.compile import Sources, compile_sources
from tongzhou.graph.coverage import Clause, clauses_of

MakeSources = Callable[..., Sources]


def clauses(sources: Sources, more: str = "") -> list[Clause]:
    """Return the clauses of the harbour article, `more` added to its text."""
    path = sources.articles / "harbour" / "text.txt"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    compiled = compile_sources(sources)
    return clauses_of(compiled.articles[0], compiled.dataset)


def test_clauses_end_with_a_full_stop_or_semicolon_and_layout_is_none(harbour: MakeSources) -> None:
    found = clauses(harbour())
    assert [clause.text for clause in found] == [
        "甲港船业协会动员会员捐款约3亿元；",
        "乙港帆业协会为甲港会员提供了2艘救生艇。",
        "会议指出，船业前景广阔。",
        "会员要尽快开航。",
    ]
    assert [clause.line for clause in found] == [3, 4, 9, 10]
    assert all(clause.is_covered for clause in found)


def test_a_block_without_a_full_stop_is_a_clause(harbour: MakeSources) -> None:
    assert clauses(harbour(), "\n以下两点：\n\n散会。\n")[-2].text == "以下两点："


def test_a_clause_that_no_fact_quotes_is_left_out_whole(harbour: MakeSources) -> None:
    last = clauses(harbour(), "\n丙港渔业协会捐船。\n")[-1]
    assert (last.is_covered, last.left_out) == (False, ("丙港渔业协会捐船。",))


def test_words_that_nothing_quotes_are_left_out(harbour: MakeSources) -> None:
    found = clauses(
        harbour(
            ("quote: 甲港船业协会动员会员捐款约3亿元；", "quote: 协会动员会员捐款约3亿元；"),
            ("mention: 甲港船业协会\n", "mention: 船业协会\n"),
            ("opens: 甲港船业协会动员会员", "opens: 船业协会动员会员"),
        )
    )
    assert found[0].left_out == ("甲港",)


def test_a_fact_that_quotes_less_than_half_does_not_state_a_clause(harbour: MakeSources) -> None:
    change = ("quote: 乙港帆业协会为甲港会员提供了2艘救生艇。", "quote: 提供了2艘救生艇")
    group = (
        "quote: [动员会员, 会员要尽快开航]",
        "quote: [动员会员, 乙港帆业协会为甲港会员提供了, 会员要尽快开航]",
    )
    assert clauses(harbour(change, group))[1].left_out == ("乙港帆业协会为甲港会员提供了2艘救生艇。",)


def test_a_request_without_addressee_counts_when_somebody_issued_it(harbour: MakeSources) -> None:
    found = clauses(harbour(("    addressee: group/members-of-the-boat-association\n", "")))
    assert found[3].is_covered


def test_a_request_of_nobody_to_nobody_does_not_count(harbour: MakeSources) -> None:
    change = (
        "    issuedBy: meeting/harbour-meeting\n    addressee: group/members-of-the-boat-association\n",
        "",
    )
    assert not clauses(harbour(change))[3].is_covered


def test_an_action_without_agent_does_not_count(harbour: MakeSources) -> None:
    found = clauses(harbour(("    agent: org/sail-association-of-the-bay\n", "")))
    assert not found[1].is_covered


def test_a_statement_covers_an_opinion_only(harbour: MakeSources) -> None:
    """As soon as the clause names an organisation, it tells of somebody, and a statement is not enough."""
    assert [clause.is_opinion for clause in clauses(harbour())] == [False, False, True, False]
    assert clauses(harbour())[2].is_covered
    change = ("mention: 乙港帆业协会", "mention: [乙港帆业协会, 船业前景]")
    told = clauses(harbour(change))[2]
    assert (told.is_covered, told.is_opinion) == (False, False)


def test_lead_ins_and_punctuation_need_no_quote(harbour: MakeSources) -> None:
    change = ("quote: 会员要尽快开航。", "quote: [会员要尽快开航。, 乙会员要“出海”]")
    assert clauses(harbour(change), "\n如，乙会员要“出海” ！\n")[-1].is_covered


def test_damaged_signs_need_no_quote(harbour: MakeSources) -> None:
    change = ("quote: 会员要尽快开航。", "quote: [会员要尽快开航。, 乙会员要出海]")
    assert clauses(harbour(change), "\n\ufffd \ufffd 乙会员要出海。\n")[-1].is_covered
