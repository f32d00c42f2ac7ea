"""What stands around a thing: the list has all that the graph has, the graph is drawn by our script alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pyoxigraph as ox
import pytest
from tests.browser.chromium import open_browser_or_skip

from tongzhou.graph.namespaces import ID
from tongzhou.graph.results import Row
from tongzhou.server.pages.neighbours import MOST, gather

from .test_console import BUNDLE

ORG = "org/china-electronics-chamber-of-commerce"
needs_bundle = pytest.mark.skipif(
    not (BUNDLE / "neighbours.js").is_file(), reason="the bundle was not built: run 'make bundle'"
)


@pytest.fixture(scope="module")
def site(live_server: str) -> Iterator[httpx.Client]:
    """A client of the release that is served."""
    with httpx.Client(base_url=live_server, trust_env=False, timeout=60) as client:
        yield client


def test_the_document_has_the_thing_its_neighbours_and_theirs(site: httpx.Client) -> None:
    found = site.get(f"/api/neighbours?iri={ID}{ORG}&lang=zh").json()
    nodes = {node["iri"]: node for node in found["nodes"]}
    assert next(iter(nodes)) == ID + ORG
    assert (nodes[ID + ORG]["label"], nodes[ID + ORG]["step"]) == ("中国电子商会", 0)
    partner = nodes[f"{ID}org/foxconn-group"]
    assert (partner["kind"], partner["step"]) == ("org", 2)
    assert partner["page"].endswith("/zh/org/foxconn-group")
    deed = f"{ID}action/purchasing-and-supply-support-for-electronics-members"
    assert {"from": deed, "to": partner["iri"], "name": "联合方"} in found["links"]
    ends = {link[end] for link in found["links"] for end in ("from", "to")}
    assert ends == set(nodes)
    assert not any("#" in iri for iri in nodes)


@pytest.mark.parametrize("path", [ORG, "place/wuhan", "scheme/measure/cash"])
def test_the_list_has_all_that_the_document_has(site: httpx.Client, path: str) -> None:
    found = site.get("/api/neighbours", params={"iri": path, "lang": "en"}).json()
    page = site.get("/en/neighbours", params={"iri": path}, headers={"Accept-Encoding": "gzip"})
    assert int(page.headers["content-length"]) <= 30_000
    assert len(found["nodes"]) <= MOST
    for node in found["nodes"]:
        assert f'href="{node["page"].removeprefix(str(site.base_url).rstrip("/"))}"' in page.text
    address = re.search(r'<a href="(/api/neighbours[^"]+)"', page.text)
    assert address is not None
    assert site.get(unescape(address[1])).json() == found


def test_what_has_no_room_is_counted() -> None:
    middle = f"{ID}org/a"

    def row(number: int) -> Row:
        return {
            "step": ox.Literal(1),
            "from": ox.NamedNode(f"{ID}action/x{number}"),
            "property": ox.NamedNode(f"{ID}agent"),
            "name": ox.Literal("agent"),
            "to": ox.NamedNode(middle),
        }

    around = gather([row(number) for number in range(5)], middle, most=3)
    assert [node.iri for node in around.nodes] == [middle, f"{ID}action/x0", f"{ID}action/x1"]
    assert (len(around.ties), around.omitted) == (2, 3)


@pytest.mark.parametrize(
    ("address", "status", "kind"),
    [
        ("/api/neighbours", 400, "bad-value"),
        ("/api/neighbours?iri=org/none", 404, "unknown-thing"),
        ("/api/neighbours?iri=https://example.org/x", 404, "unknown-thing"),
        (f"/api/neighbours?iri={ORG}&lang=fr", 400, "bad-value"),
        ("/zh/neighbours?iri=%00", 404, "unknown-thing"),
    ],
)
def test_what_is_wrong_is_told(site: httpx.Client, address: str, status: int, kind: str) -> None:
    answer = site.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert answer.json()["type"].endswith(kind)


def test_an_unchanged_document_is_not_sent_again(site: httpx.Client) -> None:
    address = f"/api/neighbours?iri={ORG}&lang=zh"
    tag = site.get(address).headers["etag"]
    assert site.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_pages_of_things_lead_there_and_have_no_script(site: httpx.Client) -> None:
    page = site.get(f"/en/{ORG}").text
    assert f'href="/en/neighbours?iri={ORG}"' in page
    assert "neighbours.js" not in page


@needs_bundle
def test_the_graph_is_drawn_within_the_policy_by_one_request(live_server: str) -> None:
    with open_browser_or_skip() as browser:
        page = browser.new_page()
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        answer = page.goto(f"{live_server}/zh/neighbours?iri={ORG}")
        page.wait_for_selector("#graph canvas")
        page.wait_for_selector(".with-graph:not([hidden])")
        browser.close()
    assert answer is not None
    assert re.search(r"script-src 'self'(;|$)", answer.headers["content-security-policy"])
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert said == []
    assert len([url for url in asked if "/api/" in url]) == 1
    assert all(url.startswith((f"{live_server}/", "data:")) for url in asked)
