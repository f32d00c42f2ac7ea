"""Frames survive however the system cuts them."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.server.workers.channel import HEADER, Channel, Kind, pack, pack_json, take_frame

FRAMES = st.lists(st.tuples(st.sampled_from(Kind), st.binary(max_size=200)), max_size=8)


@given(frames=FRAMES, size=st.integers(1, 300))
def test_frames_come_out_as_they_went_in(frames: list[tuple[Kind, bytes]], size: int) -> None:
    data = b"".join(pack(kind, payload) for kind, payload in frames)
    buffer = bytearray()
    taken: list[tuple[Kind, bytes]] = []
    for start in range(0, len(data), size):
        buffer += data[start : start + size]
        while (frame := take_frame(buffer)) is not None:
            taken.append(frame)
    assert taken == frames
    assert not buffer


def test_json_is_utf8_without_spaces() -> None:
    assert pack_json(Kind.READY, {"名": [1, 2]})[HEADER.size :] == '{"名":[1,2]}'.encode()


def test_unknown_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="99"):
        take_frame(bytearray(HEADER.pack(99, 0)))


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with closing(one), closing(other):
        yield one, other


def test_channel_sends_more_than_the_system_takes_at_once(ends: tuple[socket.socket, socket.socket]) -> None:
    here, there = (Channel(end.fileno(), end.fileno()) for end in ends)
    body = os.urandom(5_000_000)
    sender = threading.Thread(target=here.send, args=(pack(Kind.DATA, body) + pack(Kind.END),))
    sender.start()
    assert there.receive() == (Kind.DATA, body)
    assert there.receive() == (Kind.END, b"")
    sender.join()


def test_channel_tells_that_the_other_side_has_gone(ends: tuple[socket.socket, socket.socket]) -> None:
    here, there = ends
    channel = Channel(there.fileno(), there.fileno())
    here.sendall(pack(Kind.JOB, b"{}") + HEADER.pack(Kind.JOB, 10) + b"half")
    here.close()
    assert channel.receive() == (Kind.JOB, b"{}")
    assert channel.receive() is None
    with pytest.raises(BrokenPipeError):
        channel.send(pack(Kind.END))
