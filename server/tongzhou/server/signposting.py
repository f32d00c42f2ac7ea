"""Typed links (RFC 8288) between a thing, its pages and its documents, as FAIR Signposting has them. Pure.

The same links stand in the header `Link` and in the `<head>` of a page. Source: https://signposting.org/FAIR/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tongzhou.server import links
from tongzhou.server.negotiation import LANGUAGES

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
TAGS = {"zh": "zh-Hans", "en": "en"}
"""The language tags (BCP 47) of pages: Chinese is written in simplified characters."""

DOCUMENTS = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "json": "application/json",
}
"""The media types of documents by suffix, the favourite first."""

_PAGE = "https://schema.org/AboutPage"


@dataclass(frozen=True)
class Link:
    """A typed link."""

    rel: str
    href: str
    type: str | None = None
    hreflang: str | None = None

    def __str__(self) -> str:
        """Return the link as the header has it."""
        attributes = (("rel", self.rel), ("type", self.type), ("hreflang", self.hreflang))
        return "; ".join([f"<{self.href}>", *(f'{name}="{value}"' for name, value in attributes if value)])


def header_of(typed: Iterable[Link]) -> str:
    """Return the value of the header `Link`."""
    return ", ".join(map(str, typed))


def links_of_page(address: str, root: str) -> list[Link]:
    """Return what every page links to: itself, itself in each language, the licence.

    `address` is its path with the query, `root` the address of the server.
    """
    here = root.rstrip("/")
    pages = {language: here + links.in_language(address, language) for language in LANGUAGES}
    return [
        Link("canonical", here + address),
        *(Link("alternate", page, "text/html", TAGS[language]) for language, page in pages.items()),
        Link("alternate", pages[LANGUAGES[0]], "text/html", "x-default"),
        Link("license", LICENCE),
    ]


def links_of_thing(iri: str, types: Iterable[str] = ()) -> list[Link]:
    """Return what the page about a thing links to besides: its name, its documents; `types` are those of schema.org."""
    return [Link("cite-as", iri), *_documents("describedby", iri), *_types((_PAGE, *types))]


def links_of_document(iri: str, suffix: str) -> list[Link]:
    """Return what a document about a thing links to: its name, its pages, the other formats, the licence."""
    pages = [(language, links.page_of(iri, language)) for language in LANGUAGES]
    return [
        Link("cite-as", iri),
        *(Link("describes", page, "text/html", TAGS[language]) for language, page in pages if page),
        *(link for link in _documents("alternate", iri) if link.type != DOCUMENTS[suffix]),
        Link("canonical", links.document_of(iri, suffix) or iri),
        Link("license", LICENCE),
    ]


def _documents(rel: str, iri: str) -> Iterator[Link]:
    for suffix, media_type in DOCUMENTS.items():
        path = links.document_of(iri, suffix)
        if path:
            yield Link(rel, path, media_type)


def _types(types: Iterable[str]) -> Iterator[Link]:
    return (Link("type", name) for name in types)
