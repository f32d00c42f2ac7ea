"""The browse page over the real release: a form without scripts, whose counts are those of what it finds."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest
from rdflib import RDF, Graph, URIRef

from tongzhou.graph.namespaces import ID

JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def site(live_server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live_server, trust_env=False, timeout=60) as client:
        yield client


def boxes(html: str) -> list[tuple[str, str, int, bool]]:
    """Return facet, value, count and whether it is chosen, of each box of the form."""
    found = re.findall(
        r'<input type="checkbox" name="(\w+)" value="([^"]+)"( checked)?> [^<]+<span class="count">(\d+)<',
        html,
    )
    return [(facet, unescape(value), int(count), bool(chosen)) for facet, value, chosen, count in found]


def total(html: str) -> int:
    match = re.search(r'id="found">[^<]+<span class="count">\((\d+)\)', html)
    assert match is not None
    return int(match[1])


def test_counts_are_those_of_what_is_found(site: httpx.Client) -> None:
    html = site.get("/zh/browse").text
    assert html.count("<script") == 1, "that which shows evidence"
    found = boxes(html)
    assert {facet for facet, *_ in found} == {"type", "role", "place", "theme", "form", "basis"}
    for facet in ("type", "place", "form"):
        for _, value, count, chosen in [box for box in found if box[0] == facet][:3]:
            narrowed = site.get("/zh/browse", params={facet: value}).text
            assert (total(narrowed), chosen) == (count, False)
            assert (facet, value, count, True) in boxes(narrowed)


def test_choices_add_up_within_and_narrow_across(site: httpx.Client) -> None:
    def rows(query: str) -> set[str]:
        return {row["action"] for row in site.get(f"/en/browse.json?{query}").json()["rows"]}

    assert rows("form=cash") | rows("form=pieces") == rows("form=cash&form=pieces")
    assert rows("place=wuhan") < rows("place=hubei")
    assert rows("form=cash") & rows("type=InKindDonation") == rows("form=cash&type=InKindDonation")
    assert rows("form=cash&type=InKindDonation") < rows("form=cash")


def test_a_place_has_the_actions_of_the_question_about_it(site: httpx.Client) -> None:
    places = {value for facet, value, *_ in boxes(site.get("/en/browse").text) if facet == "place"}
    assert {"wuhan", "hubei", "leishenshan-hospital"} <= places
    for place in places:
        browsed = site.get("/en/browse.json", params={"place": place}).json()["rows"]
        asked = site.get("/api/query/actions-for-a-place.csv", params={"place": f"place/{place}"}).text
        rows = csv.DictReader(io.StringIO(asked, newline=""))
        assert {row["action"] for row in browsed} == {row["action"] for row in rows}, place


def test_what_is_inferred_of_an_action_is_marked_and_can_be_asked_for(site: httpx.Client) -> None:
    whole, part = site.get("/en/browse").text, site.get("/en/browse?basis=inferred").text
    assert 0 < total(part) < total(whole)
    assert part.partition("<template")[0].count('class="basis inferred"') == total(part)
    stated = {value: count for facet, value, count, _ in boxes(whole) if facet == "basis"}["stated"]
    assert stated == total(whole)


def test_rows_show_quotes_that_lead_to_the_article(site: httpx.Client) -> None:
    html = site.get("/zh/browse?form=cash").text
    rows = re.findall(r"<tr>\n<th scope=\"row\">.*?</tr>", html, re.DOTALL)
    assert len(rows) == total(html)
    for row in rows:
        assert re.search(r'href="/zh/action/[a-z0-9-]+"', row)
        assert re.search(r'href="/zh/org/[a-z0-9-]+"|href="/zh/group/[a-z0-9-]+"', row)
        assert re.search(r'href="/zh/article/[a-z-]+#char=\d+,\d+" lang="zh-Hans"><q>[^<]+</q>', row)


def test_pages_follow_each_other(site: httpx.Client) -> None:
    first = site.get("/en/browse")
    assert 'rel="next"' in first.headers["link"]
    second = site.get("/en/browse?page=2")
    links = [re.findall(r'<th scope="row"><a href="([^"]+)"', answer.text) for answer in (first, second)]
    assert len(links[0]) == 50
    assert not set(links[0]) & set(links[1])
    assert len(links[0]) + len(links[1]) == total(first.text)
    assert 'rel="next"' not in second.headers["link"]


def test_nothing_that_fits_says_what_to_leave_out(site: httpx.Client) -> None:
    both = {"type": "GuidancePublication", "form": "cash"}
    html = site.get("/zh/browse", params=both).text
    assert total(html) == 0
    assert "没有符合全部条件的行动" in html
    drops = re.findall(r'<a rel="nofollow" href="([^"]+)">不限[^<]+</a> <span class="count">\((\d+)\)', html)
    assert len(drops) == 2
    for address, count in drops:
        assert total(site.get(unescape(address)).text) == int(count) > 0


def test_other_forms_have_the_same_rows(site: httpx.Client) -> None:
    query = {"form": "cash"}
    listed = site.get("/zh/browse.json", params=query).json()
    table = list(csv.DictReader(io.StringIO(site.get("/zh/browse.csv", params=query).text, newline="")))
    graph = Graph().parse(data=site.get("/zh/browse.ttl", params=query).text, format="turtle")
    actions = {row["action"] for row in listed["rows"]}
    assert (
        {row["action"] for row in table} == {str(subject) for subject in graph.subjects(RDF.type)} == actions
    )
    assert listed["count"] == len(actions)
    assert all("#char=" in row["evidence"] and row["quote"] for row in table)
    assert (URIRef(table[0]["action"]), None, URIRef(table[0]["agent"])) in graph


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ("colour=red", 400, "unknown-parameter"),
        ("place=atlantis", 404, "unknown-value"),
        ("form=cahs", 404, "unknown-value"),
        ("type=%3E%20.%20%7D", 404, "unknown-value"),
        ("page=0", 400, "bad-count"),
        ("page=99", 400, "bad-count"),
    ],
)
def test_bad_choice_is_told(site: httpx.Client, query: str, status: int, kind: str) -> None:
    for suffix in ("", ".csv", ".json", ".ttl"):
        if suffix and kind == "bad-count":
            continue
        answer = site.get(f"/en/browse{suffix}?{query}", headers=JSON)
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, kind)
    assert "cash" in site.get("/en/browse?form=cahs", headers=JSON).json()["offers"]


@pytest.mark.parametrize("name", ["place/wuhan", f"{ID}place/wuhan"])
def test_a_value_may_be_written_at_length(site: httpx.Client, name: str) -> None:
    written = site.get("/zh/browse.json", params={"place": name})
    assert written.json() == site.get("/zh/browse.json?place=wuhan").json()
    assert written.json()["count"] > 0
