"""The pages as text: Jinja templates filled with plain values, complete without scripts. Needs no request and no server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, Protocol, cast

import jinja2
from babel.support import Translations

from tongzhou.graph.namespaces import PREFIXES, shorten
from tongzhou.server import links
from tongzhou.server.result_table import link_to_query
from tongzhou.server.signposting import TAGS, Link
from tongzhou.server.wording import translations, written_in

_FIRST_QUERY = """PREFIX rdfs: <{rdfs}>
PREFIX tz: <{tz}>

SELECT ?association ?name {{
  ?association a tz:Association ; rdfs:label ?name .
  FILTER(LANG(?name) = "{language}")
}}
ORDER BY ?name
LIMIT 100
"""
_ANY_QUERY = "SELECT * {\n  ?subject ?predicate ?object\n}\nLIMIT 100\n"


class _Worded(Protocol):
    """What the extension for gettext adds to an environment."""

    def install_gettext_translations(self, translations: Translations, *, newstyle: bool) -> None:
        """Word `_("…")` by a catalogue."""
        ...


@dataclass(frozen=True)
class Frame:
    """What surrounds a page: `navigation` are paths and words, `search` the path of the search page, if there is one.

    `root` is the address of the service, for readers of a printed page.
    `address` is the path of the page with its query; where there is no page in another language, it is None. `addresses` are
    those of the page in each language, where its path does not begin with one.
    """

    language: str
    address: str | None = None
    release: str | None = None
    links: Sequence[Link] = ()
    navigation: Sequence[tuple[str, str]] = ()
    search: str | None = None
    root: str = ""
    addresses: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def tag(self) -> str:
        """Return the language tag of the page."""
        return TAGS[self.language]

    def address_in(self, language: str) -> str:
        """Return the path of the page in a language, of the home page where it has none."""
        return self.addresses.get(language) or links.in_language(self.address or "", language)


def first_query(language: str, *, curated: bool) -> str:
    """Return a query to begin with; `curated` data has associations to ask for, with names in a language."""
    if not curated:
        return _ANY_QUERY
    return _FIRST_QUERY.format(rdfs=PREFIXES["rdfs"], tz=PREFIXES["tz"], language=language)


def render_page(template: str, frame: Frame, **values: object) -> str:
    """Return a page in the language of its frame: `_("…")` and `{% trans %}` in the template are worded in it.

    Templates have, beside the values, `frame`, `language`, `href` (what to link an IRI to), `link_to_query` and `written_in`.
    """
    return environment(frame.language).get_template(template).render(values, frame=frame)


@cache
def environment(language: str) -> jinja2.Environment:
    """Return the templates in a language."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("tongzhou.server"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    cast("_Worded", made).install_gettext_translations(translations(language), newstyle=True)
    cast("Any", made.globals).update(
        language=language,
        link_to_query=link_to_query,
        href=partial(links.href, language=language),
        document_of=links.document_of,
        shorten=shorten,
        written_in=written_in,
    )
    return made
