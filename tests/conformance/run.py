"""Run a test of the suites against a server and say what is wrong with the answer."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pyoxigraph as ox

from .answers import GRAPH_TYPES, TABLE_TYPES, Answer, Table, describe, read_answer, same_answers
from .client import Client, LoadFailedError, read_source, triples_by_graph
from .compare import graph_rows, same_bags
from .description import examine
from .exchanges import Exchange
from .manifest import Case, Change, Conversation, Evaluation, SelfDescription, Syntax

EVERY_TYPE = ", ".join([*TABLE_TYPES.values(), *GRAPH_TYPES.values()])
FORMS = {
    "boolean": {TABLE_TYPES[".srx"], TABLE_TYPES[".srj"]},
    "tabular": set(TABLE_TYPES.values()),
    "RDF": {*GRAPH_TYPES.values(), "application/ld+json", "application/n-quads", "application/trig"},
}
NOT_UNDERSTOOD = {400, 401, 404, 405, 406, 411, 415}
"""What a server answers that took a valid request for an invalid one; any other refusal is its right."""

NOISE = re.compile(
    r"'''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|<[^<>\"{}|^`\\\s]*>|#[^\n]*",
    re.DOTALL,
)
COMPUTED = re.compile(r"\bAS\s*[?$](\w+)", re.IGNORECASE)
ORDERED = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)


def run(case: Case, client: Client) -> str | None:
    """Run a test; return what is wrong, or None where it passes."""
    try:
        return _run(case, client)
    except LoadFailedError as error:
        return str(error)
    except httpx.TransportError as error:
        client.reconnect()
        return f"the connection broke: {type(error).__name__}: {error}"


def _run(case: Case, client: Client) -> str | None:
    match case.action:
        case Evaluation() as action:
            return _evaluate(action, client)
        case Change() as action:
            return _change(action, client)
        case Syntax() as action:
            return _syntax(action, client)
        case Conversation() as action:
            return _converse(action, client)
        case SelfDescription(question):
            return examine(question, client)
        case None:
            raise ValueError(f"{case.id} is skipped: {case.skipped}")


def _evaluate(action: Evaluation, client: Client) -> str | None:
    client.fill(action.data)
    suffix = action.expected.path.suffix
    wanted = TABLE_TYPES[action.accept] if action.accept else None
    table = TABLE_TYPES[".srj"] if suffix == ".srj" else TABLE_TYPES[".srx"]
    answer = client.query(_with_base(action.query, action.base), wanted or f"{table}, text/turtle;q=0.9")
    if answer.status_code != 200:
        return _unexpected(answer, "200")
    if wanted and media_type_of(answer) != wanted:
        return f"the answer is {media_type_of(answer)}, not {wanted}"
    actual = _read(answer, action.base)
    if isinstance(actual, str):
        return actual
    expected = read_expected(action)
    text = NOISE.sub(" ", action.query)
    ordered = orders(text) or (isinstance(expected, Table) and expected.indexed)
    computed = frozenset(COMPUTED.findall(text))
    if same_answers(expected, actual, ordered=ordered, lax=action.lax, computed=computed):
        return None
    return f"expected {describe(expected)}\ngot {describe(actual)}"


def read_expected(action: Evaluation) -> Answer:
    """Read the file that holds a query's answer. Raises SyntaxError, ValueError and OSError."""
    source = action.expected
    media_type = (TABLE_TYPES | GRAPH_TYPES)[source.path.suffix]
    return read_answer(source.path.read_bytes(), media_type, source.base)


def orders(text: str) -> bool:
    """Say whether the outermost query has ORDER BY, in a text without strings, comments and IRIs."""
    before = None
    while before != text:
        before, text = text, re.sub(r"\{[^{}]*\}", " ", text)
    return bool(ORDERED.search(text))


def _with_base(text: str, base: str) -> str:
    """Put a BASE before a query that has relative IRIs: the suites mean the address of the file."""
    return f"BASE <{base}>\n{text}"


