"""The graph store protocol over HTTP under both fronts, on a dataset that takes writes."""

from __future__ import annotations

import itertools
from typing import Any

import pyoxigraph as ox
import pytest

from .conftest import Tokens
from .web import Client

TURTLE = "text/turtle"
ONE = "<urn:a> <urn:p> 1 ."
TWO = "<urn:b> <urn:p> 2 . <urn:b> <urn:p> 3 ."
_serial = itertools.count()


@pytest.fixture
def graph() -> str:
    """Return the name of a graph that nobody has written to."""
    return f"urn:stored:{next(_serial)}"


@pytest.fixture
def allowed(tokens: Tokens) -> dict[str, str]:
    """Return the header of somebody who may write."""
    return tokens.header("write")


def subjects(client: Client, target: str) -> list[str] | None:
    """Return the subjects of a graph, sorted, or None where there is no such graph."""
    answer = client.get(target, headers={"Accept": "application/n-triples"})
    if answer.status_code == 404:
        return None
    assert answer.status_code == 200
    return sorted(str(quad.subject.value) for quad in ox.parse(answer.data, format=ox.RdfFormat.N_TRIPLES))


def test_a_graph_from_beginning_to_end(writer: Client, allowed: dict[str, str], graph: str) -> None:
    target = f"/store?graph={graph}"
    upload: dict[str, Any] = {"content_type": TURTLE, "headers": allowed}
    assert subjects(writer, target) is None
    assert writer.head(target).status_code == 404
    assert writer.delete(target, headers=allowed).status_code == 404
    assert writer.put(target, data=ONE, **upload).status_code == 201
    assert subjects(writer, target) == ["urn:a"]
    assert writer.put(target, data=TWO, **upload).status_code == 204
    assert subjects(writer, target) == ["urn:b", "urn:b"]
    assert writer.post(target, data=ONE, **upload).status_code == 204
    assert subjects(writer, target) == ["urn:a", "urn:b", "urn:b"]
    assert writer.delete(target, headers=allowed).status_code == 204
    assert subjects(writer, target) is None
    missing = writer.get(target, headers={"Accept-Language": "en"})
    assert missing.get_json()["type"].endswith("/problem/no-such-graph")
    assert graph in missing.get_json()["detail"]


def test_a_post_to_a_graph_that_is_not_there_makes_it(
    writer: Client, allowed: dict[str, str], graph: str
) -> None:
    answer = writer.post(f"/store?graph={graph}", data=ONE, content_type=TURTLE, headers=allowed)
    assert answer.status_code == 201
    assert subjects(writer, f"/store?graph={graph}") == ["urn:a"]


def test_a_graph_may_be_empty(writer: Client, allowed: dict[str, str], graph: str) -> None:
    target = f"/store?graph={graph}"
    upload: dict[str, Any] = {"data": "", "content_type": TURTLE, "headers": allowed}
    assert writer.put(target, **upload).status_code == 201
    assert subjects(writer, target) == []
    assert writer.head(target).status_code == 200
    assert writer.put(target, **upload).status_code == 204
    assert writer.delete(target, headers=allowed).status_code == 204
    assert subjects(writer, target) is None


def test_the_default_graph(writer: Client, allowed: dict[str, str]) -> None:
    upload: dict[str, Any] = {"content_type": TURTLE, "headers": allowed}
    assert writer.put("/store?default", data=ONE, **upload).status_code == 204
    assert subjects(writer, "/store?default") == ["urn:a"]
    assert writer.post("/store?default", data=TWO, **upload).status_code == 204
    assert subjects(writer, "/store?default") == ["urn:a", "urn:b", "urn:b"]
    assert writer.delete("/store?default", headers=allowed).status_code == 204
    assert subjects(writer, "/store?default") == []


def test_a_new_graph_says_where_it_is(writer: Client, allowed: dict[str, str]) -> None:
    places = set[str]()
    for _ in range(2):
        answer = writer.post(
            "/store", data=ONE, content_type=TURTLE, headers=allowed, base_url="http://here.example"
        )
        assert answer.status_code == 201
        place = answer.headers["Location"]
        assert place.startswith("http://here.example/store/")
        places.add(place)
        path = place.removeprefix("http://here.example")
        direct = writer.get(path, headers={"Accept": "text/turtle"}, base_url="http://here.example")
        assert direct.status_code == 200
        assert subjects(writer, f"/store?graph={place}") == ["urn:a"]
        assert writer.delete(path, headers=allowed, base_url="http://here.example").status_code == 204
        assert subjects(writer, f"/store?graph={place}") is None
    assert len(places) == 2


