"""Requests and replies are values."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from tongzhou.server.http import Reply, Request


def test_a_request_cannot_be_changed() -> None:
    request = Request("GET", "/sparql", b"query=ASK%7B%7D", {"accept": "*/*"})
    assert (request.body, request.client, request.root) == (b"", "", "")
    with pytest.raises(FrozenInstanceError):
        request.method = "POST"  # type: ignore[misc]


def test_equal_replies_are_equal() -> None:
    assert Reply(204, (("Vary", "Accept"),)) == Reply(204, (("Vary", "Accept"),), b"")
