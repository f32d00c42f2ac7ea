"""Errors on their way from a process to the server: JSON and back, so that the server words them for its client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

_PLACE = ("message", "line", "column")
_ARGUMENTS: Mapping[type[TongzhouError], tuple[str, ...]] = {
    QuerySyntaxError: _PLACE,
    UpdateSyntaxError: _PLACE,
    RdfSyntaxError: _PLACE,
    RdfRefusedError: _PLACE,
    QueryRefusedError: (*_PLACE, "reason"),
    UpdateFailedError: ("message",),
    DatasetError: ("message",),
    DatasetInUseError: ("path", "holder"),
    RdfFormatError: ("media_type", "offers"),
    RequestError: ("kind", "facts", "offers"),
}
"""The errors that a client may hear of, with what each is made of."""
_BY_NAME: Mapping[str, Callable[..., TongzhouError]] = {kind.__name__: kind for kind in _ARGUMENTS}


def refusal_to_json(error: TongzhouError) -> dict[str, Any]:
    """Return what `refusal_from_json` needs to make the error again; other errors become an internal one."""
    names = _ARGUMENTS.get(type(error))
    if names is None:
        return refusal_to_json(RequestError("internal-error", {}))
    values = {**vars(error), "message": str(error)}
    return {"error": type(error).__name__, "arguments": {name: values[name] for name in names}}


def refusal_from_json(value: dict[str, Any]) -> TongzhouError:
    """Return the error."""
    arguments = dict(value["arguments"])
    message = (arguments.pop("message"),) if "message" in arguments else ()
    return _BY_NAME[value["error"]](*message, **arguments)
