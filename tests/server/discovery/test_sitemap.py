"""The site map: both languages of each page, told of each other."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from tongzhou.graph.release import Release
from tongzhou.server.discovery.sitemap import sitemap, things_of

ROOT = "https://tongzhou.example/"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def test_each_page_stands_in_both_languages_and_names_both() -> None:
    tree = ET.fromstring(sitemap(["", "place/a&b"], root=ROOT, changed="2026-11-25T00:00:00Z"))
    urls = tree.findall("s:url", NAMES)
    addresses = [url.findtext("s:loc", namespaces=NAMES) for url in urls]
    assert addresses == [f"{ROOT}zh/", f"{ROOT}en/", f"{ROOT}zh/place/a&b", f"{ROOT}en/place/a&b"]
    assert {url.findtext("s:lastmod", namespaces=NAMES) for url in urls} == {"2026-11-25T00:00:00Z"}
    for url, page in zip(urls, ("", "", "place/a&b", "place/a&b"), strict=True):
        links = {link.attrib["hreflang"]: link.attrib["href"] for link in url.findall("x:link", NAMES)}
        zh, en = f"{ROOT}zh/{page}", f"{ROOT}en/{page}"
        assert links == {"zh-Hans": zh, "en": en, "x-default": zh}


def test_things_are_those_of_the_release_without_their_parts(release: Release) -> None:
    assert things_of(release) == ("action/x", "org/a", "org/b")
