"""The site map: every page in both languages, each pair told of each other, dated by the release.

Sources: https://www.sitemaps.org/protocol.html, and the `hreflang` links that search engines read from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree as ET

from tongzhou.graph.namespaces import BASE
from tongzhou.graph.release import Release
from tongzhou.server.negotiation import LANGUAGES
from tongzhou.server.signposting import TAGS

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_NAMED = re.compile(rb"<" + re.escape(BASE.encode()) + rb"(?:id/([a-z]+/[^/#>]+)|(scheme/[^#>]+))> ")


def sitemap(paths: Iterable[str], *, root: str, changed: str) -> bytes:
    """Return the site map of pages; `paths` come without the language, `changed` is the time of the release."""
    ET.register_namespace("", _SITEMAP)
    ET.register_namespace("xhtml", _XHTML)
    urls = ET.Element(f"{{{_SITEMAP}}}urlset")
    for path in paths:
        addresses = {language: f"{root}{language}/{path}" for language in LANGUAGES}
        for address in addresses.values():
            url = ET.SubElement(urls, f"{{{_SITEMAP}}}url")
            ET.SubElement(url, f"{{{_SITEMAP}}}loc").text = address
            ET.SubElement(url, f"{{{_SITEMAP}}}lastmod").text = changed
            tagged = {TAGS[language]: other for language, other in addresses.items()}
            for tag, other in {**tagged, "x-default": addresses[LANGUAGES[0]]}.items():
                link = {"rel": "alternate", "hreflang": tag, "href": other}
                ET.SubElement(url, f"{{{_XHTML}}}link", link)
    ET.indent(urls)
    text: bytes = ET.tostring(urls, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def things_of(release: Release) -> Sequence[str]:
    """Return `<type>/<slug>` of every thing of a release, and the path of every concept and scheme, sorted.

    Fragments and passages are no things of their own.
    """
    return _things(release.path)


@lru_cache(maxsize=2)
def _things(path: Path) -> tuple[str, ...]:
    with (path / "tongzhou.nt").open("rb") as dump:
        found = {(match[1] or match[2]).decode() for line in dump if (match := _NAMED.match(line))}
    return tuple(sorted(found))
