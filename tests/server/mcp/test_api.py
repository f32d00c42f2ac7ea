"""What the tools make of a server that answers with problems, with nonsense, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tongzhou.graph.errors import RemoteError
from tongzhou.server.mcp.api import Api, RequestRefusedError

ANSWERS = {
    "/page": (200, "text/html", b"<p>hello"),
    "/busy": (503, "application/problem+json", b'{"title": "Busy", "detail": "All workers are at work."}'),
    "/broken": (500, "text/plain", b"oh"),
    "/large": (200, "application/json", b'"' + b"x" * 9_000_000 + b'"'),
    "/json": (200, "application/json", b'{"rows": []}'),
}


class _Strange(BaseHTTPRequestHandler):
    """A server that is no Tongzhou server."""

    def do_GET(self) -> None:
        status, media_type, body = ANSWERS[self.path.partition("?")[0]]
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        if status == 503:
            self.send_header("Retry-After", "7")
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            return  # the client has read enough

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Strange) as server:
        threading.Thread(target=server.serve_forever).start()
        yield Api(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("busy", "Busy. All workers are at work. Try again in 7 seconds."),
        ("broken", "the server answered 500"),
        ("large", "over 8,000,000 bytes"),
    ],
)
def test_refusals_are_told_in_the_words_of_the_server(api: Api, path: str, words: str) -> None:
    with pytest.raises(RequestRefusedError, match=words.replace(".", r"\.")):
        api.read(path)


def test_what_is_no_json_is_told(api: Api) -> None:
    with pytest.raises(RemoteError, match="answered with no JSON"):
        api.read("page")
    assert api.read("json", {"q": "武汉 &"}) == {"rows": []}


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/", "localhost:8000", ""])
def test_only_addresses_of_servers_are_taken(address: str) -> None:
    with pytest.raises(RemoteError, match="is no address of a server"):
        Api(address)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9", "http://127.0.0.1:9/", "http://127.0.0.1:9/sparql"]
)
def test_a_server_that_is_not_there_is_told(address: str) -> None:
    with pytest.raises(RemoteError, match=r"no Tongzhou server answers at http://127\.0\.0\.1:9/ \("):
        Api(address).check()
