"""Asks a Tongzhou server over HTTP, and words its problems. Blocking: the tools run in threads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tongzhou.graph.errors import RemoteError

_TIMEOUT = 60  # seconds: longer than a query may take
_MOST_BYTES = 8_000_000


class RequestRefusedError(RemoteError):
    """The server answered with a problem; the message is its words."""


class Api:
    """The HTTP interface of the server at an address."""

    def __init__(self, address: str) -> None:
        """Keep the address of the server; that of its SPARQL endpoint will do. Raises RemoteError for what is none."""
        if not address.startswith(("http://", "https://")):
            raise RemoteError(
                f"{address!r} is no address of a server. Write one such as http://127.0.0.1:8000/."
            )
        self.root = address.removesuffix("/").removesuffix("/sparql") + "/"

    def check(self) -> None:
        """Raise RemoteError where no Tongzhou server answers."""
        self._open("-/healthz", None, "*/*")

    def read(self, path: str, parameters: Mapping[str, str] | None = None) -> Any:
        """Return a JSON document. Raises RequestRefusedError, RemoteError."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self._parse(self._open(f"{path}{query}", None, "application/json"))

    def select(self, sparql: str) -> tuple[Sequence[str], list[dict[str, Any]]]:
        """Return the columns and rows of a SELECT or ASK query. Raises RequestRefusedError, RemoteError."""
        body = urlencode({"query": sparql}).encode()
        answer = self._parse(self._open("sparql", body, "application/sparql-results+json"))
        if "boolean" in answer:
            return ("boolean",), [{"boolean": answer["boolean"]}]
        columns: list[str] = answer["head"]["vars"]
        bindings: list[dict[str, dict[str, str]]] = answer["results"]["bindings"]
        return columns, [{name: _value(binding.get(name)) for name in columns} for binding in bindings]

    def _open(self, path: str, body: bytes | None, accept: str) -> bytes:
        headers = {"Accept": accept, "Accept-Language": "en", "User-Agent": "tongzhou-mcp"}
        address = f"{self.root}{path}"
        try:
            with urlopen(Request(address, data=body, headers=headers), timeout=_TIMEOUT) as reply:
                data: bytes = reply.read(_MOST_BYTES + 1)
        except HTTPError as error:
            with error:
                raise RequestRefusedError(_words(error)) from error
        except (URLError, OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            message = (
                f"no Tongzhou server answers at {self.root} ({reason}). Start one with 'tongzhou serve', "
                "or give its address with --endpoint."
            )
            raise RemoteError(message) from error
        if len(data) > _MOST_BYTES:
            raise RequestRefusedError(
                f"the answer is over {_MOST_BYTES:,} bytes. Ask for less, or use LIMIT."
            )
        return data

    def _parse(self, data: bytes) -> Any:
        try:
            return json.loads(data)
        except ValueError as error:
            raise RemoteError(
                f"{self.root} answered with no JSON: it is no Tongzhou server, or another version."
            ) from error


def _words(error: HTTPError) -> str:
    """Return what a problem document says (RFC 9457), else the status."""
    try:
        problem = json.loads(error.read(100_000))
        words = f"{problem['title']}. {problem.get('detail', '')}".strip()
    except (ValueError, KeyError, TypeError, OSError):
        words = f"the server answered {error.code} {error.reason}"
    wait = error.headers.get("Retry-After")
    return f"{words} Try again in {wait} seconds." if wait else words


def _value(term: Mapping[str, str] | None) -> str | int | float | None:
    """Return a term of SPARQL's JSON as JSON has it: numbers as such where they are exact, the rest as text."""
    if term is None:
        return None
    kind = term.get("datatype", "").rpartition("#")[2]
    if kind == "integer":
        return int(term["value"])
    if kind == "decimal" and len(term["value"]) < 16:
        return float(term["value"])
    return term["value"]
