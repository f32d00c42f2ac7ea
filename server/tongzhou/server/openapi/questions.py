"""The addresses of the stored queries: parameters with the values that they take, and the columns of the answers."""

from __future__ import annotations

from collections.abc import Mapping

from tongzhou.graph.catalog import StoredQuery
from tongzhou.graph.namespaces import shorten
from tongzhou.graph.parameters import LANGUAGES, Parameter, QueryCall
from tongzhou.server.openapi.parts import (
    JSON,
    TEXT,
    Operation,
    Paths,
    Schema,
    asked,
    many,
    members,
    one_of,
    operation,
    whole,
)
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

_PLAIN: Schema = {"type": ["string", "number", "boolean", "null"]}
_SCALARS: Mapping[str, Schema] = {
    "iri": {"type": "string", "format": "iri-reference"},
    "string": TEXT,
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "language": one_of(*LANGUAGES),
}
_PART = (
    asked("limit", whole(1, MOST_ROWS, MOST_ROWS), "Rows at most."),
    asked("offset", whole(0, MOST_SKIPPED, 0), "Rows to leave out at the start."),
    asked(
        "bom",
        whole(0, 1, 0),
        "1: CSV for spreadsheets, with a byte order mark and no text that they take for a formula.",
    ),
    asked(
        INFERRED,
        {**one_of(YES, NO), "default": YES},
        f"{NO}: asked over all graphs but that of what is inferred, so that kinds and relations that the reasoner added fit "
        "nothing.",
    ),
)


async def describe_questions(queries: StoredQueries) -> tuple[Paths, dict[str, Schema]]:
    """Return the addresses of the stored queries, and the values that their parameters take as schemas by name.

    Raises what the pool raises.
    """
    schemas: dict[str, Schema] = {"Row": {"type": "object", "additionalProperties": _PLAIN}}
    paths: Paths = {PATH: {"get": _list_operation()}}
    for stored in queries.catalog.values():
        for parameter in stored.parameters.values():
            if parameter.choices:
                values = [choice.value for choice in await queries.choices(parameter, LANGUAGES[0])]
                schemas[_schema_name(parameter.choices)] = {"type": "string", "enum": ["", *values]}
        answer = await queries.answer(stored, {}, client="", limit=1)
        paths[f"{PATH}/{stored.name}"] = {"get": _operation(stored, answer.rows)}
    return paths, schemas


def _operation(stored: StoredQuery, rows: Rows) -> Operation:
    answer = members(
        {
            "rows": many({"$ref": "#/components/schemas/Row"}),
            "columns": {**many(TEXT), "const": list(rows.columns)},
            "truncated": {"type": "boolean"},
            "release": TEXT,
            "query": TEXT,
        }
    )
    answer["examples"] = [{"rows": json_rows(rows), "columns": list(rows.columns), "truncated": rows.more}]
    made = operation(
        stored.name,
        stored.label["zh"],
        stored.label["en"],
        parameters=[*map(_parameter, stored.parameters.values()), *_PART],
        content={MEDIA_TYPES[suffix]: answer if suffix == ".json" else TEXT for suffix in NEGOTIATED},
        statuses=(400, 404, 406),
        about=f"{stored.description}\n\n{stored.about['en']}\n\n{stored.about['zh']}",
    )
    return {**made, "tags": list(stored.tags)}


def _parameter(parameter: Parameter) -> Schema:
    schema = dict(_SCALARS[parameter.type])
    if parameter.choices:
        schema = {"$ref": f"#/components/schemas/{_schema_name(parameter.choices)}"}
    if parameter.default is not None:
        schema["default"] = shorten(plain_value(parameter.term(parameter.default)))
    return asked(parameter.name, schema)


def _schema_name(choices: QueryCall) -> str:
    """Return the name of the enumeration of some choices.

    >>> _schema_name(QueryCall("concepts-of-a-scheme", {"scheme": "scheme/unit"}))
    'concepts-of-a-scheme.scheme.unit'
    """
    fixed = [value.replace("/", ".").replace(":", ".") for value in choices.values.values()]
    return ".".join((choices.query, *fixed))


def _list_operation() -> Operation:
    listed = members({"questions": many({"type": "object"}), "release": TEXT})
    about = (
        f"Answers of {PATH}/NAME also have addresses with a suffix: {', '.join(MEDIA_TYPES)}. An empty value of a parameter "
        "means any."
    )
    return operation(
        "list-of-questions",
        "全部问题",
        "The stored queries",
        parameters=[],
        content={JSON: listed},
        statuses=(),
        about=about,
    )
