"""What a client asks: batches of names to match, and of properties to add. JSON from strangers, so read with care. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from tongzhou.server.problems import RequestError

BATCH_SIZE = 50
"""Queries of a batch, and things of an extension."""

_DEFAULT_LIMIT = 5
_MOST_CANDIDATES = 50
MOST_PROPERTIES = 20
"""Columns of an extension."""
_MEMBERS = frozenset({"query", "type", "type_strict", "limit", "properties"})
STRICT = ("any", "should", "all")


@dataclass(frozen=True)
class Asked:
    """One query: the name, types by their ids, how strict they are, and for each property the values that it should have."""

    text: str
    types: tuple[str, ...] = ()
    type_strict: str = "any"
    properties: tuple[tuple[str, tuple[str, ...]], ...] = ()
    limit: int = _DEFAULT_LIMIT


@dataclass(frozen=True)
class Extension:
    """A request for the values of properties of things, all by their ids."""

    things: tuple[str, ...]
    properties: tuple[str, ...]


def read_batch(text: str) -> dict[str, Asked]:
    """Return the queries of a batch by their keys.

    Raises RequestError `batch-not-json`, `batch-member`, `batch-no-query`, `batch-too-large`.
    """
    batch = _read_object(text, "queries")
    _check_size(len(batch), BATCH_SIZE)
    return {key: _read_query(key, value) for key, value in batch.items()}


def read_extension(text: str) -> Extension:
    """Return what is asked of things. Raises RequestError `batch-not-json`, `batch-member`, `batch-too-large`."""
    request = _read_object(text, "extend")
    things = _list(request.get("ids"), "ids", str)
    properties = _list(request.get("properties"), "properties", dict)
    _check_size(len(things), BATCH_SIZE)
    _check_size(len(properties), MOST_PROPERTIES)
    ids = (_string(one.get("id"), f"properties[{at}].id") for at, one in enumerate(properties))
    return Extension(tuple(dict.fromkeys(things)), tuple(dict.fromkeys(ids)))


def _read_object(text: str, field: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "nested too deeply"
        raise RequestError("batch-not-json", {"field": field, "reason": reason}) from error
    if not isinstance(value, dict):
        raise RequestError("batch-member", {"place": field, "expected": "object"})
    return cast("dict[str, Any]", value)


def _read_query(key: str, value: object) -> Asked:
    shown = key[:40]
    if not isinstance(value, dict):
        raise RequestError("batch-member", {"place": shown, "expected": "object"})
    query = cast("Mapping[str, Any]", value)
    for member in query:
        if member not in _MEMBERS:
            raise RequestError("batch-unknown-member", {"place": shown, "found": member[:40]})
    properties = tuple(
        _read_property(f"{shown}.properties[{at}]", one)
        for at, one in enumerate(_list(query.get("properties", []), f"{shown}.properties", dict))
    )
    if "query" not in query and not properties:
        raise RequestError("batch-no-query", {"place": shown})
    types = query.get("type", [])
    strict = query.get("type_strict", "any")
    if strict not in STRICT:
        raise RequestError("batch-member", {"place": f"{shown}.type_strict", "expected": " | ".join(STRICT)})
    return Asked(
        _string(query.get("query", ""), f"{shown}.query"),
        (types,) if isinstance(types, str) else tuple(_list(types, f"{shown}.type", str)),
        strict,
        properties,
        _limit(query.get("limit", 0), f"{shown}.limit"),
    )


def _read_property(place: str, value: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Return the id of a property and its values; an entity stands for its id."""
    name = _string(value.get("pid"), f"{place}.pid")
    if "v" not in value:
        raise RequestError("batch-member", {"place": f"{place}.v", "expected": "value"})
    given: object = value["v"]
    values = cast("list[object]", given) if isinstance(given, list) else [given]
    return name, tuple(_value(one, f"{place}.v") for one in values)


def _value(value: object, place: str) -> str:
    if isinstance(value, dict):
        return _string(cast("Mapping[str, Any]", value).get("id"), f"{place}.id")
    if isinstance(value, str | int | float):
        return str(value)
    raise RequestError("batch-member", {"place": place, "expected": "value"})


def _limit(value: object, place: str) -> int:
    """Return how many candidates are wanted; OpenRefine's 0 means no matter how many."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        raise RequestError("batch-member", {"place": place, "expected": "number"})
    return min(int(value), _MOST_CANDIDATES) if value >= 1 else _DEFAULT_LIMIT


def _list(value: object, place: str, kind: type) -> list[Any]:
    items = cast("list[object]", value) if isinstance(value, list) else None
    if items is None or not all(isinstance(item, kind) for item in items):
        expected = "list of strings" if kind is str else "list of objects"
        raise RequestError("batch-member", {"place": place, "expected": expected})
    return items


def _string(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise RequestError("batch-member", {"place": place, "expected": "string"})
    return value


def _check_size(found: int, most: int) -> None:
    if found > most:
        raise RequestError("batch-too-large", {"found": str(found), "most": str(most)})
