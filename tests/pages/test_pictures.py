"""Pictures of answers: they show the rows of the question, link to sentences and things, and are files that stand alone."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from decimal import Decimal

import httpx
import pyoxigraph as ox
import pytest

from tongzhou.graph.catalog import load_catalog
from tongzhou.graph.namespaces import BASE, ID, SCHEME
from tongzhou.graph.resources import queries_dir
from tongzhou.server.page_templates import Frame, render_page
from tongzhou.server.pages.pictures.amounts import Amount, in_short
from tongzhou.server.pages.pictures.drawing import VIEWS, draw
from tongzhou.server.pages.pictures.matrix import Entry, Meeting, draw_matrix
from tongzhou.server.pages.pictures.shapes import Bar, Dot, Line
from tongzhou.server.questions.rows import Rows, Term

CATALOG = load_catalog(queries_dir())
NAMES = sorted(name for name, stored in CATALOG.items() if stored.view.kind in VIEWS)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def site(live_server: str) -> Iterator[httpx.Client]:
    """A client of the release that is served."""
    with httpx.Client(base_url=live_server, trust_env=False, timeout=60) as client:
        client.headers["accept"] = "text/html"
        yield client


def joint(*rows: tuple[str, str, str], more: bool = False) -> Rows:
    """Return an answer to `worked-together`: who, in which role, did what."""
    columns = ("agent", "agentName", "roleName", "action", "what", "evidence", "quote")
    terms: list[tuple[Term | None, ...]] = [
        (
            ox.NamedNode(f"{ID}org/{who}"),
            ox.Literal(who),
            ox.Literal(role),
            ox.NamedNode(f"{ID}action/{what}"),
            ox.Literal(what),
            ox.NamedNode(f"{ID}article/a#char=1,2"),
            ox.Literal("words"),
        )
        for who, role, what in rows
    ]
    return Rows(columns, tuple(terms), more)


def test_what_was_done_together_is_one_line_with_a_dot_for_each() -> None:
    rows = joint(("a", "agent", "x"), ("b", "agent", "x"), ("c", "partner", "x"), ("a", "agent", "y"))
    picture = draw(CATALOG["worked-together"], rows, "en")
    assert picture is not None
    dots = [mark for mark in picture.marks if isinstance(mark, Dot) and mark.iri]
    assert [(dot.words, dot.kind) for dot in dots] == [
        ("a · agent · x", "first"),
        ("b · agent · x", "first"),
        ("c · partner · x", "second"),
        ("a · agent · y", "first"),
    ]
    lines = [mark for mark in picture.marks if isinstance(mark, Line) and mark.kind == "joint"]
    assert [line.x1 for line in lines] == [dots[0].x, dots[3].x]
    assert (lines[0].y1, lines[0].y2) == (dots[0].y, dots[2].y)
    assert all(0 < dot.x < picture.width and 0 < dot.y < picture.height for dot in dots)


def test_what_is_cut_empty_or_too_much_has_no_picture() -> None:
    stored = CATALOG["worked-together"]
    assert draw(stored, joint(), "zh") is None
    assert draw(stored, joint(("a", "agent", "x"), more=True), "zh") is None
    assert draw(stored, joint(*((f"a{n}", "agent", "x") for n in range(91))), "zh") is None
    assert draw(CATALOG["places"], joint(("a", "agent", "x")), "zh") is None


@pytest.mark.parametrize(
    ("number", "is_exact", "chinese", "english"),
    [
        ("2200000000", False, "≈\u00a022 亿元", "≈\u00a0CNY\u00a02.2 bn"),
        ("307000000", True, "3.07 亿元", "CNY\u00a0307 m"),
        ("50000", True, "5 万元", "CNY\u00a050,000"),
    ],
)
def test_numbers_are_said_in_short(number: str, is_exact: bool, chinese: str, english: str) -> None:
    amount = Amount("cash", None, "x", None, Decimal(number), "…", None, is_exact)
    assert (in_short(amount, "zh"), in_short(amount, "en")) == (chinese, english)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_stands_alone_and_shows_every_row(site: httpx.Client, name: str, language: str) -> None:
    answer = site.get(f"/{language}/pictures/{name}.svg")
    assert answer.headers["content-type"] == "image/svg+xml; charset=utf-8"
    root = ET.fromstring(answer.text)
    assert root.findtext(f"{SVG}title") == CATALOG[name].label[language]
    assert "prefers-color-scheme: dark" in (root.findtext(f"{SVG}style") or "")
    targets = {link.get("href", "") for link in root.iter(f"{SVG}a")}
    assert all(target.startswith(BASE) for target in targets)
    rows = site.get(f"/api/query/{name}.json?lang={language}").json()["rows"]
    # of several passages that name one in the same section, the first is linked
    sure = [row for row in rows if CATALOG[name].view.kind != "dots"]
    assert {row["evidence"] for row in sure} <= targets
    assert {
        row[key] for row in rows for key in ("agent", "action", "association", "of") if key in row
    } <= targets
    texts = " ".join(text.text or "" for text in root.iter(f"{SVG}text"))
    assert all(row[CATALOG[name].view.label or ""] in texts for row in rows)


def test_hedged_amounts_are_marked_and_kinds_stand_apart(site: httpx.Client) -> None:
    root = ET.fromstring(site.get("/zh/pictures/money-by-kind.svg").text)
    bars = [bar for bar in root.iter(f"{SVG}rect") if bar.get("class") in ("exact", "about")]
    rows = site.get("/api/query/money-by-kind.json").json()["rows"]
    assert [bar.get("class") == "exact" for bar in bars] == [
        row["hedge"] == f"{SCHEME}hedge/exact" for row in rows
    ]
    assert all("≈" in (bar.findtext(f"{SVG}title") or "") for bar in bars if bar.get("class") == "about")
    headings = [text.text for text in root.iter(f"{SVG}text") if text.get("class") == "heading"]
    assert headings == list(dict.fromkeys(row["measureName"] for row in rows))


def test_hostile_names_stay_text() -> None:
    meeting = Meeting(Entry("<script>alert(1)</script>", None), Entry('"><b>&', None), "", f"{ID}article/a")
    picture = draw_matrix([meeting], joined=True)
    text = render_page(
        "picture.svg",
        Frame("zh"),
        picture=picture,
        name="hostile",
        title="]]><b>",
        description="",
        address_of=str,
        style="a {}",
        note="",
    )
    root = ET.fromstring(text)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        *("svg", "title", "desc", "style", "rect", "line", "text", "circle", "a"),
    }
    assert "<script>alert(1)</script>" in [element.text for element in root.iter(f"{SVG}text")]


def test_a_page_has_the_picture_above_its_table_and_all_of_them(site: httpx.Client) -> None:
    page = site.get("/en/ask/worked-together").text
    assert page.index("<svg") < page.index('id="rows"') < page.index("<table")
    assert 'href="/en/pictures/worked-together.svg"' in page
    narrowed = site.get("/en/ask/money-by-kind?kind=tz:Donation").text
    assert 'href="/en/pictures/money-by-kind.svg?kind=tz:Donation"' in narrowed
    gallery = site.get("/zh/pictures", headers={"Accept-Encoding": "gzip"})
    assert gallery.text.count("<svg ") == len(NAMES)
    assert int(gallery.headers["content-length"]) <= 30_000
    for address in ("/en/pictures/places.svg", "/en/pictures/money-by-kind.svg?kind=tz:Proposal"):
        problem = site.get(address, headers={"Accept": "*/*"})
        assert problem.status_code == 404
        assert problem.json()["type"].endswith("/problem/no-picture")
        assert problem.json()["offers"] == [name for name in CATALOG if name in NAMES]
        assert f"/en/ask/{address[13:].partition('.')[0]}" in problem.json()["detail"]
    assert site.get("/zh/pictures/none.svg").status_code == 404


def test_bars_are_of_one_scale() -> None:
    columns = ("measure", "measureName", "of", "ofName", "wording", "value", "hedge", "evidence")
    decimal = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    rows: list[tuple[Term | None, ...]] = [
        (
            *(ox.NamedNode(f"{SCHEME}measure/{kind}"), ox.Literal(kind)),
            *(ox.NamedNode(f"{ID}action/x"), ox.Literal("x"), ox.Literal(value)),
            *(ox.Literal(value, datatype=decimal), ox.NamedNode(f"{SCHEME}hedge/exact"), None),
        )
        for kind, value in (("cash", "100"), ("cash", "50"), ("goods", "25"), ("goods", "-1"))
    ]
    picture = draw(CATALOG["money-by-kind"], Rows(columns, tuple(rows)), "zh")
    assert picture is not None
    widths = [mark.width for mark in picture.marks if isinstance(mark, Bar)]
    assert widths == [widths[0], widths[0] / 2, widths[0] / 4]
