"""Cards for pages of others: `/zh/embed/<type>/<slug>`, the one page that may be framed, and `/oembed?url=…` that tells of it.

Source: https://oembed.com/.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import unquote, urlencode, urlsplit

import pyoxigraph as ox
from flask import Blueprint, Response, request
from markupsafe import Markup

from tongzhou.graph.evidence import span_of
from tongzhou.graph.namespaces import BASE, ID
from tongzhou.graph.results import Row
from tongzhou.server import links
from tongzhou.server.flask_requests import root_of_request
from tongzhou.server.negotiation import LANGUAGES
from tongzhou.server.pages.described import PREFIXES, Quote
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX
from tongzhou.server.pages.presence import refuse_unknown
from tongzhou.server.problems import RequestError
from tongzhou.server.replies import CONTENT_SECURITY_POLICY
from tongzhou.server.signposting import Link

KINDS = ("action", "meeting", "directive", "request", "statement", "article")
"""The types of things that have a card: what is done or said, and articles, whose passages have one each."""
OEMBED = "application/json+oembed"
_POLICY = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
LARGEST = 99_999
"""Pixels that a client may say that it has."""
_WIDTH, _HEIGHT, _LEAST = 600, 260, 200
_SECONDS_KEPT = 86_400
_PROVIDER = "同舟 Tongzhou"
_CARD = (
    PREFIXES
    + """SELECT DISTINCT ?fact ?label ?passage ?quote ?prefix ?suffix ?start WHERE {
  { BIND($thing AS ?fact) ?fact tz:evidence ?passage }
  UNION { BIND($thing AS ?passage) ?fact tz:evidence ?passage }
  UNION { BIND($thing AS ?fact) ?fact a tz:Article }
  OPTIONAL { ?fact rdfs:label ?label FILTER(LANG(?label) = $language) }
  OPTIONAL {
    ?passage oa:hasSelector ?selector ; oa:hasSelector/oa:start ?start .
    ?selector oa:exact ?quote .
    OPTIONAL { ?selector oa:prefix ?prefix }
    OPTIONAL { ?selector oa:suffix ?suffix }
  }
}
ORDER BY ?start ?label"""
)


@dataclass(frozen=True)
class Card:
    """What a card says: of a thing, or of a passage by what is read from it; `quote` is None for an article."""

    iri: str
    title: str
    quote: Quote | None


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the cards, and the document that tells how to show them."""
    blueprint = Blueprint("embed", __name__)

    @blueprint.get(f"{PREFIX}/embed/<any({','.join(KINDS)}):kind>/<slug>")
    def embed(language: str, kind: str, slug: str) -> Response:
        char = request.args.get("char")
        iri = f"{ID}{kind}/{slug}" + (f"#char={char}" if char is not None else "")
        card = _card(pages, iri, language)
        response = pages.render("embed.html", card=card, links=[Link("cite-as", card.iri)])
        response.headers["Content-Security-Policy"] = _POLICY
        return response

    @blueprint.get("/oembed")
    def oembed() -> Response:
        if request.args.get("format", "json") != "json":  # 501 is what the specification has for it
            found = request.args["format"][:80]
            raise RequestError("oembed-json-only", {"parameter": "format", "found": found}, offers=("json",))
        iri, language = _asked()
        card = _card(pages, iri, language)
        width, height = _size("maxwidth", _WIDTH), _size("maxheight", _HEIGHT)
        text = json.dumps(_tell(card, language, width, height), ensure_ascii=False)
        response = Response(text + "\n", content_type="application/json; charset=utf-8")
        response.add_etag()
        response.make_conditional(request)
        return response

    return blueprint


def links_to_oembed(iri: str, language: str) -> list[Link]:
    """Return the link by which the page about a thing is found to have a card, if it has one."""
    path = links.page_of(iri, language)
    if path is None or not _has_card(iri):
        return []
    root = root_of_request()
    return [Link("alternate", f"{root}oembed?{urlencode({'url': root.rstrip('/') + path})}", OEMBED)]


def _asked() -> tuple[str, str]:
    """Return the IRI and the language of the page that is asked for. Raises RequestError `bad-value`."""
    url = request.args.get("url", "")
    own = urlsplit(root_of_request())
    parts = urlsplit(url)
    path = unquote(parts.path)
    if url.startswith(BASE):
        path = url.removeprefix(BASE[:-1]).partition("#")[0]
    elif parts.netloc != own.netloc or parts.scheme not in ("http", "https"):
        path = ""
    language = links.language_of(path)
    iri = links.iri_of_page(path[4:]) if language else links.iri_of(path)
    if iri is None or not _has_card(iri):
        expected = f"{root_of_request()}{LANGUAGES[0]}/({'|'.join(KINDS)})/…"
        raise RequestError("bad-value", {"parameter": "url", "found": url[:80], "expected": expected})
    fragment = unquote(parts.fragment) if iri.startswith(f"{ID}article/") else ""
    return iri + (f"#{fragment}" if fragment.startswith("char=") else ""), language or LANGUAGES[0]


def _card(pages: Pages, iri: str, language: str) -> Card:
    """Return the card of a thing or a passage, by one query. Raises what `refuse_unknown` raises."""
    _ = pages.release
    name = iri.removeprefix(ID)
    thing, _, fragment = iri.partition("#")
    if links.iri_of_page(thing.removeprefix(ID)) is None or (fragment and span_of(iri, thing) is None):
        refuse_unknown(pages, None, name)
    rows = pages.select(_CARD, thing=ox.NamedNode(iri), language=ox.Literal(language))
    if not rows:
        refuse_unknown(pages, thing, name)
    named = sorted((row for row in rows if "label" in row), key=lambda row: not _has_card(row["fact"].value))
    article = thing.startswith(f"{ID}article/") and not fragment
    quoted = None if article else next((row for row in rows if "quote" in row), None)
    return Card(iri, named[0]["label"].value if named else name, _quote(quoted) if quoted else None)


def _quote(row: Row) -> Quote:
    around = (row[name].value if name in row else "" for name in ("prefix", "suffix"))
    return Quote(row["passage"].value, row["quote"].value, int(row["start"].value), *around)


def _has_card(iri: str) -> bool:
    return iri.startswith(tuple(f"{ID}{kind}/" for kind in KINDS))


def _size(name: str, default: int) -> int:
    """Return a size in pixels that the client has room for. Raises RequestError `bad-count`."""
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= LARGEST):
        facts = {"parameter": name, "found": text[:80], "least": "0", "most": str(LARGEST)}
        raise RequestError("bad-count", facts)
    return max(_LEAST, min(default, int(text)))


def _tell(card: Card, language: str, width: int, height: int) -> dict[str, object]:
    """Return the document; its HTML is a sandboxed frame, in which a client that takes no frames finds a link."""
    root = root_of_request()
    here = root.rstrip("/")
    thing, _, fragment = card.iri.partition("#")
    query = f"?{fragment}" if fragment else ""
    frame = Markup(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" style="border:0;max-width:100%" '
        'sandbox="allow-popups allow-popups-to-escape-sandbox"><a href="{}">{}</a></iframe>'
    ).format(
        f"{root}{language}/embed/{thing.removeprefix(ID)}{query}",
        card.title,
        width,
        height,
        f"{here}{links.page_of(card.iri, language)}",
        card.title,
    )
    return {
        "version": "1.0",
        "type": "rich",
        "title": card.title,
        "provider_name": _PROVIDER,
        "provider_url": root,
        "cache_age": _SECONDS_KEPT,
        "html": str(frame),
        "width": width,
        "height": height,
    }
