"""The page about any thing: `/<language>/<type>/<slug>`, `/<language>/scheme/<name>/<concept>` and `/<language>/graph/…`.

One sentence, the facts with their basis, what it did or took part in, each with the words that state it, who else points to
it, and what the article does not state.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response

from tongzhou.graph.namespaces import ID
from tongzhou.server import links
from tongzhou.server.pages.citing import place_of
from tongzhou.server.pages.concepts import is_concept, questions_of, stand
from tongzhou.server.pages.data import release_of
from tongzhou.server.pages.deeds import MOST, deeds_of, mentions_of
from tongzhou.server.pages.described import Value, describe
from tongzhou.server.pages.embed import links_to_oembed
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.graph_names import name_of_graph
from tongzhou.server.pages.languages import PREFIX
from tongzhou.server.pages.presence import refuse_unknown
from tongzhou.server.pages.schema_org import to_json_ld, type_of
from tongzhou.server.questions.asked import PATH
from tongzhou.server.signposting import links_of_thing

_QUESTIONS = {
    "org": ("actions-of-an-organisation", "organisation"),
    "place": ("actions-for-a-place", "place"),
    "output": ("actions-concerning-a-thing", "thing"),
}


@dataclass(frozen=True)
class AskedOf:
    """A stored question asked of one thing: its words, its page, and its table as CSV."""

    label: str
    page: str
    csv: str


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the pages of things that have no page of a kind of their own."""
    blueprint = Blueprint("things", __name__)
    kinds = ",".join(kind for kind in links.TYPES if kind != "article")

    @blueprint.get(f"{PREFIX}/<any({kinds}):kind>/<slug>")
    def thing(language: str, kind: str, slug: str) -> Response:
        return show(pages, f"{kind}/{slug}", language)

    @blueprint.get(f"{PREFIX}/<any(scheme,graph):kind>/<path:name>")
    def concept(language: str, kind: str, name: str) -> Response:
        return show(pages, f"{kind}/{name}", language)

    return blueprint


def show(pages: Pages, path: str, language: str) -> Response:
    """Return the page about a thing, by four queries. Raises what `refuse_unknown` raises, and RequestError `not-curated`."""
    release = release_of(pages)
    iri = links.iri_of_page(path)
    found = describe(pages, iri, language) if iri else None
    if iri is None or found is None:
        refuse_unknown(pages, iri, path)
    deeds, gaps, has_more_deeds = deeds_of(pages, iri, language)
    standing, questions = None, list[Value]()
    if is_concept(iri):
        standing, mentions, has_more_mentions = stand(pages, found, language)
        questions = questions_of(pages.site.catalog, iri, language)
    else:
        mentions, has_more_mentions = mentions_of(pages, iri, language)
    quotes = [quote.iri for quote in found.quotes] + [one.iri or "" for deed in deeds for one in deed.quotes]
    articles = {quote.partition("#")[0] for quote in quotes if quote.startswith(ID)}
    name, name_language = found.name(language)
    if name == iri:  # a named graph has no label
        named = name_of_graph(pages.searching.index(), iri, language)
        name, name_language = (named, language) if named else (path, "en")
    return pages.render(
        "thing.html",
        links=[*links_of_thing(iri, [type_of(iri)]), *links_to_oembed(iri, language)],
        thing=found,
        kind=path.partition("/")[0],
        name=name,
        name_language=name_language,
        deeds=deeds,
        has_more_deeds=has_more_deeds,
        has_more_mentions=has_more_mentions,
        asked=_asked(pages, path, language),
        gaps=gaps,
        mentions=mentions,
        standing=standing,
        questions=questions,
        articles=sorted(articles),
        most=MOST,
        place=place_of(release, iri),
        json_ld=to_json_ld(found, articles),
    )


def _asked(pages: Pages, path: str, language: str) -> AskedOf | None:
    """Return the stored question whose rows are those of the table of actions; None where there is none for the kind of thing."""
    name, parameter = _QUESTIONS.get(path.partition("/")[0], ("", ""))
    stored = pages.site.catalog.get(name)
    if stored is None:
        return None
    page = f"/{language}/ask/{name}?{urlencode({parameter: path}, safe='/')}"
    table = f"{PATH}/{name}.csv?{urlencode({parameter: path, 'lang': language}, safe='/')}"
    return AskedOf(stored.label[language], page, table)
