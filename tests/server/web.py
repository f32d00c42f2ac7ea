"""A client over HTTP with the names of Flask's test client, so that a test asks both fronts in the same words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias
from urllib.parse import urlencode

import httpx
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header

SECONDS = 60.0
FORM = "application/x-www-form-urlencoded"


class Answer:
    """What came back; `data` is the body as sent, still in its content coding."""

    def __init__(self, response: httpx.Response, data: bytes) -> None:
        self.status_code = response.status_code
        self.headers = response.headers
        self.data = data

    @property
    def text(self) -> str:
        return self.data.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    def get_json(self) -> Any:
        return self.json

    @property
    def content_type(self) -> str | None:
        value: str | None = self.headers.get("Content-Type")
        return value

    @property
    def mimetype(self) -> str:
        return parse_options_header(self.content_type)[0]


class HttpClient:
    """Sends nothing that it is not told to send: no Accept, no Accept-Encoding, no cookies."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, trust_env=False, timeout=SECONDS)
        for name in ("accept", "accept-encoding", "user-agent"):
            del self._client.headers[name]

    def __enter__(self) -> HttpClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def open(
        self,
        path: str,
        *,
        method: str = "GET",
        query_string: Mapping[str, str] | None = None,
        data: bytes | str | Mapping[str, str] | None = None,
        content_type: str | None = None,
        headers: Mapping[str, str] | None = None,
        base_url: str | None = None,
        buffered: bool = True,  # noqa: ARG002 - every answer is
    ) -> Answer:
        """Send a request; `base_url` is the address that it is said to be for."""
        target = f"{path}?{urlencode(query_string)}" if query_string else path
        sent = dict(headers or {})
        if isinstance(data, Mapping):
            data, content_type = urlencode(data), content_type or FORM
        if content_type:
            sent["Content-Type"] = content_type
        if base_url:
            sent["Host"] = httpx.URL(base_url).netloc.decode()
        request = self._client.build_request(method, target, content=data, headers=sent)
        response = self._client.send(request, stream=True)
        try:
            return Answer(response, b"".join(response.iter_raw()))
        finally:
            response.close()

    def get(self, path: str, **options: Any) -> Answer:
        return self.open(path, **options)

    def head(self, path: str, **options: Any) -> Answer:
        return self.open(path, method="HEAD", **options)

    def post(self, path: str, **options: Any) -> Answer:
        return self.open(path, method="POST", **options)

    def put(self, path: str, **options: Any) -> Answer:
        return self.open(path, method="PUT", **options)

    def delete(self, path: str, **options: Any) -> Answer:
        return self.open(path, method="DELETE", **options)

    def options(self, path: str, **options: Any) -> Answer:
        return self.open(path, method="OPTIONS", **options)


Client: TypeAlias = FlaskClient | HttpClient
