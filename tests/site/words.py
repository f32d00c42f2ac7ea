"""English on Chinese pages, and Chinese on English ones, that is not marked as such: what nobody translated."""

from __future__ import annotations

import re

from tests.site.crawl import PageParser

_NO_WORDS = re.compile(r"https?://\S+|\S*[/_#:=.@-]\S*")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NAMES = frozenset(
    [
        *("Tongzhou", "English", "SPARQL", "SHACL", "Turtle", "TriG", "JSON", "CSV", "TSV", "RDF", "XML"),
        *(
            "OpenRefine",
            "OpenAPI",
            "VoID",
            "DCAT",
            "Atom",
            "SSSOM",
            "SHA",
            "SUMS",
            "SVG",
            "MB",
            "KB",
            "Python",
        ),
        *("curl", "CC", "BY", "MIT", "IRI", "Wikidata"),
    ]
)
"""Names that are the same in both languages."""


def foreign_words(page: PageParser, language: str) -> list[str]:
    """Return pieces of a page's text that are for the larger part in the other language, and not marked so by `lang`.

    A sentence may speak of a word of the other language; addresses, file names and code are in none.
    """
    found: list[str] = []
    for text, tag in page.text:
        if tag.partition("-")[0] not in ("", language):
            continue
        latin = [word for word in _LATIN.findall(_NO_WORDS.sub(" ", text)) if word not in _NAMES]
        chinese = _CHINESE.findall(text)
        ours, others = (latin, chinese) if language == "en" else (chinese, latin)
        if len(others) > len(ours):
            found.append(text)
    return found
