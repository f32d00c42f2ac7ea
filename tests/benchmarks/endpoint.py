"""A SPARQL endpoint in this process: what benchmarks are tried on."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
from benchmarks.peers import Server


@contextlib.contextmanager
def serving(name: str, store: ox.Store, seen: list[str]) -> Generator[Server]:
    """Answer from a store; the queries are kept in `seen`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)["query"][0]
            seen.append(query)
            answer = store.query(query)
            if isinstance(answer, ox.QueryTriples):
                body = answer.serialize(format=ox.RdfFormat.N_TRIPLES) or b""
            else:
                body = answer.serialize(format=ox.QueryResultsFormat.JSON) or b""
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        try:
            yield Server(name, f"http://127.0.0.1:{http.server_port}", "/sparql", os.getsid(0))
        finally:
            http.shutdown()
            thread.join()
