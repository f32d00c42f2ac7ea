"""Errors are the same at both ends of a channel."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tongzhou.graph.errors import (
    DatasetError,
    DatasetInUseError,
    QueryRefusedError,
    QuerySyntaxError,
    RdfFormatError,
    RdfRefusedError,
    RdfSyntaxError,
    ReleaseError,
    TongzhouError,
    UpdateFailedError,
    UpdateSyntaxError,
)
from tongzhou.server.problems import RequestError
from tongzhou.server.workers.refusals import refusal_from_json, refusal_to_json

ERRORS = [
    QuerySyntaxError("line 1, column 2: 不", line=1, column=2),
    UpdateSyntaxError("the update ends too early"),
    QueryRefusedError("line 1, column 2: LOAD", line=1, column=2, reason="load"),
    RdfSyntaxError("line 7: no", line=7),
    RdfRefusedError("line 7, column 1: DOCTYPE", line=7, column=1),
    RdfFormatError(None, ["text/turtle", "application/trig"]),
    RdfFormatError("text/html", []),
    UpdateFailedError("The graph <urn:g> is there. Nothing was changed."),
    DatasetError("the dataset /data can't be written: No space left on device."),
    DatasetInUseError(Path("/data"), "tongzhou load (process 7)"),
    RequestError("answer-too-large", {"cap": "rows", "most": "10"}),
    RequestError("not-acceptable", {}, offers=("text/csv", "text/html")),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_error_is_the_same_behind_the_channel(error: TongzhouError) -> None:
    found = refusal_from_json(json.loads(json.dumps(refusal_to_json(error))))
    assert type(found) is type(error)
    assert str(found) == str(error)
    assert vars(found) == vars(error)


def test_other_errors_do_not_tell_what_they_say() -> None:
    found = refusal_from_json(refusal_to_json(ReleaseError("/srv/secret")))
    assert isinstance(found, RequestError)
    assert found.kind == "internal-error"
