"""The server's end of a worker, frame by frame."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tongzhou.graph.errors import QuerySyntaxError
from tongzhou.server.problems import RequestError
from tongzhou.server.workers.channel import Kind, pack, pack_json
from tongzhou.server.workers.link import Answer, AnswerBrokenError, WorkerLink
from tongzhou.server.workers.refusals import refusal_to_json

HEAD = pack_json(Kind.HEAD, {"status": 200})
LOST = refusal_to_json(RequestError("worker-lost", {}))


class RecordingTransport(asyncio.Transport):
    """A transport that keeps what was asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.paused = False
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def pause_reading(self) -> None:
        assert not self.paused
        self.paused = True

    def resume_reading(self) -> None:
        assert self.paused
        assert not self.closed, "uvloop allows no such thing"
        self.paused = False

    def close(self) -> None:
        self.closed = True


class Conversation:
    """A link with its transport, and the answer to one job."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.transport = RecordingTransport()
        self.link = WorkerLink(
            on_ready=lambda: self.told.append("ready"),
            on_done=lambda: self.told.append("done"),
            on_lost=lambda: self.told.append("lost"),
        )
        self.link.connection_made(self.transport)
        self.link.data_received(pack_json(Kind.READY, {}))
        self.answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.link.ask(b"{}", self.answer)


def _run(scenario: Callable[[Conversation], Awaitable[None]]) -> None:
    async def main() -> None:
        await scenario(Conversation())

    asyncio.run(main())


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_answer_in_any_pieces(size: int) -> None:
    async def scenario(talk: Conversation) -> None:
        assert talk.transport.written == pack(Kind.JOB, b"{}")
        data = HEAD + pack(Kind.DATA, b"one ") + pack(Kind.DATA, b"two") + pack(Kind.END)
        for start in range(0, len(data), size):
            talk.link.data_received(data[start : start + size])
        answer = await talk.answer
        body = answer.body if answer.stream is None else b"".join([piece async for piece in answer.stream])
        assert (answer.head, body) == ({"status": 200}, b"one two")
        assert talk.told == ["ready", "done"]
        assert (answer.stream is None) == (size == 1000)

    _run(scenario)


def test_refusal_is_the_error_of_the_worker() -> None:
    async def scenario(talk: Conversation) -> None:
        error = QuerySyntaxError("line 1, column 2: no", line=1, column=2)
        talk.link.data_received(pack_json(Kind.PROBLEM, refusal_to_json(error)))
        with pytest.raises(QuerySyntaxError) as caught:
            await talk.answer
        assert (str(caught.value), caught.value.line, caught.value.column) == (str(error), 1, 2)
        assert talk.told == ["ready", "done"]

    _run(scenario)


@pytest.mark.parametrize("how", ["frame", "pool"])
def test_stream_that_fails_breaks_after_what_came(how: str) -> None:
    async def scenario(talk: Conversation) -> None:
        talk.link.data_received(HEAD + pack(Kind.DATA, b"one"))
        answer = await talk.answer
        assert answer.stream is not None
        if how == "frame":
            talk.link.data_received(pack_json(Kind.BROKEN, LOST))
        else:
            talk.link.fail(RequestError("worker-lost", {}))
        assert await anext(answer.stream) == b"one"
        with pytest.raises(AnswerBrokenError):
            await anext(answer.stream)
        assert talk.told == (["ready", "done"] if how == "frame" else ["ready"])

    _run(scenario)


def test_broken_in_the_same_breath_as_head_is_still_a_refusal() -> None:
    async def scenario(talk: Conversation) -> None:
        talk.link.data_received(HEAD + pack(Kind.DATA, b"one") + pack_json(Kind.BROKEN, LOST))
        with pytest.raises(RequestError) as caught:
            await talk.answer
        assert caught.value.kind == "worker-lost"

    _run(scenario)


def test_worker_is_held_up_while_nobody_reads() -> None:
    async def scenario(talk: Conversation) -> None:
        piece = pack(Kind.DATA, b"x" * 50_000)
        talk.link.data_received(HEAD + piece)
        answer = await talk.answer
        assert answer.stream is not None
        sent = 1
        while not talk.transport.paused:
            talk.link.data_received(piece)
            sent += 1
            assert sent < 200
        read = 0
        while talk.transport.paused:
            read += len(await anext(answer.stream))
        assert 0 < read < sent * 50_000
        talk.link.data_received(pack(Kind.END))
        assert read + sum([len(piece) async for piece in answer.stream]) == sent * 50_000

    _run(scenario)


@pytest.mark.parametrize("order", ["fail first", "lost first"])
def test_failure_while_held_up(order: str) -> None:
    async def scenario(talk: Conversation) -> None:
        talk.link.data_received(HEAD + pack(Kind.DATA, b"x" * 50_000))
        answer = await talk.answer
        assert answer.stream is not None
        while not talk.transport.paused:
            talk.link.data_received(pack(Kind.DATA, b"x" * 50_000))
        if order == "lost first":
            talk.transport.close()
            talk.link.connection_lost(None)
        talk.link.fail(RequestError("deadline", {"seconds": "1"}))
        talk.link.close()
        with pytest.raises(AnswerBrokenError):
            async for piece in answer.stream:
                assert piece
        assert talk.transport.closed

    _run(scenario)


def test_rest_of_a_failed_answer_is_ignored() -> None:
    async def scenario(talk: Conversation) -> None:
        talk.link.fail(RequestError("deadline", {"seconds": "1"}))
        talk.link.data_received(HEAD + pack(Kind.DATA, b"late") + pack(Kind.END))
        with pytest.raises(RequestError):
            await talk.answer
        assert talk.told == ["ready"]

    _run(scenario)


def test_lost_connection_is_told() -> None:
    async def scenario(talk: Conversation) -> None:
        talk.link.connection_lost(None)
        assert talk.told == ["ready", "lost"]
        talk.link.fail(RequestError("worker-lost", {}))
        with pytest.raises(RequestError):
            await talk.answer

    _run(scenario)
