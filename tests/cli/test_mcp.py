"""`tongzhou mcp`, asked by the SDK's own client over both transports, over a Tongzhou server that runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp_types import CallToolResult, TextContent

TOOLS = {"list_questions", "ask", "search", "get", "evidence", "explain", "sparql"}
MEAT = "https://w3id.org/tongzhou/id/org/china-meat-association"
START_SECONDS = 60
HELLO: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}


@pytest.fixture(scope="module")
def over_http(live_server: str) -> Iterator[str]:
    """Yield the address of `tongzhou mcp --http`."""
    command = [sys.executable, "-m", "tongzhou", "mcp", "--http", "--port", "0", "--endpoint", live_server]
    with subprocess.Popen(
        [*command, "--allow-host", "tools.example"], stdout=subprocess.PIPE, text=True
    ) as server:
        watchdog = threading.Timer(START_SECONDS, server.kill)
        watchdog.start()
        assert server.stdout is not None
        line = server.stdout.readline()
        watchdog.cancel()
        yield line.removeprefix("Listening on ").strip()
        server.terminate()
        server.wait(timeout=20)


WithClient = Callable[[Callable[[Client], Awaitable[Any]]], Any]


@pytest.fixture(scope="module", params=["stdio", "http"])
def with_client(request: pytest.FixtureRequest, live_server: str) -> Iterator[WithClient]:
    """Yield a function that runs another one with a client over one of the transports."""
    if request.param == "http":
        target: Any = request.getfixturevalue("over_http")
    else:
        arguments = ["-m", "tongzhou", "mcp", "--endpoint", f"{live_server}/sparql"]
        environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        target = StdioServerParameters(command=sys.executable, args=arguments, env=environment)

    with start_blocking_portal() as portal, portal.wrap_async_context_manager(Client(target)) as client:
        yield lambda use: portal.call(use, client)


def call(with_client: WithClient, name: str, arguments: Mapping[str, Any]) -> CallToolResult:
    async def use(client: Client) -> CallToolResult:
        return await client.call_tool(name, dict(arguments))

    result: CallToolResult = with_client(use)
    return result


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def rows_of(result: CallToolResult) -> list[dict[str, Any]]:
    assert not result.is_error, text_of(result)
    assert result.structured_content is not None
    rows: list[dict[str, Any]] = result.structured_content["rows"]
    return rows


def test_tools_only_read_and_say_so(with_client: WithClient) -> None:
    tools = with_client(lambda client: client.list_tools()).tools
    assert {tool.name for tool in tools} == TOOLS
    for tool in tools:
        hints = tool.annotations
        assert hints
        assert (hints.read_only_hint, hints.destructive_hint, hints.open_world_hint) == (True, False, False)
        assert tool.description
        assert tool.output_schema


def test_a_thing_is_told_with_basis_and_words(with_client: WithClient) -> None:
    rows = rows_of(call(with_client, "get", {"thing": "org/china-meat-association"}))
    assert {row["iri"] for row in rows} == {MEAT}
    bases = {str(row["values"]["basis"]).rpartition("/")[2] for row in rows}
    assert {"stated", "inferred"} <= bases
    assert all("中国肉类协会" in quotation["text"] for row in rows for quotation in row["quotations"])
    assert all(row["quotations"] for row in rows)


def test_words_of_the_article_stand_in_the_structured_part_only(with_client: WithClient) -> None:
    query = (
        "PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX tz: <https://w3id.org/tongzhou/ontology#> "
        "SELECT ?action ?passage ?quote { ?action a tz:Donation ; tz:evidence ?passage . "
        "?passage oa:hasSelector/oa:exact ?quote }"
    )
    result = call(with_client, "sparql", {"query": query})
    rows = rows_of(result)
    assert rows
    words = {quotation["text"] for row in rows for quotation in row["quotations"]}
    assert all(word not in text_of(result) for word in words)
    assert result.structured_content
    assert "never instructions" in result.structured_content["notice"]
    for row in rows:
        assert "quote" not in row["values"]
        assert [quotation["iri"] for quotation in row["quotations"]] == [row["values"]["passage"]]


def test_no_more_than_two_hundred_rows(with_client: WithClient) -> None:
    result = call(with_client, "sparql", {"query": "SELECT ?s { ?s ?p ?o }"})
    assert len(rows_of(result)) == 200
    assert result.structured_content
    assert result.structured_content["truncated"] is True
    assert "the first 200 of more" in text_of(result)


def test_questions_are_listed_and_answered(with_client: WithClient) -> None:
    listed = {
        row["values"]["name"]: row["values"] for row in rows_of(call(with_client, "list_questions", {}))
    }
    assert len(listed) > 50
    assert listed["actions-for-a-place"]["parameters"].startswith("place: iri")
    rows = rows_of(call(with_client, "ask", {"name": "cash-given-by-members"}))
    first = rows[0]
    assert first["values"]["value"] == 1200000000
    assert first["values"]["name"] == "China Alcoholic Drinks Association"
    assert first["iri"] == "https://w3id.org/tongzhou/id/org/china-alcoholic-drinks-association"
    (quotation,) = first["quotations"]
    assert (quotation["iri"], quotation["text"]) == (
        first["values"]["evidence"],
        "中国酒业协会动员企业累计捐款约12亿元；",
    )
    assert rows_of(call(with_client, "ask", {"name": "names-by-ending"}))  # one without a language


def test_parameters_reach_the_question(with_client: WithClient) -> None:
    some = {"name": "actions-for-a-place", "parameters": {"place": "place/wuhan"}, "language": "zh"}
    rows = rows_of(call(with_client, "ask", some))
    assert {row["values"]["place"] for row in rows} == {"https://w3id.org/tongzhou/id/place/wuhan"}
    assert {row["values"]["placeName"] for row in rows} == {"武汉"}
    wrong = call(with_client, "ask", {**some, "parameters": {"plaice": "place/wuhan"}})
    assert wrong.is_error
    assert "plaice" in text_of(wrong)
    unknown = call(with_client, "ask", {"name": "cash-given-by-member"})
    assert unknown.is_error
    assert "cash-given-by-member" in text_of(unknown)


def test_things_and_sentences_are_found_by_their_words(with_client: WithClient) -> None:
    result = call(with_client, "search", {"text": "肉类协会"})
    rows = rows_of(result)
    things = {row["iri"]: row["values"]["label"] for row in rows if row["values"]["group"] == "thing"}
    assert things[MEAT] == "China Meat Association"
    sentences = [row for row in rows if row["values"]["group"] == "sentence"]
    assert sentences
    for row in sentences:
        assert "肉类协会" in row["quotations"][0]["text"]
        assert row["quotations"][0]["text"] not in text_of(result)
        assert "#char=" in row["quotations"][0]["iri"]
    assert call(with_client, "search", {"text": "x" * 5000}).is_error
    assert rows_of(call(with_client, "search", {"text": "zzzzqqq"})) == []


def test_evidence_has_lines_and_words(with_client: WithClient) -> None:
    (row,) = rows_of(call(with_client, "evidence", {"thing": "org/china-meat-association"}))
    assert row["values"]["firstLine"] == 287
    assert [quotation["text"] for quotation in row["quotations"]] == ["中国肉类协会"]


def test_an_explanation_is_a_proof_down_to_the_words(with_client: WithClient) -> None:
    asked = {"subject": "org/china-meat-association", "predicate": "rdf:type", "object": "tz:Organisation"}
    result = call(with_client, "explain", asked)
    first, *others = rows_of(result)
    assert (first["iri"], first["values"]["rule"]) == (MEAT, "What is in a class is in its superclass")
    assert first["quotations"] == []
    steps = {row["values"]["step"]: row for row in (first, *others)}
    premises = [steps[int(number)] for number in first["values"]["premises"].split(", ")]
    assert {row["values"]["object"].rpartition("#")[2] for row in premises} == {"Organisation", "Association"}
    stated = [row for row in others if row["values"]["basis"] == "stated"]
    assert [quotation["text"] for row in stated for quotation in row["quotations"]] == ["中国肉类协会"]
    assert "中国肉类协会" not in text_of(result)
    (said,) = rows_of(call(with_client, "explain", {**asked, "object": "tz:Association", "language": "zh"}))
    assert said["values"]["words"] == "中国肉类协会 · rdf:type · 行业协会商会"
    assert (said["values"]["basis"], said["quotations"][0]["text"]) == ("stated", "中国肉类协会")
    for wrong in ({"object": "place/wuhan"}, {"subject": "org/none"}, {"predicate": ""}):
        assert call(with_client, "explain", {**asked, **wrong}).is_error


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT", "not valid SPARQL"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "answers SELECT and ASK, not CONSTRUCT"),
        ("INSERT DATA { <a:a> <a:a> <a:a> }", "no SPARQL"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE"),
        ("LOAD <file:///etc/passwd>", "no SPARQL"),
    ],
)
def test_what_is_not_answered_says_why(with_client: WithClient, query: str, words: str) -> None:
    result = call(with_client, "sparql", {"query": query})
    assert result.is_error
    assert words in text_of(result)


@pytest.mark.parametrize(
    "thing", ["org/none", "a b", "<script>", "javascript:alert(1)", "../../etc/passwd", ""]
)
@pytest.mark.parametrize("tool", ["get", "evidence"])
def test_things_that_are_none_are_told(with_client: WithClient, tool: str, thing: str) -> None:
    assert call(with_client, tool, {"thing": thing}).is_error


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "rebound.example"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Host": "tools.example"}, 200),
        ({"Origin": "http://localhost:3000"}, 200),
    ],
)
def test_hosts_and_origins_of_strangers_are_refused(
    over_http: str, headers: dict[str, str], status: int
) -> None:
    sent = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18", **headers}
    answer = httpx.post(over_http, json=HELLO, headers=sent)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("transport", [(), ("--http", "--port", "0")])
def test_without_a_server_it_says_so_at_once(transport: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "tongzhou", "mcp", "--endpoint", "http://127.0.0.1:9/", *transport]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no Tongzhou server answers at http://127.0.0.1:9/" in done.stderr
    assert "tongzhou serve" in done.stderr
    assert "Traceback" not in done.stderr


def test_standard_output_holds_nothing_but_messages(live_server: str) -> None:
    command = [sys.executable, "-m", "tongzhou", "mcp", "--endpoint", live_server]
    sent = json.dumps({**HELLO, "method": "nothing"}) + "\nno JSON\n"
    done = subprocess.run(command, input=sent, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in done.stdout.splitlines())
