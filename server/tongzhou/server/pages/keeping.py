"""Pages are rendered once for a release and an address, then kept, in each content coding that was asked for.

A page depends on nothing else: its language stands in its path. What a hostile Host header puts into links is kept under
that host alone.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field

from flask import Blueprint, Response, g, request

from tongzhou.server.cache import Cache
from tongzhou.server.coding import encode
from tongzhou.server.flask_requests import root_of_request
from tongzhou.server.negotiation import choose_coding
from tongzhou.server.planning import holds
from tongzhou.server.site import Site

_MOST_BYTES = 32 * 2**20
_LARGEST = 2**20
_KEPT = ("text/html", "image/svg+xml", "application/json")
_HEADERS = ("Content-Type", "Content-Language", "Content-Security-Policy", "Link")


@dataclass(frozen=True)
class _Page:
    """A page as it was rendered, and as it goes out in each coding."""

    headers: tuple[tuple[str, str], ...]
    etag: str
    bodies: dict[str | None, bytes] = field(default_factory=dict["str | None", bytes])


def keep_pages(blueprint: Blueprint, site: Site) -> None:
    """Answer the pages of a blueprint from what is kept; those of an ordinary dataset, which may change, are not."""
    cache: Cache[_Page] = Cache(_MOST_BYTES, _LARGEST)
    lock = threading.Lock()

    @blueprint.before_request
    def find() -> Response | None:
        if site.release is None or request.method not in ("GET", "HEAD"):
            return None
        g.page_coding = choose_coding(request.headers.get("Accept-Encoding"))
        g.page_key = (site.release.name, root_of_request(), request.full_path)
        with lock:
            page = cache.get(g.page_key)
        g.page_found = page is not None
        return _answer(page) if page else None

    @blueprint.after_request
    def keep(response: Response) -> Response:
        if response.status_code != 200 or response.mimetype not in _KEPT or g.get("page_found", True):
            return response
        if "Vary" in response.headers:  # it depends on a header after all
            return response
        body = response.get_data()
        headers = tuple((name, response.headers[name]) for name in _HEADERS if name in response.headers)
        page = _Page(headers, hashlib.blake2b(body, digest_size=12).hexdigest(), {None: body})
        with lock:
            cache.put(g.page_key, page, 2 * len(body))
        return _answer(page)


def _answer(page: _Page) -> Response:
    """Return a page in the coding that the client likes, 304 where it has it."""
    coding: str | None = g.page_coding
    etag = f'"{page.etag}{f"-{coding}" if coding else ""}"'
    if holds(request.headers.get("If-None-Match"), etag):
        response = Response(status=304)
    else:
        if coding not in page.bodies:
            page.bodies[coding] = encode(page.bodies[None], coding)
        response = Response(page.bodies[coding], headers=list(page.headers))
        if coding:
            response.headers["Content-Encoding"] = coding
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    return response
