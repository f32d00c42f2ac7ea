"""Every error has one shape: RFC 9457, in the language asked for, and no inner text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tongzhou.graph.errors import (
    DatasetError,
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
from tongzhou.server.problem_kinds import KINDS
from tongzhou.server.problems import RequestError, problem_reply, reply_to

from .web import Client

DIRECT = "application/sparql-query"
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(20)) + " }"
FAILING = "SELECT (<urn:f>(1) AS ?x) {}"
SERVICE = "ASK {\n SERVICE <http://c/> {} }"
CASES: dict[str, tuple[str, Callable[[Client, dict[str, str]], Any]]] = {
    "query-syntax": ("400", lambda c, h: c.get("/sparql?query=ASK+{", headers=h)),
    "query-refused-service": (
        "400",
        lambda c, h: c.post("/sparql", data=SERVICE, content_type=DIRECT, headers=h),
    ),
    "query-refused-nesting": (
        "400",
        lambda c, h: c.post("/sparql", data={"query": "ASK " + "{" * 3000}, headers=h),
    ),
    "query-refused-ambiguous": (
        "400",
        lambda c, h: c.post("/sparql", data={"query": "ASK { FILTER(?a<?b#>\n) }"}, headers=h),
    ),
    "missing-query": ("400", lambda c, h: c.post("/sparql", data={"format": "json"}, headers=h)),
    "misplaced-parameter": ("400", lambda c, h: c.get("/sparql?update=DROP+ALL", headers=h)),
    "repeated-parameter": ("400", lambda c, h: c.get("/sparql?query=ASK{}&timeout=1&timeout=2", headers=h)),
    "bad-timeout": ("400", lambda c, h: c.get("/sparql?query=ASK{}&timeout=soon", headers=h)),
    "repeated-query": ("400", lambda c, h: c.get("/sparql?query=ASK{}&query=ASK{}", headers=h)),
    "unknown-thing": ("404", lambda c, h: c.get("/id/org/none", headers=h)),
    "unknown-question": ("404", lambda c, h: c.get("/api/query/place", headers=h)),
    "unknown-parameter": ("400", lambda c, h: c.get("/api/query/places?plce=x", headers=h)),
    "bad-value": ("400", lambda c, h: c.get("/api/query/places?lang=de", headers=h)),
    "bad-count": ("400", lambda c, h: c.get("/api/query/places?limit=none", headers=h)),
    "unknown-value": ("404", lambda c, h: c.get("/api/query/located-in?place=place/atlantis", headers=h)),
    "unknown-suffix": ("404", lambda c, h: c.get("/data/org/x.xyz", headers=h)),
    "bad-format": ("400", lambda c, h: c.get("/sparql?query=ASK{}&format=xls", headers=h)),
    "batch-missing": ("400", lambda c, h: c.post("/reconcile/zh", data={"a": "b"}, headers=h)),
    "batch-both": ("400", lambda c, h: c.get("/reconcile/zh?queries={}&extend={}", headers=h)),
    "batch-not-json": ("400", lambda c, h: c.get("/reconcile/zh?queries=a", headers=h)),
    "batch-member": ("400", lambda c, h: c.get("/reconcile/zh?queries=[]", headers=h)),
    "batch-unknown-member": ("400", lambda c, h: c.get('/reconcile/zh?queries={"a":{"b":1}}', headers=h)),
    "batch-no-query": ("400", lambda c, h: c.get('/reconcile/zh?queries={"a":{}}', headers=h)),
    "batch-unknown-property": (
        "400",
        lambda c, h: c.get('/reconcile/zh?extend={"ids":[],"properties":[{"id":"a"}]}', headers=h),
    ),
    "batch-too-large": (
        "413",
        lambda c, h: c.post(
            "/reconcile/zh", data={"queries": json.dumps(dict.fromkeys(range(51)))}, headers=h
        ),
    ),
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
    "unsupported-coding": (
        "415",
        lambda c, h: c.post(
            "/sparql", data="ASK {}", content_type=DIRECT, headers={**h, "Content-Encoding": "gzip"}
        ),
    ),
    "read-only": ("403", lambda c, h: c.post("/update", data={"update": "DROP ALL"}, headers=h)),
    "unauthorized": ("401", lambda c, h: c.get("/-/ops", headers=h)),
    "no-such-graph": ("404", lambda c, h: c.get("/store?graph=urn:none", headers=h)),
    "graph-choice": ("400", lambda c, h: c.get("/store", headers=h)),
    "no-coding-fits": (
        "406",
        lambda c, h: c.get("/sparql?query=ASK{}", headers={**h, "Accept-Encoding": "identity;q=0"}),
    ),
    "query-failed": ("501", lambda c, h: c.post("/sparql", data={"query": FAILING}, headers=h)),
    "deadline": (
        "504",
        lambda c, h: c.post("/sparql", data={"query": ENDLESS, "timeout": "0.2"}, headers=h),
    ),
}


FACTS: dict[str, dict[str, str]] = {
    "search-too-long": {"found": "201", "most": "200"},
    "not-curated": {},
    "missing-term": {"parameter": "o"},
    "oembed-json-only": {"found": "xml"},
    "unknown-triple": {"near": "scheme/scope/local"},
    "no-picture": {"name": "places", "table": "/zh/ask/places", "drawn": "money-by-kind, worked-together"},
    "gone": {"name": "org/a", "reason": "It was there twice.", "release": "2026-01-01-0123456789ab"},
    "bad-http": {},
    "header-too-large": {},
    "too-many-connections": {},
    "internal-error": {},
    "deadline": {"seconds": "2.5"},
    "no-such-graph": {"graph": "urn:x-graph"},
    "query-crashed": {},
    "update-failed": {"reason": "The graph <urn:g> is there. Nothing was changed."},
    "missing-update": {},
    "repeated-update": {},
    "bad-multipart": {"most": "100"},
    "unauthorized": {},
    "bad-token": {},
    "forbidden": {"scope": "write"},
    "cross-site-form": {},
    "request-timeout": {"seconds": "20"},
    "uri-too-long": {},
    "too-many-requests": {},
    "client-gone": {},
    "busy": {},
    "shed": {},
    "worker-lost": {},
    "write-interrupted": {},
    "write-deadline": {"seconds": "2.5"},
    "write-out-of-memory": {},
    "not-stored": {},
    "out-of-memory": {},
    "answer-too-large": {"cap": "rows", "most": "1,000,000"},
}
"""Kinds that no request to any data brings about, some that one does, and the facts that they are raised with."""
PLACED: dict[str, Callable[[str, int | None, int | None], TongzhouError]] = {
    "query-syntax": lambda text, line, column: QuerySyntaxError(text, line=line, column=column),
    "update-syntax": lambda text, line, column: UpdateSyntaxError(text, line=line, column=column),
    "rdf-syntax": lambda text, line, column: RdfSyntaxError(text, line=line, column=column),
    "rdf-refused": lambda text, line, column: RdfRefusedError(text, line=line, column=column),
    "update-refused-load": lambda text, line, column: QueryRefusedError(
        text, line=line, column=column, reason="load"
    ),
    "using-conflict": lambda text, line, column: QueryRefusedError(
        text, line=line, column=column, reason="using"
    ),
}
CHALLENGES = {
    "unauthorized": 'Bearer realm="tongzhou"',
    "bad-token": 'Bearer realm="tongzhou", error="invalid_token"',
    "forbidden": 'Bearer realm="tongzhou", error="insufficient_scope", scope="write"',
}
WAITING = {"deadline", "too-many-requests", "too-many-connections", "busy", "shed", "worker-lost"}


def test_each_kind_has_a_case() -> None:
    assert set(CASES) | set(FACTS) | set(PLACED) == set(KINDS)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", FACTS)
def test_wording(kind: str, language: str) -> None:
    reply = reply_to(RequestError(kind, FACTS[kind], offers=("identity",)), language)
    headers = dict(reply.headers)
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Content-Language"] == language
    assert headers["Vary"] == "Accept, Accept-Language"
    assert ("Retry-After" in headers) == (kind in WAITING)
    assert headers.get("WWW-Authenticate") == CHALLENGES.get(kind)
    body = json.loads(reply.body)
    assert body["status"] == reply.status == KINDS[kind].status
    assert body["offers"] == ["identity"]
    assert all(value in body["detail"] for name, value in FACTS[kind].items() if name != "cap")
    assert body["title"] == KINDS[kind].words[language][0]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", PLACED)
def test_faults_in_a_text(kind: str, language: str) -> None:
    body = json.loads(reply_to(PLACED[kind]("line 3, column 7: not this", 3, 7), language).body)
    assert body["type"].endswith(f"/problem/{kind}")
    assert (body["line"], body["column"]) == (3, 7)
    place = "line 3, column 7" if language == "en" else "第 3 行第 7 列"
    assert body["detail"].count(place) == 1
    body = json.loads(reply_to(PLACED[kind]("not this", None, None), language).body)
    assert "line" not in body


def test_words_of_facts_are_translated() -> None:
    error = RequestError("answer-too-large", {"cap": "rows", "most": "10"})
    assert "10 行" in json.loads(reply_to(error, "zh").body)["detail"]
    assert "10 rows" in json.loads(reply_to(error, "en").body)["detail"]


def test_members_and_headers_of_the_caller() -> None:
    reply = problem_reply("busy", "en", members={"queued": 3}, headers=[("X-A", "b")])
    assert json.loads(reply.body)["queued"] == 3
    assert ("X-A", "b") in reply.headers


def test_errors_of_writes() -> None:
    failed = reply_to(UpdateFailedError("The graph <urn:g> is there. Nothing was changed."), "en")
    assert failed.status == 409
    assert "<urn:g>" in json.loads(failed.body)["detail"]
    unread = reply_to(RdfFormatError(None, ["text/turtle"]), "en")
    assert unread.status == 415
    assert json.loads(unread.body)["detail"] == "Found -. Send UTF-8, as one of text/turtle."
    full = reply_to(DatasetError("the dataset /srv/secret can't be written: No space left on device."), "en")
    assert full.status == 507
    assert b"secret" not in full.body


def test_what_is_no_fault_of_the_request_is_not_worded() -> None:
    with pytest.raises(ReleaseError):
        reply_to(ReleaseError("/srv/secret"), "en")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", CASES)
def test_shape(client: Client, kind: str, language: str) -> None:
    status, send = CASES[kind]
    response = send(client, {"Accept-Language": language})
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
        "no-coding-fits": {"offers"},
        "misplaced-parameter": {"parameter"},
        "repeated-parameter": {"parameter"},
        "bad-graph-name": {"parameter"},
        "batch-unknown-property": {"offers"},
        "unknown-question": {"offers"},
        "unknown-parameter": {"offers", "parameter"},
        "bad-value": {"parameter"},
        "bad-count": {"parameter"},
        "bad-format": {"offers", "parameter"},
        "unknown-suffix": {"offers"},
        "unknown-value": {"parameter"},
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
def test_language(client: Client, accept: str | None, language: str) -> None:
    response = client.get("/none", headers={"Accept-Language": accept} if accept else {})
    assert response.headers["Content-Language"] == language


def test_position_is_in_members_and_words(client: Client) -> None:
    query = {"query": "SELECT * {\n  ?s ?p }"}
    english = client.post("/sparql", data=query, headers={"Accept-Language": "en"}).get_json()
    assert (english["line"], english["column"]) == (2, 9)
    assert english["detail"] == "See line 2, column 9: unexpected `}`."
    chinese = client.post("/sparql", data=query).get_json()
    assert chinese["detail"] == "见第 2 行第 9 列。解析器的说明：unexpected `}`。"


def test_position_of_a_refusal(client: Client) -> None:
    body = client.post("/sparql", data={"query": SERVICE}).get_json()
    assert (body["line"], body["column"]) == (2, 2)


def test_405_names_what_is_allowed(client: Client) -> None:
    response = client.delete("/sparql")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST, QUERY"
    assert client.post("/").headers["Allow"] == "GET, HEAD, OPTIONS"


def test_406_lists_what_is_offered(client: Client) -> None:
    response = client.get("/sparql?query=ASK{}", headers={"Accept": "text/turtle"})
    assert response.get_json()["offers"] == [
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
        "text/html",
    ]


def test_request_error_is_worded() -> None:
    error = RequestError("bad-graph-name", {"parameter": "default-graph-uri", "found": "a b"})
    assert str(error) == "`a b` in default-graph-uri is not an absolute IRI."
