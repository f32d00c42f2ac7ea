"""The whole description: what programs can ask this server for."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from tongzhou.server.openapi.parts import TEXT, Operation, asked, operation, problem_responses, problem_schema
from tongzhou.server.openapi.questions import describe_questions
from tongzhou.server.openapi.reconciliation import describe_reconciliation
from tongzhou.server.openapi.site import describe_site
from tongzhou.server.questions.stored import StoredQueries
from tongzhou.server.site import Site


async def describe_api(site: Site, queries: StoredQueries, root: str) -> dict[str, Any]:
    """Return the description of the service at an address; what needs a release is left out where there is none.

    Raises what the pool raises.
    """
    questions, schemas = await describe_questions(queries)
    curated = {**describe_site(), **describe_reconciliation()} if site.release else {}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tongzhou 同舟",
            "version": version("tongzhou"),
            "description": "What industry associations do, each fact with its sentence.",
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": root.rstrip("/")}],
        "paths": {**questions, "/sparql": {"get": _sparql()}, **curated},
        "components": {
            "schemas": {"Problem": problem_schema(), **schemas},
            "responses": problem_responses(),
        },
    }


def _sparql() -> Operation:
    others = ("application/sparql-results+xml", "text/csv", "text/turtle", "application/n-triples")
    query = {**TEXT, "examples": ["SELECT * { ?s ?p ?o } LIMIT 3"]}
    return operation(
        "sparql",
        "SPARQL 查询",
        "SPARQL 1.1 Protocol",
        parameters=[asked("query", query)],
        content={"application/sparql-results+json": {"type": "object"}, **dict.fromkeys(others, TEXT)},
        statuses=(400, 404, 406, 501),
        about="Longer queries go by POST. Other formats of results and of RDF by Accept. Without a query the endpoint "
        "describes itself.",
    )
