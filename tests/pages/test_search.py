"""The search page over the real release: what is found, how it is told, and what happens to what finds nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx
import pytest

from tongzhou.graph.search.finder import LONGEST


@pytest.fixture(scope="module")
def site(live_server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live_server, trust_env=False, timeout=60) as client:
        yield client


class Page(HTMLParser):
    """What is marked in a page, where its links lead, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.marks: list[str] = []
        self.links: list[str] = []
        self.names: list[str] = []
        self.words: list[str] = []
        self._marked = False
        self.feed(html.partition("<main")[2].partition("</main>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._marked = tag == "mark" or (self._marked and tag != "mark")
        if tag == "a" and values["href"]:
            self.links.append(values["href"])
        if tag == "option" and values["value"]:
            self.names.append(values["value"])

    def handle_endtag(self, tag: str) -> None:
        self._marked = self._marked and tag != "mark"

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._marked:
            self.marks.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def page(site: httpx.Client, language: str = "zh", status: int = 200, **parameters: str) -> Page:
    answer = site.get(f"/{language}/search", params=parameters)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert answer.text.count("<h1") == 1
    assert answer.text.count("<script") == 1, "that which shows evidence"
    return Page(answer.text)


def test_figure_leads_to_the_words_that_have_it(site: httpx.Client) -> None:
    found = page(site, q="22亿")
    assert found.marks == ["22亿", "22亿"], "of the action that has the amount, and of the sentence"
    (link,) = [link for link in found.links if "#char=" in link]
    path, _, place = link.partition("#char=")
    assert path == "/zh/article/associations-epidemic-response"
    passage = f"<https://w3id.org/tongzhou/id/article/associations-epidemic-response#char={place}>"
    query = f"SELECT ?exact {{ {passage} <http://www.w3.org/ns/oa#hasSelector>/<http://www.w3.org/ns/oa#exact> ?exact }}"
    rows = site.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.split()
    assert rows[1:] == ["约22亿元"]


@pytest.mark.parametrize(
    ("text", "name", "note"),
    [
        ("武汉", "武汉市清洁行业协会", ""),
        ("物流采购", "中国物流与采购联合会", "相近：字序相同，中间有其他字"),
        ("中国钢协", "中国钢铁工业协会", "相近：字序相同，中间有其他字"),
        ("采购物流", "中国物流与采购联合会", "含有全部字，次序不限"),
        ("zgjyxh", "中国酒业协会", ""),
        ("鋼鐵工業協會", "中国钢铁工业协会", ""),
    ],
)
def test_names_are_found_and_it_is_told_how(site: httpx.Client, text: str, name: str, note: str) -> None:
    found = page(site, q=text)
    assert name in found.text.replace(" ", "")
    notes = [
        words for words in ("相近：字序相同，中间有其他字", "含有全部字，次序不限") if words in found.text
    ]
    assert notes == ([note] if note else [])
    assert any(re.fullmatch(r"/zh/org/[a-z-]+", link) for link in found.links)


def test_english_page_is_in_english(site: httpx.Client) -> None:
    found = page(site, "en", q="steel association")
    assert "".join(found.marks[:2]) == "SteelAssociation"
    assert "/en/org/china-iron-and-steel-association" in found.links
    assert not re.search(r"[\u4e00-\u9fff]", found.text)


def test_empty_search_offers_examples_and_names(site: httpx.Client) -> None:
    found = page(site)
    assert "/zh/search?q=22%E4%BA%BF" in found.links
    assert {"中国酒业协会", "武汉"} <= set(found.names)


def test_states_never_look_alike(site: httpx.Client) -> None:
    states = {
        "没有名称或句子含有全部这些字词": page(site, q="北京律师"),
        "其中没有可搜索的内容": page(site, q="！！"),
        "搜索词过长": page(site, status=400, q="湖" * (LONGEST + 1)),
        "可输入名称或其一部分": page(site, q=" "),
    }
    for words, state in states.items():
        assert [other for other in states if other in state.text] == [words]
        assert not state.marks


def test_slip_is_set_right(site: httpx.Client) -> None:
    found = page(site, "en", q="Foxcon")
    assert "Did you mean: Foxconn Group 富士康集团" in found.text
    assert "/en/org/foxconn-group" in found.links


def test_all_of_a_group_is_a_page_of_its_own(site: httpx.Client) -> None:
    found = page(site, q="协会")
    (whole,) = [link for link in found.links if "group=thing" in link and "json" not in link]
    first = Page(site.get(whole).text)
    assert len(first.links) > 50
    second = page(site, q="协会", group="thing", page="2")
    assert not {link for link in first.links if "/org/" in link} & set(second.links)
    assert "没有更多了" in page(site, q="湖", group="thing", page="9").text


def test_json_has_the_same(site: httpx.Client) -> None:
    answer = site.get("/en/search.json", params={"q": "物流采购"})
    assert answer.headers["content-type"] == "application/json"
    found = answer.json()
    assert (found["query"], found["words"]) == ("物流采购", ["物", "流", "采", "购"])
    things, sentences, _ = found["groups"]
    assert (things["group"], things["tier"], things["count"]) == ("thing", "near", 5)
    first = things["hits"][0]
    assert first["label"] == "China Federation of Logistics and Purchasing"
    assert "".join(first["found_in"][start:end] for start, end in first["marks"]) == "物流采购"
    assert all("#char=" in passage for hit in sentences["hits"] for passage in hit["passages"])
    assert site.get("/zh/search.json").json()["groups"] == []


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/zh/search?q=a&group=x", "group"),
        ("/zh/search?q=a&page=0", "page"),
        ("/zh/search?q=a&page=11", "page"),
        ("/zh/search?q=a&page=x", "page"),
        ("/zh/search.json?q=a&group=x", "group"),
    ],
)
def test_bad_parameter_is_told(site: httpx.Client, path: str, parameter: str) -> None:
    answer = site.get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_json_of_a_long_text_is_a_problem(site: httpx.Client) -> None:
    answer = site.get("/zh/search.json", params={"q": "湖" * (LONGEST + 1)})
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (400, "search-too-long")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x>', "{{7*7}}", "\u202e湖北", "a' OR 1=1", "%00"]
)
def test_hostile_text_stays_text(site: httpx.Client, text: str) -> None:
    html = site.get("/zh/search", params={"q": text}).text
    assert "<script>" not in html
    assert "<img src=x" not in html
    assert "49" not in Page(html).text


@pytest.mark.parametrize("query", ["q=%D6%D0%B9%FA", "q=%FF", "%FF=a"])
@pytest.mark.parametrize("path", ["/zh/search", "/zh/search.json"])
def test_other_codings_are_refused(site: httpx.Client, path: str, query: str) -> None:
    answer = site.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert "UTF-8" in answer.text
