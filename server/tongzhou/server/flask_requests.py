"""Flask's requests as plain values, and replies as Flask's."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote

from flask import Response, current_app, request

from tongzhou.server.addresses import client_of, is_trusted, root_of
from tongzhou.server.bridge import Bridge
from tongzhou.server.config import Config
from tongzhou.server.http import AnyReply, Request, StreamedReply

CONFIG = "TONGZHOU"
"""The key of Flask's configuration that holds ours."""


def read_request() -> Request:
    """Return the request that Flask is answering. Raises RequestEntityTooLarge."""
    headers = {name.lower(): value for name, value in request.headers}
    peer = request.remote_addr or ""
    config = _config()
    path = _raw_path()
    request.max_content_length = config.body_limit(path)
    return Request(
        method=request.method,
        path=path,
        query_string=request.query_string,
        headers=headers,
        body=request.get_data(),
        client=client_of(peer, headers, config.trusted_proxies),
        root=root_of_request(),
    )


def root_of_request() -> str:
    """Return the address of the service as the client knows it, with a slash at its end."""
    config = _config()
    headers = {name.lower(): value for name, value in request.headers}
    name, port = request.environ["SERVER_NAME"], request.environ["SERVER_PORT"]
    proxied = is_trusted(request.remote_addr or "", config.trusted_proxies)
    return root_of(request.scheme, f"{name}:{port}", headers, proxied=proxied)


def to_response(reply: AnyReply, bridge: Bridge) -> Response:
    """Return a reply as Flask's; a streamed one is read through the bridge."""
    body = bridge.pieces(reply) if isinstance(reply, StreamedReply) else [reply.body]
    response = Response(body, status=reply.status, headers=list(reply.headers))
    response.automatically_set_content_length = (
        False  # the answer to HEAD has the length of the body it lacks
    )
    return response


def _config() -> Config:
    return cast("Config", current_app.config[CONFIG])


def _raw_path() -> str:
    """Return the path as it was sent where the server tells, else encoded again."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or ""
    path = str(raw).partition("?")[0]
    return path if path.startswith("/") else quote(request.path, safe="/~!$&'()*+,;=:@")
