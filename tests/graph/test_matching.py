"""Names from lists are matched with things, and nothing is matched that is only near."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from benchmarks.name_variants import VARIANTS, is_expected

from tongzhou.graph.matching import LONGEST, Wish, match_name, resolve_places
from tongzhou.graph.namespaces import ID, TZ
from tongzhou.graph.release import Release
from tongzhou.graph.search.document import Document, Name
from tongzhou.graph.search.index import SearchIndex, write_index

ROWS = list(csv.DictReader(VARIANTS.read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def index(release: Release) -> SearchIndex:
    return SearchIndex(release.search_path)


@pytest.fixture
def namesakes(tmp_path: Path) -> SearchIndex:
    """Return an index of two associations of one name, in Wuhan and in Beijing, and of these places."""
    names = (Name("清洁协会", "zh", "label"),)
    places = [
        Document(f"{ID}place/{slug}", "thing", "place", (f"{TZ}Place",), (), (Name(text, "zh", "label"),))
        for slug, text in (("wuhan", "武汉"), ("beijing", "北京"))
    ]
    associations = [
        Document(f"{ID}org/{place.iri[-5:]}", "thing", "org", (f"{TZ}Association",), (place.iri,), names)
        for place in places
    ]
    write_index(tmp_path / "index", [*places, *associations])
    return SearchIndex(tmp_path / "index")


def test_there_are_twenty_variants() -> None:
    assert len(ROWS) >= 20
    assert {row["answer"] for row in ROWS} == {"match", "near", "none"}


@pytest.mark.parametrize("row", ROWS, ids=[row["written"] for row in ROWS])
def test_variant_is_taken_for_what_it_is(index: SearchIndex, row: dict[str, str]) -> None:
    candidates = match_name(index, row["written"])
    assert is_expected(row, candidates), candidates
    assert [one.score for one in candidates] == sorted((one.score for one in candidates), reverse=True)
    assert sum(one.match for one in candidates) <= 1


def test_signals_are_told(index: SearchIndex) -> None:
    ((exact, *_), (alias, *_), (short, *_), (near, *_)) = (
        match_name(index, name) for name in ("中国酒业协会", "中华人民共和国民政部", "酒业协会", "中钢协")
    )
    assert (exact.features.exact, exact.features.alias, exact.score) == (True, False, 100.0)
    assert (alias.features.exact, alias.features.alias, alias.score) == (True, True, 100.0)
    assert (short.features.exact, short.features.short, short.score) == (False, True, 95.0)
    assert (near.features.short, near.features.in_order, near.match) == (False, True, False)
    assert 35 < near.features.near == near.score < 90


@pytest.mark.parametrize("text", ["org/china-meat-association", f"{ID}org/china-meat-association"])
def test_identifier_means_its_thing(index: SearchIndex, text: str) -> None:
    (candidate,) = match_name(index, text)
    assert (candidate.name.text, candidate.match) == ("中国肉类协会", True)


def test_types_keep_others_out(index: SearchIndex) -> None:
    place, group = f"{TZ}Place", f"{TZ}UnnamedGroup"
    (wuhan, *_) = match_name(index, "武汉", Wish(types=(place,)))
    assert (wuhan.document.iri, wuhan.match, wuhan.features.type) == (f"{ID}place/wuhan", True, True)
    assert match_name(index, "中国酒业协会", Wish(types=(place,))) == []
    members = match_name(index, "中国酒业协会", Wish(types=(group,)))
    assert {(one.document.kind, one.match) for one in members} == {("group", False)}


def test_types_that_are_only_wished_for_lower_the_score(index: SearchIndex) -> None:
    wish = Wish(types=(f"{TZ}Place",), strict_types=False)
    (candidate, *_) = match_name(index, "中国酒业协会", wish)
    assert (candidate.features.type, candidate.score, candidate.match) == (False, 70.0, False)


def test_all_types_have_to_fit(index: SearchIndex) -> None:
    types = (f"{TZ}Association", f"{TZ}Organisation")
    assert match_name(index, "中国酒业协会", Wish(types=types, all_types=True))[0].match
    assert not match_name(index, "中国酒业协会", Wish(types=(*types, f"{TZ}Place"), all_types=True))


def test_namesakes_are_told_apart_by_their_place(namesakes: SearchIndex) -> None:
    both = match_name(namesakes, "清洁协会")
    assert [(one.features.exact, one.match) for one in both] == [(True, False), (True, False)]
    wuhan = resolve_places(namesakes, ["武汉"])
    assert wuhan == (f"{ID}place/wuhan",)
    first, second = match_name(namesakes, "清洁协会", Wish(places=wuhan))
    assert (first.document.places, first.match, first.features.place) == (wuhan, True, True)
    assert (second.match, second.features.place, second.score) == (False, False, 70.0)
    assert not any(one.match for one in match_name(namesakes, "清洁协会", Wish(places=())))


@pytest.mark.parametrize(
    "text", ["", " ", "！", "🎈", "\ud800", "x" * 10 * LONGEST, "#", "org/", "org/absent", ID]
)
def test_what_names_nothing_matches_nothing(index: SearchIndex, text: str) -> None:
    assert not any(one.match for one in match_name(index, text))


def test_limit_keeps_the_first(index: SearchIndex) -> None:
    assert [len(match_name(index, "中国协会", limit=limit)) for limit in (1, 3)] == [1, 3]
