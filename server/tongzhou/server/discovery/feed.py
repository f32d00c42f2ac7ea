"""The feed of releases: what each one added and removed, with files of the triples (Atom, RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as ET

from tongzhou.graph.changes import ADDED, REMOVED
from tongzhou.graph.dcat import version_iri
from tongzhou.graph.meta import LICENCE
from tongzhou.graph.namespaces import BASE
from tongzhou.graph.release import Release

MEDIA_TYPE = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"


def releases_feed(releases: Sequence[Release], *, root: str) -> bytes:
    """Return the feed of releases, the latest first; `root` is the address of the server, with a slash at its end.

    Raises ReleaseError where a manifest can't be read.
    """
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    _add(feed, "id", f"{BASE}data/releases.atom")
    _add(feed, "title", "同舟 Tongzhou: releases")
    _add(feed, "updated", max(release.published for release in releases))
    author = ET.SubElement(feed, f"{{{_ATOM}}}author")
    _add(author, "name", "The Tongzhou project")
    _add(feed, "rights", LICENCE)
    _link(feed, "self", f"{root}data/releases.atom", MEDIA_TYPE)
    _link(feed, "alternate", f"{root}zh/data", "text/html", hreflang="zh")
    _link(feed, "alternate", f"{root}en/data", "text/html", hreflang="en")
    for release in releases:
        feed.append(_entry(release, root))
    ET.indent(feed)
    text: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _entry(release: Release, root: str) -> ET.Element:
    manifest = release.manifest
    address = f"{root}data/releases/{release.name}/"
    entry = ET.Element(f"{{{_ATOM}}}entry")
    _add(entry, "id", version_iri(release))
    _add(entry, "title", release.name)
    _add(entry, "updated", release.published)
    _add(entry, "published", release.published)
    _add(entry, "summary", _summary(manifest))
    _link(entry, "alternate", f"{root}en/data#{release.name}", "text/html", hreflang="en")
    for name in (ADDED, REMOVED, "tongzhou.nq"):
        if name in manifest["files"]:
            media_type = "application/gzip" if name.endswith(".gz") else "application/n-quads"
            length = str(manifest["files"][name]["bytes"])
            _link(entry, "enclosure", f"{address}{name}", media_type, length=length, title=name)
    return entry


def _summary(manifest: dict[str, Any]) -> str:
    changes = manifest.get("changes")
    if not changes:
        return "The first release here."
    return f"{changes['added']:,} triples added, {changes['removed']:,} removed since {changes['former']}."


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = text


def _link(parent: ET.Element, relation: str, address: str, media_type: str, **others: str) -> None:
    attributes = {"rel": relation, "href": address, "type": media_type, **others}
    ET.SubElement(parent, f"{{{_ATOM}}}link", attributes)
