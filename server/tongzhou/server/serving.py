"""`tongzhou serve` as one event loop: uvicorn with our protocol, the ASGI front, and Flask in threads behind it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, cast

import uvicorn
from a2wsgi import WSGIMiddleware

from tongzhou.server.backend import Backend, reload_current
from tongzhou.server.config import Config
from tongzhou.server.front import App, Front
from tongzhou.server.front_protocol import FrontProtocol, Rules
from tongzhou.server.site import Site

_PAGE_THREADS = 16
_BACKLOG = 1024
_TICKS_PER_SWEEP = 10  # uvicorn ticks ten times a second
_SPARE = 1.0  # seconds between the deadline of what runs and the end of waiting for it


class _Server(uvicorn.Server):
    """uvicorn's server: signals are ours, and connections are looked over each second."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]
        return contextlib.nullcontext()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # what is there now stays: no request waits until the collector has looked at it again
        self._announce()

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS_PER_SWEEP == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                cast("FrontProtocol", connection).sweep(now)
        return await super().on_tick(counter)


def run(config: Config, site: Site, listener: socket.socket, announce: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP loads the current release anew.

    `announce` is called once requests are answered. Raises DatasetError, TokenFileError, ConfigError, OSError.
    """
    _run_loop(_serve(config, site, listener, announce))


async def _serve(config: Config, site: Site, listener: socket.socket, announce: Callable[[], None]) -> None:
    backend = Backend(config, site)
    try:
        await backend.start()
        server = _Server(_uvicorn_config(config, backend), announce)
        _handle_signals(server, backend)
        await server.serve(sockets=[listener])
    finally:
        await backend.close(grace=_SPARE)


def _uvicorn_config(config: Config, backend: Backend) -> uvicorn.Config:
    pages = cast("App", WSGIMiddleware(cast("Any", backend.create_app()), workers=_PAGE_THREADS))
    front = Front(backend.service, pages, config, backend.recorder)
    rules = Rules(
        request_seconds=config.request_seconds,
        keep_alive=config.keep_alive,
        connections=config.connections,
        largest_body=max(config.request_bytes, config.upload_bytes),
        kept=backend.service.queries.kept,
        served=backend.recorder.record_kept,
        front=front,
    )
    # What uvicorn would log are faults of clients, and ends that the front means; the front logs its own faults.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    return uvicorn.Config(
        cast("Any", front),
        http=cast("Any", partial(FrontProtocol, rules=rules)),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=int(max(config.deadline, config.write_deadline) + _SPARE),
    )


def _handle_signals(server: _Server, backend: Backend) -> None:
    """Stop gracefully at the first SIGTERM or SIGINT, at once at the second; reload at SIGHUP."""

    def stop() -> None:
        if server.should_exit:
            server.force_exit = True
        server.should_exit = True
        backend.operations.stopping = True

    loop = asyncio.get_running_loop()
    reloads: set[asyncio.Task[None]] = set()

    def reload() -> None:
        task = loop.create_task(reload_current(backend))
        reloads.add(task)
        task.add_done_callback(reloads.discard)

    if sys.platform == "win32":
        signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(stop))
        return
    loop.add_signal_handler(signal.SIGTERM, stop)
    loop.add_signal_handler(signal.SIGINT, stop)
    loop.add_signal_handler(signal.SIGHUP, reload)  # else it would end the server


def _run_loop(work: Coroutine[Any, Any, None]) -> None:
    if sys.platform == "win32":
        asyncio.run(work)
        return
    import uvloop

    uvloop.run(work)
