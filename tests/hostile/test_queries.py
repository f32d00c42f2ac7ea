"""Query bombs of every kind: each ends in time, within memory, and with a status that says what happened."""

from __future__ import annotations

import threading
from urllib.parse import quote

import pytest

from .bombs import BOMBS
from .conftest import in_time
from .harness import Server, next_client
from .wire import Response, ask, get

LIMIT = 0.5


def run(server: Server, name: str, *, accept: str = "", limit: float = LIMIT) -> Response:
    """Send a bomb; assert that it ends in time and says what became of it."""
    response = ask(server.address, BOMBS[name].query, accept=accept, timeout=limit)
    assert response.status in BOMBS[name].statuses, (response.status, response.body[:500])
    assert in_time(response.seconds, limit=limit), f"{response.seconds:.2f} s"
    if response.status != 200:
        assert response.problem in {
            "deadline",
            "out-of-memory",
            "answer-too-large",
            "query-syntax",
            "query-crashed",
            "query-refused-nesting",
        }
    return response


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends(dataset: Server, name: str) -> None:
    run(dataset, name)


@pytest.mark.parametrize(
    "name", ["count of a cross product", "doubling of a string", "all of a cross product"]
)
def test_a_bomb_ends_at_a_release_too(published: Server, name: str) -> None:
    run(published, name, limit=3)


@pytest.mark.parametrize(
    "accept", ["text/csv", "application/sparql-results+xml", "text/tab-separated-values"]
)
def test_what_is_too_much_never_looks_whole(dataset: Server, accept: str) -> None:
    response = run(dataset, "all of a cross product", accept=accept)
    assert response.status != 200 or not response.whole


@pytest.mark.parametrize(
    "wish", ["1000000", "99999999999", "1e9", "inf", "nan", "-1", "0", "1,5", "", "1&timeout=2", "٣"]
)
def test_nobody_gets_more_time(dataset: Server, wish: str) -> None:
    response = ask_with(dataset, wish)
    assert response.status in (400, 504)
    assert in_time(response.seconds)


def ask_with(server: Server, wish: str) -> Response:
    """Send a long query that wishes for a limit of time."""
    return get(
        server.address, BOMBS["count of a cross product"].query, more=f"&timeout={quote(wish, safe='&=')}"
    )


def test_many_bombs_at_once_leave_room(dataset: Server) -> None:
    """Twelve at once: each ends in time or is turned away, and others are served meanwhile."""
    answers: list[Response] = []
    names = ["count of a cross product", "VALUES times twelve", "paths in a ring", "doubling of a string"] * 3

    def attack(name: str) -> None:
        answers.append(ask(dataset.address, BOMBS[name].query))

    threads = [threading.Thread(target=attack, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    slowest = max(next_client(dataset).seconds for _ in range(30))
    for thread in threads:
        thread.join(timeout=20)
    assert len(answers) == len(names)
    assert {answer.status for answer in answers} <= {200, 429, 503, 504, 507}
    for answer in answers:
        assert in_time(answer.seconds, limit=4)
        if answer.status in (429, 503):
            assert int(answer.headers["retry-after"]) >= 1
    assert slowest < 1
