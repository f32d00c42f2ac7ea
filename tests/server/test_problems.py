"""Every error has one shape: RFC 9457, in the language asked for, and no inner text."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tongzhou.graph.errors import QuerySyntaxError, ReleaseError
from tongzhou.server.problems import KINDS, RequestError

TURTLE = "application/sparql-query"
SERVICE = "ASK {\n SERVICE <http://c/> {} }"
CASES: dict[str, tuple[str, Callable[[FlaskClient, dict[str, str]], TestResponse]]] = {
    "query-syntax": ("400", lambda c, h: c.get("/sparql?query=ASK+{", headers=h)),
    "query-refused-service": (
        "400",
        lambda c, h: c.post("/sparql", data=SERVICE, content_type=TURTLE, headers=h),
    ),
    "query-refused-nesting": (
        "400",
        lambda c, h: c.post("/sparql", data={"query": "ASK " + "{" * 3000}, headers=h),
    ),
    "query-refused-ambiguous": (
        "400",
        lambda c, h: c.post("/sparql", data={"query": "ASK { FILTER(?a<?b#>\n) }"}, headers=h),
    ),
    "missing-query": ("400", lambda c, h: c.post("/sparql", data={"update": "DROP ALL"}, headers=h)),
    "repeated-query": ("400", lambda c, h: c.get("/sparql?query=ASK{}&query=ASK{}", headers=h)),
    "not-utf-8": ("400", lambda c, h: c.get("/sparql?query=%FF", headers=h)),
    "too-many-parameters": ("400", lambda c, h: c.get("/sparql?" + "a&" * 1001, headers=h)),
    "bad-graph-name": ("400", lambda c, h: c.get("/sparql?query=ASK{}&default-graph-uri={x}", headers=h)),
    "not-found": ("404", lambda c, h: c.get("/data/manifest.json", headers=h)),
    "method-not-allowed": ("405", lambda c, h: c.put("/sparql", headers=h)),
    "not-acceptable": (
        "406",
        lambda c, h: c.get("/sparql?query=ASK{}", headers={**h, "Accept": "image/png"}),
    ),
    "request-too-large": ("413", lambda c, h: c.post("/sparql", data={"query": "#" * 1_000_001}, headers=h)),
    "unsupported-media-type": (
        "415",
        lambda c, h: c.post("/sparql", data="ASK {}", content_type="text/plain", headers=h),
    ),
    "internal-error": ("500", lambda c, h: c.get("/fails", headers=h)),
}


@pytest.fixture
def failing(app: Flask) -> FlaskClient:
    """Return a client of the application with routes that fail."""

    def fail() -> str:
        raise RuntimeError("the password is secret")

    def fail_in_release() -> str:
        raise ReleaseError("/srv/secret/path")

    def teapot() -> str:
        abort(418)

    def unplaced() -> str:
        raise QuerySyntaxError("http://elsewhere/ refused the query")

    for name, view in (
        ("fails", fail),
        ("fails-too", fail_in_release),
        ("tea", teapot),
        ("unplaced", unplaced),
    ):
        app.add_url_rule(f"/{name}", name, view)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client()


def test_each_kind_has_a_case() -> None:
    assert set(CASES) == set(KINDS)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", CASES)
def test_shape(failing: FlaskClient, kind: str, language: str, caplog: pytest.LogCaptureFixture) -> None:
    status, send = CASES[kind]
    with caplog.at_level(logging.CRITICAL):
        response = send(failing, {"Accept-Language": language})
    assert response.status_code == int(status)
    assert response.mimetype == "application/problem+json"
    assert response.headers["Content-Language"] == language
    assert {"Accept", "Accept-Language"} <= set(response.headers["Vary"].split(", "))
    body = response.get_json()
    assert body["type"] == f"https://w3id.org/tongzhou/problem/{kind}"
    assert body["status"] == int(status)
    assert body["title"] == KINDS[kind].words[language][0]
    assert body["detail"]
    assert set(body) - {"type", "title", "status", "detail"} == {
        "query-syntax": {"line", "column"},
        "query-refused-service": {"line", "column"},
        "query-refused-nesting": {"line", "column"},
        "query-refused-ambiguous": {"line", "column"},
        "not-acceptable": {"offers"},
    }.get(kind, set())


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        (None, "zh"),
        ("de", "zh"),
        ("zh-Hant-TW", "zh"),
        ("en-GB", "en"),
        ("fr,en;q=.3,zh;q=.7", "zh"),
        ("fr,en;q=0.9,zh;q=0.7", "en"),
    ],
)
def test_language(client: FlaskClient, accept: str | None, language: str) -> None:
    response = client.get("/none", headers={"Accept-Language": accept} if accept else {})
    assert response.headers["Content-Language"] == language


def test_position_is_in_members_and_words(client: FlaskClient) -> None:
    query = {"query": "SELECT * {\n  ?s ?p }"}
    english = client.post("/sparql", data=query, headers={"Accept-Language": "en"}).get_json()
    assert (english["line"], english["column"]) == (2, 9)
    assert english["detail"] == "See line 2, column 9: unexpected `}`."
    chinese = client.post("/sparql", data=query).get_json()
    assert chinese["detail"] == "见第 2 行第 9 列。解析器的说明：unexpected `}`。"


def test_position_of_a_refusal(client: FlaskClient) -> None:
    body = client.post("/sparql", data={"query": SERVICE}).get_json()
    assert (body["line"], body["column"]) == (2, 2)


def test_a_fault_without_a_place(failing: FlaskClient) -> None:
    body = failing.get("/unplaced", headers={"Accept-Language": "en"}).get_json()
    assert body["detail"] == "See the query: http://elsewhere/ refused the query."
    assert "line" not in body


@pytest.mark.parametrize("path", ["/fails", "/fails-too"])
def test_what_nobody_foresaw_is_logged_and_not_told(
    failing: FlaskClient, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = failing.get(path)
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "secret" in caplog.text


def test_405_names_what_is_allowed(client: FlaskClient) -> None:
    response = client.delete("/sparql")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert client.post("/").headers["Allow"] == "GET, HEAD, OPTIONS"


def test_406_lists_what_is_offered(client: FlaskClient) -> None:
    response = client.get("/sparql?query=ASK{}", headers={"Accept": "text/turtle"})
    assert response.get_json()["offers"] == [
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
        "text/html",
    ]


def test_other_statuses_keep_their_name(failing: FlaskClient) -> None:
    response = failing.get("/tea")
    assert response.get_json() == {"type": "about:blank", "title": "I'm a Teapot", "status": 418}
    assert response.mimetype == "application/problem+json"


def test_request_error_is_worded() -> None:
    error = RequestError("bad-graph-name", {"parameter": "default-graph-uri", "found": "a b"})
    assert str(error) == "`a b` in default-graph-uri is not an absolute IRI."
