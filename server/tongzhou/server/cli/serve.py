"""`tongzhou serve`: build where needed, then answer over HTTP."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
from pathlib import Path
from types import FrameType

import rich_click as click
from flask import Flask
from waitress.server import create_server

from tongzhou.graph import resources
from tongzhou.graph.build import default_home, default_sources, is_stale
from tongzhou.graph.catalog import Catalog, StoredQuery, load_catalog
from tongzhou.graph.errors import TongzhouError
from tongzhou.graph.release import Release, current_release
from tongzhou.graph.store import StoreEvaluator
from tongzhou.server.app import create_app
from tongzhou.server.cli.build import build_with_progress, tell_former
from tongzhou.server.config import ServerConfig

_STACK = (
    512 * 2**20
)  # bytes of address space, used as far as a query needs: Oxigraph recurses over long chains
_LARGEST_SPOOLED = 16 * 2**20  # above the limit of the application, whose refusal says what to do
_EXAMPLES = ("cash-given-by-members", "actions-for-a-place", "asked-and-done")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0: any free."
)
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), help="Folder of releases and cache."
)
def command(host: str, port: int, home: Path | None) -> None:
    """Serve the graph: home page, SPARQL endpoint, downloads.

    Builds a release first where there is none, or where its sources changed.

    Example: tongzhou serve --port 8123
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    release = fresh_release(home or default_home())
    examples = choose_examples(load_catalog(resources.queries_dir()))
    evaluator = StoreEvaluator.open(release.store_path)
    app = create_app(evaluator, release, ServerConfig(), examples=examples)
    with _bind(host, port) as listener:
        _run(app, listener)


def choose_examples(catalog: Catalog) -> list[StoredQuery]:
    """Return the queries that the home page offers, as far as the catalog has them."""
    return [catalog[name] for name in _EXAMPLES if name in catalog]


def address_of(host: str, port: int) -> str:
    """Return the URL of a host and port; an IPv6 address stands in brackets.

    >>> address_of("::1", 8000)
    'http://[::1]:8000/'
    """
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/"


def fresh_release(home: Path) -> Release:
    """Return the current release, built anew where its sources changed. Raises TongzhouError with what failed."""
    if is_stale(default_sources(), home):
        try:
            return build_with_progress(home).release
        except TongzhouError:
            tell_former(home)
            raise
    release = current_release(home)
    assert release is not None  # is_stale says True where there is none
    return release


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        message = (
            f"can't listen on {host} port {port}: {error.strerror}. Choose another with --host or --port."
        )
        click.echo(f"tongzhou: {message}", err=True)
        sys.exit(1)


def _run(app: Flask, listener: socket.socket) -> None:
    """Answer until SIGTERM or SIGINT, then end with exit code 0."""
    threading.stack_size(_STACK)
    server = create_server(app, sockets=[listener], max_request_body_size=_LARGEST_SPOOLED, ident=None)
    signal.signal(signal.SIGTERM, _stop)
    click.echo(f"Listening on {address_of(*listener.getsockname()[:2])}")
    sys.stdout.flush()
    server.run()
    server.close()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
