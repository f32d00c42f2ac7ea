"""The pages of the questions over the real release: forms, answers, and each way of having none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tongzhou.graph.catalog import StoredQuery, load_catalog
from tongzhou.graph.resources import queries_dir
from tongzhou.server.config import Config
from tongzhou.server.site import open_site
from tongzhou.server.wsgi import Background

CATALOG = load_catalog(queries_dir())
EMPTY_BY_RIGHT = {"dates-of-publication", "size-of-a-fund"}


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        return [
            found
            for name, found in self.elements
            if name == tag and all(found.get(key.rstrip("_")) == value for key, value in attributes.items())
        ]

    def links(self) -> list[str]:
        return [link["href"] for link in self.all("a") if "href" in link]


@pytest.fixture(scope="module")
def site(live_server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live_server, trust_env=False, timeout=60) as client:
        yield client


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_gallery_has_every_question(language: str, site: httpx.Client) -> None:
    page = Page(site.get(f"/{language}/ask/").text)
    links = {f"/{language}/ask/{name}" for name in CATALOG}
    assert links <= set(page.links())
    assert all(stored.label[language] in page.text for stored in CATALOG.values())


@pytest.mark.parametrize("query", CATALOG.values(), ids=lambda query: query.name)
def test_every_question_is_asked_at_once(query: StoredQuery, site: httpx.Client) -> None:
    reply = site.get(f"/en/ask/{query.name}")
    page = Page(reply.text)
    assert reply.status_code == 200
    assert len(page.all("h1")) == 1
    assert query.label["en"] in page.text
    assert int(reply.headers["server-timing"].split('"')[1]) <= 4
    labels = {label["for"] for label in page.all("label")}
    controls = {one["id"] for tag in ("select", "input") for one in page.all(tag) if "id" in one}
    assert {f"p-{name}" for name in query.parameters if name != "lang"} == labels == controls
    if query.name in EMPTY_BY_RIGHT:
        assert "The text does not say." in page.text
        return
    rows = len(page.all("tr")) - 1
    quotes = page.all("a", class_="ev")
    assert len(quotes) == rows * len(query.evidence)
    assert all(link["href"].startswith("/en/article/") and "#char=" in link["href"] for link in quotes)


def test_chosen_values_stay_chosen_and_narrow_the_answer(site: httpx.Client) -> None:
    page = Page(site.get("/en/ask/actions-for-a-place?place=place/hubei").text)
    assert [one["value"] for one in page.all("option") if "selected" in one] == ["place/hubei"]
    assert Page(site.get("/zh/ask/actions-for-a-place").text).all("option", value="place/wuhan")[
        0
    ].keys() >= {"selected"}


def test_a_thing_that_is_no_choice_is_kept_in_a_line(site: httpx.Client) -> None:
    """An action's page links to questions about itself."""
    page = Page(site.get("/en/ask/evidence-of?thing=place/wuhan").text)
    assert page.all("input", id="p-thing", value="place/wuhan")
    assert page.all("a", class_="ev")


def test_a_bad_value_is_marked_and_the_others_are_kept(site: httpx.Client) -> None:
    reply = site.get("/en/ask/actions?kind=tz:Donation&agent=org/china-meat-asociation")
    page = Page(reply.text)
    assert reply.status_code == 404
    (field,) = page.all("input", id="p-agent")
    assert (field["value"], field["aria-invalid"], field["aria-describedby"]) == (
        *("org/china-meat-asociation", "true", "fault-agent"),
    )
    assert [one["value"] for one in page.all("option") if "selected" in one] == ["tz:Donation"]
    assert "/en/ask/actions?kind=tz:Donation&agent=org/china-meat-association" in page.links()
    assert page.all("table") == []
    wrong = site.get("/zh/ask/actions?agent=a b")
    assert wrong.status_code == 400
    assert "不是IRI" in Page(wrong.text).text


def test_what_is_no_field_is_told(site: httpx.Client) -> None:
    for address in ("/en/ask/places?plce=x", "/en/ask/places?lang=de", "/en/ask/places?offset=-1"):
        assert site.get(address, headers={"Accept": "text/html"}).status_code == 400
    assert site.get("/en/ask/plces").status_code == 404


def test_nothing_for_these_values_says_which_to_drop(site: httpx.Client) -> None:
    address = "/en/ask/quantities?kind=tz:Donation&measure=measure:cash&unit=unit:tonne"
    page = Page(site.get(address).text)
    assert "Nothing matches these values." in page.text
    assert "/en/ask/quantities?kind=tz:Donation&measure=measure:cash&unit=" in page.links()
    assert page.all("table") == []


