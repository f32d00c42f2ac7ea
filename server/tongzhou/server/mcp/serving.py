"""Serves the tools over standard input and output, or over HTTP without sessions."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence

import uvicorn
from mcp.server.transport_security import TransportSecuritySettings

from tongzhou.server.mcp.api import Api
from tongzhou.server.mcp.tools import make_server

PATH = "/mcp"
_LOCAL = ("127.0.0.1", "localhost", "[::1]")


def serve_stdio(api: Api) -> None:
    """Serve one client over standard input and output, until it closes them."""
    make_server(api).run()


def serve_http(
    api: Api, listener: socket.socket, *, hosts: Sequence[str], announce: Callable[[], None]
) -> None:
    """Serve over HTTP at PATH; `hosts` are names, besides those of this machine, that requests may be for or come from.

    Requests for other hosts, or from pages of other origins, are refused: a page that rebinds a name to this machine must
    not reach it.
    """
    names = [*_LOCAL, *hosts]
    security = TransportSecuritySettings(
        allowed_hosts=[*names, *(f"{name}:*" for name in names)],
        allowed_origins=[
            f"{scheme}://{name}{port}"
            for scheme in ("http", "https")
            for name in names
            for port in ("", ":*")
        ],
    )
    app = make_server(api).streamable_http_app(
        streamable_http_path=PATH, json_response=True, stateless_http=True, transport_security=security
    )
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    announce()
    asyncio.run(server.serve(sockets=[listener]))
