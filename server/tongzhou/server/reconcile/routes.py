"""The addresses of the service: `/reconcile/zh` and `/reconcile/en`, and what stands below them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response

from tongzhou.graph.namespaces import ID
from tongzhou.graph.search.document import Document
from tongzhou.graph.search.suggestions import suggest
from tongzhou.server.bridge import Bridge
from tongzhou.server.flask_requests import read_request, to_response
from tongzhou.server.http import Reply, Request
from tongzhou.server.links import page_of
from tongzhou.server.problems import RequestError
from tongzhou.server.protocol import FORM, read_fields, read_media_type, refuse_coding
from tongzhou.server.reconcile import cards
from tongzhou.server.reconcile.batch import read_batch, read_extension
from tongzhou.server.reconcile.candidates import answer_query, describe_entity, entity_id, entity_name
from tongzhou.server.reconcile.extend import extend
from tongzhou.server.reconcile.manifest import describe_service
from tongzhou.server.reconcile.properties import PROPERTIES, proposed_properties, suggest_properties
from tongzhou.server.reconcile.vocabulary import Select, Vocabulary, load_vocabulary
from tongzhou.server.replies import finish_whole, options_reply
from tongzhou.server.searching import Searching

_ENDPOINT_METHODS = ("GET", "HEAD", "OPTIONS", "POST")
_READ_METHODS = ("GET", "HEAD", "OPTIONS")
_SUGGESTIONS = 20
MOST_SKIPPED = 1000
"""Suggestions that may be left out at the start, and properties that may be asked for."""

Fields = Mapping[str, str]


class ReconciliationService:
    """Answers in one language what is asked of the present release."""

    def __init__(self, bridge: Bridge, searching: Searching) -> None:
        """Keep who is asked."""
        self._bridge = bridge
        self._searching = searching
        self._lock = threading.Lock()
        self._vocabulary: tuple[str, Vocabulary] | None = None

    def endpoint(self, request: Request, fields: Fields, language: str) -> Reply:
        """Answer the endpoint itself: a batch of queries, an extension, or else the manifest."""
        index, vocabulary = self._searching.index(), self._load(request)
        if "queries" in fields and "extend" in fields:
            raise RequestError("batch-both", {})
        if "queries" in fields:
            batch = read_batch(fields["queries"])
            return _json({key: answer_query(index, vocabulary, one, language) for key, one in batch.items()})
        if "extend" in fields:
            asked = read_extension(fields["extend"])
            return _json(extend(index, vocabulary, asked, language, self._select(request)))
        if request.method == "POST":
            raise RequestError("batch-missing", {})
        return _json(describe_service(request.root, language, vocabulary))

    def suggest(self, request: Request, fields: Fields, language: str, kind: str) -> Reply:
        """Answer what begins as a text does: an entity, a type or a property."""
        prefix, skip = fields.get("prefix", ""), _number(fields, "cursor", 0, MOST_SKIPPED)
        last = skip + _SUGGESTIONS
        vocabulary = self._load(request)
        if kind == "type":
            found = vocabulary.suggest(prefix, language)[skip:last]
        elif kind == "property":
            found = list[dict[str, Any]](suggest_properties(prefix, language)[skip:last])
        else:
            known = self._find(prefix)
            documents = (
                [known] if known else suggest(self._searching.index(), prefix, language=language, limit=last)
            )
            found = [self._suggested(one, vocabulary, language) for one in documents[skip:last]]
        return _json({"result": found})

    def flyout(self, request: Request, fields: Fields, language: str, kind: str) -> Reply:
        """Answer with a little HTML about an entity, a type or a property. Raises RequestError `not-found`."""
        name, vocabulary = fields.get("id", ""), self._load(request)
        if kind == "entity":
            html = cards.flyout(*self._card(request, self._require(name), vocabulary, language))
        elif kind == "type" and name in vocabulary.types:
            html = cards.flyout(vocabulary.types[name].name(language), name, "")
        elif kind == "property" and name in PROPERTIES:
            shown = PROPERTIES[name].shown(language)
            html = cards.flyout(shown["name"], shown["description"], "")
        else:
            raise RequestError("not-found", {})
        return _json({"id": name, "html": html})

    def preview(self, request: Request, fields: Fields, language: str) -> Reply:
        """Answer with the card of an entity, a page for a frame. Raises RequestError `not-found`."""
        thing = self._require(fields.get("id", ""))
        shown = self._card(request, thing, self._load(request), language)
        page = f"{request.root.rstrip('/')}{page_of(thing.iri, language)}"
        text = cards.card(*shown, page=page, language=language)
        headers = (("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-cache"))
        return Reply(200, headers, text.encode())

    def properties(self, request: Request, fields: Fields, language: str) -> Reply:
        """Answer which columns can be added for things of a type."""
        self._load(request)
        limit = _number(fields, "limit", len(PROPERTIES), MOST_SKIPPED)
        echoed: dict[str, Any] = {"type": fields["type"]} if "type" in fields else {}
        if "limit" in fields:
            echoed["limit"] = limit
        return _json({"properties": proposed_properties(language, limit), **echoed})

    def _load(self, request: Request) -> Vocabulary:
        """Return the types of the present release. Raises RequestError `not-found` for an ordinary dataset."""
        release = self._searching.release
        with self._lock:
            if self._vocabulary is None or self._vocabulary[0] != release:
                self._vocabulary = (release, load_vocabulary(self._select(request)))
            return self._vocabulary[1]

    def _select(self, request: Request) -> Select:
        return lambda text: self._bridge.select(text, client=request.client)

    def _find(self, name: str) -> Document | None:
        thing = self._searching.index().get(f"{ID}{name.removeprefix(ID)}") if name.isprintable() else None
        return thing if thing is not None and thing.group == "thing" else None

    def _require(self, name: str) -> Document:
        thing = self._find(name)
        if thing is None:
            raise RequestError("not-found", {})
        return thing

    def _card(
        self, request: Request, thing: Document, vocabulary: Vocabulary, language: str
    ) -> tuple[str, str, str]:
        about = describe_entity(self._searching.index(), vocabulary, thing, language)
        return entity_name(thing, language), about, cards.quote_of(thing, self._select(request))

    def _suggested(self, thing: Document, vocabulary: Vocabulary, language: str) -> dict[str, Any]:
        return {
            "id": entity_id(thing),
            "name": entity_name(thing, language),
            "description": describe_entity(self._searching.index(), vocabulary, thing, language),
            "notable": vocabulary.of_classes(thing.types[:1], language),
        }


def make_blueprint(bridge: Bridge, searching: Searching) -> Blueprint:
    """Return the addresses; they are not found where an ordinary dataset is served."""
    service = ReconciliationService(bridge, searching)
    blueprint = Blueprint("reconcile", __name__, url_prefix="/reconcile/<any(zh, en):language>")

    def add(
        path: str, answer: Callable[..., Reply], methods: tuple[str, ...], policy: str | None = None
    ) -> None:
        def view(**values: str) -> Response:
            request = read_request()
            if request.method == "OPTIONS":
                reply = options_reply(methods, shared=methods)
            else:
                reply = answer(request, _fields(request), **values)
            response = to_response(finish_whole(reply, request))
            if reply.status == 200 and policy is not None:
                response.headers["Content-Security-Policy"] = policy
            return response

        name = answer.__name__
        blueprint.add_url_rule(path, name, view, methods=methods, provide_automatic_options=False)

    add("", service.endpoint, _ENDPOINT_METHODS)
    add("/suggest/<any(entity, type, property):kind>", service.suggest, _READ_METHODS)
    add("/flyout/<any(entity, type, property):kind>", service.flyout, _READ_METHODS)
    add("/preview", service.preview, _READ_METHODS, cards.CARD_POLICY)
    add("/properties", service.properties, _READ_METHODS)
    return blueprint


def _fields(request: Request) -> dict[str, str]:
    """Return the parameters of the address and of the form. Raises RequestError, also where one is repeated."""
    fields = read_fields(request.query_string)
    if request.method == "POST":
        refuse_coding(request)
        read_media_type(request.headers.get("content-type"), (FORM,))
        fields += read_fields(request.body)
    found: dict[str, str] = {}
    for name, value in fields:
        if name in found and name in ("queries", "extend"):
            raise RequestError("repeated-parameter", {"parameter": name})
        found[name] = value
    return found


def _number(fields: Fields, name: str, default: int, most: int) -> int:
    text = fields.get(name, "")
    if not text:
        return default
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    if not 0 <= value <= most:
        facts = {"parameter": name, "found": text[:80], "least": "0", "most": str(most)}
        raise RequestError("bad-count", facts)
    return value


def _json(value: object) -> Reply:
    headers = (("Content-Type", "application/json"), ("Cache-Control", "no-cache"))
    return Reply(200, headers, (json.dumps(value, ensure_ascii=False) + "\n").encode())
