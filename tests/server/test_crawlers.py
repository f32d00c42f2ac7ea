"""What crawlers look for by name, under both fronts: right types, links that lead somewhere, nothing for a dataset."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from tongzhou.graph.meta import DATASET
from tongzhou.graph.release import Release

from .web import Client

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
TURTLE = "text/turtle; charset=utf-8"
VERSION = ox.NamedNode("http://www.w3.org/ns/dcat#version")
ADDRESSES = ("/.well-known/void", "/catalog.ttl", "/sitemap.xml", "/robots.txt", "/llms.txt")


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, TURTLE),
        (BROWSER, TURTLE),
        ("text/turtle", TURTLE),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/n-triples", "application/n-triples; charset=utf-8"),
    ],
)
def test_void_negotiates_in_place(client: Client, accept: str | None, content_type: str) -> None:
    answer = client.get("/.well-known/void", headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.content_type) == (200, content_type)
    assert answer.headers["Vary"] == "Accept"
    form = ox.RdfFormat.from_media_type(content_type)
    described = {quad.subject for quad in ox.parse(answer.data, format=form)}
    assert ox.NamedNode(DATASET) in described


def test_void_that_nobody_reads_is_refused(client: Client) -> None:
    answer = client.get("/.well-known/void", headers={"Accept": "application/pdf"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.get_json()["offers"]


@pytest.mark.parametrize(
    ("accept", "language", "location"),
    [
        (None, None, "/zh/data"),
        (BROWSER, "en", "/en/data"),
        ("text/turtle, */*;q=0.1", None, "/catalog.ttl"),
        ("application/ld+json", None, "/catalog.jsonld"),
        ("application/rdf+xml", None, "/catalog.rdf"),
    ],
)
def test_what_the_catalogue_describes_leads_to_it(
    client: Client, release: Release, accept: str | None, language: str | None, location: str
) -> None:
    headers = {"Accept": accept, "Accept-Language": language}
    sent = {name: value for name, value in headers.items() if value}
    for address in ("/catalog", "/dataset", "/data/mappings", f"/data/releases/{release.name}"):
        answer = client.get(address, headers=sent)
        assert (answer.status_code, answer.headers["Location"], answer.data) == (303, location, b"")
        assert answer.headers["Vary"] == "Accept, Accept-Language"


def test_catalogue_in_every_format_is_the_same(client: Client, release: Release) -> None:
    formats = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML}
    found = {
        frozenset(quad.triple for quad in ox.parse(client.get(f"/catalog.{suffix}").data, format=form))
        for suffix, form in {**formats, "jsonld": ox.RdfFormat.JSON_LD}.items()
    }
    (triples,) = found
    assert ox.Triple(ox.NamedNode(DATASET), VERSION, ox.Literal(release.name)) in triples
    assert client.get("/catalog.xlsx").status_code == 404


@pytest.mark.parametrize("address", ["/.well-known/void", "/catalog.ttl"])
def test_what_the_client_has_is_not_sent_again(client: Client, address: str) -> None:
    answer = client.get(address)
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    head = client.head(address)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(answer.data))


@pytest.mark.parametrize("address", ["/.well-known/void", "/catalog", "/catalog.ttl", "/dataset"])
def test_other_origins_may_read_and_nobody_may_write(client: Client, address: str) -> None:
    options = client.options(address)
    assert options.status_code == 204
    assert options.headers["Access-Control-Allow-Origin"] == "*"
    assert client.post(address).status_code == 405


def test_robots_name_the_site_map_and_keep_out_of_queries(client: Client) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert {"Disallow: /sparql", "Disallow: /api/", "Disallow: /*/browse?"} <= set(lines)
    (line,) = [line for line in lines if line.startswith("Sitemap: ")]
    assert client.get(f"/{line.rpartition('/')[2]}").status_code == 200


def test_every_address_of_the_site_map_is_a_page(client: Client) -> None:
    answer = client.get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    for url in ET.fromstring(answer.data).iterfind("s:url/s:loc", names):
        path = re.sub("^https?://[^/]+", "", url.text or "")
        assert client.get(path).status_code == 200, path


def test_every_link_for_language_models_leads_to_what_is_no_page(client: Client) -> None:
    answer = client.get("/llms.txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    links = re.findall(r"\]\(https?://[^/]+(/[^)]*)\)", answer.text)
    assert len(links) >= 7
    for link in links:
        assert client.get(link).status_code == 200, link


def test_a_dataset_has_nothing_but_robots(writer: Client) -> None:
    found = {address: writer.get(address).status_code for address in ADDRESSES}
    assert found == {**dict.fromkeys(ADDRESSES, 404), "/robots.txt": 200}
