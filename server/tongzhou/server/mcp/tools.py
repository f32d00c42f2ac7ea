"""The tools, few and made to be combined. All only read, and what they read is one closed graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from importlib.metadata import version
from typing import Annotated, Any, Literal, ParamSpec
from urllib.parse import quote, urljoin

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, ToolAnnotations
from pydantic import Field

from tongzhou.graph.errors import QuerySyntaxError, TongzhouError
from tongzhou.graph.namespaces import ID
from tongzhou.graph.query import query_kind
from tongzhou.server.mcp.answers import MOST_ROWS, NOTICE, Table, proof_result, table_result
from tongzhou.server.mcp.api import Api

_INSTRUCTIONS = f"""Tongzhou is a knowledge graph of what industry associations and chambers of commerce in China did, as the news
tells it. Start with list_questions and ask; use search to find IRIs, get and evidence to look at one thing, explain for why
something that is inferred holds, sparql for the rest.
Every row names what it is about and the words that back it: cite both. Amounts keep their wording and a hedge; cash, goods and
both together are different measures, never to be added up. Members who were mobilised gave; the association called on them.
{NOTICE}"""
_STATEMENTS = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX tz: <https://w3id.org/tongzhou/ontology#>
SELECT ?property ?value ?label ?basis {{
  GRAPH ?graph {{ <{iri}> ?property ?value }}
  OPTIONAL {{ ?graph tz:basis ?basis }}
  OPTIONAL {{ ?value rdfs:label ?label FILTER(LANG(?label) = "{language}") }}
}} ORDER BY ?property ?value LIMIT {most}"""
_MORE = MOST_ROWS + 1

Language = Literal["zh", "en"]
Answer = Annotated[CallToolResult, Table]
_Thing = Annotated[
    str, Field(description="IRI of a thing, or <type>/<slug> such as org/china-meat-association")
]
_Term = Annotated[
    str,
    Field(
        description="IRI, prefixed name such as rdf:type, <type>/<slug>, or a label; an object may be a literal"
    ),
]
_Parameters = ParamSpec("_Parameters")


def make_server(api: Api) -> MCPServer[Any]:
    """Return the server over a Tongzhou server."""
    server: MCPServer[Any] = MCPServer(
        "tongzhou",
        title="Tongzhou 同舟",
        instructions=_INSTRUCTIONS,
        version=version("tongzhou"),
        log_level="WARNING",
    )
    hints = ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    for tool in Tools(api).all():
        server.add_tool(_told(tool), annotations=hints)
    return server


