"""The way out of a worker: what is held back, the caps, the codings."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import brotli
import pyoxigraph as ox
import pytest
import zstandard

from tongzhou.graph.results import SOLUTION_FORMATS, TRIPLE_FORMATS, ResultFormat, write_answer
from tongzhou.server.problems import RequestError
from tongzhou.server.workers.channel import Channel, Kind, take_frame
from tongzhou.server.workers.outlet import HELD_BACK, Outlet

pytestmark = pytest.mark.usefixtures("collected")

DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}


class Recorder(Channel):
    """A channel that keeps what is sent."""

    def __init__(self) -> None:
        super().__init__(-1, -1)
        self._sent = bytearray()
        self.frames: list[tuple[Kind, bytes]] = []

    def send(self, data: bytes | bytearray) -> None:
        self._sent += data
        while (frame := take_frame(self._sent)) is not None:
            self.frames.append(frame)

    @property
    def kinds(self) -> list[Kind]:
        return [kind for kind, _ in self.frames]

    @property
    def head(self) -> dict[str, Any]:
        head: dict[str, Any] = json.loads(self.frames[0][1])
        return head

    @property
    def body(self) -> bytes:
        return b"".join(payload for kind, payload in self.frames if kind is Kind.DATA)


def _has_more_rows(_most: int) -> bool:
    return True


def _outlet(channel: Channel, **changes: Any) -> Outlet:
    options: dict[str, Any] = {
        "form": "csv",
        "coding": None,
        "most_rows": 10_000_000,
        "most_bytes": 100_000_000,
        "has_more_rows": _has_more_rows,
    }
    return Outlet(channel, {"status": 200}, **{**options, **changes})


def test_small_answer_goes_out_whole() -> None:
    channel = Recorder()
    outlet = _outlet(channel)
    outlet.write(b"n\r\n")
    outlet.write(b"1\r\n")
    assert channel.frames == []
    assert outlet.held() == b"n\r\n1\r\n"
    outlet.close()
    assert channel.kinds == [Kind.HEAD, Kind.DATA, Kind.END]
    assert channel.head == {"status": 200, "coding": None}
    assert channel.body == b"n\r\n1\r\n"


def test_empty_answer_has_no_data() -> None:
    channel = Recorder()
    _outlet(channel).close()
    assert channel.kinds == [Kind.HEAD, Kind.END]


def test_head_waits_for_what_is_held_back() -> None:
    channel = Recorder()
    outlet = _outlet(channel)
    outlet.write(b"x" * (HELD_BACK - 1))
    assert not outlet.sent_head
    outlet.write(b"x")
    assert outlet.sent_head
    assert outlet.held() is None
    assert channel.kinds == [Kind.HEAD, Kind.DATA]
    outlet.write(b"y")
    outlet.close()
    assert channel.kinds == [Kind.HEAD, Kind.DATA, Kind.DATA, Kind.END]
    assert channel.body == b"x" * HELD_BACK + b"y"


def test_another_wording_takes_the_place_of_what_is_held_back() -> None:
    channel = Recorder()
    outlet = _outlet(channel, form="turtle")
    outlet.write(b"<http://example.org/a> <urn:p> 1 .\n")
    outlet.replace(b"e:a <urn:p> 1 .\n")
    outlet.close()
    assert channel.body == b"e:a <urn:p> 1 .\n"


@pytest.mark.parametrize("coding", DECODERS)
@pytest.mark.parametrize("pieces", [20, 20_000])
def test_codings(coding: str, pieces: int) -> None:
    channel = Recorder()
    outlet = _outlet(channel, coding=coding)
    body = [f"https://example.org/{number * 7919},值 {number}\r\n".encode() * 3 for number in range(pieces)]
    for piece in body:
        outlet.write(piece)
    outlet.close()
    assert channel.head["coding"] == coding
    assert len(channel.body) < len(b"".join(body)) / 2
    assert DECODERS[coding](channel.body) == b"".join(body)


@pytest.mark.parametrize("coding", DECODERS)
def test_short_answer_is_not_worth_coding(coding: str) -> None:
    channel = Recorder()
    outlet = _outlet(channel, coding=coding)
    outlet.write(b"x" * 1023)
    outlet.close()
    assert channel.head["coding"] is None
    assert channel.body == b"x" * 1023


@pytest.mark.parametrize("length", [10, HELD_BACK])
def test_byte_cap_is_an_error(length: int) -> None:
    channel = Recorder()
    outlet = _outlet(channel, most_bytes=length)
    outlet.write(b"x" * length)
    with pytest.raises(RequestError) as caught:
        outlet.write(b"x")
    assert caught.value.kind == "answer-too-large"
    assert caught.value.facts == {"cap": "bytes", "most": f"{length:,}"}
    assert outlet.sent_head == (length == HELD_BACK)
    assert Kind.END not in channel.kinds


SELECT = "SELECT ?s ?o { ?s <urn:p> ?o }"
CONSTRUCT = "CONSTRUCT WHERE { ?s <urn:p> ?o }"
HARD = 'a},{b<result>\r\n c . ; , "@id": "@value": \t\t<'
"""A value with the separators of every format in it."""


@pytest.mark.parametrize(
    ("query", "form"),
    [
        *((SELECT, form) for form in SOLUTION_FORMATS),
        *((CONSTRUCT, form) for form in TRIPLE_FORMATS),
    ],
    ids=lambda value: value.name if isinstance(value, ResultFormat) else value[:3],
)
@pytest.mark.parametrize("value", ["plain", HARD], ids=["plain", "hard"])
@pytest.mark.parametrize("rows", [199, 200, 201, 400])
def test_row_cap_counts_exactly(query: str, form: ResultFormat, value: str, rows: int) -> None:
    store = ox.Store()
    predicate = ox.NamedNode("urn:p")
    store.extend(
        ox.Quad(ox.NamedNode(f"urn:{number}"), predicate, ox.Literal(f"{value} {number}"))
        for number in range(rows)
    )

    def evaluate() -> ox.QuerySolutions | ox.QueryTriples:
        answer = store.query(query)
        assert not isinstance(answer, ox.QueryBoolean)
        return answer

    def has_more_rows(most: int) -> bool:
        return len(list(evaluate())) > most

    outlet = _outlet(Recorder(), form=form.name, most_rows=200, has_more_rows=has_more_rows)
    if rows <= 200:
        write_answer(evaluate(), form, outlet)
        outlet.close()
    else:
        with pytest.raises(RequestError) as caught:
            write_answer(evaluate(), form, outlet)
        assert caught.value.facts == {"cap": "rows", "most": "200"}
