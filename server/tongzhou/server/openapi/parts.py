"""What the operations of the description have in common: parameters, answers, problems.

Source: https://spec.openapis.org/oas/v3.1.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from tongzhou.server.negotiation import LANGUAGES
from tongzhou.server.problem_kinds import KINDS
from tongzhou.server.problems import MEDIA_TYPE as PROBLEM

Schema: TypeAlias = dict[str, Any]
Operation: TypeAlias = dict[str, Any]
Paths: TypeAlias = dict[str, dict[str, Operation]]

TEXT: Schema = {"type": "string"}
JSON = "application/json"
_ANYWHERE = (414, 429, 503, 504, 507)
_STATUSES = (400, 404, 406, 410, 413, 415, 501, *_ANYWHERE)


def operation(
    name: str,
    zh: str,
    en: str,
    *,
    parameters: list[Schema],
    content: Mapping[str, Schema],
    statuses: tuple[int, ...] = (400, 404),
    others: Mapping[str, Schema] | None = None,
    about: str = "",
) -> Operation:
    """Return an operation that answers with `content`, schemas by media type, or with a problem of one of the statuses.

    `others` are responses that are neither.
    """
    answer = {"description": en, "content": {name: {"schema": schema} for name, schema in content.items()}}
    return {
        "operationId": name,
        "summary": f"{en} · {zh}",
        **({"description": about} if about else {}),
        "parameters": parameters,
        "responses": {"200": answer, **(others or {}), **problems(*statuses)},
    }


def asked(
    name: str, schema: Schema, about: str = "", *, required: bool = False, example: Any = None
) -> Schema:
    """Return a parameter of the query string."""
    return _parameter("query", name, schema, about, required=required, example=example)


def in_path(name: str, schema: Schema, about: str = "", *, example: Any = None) -> Schema:
    """Return a part of the path."""
    return _parameter("path", name, schema, about, required=True, example=example)


def _parameter(place: str, name: str, schema: Schema, about: str, *, required: bool, example: Any) -> Schema:
    return {
        "name": name,
        "in": place,
        **({"required": True} if required else {}),
        **({"description": about} if about else {}),
        **({"example": example} if example is not None else {}),
        "schema": schema,
    }


def one_of(*values: str) -> Schema:
    """Return the schema of one of some words."""
    return {"type": "string", "enum": list(values)}


def whole(least: int, most: int, default: int | None = None) -> Schema:
    """Return the schema of a whole number."""
    schema: Schema = {"type": "integer", "minimum": least, "maximum": most}
    return schema if default is None else {**schema, "default": default}


def members(required: Mapping[str, Schema], **others: Schema) -> Schema:
    """Return the schema of an object that has some members, and may have others."""
    return {"type": "object", "required": list(required), "properties": {**required, **others}}


def many(items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


LANGUAGE = in_path("language", one_of(*LANGUAGES))


def problems(*statuses: int) -> dict[str, Schema]:
    """Return references to the problems of some statuses, and of those that any request may meet."""
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in (*statuses, *_ANYWHERE)}


def problem_responses() -> dict[str, Schema]:
    """Return the responses that `problems` refers to, with the problems that they may be."""
    return {str(status): _problem(status) for status in _STATUSES}


def _problem(status: int) -> Schema:
    titles = [kind.words["en"][0] for kind in KINDS.values() if kind.status == status]
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": "; ".join(titles), "content": {PROBLEM: {"schema": schema}}}


def problem_schema() -> Schema:
    """Return the shape of a problem (RFC 9457)."""
    required = {
        "type": {"type": "string", "format": "uri"},
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
    }
    return members(
        required,
        parameter={**TEXT, "description": "The parameter that is at fault."},
        offers={**many(TEXT), "description": "What fits instead."},
    )
