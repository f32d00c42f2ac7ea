"""The pages about the release: data, method, curation. What they say is what its files hold."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from tongzhou.graph.curation import COVERAGE, CURATION, CurationItem, write_items
from tongzhou.graph.entailment import Entailment
from tongzhou.graph.mappings import MAPPINGS, mapping_table
from tongzhou.graph.meta import LICENCE, describe
from tongzhou.graph.namespaces import GRAPH, ID, SCHEMA
from tongzhou.graph.release import Release, publish, releases_of
from tongzhou.server.config import Config
from tongzhou.server.site import open_site
from tongzhou.server.wsgi import Background

from ..web import Client

BACKGROUND = ox.NamedNode(f"{GRAPH}background")
WUHAN = ox.NamedNode(f"{ID}place/wuhan")
ARTICLE = f"{ID}article/a"
HOSTILE = '<script>alert("1")</script>'
ITEMS = [
    CurationItem("clause", "graph/articles/a/text.txt", 7, "", "没有写成事实的分句。"),
    CurationItem("link", "graph/articles/a/facts.yaml", 12, f"{ID}place/x", "某地", HOSTILE),
]
PAGES = ("data", "about", "curation")


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> list[Release]:
    """Return two releases, the latest first, which differ in one link."""
    home = tmp_path_factory.mktemp("home")
    for number in (1, 2):
        item = ox.NamedNode(f"http://www.wikidata.org/entity/Q{number}")
        quads = ox.Dataset([ox.Quad(WUHAN, ox.NamedNode(f"{SCHEMA}sameAs"), item, BACKGROUND)])
        whole = ox.Dataset([*quads, *describe(quads, version=str(number), entailment=Entailment("rl"))])
        documents = {
            MAPPINGS: mapping_table(quads, version=str(number), licence=LICENCE),
            CURATION: write_items(ITEMS),
            COVERAGE: json.dumps(
                {ARTICLE: {"zh": "某文", "en": "news", "clauses": 9, "covered": 8}}
            ).encode(),
        }
        manifest = {"quads": {BACKGROUND.value: 1}}
        publish(home, whole, digest=str(number) * 64, manifest=manifest, documents=documents)
    return releases_of(home)


@pytest.fixture(scope="module")
def reader(releases: list[Release]) -> Iterator[FlaskClient]:
    """Return a client of a server over the latest of them."""
    config = Config(home=releases[0].path.parents[1])
    background = Background(config, open_site(config))
    yield background.app.test_client()
    background.close()


def words(text: str) -> str:
    """Return what a reader sees of a page."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def test_every_file_stands_with_its_size_and_checksum(reader: FlaskClient, releases: list[Release]) -> None:
    page = reader.get("/en/data").text
    names = re.findall(r'<a href="/data/([^"/]+)" download>', page)
    assert {"tongzhou.ttl", "added.nt.gz", MAPPINGS, CURATION, COVERAGE, "SHA256SUMS"} <= set(names)
    for name in set(names):
        content = reader.get(f"/data/{name}").data
        assert content == (releases[0].path / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() in page
        assert f"{len(content):,}" in page


def test_graphs_releases_and_mappings_are_told(reader: FlaskClient, releases: list[Release]) -> None:
    text = words(reader.get("/en/data").text)
    assert "background background 1 1 1" in text  # name, basis, triples, added, removed
    assert all(release.name in text for release in releases)
    assert "the first one here" in text
    assert "skos:closeMatch : 1" in text
    page = reader.get("/en/data").text
    for former in re.findall(r'href="(/data/releases/[^"]+)"', page):
        assert reader.get(former).status_code == 200


def test_search_engines_read_the_dataset(reader: FlaskClient, releases: list[Release]) -> None:
    page = reader.get("/zh/data").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    described = json.loads(found[1])
    assert (described["@type"], described["version"]) == ("Dataset", releases[0].name)


def test_links_to_programs_lead_somewhere(reader: FlaskClient) -> None:
    page = reader.get("/en/data").text
    for address in re.findall(r'href="(/(?:\.well-known|catalog|openapi|data/releases\.atom)[^"]*)"', page):
        assert reader.get(address).status_code == 200, address


def test_method_tells_coverage_and_how_to_cite(reader: FlaskClient, releases: list[Release]) -> None:
    text = words(reader.get("/en/about").text)
    assert "news : 8 of 9 clauses" in text
    assert f"https://w3id.org/tongzhou/data/releases/{releases[0].name}" in text
    assert "某文 : 9 个分句中的 8 个" in words(reader.get("/zh/about").text)
    assert re.search(r"background It is known [^0-9]* 1 ", text)


def test_curation_names_file_and_line(reader: FlaskClient) -> None:
    page = reader.get("/en/curation").text
    text = words(page)
    assert "Clauses that no fact states (1)" in text
    assert "graph/articles/a/text.txt:7 没有写成事实的分句。" in text
    assert "graph/articles/a/facts.yaml:12 某地" in text
    assert "Numbers that are in no fact (0)" in text
    assert 'href="/en/place/x"' in page
    assert HOSTILE not in page
    assert html.escape(HOSTILE, quote=False).replace('"', "&#34;") in page
    assert reader.get("/data/curation.csv").data == write_items(ITEMS)


@pytest.mark.parametrize("page", PAGES)
def test_no_query_is_asked_and_no_word_is_english_in_chinese(reader: FlaskClient, page: str) -> None:
    answer = reader.get(f"/zh/{page}")
    assert 'desc="0"' in answer.headers["Server-Timing"]
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    sentences = re.findall(r"[A-Za-z]+(?: [A-Za-z]+){3,}", words(main.partition("<blockquote>")[0]))
    assert sentences == []


@pytest.mark.parametrize("page", PAGES)
def test_a_release_without_these_files_has_the_pages_all_the_same(client: Client, page: str) -> None:
    assert client.get(f"/en/{page}").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_dataset_has_no_such_pages(writer: Client, page: str) -> None:
    answer = writer.get(f"/en/{page}", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
