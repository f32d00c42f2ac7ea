"""Frames between the server and its processes: one byte of kind, four bytes of length, then the payload."""

from __future__ import annotations

import json
import os
import struct
from enum import IntEnum
from typing import Any

HEADER = struct.Struct(">BI")
_LARGEST_READ = 65_536
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Kind(IntEnum):
    """What a frame holds."""

    JOB = 1
    """To a worker: a job (job.py); to the writer: a write (writes.py)."""
    BODY = 2
    """To the writer: the bytes of an uploaded graph, behind its JOB."""
    READY = 3
    """From a process that has opened its store: JSON."""
    HEAD = 4
    """Status and headers of an answer as JSON; DATA frames and END follow."""
    DATA = 5
    """A piece of the body."""
    END = 6
    """The answer is whole."""
    PROBLEM = 7
    """The job is refused, or failed before HEAD: JSON with kind and facts."""
    BROKEN = 8
    """The answer can't be finished after its HEAD: JSON with kind and facts."""


def pack(kind: Kind, payload: bytes = b"") -> bytes:
    """Return a frame."""
    return HEADER.pack(kind, len(payload)) + payload


def pack_json(kind: Kind, value: Any) -> bytes:
    """Return a frame that holds a value as JSON without white space."""
    return pack(kind, _JSON.encode(value).encode())


def take_frame(buffer: bytearray) -> tuple[Kind, bytes] | None:
    """Remove the first frame from a buffer and return it, or None where it is not whole yet."""
    if len(buffer) < HEADER.size:
        return None
    kind, length = HEADER.unpack_from(buffer)
    end = HEADER.size + length
    if len(buffer) < end:
        return None
    payload = bytes(memoryview(buffer)[HEADER.size : end])
    del buffer[:end]
    return Kind(kind), payload


class Channel:
    """The blocking side of a connection, over file descriptors of a socket or of two pipes."""

    def __init__(self, receiving: int, sending: int) -> None:
        """Keep the descriptors."""
        self._receiving = receiving
        self._sending = sending
        self._buffer = bytearray()

    def receive(self) -> tuple[Kind, bytes] | None:
        """Return the next frame, or None where the other side has gone."""
        while True:
            frame = take_frame(self._buffer)
            if frame is not None:
                return frame
            data = os.read(self._receiving, _LARGEST_READ)
            if not data:
                return None
            self._buffer += data

    def send(self, data: bytes | bytearray) -> None:
        """Send all of the data. Raises OSError where the other side has gone."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._sending, view) :]
