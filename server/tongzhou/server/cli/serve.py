"""`tongzhou serve`: build where needed, then answer over HTTP."""

from __future__ import annotations

import dataclasses
import logging
import socket
import sys
from pathlib import Path

import rich_click as click

from tongzhou.graph.build import default_sources, is_stale
from tongzhou.graph.errors import TongzhouError
from tongzhou.graph.release import default_home
from tongzhou.server.cli.build import build_with_progress, tell_former
from tongzhou.server.cli.options import config_options
from tongzhou.server.config import Config
from tongzhou.server.serving import run
from tongzhou.server.site import open_site
from tongzhou.server.workers.sandbox import missing_protections


@click.command("serve")
@config_options
def command(config: Config) -> None:
    """Serve the graph, or with --dataset an ordinary dataset: pages, SPARQL endpoint, downloads.

    Without --dataset, builds a release first where there is none, or where its sources changed.

    Example: tongzhou serve --port 8123
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    if config.dataset is None:
        home = config.home or default_home()
        config = dataclasses.replace(config, home=home)
        ensure_release(home, config.entailment)
    site = open_site(config)
    with bind(config.host, config.port) as listener:
        for protection in missing_protections():
            click.echo(f"tongzhou: {protection}", err=True)
        run(config, site, listener, lambda: _announce(listener))


def address_of(host: str, port: int) -> str:
    """Return the URL of a host and port; an IPv6 address stands in brackets.

    >>> address_of("::1", 8000)
    'http://[::1]:8000/'
    """
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/"


def ensure_release(home: Path, entailment: str | None = None) -> None:
    """Build a release where there is none, or where its sources or the entailment changed.

    Raises TongzhouError with what failed.
    """
    if is_stale(default_sources(), home, entailment):
        try:
            build_with_progress(home, entailment)
        except TongzhouError:
            tell_former(home)
            raise


def _announce(listener: socket.socket) -> None:
    click.echo(f"Listening on {address_of(*listener.getsockname()[:2])}")
    sys.stdout.flush()


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens; where that can't be, say so and exit with 1."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        message = f"can't listen on {host} port {port}: {error.strerror or error}. Choose another with --host or --port."
        click.echo(f"tongzhou: {message}", err=True)
        sys.exit(1)
