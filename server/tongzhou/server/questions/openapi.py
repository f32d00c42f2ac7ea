"""The description of the service for programs, as OpenAPI 3.1, made from the catalogue and the data.

Source: https://spec.openapis.org/oas/v3.1.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from tongzhou.graph.catalog import StoredQuery
from tongzhou.graph.namespaces import shorten
from tongzhou.graph.parameters import LANGUAGES, Parameter, QueryCall
from tongzhou.server.problem_kinds import KINDS
from tongzhou.server.problems import MEDIA_TYPE as PROBLEM
from tongzhou.server.questions.asked import (
    INFERRED,
    MEDIA_TYPES,
    MOST_ROWS,
    MOST_SKIPPED,
    NEGOTIATED,
    NO,
    PATH,
    YES,
)
from tongzhou.server.questions.rows import Rows, json_rows, plain_value
from tongzhou.server.questions.stored import StoredQueries

_PLAIN = {"type": ["string", "number", "boolean", "null"]}
_STATUSES = (400, 404, 406, 429, 503, 504, 507)
_SCALARS: Mapping[str, dict[str, Any]] = {
    "iri": {"type": "string", "format": "iri-reference"},
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "language": {"type": "string", "enum": list(LANGUAGES)},
}
_PART = (
    {
        "name": "limit",
        "in": "query",
        "description": "Rows at most.",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": MOST_ROWS},
    },
    {
        "name": "offset",
        "in": "query",
        "description": "Rows to leave out at the start.",
        "schema": {"type": "integer", "minimum": 0, "maximum": MOST_SKIPPED, "default": 0},
    },
    {
        "name": "bom",
        "in": "query",
        "description": "1: CSV for spreadsheets, with a byte order mark and no text that they take for a formula.",
        "schema": {"type": "integer", "minimum": 0, "maximum": 1, "default": 0},
    },
    {
        "name": INFERRED,
        "in": "query",
        "description": f"{NO}: asked over all graphs but that of what is inferred, so that kinds and relations that the "
        "reasoner added fit nothing.",
        "schema": {"type": "string", "enum": [YES, NO], "default": YES},
    },
)


async def describe_api(queries: StoredQueries, root: str) -> dict[str, Any]:
    """Return the description of the service at an address, with the values that parameters take as enumerations.

    Raises what the pool raises.
    """
    schemas: dict[str, Any] = {
        "Problem": _problem_schema(),
        "Row": {"type": "object", "additionalProperties": _PLAIN},
    }
    paths: dict[str, Any] = {}
    for stored in queries.catalog.values():
        for parameter in stored.parameters.values():
            if parameter.choices:
                values = [choice.value for choice in await queries.choices(parameter, LANGUAGES[0])]
                schemas[_schema_name(parameter.choices)] = {"type": "string", "enum": ["", *values]}
        answer = await queries.answer(stored, {}, client="", limit=1)
        paths[f"{PATH}/{stored.name}"] = {"get": _operation(stored, answer.rows)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tongzhou 同舟",
            "version": version("tongzhou"),
            "description": "What industry associations do, each fact with its sentence. "
            f"Answers of {PATH}/NAME also have addresses with a suffix: "
            f"{', '.join(MEDIA_TYPES)}. An empty value of a parameter means any.",
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": root.rstrip("/")}],
        "paths": {PATH: {"get": _list_operation()}, **paths, "/sparql": {"get": _sparql_operation()}},
        "components": {
            "schemas": schemas,
            "responses": {str(status): _problem(status) for status in _STATUSES},
        },
    }


def _operation(stored: StoredQuery, rows: Rows) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "type": "object",
        "required": ["rows", "columns", "truncated", "release", "query"],
        "properties": {
            "rows": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}},
            "columns": {"type": "array", "items": {"type": "string"}, "const": list(rows.columns)},
            "truncated": {"type": "boolean"},
            "release": {"type": "string"},
            "query": {"type": "string"},
        },
        "examples": [{"rows": json_rows(rows), "columns": list(rows.columns), "truncated": rows.more}],
    }
    content: dict[str, Any] = {MEDIA_TYPES[suffix]: {"schema": {"type": "string"}} for suffix in NEGOTIATED}
    content[MEDIA_TYPES[".json"]] = {"schema": answer}
    return {
        "operationId": stored.name,
        "summary": f"{stored.label['en']} · {stored.label['zh']}",
        "description": f"{stored.description}\n\n{stored.about['en']}\n\n{stored.about['zh']}",
        "tags": list(stored.tags),
        "parameters": [*map(_parameter, stored.parameters.values()), *_PART],
        "responses": {"200": {"description": "The rows.", "content": content}, **_problems()},
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = dict(_SCALARS[parameter.type])
    if parameter.choices:
        schema = {"$ref": f"#/components/schemas/{_schema_name(parameter.choices)}"}
    if parameter.default is not None:
        schema["default"] = shorten(plain_value(parameter.term(parameter.default)))
    return {"name": parameter.name, "in": "query", "schema": schema}


def _schema_name(choices: QueryCall) -> str:
    """Return the name of the enumeration of some choices.

    >>> _schema_name(QueryCall("concepts-of-a-scheme", {"scheme": "scheme/unit"}))
    'concepts-of-a-scheme.scheme.unit'
    """
    fixed = [value.replace("/", ".").replace(":", ".") for value in choices.values.values()]
    return ".".join((choices.query, *fixed))


def _list_operation() -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["questions", "release"],
        "properties": {"questions": {"type": "array", "items": {"type": "object"}}},
    }
    content = {MEDIA_TYPES[".json"]: {"schema": schema}}
    return {
        "operationId": "list-of-questions",
        "summary": "The stored queries · 全部问题",
        "responses": {"200": {"description": "Names, titles and parameters.", "content": content}},
    }


def _sparql_operation() -> dict[str, Any]:
    results = {"application/sparql-results+json": {"schema": {"type": "object"}}}
    others = ("application/sparql-results+xml", "text/csv", "text/turtle", "application/n-triples")
    return {
        "operationId": "sparql",
        "summary": "SPARQL 1.1 Protocol",
        "description": "Longer queries go by POST. Other formats of results and of RDF by Accept. "
        "Without a query the endpoint describes itself.",
        "parameters": [
            {
                "name": "query",
                "in": "query",
                "schema": {"type": "string", "examples": ["SELECT * { ?s ?p ?o } LIMIT 3"]},
            },
        ],
        "responses": {
            "200": {
                "description": "The answer.",
                "content": {**results, **{name: {"schema": {"type": "string"}} for name in others}},
            },
            **_problems(),
            "501": {"$ref": "#/components/responses/400"},
        },
    }


def _problems() -> dict[str, Any]:
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in _STATUSES}


def _problem(status: int) -> dict[str, Any]:
    """Return the response of a status, with the problems that it may be."""
    titles = [kind.words["en"][0] for kind in KINDS.values() if kind.status == status]
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": "; ".join(titles), "content": {PROBLEM: {"schema": schema}}}


def _problem_schema() -> dict[str, Any]:
    """Return the shape of a problem (RFC 9457)."""
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "parameter": {"type": "string", "description": "The parameter that is at fault."},
            "offers": {"type": "array", "items": {"type": "string"}, "description": "What fits instead."},
        },
    }
