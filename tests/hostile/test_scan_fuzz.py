"""The scan before the parser, under arbitrary text and under every spelling of SERVICE."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tongzhou.graph.errors import QueryRefusedError, QuerySyntaxError, TongzhouError, UpdateSyntaxError
from tongzhou.graph.scan import refuse, tokenise
from tongzhou.graph.updates import refuse_update

from .engine import Engine, engine_of
from .harness import Canary
from .spellings import (
    BLANKS,
    CONTEXTS,
    ENDPOINTS,
    INTERESTING,
    KEYWORDS,
    PROLOGUES,
    load_updates,
    service_queries,
    service_updates,
)

FIXTURE_HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
PIECES = st.one_of(
    st.sampled_from([*INTERESTING, *BLANKS, *KEYWORDS, *CONTEXTS, *ENDPOINTS, *PROLOGUES]),
    st.text(max_size=6),
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=20).map("".join))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Return an engine for queries."""
    with engine_of("query") as running:
        yield running


@pytest.fixture(scope="module")
def updater() -> Iterator[Engine]:
    """Return an engine for updates."""
    with engine_of("update") as running:
        yield running


@given(TEXTS)
@settings(max_examples=1500, deadline=None)
def test_any_text_is_let_through_or_refused(text: str) -> None:
    for check in (refuse, refuse_update):
        with contextlib.suppress(QueryRefusedError, QuerySyntaxError, UpdateSyntaxError):
            check(text)


@given(TEXTS)
@settings(max_examples=500, deadline=None)
def test_tokens_stand_where_they_say(text: str) -> None:
    end = 0
    with contextlib.suppress(QuerySyntaxError):
        for token in tokenise(text):
            assert token.text
            assert text.startswith(token.text, token.start)
            assert token.start >= end
            end = token.start + len(token.text)


def seconds_of(check: Callable[[str], None], text: str) -> float:
    """Return the lesser processor time of two runs."""
    times: list[float] = []
    for _ in range(2):
        start = time.process_time()
        with contextlib.suppress(TongzhouError):
            check(text)
        times.append(time.process_time() - start)
    return min(times)


LONG = 10_000


@given(st.lists(PIECES, min_size=1, max_size=3).map("".join), st.lists(PIECES, max_size=2).map("".join))
@settings(max_examples=20, deadline=None, suppress_health_check=FIXTURE_HEALTH)
@example("<a", "").via("an IRI that never ends")
@example('"""a', "").via("a string that never ends")
@example("_:a.", "").via("a blank node and dots")
@example("a.", "").via("a prefix and dots")
@example("a:b.", "#").via("a name and dots")
@example("(", ")").via("brackets")
@example("?a<?b#>", "").via("IRIs that may be comparisons")
def test_time_grows_with_the_length_alone(piece: str, end: str) -> None:
    """Four times the text takes no more than eight times as long."""
    short, long = (piece * (length // max(len(piece), 1)) + end for length in (LONG, 4 * LONG))
    for check in (refuse, refuse_update):
        first, second = seconds_of(check, short), seconds_of(check, long)
        assert second <= 8 * first + 0.1, f"{first:.3f} s, then {second:.3f} s"


@pytest.mark.parametrize("piece", ["PREFIX a: <b/> a:service ", "("])
def test_a_megabyte_is_scanned_in_seconds(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    start = time.process_time()
    with contextlib.suppress(TongzhouError):
        refuse(text)
    assert time.process_time() - start < 15


@given(service_queries())
@settings(max_examples=2000, deadline=None, suppress_health_check=FIXTURE_HEALTH)
def test_what_is_let_through_visits_nobody(engine: Engine, canary: Canary, template: str) -> None:
    text = template.replace("<C", f"<{canary.url}")
    try:
        refuse(text)
    except (QueryRefusedError, QuerySyntaxError):
        return
    visits = canary.visits
    engine.run(text)
    assert canary.visits == visits, text


@given(service_updates())
@settings(max_examples=800, deadline=None, suppress_health_check=FIXTURE_HEALTH)
def test_no_update_that_is_let_through_visits_anybody(updater: Engine, canary: Canary, template: str) -> None:
    text = template.replace("<C", f"<{canary.url}")
    try:
        refuse_update(text)
    except (QueryRefusedError, QuerySyntaxError, UpdateSyntaxError):
        return
    visits = canary.visits
    updater.run(text)
    assert canary.visits == visits, text


@given(load_updates())
@settings(max_examples=800, deadline=None, suppress_health_check=FIXTURE_HEALTH)
def test_no_load_that_is_let_through_visits_anybody(updater: Engine, canary: Canary, template: str) -> None:
    """LOAD SILENT may pass: it is allowed to fail, and the writer has no network."""
    text = template.replace("<C", f"<{canary.url}")
    try:
        refuse_update(text)
    except (QueryRefusedError, QuerySyntaxError, UpdateSyntaxError):
        return
    visits = canary.visits
    updater.run(text)
    assert canary.visits == visits or "silent" in text.lower(), text
    canary.visits = visits


def test_the_engine_alone_would_visit(canary: Canary) -> None:
    """The test before is worth something: without the scan the engine goes out."""
    before = canary.visits
    with engine_of("query") as engine:
        assert engine.run(f"SELECT * {{ SERVICE <{canary.url}> {{ ?s ?p ?o }} }}") == "error"
    assert canary.visits > before
    canary.visits = before


@pytest.mark.parametrize(
    "text",
    [
        'SELECT ("SERVICE <x>" AS ?x) {}',
        "SELECT ?service { ?service ?p 'a SERVICE' } # SERVICE <x> {}",
        "PREFIX e: <http://x/> SELECT * { ?s e:service ?o }",
        "SELECT * { <http://x/service/> ?p '''SERVICE <x> { }''' }",
    ],
)
def test_the_word_alone_is_allowed(text: str) -> None:
    refuse(text)
