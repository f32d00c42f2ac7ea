"""Data extension: the values of properties for things that a client has reconciled."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tongzhou.graph.namespaces import BASE, ID, SCHEMA, SKOS, TZ
from tongzhou.graph.search.document import Document
from tongzhou.graph.search.index import SearchIndex
from tongzhou.server.problems import RequestError
from tongzhou.server.reconcile.batch import Extension
from tongzhou.server.reconcile.candidates import entity_id, entity_name, nearest_places
from tongzhou.server.reconcile.properties import PROPERTIES
from tongzhou.server.reconcile.vocabulary import Select, Vocabulary

_ACTIONS = f"""
SELECT ?thing (COUNT(DISTINCT ?action) AS ?value) WHERE {{
  VALUES ?thing {{ $things }}
  OPTIONAL {{ ?action a <{TZ}Action> ; <{TZ}agent> ?thing }}
}} GROUP BY ?thing
"""
_AMOUNTS = f"""
SELECT DISTINCT ?thing ?value ?number WHERE {{
  VALUES ?thing {{ $things }}
  ?action <{TZ}agent> ?thing ; <{TZ}quantity> ?quantity .
  ?quantity <{TZ}wording> ?value .
  OPTIONAL {{ ?quantity <{TZ}value> ?number }}
}} ORDER BY ?thing DESC(?number) ?value
"""
_CLOSE_MATCHES = f"""
SELECT DISTINCT ?thing ?value WHERE {{
  VALUES ?thing {{ $things }}
  ?thing <{SCHEMA}sameAs>|<{SKOS}closeMatch>|<{SKOS}exactMatch> ?value .
  FILTER(ISIRI(?value) && !STRSTARTS(STR(?value), "{BASE}"))
}} ORDER BY ?thing ?value
"""
_ASKED = {"actions": _ACTIONS, "amounts": _AMOUNTS, "close-match": _CLOSE_MATCHES}

Values = list[dict[str, Any]]


def extend(
    index: SearchIndex, vocabulary: Vocabulary, asked: Extension, language: str, select: Select
) -> dict[str, Any]:
    """Return the values as the API has them; a thing that is unknown has none.

    Raises RequestError `batch-unknown-property`, and what `select` raises.
    """
    added = {name: one for name, one in PROPERTIES.items() if one.added}
    for name in asked.properties:
        if name not in added:
            facts = {"found": name[:40], "known": ", ".join(added)}
            raise RequestError("batch-unknown-property", facts, offers=tuple(added))
    known = {name: thing for name in asked.things if (thing := _find(index, name)) is not None}
    columns = {
        name: _column(index, name, list(known.values()), language, select) for name in asked.properties
    }
    meta = [{"id": name, "name": added[name].names[language]} for name in asked.properties]
    for column in meta:
        if column["id"] == "place" and "Place" in vocabulary.types:
            column["type"] = {"id": "Place", "name": vocabulary.types["Place"].name(language)}  # type: ignore[assignment]
    rows = {
        name: {
            column: columns[column][known[name].iri] if name in known else [] for column in asked.properties
        }
        for name in asked.things
    }
    return {"meta": meta, "rows": rows}


def _find(index: SearchIndex, name: str) -> Document | None:
    thing = index.get(f"{ID}{name.removeprefix(ID)}") if name.isprintable() else None
    return thing if thing is not None and thing.group == "thing" else None


def _column(
    index: SearchIndex, name: str, things: list[Document], language: str, select: Select
) -> dict[str, Values]:
    """Return the values of a property by the IRIs of the things."""
    values: dict[str, Values] = defaultdict(list)
    if name in _ASKED:
        listed = " ".join(f"<{thing.iri}>" for thing in things)
        for row in select(_ASKED[name].replace("$things", listed)) if things else []:
            text = str(row["value"].value)
            value = {"int": int(text)} if name == "actions" else {"str": text}
            if value not in values[str(row["thing"].value)]:
                values[str(row["thing"].value)].append(value)
        return values
    for thing in things:
        values[thing.iri] = _of_document(index, name, thing, language)
    return values


def _of_document(index: SearchIndex, name: str, thing: Document, language: str) -> Values:
    if name == "iri":
        return [{"str": thing.iri}]
    if name == "place":
        places = nearest_places(index, thing)
        return [{"id": entity_id(place), "name": entity_name(place, language)} for place in places]
    wanted = name.removeprefix("name-")
    return [{"str": one.text} for one in thing.names if (one.language, one.role) == (wanted, "label")]
