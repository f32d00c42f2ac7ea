"""Follows the links of pages: what each leads to has to answer, and what it points to on a page has to be there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin

import httpx

_AT_ONCE = 6
_SKIPPED = ("/sparql?", "/zh/sparql?", "/en/sparql?")
"""Links that run a query of their own or hold one; the queries have tests."""


class PageParser(HTMLParser):
    """What a page links to, the names of its parts, and its text with the language that each piece is in."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.text: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links, names and languages."""
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids.add(values["id"])
        if tag in ("a", "link", "form") and values.get("rel") != "license":
            self.links += [values[name] for name in ("href", "action") if values.get(name)]
        if tag in ("img", "script") and "src" in values:
            self.links.append(values["src"])
        language = values.get("lang") or (self._open[-1][1] if self._open else "")
        self.text += [(values[name], language) for name in ("aria-label", "placeholder") if name in values]
        if tag not in _VOID:
            self._open.append((tag, language))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that is closed at once, as those of SVG are."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Close what is open of this name."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Note text, except what is no prose."""
        if data.strip() and not any(tag in _NO_PROSE for tag, _ in self._open):
            self.text.append((data.strip(), self._open[-1][1] if self._open else ""))


_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
_NO_PROSE = frozenset({"title", "svg", "script", "style", "code", "pre", "textarea", "option"})


@dataclass
class Crawl:
    """What was followed: pages that were read, links that were tried, and the broken ones with the page that has each."""

    root: str
    pages: dict[str, PageParser] = field(default_factory=dict[str, PageParser])
    tried: set[str] = field(default_factory=set[str])
    broken: list[str] = field(default_factory=list[str])


async def crawl(
    root: str, paths: Iterable[str], *, all_pages: bool = False, known: Collection[str] = ()
) -> Crawl:
    """Read pages and try each link of theirs once, but for those to pages that are `known`.

    With `all_pages` the pages that they lead to are read as well.
    """
    found = Crawl(root)
    limits = httpx.Limits(max_connections=_AT_ONCE)
    async with httpx.AsyncClient(
        base_url=root,
        trust_env=False,
        timeout=httpx.Timeout(60, pool=None),
        limits=limits,
        headers={"Accept": "text/html,*/*;q=0.1"},
    ) as client:
        waiting = dict.fromkeys(paths, "")
        while waiting:
            await asyncio.gather(*(_read(client, found, path, origin) for path, origin in waiting.items()))
            links = _links_of(found, waiting)
            waiting = {path: origin for path, origin in links.items() if all_pages and _is_page(path)}
            rest = [item for item in links.items() if item[0] not in waiting and item[0] not in known]
            await asyncio.gather(*(_try(client, found, path, origin) for path, origin in rest))
    _check_parts(found)
    return found


def _links_of(found: Crawl, pages: Iterable[str]) -> dict[str, str]:
    """Return the internal links of pages that were not tried yet, each with the page that has it."""
    links: dict[str, str] = {}
    for page in pages:
        parser = found.pages.get(page)
        for link in parser.links if parser else ():
            path = urldefrag(urljoin(page, link.removeprefix(found.root))).url
            if path.startswith("/") and path not in found.tried and not path.startswith(_SKIPPED):
                links.setdefault(path, page)
    return links


def _is_page(path: str) -> bool:
    return re.match(r"/(zh|en)/", path) is not None and "?" not in path and "." not in path


async def _read(client: httpx.AsyncClient, found: Crawl, path: str, origin: str) -> None:
    found.tried.add(path)
    answer = await client.get(path)
    if answer.status_code == 200:
        found.pages[path] = PageParser(answer.text)
    elif origin:
        found.broken.append(f"{path} answers {answer.status_code}, linked from {origin}")


async def _try(client: httpx.AsyncClient, found: Crawl, path: str, origin: str) -> None:
    found.tried.add(path)
    answer = await client.head(path)
    if answer.status_code not in (200, 302, 303):
        found.broken.append(f"{path} answers {answer.status_code}, linked from {origin}")


def _check_parts(found: Crawl) -> None:
    """Add the links that point to a part which their page does not have, where that page was read."""
    for page, parser in found.pages.items():
        for link in parser.links:
            path, part = urldefrag(urljoin(page, link))
            target = found.pages.get(path)
            if part and target is not None and unquote(part) not in target.ids:
                found.broken.append(f"{path} has no part '{part}', linked from {page}")