@pytest.mark.parametrize("name", ["people/1", "a%2Fb", "%E5%8D%8F%E4%BC%9A", "a%20b", "x+y", "x;y=1,2"])
def test_a_graph_below_the_store_has_its_own_address(
    writer: Client, allowed: dict[str, str], name: str
) -> None:
    path, here = f"/store/{name}", "http://here.example"
    answer = writer.put(path, data="<> <urn:p> <b> .", content_type=TURTLE, headers=allowed, base_url=here)
    assert answer.status_code == 201
    triples = writer.get(path, headers={"Accept": "application/n-triples"}, base_url=here).text
    assert (
        triples
        == f"<{here}{path}> <urn:p> <{here}/store/{name.rpartition('/')[0]}{'/' if '/' in name else ''}b> .\n"
    )
    known = writer.get("/store", query_string={"graph": f"{here}{path}"})
    assert known.status_code == 200
    elsewhere = writer.get(path, base_url="http://there.example")
    assert elsewhere.status_code == 404
    assert writer.delete(path, headers=allowed, base_url=here).status_code == 204


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        ("text/turtle", "@prefix u: <urn:> . u:a u:p 1 ."),
        ("text/turtle; charset=UTF-8", ONE),
        ("application/n-triples", '<urn:a> <urn:p> "1" .'),
        ("application/ld+json", '{"@id": "urn:a", "urn:p": 1}'),
        (
            "application/rdf+xml",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:x:">'
            '<rdf:Description rdf:about="urn:a"><u:p>1</u:p></rdf:Description></rdf:RDF>',
        ),
    ],
)
def test_formats_of_uploads(
    writer: Client, allowed: dict[str, str], graph: str, media_type: str, data: str
) -> None:
    target = f"/store?graph={graph}"
    assert writer.put(target, data=data, content_type=media_type, headers=allowed).status_code == 201
    assert subjects(writer, target) == ["urn:a"]


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/trig", "application/n-quads"])
def test_other_formats_are_refused(
    writer: Client, allowed: dict[str, str], graph: str, media_type: str | None
) -> None:
    target = f"/store?graph={graph}"
    answer = writer.put(target, data=ONE, content_type=media_type, headers=allowed)
    assert answer.status_code == 415
    assert subjects(writer, target) is None


def test_several_files_in_one_post(writer: Client, allowed: dict[str, str], graph: str) -> None:
    target = f"/store?graph={graph}"
    parts = (("turtle", TURTLE, ONE), ("triples", "application/n-triples", "<urn:b> <urn:p> <urn:c> ."))
    body = "".join(
        f'--line\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        f"Content-Type: {media_type}\r\n\r\n{data}\r\n"
        for name, media_type, data in parts
    )
    multipart = 'multipart/form-data; boundary="line"'
    whole = f"{body}--line--\r\n"
    assert writer.post(target, data=whole, content_type=multipart, headers=allowed).status_code == 201
    assert subjects(writer, target) == ["urn:a", "urn:b"]
    for data, content_type in ((body, multipart), (whole, "multipart/form-data")):
        answer = writer.post(target, data=data, content_type=content_type, headers=allowed)
        assert answer.get_json()["type"].endswith("/problem/bad-multipart")
    assert writer.put(target, data=whole, content_type=multipart, headers=allowed).status_code == 415
    assert subjects(writer, target) == ["urn:a", "urn:b"]


def test_reading_a_graph_is_negotiated_and_has_a_tag(
    writer: Client, allowed: dict[str, str], graph: str
) -> None:
    target = f"/store?graph={graph}"
    writer.put(target, data=ONE, content_type=TURTLE, headers=allowed)
    answer = writer.get(target)
    assert answer.mimetype == TURTLE
    head = writer.head(target)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == answer.headers["ETag"]
    assert head.headers["Content-Length"] == str(len(answer.data))
    again = writer.get(target, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert writer.get(target, headers={"Accept": "text/csv"}).status_code == 406
    assert writer.get(target, headers={"Accept": "text/html,*/*;q=0.5"}).mimetype == TURTLE
    writer.post(target, data=TWO, content_type=TURTLE, headers=allowed)
    again = writer.get(target, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 200


@pytest.mark.parametrize("query", ["", "graph=urn:a&default", "graph=urn:a&graph=urn:b", "default=1"])
def test_one_graph_has_to_be_named(writer: Client, allowed: dict[str, str], query: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        options: dict[str, Any] = {"data": ONE, "content_type": TURTLE} if method == "PUT" else {}
        answer = writer.open(f"/store?{query}", method=method, headers=allowed, **options)
        assert answer.status_code == 400
        assert answer.get_json()["type"].endswith("/problem/graph-choice")


def test_a_release_is_read_too(client: Client) -> None:
    article = "https://w3id.org/tongzhou/graph/article"
    assert len(subjects(client, f"/store?graph={article}") or ()) == 11
    assert len(subjects(client, "/store?default") or ()) == 13
    assert subjects(client, "/store?graph=urn:none") is None
    assert client.open("/store?default", method="PATCH").status_code == 405
