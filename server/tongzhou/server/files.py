"""The dumps of a release as downloads, with strong entity tags; read piece by piece, so that no thread waits for a client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from tongzhou.graph.release import Release
from tongzhou.server.http import AnyReply, Reply, Request, StreamedReply
from tongzhou.server.planning import holds
from tongzhou.server.problems import RequestError
from tongzhou.server.replies import options_reply

_METHODS = ("GET", "HEAD", "OPTIONS")
_PIECE = 65_536
MEDIA_TYPES = {
    ".ttl": "text/turtle; charset=utf-8",
    ".trig": "application/trig; charset=utf-8",
    ".nt": "application/n-triples; charset=utf-8",
    ".nq": "application/n-quads; charset=utf-8",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
}
"""What the dumps are, by suffix, in the order in which pages list them."""


def dumps_of(release: Release) -> dict[str, dict[str, object]]:
    """Return the entries of the manifest (`bytes`, `sha256`) for the files that are offered, by name."""
    files: dict[str, dict[str, object]] = release.manifest["files"]
    suffixes = list(MEDIA_TYPES)
    names = [name for name in files if Path(name).suffix in MEDIA_TYPES]
    names.sort(key=lambda name: (suffixes.index(Path(name).suffix), name))
    return {name: files[name] for name in names}


def file_reply(release: Release | None, request: Request) -> AnyReply:
    """Answer a request for `/data/<name>`. Raises RequestError `not-found` and `method-not-allowed`."""
    name = request.path.removeprefix("/data/")
    entry = dumps_of(release).get(name) if release else None
    if release is None or entry is None:
        raise RequestError("not-found", {})
    if request.method == "OPTIONS":
        return options_reply(_METHODS, shared=_METHODS)
    if request.method not in _METHODS:
        raise RequestError("method-not-allowed", {"found": ", ".join(_METHODS)})
    etag = f'"{entry["sha256"]}"'
    headers = (("ETag", etag), ("Cache-Control", "no-cache"))
    if holds(request.headers.get("if-none-match"), etag):
        return Reply(304, headers)
    about = (("Content-Type", MEDIA_TYPES[Path(name).suffix]), ("Content-Length", str(entry["bytes"])))
    if request.method == "HEAD":
        return Reply(200, (*headers, *about))
    return StreamedReply(200, (*headers, *about), _read(release.path / name), lambda: None)


async def _read(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece
