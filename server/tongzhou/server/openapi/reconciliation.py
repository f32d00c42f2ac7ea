"""The addresses of reconciliation.

Source: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/.
"""

from __future__ import annotations

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
from tongzhou.server.protocol import FORM
from tongzhou.server.reconcile.batch import BATCH_SIZE, MOST_PROPERTIES, STRICT
from tongzhou.server.reconcile.properties import PROPERTIES
from tongzhou.server.reconcile.routes import MOST_SKIPPED

_AT = "/reconcile/{language}"
_KIND = in_path("kind", one_of("entity", "type", "property"))
_RESULTS = {JSON: members({"result": many({"type": "object"})})}

_QUERIES = {"q0": {"query": "钢铁工业协会", "type": "Association"}}
_EXTEND = {"ids": ["org/china-meat-association"], "properties": [{"id": "place"}]}


def describe_reconciliation() -> Paths:
    """Return the addresses."""
    return {
        _AT: {"get": _ask(), "post": _send()},
        f"{_AT}/suggest/{{kind}}": {"get": _suggest()},
        f"{_AT}/flyout/{{kind}}": {"get": _flyout()},
        f"{_AT}/preview": {"get": _preview()},
        f"{_AT}/properties": {"get": _properties()},
    }


def _ask() -> Operation:
    queries = {
        "name": "queries",
        "in": "query",
        "description": "A batch; without it, the manifest of the service is returned.",
        "content": {JSON: {"schema": _batch(), "example": _QUERIES}},
    }
    return operation(
        "reconcile",
        "名称对照",
        "The things that names may mean, or what the service is",
        parameters=[LANGUAGE, queries],
        content={JSON: {"type": "object"}},
        statuses=(400, 404, 413),
    )


def _send() -> Operation:
    body = {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "oneOf": [{"required": ["queries"]}, {"required": ["extend"]}],
                    "properties": {"queries": _batch(), "extend": _extension()},
                },
                "examples": {
                    "queries": {"value": {"queries": _QUERIES}},
                    "extend": {"value": {"extend": _EXTEND}},
                },
                "encoding": {name: {"contentType": JSON} for name in ("queries", "extend")},
            }
        },
    }
    made = operation(
        "reconcile-batch",
        "名称对照与补列",
        "The things that names may mean, or values of properties of things",
        parameters=[LANGUAGE],
        content={JSON: {"type": "object"}},
        statuses=(400, 404, 413, 415),
    )
    return {**made, "requestBody": body}


def _batch() -> Schema:
    entity = members({"id": TEXT})
    value: Schema = {"anyOf": [{"type": ["string", "number", "boolean"]}, entity]}
    query: Schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["query"],
        "properties": {
            "query": TEXT,
            "type": {"anyOf": [TEXT, many(TEXT)]},
            "type_strict": one_of(*STRICT),
            "limit": whole(0, 1000),
            "properties": many(members({"pid": TEXT, "v": {"anyOf": [value, many(value)]}})),
        },
    }
    return {"type": "object", "maxProperties": BATCH_SIZE, "additionalProperties": query}


def _extension() -> Schema:
    column = members({"id": one_of(*(name for name, one in PROPERTIES.items() if one.added))})
    wanted = {
        "ids": {**many(TEXT), "maxItems": BATCH_SIZE},
        "properties": {**many(column), "maxItems": MOST_PROPERTIES},
    }
    return members(wanted)


def _suggest() -> Operation:
    return operation(
        "reconcile-suggest",
        "候选",
        "Things, types or properties whose names begin as a text does",
        parameters=[
            LANGUAGE,
            _KIND,
            asked("prefix", TEXT, example="中国"),
            asked("cursor", whole(0, MOST_SKIPPED, 0), "How many to leave out at the start."),
        ],
        content=_RESULTS,
    )


def _flyout() -> Operation:
    return operation(
        "reconcile-flyout",
        "说明",
        "A little HTML about a thing, a type or a property",
        parameters=[LANGUAGE, _KIND, asked("id", TEXT, required=True, example="place")],
        content={JSON: members({"id": TEXT, "html": TEXT})},
    )


def _preview() -> Operation:
    return operation(
        "reconcile-preview",
        "预览",
        "The card of a thing, a page for a frame",
        parameters=[LANGUAGE, asked("id", TEXT, required=True, example="org/china-meat-association")],
        content={"text/html": TEXT},
    )


def _properties() -> Operation:
    return operation(
        "reconcile-properties",
        "可添加的列",
        "The properties that can be added as columns",
        parameters=[LANGUAGE, asked("type", TEXT), asked("limit", whole(0, MOST_SKIPPED))],
        content={JSON: members({"properties": many({"type": "object"})})},
    )
