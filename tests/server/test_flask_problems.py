"""Errors that Flask's views raise: answered in the one shape, and what nobody foresaw is logged and not told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import abort
from flask.testing import FlaskClient

from tongzhou.graph.errors import QuerySyntaxError, ReleaseError
from tongzhou.server.config import Config
from tongzhou.server.site import open_site
from tongzhou.server.wsgi import Background


@pytest.fixture(scope="module")
def failing(home: Path) -> Iterator[FlaskClient]:
    """Return a client of the application with routes that fail."""

    def fail() -> str:
        raise RuntimeError("the password is secret")

    def fail_in_release() -> str:
        raise ReleaseError("/srv/secret/path")

    def teapot() -> str:
        abort(418)

    def unplaced() -> str:
        raise QuerySyntaxError("http://elsewhere/ refused the query")

    config = Config(home=home)
    with closing(Background(config, open_site(config))) as background:
        app = background.app
        for name, view in (
            ("fails", fail),
            ("fails-too", fail_in_release),
            ("tea", teapot),
            ("unplaced", unplaced),
        ):
            app.add_url_rule(f"/{name}", name, view)
        app.config["PROPAGATE_EXCEPTIONS"] = False
        yield app.test_client()


@pytest.mark.parametrize(("language", "title"), [("zh", "服务器出错"), ("en", "The server failed")])
@pytest.mark.parametrize("path", ["/fails", "/fails-too"])
def test_what_nobody_foresaw_is_logged_and_not_told(
    failing: FlaskClient, path: str, language: str, title: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = failing.get(path, headers={"Accept-Language": language})
    assert response.status_code == 500
    assert response.mimetype == "application/problem+json"
    assert response.headers["Content-Language"] == language
    assert {"Accept", "Accept-Language"} <= set(response.headers["Vary"].split(", "))
    body = response.get_json()
    assert body["type"] == "https://w3id.org/tongzhou/problem/internal-error"
    assert (body["status"], body["title"]) == (500, title)
    assert set(body) == {"type", "title", "status", "detail"}
    assert "secret" not in response.text
    assert "secret" in caplog.text


def test_a_fault_without_a_place(failing: FlaskClient) -> None:
    body = failing.get("/unplaced", headers={"Accept-Language": "en"}).get_json()
    assert body["detail"] == "See the query: http://elsewhere/ refused the query."
    assert "line" not in body


def test_other_statuses_keep_their_name(failing: FlaskClient) -> None:
    page = failing.get("/tea", headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (418, "text/html")
    assert "<h1>I&#39;m a Teapot</h1>" in page.text
    response = failing.get("/tea")
    assert response.get_json() == {"type": "about:blank", "title": "I'm a Teapot", "status": 418}
    assert response.mimetype == "application/problem+json"
