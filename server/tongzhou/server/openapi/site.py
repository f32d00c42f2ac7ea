"""The addresses of the site that are for programs: search, browsing, neighbours, explanations, cards, documents of things."""

from __future__ import annotations

import re

from tongzhou.graph.namespaces import ID
from tongzhou.graph.search.document import GROUPS
from tongzhou.graph.search.finder import CANDIDATES, LONGEST
from tongzhou.server.links import TYPES
from tongzhou.server.negotiation import LANGUAGES
from tongzhou.server.openapi.parts import (
    JSON,
    LANGUAGE,
    TEXT,
    Operation,
    Paths,
    Schema,
    asked,
    in_path,
    many,
    members,
    one_of,
    operation,
    whole,
)
from tongzhou.server.pages.browse.facets import FACETS
from tongzhou.server.pages.embed import KINDS, LARGEST
from tongzhou.server.pages.explain import MOST_OTHERS
from tongzhou.server.pages.search import ON_PAGE
from tongzhou.server.signposting import DOCUMENTS

_TERM: Schema = {"type": "string", "pattern": r"\S"}
_NUMBER: Schema = {"type": "integer"}
_SLUG: Schema = {"type": "string", "pattern": "^[a-z0-9-]+$"}
_MOVED = {"301": {"description": "It was renamed: `Location` has its present address."}}
_PASSAGE = "article/associations-epidemic-response#char=1865,1885"
_ORG, _ACTION = "org/china-meat-association", "gifts-of-goods-by-petroleum-and-chemical-members"


def describe_site() -> Paths:
    """Return the addresses."""
    suffix = in_path("suffix", one_of(*DOCUMENTS), example="ttl")
    concept = [in_path("scheme", _SLUG, example="measure"), in_path("concept", _SLUG, example="cash"), suffix]
    thing = [in_path("type", one_of(*TYPES), example="org"), in_path("slug", _SLUG, example=_ORG[4:]), suffix]
    return {
        "/{language}/search.json": {"get": _search()},
        "/{language}/browse.json": {"get": _browse("json", {JSON: _rows()})},
        "/{language}/browse.csv": {"get": _browse("csv", {"text/csv": TEXT})},
        "/{language}/evidence.json": {"get": _evidence()},
        "/api/neighbours": {"get": _neighbours()},
        "/explain": {"get": _explain()},
        "/oembed": {"get": _oembed()},
        "/data/{type}/{slug}.{suffix}": {
            "get": _document("thing", "事物的文档", "What the graph says of a thing", thing)
        },
        "/data/scheme/{scheme}/{concept}.{suffix}": {
            "get": _document("concept", "概念的文档", "What the graph says of a concept", concept)
        },
        "/data/ontology.{suffix}": {"get": _document("ontology", "本体", "The ontology", [suffix])},
    }


