"""`tongzhou mcp`: the tools for language models, over a Tongzhou server that runs."""

from __future__ import annotations

import sys

import rich_click as click

from tongzhou.server.cli.serve import address_of, bind
from tongzhou.server.mcp.api import Api
from tongzhou.server.mcp.serving import PATH, serve_http, serve_stdio


@click.command("mcp")
@click.option(
    "--endpoint",
    metavar="URL",
    default="http://127.0.0.1:8000/",
    show_default=True,
    help="Address of the Tongzhou server to ask.",
)
@click.option(
    "--http", "over_http", is_flag=True, help="Serve over HTTP instead of standard input and output."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="With --http: address to listen on.")
@click.option("--port", type=int, default=8001, show_default=True, help="With --http: port to listen on.")
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="NAME",
    help="With --http: a host name that requests may be for, besides this machine's; also as an origin.",
)
def command(endpoint: str, over_http: bool, host: str, port: int, hosts: tuple[str, ...]) -> None:
    """Serve the graph to language models by the Model Context Protocol: search, get, list_questions, ask, evidence, sparql.

    A Tongzhou server has to run; it is asked over HTTP. Nothing is written, and a tool returns 200 rows at most.

    Example: tongzhou mcp --endpoint http://127.0.0.1:8000/
    """
    api = Api(endpoint)
    api.check()
    if not over_http:
        serve_stdio(api)
        return
    with bind(host, port) as listener:
        address = address_of(*listener.getsockname()[:2]).rstrip("/")
        serve_http(api, listener, hosts=hosts, announce=lambda: _announce(f"{address}{PATH}"))


def _announce(address: str) -> None:
    click.echo(f"Listening on {address}")
    sys.stdout.flush()
