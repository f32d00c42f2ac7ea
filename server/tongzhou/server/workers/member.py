"""One worker process of a crew, with its connection: until it is ready, and what its end means."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import dataclass, field

from tongzhou.server.workers.launch import Handle
from tongzhou.server.workers.link import WorkerLink

_START = 60.0  # seconds after which a worker that isn't ready is given up
_END = 2.0  # seconds that the system may take to tell why a worker ended


@dataclass(eq=False)
class Member:
    """A process with its connection. `gone` once it was lost or dismissed."""

    handle: Handle
    generation: int
    link: WorkerLink = field(init=False)
    ready: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    answers: int = 0
    gone: bool = False

    def note_ready(self) -> None:
        """Take note that it waits for its first query."""
        if not self.ready.done():
            self.ready.set_result(None)

    async def start(self) -> None:
        """Connect to the process and wait until it is ready. Raises OSError, which tells why it is not."""
        try:
            await self.handle.connect(self.link)
            await asyncio.wait_for(self.ready, _START)
        except ConnectionResetError as error:
            status = await self.exit_status()
            message = f"it ended before it was ready, with exit status {'?' if status is None else status}"
            raise ConnectionError(message) from error
        except TimeoutError as error:
            raise TimeoutError(f"it was not ready within {_START:g} seconds") from error

    async def exit_status(self) -> int | None:
        """Return the exit status of a process that has ended; None where the system doesn't tell within a moment."""
        await asyncio.wait([self.handle.ended], timeout=_END)
        return self.handle.ended.result() if self.handle.ended.done() else None


def cause_of(status: int | None) -> str:
    """Return the kind of problem that an exit status stands for; the numbers of signals are negative."""
    if status == -signal.SIGABRT:
        return "out-of-memory"
    if status in (-signal.SIGSEGV, -signal.SIGILL):
        return "query-crashed"
    return "internal-error" if status == 1 else "worker-lost"
