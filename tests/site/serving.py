"""Servers of homes that are no build of this checkout's own sources, which `tongzhou serve` would build again."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from tongzhou.graph.build import build
from tongzhou.graph.compile import Sources
from tongzhou.graph.resources import ontology_dir
from tongzhou.server.config import Config
from tongzhou.server.site import open_site
from tongzhou.server.wsgi import Background

HARBOUR = Path(__file__).parents[1] / "data" / "articles" / "harbour"


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Write nothing."""


@contextmanager
def serve_home(home: Path, *, deadline: float = 30) -> Generator[str]:
    """Serve the current release of a home under WSGI; give the address, without a slash at its end."""
    config = Config(home=home, deadline=deadline)
    running = Background(config, open_site(config))
    server = make_server("127.0.0.1", 0, running.app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        running.close()


def build_twice(folder: Path) -> Path:
    """Return a home with two releases of a small article; a sentence that no fact states came with the second."""
    articles, background, home = folder / "articles", folder / "background", folder / "home"
    shutil.copytree(HARBOUR, articles / "harbour")
    background.mkdir()
    sources = Sources(ontology_dir(), articles, background)
    build(sources, home)
    text = articles / "harbour" / "text.txt"
    text.write_text(text.read_text(encoding="utf-8") + "\n丙港渔业协会捐出渔网。\n", encoding="utf-8")
    build(sources, home)
    return home
