"""The static files in the content coding that a client likes: made once for each version of a file, then kept."""

from __future__ import annotations

import threading

from flask import Flask, Response, request

from tongzhou.server.coding import encode
from tongzhou.server.negotiation import choose_coding
from tongzhou.server.problems import RequestError

_CODED = ("text/css", "text/javascript", "image/svg+xml", "text/markdown")


def compress_static(app: Flask) -> None:
    """Compress what Flask's own view of static files answers."""
    kept: dict[tuple[str, str, str], bytes] = {}
    lock = threading.Lock()

    @app.after_request
    def compress(response: Response) -> Response:
        if request.endpoint != "static" or response.mimetype not in _CODED:
            return response
        response.headers["Vary"] = "Accept-Encoding"
        etag, _ = response.get_etag()
        coding = _coding()
        if response.status_code != 200 or etag is None or coding is None:
            return response
        response.set_etag(
            etag, weak=True
        )  # the same for each coding, so that any of them may be asked for again
        key = (request.path, etag, coding)
        response.direct_passthrough = False
        body = response.get_data()
        with lock:
            if key not in kept:
                for old in [one for one in kept if one[0] == key[0] and one[1] != etag]:
                    del kept[old]
                kept[key] = encode(body, coding)
            response.set_data(kept[key])
        response.headers["Content-Encoding"] = coding
        return response


def _coding() -> str | None:
    """Return the coding to answer in; none where the client excludes all, for it is too late to refuse."""
    try:
        return choose_coding(request.headers.get("Accept-Encoding"))
    except RequestError:
        return None
