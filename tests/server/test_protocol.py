"""From the parts of a request to a query: one table of what is taken, one of what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.graph.query import Query
from tongzhou.server.problems import RequestError
from tongzhou.server.protocol import DIRECT, FORM, read_query


@pytest.mark.parametrize(
    ("method", "query_string", "content_type", "body", "query"),
    [
        ("GET", b"query=ASK+%7B%7D", None, b"", Query("ASK {}")),
        ("HEAD", b"query=ASK%7B%7D", None, b"", Query("ASK{}")),
        ("GET", "query=ASK{?s ?p '中'}".encode(), None, b"", Query("ASK{?s ?p '中'}")),
        ("GET", b"query=%E4%B8%AD", None, b"", Query("中")),
        ("GET", b"query=a%2525b", None, b"", Query("a%25b")),
        ("GET", b"query=a;b&format=json&query2=c", None, b"", Query("a;b")),
        ("GET", b"query=", None, b"", Query("")),
        ("GET", b"", None, b"", None),
        ("GET", b"format=json", None, b"", None),
        ("GET", b"query=q&default-graph-uri=urn:a", None, b"", Query("q", ("urn:a",), ())),
        (
            "GET",
            b"query=q&named-graph-uri=urn:a&named-graph-uri=urn:b&default-graph-uri=urn:c",
            None,
            b"",
            Query("q", ("urn:c",), ("urn:a", "urn:b")),
        ),
        ("POST", b"", FORM, b"query=ASK+%7B%7D", Query("ASK {}")),
        ("POST", b"", f"{FORM}; charset=UTF-8", b"query=a%2Bb", Query("a+b")),
        ("POST", b"default-graph-uri=urn:a", FORM, b"query=q", Query("q", ("urn:a",), ())),
        ("POST", b"", FORM, b"query=q&named-graph-uri=urn:a", Query("q", (), ("urn:a",))),
        ("POST", b"", DIRECT, "ASK { ?s ?p '中+%20' }".encode(), Query("ASK { ?s ?p '中+%20' }")),
        ("POST", b"", "Application/SPARQL-Query; charset=utf-8", b"ASK {}", Query("ASK {}")),
        ("POST", b"default-graph-uri=urn:a", DIRECT, b"q", Query("q", ("urn:a",), ())),
    ],
)
def test_what_is_taken(
    method: str, query_string: bytes, content_type: str | None, body: bytes, query: Query | None
) -> None:
    found = read_query(method=method, query_string=query_string, content_type=content_type, body=body)
    assert found == query


@pytest.mark.parametrize(
    ("method", "query_string", "content_type", "body", "kind"),
    [
        ("GET", b"default-graph-uri=urn:a", None, b"", "missing-query"),
        ("POST", b"", FORM, b"", "missing-query"),
        ("POST", b"", FORM, b"update=DROP+ALL", "missing-query"),
        ("GET", b"query=a&query=b", None, b"", "repeated-query"),
        ("POST", b"query=a", FORM, b"query=b", "repeated-query"),
        ("POST", b"query=a", DIRECT, b"b", "repeated-query"),
        ("POST", b"query=a", None, b"", "unsupported-media-type"),
        ("POST", b"", "text/plain", b"ASK {}", "unsupported-media-type"),
        ("POST", b"", "application/sparql-update", b"DROP ALL", "unsupported-media-type"),
        ("POST", b"", "multipart/form-data; boundary=x", b"", "unsupported-media-type"),
        ("GET", b"query=%FF", None, b"", "not-utf-8"),
        ("GET", b"query=\xff", None, b"", "not-utf-8"),
        ("GET", b"query=%ED%A0%80", None, b"", "not-utf-8"),
        ("GET", b"%FF=a&query=a", None, b"", "not-utf-8"),
        ("POST", b"", FORM, b"query=%C0%80", "not-utf-8"),
        ("POST", b"", DIRECT, "ASK {}".encode("utf-16"), "not-utf-8"),
        ("GET", b"query=q&default-graph-uri=a+b", None, b"", "bad-graph-name"),
        ("GET", b"query=q&named-graph-uri=", None, b"", "bad-graph-name"),
        ("GET", b"query=q&" + b"a&" * 2000, None, b"", "too-many-parameters"),
    ],
)
def test_what_is_refused(
    method: str, query_string: bytes, content_type: str | None, body: bytes, kind: str
) -> None:
    with pytest.raises(RequestError) as caught:
        read_query(method=method, query_string=query_string, content_type=content_type, body=body)
    assert caught.value.kind == kind
    assert "{" not in str(caught.value)


@given(st.sampled_from(["GET", "POST"]), st.binary(), st.sampled_from([None, FORM, DIRECT]), st.binary())
def test_any_bytes_are_taken_or_refused(
    method: str, query_string: bytes, content_type: str | None, body: bytes
) -> None:
    try:
        query = read_query(method=method, query_string=query_string, content_type=content_type, body=body)
    except RequestError as error:
        assert error.kind
    else:
        assert query is None or query.text.encode("utf-8") is not None


@given(st.text())
def test_direct_and_encoded_agree(text: str) -> None:
    direct = read_query(method="POST", query_string=b"", content_type=DIRECT, body=text.encode())
    encoded = "query=" + "".join(f"%{byte:02x}" for byte in text.encode())
    assert direct == read_query(method="GET", query_string=encoded.encode(), content_type=None, body=b"")
    assert direct == Query(text)
