"""The pages as text: Jinja templates filled with plain values, complete without scripts. Needs no request and no server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jinja2

from tongzhou.graph.catalog import StoredQuery
from tongzhou.graph.namespaces import PREFIXES
from tongzhou.graph.query import Query
from tongzhou.server.overview import Overview
from tongzhou.server.result_table import ResultTable, link_to_query

_FIRST_QUERY = """PREFIX rdfs: <{rdfs}>
PREFIX tz: <{tz}>

SELECT ?association ?name {{
  ?association a tz:Association ; rdfs:label ?name .
  FILTER(LANG(?name) = "zh")
}}
ORDER BY ?name
LIMIT 100
"""
_ANY_QUERY = "SELECT * {\n  ?subject ?predicate ?object\n}\nLIMIT 100\n"


@dataclass(frozen=True)
class Dump:
    """A file to download, with its size in bytes."""

    name: str
    size: int


def render_home(
    overview: Overview | None,
    *,
    endpoint: str,
    release: str | None,
    dumps: Sequence[Dump],
    examples: Sequence[StoredQuery],
) -> str:
    """Return the home page, without counts where there are none; an ordinary dataset has no `release` and no dumps."""
    return _render(
        "home.html",
        overview=overview,
        endpoint=endpoint,
        release=release,
        dumps=dumps,
        examples=examples,
    )


def render_console(*, endpoint: str, curated: bool) -> str:
    """Return the page with the form for a query; `curated` data has associations to ask for."""
    text = _FIRST_QUERY.format(rdfs=PREFIXES["rdfs"], tz=PREFIXES["tz"]) if curated else _ANY_QUERY
    return _render(
        "console.html", query=text, default_graphs=(), named_graphs=(), endpoint=endpoint, curated=curated
    )


def render_results(query: Query, table: ResultTable) -> str:
    """Return the page with an answer; it says so where it shows only the first rows of it."""
    return _render(
        "results.html",
        query=query.text,
        default_graphs=query.default_graphs or (),
        named_graphs=query.named_graphs or (),
        boolean=table.boolean,
        columns=table.columns,
        table=table.rows,
        count=table.count,
    )


def render_ops(report: Mapping[str, Any]) -> str:
    """Return the page of the state of the server."""
    return _render("ops.html", report=report)


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(values, link_to_query=link_to_query)


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("tongzhou.server"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
