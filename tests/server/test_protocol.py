"""From a request to a query or an update: one table of what is taken, one of what is refused, for each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.graph.query import Query
from tongzhou.server.http import Request
from tongzhou.server.problems import RequestError
from tongzhou.server.protocol import (
    DIRECT,
    DIRECT_UPDATE,
    FORM,
    QueryRequest,
    UpdateRequest,
    read_query,
    read_update,
)


def make_request(
    method: str, query_string: bytes, content_type: str | None, body: bytes, **headers: str
) -> Request:
    """Return a request as a server would hand it over."""
    if content_type is not None:
        headers["content-type"] = content_type
    return Request(method, "/sparql", query_string, headers, body)


@pytest.mark.parametrize(
    ("method", "query_string", "content_type", "body", "query"),
    [
        ("GET", b"query=ASK+%7B%7D", None, b"", Query("ASK {}")),
        ("HEAD", b"query=ASK%7B%7D", None, b"", Query("ASK{}")),
        ("GET", "query=ASK{?s ?p '中'}".encode(), None, b"", Query("ASK{?s ?p '中'}")),
        ("GET", b"query=%E4%B8%AD", None, b"", Query("中")),
        ("GET", b"query=a%2525b", None, b"", Query("a%25b")),
        ("GET", b"query=a;b&page=2&query2=c", None, b"", Query("a;b")),
        ("GET", b"query=", None, b"", Query("")),
        ("GET", b"query=a", "text/plain", b"a body that nobody asked for", Query("a")),
        ("GET", b"query=q&default-graph-uri=urn:a", None, b"", Query("q", ("urn:a",), ())),
        (
            "GET",
            b"query=q&named-graph-uri=urn:a&named-graph-uri=urn:b&default-graph-uri=urn:c",
            None,
            b"",
            Query("q", ("urn:c",), ("urn:a", "urn:b")),
        ),
        ("POST", b"", FORM, b"query=ASK+%7B%7D", Query("ASK {}")),
        ("POST", b"query=ASK+%7B%7D", FORM, b"", Query("ASK {}")),
        ("POST", b"", f"{FORM}; charset=UTF-8", b"query=a%2Bb", Query("a+b")),
        ("POST", b"", f'{FORM};charset="utf-8"', b"query=a", Query("a")),
        ("POST", b"default-graph-uri=urn:a", FORM, b"query=q", Query("q", ("urn:a",), ())),
        ("POST", b"", FORM, b"query=q&named-graph-uri=urn:a", Query("q", (), ("urn:a",))),
        ("POST", b"", DIRECT, "ASK { ?s ?p '中+%20' }".encode(), Query("ASK { ?s ?p '中+%20' }")),
        ("POST", b"", "Application/SPARQL-Query; charset=utf-8", b"ASK {}", Query("ASK {}")),
        ("POST", b"default-graph-uri=urn:a", DIRECT, b"q", Query("q", ("urn:a",), ())),
        ("QUERY", b"", DIRECT, b"ASK {}", Query("ASK {}")),
        ("QUERY", b"named-graph-uri=urn:a", DIRECT, b"q", Query("q", (), ("urn:a",))),
    ],
)
def test_queries_taken(
    method: str, query_string: bytes, content_type: str | None, body: bytes, query: Query
) -> None:
    assert read_query(make_request(method, query_string, content_type, body)) == QueryRequest(query)


@pytest.mark.parametrize("query_string", [b"", b"format=json", b"timeout=3"])
def test_a_get_that_asks_nothing(query_string: bytes) -> None:
    assert read_query(make_request("GET", query_string, None, b"")) is None


@pytest.mark.parametrize(
    ("method", "query_string", "content_type", "body", "kind"),
    [
        ("GET", b"default-graph-uri=urn:a", None, b"", "missing-query"),
        ("POST", b"", FORM, b"", "missing-query"),
        ("POST", b"", FORM, b"format=json", "missing-query"),
        ("GET", b"update=CLEAR+ALL", None, b"", "misplaced-parameter"),
        ("POST", b"", FORM, b"update=DROP+ALL", "misplaced-parameter"),
        ("POST", b"", FORM, b"query=ASK{}&update=DROP+ALL", "misplaced-parameter"),
        ("GET", b"query=ASK{}&using-graph-uri=urn:a", None, b"", "misplaced-parameter"),
        ("GET", b"query=a&query=b", None, b"", "repeated-query"),
        ("POST", b"query=a", FORM, b"query=b", "repeated-query"),
        ("POST", b"query=a", DIRECT, b"b", "repeated-query"),
        ("QUERY", b"query=a", DIRECT, b"b", "repeated-query"),
        ("POST", b"query=a", None, b"", "unsupported-media-type"),
        ("POST", b"", None, b"query=a", "unsupported-media-type"),
        ("POST", b"", "", b"ASK {}", "unsupported-media-type"),
        ("POST", b"", "text/plain", b"ASK {}", "unsupported-media-type"),
        ("POST", b"", DIRECT_UPDATE, b"DROP ALL", "unsupported-media-type"),
        ("POST", b"", "multipart/form-data; boundary=x", b"", "unsupported-media-type"),
        ("POST", b"", f"{DIRECT}; charset=UTF-16", "ASK {}".encode("utf-16"), "unsupported-media-type"),
        ("POST", b"", f"{FORM}; charset=gb18030", b"query=a", "unsupported-media-type"),
        ("QUERY", b"", FORM, b"query=a", "unsupported-media-type"),
        ("PUT", b"query=ASK{}", FORM, b"", "method-not-allowed"),
        ("GET", b"query=%FF", None, b"", "not-utf-8"),
        ("GET", b"query=\xff", None, b"", "not-utf-8"),
        ("GET", b"query=%ED%A0%80", None, b"", "not-utf-8"),
        ("GET", b"%FF=a&query=a", None, b"", "not-utf-8"),
        ("POST", b"", FORM, b"query=%C0%80", "not-utf-8"),
        ("POST", b"", DIRECT, "ASK {}".encode("utf-16"), "not-utf-8"),
        ("GET", b"query=q&default-graph-uri=a+b", None, b"", "bad-graph-name"),
        ("GET", b"query=q&named-graph-uri=", None, b"", "bad-graph-name"),
        ("GET", b"query=q&" + b"a&" * 2000, None, b"", "too-many-parameters"),
        ("GET", b"query=q&timeout=1&timeout=1", None, b"", "repeated-parameter"),
        ("POST", b"timeout=1", FORM, b"query=q&timeout=2", "repeated-parameter"),
        ("GET", b"query=q&format=csv&format=csv", None, b"", "repeated-parameter"),
        ("GET", b"query=q&format=text/csv", None, b"", "bad-format"),
    ],
)
def test_queries_refused(
    method: str, query_string: bytes, content_type: str | None, body: bytes, kind: str
) -> None:
    with pytest.raises(RequestError) as caught:
        read_query(make_request(method, query_string, content_type, body))
    assert caught.value.kind == kind
    assert "{" not in str(caught.value)


def test_format_stands_for_a_media_type() -> None:
    asked = read_query(make_request("GET", b"query=q&format=csv", None, b""))
    assert asked == QueryRequest(Query("q"), media_type="text/csv")


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/csv"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/csv"),
        ("image/png", "text/csv"),
        ("application/sparql-results+json", None),
        ("application/rdf+xml, */*;q=0.1", None),
    ],
)
def test_format_gives_way_to_what_a_program_accepts(accept: str, media_type: str | None) -> None:
    asked = read_query(make_request("GET", b"query=q&format=csv", None, b"", accept=accept))
    assert asked == QueryRequest(Query("q"), media_type=media_type)


def test_words_of_other_servers_do_no_harm_beside_accept() -> None:
    fields = b"query=q&format=json-ld&format=application/ld%2Bjson&output=json-ld&results=json-ld"
    asked = read_query(make_request("GET", fields, None, b"", accept="application/ld+json"))
    assert asked == QueryRequest(Query("q"))


@pytest.mark.parametrize(("timeout", "seconds"), [("3", 3), ("2.5", 2.5), (".5", 0.5), ("1.", 1), ("007", 7)])
def test_timeouts(timeout: str, seconds: float) -> None:
    query_string = f"query=q&timeout={timeout}".encode()
    assert read_query(make_request("GET", query_string, None, b"")) == QueryRequest(Query("q"), seconds)
    update = read_update(make_request("POST", b"timeout=" + timeout.encode(), DIRECT_UPDATE, b"u"))
    assert update == UpdateRequest("u", timeout=seconds)


@pytest.mark.parametrize(
    "timeout",
    ["0", "0.0", "-1", "%2B1", "1s", "", "nan", "inf", "1e3", "%D9%A1", "1_0", "9" * 400, "+1", "1+"],
)
def test_bad_timeouts(timeout: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_query(make_request("GET", f"query=q&timeout={timeout}".encode(), None, b""))
    assert caught.value.kind == "bad-timeout"


@pytest.mark.parametrize(
    ("query_string", "content_type", "body", "update"),
    [
        (b"", FORM, b"update=CLEAR+ALL", UpdateRequest("CLEAR ALL")),
        (b"", DIRECT_UPDATE, "INSERT DATA { <a:a> <a:p> '中+%20' }".encode(), None),
        (b"", f"{DIRECT_UPDATE}; charset=utf-8", b"CLEAR ALL", UpdateRequest("CLEAR ALL")),
        (b"using-graph-uri=urn:a", DIRECT_UPDATE, b"u", UpdateRequest("u", ("urn:a",), ())),
        (
            b"using-named-graph-uri=urn:a&using-graph-uri=urn:b",
            FORM,
            b"update=u&using-graph-uri=urn:c",
            UpdateRequest("u", ("urn:b", "urn:c"), ("urn:a",)),
        ),
    ],
)
def test_updates_taken(
    query_string: bytes, content_type: str, body: bytes, update: UpdateRequest | None
) -> None:
    found = read_update(make_request("POST", query_string, content_type, body))
    assert found == (update or UpdateRequest(body.decode()))


@pytest.mark.parametrize(
    ("method", "query_string", "content_type", "body", "kind"),
    [
        ("GET", b"update=CLEAR+ALL", None, b"", "method-not-allowed"),
        ("QUERY", b"", DIRECT_UPDATE, b"CLEAR ALL", "method-not-allowed"),
        ("POST", b"", FORM, b"", "missing-update"),
        ("POST", b"", FORM, b"update=CLEAR+NAMED&update=CLEAR+DEFAULT", "repeated-update"),
        ("POST", b"update=CLEAR+NAMED", DIRECT_UPDATE, b"CLEAR DEFAULT", "repeated-update"),
        ("POST", b"", FORM, b"query=ASK{}", "misplaced-parameter"),
        ("POST", b"", FORM, b"update=CLEAR+ALL&query=ASK{}", "misplaced-parameter"),
        ("POST", b"default-graph-uri=urn:a", DIRECT_UPDATE, b"CLEAR ALL", "misplaced-parameter"),
        ("POST", b"", DIRECT, b"ASK {}", "unsupported-media-type"),
        ("POST", b"", "text/plain", b"CLEAR NAMED", "unsupported-media-type"),
        ("POST", b"", None, b"update=CLEAR+NAMED", "unsupported-media-type"),
        ("POST", b"", f"{DIRECT_UPDATE}; charset=UTF-16", b"CLEAR ALL", "unsupported-media-type"),
        ("POST", b"", DIRECT_UPDATE, "CLEAR NAMED".encode("utf-16"), "not-utf-8"),
        ("POST", b"", FORM, b"update=%FF", "not-utf-8"),
        ("POST", b"using-graph-uri=a", DIRECT_UPDATE, b"u", "bad-graph-name"),
    ],
)
def test_updates_refused(
    method: str, query_string: bytes, content_type: str | None, body: bytes, kind: str
) -> None:
    with pytest.raises(RequestError) as caught:
        read_update(make_request(method, query_string, content_type, body))
    assert caught.value.kind == kind


def test_compressed_bodies_are_refused() -> None:
    with pytest.raises(RequestError) as caught:
        read_query(make_request("POST", b"", DIRECT, b"\x1f\x8b", **{"content-encoding": "gzip"}))
    assert caught.value.kind == "unsupported-coding"
    plain = make_request("POST", b"", DIRECT, b"ASK {}", **{"content-encoding": "identity"})
    assert read_query(plain) == QueryRequest(Query("ASK {}"))


@given(
    st.sampled_from(["GET", "POST", "QUERY"]),
    st.binary(),
    st.sampled_from([None, FORM, DIRECT, DIRECT_UPDATE]) | st.text(),
    st.binary(),
)
def test_any_bytes_are_taken_or_refused(
    method: str, query_string: bytes, content_type: str | None, body: bytes
) -> None:
    request = make_request(method, query_string, content_type, body)
    for read in (read_query, read_update):
        try:
            read(request)
        except RequestError as error:
            assert error.kind


@given(st.text())
def test_direct_and_encoded_agree(text: str) -> None:
    encoded = "".join(f"%{byte:02x}" for byte in text.encode()).encode()
    direct = read_query(make_request("POST", b"", DIRECT, text.encode()))
    assert direct == read_query(make_request("GET", b"query=" + encoded, None, b""))
    assert direct == QueryRequest(Query(text))
    update = read_update(make_request("POST", b"", FORM, b"update=" + encoded))
    assert (
        update == read_update(make_request("POST", b"", DIRECT_UPDATE, text.encode())) == UpdateRequest(text)
    )
