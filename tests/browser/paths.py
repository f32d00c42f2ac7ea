"""What each kind of user comes for, in at most four clicks and without script (the table of users in the design of the site)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import httpx
from benchmarks.name_variants import VARIANTS
from rdflib import DCTERMS, FOAF, RDFS, Graph, Literal, URIRef
from tests.browser.visitor import Visitor

from tongzhou.graph.namespaces import ID

MOST_CLICKS = 4
_LOGISTICS = "org/china-federation-of-logistics-and-purchasing"
_CHAMBER = "中国电子商会"
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def analyst(visitor: Visitor) -> None:
    """Home, “who gave cash”: a table with roles; mixed gifts apart; each row's sentence; CSV with passages."""
    visitor.go("/")
    visitor.click(visitor.link("哪些协会的会员捐了多少现金"))
    page = visitor.page
    heads = page.locator("thead th").all_inner_texts()
    assert {"协会商会", "谁出的", "限定", "原文"} <= set(heads), heads
    assert _CHAMBER not in page.locator("tbody").inner_text()
    rows = list(csv.DictReader(io.StringIO(visitor.fetch(_href(visitor, "CSV")).text)))
    assert len(rows) == page.locator("tbody tr").count() > 0
    assert all("#char=" in row["evidence"] for row in rows)

    page.get_by_label("计量对象").select_option(label="款物合计金额")
    visitor.click(page.get_by_role("button", name="提问"))
    assert _CHAMBER in page.locator("tbody").inner_text()
    visitor.click(page.locator("tbody a.ev").first)
    assert "款" in visitor.lit_words()


def journalist(visitor: Visitor) -> None:
    """A figure, typed: the sentence lit up; about how much, of what, from whom; words to cite."""
    visitor.go("/zh/")
    page = visitor.page
    page.locator("main input[name=q]").fill("22亿")
    visitor.click(page.locator("main").get_by_role("button", name="搜索"))
    visitor.click(visitor.link("捐款捐物约22亿"))
    assert visitor.lit_words() == "约22亿元"
    fact = page.locator("aside li[value]").filter(has_text="约22亿元")
    assert "约数 · 款物合计金额" in fact.inner_text()
    assert f"给予方 {_CHAMBER}会员企业" in fact.inner_text()
    assert f"主体 {_CHAMBER}\n" in fact.inner_text()
    visitor.click(fact.get_by_role("link").first)
    cited = page.locator(".cite").inner_text()
    assert "约22亿元" in cited
    assert f"{ID}article/" in cited
    assert "#char=" in cited


def integrator(visitor: Visitor) -> None:
    """One call each: Turtle with labels in both languages, licence and source; twenty names reconciled."""
    answer = visitor.fetch(f"/id/{_LOGISTICS}", Accept="text/turtle")
    graph = Graph().parse(data=answer.text, format="turtle")
    subject = URIRef(ID + _LOGISTICS)
    labels = [label for label in graph.objects(subject, RDFS.label) if isinstance(label, Literal)]
    assert sorted(label.language or "" for label in labels) == ["en", "zh"]
    (document,) = graph.subjects(FOAF.primaryTopic, subject)
    assert (document, DCTERMS.license, None) in graph
    assert (document, DCTERMS.source, None) in graph
    right, count = reconciled(visitor.root)
    assert right == count >= 20


def reconciled(root: str) -> tuple[int, int]:
    """Return how many of the name variants get what they should from the reconciliation service, and how many there are."""
    variants = list(csv.DictReader(VARIANTS.read_text(encoding="utf-8").splitlines()))
    queries = {f"q{n}": {"query": row["written"]} for n, row in enumerate(variants)}
    answer = httpx.post(
        f"{root}/reconcile/zh", data={"queries": json.dumps(queries)}, trust_env=False, timeout=60
    ).json()
    right = 0
    for n, row in enumerate(variants):
        found = answer[f"q{n}"]["result"]
        matched = any(one["match"] for one in found)
        first = found[0]["id"].removeprefix("org/") if found else ""
        right += matched == (row["answer"] == "match") and (row["answer"] == "none" or first == row["first"])
    return right, len(variants)


def curator(visitor: Visitor) -> None:
    """After an article was added: what no fact states, with file and line; the new release, and the former one."""
    visitor.go("/zh/curation")
    page = visitor.page
    rows = page.locator("section[aria-labelledby=clause] tbody tr").all_inner_texts()
    assert any("harbour/text.txt:" in row for row in rows), rows
    visitor.click(page.locator("header").get_by_role("link", name="数据"))
    releases = page.locator("main table").last.locator("tbody tr")
    assert releases.count() == 2
    former = releases.last.get_by_role("link", name="tongzhou.nq")
    assert visitor.fetch(former.get_attribute("href") or "").status_code == 200


def operator(visitor: Visitor) -> None:
    """Crawlers are told where not to go; a query without end is ended; others are served meanwhile; it is ready."""
    assert "Disallow: /sparql" in visitor.fetch("/robots.txt").text
    visitor.go("/zh/sparql")
    page = visitor.page
    page.locator("textarea").fill(PRODUCT)
    with page.expect_response("**/sparql?**") as asked:
        page.get_by_role("button", name="运行").click(no_wait_after=True)
        visitor.clicks += 1
        other = visitor.fetch("/en/about")
        assert (other.status_code, other.elapsed.total_seconds() < 2) == (200, True)
    assert asked.value.status == 504
    assert int(asked.value.headers["retry-after"]) > 0
    page.wait_for_load_state()
    assert page.locator("textarea").input_value().strip() == PRODUCT
    assert visitor.fetch("/-/readyz").status_code == 200


def _href(visitor: Visitor, words: str) -> str:
    return (
        visitor.page.locator("main").get_by_role("link", name=words, exact=True).get_attribute("href") or ""
    )


PATHS: dict[str, Callable[[Visitor], None]] = {
    one.__name__: one for one in (analyst, journalist, integrator, curator, operator)
}
