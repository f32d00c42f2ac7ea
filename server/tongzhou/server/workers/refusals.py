"""Errors on their way from a process to the server: JSON and back, so that the server words them for its client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tongzhou.graph.errors import (
    DatasetError,
    DatasetInUseError,
    QueryRefusedError,
    QuerySyntaxError,
    RdfFormatError,
    RdfRefusedError,
    RdfSyntaxError,
    TongzhouError,
    UpdateFailedError,
    UpdateSyntaxError,
)
from tongzhou.server.problems import RequestError

_KINDS: Mapping[str, Callable[..., TongzhouError]] = {
    kind.__name__: kind
    for kind in (
        QueryRefusedError,
        QuerySyntaxError,
        UpdateSyntaxError,
        RdfSyntaxError,
        RdfRefusedError,
        UpdateFailedError,
        DatasetError,
    )
}


def refusal_to_json(error: TongzhouError) -> dict[str, Any]:
    """Return what `refusal_from_json` needs to make the error again; other errors become an internal one."""
    facts: dict[str, Any] = {}
    match error:
        case RequestError():
            return {"kind": error.kind, "facts": error.facts, "offers": error.offers}
        case RdfFormatError():
            return {"media_type": error.media_type, "offers": error.offers}
        case DatasetInUseError():
            return {"in_use": str(error.path), "holder": error.holder}
        case QueryRefusedError():
            facts = {"line": error.line, "column": error.column, "reason": error.reason}
        case QuerySyntaxError() | RdfSyntaxError():
            facts = {"line": error.line, "column": error.column}
        case UpdateFailedError() | DatasetError():
            pass
        case _:
            return {"kind": "internal-error", "facts": {}, "offers": ()}
    return {"error": type(error).__name__, "message": str(error), "facts": facts}


def refusal_from_json(value: dict[str, Any]) -> TongzhouError:
    """Return the error."""
    match value:
        case {"error": name, "message": message, "facts": facts}:
            return _KINDS[name](message, **facts)
        case {"media_type": media_type, "offers": offers}:
            return RdfFormatError(media_type, offers)
        case {"in_use": path, "holder": holder}:
            return DatasetInUseError(Path(path), holder)
        case _:
            return RequestError(value["kind"], value.get("facts", {}), offers=tuple(value.get("offers", ())))
