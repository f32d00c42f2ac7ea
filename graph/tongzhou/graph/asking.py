"""Stored questions asked of an evaluator: a value that names nothing is refused, with what it may be meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import cast

import pyoxigraph as ox

from tongzhou.graph.catalog import Catalog, StoredQuery
from tongzhou.graph.errors import UnknownValueError
from tongzhou.graph.namespaces import shorten
from tongzhou.graph.parameters import QueryCall
from tongzhou.graph.query import Evaluator, Query


def check_values(
    catalog: Catalog, stored: StoredQuery, values: Mapping[str, str], evaluator: Evaluator
) -> None:
    """Refuse values that name nothing in the graph: else their empty answer looks like one of the article.

    Raises BadValueError, UnknownValueError.
    """
    for name, parameter in stored.parameters.items():
        value = values.get(name)
        if not value or value == parameter.default or parameter.type != "iri":
            continue
        thing = parameter.term(value)
        if evaluator.evaluate(Query(f"ASK {{ {{ {thing} ?p ?o }} UNION {{ ?s ?p {thing} }} }}")):
            continue
        call = parameter.choices
        near = near_values(value, _labels(catalog, call, evaluator)) if call else ()
        hint = f"Near: {', '.join(near)}." if near else "Write a full IRI or <type>/<slug>."
        message = f"parameter '{name}': {value!r} is not in the graph. {hint}"
        raise UnknownValueError(message, parameter=name, near=near)


def near_values(value: str, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values, from a mapping of values to labels, that a mistyped one or a label in its place may mean."""
    values = {name: name for name in labels}
    labelled = {label: name for name, label in labels.items()}
    near = [
        named[match]
        for named, text in ((values, shorten(value)), (labelled, value.strip()))
        for match in difflib.get_close_matches(text, named, n=3)
    ]
    return tuple(dict.fromkeys(near))


def _labels(catalog: Catalog, call: QueryCall, evaluator: Evaluator) -> dict[str, str]:
    """Return the values that a parameter takes, with their labels."""
    answer = cast("ox.QuerySolutions", evaluator.evaluate(Query(catalog.find(call.query).bind(call.values))))
    rows = ((row[0], row[1]) for row in answer)
    return {
        shorten(thing.value): label.value
        for thing, label in rows
        if isinstance(thing, ox.NamedNode) and isinstance(label, ox.Literal)
    }
