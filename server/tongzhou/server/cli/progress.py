"""What a command that takes more than a second shows meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console

_QUIET_SECONDS = 1.0


@contextmanager
def progress(words: str) -> Generator[Callable[[str], None]]:
    """Show a line on a terminal's stderr after a second; yield what changes its words."""
    console = Console(stderr=True)
    status = console.status(words)
    timer = threading.Timer(_QUIET_SECONDS, status.start)
    if console.is_terminal:
        timer.start()
    try:
        yield status.update
    finally:
        timer.cancel()
        if timer.ident is not None:
            timer.join()
        status.stop()
