"""The search page: things, sentences and concepts that have the words, and how they have them; the same as JSON."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from tongzhou.graph.search.document import GROUPS, Group
from tongzhou.graph.search.finder import CANDIDATES, LONGEST, Answer, Hit, Hits, SearchTextError, search
from tongzhou.graph.search.index import SearchIndex
from tongzhou.graph.search.suggestions import resembling
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX
from tongzhou.server.pages.search_hits import ShownHits, show_hit, tier_notes
from tongzhou.server.problems import RequestError
from tongzhou.server.signposting import Link, header_of

_FIRST = 8
ON_PAGE = 50
"""Hits of one kind on a page."""
_NAMES_OFFERED = 80


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the page and its JSON."""
    blueprint = Blueprint("search", __name__)
    searching = pages.searching

    @lru_cache(maxsize=4)  # both languages of this release and of the one before a reload
    def names_offered(_release: str, language: str) -> list[str]:
        return _common_names(searching.index(), language)

    @blueprint.get(f"{PREFIX}/search")
    def page(language: str) -> Response:
        release, text = pages.release, request.args.get("q", "").strip()
        group, number = _group(), _page()
        index, too_long = searching.index(), False
        try:
            answer = _search(index, text, language, group, number)
        except SearchTextError:
            answer, too_long = Answer((), ()), True
        notes = tier_notes()
        following = _following(answer, language, text, group, number)
        return pages.render(
            "search.html",
            links=[Link("next", following)] if following else [],
            status=400 if too_long else 200,
            text=text[:LONGEST] if too_long else text,
            too_long=too_long,
            longest=LONGEST,
            words=answer.words,
            group=group,
            number=number,
            on_page=ON_PAGE if group else _FIRST,
            following=following,
            most=CANDIDATES,
            groups=[
                ShownHits(
                    hits.group,
                    notes[hits.tier],
                    hits.count,
                    [show_hit(index, hit, language) for hit in _on_page(hits, number if group else 1)],
                )
                for hits in answer.groups
            ],
            resembling=resembling(index, text) if text and not answer.groups and not too_long else (),
            names=names_offered(release, language),
        )

    @blueprint.get(f"{PREFIX}/search.json")
    def as_json(language: str) -> Response:
        release, text = pages.release, request.args.get("q", "").strip()
        group, number = _group(), _page()
        try:
            answer = _search(searching.index(), text, language, group, number)
        except SearchTextError as error:
            facts = {"found": str(error.found), "most": str(error.most)}
            raise RequestError("search-too-long", facts) from error
        first = number if group else 1
        groups = [
            {
                "group": hits.group,
                "tier": hits.tier.name.lower(),
                "count": hits.count,
                "truncated": hits.count > len(hits.hits),
                "hits": [_as_json(hit, language) for hit in _on_page(hits, first)],
            }
            for hits in answer.groups
        ]
        value = {"query": text, "words": answer.words, "groups": groups, "release": release}
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
        response = Response(body, content_type="application/json", headers={"Cache-Control": "no-cache"})
        following = _following(answer, language, text, group, number, suffix=".json")
        if following:
            response.headers["Link"] = header_of([Link("next", following, "application/json")])
        return response

    return blueprint


def _search(index: SearchIndex, text: str, language: str, group: Group | None, number: int) -> Answer:
    groups = GROUPS if group is None else (group,)
    limit = _FIRST if group is None else number * ON_PAGE
    return search(index, text, language=language, groups=groups, limit=limit)


def _following(
    answer: Answer, language: str, text: str, group: Group | None, number: int, *, suffix: str = ""
) -> str | None:
    """Return the address of the next hits of a group; None where there are none, or no more can be had."""
    seen = number * ON_PAGE
    if group is None or seen >= CANDIDATES or all(hits.count <= seen for hits in answer.groups):
        return None
    query = urlencode({"q": text, "group": group, "page": number + 1})
    return f"/{language}/search{suffix}?{query}"


def _on_page(hits: Hits, number: int) -> tuple[Hit, ...]:
    return hits.hits[(number - 1) * ON_PAGE :]


def _group() -> Group | None:
    """Return the one group that is asked for. Raises RequestError `bad-value`."""
    name = request.args.get("group", "")
    if not name:
        return None
    for group in GROUPS:
        if group == name:
            return group
    raise RequestError(
        "bad-value", {"parameter": "group", "found": name[:80], "expected": " | ".join(GROUPS)}
    )


def _page() -> int:
    """Return the number of the page, from 1. Raises RequestError `bad-count`."""
    text, most = request.args.get("page", "1"), CANDIDATES // ON_PAGE
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not 1 <= number <= most:
        facts = {"parameter": "page", "found": text[:80], "least": "1", "most": str(most)}
        raise RequestError("bad-count", facts)
    return number


def _common_names(index: SearchIndex, language: str) -> list[str]:
    """Return the names of the organisations and places that are cited most: what the search field offers."""
    documents = [document for document in index.documents("thing") if document.kind in ("org", "place")]
    documents.sort(key=lambda document: (-document.weight, document.iri))
    labels = (document.label(language) for document in documents[:_NAMES_OFFERED])
    return [label.text for label in labels if label is not None]


def _as_json(hit: Hit, language: str) -> dict[str, Any]:
    document = hit.document
    label = document.label(language)
    about = (
        {"article": document.source, "passages": document.passages}
        if document.group == "sentence"
        else {"label": label.text if label else document.iri, "types": document.types}
    )
    return {
        "iri": document.iri,
        "kind": document.kind,
        **about,
        "found_in": hit.found_in,
        "language": hit.language,
        "marks": hit.marks,
        "by": hit.by,
    }
