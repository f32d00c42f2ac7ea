"""Writes over HTTP under both fronts: updates, and who may write at all."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Tokens
from .web import Client

DIRECT = "application/sparql-update"
TURTLE = "text/turtle"
_serial = itertools.count()


@pytest.fixture
def graph() -> str:
    """Return the name of a graph that nobody has written to."""
    return f"urn:graph:{next(_serial)}"


@pytest.fixture
def allowed(tokens: Tokens) -> dict[str, str]:
    """Return the header of somebody who may write."""
    return tokens.header("write")


def count(client: Client, graph: str) -> int:
    query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"})
    return int(answer.text.split()[1])


def kind_of(answer: Any) -> tuple[int, str]:
    """Return the status and the kind of a problem."""
    assert answer.mimetype == "application/problem+json"
    return answer.status_code, answer.get_json()["type"].rpartition("/")[2]


def test_three_ways_to_update(writer: Client, allowed: dict[str, str], graph: str) -> None:
    text = f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:p> {{}} }} }}"
    answers = [
        writer.post("/update", data=text.replace("{}", "1"), content_type=DIRECT, headers=allowed),
        writer.post("/update", data={"update": text.replace("{}", "2")}, headers=allowed),
        writer.post("/update/", data=text.replace("{}", "3"), content_type=DIRECT, headers=allowed),
    ]
    assert [(answer.status_code, answer.data) for answer in answers] == [(204, b"")] * 3
    assert count(writer, graph) == 3


def test_what_is_written_is_read_by_whoever_asks_next(
    writer: Client, allowed: dict[str, str], graph: str
) -> None:
    query = {"query": f"SELECT ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"}
    csv = {"Accept": "text/csv"}
    tags = set[str]()
    for number in range(20):
        text = (
            f"CLEAR SILENT GRAPH <{graph}> ; INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:p> {number} }} }}"
        )
        assert writer.post("/update", data=text, content_type=DIRECT, headers=allowed).status_code == 204
        headers = {**csv, "If-None-Match": ", ".join(tags)}
        fresh, kept = (writer.get("/sparql", query_string=query, headers=headers) for _ in range(2))
        assert (fresh.status_code, fresh.text) == (200, f"o\r\n{number}\r\n")
        assert (kept.status_code, kept.text) == (200, fresh.text)
        tags.add(fresh.headers["ETag"])
    assert len(tags) == 20


def test_faults_name_line_and_column_and_write_nothing(
    writer: Client, allowed: dict[str, str], graph: str
) -> None:
    insert = f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:p> 1 }} }} ;"
    answer = writer.post("/update", data=f"{insert}\nINSERT {{", content_type=DIRECT, headers=allowed)
    assert kind_of(answer) == (400, "update-syntax")
    assert answer.get_json()["line"] == 2
    assert answer.get_json()["column"] >= 8
    answer = writer.post("/update", data=f"{insert}\n LOAD <http://x/>", content_type=DIRECT, headers=allowed)
    assert kind_of(answer) == (403, "update-refused-load")
    assert (answer.get_json()["line"], answer.get_json()["column"]) == (2, 2)
    where = f"{insert} INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <http://x/> {{ ?s ?p ?o }} }}"
    assert kind_of(writer.post("/update", data={"update": where}, headers=allowed)) == (
        400,
        "query-refused-service",
    )
    failing = f"{insert} CREATE GRAPH <{graph}>"
    answer = writer.post("/update", data=failing, content_type=DIRECT, headers=allowed)
    assert kind_of(answer) == (409, "update-failed")
    assert graph in answer.get_json()["detail"]
    upload = {"content_type": TURTLE, "headers": allowed, "query_string": {"graph": graph}}
    answer = writer.put("/store", data="<urn:a> <urn:p> 1 .\n<urn:b> x .", **upload)
    assert kind_of(answer) == (400, "rdf-syntax")
    assert answer.get_json()["line"] == 2
    assert count(writer, graph) == 0


def test_the_dataset_of_an_update(writer: Client, allowed: dict[str, str], graph: str) -> None:
    for number, name in enumerate((f"{graph}/one", f"{graph}/two")):
        text = f"INSERT DATA {{ GRAPH <{name}> {{ <urn:{number}> <urn:p> 1 }} }}"
        assert writer.post("/update", data={"update": text}, headers=allowed).status_code == 204
    copy = f"INSERT {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
    form = {"update": copy, "using-graph-uri": f"{graph}/one"}
    assert writer.post("/update", data=form, headers=allowed).status_code == 204
    assert count(writer, graph) == 1
    named = copy.replace("{ ?s ?p ?o }", "{ GRAPH ?g { ?s ?p ?o } }").replace(
        f"GRAPH <{graph}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", f"GRAPH <{graph}> {{ ?s ?p ?o }}"
    )
    parameters = {"using-named-graph-uri": f"{graph}/two"}
    answer = writer.post("/update", query_string=parameters, data=named, content_type=DIRECT, headers=allowed)
    assert answer.status_code == 204
    assert count(writer, graph) == 2
    conflict = {"update": copy.replace("WHERE", f"USING <{graph}> WHERE"), "using-graph-uri": graph}
    assert kind_of(writer.post("/update", data=conflict, headers=allowed)) == (400, "using-conflict")


Send = Callable[[Client, dict[str, str]], Any]
WRITES: dict[str, Send] = {
    "update": lambda c, h: c.post("/update", data="DROP ALL", content_type=DIRECT, headers=h),
    "form": lambda c, h: c.post("/update", data={"update": "DROP ALL"}, headers=h),
    "put": lambda c, h: c.put("/store?default", data="", content_type=TURTLE, headers=h),
    "post": lambda c, h: c.post("/store", data="", content_type=TURTLE, headers=h),
    "delete": lambda c, h: c.delete("/store?default", headers=h),
    "direct": lambda c, h: c.delete("/store/x", headers=h),
}


@pytest.mark.parametrize("write", WRITES)
def test_who_may_not_write(
    writer: Client,
    client: Client,
    tokens: Tokens,
    allowed: dict[str, str],
    graph: str,
    write: str,
) -> None:
    send = WRITES[write]
    insert = f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:p> 1 }} }}"
    writer.post("/update", data={"update": insert}, headers=allowed)
    assert kind_of(send(writer, {})) == (401, "unauthorized")
    assert kind_of(send(writer, {"Authorization": "Bearer wrong"})) == (401, "bad-token")
    assert kind_of(send(writer, tokens.header("read"))) == (403, "forbidden")
    for foreign in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert kind_of(send(writer, {**allowed, **foreign})) == (403, "cross-site-form")
    assert kind_of(send(client, tokens.header("admin"))) == (403, "read-only")
    assert count(writer, graph) == 1


def test_pages_of_the_same_origin_may_write(writer: Client, allowed: dict[str, str], graph: str) -> None:
    headers = {**allowed, "Origin": "http://here.example", "Sec-Fetch-Site": "same-origin"}
    text = f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:p> 1 }} }}"
    answer = writer.post(
        "/update", data=text, content_type=DIRECT, headers=headers, base_url="http://here.example"
    )
    assert answer.status_code == 204


def test_updates_are_posted(writer: Client, allowed: dict[str, str]) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE", "QUERY"):
        answer = writer.open("/update?update=DROP+ALL", method=method, headers=allowed)
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "OPTIONS, POST"
    answer = writer.post("/sparql", data={"update": "DROP ALL"}, headers=allowed)
    assert kind_of(answer) == (400, "misplaced-parameter")
