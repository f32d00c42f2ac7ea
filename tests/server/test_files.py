"""Downloads under both fronts: what they are called, strong entity tags, and what is not for download."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.release import CHECKSUMS, Release, publish
from tongzhou.server.files import dumps_of, file_reply
from tongzhou.server.http import Request
from tongzhou.server.problems import RequestError

from .web import Client

MEDIA_TYPES = {
    "tongzhou.ttl": "text/turtle; charset=utf-8",
    "tongzhou.trig": "application/trig; charset=utf-8",
    "tongzhou.nt": "application/n-triples; charset=utf-8",
    "tongzhou.nq": "application/n-quads; charset=utf-8",
    "tongzhou.rdf": "application/rdf+xml",
    "tongzhou.jsonld": "application/ld+json",
    CHECKSUMS: "text/plain; charset=utf-8",
}
NAMES = list(MEDIA_TYPES)


def test_every_dump_is_offered(release: Release) -> None:
    assert list(dumps_of(release)) == [name for name in NAMES if name != CHECKSUMS]


@pytest.mark.parametrize("name", NAMES)
def test_a_download_has_its_hash_as_strong_tag(client: Client, release: Release, name: str) -> None:
    content = (release.path / name).read_bytes()
    answer = client.get(f"/data/{name}")
    assert (answer.status_code, answer.data) == (200, content)
    digest = hashlib.sha256(content)
    assert answer.headers["ETag"] == f'"{digest.hexdigest()}"'
    assert answer.headers["Repr-Digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    assert answer.headers["Content-Length"] == str(len(content))
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.content_type == MEDIA_TYPES[name]
    head = client.head(f"/data/{name}")
    assert (head.status_code, head.data) == (200, b"")
    for header in ("ETag", "Content-Length", "Content-Type"):
        assert head.headers[header] == answer.headers[header]


def test_files_of_a_named_release_never_change(client: Client, release: Release) -> None:
    answer = client.get(f"/data/releases/{release.name}/tongzhou.ttl")
    assert (answer.status_code, answer.data) == (200, client.get("/data/tongzhou.ttl").data)
    assert "immutable" in answer.headers["Cache-Control"]
    for path in (
        f"{release.name}/none",
        f"{release.name}/manifest.json",
        f"{release.name}/../current",
        "2020-01-01-0123456789ab/tongzhou.ttl",
        "..",
        "",
    ):
        assert client.get(f"/data/releases/{path}").status_code == 404, path


def test_files_that_are_not_for_others_are_not_given(tmp_path: Path, release: Release) -> None:
    """A release may hold files of its own use, such as what is searched: sentences that are not ours to give."""
    quads = ox.Dataset(ox.parse(path=release.path / "tongzhou.nq", format=ox.RdfFormat.N_QUADS))
    documents = {"inner.json": b"[]", "curation.csv": b"kind\r\n"}
    made = publish(tmp_path, quads, digest="0" * 64, manifest={}, documents=documents)
    for name, found in (("inner.json", False), ("curation.csv", True)):
        assert _is_given(made, Request("GET", f"/data/{name}", b"", {})) is found


def _is_given(release: Release, request: Request) -> bool:
    try:
        return file_reply(release, request).status == 200
    except RequestError as error:
        assert error.kind == "not-found"
        return False


def test_the_feed_is_of_the_releases(client: Client, release: Release) -> None:
    answer = client.get("/data/releases.atom")
    assert (answer.status_code, answer.content_type) == (200, "application/atom+xml; charset=utf-8")
    assert release.name in answer.text
    again = client.get("/data/releases.atom", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_what_the_client_has_is_not_sent_again(client: Client) -> None:
    etag = client.get("/data/tongzhou.ttl").headers["ETag"]
    for method in ("GET", "HEAD"):
        answer = client.open("/data/tongzhou.ttl", method=method, headers={"If-None-Match": f'"a", {etag}'})
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == etag
    assert client.get("/data/tongzhou.ttl", headers={"If-None-Match": '"a"'}).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "QUERY"])
def test_downloads_are_only_read(client: Client, method: str) -> None:
    answer = client.open("/data/tongzhou.ttl", method=method, data=b"")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "name",
    ["", "none.ttl", "manifest.json", "store", "store/CURRENT", "%2e%2e/current", "tongzhou.ttl/", "%00"],
)
def test_nothing_else_is_there(client: Client, name: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "POST"):
        assert client.open(f"/data/{name}", method=method).status_code == 404


def test_a_dataset_has_no_downloads(writer: Client) -> None:
    assert writer.get("/data/tongzhou.ttl").status_code == 404
    assert "/data/" not in writer.get("/zh/").text
