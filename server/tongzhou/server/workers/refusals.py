"""Errors on their way from a worker to the server: JSON and back, so that the server words them for its client."""

from __future__ import annotations

from typing import Any

from tongzhou.graph.errors import QueryRefusedError, QuerySyntaxError, RdfSyntaxError, TongzhouError
from tongzhou.server.problems import RequestError


def refusal_to_json(error: TongzhouError) -> dict[str, Any]:
    """Return what `refusal_from_json` needs to make the error again."""
    match error:
        case RequestError():
            return {"kind": error.kind, "facts": error.facts, "offers": error.offers}
        case QueryRefusedError():
            place = {"line": error.line, "column": error.column, "reason": error.reason}
            return {"refused": str(error), "place": place}
        case QuerySyntaxError():
            return {"syntax": str(error), "place": {"line": error.line, "column": error.column}}
        case RdfSyntaxError():
            return {"rdf": str(error), "place": {"line": error.line, "column": error.column}}
        case _:
            return {"kind": "internal-error", "facts": {}, "offers": ()}


def refusal_from_json(value: dict[str, Any]) -> TongzhouError:
    """Return the error."""
    if "refused" in value:
        return QueryRefusedError(value["refused"], **value["place"])
    if "syntax" in value:
        return QuerySyntaxError(value["syntax"], **value["place"])
    if "rdf" in value:
        return RdfSyntaxError(value["rdf"], **value["place"])
    return RequestError(value["kind"], value.get("facts", {}), offers=tuple(value.get("offers", ())))
