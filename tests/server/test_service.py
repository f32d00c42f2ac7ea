"""The service itself: which paths are its own, and what becomes of what nobody foresaw."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tongzhou.graph.errors import ReleaseError
from tongzhou.server.http import Reply, Request
from tongzhou.server.service import Service
from tongzhou.server.site import Site


def _service(error: Exception) -> Service:
    """Return a service with one path, which fails."""

    async def fail(_request: Request) -> Reply:
        raise error

    part = cast(
        "Any", SimpleNamespace(answer=fail, update=fail, store=fail, queries=None, paths={"/-/fails": fail})
    )
    return Service(part, part, part, part, Site(None))


@pytest.mark.parametrize("error", [RuntimeError("the password is secret"), ReleaseError("/srv/secret/path")])
@pytest.mark.parametrize("path", ["/-/fails", "/sparql", "/update", "/store/a"])
def test_what_nobody_foresaw_is_logged_and_not_told(
    error: Exception, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    request = Request("GET", path, b"", {"accept-language": "en"})
    reply = asyncio.run(_service(error).handle(request))
    assert isinstance(reply, Reply)
    assert reply.status == 500
    assert json.loads(reply.body)["type"].endswith("/problem/internal-error")
    assert b"secret" not in reply.body
    assert "secret" in caplog.text
    assert f"GET {path} failed" in caplog.text


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/sparql", True),
        ("/sparql/", True),
        ("/update", True),
        ("/store", True),
        ("/store/a", True),
        ("/data/a", True),
        ("/-/none", True),
        ("/", False),
        ("/sparql/a", False),
        ("/stores", False),
        ("/data", False),
        ("/static/style.css", False),
        ("/%73parql", False),
    ],
)
def test_which_paths_are_its_own(path: str, own: bool) -> None:
    assert _service(RuntimeError()).answers(path) is own


def test_a_path_without_an_answer_is_a_problem() -> None:
    reply = asyncio.run(_service(RuntimeError()).handle(Request("GET", "/-/none", b"", {})))
    assert reply.status == 404
