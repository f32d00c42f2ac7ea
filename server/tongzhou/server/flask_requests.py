"""Flask's requests as plain values, and replies as Flask's."""

from __future__ import annotations

from dataclasses import replace
from typing import cast
from urllib.parse import quote

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from tongzhou.server.addresses import client_of, is_trusted, root_of
from tongzhou.server.bridge import Pieces
from tongzhou.server.config import Config
from tongzhou.server.http import Reply, Request

CONFIG = "TONGZHOU"
"""The key of Flask's configuration that holds ours."""


def read_request() -> Request:
    """Return the request that Flask is answering. Raises RequestEntityTooLarge."""
    request.max_content_length = _config().body_limit(_raw_path())
    return replace(read_head(), body=request.get_data())


def read_head() -> Request:
    """Return the request that Flask is answering, without its body."""
    headers = {name.lower(): value for name, value in request.headers}
    return Request(
        method=request.method,
        path=_raw_path(),
        query_string=request.query_string,
        headers=headers,
        client=client_of(request.remote_addr or "", headers, _config().trusted_proxies),
        root=root_of_request(),
    )


def root_of_request() -> str:
    """Return the address of the service as the client knows it, with a slash at its end."""
    config = _config()
    headers = {name.lower(): value for name, value in request.headers}
    name, port = request.environ["SERVER_NAME"], request.environ["SERVER_PORT"]
    proxied = is_trusted(request.remote_addr or "", config.trusted_proxies)
    return root_of(request.scheme, f"{name}:{port}", headers, proxied=proxied)


def is_served(path: str) -> bool:
    """Tell whether the application answers a GET of a path, such as `/zh/ask/`."""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return True


def to_response(reply: Reply | Pieces) -> Response:
    """Return a reply as Flask's."""
    body = reply if isinstance(reply, Pieces) else [reply.body]
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