def test_a_cut_answer_says_so_and_goes_on(site: httpx.Client) -> None:
    page = Page(site.get("/en/ask/evidence-of").text)
    assert "The first 200 rows; there are more." in page.text
    (following,) = [link["href"] for link in page.all("a") if "next" in link.get("rel", "").split()]
    assert following == "/en/ask/evidence-of?offset=200"
    assert len(Page(site.get(following).text).all("tr")) > 1


def test_a_refused_answer_is_no_empty_one(home: Path) -> None:
    config = Config(home=home, answer_bytes=100)
    with closing(Background(config, open_site(config))) as background:
        reply = background.app.test_client().get("/en/ask/actions-for-a-place?place=place/hubei")
        page = Page(reply.text)
    assert reply.status_code == 507
    assert "The answer is too large" in page.text
    assert "Whether there is an answer is not known." in page.text
    assert page.all("input", id="p-place", value="place/hubei")
    assert page.all("table") == []


def test_numbers_sort_with_the_unknown_last(site: httpx.Client) -> None:
    page = site.get("/en/ask/hedged-quantities?sort=upperBound").text
    assert any(th.get("aria-sort") == "descending" for th in Page(page).all("th"))
    assert "/en/ask/hedged-quantities?sort=-upperBound" in Page(page).links()
    cells = [
        re.sub("<.*?>", "", cell)
        for cell in re.findall('<td data-label="upper bound".*?>(.*?)</td>', page, re.DOTALL)
    ]
    known = [int(cell.replace(",", "")) for cell in cells if "not stated" not in cell]
    assert known == sorted(known, reverse=True)
    assert ["not stated" in cell for cell in cells] == [False] * len(known) + [True] * (
        len(cells) - len(known)
    )
    assert 0 < len(known) < len(cells)


def test_totals_open_their_parts(site: httpx.Client) -> None:
    page = Page(site.get("/en/ask/totals-by-measure").text)
    parts = [link for link in page.links() if link.startswith("/en/ask/quantities?")]
    assert len(parts) == len(page.all("tr")) - 1
    assert all(Page(site.get(link).text).all("a", class_="ev") for link in parts)
    assert (
        "/en/ask/cash-given-by-members?measure=measure:cash"
        in Page(site.get("/en/ask/sum-of-cash-given").text).links()
    )


def test_the_answer_goes_elsewhere(site: httpx.Client) -> None:
    page = Page(site.get("/en/ask/actions-for-a-place?place=place/hubei").text)
    files = [link for link in page.links() if "/api/query/" in link]
    assert len(files) == 4
    for link in files:
        assert "place=place/hubei&lang=en" in link
        assert site.get(link).status_code == 200
    (edit,) = [link for link in page.links() if link.startswith("/en/sparql?query=")]
    console = Page(site.get(edit).text)
    text = parse_qs(urlsplit(edit).query)["query"][0]
    assert text.strip() in console.text
    assert f"curl '{files[-1]}'" in page.text


def test_bars_are_drawn_without_styles_and_named_in_words(site: httpx.Client) -> None:
    reply = site.get("/en/ask/cash-given-by-members")
    page = Page(reply.text)
    bars = [int(bar["width"]) for bar in page.all("rect")]
    assert bars[0] == 100
    assert bars == sorted(bars, reverse=True)
    assert "the largest: China Alcoholic Drinks Association, 约12亿元" in page.text
    assert " style=" not in reply.text


def test_the_switch_takes_away_what_is_inferred_and_says_how_much_is_left(site: httpx.Client) -> None:
    whole = Page(site.get("/en/ask/organisations-by-kind").text)
    assert "Without it : 3 rows" in " ".join(whole.text.replace(":", " :").split())
    assert "/en/ask/organisations-by-kind?inferred=no" in whole.links()
    reply = site.get("/en/ask/organisations-by-kind?inferred=no")
    part = Page(reply.text)
    assert (len(whole.all("tr")) - 1, len(part.all("tr")) - 1) == (7, 3)
    assert int(reply.headers["server-timing"].split('"')[1]) <= 4
    assert "FROM <https://w3id.org/tongzhou/graph/background>" in part.text
    assert "FROM <https://w3id.org/tongzhou/graph/inferred>" not in part.text
    table = next(link for link in part.links() if "organisations-by-kind.json" in link)
    assert len(site.get(table).json()["rows"]) == 3


def test_no_row_without_what_is_inferred_is_no_silence_of_the_text(site: httpx.Client) -> None:
    page = Page(site.get("/en/ask/actions?kind=tz:Donation&inferred=no").text)
    assert "No row stands without what is inferred." in page.text
    assert "The text does not say." not in page.text
    assert page.all("input", name="inferred", value="no")
    assert "/en/ask/actions?kind=tz:Donation" in page.links()
    assert site.get("/en/ask/actions?inferred=perhaps", headers={"Accept": "text/html"}).status_code == 400
