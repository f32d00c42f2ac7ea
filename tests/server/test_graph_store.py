"""The graph store protocol: which graph, what is to be done with it, what is uploaded."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.graph.uploads import Part
from tongzhou.server.graph_store import MEDIA_TYPES, GraphStoreRequest, read_graph_store
from tongzhou.server.http import Request
from tongzhou.server.problems import RequestError

ROOT = "http://localhost:8000/"
STORE = f"{ROOT}store"
TURTLE = "text/turtle"
BOUNDARY = "a6fe4cd636164618814be9f8d3d1a0de"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


def make_request(
    method: str,
    target: str,
    content_type: str | None = None,
    body: bytes = b"",
    **headers: str,
) -> Request:
    """Return a request to a path with a query string."""
    path, _, query_string = target.partition("?")
    if content_type is not None:
        headers["content-type"] = content_type
    return Request(method, path, query_string.encode(), headers, body, root=ROOT)


def multipart(*parts: tuple[str, str], end: str = "--\r\n") -> bytes:
    """Return a body of multipart/form-data from media types and texts."""
    text = "".join(
        f"--{BOUNDARY}\r\n"
        f'Content-Disposition: form-data; name="part{number}"; filename="part{number}.ttl"\r\n'
        f"Content-Type: {media_type}\r\n\r\n{content}\r\n"
        for number, (media_type, content) in enumerate(parts)
    )
    return f"{text}--{BOUNDARY}{end}".encode()


@pytest.mark.parametrize(
    ("target", "graph"),
    [
        ("/store?default", None),
        ("/store?default=", None),
        ("/store/?default", None),
        (
            "/store?graph=http%3A%2F%2Fwww.example%2Fgsp%2Fperson%2F1.ttl",
            "http://www.example/gsp/person/1.ttl",
        ),
        ("/store?graph=http://www.example/gsp/person/1.ttl", "http://www.example/gsp/person/1.ttl"),
        ("/store?graph=http://www.example/gsp/person/%31.ttl", "http://www.example/gsp/person/1.ttl"),
        ("/store?graph=http://www.example/gsp/person/%2531.ttl", "http://www.example/gsp/person/%31.ttl"),
        ("/store?graph=urn:%E4%B8%AD&format=x", "urn:中"),
        ("/store/person/1.ttl", f"{STORE}/person/1.ttl"),
        ("/store/person/%31.ttl", f"{STORE}/person/%31.ttl"),
        ("/store/a/", f"{STORE}/a/"),
    ],
)
def test_which_graph(target: str, graph: str | None) -> None:
    for method in ("GET", "HEAD", "DELETE"):
        found = read_graph_store(make_request(method, target), STORE)
        assert (found.method, found.graph, found.new, found.parts) == (method, graph, False, ())
    for method in ("PUT", "POST"):
        found = read_graph_store(make_request(method, target, TURTLE, b"<a:a> a 1 ."), STORE)
        assert found.graph == graph
        assert found.parts == (Part(TURTLE, b"<a:a> a 1 ."),)


@pytest.mark.parametrize("target", ["/store", "/store/", "/store?format=x"])
def test_post_to_the_store_makes_a_graph(target: str) -> None:
    request = make_request("POST", target, "text/turtle; charset=utf-8", b"")
    expected = GraphStoreRequest("POST", None, True, (Part(TURTLE, b""),))
    assert read_graph_store(request, STORE) == expected


@pytest.mark.parametrize(
    ("method", "target", "kind"),
    [
        ("GET", "/store", "graph-choice"),
        ("PUT", "/store", "graph-choice"),
        ("DELETE", "/store/", "graph-choice"),
        ("GET", "/store?default&graph=urn:a", "graph-choice"),
        ("POST", "/store?default&graph=urn:a", "graph-choice"),
        ("GET", "/store?graph=urn:a&graph=urn:a", "graph-choice"),
        ("GET", "/store?default&default", "graph-choice"),
        ("GET", "/store?default=false", "graph-choice"),
        ("GET", "/store/person/1.ttl?default", "graph-choice"),
        ("GET", "/store/person/1.ttl?graph=urn:a", "graph-choice"),
        ("GET", "/storeroom", "graph-choice"),
        ("GET", "/store?graph=", "bad-graph-name"),
        ("GET", "/store?graph=person/1.ttl", "bad-graph-name"),
        ("GET", "/store?graph=urn:a b", "bad-graph-name"),
        ("GET", "/store/a{b", "bad-graph-name"),
        ("GET", "/store?graph=%FF", "not-utf-8"),
        ("PATCH", "/store?default", "method-not-allowed"),
        ("OPTIONS", "/store?default", "method-not-allowed"),
        ("QUERY", "/store?default", "method-not-allowed"),
    ],
)
def test_refused_graphs(method: str, target: str, kind: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_graph_store(make_request(method, target, TURTLE), STORE)
    assert caught.value.kind == kind


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_media_types(media_type: str) -> None:
    request = make_request("PUT", "/store?default", f"{media_type.upper()}; charset=UTF-8", b"x")
    assert read_graph_store(request, STORE).parts == (Part(media_type, b"x"),)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/trig",
        "application/n-quads",
        "application/x-www-form-urlencoded",
        "application/sparql-update",
        "text/turtle; charset=utf-16",
        FORM,
    ],
)
def test_refused_media_types(content_type: str | None) -> None:
    with pytest.raises(RequestError) as caught:
        read_graph_store(make_request("PUT", "/store?default", content_type, multipart()), STORE)
    assert caught.value.kind == "unsupported-media-type"


def test_compressed_uploads_are_refused() -> None:
    request = make_request("PUT", "/store?default", TURTLE, b"x", **{"content-encoding": "gzip"})
    with pytest.raises(RequestError) as caught:
        read_graph_store(request, STORE)
    assert caught.value.kind == "unsupported-coding"


def test_multipart() -> None:
    body = multipart(("text/turtle; charset=utf-8", "<a:a> a '中\r\n--\n'."), ("application/n-triples", ""))
    found = read_graph_store(make_request("POST", "/store?graph=urn:a", FORM, body), STORE)
    assert found.parts == (
        Part(TURTLE, "<a:a> a '中\r\n--\n'.".encode()),
        Part("application/n-triples", b""),
    )


@pytest.mark.parametrize(
    ("content_type", "body", "kind"),
    [
        (FORM, b"", "bad-multipart"),
        (FORM, multipart(), "bad-multipart"),
        (FORM, multipart((TURTLE, "x"), end=""), "bad-multipart"),
        (FORM, multipart((TURTLE, "x"))[:-45], "bad-multipart"),
        (FORM, multipart(*[(TURTLE, "x")] * 101), "bad-multipart"),
        (
            FORM,
            f"--{BOUNDARY}\r\nContent-Type: text/turtle\r\n\r\nx\r\n--{BOUNDARY}--".encode(),
            "bad-multipart",
        ),
        ("multipart/form-data", multipart((TURTLE, "x")), "bad-multipart"),
        ("multipart/form-data; boundary=other", multipart((TURTLE, "x")), "bad-multipart"),
        (FORM, multipart((TURTLE, "x"), ("text/html", "y")), "unsupported-media-type"),
        (FORM, multipart(("text/turtle; charset=gbk", "x")), "unsupported-media-type"),
    ],
)
def test_refused_multipart(content_type: str, body: bytes, kind: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_graph_store(make_request("POST", "/store?default", content_type, body), STORE)
    assert caught.value.kind == kind


@given(st.lists(st.tuples(st.sampled_from(MEDIA_TYPES), st.binary(max_size=50)), min_size=1, max_size=5))
def test_parts_come_back_as_they_were_sent(parts: list[tuple[str, bytes]]) -> None:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="x"\r\nContent-Type: '.encode()
    body = b"".join(head + media_type.encode() + b"\r\n\r\n" + data + b"\r\n" for media_type, data in parts)
    request = make_request("POST", "/store?default", FORM, body + f"--{BOUNDARY}--".encode())
    assert read_graph_store(request, STORE).parts == tuple(Part(*part) for part in parts)


@given(st.binary(max_size=200), st.binary(max_size=60), st.text(max_size=20))
def test_any_bytes_are_taken_or_refused(inside: bytes, query_string: bytes, boundary: str) -> None:
    for body in (inside, multipart((TURTLE, "x"))[:-10] + inside):
        for content_type in (FORM, f"multipart/form-data; boundary={boundary}"):
            headers = {"content-type": content_type}
            request = Request("POST", "/store/a", query_string, headers, body, root=ROOT)
            try:
                assert read_graph_store(request, STORE).parts
            except RequestError as error:
                assert error.kind


def test_a_large_body_of_line_breaks_is_split_in_time() -> None:
    body = multipart((TURTLE, "\r\n--" * 500_000))
    begun = time.monotonic()
    found = read_graph_store(make_request("POST", "/store?default", FORM, body), STORE)
    assert time.monotonic() - begun < 5
    assert len(found.parts[0].body) == 2_000_000
