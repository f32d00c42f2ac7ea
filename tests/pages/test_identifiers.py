"""IRIs answer with the way to the page or the document that the client likes, and with nothing else."""

from __future__ import annotations

import contextlib
import http.client
import socket
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from tongzhou.graph.namespaces import ID

ORG = "org/china-federation-of-logistics-and-purchasing"
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
RDFLIB = (
    "application/rdf+xml, text/turtle, application/n-triples, application/n-quads, application/trig, "
    "application/hext, application/ld+json, text/n3;q=0.9"
)
JENA = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,"
    "application/trig,application/n-quads;q=0.9,*/*;q=0.1"
)
COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
    "text/turtle;q=0.6,application/rdf+xml;q=0.5,application/json;q=0.45,text/n3;q=0.35,text/html;q=0.2"
)
SEVEN = "text/turtle,application/rdf+xml,application/n-triples,application/ld+json,application/trig,application/n-quads,text/n3"
PAGE = f"/zh/{ORG}"
TTL = f"/data/{ORG}.ttl"
ACCEPTED: list[tuple[str | None, str]] = [
    (CHROME, PAGE),
    ("*/*", PAGE),
    ("", PAGE),
    (None, PAGE),
    ("text/turtle, */*;q=0.1", TTL),
    (RDFLIB, TTL),
    (JENA, TTL),
    (COMUNICA, f"/data/{ORG}.jsonld"),
    (SEVEN, TTL),
    (
        'application/ld+json;profile="http://www.w3.org/ns/json-ld#framed", text/turtle;q=0.5',
        f"/data/{ORG}.jsonld",
    ),
    ("text/turtle;q=0, */*;q=0.1", PAGE),
    ("application/n-triples", f"/data/{ORG}.nt"),
    ("application/rdf+xml", f"/data/{ORG}.rdf"),
    ("application/json", f"/data/{ORG}.json"),
]


@pytest.fixture(scope="module")
def client(live_server: str) -> Iterator[httpx.Client]:
    """Return a client that sends no Accept of its own and follows nothing."""
    with httpx.Client(base_url=live_server, trust_env=False, timeout=60) as client:
        del client.headers["accept"]
        yield client


@pytest.mark.parametrize(("accept", "target"), ACCEPTED)
def test_the_table_of_accept_headers(client: httpx.Client, accept: str | None, target: str) -> None:
    answer = client.get(f"/id/{ORG}", headers={} if accept is None else {"Accept": accept})
    assert (answer.status_code, answer.headers["Location"]) == (303, target)
    assert answer.headers["Vary"] == "Accept, Accept-Language"
    assert answer.content == b""


@pytest.mark.parametrize(
    ("languages", "page"),
    [
        ("zh-Hant-TW", "zh"),
        ("de", "zh"),
        (None, "zh"),
        ("fr,en;q=.3,zh;q=.7", "zh"),
        ("en-GB,zh;q=0.5", "en"),
    ],
)
def test_the_page_is_in_the_language_that_is_liked(
    client: httpx.Client, languages: str | None, page: str
) -> None:
    headers = {} if languages is None else {"Accept-Language": languages}
    assert client.get(f"/id/{ORG}", headers=headers).headers["Location"] == f"/{page}/{ORG}"
    home = client.get("/", headers=headers)
    assert (home.status_code, home.headers["Location"], home.headers["Vary"]) == (
        302,
        f"/{page}/",
        "Accept-Language",
    )


