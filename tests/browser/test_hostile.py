"""Labels and literals that want to be more than text stay text: scripts, reversed writing, 100 kB in one word."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from playwright.sync_api import Page
from tests.browser.visitor import NARROW, WIDE
from tests.browser.watch import watch
from tests.site.serving import serve_home

from tongzhou.graph.build import default_sources, input_hashes
from tongzhou.graph.namespaces import ID
from tongzhou.graph.release import publish
from tongzhou.graph.steps import digest_of

SCRIPT = (
    "<script>document.title='ran'</script><img src=//elsewhere.example/x onerror=alert(1)>\"'></title>{{7*7}}"
)
REVERSED = "\u202egnitirw desrever"
LONG = "长" * 50_000 + "x" * 50_000
SLUGS = {"script": SCRIPT, "reversed": REVERSED, "long": LONG}
PAGES = (
    "org/script",
    "org/reversed",
    "org/long",
    "action/gift",
    "",
    "ask/organisations",
    "browse",
    "ontology",
)
ADVANCES = """words => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const order = [];
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(words);
    if (at < 0) continue;
    const box = place => { const range = document.createRange();
      range.setStart(walker.currentNode, place); range.setEnd(walker.currentNode, place + 1);
      return range.getBoundingClientRect(); };
    const [first, second] = [box(at), box(at + 1)];
    if (first.width && first.top === second.top) order.push(first.left < second.left);
  }
  return order;
}"""
"""Tells of each place with some words whether its second character stands to the right of its first."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a site whose labels are all hostile."""
    data = "@prefix tz: <https://w3id.org/tongzhou/ontology#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    data += "<https://w3id.org/tongzhou/graph/article/x> {\n"
    for slug, label in SLUGS.items():
        words = ox.Literal(label, language="en"), ox.Literal(label, language="zh")
        data += f"<{ID}org/{slug}> a tz:Association, tz:Organisation ; rdfs:label {words[0]}, {words[1]} .\n"
        data += f"<{ID}action/gift> tz:agent <{ID}org/{slug}> .\n"
    data += f"<{ID}action/gift> a tz:Donation ; rdfs:label {ox.Literal(SCRIPT, language='en')} . }}"
    quads = ox.Dataset(ox.parse(data.encode(), format=ox.RdfFormat.TRIG))
    home = tmp_path_factory.mktemp("hostile")
    publish(home, quads, digest=digest_of(input_hashes(default_sources())), manifest={})
    with serve_home(home) as root:
        yield root


@pytest.mark.parametrize("path", PAGES)
def test_it_stays_text(scripted: Page, hostile: str, path: str) -> None:
    seen = watch(scripted)
    scripted.set_viewport_size(WIDE)
    response = scripted.goto(f"{hostile}/en/{path}")
    assert response is not None
    assert response.status == 200
    assert scripted.title() != "ran"
    assert scripted.locator("img:not(header img)").count() == 0
    scripted.set_viewport_size(NARROW)
    assert scripted.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert seen.complaints == []
    assert seen.elsewhere(hostile) == []


def test_a_label_is_shown_as_it_is(scripted: Page, hostile: str) -> None:
    scripted.goto(f"{hostile}/en/org/script")
    assert scripted.locator("h1").inner_text().startswith(SCRIPT)


def test_reversed_writing_ends_with_its_label(scripted: Page, hostile: str) -> None:
    scripted.set_viewport_size(WIDE)
    scripted.goto(f"{hostile}/en/action/gift")
    order = scripted.evaluate(ADVANCES, "definition")
    assert order
    assert all(order)
