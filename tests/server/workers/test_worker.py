"""What a worker says to a job, in this process: the same object that forked and spawned ones run."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox
import pytest

from tongzhou.graph.store import StoreEvaluator
from tongzhou.server.problems import RequestError, reply_to
from tongzhou.server.result_table import ResultTable
from tongzhou.server.workers.channel import Channel, Kind, pack
from tongzhou.server.workers.job import Job
from tongzhou.server.workers.refusals import refusal_from_json
from tongzhou.server.workers.worker import Worker

pytestmark = pytest.mark.usefixtures("collected")

TRIPLES = 2_000
ALL = "SELECT * { ?s ?p ?o }"


@pytest.fixture(scope="module")
def store() -> ox.Store:
    """Return a store of some triples."""
    store = ox.Store()
    p = ox.NamedNode("https://schema.org/position")
    store.extend(ox.Quad(ox.NamedNode(f"urn:s{n}"), p, ox.Literal(n)) for n in range(TRIPLES))
    return store


class Conversation:
    """A worker and the server's end of its channel."""

    def __init__(self, store: ox.Store) -> None:
        """Tie them together."""
        self._server, self._theirs = socket.socketpair()
        self._server.setblocking(True)
        channel = Channel(self._theirs.fileno(), self._theirs.fileno())
        self._worker = Worker(channel, StoreEvaluator(store), "the-snapshot")
        for end in (self._server, self._theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**21)

    def ask(self, job: Job) -> list[tuple[Kind, Any]]:
        """Return what the worker says to a job: bytes of DATA, else the JSON of a frame."""
        ours = Channel(self._server.fileno(), self._server.fileno())
        self._worker.answer(job)
        said: list[tuple[Kind, Any]] = []
        while not said or said[-1][0] not in (Kind.END, Kind.PROBLEM, Kind.BROKEN):
            frame = ours.receive()
            assert frame is not None
            kind, payload = frame
            said.append((kind, payload if kind in (Kind.DATA, Kind.END) else json.loads(payload)))
        return said

    def run(self, jobs: list[Job]) -> list[Kind]:
        """Send jobs, close, let the worker run until its end, and return the kinds of what it said."""
        for job in jobs:
            self._server.sendall(pack(Kind.JOB, job.to_bytes()))
        self._server.shutdown(socket.SHUT_WR)
        self._worker.run()
        self._theirs.shutdown(socket.SHUT_WR)
        ours = Channel(self._server.fileno(), self._server.fileno())
        return [kind for kind, _ in iter(ours.receive, None)]

    def close(self) -> None:
        """Close both ends."""
        self._server.close()
        self._theirs.close()


@pytest.fixture
def conversation(store: ox.Store) -> Iterator[Conversation]:
    """Return a conversation of its own."""
    talk = Conversation(store)
    yield talk
    talk.close()


def test_an_answer_has_head_data_and_end(conversation: Conversation) -> None:
    (kind, head), (_, body), (end, _) = conversation.ask(Job("ASK {}", accept="text/csv"))
    assert (kind, end, body) == (Kind.HEAD, Kind.END, b"true")
    assert head["status"] == 200
    assert head["snapshot"] == "the-snapshot"
    assert head["type"] == "text/csv; charset=utf-8"
    assert head["etag"].startswith('W/"')


def test_what_the_client_has_is_not_evaluated(conversation: Conversation) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    tag = conversation.ask(Job("ASK { # a comment\n}"))[0][1]["etag"]
    said = conversation.ask(Job("ASK {}", if_none_match=tag))
    assert [kind for kind, _ in said] == [Kind.HEAD, Kind.END]
    assert said[0][1]["status"] == 304
    assert conversation.ask(Job(endless, if_none_match="*"))[0][1]["status"] == 304


def test_short_turtle_has_prefixes(conversation: Conversation) -> None:
    query = "PREFIX s: <https://schema.org/> CONSTRUCT WHERE { ?x s:position 7 }"
    body = conversation.ask(Job(query))[1][1]
    assert body.decode() == "@prefix s: <https://schema.org/> .\n<urn:s7> s:position 7 .\n"


def test_browsers_get_a_table(conversation: Conversation) -> None:
    (_, head), (_, body), _ = conversation.ask(Job(ALL, accept="text/html", rows_on_page=5))
    table = ResultTable.from_json(body)
    assert head["type"].startswith("text/html")
    assert (set(table.columns), len(table.rows), table.count) == ({"s", "p", "o"}, 5, TRIPLES)


@pytest.mark.parametrize(
    ("job", "said"),
    [
        (Job("ASK {"), "query-syntax"),
        (Job("ASK { SERVICE <urn:a> {} }"), "query-refused-service"),
        (Job("ASK {}", accept="text/turtle"), "not-acceptable"),
        (Job("SELECT (<urn:f>(1) AS ?x) {}"), "query-failed"),
        (Job(ALL, most_rows=10), "answer-too-large"),
        (Job(ALL, most_bytes=100), "answer-too-large"),
        (Job(ALL, accept="text/html", rows_on_page=5, most_bytes=100), "answer-too-large"),
    ],
)
def test_problems_before_the_head(conversation: Conversation, job: Job, said: str) -> None:
    ((kind, problem),) = conversation.ask(job)
    assert kind is Kind.PROBLEM
    reply = reply_to(refusal_from_json(problem), "en")
    assert json.loads(reply.body)["type"].endswith(f"/{said}")


def test_an_answer_that_can_not_be_finished_is_broken(conversation: Conversation) -> None:
    said = conversation.ask(Job(ALL, most_bytes=150_000))
    assert said[0][0] is Kind.HEAD
    kind, problem = said[-1]
    assert kind is Kind.BROKEN
    error = refusal_from_json(problem)
    assert isinstance(error, RequestError)
    assert (error.kind, error.facts) == ("answer-too-large", {"cap": "bytes", "most": "150,000"})


def test_it_runs_until_the_server_closes(conversation: Conversation) -> None:
    said = conversation.run([Job("ASK {}"), Job("ASK {")])
    assert said == [Kind.HEAD, Kind.DATA, Kind.END, Kind.PROBLEM]