def _search() -> Operation:
    hit = members({"iri": TEXT, "kind": TEXT}, label=TEXT, passages=many(TEXT), marks=many(many(_NUMBER)))
    group = members(
        {"group": TEXT, "tier": TEXT, "count": _NUMBER, "truncated": {"type": "boolean"}, "hits": many(hit)}
    )
    return operation(
        "search",
        "搜索",
        "Things, sentences and concepts that have some words",
        parameters=[
            LANGUAGE,
            asked("q", {"type": "string", "maxLength": LONGEST}, "The words.", example="22亿"),
            asked(
                "group",
                one_of("", *GROUPS),
                "One kind of hits, all of them page by page; all kinds if empty.",
            ),
            asked("page", whole(1, CANDIDATES // ON_PAGE, 1)),
        ],
        content={JSON: members({"query": TEXT, "words": many(TEXT), "groups": many(group), "release": TEXT})},
    )


def _rows() -> Schema:
    names = {
        "action": TEXT,
        "label": TEXT,
        "agents": many({"type": "object"}),
        "evidence": many({"type": "object"}),
    }
    row = members({**names, **{facet: many(TEXT) for facet in FACETS}})
    return members({"rows": many(row), "count": _NUMBER, "release": TEXT})


def _browse(form: str, content: dict[str, Schema]) -> Operation:
    return operation(
        f"browse-{form}",
        "浏览行动",
        "Actions by kind, role, place, theme, form and basis",
        parameters=[LANGUAGE, *(asked(facet, many(TEXT)) for facet in FACETS)],
        content=content,
        about="The values of one facet are alternatives, facets narrow each other down.",
    )


def _evidence() -> Operation:
    thing = members({"iri": TEXT, "label": TEXT, "page": TEXT})
    found = dict.fromkeys(("iri", "page", "before", "quote", "after", "citation", "release"), TEXT)
    passage = {"type": "string", "pattern": f"^({ID})?article/[a-z0-9-]+#char=[0-9]{{1,9}},[0-9]{{1,9}}$"}
    return operation(
        "evidence",
        "原文依据",
        "The words of a passage between their neighbours, who says them, what is read from them, how they are cited",
        parameters=[
            LANGUAGE,
            asked("iri", passage, "The passage, in full or short.", required=True, example=_PASSAGE),
        ],
        content={JSON: members({**found, "article": thing, "facts": many(thing)})},
        others=_MOVED,
    )


def _neighbours() -> Operation:
    node = members({"iri": TEXT, "label": TEXT, "kind": TEXT, "step": _NUMBER, "page": TEXT})
    link = members({"from": TEXT, "to": TEXT, "name": TEXT})
    found = {"nodes": many(node), "links": many(link), "omitted": _NUMBER, "truncated": {"type": "boolean"}}
    return operation(
        "neighbours",
        "周围的事物",
        "What stands around a thing, up to two steps away",
        parameters=[
            asked("iri", _TERM, "The thing, in full or as type/slug.", required=True, example=_ORG),
            asked("lang", one_of(*LANGUAGES), "The language of labels; by default that of Accept-Language."),
        ],
        content={JSON: members({**found, "release": TEXT})},
        others=_MOVED,
    )


def _explain() -> Operation:
    statement = members(
        {"subject": {"type": "object"}, "predicate": {"type": "object"}, "object": {"type": "object"}}
    )
    content = members(
        {
            "statement": statement,
            "asserted": {"type": "boolean"},
            "sources": many({"type": "object"}),
            "proofs": many(many(members({"id": _NUMBER}))),
        }
    )
    return operation(
        "explain",
        "图何以这样说",
        "Why the graph says something: its sources, and its proofs from them",
        parameters=[
            asked(
                "s", _TERM, "Subject: IRI, prefixed name, type/slug or label.", required=True, example=_ORG
            ),
            asked("p", _TERM, "Predicate.", required=True, example="rdf:type"),
            asked("o", _TERM, "Object.", required=True, example="tz:Organisation"),
            asked("others", whole(0, MOST_OTHERS, 0), "How many proofs there may be beside the shortest."),
        ],
        content={JSON: content, "text/turtle": TEXT},
        statuses=(400, 404, 406),
        others={"303": {"description": "A browser is sent to the page."}},
    )


def _oembed() -> Operation:
    url = {"type": "string", "pattern": f"^{re.escape(ID)}({'|'.join(KINDS)})/[a-z0-9-]+$"}
    size = whole(0, LARGEST)
    return operation(
        "oembed",
        "嵌入用的卡片",
        "The card of a thing for pages of others (oEmbed 1.0)",
        parameters=[
            asked(
                "url",
                url,
                "Its IRI, or the address of its page.",
                required=True,
                example=f"{ID}action/{_ACTION}",
            ),
            asked("maxwidth", size, "Pixels."),
            asked("maxheight", size, "Pixels."),
        ],
        content={
            JSON: members({"version": TEXT, "type": TEXT, "html": TEXT, "width": _NUMBER, "height": _NUMBER})
        },
        others=_MOVED,
    )


def _document(name: str, zh: str, en: str, parameters: list[Schema]) -> Operation:
    tree: Schema = {"type": "object"}
    content = {media_type: tree if "json" in media_type else TEXT for media_type in DOCUMENTS.values()}
    return operation(
        f"document-of-{name}",
        zh,
        en,
        parameters=parameters,
        content=content,
        statuses=(404, 410),
        others=_MOVED,
        about="The suffix is the format; the IRIs themselves (/id/…) negotiate.",
    )
