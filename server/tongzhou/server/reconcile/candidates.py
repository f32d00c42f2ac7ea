"""Queries of a batch to candidates. Each query is answered by itself."""

from __future__ import annotations

from typing import Any

from tongzhou.graph.matching import Candidate, Wish, match_name, resolve_places
from tongzhou.graph.namespaces import ID, TZ
from tongzhou.graph.search.document import Document
from tongzhou.graph.search.index import SearchIndex
from tongzhou.server.reconcile.batch import Asked
from tongzhou.server.reconcile.vocabulary import Vocabulary


def answer_query(index: SearchIndex, vocabulary: Vocabulary, asked: Asked, language: str) -> dict[str, Any]:
    """Return the candidates for a query as the API has them.

    Properties that we do not compare, and those without a value, are left out of account. Types that nothing has fit
    nothing, but keep nothing away: version 0.2 has no error for one query of a batch.
    """
    values = {name: tuple(filter(str.strip, given)) for name, given in asked.properties}
    types = [name.removeprefix(TZ) for name in (*asked.types, *values.get("type", ()))]
    unknown = [name for name in types if name and name not in vocabulary.types]
    can_fit = not unknown or (asked.type_strict == "any" and len(unknown) < len(types))
    places = values.get("place")
    wish = Wish(
        types=tuple(f"{TZ}{name}" for name in types if name),
        all_types=asked.type_strict == "all",
        strict_types=asked.type_strict != "should" and can_fit,
        places=resolve_places(index, places) if places else None,
    )
    found = match_name(index, asked.text, wish, limit=asked.limit)
    return {"result": [_candidate(one, vocabulary, language) for one in found]}


def entity_id(document: Document) -> str:
    """Return the id of a thing: what follows `…/id/` in its IRI."""
    return document.iri.removeprefix(ID)


def entity_name(document: Document, language: str) -> str:
    """Return the label of a thing in a language, else in the other."""
    label = document.label(language)
    return label.text if label else entity_id(document)


def describe_entity(index: SearchIndex, vocabulary: Vocabulary, document: Document, language: str) -> str:
    """Return what tells a thing from its namesakes: its narrowest type and where it is."""
    types = [one["name"] for one in vocabulary.of_classes(document.types[:1], language)]
    places = [entity_name(place, language) for place in nearest_places(index, document)]
    return " · ".join([*types, *places])


def nearest_places(index: SearchIndex, document: Document) -> list[Document]:
    """Return the places that a thing lies in, without those that hold another one of them."""
    places = [place for iri in document.places if (place := index.get(iri)) is not None]
    above = {iri for place in places for iri in place.places if iri != place.iri}
    return [place for place in places if place.iri not in above]


def _candidate(one: Candidate, vocabulary: Vocabulary, language: str) -> dict[str, Any]:
    signals = one.features
    features: list[dict[str, Any]] = [
        {"id": "name_exact", "value": signals.exact or signals.short},
        {"id": "name_near", "value": signals.near},
        {"id": "alias", "value": signals.alias},
    ]
    for name, value in (("type", signals.type), ("place", signals.place)):
        if value is not None:
            features.append({"id": name, "value": value})
    name = entity_name(one.document, language)
    found_by = {} if one.name.text == name else {"description": one.name.text}
    return {
        "id": entity_id(one.document),
        "name": name,
        **found_by,
        "score": one.score,
        "match": one.match,
        "type": vocabulary.of_classes(one.document.types, language),
        "features": features,
    }