def _change(action: Change, client: Client) -> str | None:
    client.fill(action.before)
    answer = client.update(_with_base(action.update, action.base))
    if not answer.is_success:
        return _unexpected(answer, "2xx")
    expected = triples_by_graph(quad for source in action.after for quad in read_source(source))
    actual = triples_by_graph(client.dataset())
    if set(expected) != set(actual):
        return f"expected the graphs {sorted(map(str, expected))}, got {sorted(map(str, actual))}"
    for name, triples in expected.items():
        wanted, got = graph_rows(triples), graph_rows(actual[name])
        if not same_bags(wanted, got):
            return f"graph {name or 'default'}: expected {describe(wanted)}\ngot {describe(got)}"
    return None


def _syntax(action: Syntax, client: Client) -> str | None:
    if action.is_update:
        client.fill(())
        answer = client.update(action.text)
    else:
        answer = client.query(action.text, EVERY_TYPE)
    if action.valid:
        return _unexpected(answer, "no refusal") if answer.status_code in NOT_UNDERSTOOD else None
    return None if answer.status_code == 400 else _unexpected(answer, "400")


def _converse(action: Conversation, client: Client) -> str | None:
    client.fill(action.data)
    names: dict[str, str] = {}
    client.reconnect()
    try:
        for number, exchange in enumerate(action.exchanges, 1):
            answer = _send(exchange, client, names)
            fault = _judge(exchange, answer, client, names)
            if fault:
                return f"request {number} ({exchange.method} {exchange.service}{exchange.target}): {fault}"
    finally:
        client.reconnect()
    return None


def _send(exchange: Exchange, client: Client, names: dict[str, str]) -> httpx.Response:
    target = _localise(exchange.target, client)
    body = exchange.body
    for name, value in names.items():
        target = target.replace(name, quote(value, safe=""))
    if exchange.service == "store" and body is not None:
        body = _localise(body.decode(), client).encode()
    headers = dict(exchange.headers)
    return client.send(exchange.service, exchange.method, target, headers=headers, body=body)


def _localise(text: str, client: Client) -> str:
    """Put the server's address where the manifest has `http://www.example/gsp`."""
    store = client.target.store
    escaped = text.replace(quote("http://www.example/gsp", safe=""), quote(store, safe=""))
    return escaped.replace("http://www.example/gsp", store)


def _judge(exchange: Exchange, answer: httpx.Response, client: Client, names: dict[str, str]) -> str | None:
    if not str(answer.status_code).startswith(exchange.statuses):
        return _unexpected(answer, " or ".join(exchange.statuses))
    if exchange.form and media_type_of(answer) not in FORMS[exchange.form]:
        return f"{media_type_of(answer) or 'no media type'} is no {exchange.form} answer"
    if exchange.boolean is not None:
        actual = _read(answer, client.target.query)
        if actual is not exchange.boolean:
            return (
                f"expected {exchange.boolean}, got {actual if isinstance(actual, str) else describe(actual)}"
            )
    if exchange.media_type and media_type_of(answer) != exchange.media_type:
        return f"expected {exchange.media_type}, got {media_type_of(answer) or 'no media type'}"
    if exchange.location:
        if "location" not in answer.headers:
            return "no Location"
        names[exchange.location] = urljoin(str(answer.url), answer.headers["location"])
    return _judge_graph(exchange, answer, client, names) if exchange.graph is not None else None


def _judge_graph(
    exchange: Exchange, answer: httpx.Response, client: Client, names: dict[str, str]
) -> str | None:
    text = _localise(exchange.graph or "", client)
    for name, value in names.items():
        text = text.replace(name, value)
    base = str(answer.url) if not urlsplit(str(answer.url)).query else client.target.store
    expected = graph_rows(ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base))
    actual = _read(answer, base)
    if isinstance(actual, list) and same_bags(expected, actual):
        return None
    return f"expected {describe(expected)}\ngot {actual if isinstance(actual, str) else describe(actual)}"


def media_type_of(answer: httpx.Response) -> str:
    """Return the media type of an answer without its parameters."""
    return str(answer.headers.get("content-type", "")).partition(";")[0].strip().lower()


def _read(answer: httpx.Response, base: str) -> Answer | str:
    """Read an answer, or say why it cannot be read."""
    try:
        return read_answer(answer.content, media_type_of(answer), base)
    except (SyntaxError, ValueError) as error:
        return f"the answer cannot be read as {media_type_of(answer) or 'no media type'}: {error}"


def _unexpected(answer: httpx.Response, wanted: str) -> str:
    return f"expected {wanted}, got {answer.status_code}: {answer.text[:400]}"
