"""The server's end of a template, and of the processes that are forked from it. Runs in the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import signal
import socket
from typing import Any

from tongzhou.server.workers import sandbox
from tongzhou.server.workers.template import LARGEST_MESSAGE

_FDS_PER_MESSAGE = 2
_GONE = "the template of workers has ended"


class ForkedHandle:
    """A child of a template, told apart by its pidfd."""

    def __init__(self, pid: int, pidfd: int, channel: socket.socket) -> None:
        """Keep what the template sent."""
        self.pid = pid
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._pidfd = pidfd
        self._channel: socket.socket | None = channel

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(ProcessLookupError, OSError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def lower_priority(self) -> None:
        """Give the process the lowest claim on the processors."""
        sandbox.lower_priority(self.pid)

    async def connect(self, protocol: asyncio.Protocol) -> None:
        """Tie the channel to a protocol."""
        channel = self.take_channel()
        channel.setblocking(False)
        try:
            await asyncio.get_running_loop().create_connection(lambda: protocol, sock=channel)
        except BaseException:
            channel.close()
            raise

    def take_channel(self) -> socket.socket:
        """Return the channel; who takes it closes it."""
        channel, self._channel = self._channel, None
        assert channel is not None
        return channel

    def tell_end(self, status: int) -> None:
        """Note the exit status, and let go of the pidfd and of a channel that nobody took."""
        if not self.ended.done():
            self.ended.set_result(status)
            os.close(self._pidfd)
            if self._channel:
                self._channel.close()


class TemplateConnection:
    """The server's end of a template."""

    def __init__(self, control: socket.socket) -> None:
        """Watch the socket."""
        self._control = control
        self._control.setblocking(False)
        self._orders: dict[int, asyncio.Future[ForkedHandle]] = {}
        self._children: dict[int, ForkedHandle] = {}
        self._number = 0
        self._retired = False
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.loaded: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().add_reader(control.fileno(), self._read)

    async def fork(self, order: dict[str, Any]) -> ForkedHandle:
        """Ask for a process. Raises OSError where the template is gone, or the system refuses."""
        if self.lost.done():
            raise ConnectionError(_GONE)
        self._number += 1
        self._control.send(json.dumps({**order, "id": self._number}).encode())
        forked: asyncio.Future[ForkedHandle] = asyncio.get_running_loop().create_future()
        self._orders[self._number] = forked
        try:
            return await forked
        except asyncio.CancelledError:
            if forked.done() and not forked.cancelled() and forked.exception() is None:
                forked.result().kill()  # it came when nobody waited for it any more
            raise

    def retire(self) -> None:
        """Let the template end once all that was forked from it has ended."""
        self._retired = True
        if not self._children and not self._orders:
            self.close()

    def close(self) -> None:
        """Let the template end, and with it whatever was forked from it."""
        if self.lost.done():
            return
        asyncio.get_running_loop().remove_reader(self._control.fileno())
        self._control.close()
        self._lose()

    def _read(self) -> None:
        try:
            message, fds, _, _ = socket.recv_fds(self._control, LARGEST_MESSAGE, _FDS_PER_MESSAGE)
        except BlockingIOError:
            return
        except OSError:
            message, fds = b"", []
        if not message:
            self.close()
            return
        self._take(json.loads(message), fds)

    def _take(self, told: dict[str, Any], fds: list[int]) -> None:
        if "forked" in told:
            self._take_child(told["pid"], self._orders.pop(told["forked"]), fds)
        elif "refused" in told:
            order = self._orders.pop(told["refused"])
            if not order.done():
                order.set_exception(OSError(told["reason"]))
        elif "ended" in told:
            child = self._children.pop(told["ended"], None)
            if child is not None:
                child.tell_end(told["status"])
            if self._retired:
                self.retire()
        elif not self.loaded.done():
            self.loaded.set_result("loaded" in told)

    def _take_child(self, pid: int, order: asyncio.Future[ForkedHandle], fds: list[int]) -> None:
        if len(fds) < _FDS_PER_MESSAGE:  # the process ends by itself: nobody holds its channel
            for descriptor in fds:
                os.close(descriptor)
            if not order.done():
                order.set_exception(OSError(errno.EMFILE, os.strerror(errno.EMFILE)))
            return
        channel, pidfd = fds
        handle = ForkedHandle(pid, pidfd, socket.socket(fileno=channel))
        self._children[pid] = handle
        if order.done():
            handle.kill()
            handle.take_channel().close()
        else:
            order.set_result(handle)

    def _lose(self) -> None:
        self.lost.set_result(None)
        if not self.loaded.done():
            self.loaded.set_result(False)
        for child in self._children.values():
            child.kill()
            child.tell_end(-signal.SIGKILL)
        self._children.clear()
        for order in self._orders.values():
            if not order.done():
                order.set_exception(ConnectionError(_GONE))
        self._orders.clear()