def test_what_is_not_offered_is_answered_with_what_is(client: httpx.Client) -> None:
    answer = client.get(f"/id/{ORG}", headers={"Accept": "application/pdf"})
    assert answer.status_code == 406
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert f'<{TTL}>; rel="alternate"; type="text/turtle"' in answer.headers["Link"]


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/ontology", "/zh/ontology"),
        ("/scheme/measure", "/zh/scheme/measure"),
        ("/scheme/measure/cash", "/zh/scheme/measure/cash"),
        ("/graph/inferred", "/zh/graph/inferred"),
        ("/id/org/%63hina-meat-association", "/zh/org/china-meat-association"),
    ],
)
def test_all_that_has_an_iri_of_ours_answers(client: httpx.Client, path: str, page: str) -> None:
    answer = client.get(path, headers={"Accept": CHROME})
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    assert client.get(page).status_code == 200
    document = client.get(path, headers={"Accept": "text/turtle"}).headers["Location"]
    assert client.get(document).headers["Content-Type"] == "text/turtle; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "/id/org/none",
        "/id/nonsense/x",
        "/id/org",
        "/id/org/",
        "/id/org/a/b",
        "/id/org/%E4%B8%AD",
        "/id/org/%FF",
        "/id/org/a%0d%0ax:y",
        "/id/org/%3Cscript%3E",
        "/scheme/none",
        "/scheme/a/b/c",
        "/graph/none",
        "/id/org/%2563hina",
    ],
)
@pytest.mark.parametrize("accept", ["text/turtle", CHROME])
def test_what_is_unknown_is_not_found(client: httpx.Client, path: str, accept: str) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 404
    assert "Location" not in answer.headers
    expected = "text/html; charset=utf-8" if accept == CHROME else "application/problem+json"
    assert answer.headers["Content-Type"] == expected
    assert accept != CHROME or "<script>" not in answer.text


@pytest.mark.parametrize(
    "slug", ["china-logistics-federation", "china-federation-of-logistic-and-purchasing"]
)
def test_the_nearest_name_comes_first(client: httpx.Client, slug: str) -> None:
    answer = client.get(f"/id/org/{slug}", headers={"Accept": "application/json"})
    assert answer.json()["offers"][0] == f"https://w3id.org/tongzhou/id/{ORG}"


def test_near_names_are_offered(client: httpx.Client) -> None:
    answer = client.get("/id/org/china-federation-of-logistics", headers={"Accept": "application/json"})
    assert f"https://w3id.org/tongzhou/id/{ORG}" in answer.json()["offers"]
    page = client.get("/en/org/china-federation-of-logistics", headers={"Accept": CHROME})
    assert page.status_code == 404
    assert f'href="/en/{ORG}"' in page.text


@pytest.mark.parametrize(
    "path", ["/id/org/中国肉类协会", "/en/org/中国肉类协会", "/data/org/中国肉类协会.ttl"]
)
@pytest.mark.parametrize("raw", [False, True])
def test_a_name_in_place_of_a_slug_is_understood(client: httpx.Client, path: str, raw: bool) -> None:
    """The path goes out percent-encoded, or in raw UTF-8 as some programs send it."""
    encoded = quote(path)
    if raw:
        address = (client.base_url.host, client.base_url.port or 80)
        with socket.create_connection(address, timeout=20) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {address[0]}\r\n\r\n".encode())
            with contextlib.closing(http.client.HTTPResponse(connection)) as way:
                way.begin()
                assert (way.status, way.getheader("Location")) == (308, encoded)
    answer = client.get(encoded, headers={"Accept": "application/json", "Accept-Language": "en"})
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("/unknown-thing")
    assert answer.json()["offers"][0] == f"{ID}org/china-meat-association"


@pytest.mark.parametrize(
    "path",
    [
        "/id/org/%FF",
        "/id/org/%E4%B8",
        "/zh/org/a%00",
        "/id/scheme$x/中",
        "/scheme/$a/中",
        "/id/org/%C2%84",
        "/data/org/%5D.ttl",
    ],
)
def test_odd_bytes_are_not_found(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_a_hostile_host_sends_nobody_elsewhere(client: httpx.Client) -> None:
    answer = client.get(f"/id/{ORG}", headers={"Host": "evil.example", "Accept": CHROME})
    assert answer.headers["Location"] == PAGE
    assert "evil.example" in client.get(PAGE, headers={"Host": "evil.example"}).text
    assert "evil.example" not in client.get(PAGE).text


def test_head_and_preflight(client: httpx.Client) -> None:
    head = client.head(f"/id/{ORG}", headers={"Accept": "text/turtle"})
    assert (head.status_code, head.headers["Location"]) == (303, TTL)
    for path in (f"/id/{ORG}", TTL):
        preflight = client.options(
            path, headers={"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
        )
        assert preflight.status_code == 204
        assert preflight.headers["Access-Control-Allow-Origin"] == "*"
        assert "Accept" in preflight.headers["Access-Control-Allow-Headers"]
        assert client.post(path).status_code == 405
