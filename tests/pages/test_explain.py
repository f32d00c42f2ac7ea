"""`/explain`: JSON and Turtle for programs, a page for readers, tags by release, problems that name the parameter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from tongzhou.graph import open_graph
from tongzhou.graph.errors import RemoteError
from tongzhou.server.config import Config
from tongzhou.server.site import open_site
from tongzhou.server.wsgi import Background

SUPERVISORS = "org/wuhan-construction-supervision-and-consulting-industry-association"
STATEMENT = {"s": SUPERVISORS, "p": "tz:actsForPlaceWithin", "o": "place/china"}
WORDS = "武汉建设监理与咨询行业协会主动负责火神山医院建设的安全监理工作。"


@pytest.fixture(scope="module")
def client(live_server: str) -> Iterator[httpx.Client]:
    """Return a client of the release that asks in English."""
    with httpx.Client(
        base_url=live_server, trust_env=False, timeout=60, headers={"Accept-Language": "en"}
    ) as client:
        yield client


def test_programs_get_json_or_turtle(client: httpx.Client) -> None:
    found = client.get("/explain", params=STATEMENT)
    assert found.headers["Content-Type"] == "application/json"
    assert found.json()["statement"]["object"]["label"] == {"zh": "中国", "en": "China"}
    assert WORDS in found.text
    turtle = client.get("/explain", params=STATEMENT, headers={"Accept": "text/turtle"})
    assert turtle.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert len(list(ox.parse(turtle.content, format=ox.RdfFormat.TURTLE))) > 50


def test_tags_hold_while_the_release_does(client: httpx.Client) -> None:
    tags = [
        client.get("/explain", params=STATEMENT, headers={"Accept": kind}).headers["ETag"]
        for kind in ("application/json", "text/turtle", "application/json")
    ]
    assert tags[0] == tags[2] != tags[1]
    again = client.get("/explain", params=STATEMENT, headers={"If-None-Match": tags[0]})
    assert (again.status_code, again.content) == (304, b"")


def test_browsers_are_sent_to_the_page_in_their_language(client: httpx.Client) -> None:
    sent = client.get("/explain", params=STATEMENT, headers={"Accept": "text/html"})
    assert sent.status_code == 303
    assert sent.headers["Location"].startswith("/en/explain?s=")
    page = client.get(sent.headers["Location"])
    assert page.status_code == 200
    assert 'href="/en/scheme/rule/prp-spo2">A chain of properties</a>' in page.text
    assert WORDS in page.text
    assert "facts.yaml:" in page.text
    assert client.get("/en/scheme/rule/prp-spo2").status_code == 200


class Balance(HTMLParser):
    """Checks that each element is closed where it has to be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.deepest = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in ("ul", "li"):
            self.open.append(tag)
            self.deepest = max(self.deepest, len(self.open))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "li"):
            assert self.open.pop() == tag


@pytest.mark.parametrize("others", ["0", "3"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_proof_is_a_list_of_lists(client: httpx.Client, language: str, others: str) -> None:
    page = client.get(f"/{language}/explain", params={**STATEMENT, "o": "place/wuhan", "others": others})
    assert page.status_code == 200
    checked = Balance(page.text)
    assert checked.open == []
    assert checked.deepest > 6
    assert page.text.count("<h1") == 1


def test_the_page_without_a_statement_asks_for_one(client: httpx.Client) -> None:
    page = client.get("/en/explain")
    assert page.status_code == 200
    assert page.text.count('<input id="') == 3


def test_what_is_asserted_shows_where(client: httpx.Client) -> None:
    page = client.get("/en/explain", params={**STATEMENT, "p": "tz:scope", "o": "scheme/scope/local"})
    assert "Where it is written" in page.text
    assert "by the name" in page.text


@pytest.mark.parametrize(
    ("changed", "status", "kind", "parameter"),
    [
        ({"o": ""}, 400, "missing-term", "o"),
        ({"s": "org/no-such"}, 404, "unknown-value", "s"),
        ({"p": "no such property"}, 404, "unknown-value", "p"),
        ({"o": '"words'}, 404, "unknown-value", "o"),
        ({"o": "\x00<script>"}, 404, "unknown-value", "o"),
        ({"others": "21"}, 400, "bad-count", "others"),
        ({"others": "-1"}, 400, "bad-count", "others"),
        ({"x": "1"}, 400, "unknown-parameter", "x"),
        ({"o": "scheme/scope/national", "p": "tz:scope"}, 404, "unknown-triple", None),
    ],
)
@pytest.mark.parametrize("path", ["/explain", "/en/explain"])
def test_bad_input_is_a_problem(
    client: httpx.Client, path: str, changed: dict[str, str], status: int, kind: str, parameter: str | None
) -> None:
    found = client.get(path, params={**STATEMENT, **changed})
    assert (found.status_code, found.headers["Content-Type"]) == (status, "application/problem+json")
    problem = found.json()
    assert problem["type"].endswith(f"/{kind}")
    assert problem.get("parameter") == parameter


def test_what_does_not_follow_offers_what_does(client: httpx.Client) -> None:
    found = client.get("/explain", params={**STATEMENT, "p": "tz:scope", "o": "scheme/scope/national"})
    assert found.json()["offers"] == ["scheme/scope/local"]


def test_methods_and_formats(client: httpx.Client) -> None:
    assert client.post("/explain").status_code == 405
    assert client.options("/explain").headers["Allow"] == "GET, HEAD, OPTIONS"
    assert client.head("/explain", params=STATEMENT).content == b""
    assert client.get("/explain", params=STATEMENT, headers={"Accept": "image/png"}).status_code == 406


def test_an_inferred_fact_links_to_its_proof(client: httpx.Client) -> None:
    page = client.get(f"/en/{SUPERVISORS}").text
    start = page.index('href="/en/explain?s=') + 6
    address = page[start : page.index('"', start)].replace("&amp;", "&")
    assert client.get(address).status_code == 200


def test_python_explains_by_a_server_as_by_a_release(live_server: str, home: Path) -> None:
    terms = (SUPERVISORS, "tz:actsForPlaceWithin", "place/china")
    graph = open_graph(live_server)
    assert graph.explain(*terms) == open_graph(home).explain(*terms)
    with pytest.raises(RemoteError, match="does not follow"):
        graph.explain(SUPERVISORS, "tz:scope", "scheme/scope/national")


def test_a_dataset_has_no_proofs(tmp_path: Path) -> None:
    config = Config(dataset=tmp_path / "dataset")
    with closing(Background(config, open_site(config))) as background:
        for path in ("/explain", "/zh/explain"):
            found = background.app.test_client().get(path, query_string=STATEMENT)
            assert found.status_code == 404
            assert found.json is not None
            assert found.json["type"].endswith("/not-curated")
