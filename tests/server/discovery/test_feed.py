"""The feed of releases: valid Atom, the latest first, with files whose lengths are right."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from tongzhou.graph.release import Release, publish, releases_of
from tongzhou.server.discovery.feed import releases_feed

ROOT = "https://tongzhou.example/"
NAMES = {"a": "http://www.w3.org/2005/Atom"}
GRAPH = ox.NamedNode("https://w3id.org/tongzhou/graph/background")


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> list[Release]:
    """Return two releases of which the second has one triple instead of another."""
    home = tmp_path_factory.mktemp("home")
    thing = ox.NamedNode("https://w3id.org/tongzhou/id/place/x")
    for word in ("a", "b"):
        quads = ox.Dataset([ox.Quad(thing, thing, ox.Literal(word), GRAPH)])
        publish(home, quads, digest=word * 64, manifest={})
    return releases_of(home)


def test_entries_have_what_atom_demands(releases: list[Release]) -> None:
    feed = ET.fromstring(releases_feed(releases, root=ROOT))
    assert feed.findtext("a:author/a:name", namespaces=NAMES) == "The Tongzhou project"
    entries = feed.findall("a:entry", NAMES)
    ids = [entry.findtext("a:id", namespaces=NAMES) for entry in entries]
    assert ids == [f"https://w3id.org/tongzhou/data/releases/{release.name}" for release in releases]
    for element in (feed, *entries):
        for name in ("a:id", "a:title", "a:updated"):
            assert element.findtext(name, namespaces=NAMES), name
    updated = [str(entry.findtext("a:updated", namespaces=NAMES)) for entry in entries]
    assert feed.findtext("a:updated", namespaces=NAMES) == max(updated)


def test_changes_are_enclosed_with_their_lengths(releases: list[Release]) -> None:
    feed = ET.fromstring(releases_feed(releases, root=ROOT))
    enclosed: list[set[str]] = []
    for entry, release in zip(feed.findall("a:entry", NAMES), releases, strict=True):
        links = entry.findall("a:link[@rel='enclosure']", NAMES)
        start = f"{ROOT}data/releases/{release.name}/"
        enclosed.append({link.attrib["href"].removeprefix(start) for link in links})
        for link in links:
            file = Path(release.path / link.attrib["href"].removeprefix(start))
            assert file.stat().st_size == int(link.attrib["length"])
    changed = next(names for names in enclosed if len(names) > 1)
    assert changed == {"added.nt.gz", "removed.nt.gz", "tongzhou.nq"}
    assert enclosed.count({"tongzhou.nq"}) == 1
    text = b"".join(releases_feed(releases, root=ROOT).splitlines())
    assert b"1 triples added, 1 removed since " in text
