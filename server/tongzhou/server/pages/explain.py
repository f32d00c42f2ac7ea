"""Why a triple holds: `/explain?s=…&p=…&o=…` as JSON and Turtle, `/zh/explain?…` as a page.

`/explain` sends browsers to the page (303), since a page has an address for each language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, request

from tongzhou.graph.entailment import concept_of
from tongzhou.graph.explanation import (
    Explainer,
    Explanation,
    Line,
    Source,
    as_json,
    as_turtle,
    outline,
)
from tongzhou.graph.reason import Proof, Statement
from tongzhou.server.explaining import TERMS, Explaining
from tongzhou.server.flask_requests import to_response
from tongzhou.server.negotiation import HTML, choose_language, negotiate
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX, gettext
from tongzhou.server.planning import holds, with_charset
from tongzhou.server.problems import RequestError
from tongzhou.server.protocol import read_fields
from tongzhou.server.questions.asked import take_count
from tongzhou.server.replies import options_reply
from tongzhou.server.signposting import Link

MOST_OTHERS = 20
_METHODS = ("GET", "HEAD", "OPTIONS")
_JSON, _TURTLE = "application/json", "text/turtle"


@dataclass(frozen=True)
class Word:
    """A term as a page shows it: its words, and the IRI to link to, or None."""

    text: str
    iri: str | None


@dataclass(frozen=True)
class Shown:
    """A line of a proof as a page shows it; `words` is empty for a contradiction, `rule` its name and IRI."""

    depth: int
    words: tuple[Word, ...]
    rule: Word | None
    sources: tuple[Source, ...]
    is_again: bool


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the explanations for programs and for readers."""
    blueprint = Blueprint("explain", __name__)
    explaining = Explaining(pages.site)

    def explain() -> Response:
        if request.method == "OPTIONS":
            return to_response(options_reply(_METHODS, shared=_METHODS))
        return _answer(pages, explaining)

    blueprint.add_url_rule("/explain", "explain", explain, methods=_METHODS, provide_automatic_options=False)

    @blueprint.get(f"{PREFIX}/explain")
    def page(language: str) -> Response:
        _ = pages.release
        texts, others = read_terms()
        if not any(texts.values()):
            return pages.render("explain.html", texts=texts, statement=None, proofs=[], others=others)
        explanation, explainer = explaining.explain(texts, others=others)
        query = urlencode({**texts, **({"others": others} if others else {})}, safe="/:")
        return pages.render(
            "explain.html",
            links=[Link("alternate", f"/explain?{query}", kind) for kind in (_JSON, _TURTLE)],
            texts=texts,
            statement=words_of(explanation.statement, explainer, language),
            sources=explanation.sources,
            proofs=[list(shown(proof, explainer, language)) for proof in explanation.proofs],
            others=others,
            more=f"?{urlencode({**texts, 'others': MOST_OTHERS}, safe='/:')}",
            document=f"/explain?{query}",
        )

    return blueprint


def read_terms() -> tuple[dict[str, str], int]:
    """Return what the request names, by TERMS, and how many other proofs it wants. Raises RequestError."""
    given: dict[str, str] = {}
    for name, value in read_fields(request.query_string):
        if name in given:
            raise RequestError("repeated-parameter", {"parameter": name[:80]})
        if name not in (*TERMS, "others"):
            known = ", ".join((*TERMS, "others"))
            raise RequestError("unknown-parameter", {"parameter": name[:80], "known": known})
        given[name] = value
    others = take_count(given, "others", 0, MOST_OTHERS, 0)
    return {name: given.get(name, "").strip() for name in TERMS}, others


def shown(proof: Proof, explainer: Explainer, language: str) -> Iterator[Shown]:
    """Yield the lines of a proof for the macro `proof_tree`."""
    for line in outline(proof, explainer.sources):
        words = words_of(line.statement, explainer, language) if line.statement else ()
        yield Shown(line.depth, words, _rule(line, explainer, language), line.sources, line.is_again)


def words_of(statement: Statement, explainer: Explainer, language: str) -> tuple[Word, ...]:
    """Return the three terms of a statement for a page."""
    subject, predicate, value = explainer.names.words(statement, language)
    texts = (subject, gettext("is a") if predicate == "a" else predicate, value)
    return tuple(
        Word(text, term.value if isinstance(term, ox.NamedNode) else None)
        for text, term in zip(texts, statement, strict=True)
    )


def _rule(line: Line, explainer: Explainer, language: str) -> Word | None:
    if line.rule is None:
        return None
    return Word(explainer.closure.rules.label(line.rule, language), concept_of(line.rule))


def _answer(pages: Pages, explaining: Explaining) -> Response:
    """Answer a program, or send a browser to the page. Raises RequestError."""
    release = pages.release
    choice = negotiate(request.headers.get("Accept"), [_JSON, _TURTLE, HTML])
    if choice is None:
        raise RequestError("not-acceptable", {}, offers=(_JSON, _TURTLE, HTML))
    query = request.query_string.decode("ascii", "replace")
    if choice == HTML:
        language = choose_language(request.headers.get("Accept-Language"))
        headers = {
            "Location": f"/{language}/explain{'?' if query else ''}{query}",
            "Cache-Control": "no-cache",
        }
        return Response(status=303, headers={**headers, "Vary": "Accept, Accept-Language"})
    digest = hashlib.blake2b(f"{release} {choice} {query}".encode(), digest_size=12).hexdigest()
    headers = {"ETag": f'"{digest}"', "Cache-Control": "no-cache", "Vary": "Accept"}
    if holds(request.headers.get("If-None-Match"), headers["ETag"]):
        return Response(status=304, headers=headers)
    texts, others = read_terms()
    explanation, explainer = explaining.explain(texts, others=others)
    body = _written(explanation, explainer, choice)
    return Response(body, headers=headers, content_type=with_charset(choice))


def _written(explanation: Explanation, explainer: Explainer, media_type: str) -> bytes:
    if media_type == _TURTLE:
        return as_turtle(explanation, explainer)
    return (json.dumps(as_json(explanation, explainer), ensure_ascii=False) + "\n").encode()
