"""Writes lines to a file or to standard error in a thread of its own, so that no slow disk holds a request up."""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
from contextlib import suppress
from pathlib import Path

from tongzhou.graph.errors import ConfigError

STANDARD_ERROR = "-"
_MOST_WAITING = 10_000  # lines; then new ones are dropped, and their number is told
_BATCH = 500  # lines of one write
_CLOSE_SECONDS = 5
_LOG = logging.getLogger(__name__)


class LineWriter:
    """Takes lines and writes them in order; a file that was moved away (logrotate) is opened anew."""

    def __init__(self, target: str) -> None:
        """Open a path, or `-` for standard error. Raises ConfigError where it can't be opened."""
        self._path = None if target == STANDARD_ERROR else Path(target)
        try:
            self._descriptor = self._open()
        except OSError as error:
            fault = (
                f"access_log: {target} can't be opened: {error.strerror}. Name another file, or - for stderr."
            )
            raise ConfigError([fault]) from error
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._dropped = 0
        self._thread = threading.Thread(target=self._run, name="log writer", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        """Take a line, which ends in a newline. It never waits: where too many wait, the line is dropped."""
        if self._lines.qsize() >= _MOST_WAITING:
            self._dropped += 1
        else:
            self._lines.put(line)

    def close(self) -> None:
        """Write what was taken, for a few seconds at the most."""
        self._lines.put(None)
        self._thread.join(_CLOSE_SECONDS)
        if not self._thread.is_alive():
            os.close(self._descriptor)

    def _run(self) -> None:
        while (line := self._lines.get()) is not None:
            batch = [line]
            with suppress(queue.Empty):
                while len(batch) < _BATCH:
                    following = self._lines.get_nowait()
                    if following is None:
                        self._lines.put(None)  # nothing is taken after close
                        break
                    batch.append(following)
            self._write_batch("".join(batch).encode())

    def _write_batch(self, data: bytes) -> None:
        try:
            self._follow_rotation()
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError as error:
            _LOG.warning("access log: lines were lost: %s", error)
        if self._dropped:
            _LOG.warning("access log: %d lines were dropped: it is written too slowly", self._dropped)
            self._dropped = 0

    def _follow_rotation(self) -> None:
        if self._path is None:
            return
        with suppress(FileNotFoundError):
            if os.path.samestat(self._path.stat(), os.fstat(self._descriptor)):
                return
        former, self._descriptor = self._descriptor, self._open()
        os.close(former)

    def _open(self) -> int:
        """Open for appending; a new file can be read by its owner and group, as it tells who asked."""
        if self._path is None:
            return os.dup(sys.stderr.fileno())
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
