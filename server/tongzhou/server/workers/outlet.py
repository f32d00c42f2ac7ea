"""The way of an answer out of a worker: held back at first, counted, compressed, cut into frames.

Status and headers go out once 64 KB are there or the answer is whole. Until then a failure is an ordinary
refusal; after it the answer is broken off, never ended as if it were whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast

import brotli
import zstandard

from tongzhou.server.problems import RequestError
from tongzhou.server.workers.channel import Channel, Kind, pack, pack_json

HELD_BACK = 65_536
_WORTH_COMPRESSING = 1_024
_ROW_ENDS = {
    "json": (b"},{",),
    "xml": (b"<result>",),
    "csv": (b"\n",),
    "tsv": (b"\n",),
    "ntriples": (b"\n",),
    "nquads": (b"\n",),
    "turtle": (b" ,", b" ;", b" ."),
    "trig": (b" ,", b" ;", b" ."),
    "rdfxml": (b"\t\t<",),
    "jsonld": (b'"@id":', b'"@value":'),
}
"""For each form what ends a row."""


class Compressor(Protocol):
    """What zlib, brotli and zstandard have in common."""

    def compress(self, data: bytes, /) -> bytes:
        """Take data in; return what is ready."""
        ...

    def finish(self) -> bytes:
        """Return the rest."""
        ...


class _Gzip:
    def __init__(self) -> None:
        self._object = zlib.compressobj(level=6, wbits=31)
        self.compress = self._object.compress

    def finish(self) -> bytes:
        return self._object.flush()


class _Brotli:
    def __init__(self) -> None:
        self._object = brotli.Compressor(quality=4)

    def compress(self, data: bytes, /) -> bytes:
        return cast("bytes", self._object.process(data))

    def finish(self) -> bytes:
        return cast("bytes", self._object.finish())


class _Zstandard:
    def __init__(self) -> None:
        self._object = zstandard.ZstdCompressor(level=3).compressobj()
        self.compress = self._object.compress

    def finish(self) -> bytes:
        return self._object.flush()


_COMPRESSORS: Mapping[str, Callable[[], Compressor]] = {"gzip": _Gzip, "br": _Brotli, "zstd": _Zstandard}
CODINGS = tuple(_COMPRESSORS)


class Outlet:
    """A file to write an answer to. It sends frames, and raises RequestError `answer-too-large` over a cap."""

    def __init__(
        self,
        channel: Channel,
        head: dict[str, Any],
        *,
        form: str,
        coding: str | None,
        most_rows: int,
        most_bytes: int,
        has_more_rows: Callable[[int], bool],
    ) -> None:
        """Prepare an answer in the form (a name of a ResultFormat) and content coding.

        `has_more_rows` counts the rows exactly: it is asked when the quick count, which separators inside
        values can raise, passes the cap.
        """
        self._channel = channel
        self._head = head
        self._coding = coding
        self._compressor: Compressor | None = None
        self._held = bytearray()
        self._sent_head = False
        self._size = 0
        self._rows = 1  # JSON has one separator less than it has rows
        self._most_rows = most_rows
        self._most_bytes = most_bytes
        self._has_more_rows = has_more_rows
        self._row_ends = _ROW_ENDS[form]
        self._reach = max(map(len, self._row_ends)) - 1  # bytes of it that may stand at the end of a piece
        self._tail = b""

    @property
    def sent_head(self) -> bool:
        """Tell whether part of the answer has gone out."""
        return self._sent_head

    def write(self, data: bytes) -> int:
        """Take a piece of the answer."""
        self._size += len(data)
        if self._size > self._most_bytes:
            raise _too_large("bytes", self._most_bytes)
        joined = self._tail + data
        self._rows += sum(map(joined.count, self._row_ends))
        self._tail = data[-self._reach :] if self._reach else b""
        if self._rows > self._most_rows:
            if self._has_more_rows(self._most_rows):
                raise _too_large("rows", self._most_rows)
            self._rows = -self._most_bytes  # counted: there are fewer
        self._held += data
        if len(self._held) >= HELD_BACK:
            self._send_held()
        return len(data)

    def flush(self) -> None:
        """Do nothing: pieces go out when they are large enough."""

    def held(self) -> bytes | None:
        """Return the whole answer where it has been held back so far."""
        return None if self._sent_head else bytes(self._held)

    def replace(self, data: bytes) -> None:
        """Put another wording of the same answer in place of what is held back."""
        self._held = bytearray(data)

    def close(self) -> None:
        """Send the rest and say that the answer is whole."""
        frames = bytearray()
        rest = bytes(self._held)
        if not self._sent_head:
            if self._coding and len(rest) >= _WORTH_COMPRESSING:
                self._compressor = _COMPRESSORS[self._coding]()
            frames += self._head_frame()
        if self._compressor:
            rest = self._compressor.compress(rest) + self._compressor.finish()
        if rest:
            frames += pack(Kind.DATA, rest)
        self._channel.send(frames + pack(Kind.END))

    def _send_held(self) -> None:
        frames = bytearray()
        if not self._sent_head:
            self._compressor = _COMPRESSORS[self._coding]() if self._coding else None
            frames += self._head_frame()
            self._sent_head = True
        piece = bytes(self._held)
        self._held.clear()
        if self._compressor:
            piece = self._compressor.compress(piece)
        if piece:
            frames += pack(Kind.DATA, piece)
        self._channel.send(frames)

    def _head_frame(self) -> bytes:
        coding = self._coding if self._compressor else None
        return pack_json(Kind.HEAD, {**self._head, "coding": coding})


def _too_large(cap: str, most: int) -> RequestError:
    return RequestError("answer-too-large", {"cap": cap, "most": f"{most:,}"})
