"""The query path under both fronts: entity tags, what is kept, content codings, timeouts, the method QUERY."""

from __future__ import annotations

import itertools
import time
import zlib
from collections.abc import Callable, Mapping
from typing import Any, cast

import brotli
import pytest
import zstandard

from .web import Client

CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(20)) + " }"
# Below 64 KB an answer is held back until it is whole, above it is streamed.
HELD = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?b ?c ?d ?e ?f"
STREAMED = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?b ?c ?d ?e ?f ?g ?h ?i"
DIRECT = "application/sparql-query"
ARTICLE = "https://w3id.org/tongzhou/graph/article"


def _gunzip(data: bytes) -> bytes:
    return zlib.decompress(data, wbits=31)


def _unzstd(data: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(data)


def _unbrotli(data: bytes) -> bytes:
    return cast("bytes", brotli.decompress(data))


DECODERS: Mapping[str, Callable[[bytes], bytes]] = {"gzip": _gunzip, "br": _unbrotli, "zstd": _unzstd}
_serial = itertools.count()


def unseen(query: str) -> str:
    """Return a query that means the same and that nobody has asked in these words."""
    return f"{query} # {time.time_ns()}.{next(_serial)}"


def ask(client: Client, query: str, *, method: str = "GET", **headers: str) -> Any:
    """Ask a query; the underscores of names of headers stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.open("/sparql", method=method, query_string={"query": query}, headers=named, buffered=True)


@pytest.mark.parametrize("query", [HELD, STREAMED])
@pytest.mark.parametrize("coding", DECODERS)
def test_a_kept_answer_equals_the_fresh_one_in_every_coding(client: Client, query: str, coding: str) -> None:
    plain = ask(client, query)
    assert "Content-Encoding" not in plain.headers
    asked = unseen(query)
    fresh, kept = (ask(client, asked, Accept_Encoding=coding) for _ in range(2))
    for answer in (fresh, kept):
        assert answer.status_code == 200
        assert answer.headers["Content-Encoding"] == coding
        assert DECODERS[coding](answer.data) == plain.data
        assert len(answer.data) < len(plain.data) / 2
    assert fresh.data == kept.data
    for name in ("ETag", "Vary", "Cache-Control", "Content-Type"):
        assert fresh.headers[name] == kept.headers[name]
    assert kept.headers["Content-Length"] == str(len(kept.data))


def test_the_best_coding_wins(client: Client) -> None:
    codings = [
        ask(client, HELD, Accept_Encoding=accept).headers.get("Content-Encoding")
        for accept in ("gzip, deflate, br, zstd", "gzip, deflate, br", "gzip;q=1, br;q=0.5", "identity", "*")
    ]
    assert codings == ["zstd", "br", "gzip", None, "zstd"]


def test_what_is_short_is_not_coded(client: Client) -> None:
    answer = ask(client, "ASK {}", Accept_Encoding="gzip, br, zstd")
    assert "Content-Encoding" not in answer.headers
    assert answer.get_json()["boolean"] is True


def test_headers_of_an_answer_that_may_be_kept(client: Client) -> None:
    for answer in (ask(client, COUNT), ask(client, COUNT, Accept_Encoding="br")):
        assert answer.headers["ETag"].startswith('W/"')
        assert answer.headers["Cache-Control"] == "no-cache"
        assert set(answer.headers["Vary"].split(", ")) == {"Accept", "Accept-Encoding"}


@pytest.mark.parametrize("query", [COUNT, STREAMED])
def test_what_the_client_has_is_not_sent_again(client: Client, query: str) -> None:
    etag = ask(client, query).headers["ETag"]
    seen = unseen(query)
    ask(client, seen)
    for asked in (unseen(query), seen):  # on a miss and on a hit
        for tags in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
            answer = ask(client, asked, If_None_Match=tags)
            assert (answer.status_code, answer.data) == (304, b"")
            assert answer.headers["ETag"] == etag
            assert answer.headers["Cache-Control"] == "no-cache"
            assert set(answer.headers["Vary"].split(", ")) == {"Accept", "Accept-Encoding"}
            assert not {"Content-Type", "Content-Encoding"} & set(answer.headers.keys())
        assert ask(client, asked, If_None_Match='"other"').status_code == 200
        head = ask(client, asked, method="HEAD", If_None_Match=etag)
        assert (head.status_code, head.data) == (304, b"")


def test_head_has_the_headers_of_get(client: Client) -> None:
    asked = unseen(CONSTRUCT)
    answers = [ask(client, asked, method=method) for method in ("HEAD", "GET", "HEAD", "GET")]
    assert [len(answer.data) for answer in answers] == [0, len(answers[1].data), 0, len(answers[1].data)]
    named = [{k: v for k, v in answer.headers.items() if k.lower() != "date"} for answer in answers]
    assert all(headers == named[0] for headers in named)


def test_head_of_a_streamed_answer_frees_the_worker(client: Client) -> None:
    for _ in range(20):  # more than a client may have at once
        head = ask(client, unseen(STREAMED), method="HEAD")
        assert (head.status_code, head.data) == (200, b"")


@pytest.mark.parametrize(
    "expression", ["NOW()", "RAND()", "UUID()", "STRUUID()", "STR(BNODE())", "now()", "ABS(rand ())"]
)
def test_what_differs_each_time_has_no_tag(client: Client, expression: str) -> None:
    query = f"SELECT ({expression} AS ?x) {{}}"
    answers = [ask(client, query) for _ in range(2)]
    for answer in answers:
        assert answer.status_code == 200
        assert "ETag" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
    if "BNODE" not in expression.upper():
        assert answers[0].data != answers[1].data
    assert ask(client, query, If_None_Match="*").status_code == 200


def test_white_space_and_comments_are_not_in_the_tag(client: Client) -> None:
    texts = (
        COUNT,
        "SELECT (COUNT(*) AS ?n){?s ?p ?o}",
        "SELECT\n\t( COUNT ( * ) AS ?n )\r\n{ ?s ?p ?o } # all\n",
        "# first\nSELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    )
    assert len({ask(client, text).headers["ETag"] for text in texts}) == 1
    strings = ('SELECT ("a b" AS ?x) {}', 'SELECT ("a  b" AS ?x) {}', 'SELECT ("a # b" AS ?x) {}')
    assert len({ask(client, text).headers["ETag"] for text in strings}) == 3


def test_all_that_an_answer_depends_on_is_in_the_tag(client: Client) -> None:
    parameters: list[dict[str, str]] = [
        {},
        {"default-graph-uri": ARTICLE},
        {"named-graph-uri": ARTICLE},
        {"default-graph-uri": "urn:none"},
    ]
    headers = ({"Accept": "text/csv"}, {"Accept": "application/json"}, {"Accept-Encoding": "br"})
    answers = [client.get("/sparql", query_string={"query": COUNT, **more}) for more in parameters]
    answers += [client.get("/sparql", query_string={"query": COUNT}, headers=one) for one in headers]
    answers.append(client.get("/sparql", query_string={"query": CONSTRUCT}))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.headers["ETag"] for answer in answers}) == len(answers)


def test_relative_iris_start_at_the_address_that_was_asked(client: Client) -> None:
    query = "SELECT (<x> AS ?x) {}"
    for host in ("http://one.example", "http://two.example:81", "http://one.example"):
        answer = client.get("/sparql", query_string={"query": query}, base_url=host)
        assert answer.get_json()["results"]["bindings"][0]["x"]["value"] == f"{host}/x"


def test_the_ways_to_ask_share_a_tag_and_are_kept_apart(client: Client) -> None:
    csv = {"Accept": "text/csv"}
    for query in (COUNT, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"):
        answers = [
            client.get("/sparql", query_string={"query": query}, headers=csv),
            client.post("/sparql", data={"query": query}, headers=csv),
            client.post("/sparql", data=query, content_type=DIRECT, headers=csv),
            client.open("/sparql", method="QUERY", data=query, content_type=DIRECT, headers=csv),
        ]
        assert len({answer.headers["ETag"] for answer in answers}) == 1
        assert {answer.text for answer in answers} == {"n\r\n13\r\n" if query == COUNT else "n\r\n6\r\n"}


def test_the_method_query(client: Client) -> None:
    def send(data: str, content_type: str | None, **headers: str) -> Any:
        return client.open("/sparql", method="QUERY", data=data, content_type=content_type, headers=headers)

    assert send(COUNT, DIRECT).get_json()["results"]["bindings"][0]["n"]["value"] == "13"
    etag = send(COUNT, DIRECT).headers["ETag"]
    assert send(COUNT, DIRECT, **{"If-None-Match": etag}).status_code == 304
    assert send(f"query={COUNT}", "application/x-www-form-urlencoded").status_code == 415
    assert send(COUNT, None).status_code == 415
    assert send("SELECT", DIRECT).status_code == 400


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_a_client_may_ask_for_less_time(client: Client, way: str) -> None:
    begun = time.monotonic()
    if way == "get":
        answer = client.get("/sparql", query_string={"query": ENDLESS, "timeout": "0.3"})
    elif way == "form":
        answer = client.post("/sparql", data={"query": ENDLESS, "timeout": "0.3"})
    else:
        answer = client.post("/sparql?timeout=.3", data=ENDLESS, content_type=DIRECT)
    assert answer.status_code == 504
    assert "0.3" in answer.get_json()["detail"]
    assert 0.3 <= time.monotonic() - begun < 5


def test_a_page_is_not_kept(client: Client) -> None:
    answer = ask(client, COUNT, Accept="text/html")
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Vary"] == "Accept, Accept-Language"


def test_problems_are_not_kept(client: Client) -> None:
    for _ in range(2):
        answer = ask(client, "SELECT (<urn:f>(1) AS ?x) {}")
        assert answer.status_code == 501
        assert "ETag" not in answer.headers
        assert "<urn:f>" in answer.get_json()["detail"]
