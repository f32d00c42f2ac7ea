"""Arbitrary requests against the pure core: each is read or refused, and nothing else ever happens."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qsl, quote

import pyoxigraph as ox
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tongzhou.graph.query import query_kind
from tongzhou.graph.results import formats_for
from tongzhou.server.graph_store import GraphStoreRequest, read_graph_store
from tongzhou.server.http import Request
from tongzhou.server.negotiation import choose_coding, choose_language, negotiate
from tongzhou.server.problems import RequestError, reply_to
from tongzhou.server.protocol import QueryRequest, UpdateRequest, read_query, read_update

EXAMPLES = settings(max_examples=400, deadline=None)
OFFERS = [form.media_type for form in formats_for(query_kind("SELECT * {}"))]
METHODS = st.sampled_from(
    ["GET", "HEAD", "POST", "PUT", "DELETE", "QUERY", "OPTIONS", "PATCH", "TRACE", "", "get", "\u0130"]
)
NAMES = st.sampled_from(
    [
        "query",
        "update",
        "default-graph-uri",
        "named-graph-uri",
        "using-graph-uri",
        "using-named-graph-uri",
        "timeout",
        "graph",
        "default",
        "QUERY",
        "query[]",
        "",
    ]
)
VALUES = st.sampled_from(
    ["ASK {}", "DROP ALL", "urn:a", "http://[", "a b", "\0", "1", "-1", "1e400", "nan", "", "\ud800"]
)
RAW = st.sampled_from(
    [
        b"&",
        b"=",
        b";",
        b"%",
        b"%FF",
        b"%00",
        b"%C0%AF",
        b"%ED%A0%80",
        b"+",
        b"%2",
        b"%u0041",
        b"query=",
        b"\xff",
    ]
)


def _field(name: str, value: str) -> bytes:
    return f"{quote(name)}={quote(value, errors='surrogatepass')}".encode()


QUERY_STRINGS = st.one_of(
    st.lists(st.one_of(st.builds(_field, NAMES, VALUES), RAW, st.binary(max_size=8)), max_size=6).map(
        b"&".join
    ),
    st.lists(RAW, max_size=12).map(b"".join),
)
HEADER_TEXT = st.text(st.characters(max_codepoint=255), max_size=60)
MEDIA_TYPES = st.one_of(
    st.sampled_from(
        [
            "application/x-www-form-urlencoded",
            "application/sparql-query",
            "application/sparql-update; charset=utf-16",
            "APPLICATION/SPARQL-UPDATE;charset=UTF-8",
            "text/turtle",
            "multipart/form-data; boundary=a",
            "multipart/form-data",
            'a/b; c="\\',
        ]
    ),
    HEADER_TEXT,
)
PREFERENCES = st.one_of(
    HEADER_TEXT,
    st.lists(
        st.builds(
            "{}{}".format,
            st.sampled_from(
                ["*/*", "text/*", "text/csv", "gzip", "identity", "*", "zh", "en-GB", "x", "a/b/c", ""]
            ),
            st.sampled_from(
                [
                    "",
                    ";q=0",
                    ";q=1",
                    ";q=0.5",
                    ";q=2",
                    ";q=-1",
                    ";q=nan",
                    ";q=x",
                    ";q=1e999",
                    ";a=b;q=0.1",
                    ';a="',
                ]
            ),
        ),
        max_size=6,
    ).map(",".join),
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "content-type": MEDIA_TYPES,
        "content-encoding": st.one_of(st.sampled_from(["gzip", "identity", "GZIP, br"]), HEADER_TEXT),
        "accept": PREFERENCES,
        "accept-language": PREFERENCES,
        "slug": HEADER_TEXT,
    },
)
BODIES = st.one_of(
    st.binary(max_size=80),
    QUERY_STRINGS,
    st.sampled_from([b"ASK {}", b"\xff\xfeA\0", b"\0", b"--a\r\n\r\n--a--"]),
)
PATHS = st.one_of(
    st.sampled_from(["/sparql", "/update", "/store", "/store/a", "/store/%FF", "/store/a%20b", "//", ""]),
    HEADER_TEXT,
)


def requests() -> st.SearchStrategy[Request]:
    """Return requests of all kinds."""
    return st.builds(
        Request, METHODS, PATHS, QUERY_STRINGS, HEADERS, BODIES, st.just("127.0.0.2"), st.just("http://a/")
    )


def outcome(read: Callable[[Request], object], request: Request) -> object:
    """Return what a reader makes of a request; a refusal has to be worded in both languages."""
    try:
        return read(request)
    except RequestError as error:
        for language in ("zh", "en"):
            reply = reply_to(error, language)
            assert 400 <= HTTPStatus(reply.status) < 500
            assert json.loads(reply.body)["status"] == reply.status
            for name, value in reply.headers:
                assert not set("\r\n\0") & set(name + value)
        return error


@given(requests())
@EXAMPLES
def test_a_query_is_read_or_refused(request_: Request) -> None:
    found = outcome(read_query, request_)
    assert found is None or isinstance(found, QueryRequest | RequestError)
    if isinstance(found, QueryRequest):
        found.query.text.encode()
        assert found.timeout is None or 0 < found.timeout < float("inf")
        for iri in (*(found.query.default_graphs or ()), *(found.query.named_graphs or ())):
            ox.NamedNode(iri)


@given(requests())
@EXAMPLES
def test_an_update_is_read_or_refused(request_: Request) -> None:
    found = outcome(read_update, request_)
    assert isinstance(found, UpdateRequest | RequestError)
    if isinstance(found, UpdateRequest):
        assert request_.method == "POST"
        found.text.encode()


@given(requests())
@EXAMPLES
def test_a_graph_store_request_is_read_or_refused(request_: Request) -> None:
    found = outcome(lambda request: read_graph_store(request, "http://a/store"), request_)
    assert isinstance(found, GraphStoreRequest | RequestError)
    if isinstance(found, GraphStoreRequest) and found.graph is not None:
        ox.NamedNode(found.graph)


@given(st.text(), st.text())
@EXAMPLES
def test_what_is_encoded_is_decoded_once(text: str, more: str) -> None:
    assume(not any("\ud800" <= char <= "\udfff" for char in text + more))
    query_string = f"query={quote(text, safe='')}&a={quote(more, safe='')}".encode()
    found = read_query(Request("GET", "/sparql", query_string, {}))
    assert isinstance(found, QueryRequest)
    assert found.query.text == text


@given(QUERY_STRINGS)
@EXAMPLES
def test_two_queries_are_never_one(query_string: bytes) -> None:
    found = outcome(read_query, Request("GET", "/sparql", query_string, {}))
    if isinstance(found, QueryRequest):
        names = [name for name, _ in parse_qsl(query_string.decode(), keep_blank_values=True)]
        assert names.count("query") == 1
        assert "update" not in names


@given(PREFERENCES)
@EXAMPLES
def test_any_accept_chooses_from_what_is_offered(accept: str) -> None:
    assert negotiate(accept, OFFERS) in [None, *OFFERS]


@given(PREFERENCES)
@EXAMPLES
def test_any_language_is_one_of_two(accept: str) -> None:
    assert choose_language(accept) in ("zh", "en")


@given(PREFERENCES)
@EXAMPLES
def test_any_coding_is_offered_none_or_refused(accept: str) -> None:
    try:
        assert choose_coding(accept) in ("zstd", "br", "gzip", None)
    except RequestError as error:
        assert (error.kind, reply_to(error, "en").status) == ("no-coding-fits", 406)


@given(
    st.sampled_from(OFFERS), st.lists(st.sampled_from(["x/y", "text/html;q=0.9", "*/*;q=0.1"]), max_size=3)
)
@EXAMPLES
def test_what_is_asked_for_by_name_is_given(wanted: str, others: list[str]) -> None:
    assert negotiate(",".join([*others, wanted]), OFFERS) == wanted


@pytest.mark.parametrize(
    "header", ["a/b;q=0.5," * 20_000, ",;=" * 50_000, '"' * 100_000, "a/b;" + "c=d;" * 50_000, " " * 200_000]
)
def test_long_headers_take_no_time(header: str) -> None:
    start = time.process_time()
    negotiate(header, OFFERS)
    choose_language(header)
    assert time.process_time() - start < 3
