"""The engine without a scan before it, in a process of its own."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path


class Engine:
    """The engine without a scan, in a process of its own that ends with the test."""

    def __init__(self, operation: str) -> None:
        command = [sys.executable, str(Path(__file__).with_name("evaluate.py")), operation]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, text: str) -> str:
        """Evaluate a text; return `ok` or `error`. Fails where the text ends the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(text) + "\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline().strip()
        assert said, f"the engine ended at {text!r}"
        return said

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate(timeout=10)


@contextlib.contextmanager
def engine_of(operation: str) -> Generator[Engine]:
    """Yield an engine and end it."""
    engine = Engine(operation)
    try:
        yield engine
    finally:
        engine.close()
