"""A cut answer says that it is one, and where the rest is: limits made small, so that the real release goes over them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from html import unescape

import pytest
from flask.testing import FlaskClient
from rdflib import Graph

from tongzhou.graph.catalog import load_catalog
from tongzhou.graph.release import Release
from tongzhou.graph.resources import queries_dir
from tongzhou.server.config import Config
from tongzhou.server.pages import deeds, neighbours, search
from tongzhou.server.pages.browse import views
from tongzhou.server.site import Site
from tongzhou.server.wsgi import Background

ASSOCIATIONS = "/en/search?q=%E5%8D%8F%E4%BC%9A&group=sentence"


@pytest.fixture(scope="module")
def client(release: Release) -> Iterator[FlaskClient]:
    """Return a client of the application in this process, where its limits can be changed."""
    site = Site(release, catalog=load_catalog(queries_dir()))
    with closing(Background(Config(), site)) as background:
        yield background.app.test_client()


def next_of(link: str) -> str | None:
    """Return the address of the rest that a header tells."""
    found = re.search(r'<([^>]+)>; rel="next"', link)
    return found[1] if found else None


def test_turtle_goes_on_in_further_documents(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Graph().parse(data=client.get("/en/browse.ttl").text, format="turtle")
    monkeypatch.setattr(views, "ON_DOCUMENT", 40)
    graph, headings = Graph(), list[str]()
    address: str | None = "/en/browse.ttl"
    while address:
        answer = client.get(address)
        headings.append(answer.text.partition("\n")[0])
        graph.parse(data=answer.text, format="turtle")
        rest = next_of(answer.headers.get("Link", ""))
        assert (f"# The next: {rest}\n" in answer.text) == (rest is not None)
        address = rest
    total = len(set(whole.subjects()))
    assert headings == [
        f"# Actions 1 to 40 of {total}.",
        f"# Actions 41 to 80 of {total}.",
        f"# Actions 81 to {total} of {total}.",
    ]
    assert set(graph) == set(whole)


def test_turtle_that_is_empty_or_too_far_says_so(client: FlaskClient) -> None:
    assert client.get("/en/browse.ttl?type=GuidancePublication&form=cash").text.startswith(
        "# No action fits."
    )
    assert client.get("/en/browse.ttl?page=2").status_code == 400


def test_a_search_says_how_much_of_it_can_be_seen(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "ON_PAGE", 5)
    monkeypatch.setattr(search, "CANDIDATES", 10)
    first = client.get(ASSOCIATIONS)
    told = re.search(r"Of (\d+), the best 10 can be seen", first.text)
    assert told is not None
    assert int(told[1]) > 10
    following = next_of(first.headers["Link"])
    assert following is not None
    assert f'<a rel="next" href="{following}">' in unescape(first.text)
    last = client.get(following)
    assert "the best 10 can be seen" in last.text
    assert next_of(last.headers["Link"]) is None
    listed = client.get(ASSOCIATIONS.replace("search?", "search.json?"))
    (group,) = listed.get_json()["groups"]
    assert (group["truncated"], len(group["hits"])) == (True, 5)
    assert next_of(listed.headers["Link"]) == following.replace("search?", "search.json?")


def test_a_search_that_is_whole_says_so(client: FlaskClient) -> None:
    listed = client.get("/en/search.json?q=22%E4%BA%BF")
    assert {group["truncated"] for group in listed.get_json()["groups"]} == {False}
    assert "Link" not in listed.headers


def test_a_list_of_deeds_says_that_it_is_cut_and_where_it_is_whole(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = client.get("/en/org/china-federation-of-logistics-and-purchasing").text
    assert "there are more." not in whole
    monkeypatch.setattr(deeds, "MOST", 2)
    cut = client.get("/en/org/china-iron-and-steel-association").text
    assert re.search(r"<small>\d\+</small>", cut)
    assert re.search(r"<strong>These are the first [12]; there are more.</strong>", cut)
    assert (
        '<a href="/en/ask/actions-of-an-organisation?organisation=org/china-iron-and-steel-association">'
        "The whole list</a>"
    ) in cut


def test_neighbours_say_that_not_all_links_were_looked_at(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = client.get("/api/neighbours?iri=place/hubei&lang=en").get_json()
    assert (whole["truncated"], whole["omitted"]) == (False, 0)
    monkeypatch.setattr(neighbours, "MOST_LINKS", 3)
    cut = client.get("/api/neighbours?iri=place/hubei&lang=en").get_json()
    assert cut["truncated"]
    assert len(cut["links"]) == 3
    assert "It has more links than are looked at here" in client.get("/en/neighbours?iri=place/hubei").text
