"""The files of releases as downloads, with strong entity tags; read piece by piece, so that no thread waits for a client.

`/data/<name>` is a file of the present release, `/data/releases/<release>/<name>` the same file for ever.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from pathlib import Path

from tongzhou.graph.changes import ADDED, REMOVED
from tongzhou.graph.curation import COVERAGE, CURATION
from tongzhou.graph.export import DUMPS, MEDIA_TYPES
from tongzhou.graph.mappings import MAPPINGS
from tongzhou.graph.release import CHECKSUMS, Release, releases_of
from tongzhou.graph.shape_files import SHAPES
from tongzhou.server.discovery.feed import MEDIA_TYPE as FEED
from tongzhou.server.discovery.feed import releases_feed
from tongzhou.server.discovery.rdf import check_method, see_catalogue
from tongzhou.server.http import AnyReply, Reply, Request, StreamedReply
from tongzhou.server.planning import holds, with_charset
from tongzhou.server.problems import RequestError

OFFERED = (*DUMPS, ADDED, REMOVED, MAPPINGS, *SHAPES, CURATION, COVERAGE, CHECKSUMS)
"""The files of a release that are offered, where it has them: others may hold words of an article that are not ours to give."""

_PIECE = 65_536
_VERSION = re.compile(r"releases/(\d{4}-\d\d-\d\d-[0-9a-f]{12})(?:/(.*))?")
_YEAR = 31_536_000  # seconds


def dumps_of(release: Release) -> dict[str, dict[str, object]]:
    """Return the entries of the manifest (`bytes`, `sha256`) for the dumps, by name, in the order in which pages list them."""
    files: dict[str, dict[str, object]] = release.manifest["files"]
    suffixes = list(MEDIA_TYPES)
    names = sorted(DUMPS, key=lambda name: (suffixes.index(Path(name).suffix), name))
    return {name: files[name] for name in names}


def file_reply(release: Release | None, request: Request) -> AnyReply:
    """Answer a request below `/data/`. Raises RequestError `not-found` and `method-not-allowed`."""
    name = request.path.removeprefix("/data/")
    if release is None:
        raise RequestError("not-found", {})
    if name == "releases.atom":
        return _feed_reply(release, request)
    if name == "mappings":
        return see_catalogue(request)
    version = _VERSION.fullmatch(name)
    if version is None:
        return _download(release, name, request, "no-cache")
    former = Release(release.path.parent / version[1])
    if not (former.path / "manifest.json").is_file():
        raise RequestError("not-found", {})
    if not version[2]:
        return see_catalogue(request)
    return _download(former, version[2], request, f"public, max-age={_YEAR}, immutable")


def _download(release: Release, name: str, request: Request, caching: str) -> AnyReply:
    entry = release.manifest["files"].get(name)
    if entry is None or name not in OFFERED:
        raise RequestError("not-found", {})
    refused = check_method(request)
    if refused:
        return refused
    digest = base64.b64encode(bytes.fromhex(entry["sha256"])).decode()
    etag = f'"{entry["sha256"]}"'
    headers = (("ETag", etag), ("Cache-Control", caching), ("Repr-Digest", f"sha-256=:{digest}:"))
    if holds(request.headers.get("if-none-match"), etag):
        return Reply(304, headers)
    media_type = with_charset(MEDIA_TYPES[Path(name).suffix])
    about = (("Content-Type", media_type), ("Content-Length", str(entry["bytes"])))
    if request.method == "HEAD":
        return Reply(200, (*headers, *about))
    return StreamedReply(200, (*headers, *about), _read(release.path / name), lambda: None)


def _feed_reply(release: Release, request: Request) -> Reply:
    refused = check_method(request)
    if refused:
        return refused
    releases = releases_of(release.path.parents[1])
    body = releases_feed(releases, root=request.root)
    etag = f'"{releases[0].name}-{len(releases)}"'
    headers = (("ETag", etag), ("Cache-Control", "no-cache"))
    if holds(request.headers.get("if-none-match"), etag):
        return Reply(304, headers)
    return Reply(200, (("Content-Type", f"{FEED}; charset=utf-8"), *headers), body)


async def _read(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece
