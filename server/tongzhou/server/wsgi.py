"""The application for any WSGI server: `waitress-serve --call tongzhou.server.wsgi:create`.

Its settings come from the file and the environment. The service runs in the event loop of a thread of its own. A client
that goes away is noticed late under WSGI: the deadline bounds its query.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
import time

from flask import Flask, Response, g

from tongzhou.server.backend import Backend
from tongzhou.server.config import Config, load_config
from tongzhou.server.flask_requests import read_head
from tongzhou.server.site import Site, open_site

_START = 120.0  # seconds


class Background:
    """A backend in a thread of its own."""

    def __init__(self, config: Config, site: Site) -> None:
        """Start it. Raises what `Backend.start` raises."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="service", daemon=True)
        self._thread.start()
        self.app: Flask
        try:
            self._backend = asyncio.run_coroutine_threadsafe(self._start(config, site), self._loop).result(
                _START
            )
        except BaseException:
            self._stop_loop()
            raise

    async def _start(self, config: Config, site: Site) -> Backend:
        backend = Backend(config, site)
        try:
            await backend.start()
        except BaseException:
            await backend.close(grace=0)
            raise
        self.app = backend.create_app()
        _record_pages(self.app, backend)
        return backend

    def close(self) -> None:
        """End it, and all its processes."""
        asyncio.run_coroutine_threadsafe(self._backend.close(grace=0), self._loop).result(_START)
        self._stop_loop()

    def _stop_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_START)
        self._loop.close()


def _record_pages(app: Flask, backend: Backend) -> None:
    """Note what is answered without the service, which notes its own; under `tongzhou serve` the front does this."""

    @app.before_request
    def begin() -> None:
        g.begun = time.monotonic()

    @app.after_request
    def end(response: Response) -> Response:
        head = read_head()
        if not backend.service.answers(head.path):
            seconds, size = time.monotonic() - g.begun, response.calculate_content_length() or 0
            backend.recorder.record_page(head, status=response.status_code, seconds=seconds, sent=size)
        return response


def create() -> Flask:
    """Return the application. Raises ConfigError, ReleaseError where no release was built, DatasetError."""
    config = load_config({}, os.environ, None)
    background = Background(config, open_site(config))
    atexit.register(background.close)
    return background.app
