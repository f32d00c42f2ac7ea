"""Things in the words of schema.org, as JSON-LD inside their pages, for search engines. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable

from markupsafe import Markup

from tongzhou.graph.namespaces import ID, SCHEMA, SCHEME
from tongzhou.server.pages.described import Described

_TYPES = {
    "org": "Organization",
    "group": "Organization",
    "person": "Person",
    "place": "Place",
    "action": "Action",
    "meeting": "Event",
    "article": "NewsArticle",
}


def type_of(iri: str) -> str:
    """Return the class of schema.org that a thing of ours is one of.

    >>> type_of("https://w3id.org/tongzhou/id/org/x")
    'https://schema.org/Organization'
    """
    if iri.startswith(SCHEME):
        return f"{SCHEMA}DefinedTerm" if "/" in iri.removeprefix(SCHEME) else f"{SCHEMA}DefinedTermSet"
    return SCHEMA + _TYPES.get(iri.removeprefix(ID).partition("/")[0], "Thing")


def to_json_ld(thing: Described, articles: Iterable[str]) -> Markup:
    """Return a thing as JSON-LD, safe inside a `script` element; `articles` are the IRIs of those that tell of it."""
    same = [one.iri for group in thing.properties if group.iri == f"{SCHEMA}sameAs" for one in group.values]
    members = {
        "@context": "https://schema.org",
        "@type": type_of(thing.iri).removeprefix(SCHEMA),
        "@id": thing.iri,
        "name": [{"@value": name, "@language": language} for language, name in sorted(thing.names.items())],
        "alternateName": [alias.text for alias in thing.aliases],
        "sameAs": same,
        "subjectOf": [{"@id": article} for article in sorted(set(articles))],
    }
    text = json.dumps({key: value for key, value in members.items() if value}, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c"))