class Tools:
    """The tools over a server."""

    def __init__(self, api: Api) -> None:
        """Keep the server."""
        self._api = api

    def all(self) -> tuple[Callable[..., CallToolResult], ...]:
        """Return them in the order in which they are of use."""
        return (
            *(self.list_questions, self.ask, self.search, self.get),
            *(self.evidence, self.explain, self.sparql),
        )

    def list_questions(self, language: Language = "en") -> Answer:
        """List the stored questions: name, what it asks, and its parameters with their types and defaults."""
        rows = [
            {
                "name": question["name"],
                "question": question["label"][language],
                "about": question["about"][language],
                "parameters": "; ".join(map(_parameter, question["parameters"])),
            }
            for question in self._questions()
        ]
        columns = ("name", "question", "about", "parameters")
        return table_result(self._api, columns, rows, False, "The stored questions")

    def ask(
        self,
        name: Annotated[str, Field(description="name of a stored question, from list_questions")],
        parameters: Annotated[
            dict[str, str] | None, Field(description="values by name; left out, defaults run")
        ] = None,
        language: Language = "en",
    ) -> Answer:
        """Answer a stored question. Each row has the words of the article that state it."""
        asked = (one for one in self._questions() if one["name"] == name)
        known = {parameter["name"] for one in asked for parameter in one["parameters"]}
        values = ({"lang": language} if "lang" in known else {}) | (parameters or {})
        answer = self._api.read(f"api/query/{quote(name, safe='')}", values)
        return table_result(
            self._api, answer["columns"], answer["rows"], answer["truncated"], f"Answer to {name}"
        )

    def search(
        self,
        text: Annotated[str, Field(description="a name, words, an amount; Chinese, pinyin or English")],
        language: Language = "en",
    ) -> Answer:
        """Find things and sentences by their words."""
        answer = self._api.read(f"{language}/search.json", {"q": text})
        rows = [
            {"group": group["group"], "how": group["tier"], **_found(hit)}
            for group in answer["groups"]
            for hit in group["hits"]
        ]
        cut = any(group["count"] > len(group["hits"]) for group in answer["groups"])
        return table_result(self._api, ("group", "how", "iri", "label", "kind"), rows, cut, "Found")

    def get(self, thing: _Thing, language: Language = "en") -> Answer:
        """Get all statements about one thing, each with its basis: stated, name, background or inferred."""
        query = _STATEMENTS.format(iri=_iri(thing), language=language, most=_MORE)
        columns, rows = self._api.select(query)
        if not rows:
            raise ToolError(f"there is no {thing} in the graph. Use search to find what there is.")
        about = [{"thing": _iri(thing), **row} for row in rows]
        return table_result(self._api, ("thing", *columns), about, False, f"Statements about {thing}")

    def evidence(self, thing: _Thing) -> Answer:
        """Get the words that back one thing, with their lines in the article, the article and its section."""
        answer = self._api.read("api/query/evidence-of", {"thing": _iri(thing), "lang": "en"})
        if not answer["rows"]:
            raise ToolError(
                f"nothing backs {thing}: it is no thing of an article. Use search to find what there is."
            )
        return table_result(
            self._api, answer["columns"], answer["rows"], answer["truncated"], f"What backs {thing}"
        )

    def explain(self, subject: _Term, predicate: _Term, object: _Term, language: Language = "en") -> Answer:
        """Tell why the graph says something: the words that state it, else the steps of its proof, the conclusion first.

        Each step has the rule by which it follows from its premises, or the words that it rests on.
        """
        answer = self._api.read("explain", {"s": subject, "p": predicate, "o": object})
        return proof_result(answer, language, f"Why {subject} {predicate} {object}")

    def sparql(self, query: Annotated[str, Field(description="a SPARQL 1.1 SELECT or ASK query")]) -> Answer:
        """Answer a SPARQL SELECT or ASK query over the merge of all graphs. Name things in columns to get their quotations."""
        kind = query_kind(query)
        if kind not in ("select", "ask"):
            raise ToolError(f"this tool answers SELECT and ASK, not {kind.upper()}.")
        columns, rows = self._api.select(query)
        return table_result(self._api, columns, rows, False, "Answer to the query")

    def _questions(self) -> list[dict[str, Any]]:
        questions: list[dict[str, Any]] = self._api.read("api/query")["questions"]
        return questions


def _parameter(described: Mapping[str, Any]) -> str:
    """Return a parameter in words: `place: iri`, `lang: language = zh`."""
    default = f" = {described['default']}" if described["default"] is not None else ""
    return f"{described['name']}: {described['type']}{default}"


def _found(hit: Mapping[str, Any]) -> dict[str, Any]:
    """Return a hit as a row: a sentence with its words as a quote, a thing or concept with its label."""
    if "article" in hit:
        return {"iri": hit["iri"], "label": None, "kind": hit["kind"], "quote": hit["found_in"]}
    return {"iri": hit["iri"], "label": hit["label"], "kind": hit["kind"]}


def _iri(thing: str) -> str:
    """Return the IRI of a thing. Raises ToolError for what can be none."""
    iri = urljoin(ID, thing.strip())
    if any(sign in iri for sign in '<>"{}|\\^` \n') or not iri.startswith(("http://", "https://")):
        raise ToolError(f"{thing!r} is no IRI and no <type>/<slug>.")
    return iri


def _told(tool: Callable[_Parameters, CallToolResult]) -> Callable[_Parameters, CallToolResult]:
    """Let a tool tell the model what went wrong in the words of the error."""

    @wraps(tool)
    def run(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> CallToolResult:
        try:
            return tool(*args, **kwargs)
        except QuerySyntaxError as error:
            raise ToolError(f"the query is no SPARQL: {error}") from error
        except TongzhouError as error:
            raise ToolError(str(error)) from error

    return run
