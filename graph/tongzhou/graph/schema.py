"""The JSON Schema of a file of facts, made from the JSON-LD context and the ontology, so that it never says otherwise.

Editors complete and check `facts.yaml` with `ontology/facts.schema.json`; the compiler checks each file against the same
schema before it makes triples. `python -m tongzhou.graph.editor_schema` writes the file anew after the ontology has changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pyoxigraph as ox

from tongzhou.graph.facts import CONTEXT_IRI, THING_TYPES
from tongzhou.graph.namespaces import BASE, OWL, RDF, RDFS, SCHEME, SKOS, TZ
from tongzhou.graph.yamlld import Json

Schema = dict[str, Any]

FILE_NAME = "facts.schema.json"

# Classes that the compiler or the reasoner gives; nobody writes them.
_COMPUTED_CLASSES = frozenset(
    {"Passage", "Section", "MobilisedAction", "ActionThroughMembers", "CommissionedAction", "InferenceStep"}
)
# Properties of the context that the compiler gives.
_COMPUTED_KEYS = frozenset({"evidence", "inSection", "textRights", "rightsHolder"})
_QUANTITY_ONLY = frozenset({"value", "lowerBound", "upperBound", "hedge", "measure", "unit"})
_QUANTITY_KEYS = (*sorted(_QUANTITY_ONLY), "alias", "label", "note", "wording")
_NESTED = {"quantity": "quantity", "asksFor": "node", "photograph": "node"}
_OUTWARD = frozenset({"source", "sameAs"})
_THEMED = frozenset({"object"})

_SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*"
_OURS = (
    f"(?:{'|'.join(sorted(THING_TYPES))})/{_SLUG}(?:#[a-z0-9-]+)?|[a-z]+:{_SLUG}|{BASE.replace('.', '[.]')}.+"
)


@dataclass
class _Vocabulary:
    """What the ontology declares: classes, properties, concepts, with the English definition of each."""

    classes: list[str] = field(default_factory=list[str])
    properties: list[str] = field(default_factory=list[str])
    quantities: list[str] = field(default_factory=list[str])
    concepts: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    definitions: dict[str, str] = field(default_factory=dict[str, str])


def facts_schema(context: Json, ontology: Iterable[ox.Quad]) -> Schema:
    """Return the JSON Schema (2020-12) of a file of facts."""
    words = _read(ontology)
    terms = {key: value for key, value in _terms(context).items() if key not in _COMPUTED_KEYS}
    properties = {key: _described(key, _value(key, term), words) for key, term in sorted(terms.items())}
    named = {key: value for key, value in properties.items() if key not in _QUANTITY_ONLY}
    types = [*words.classes, "Concept", "ConceptScheme"]
    evidence = {key: {"$ref": f"#/$defs/{name}"} for key, name in _EVIDENCE.items()}
    own = {"id": {"$ref": "#/$defs/id"}, "type": _one_or_more({"enum": sorted(types)})}
    amount = {"type": {"enum": sorted(words.quantities)}} | {key: properties[key] for key in _QUANTITY_KEYS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{BASE}{FILE_NAME}",
        "title": "Facts of an article or of the background, in YAML-LD",
        "type": "object",
        "required": ["@context", "@graph"],
        "additionalProperties": False,
        "properties": {
            "@context": {"$ref": "#/$defs/context"},
            "@graph": {"type": "array", "items": {"$ref": "#/$defs/node"}},
            "layout": {"$ref": "#/$defs/layout"},
            "rights": {"$ref": "#/$defs/rights"},
        },
        "$defs": {
            **_DEFINITIONS,
            **{scheme: {"enum": sorted(names)} for scheme, names in sorted(words.concepts.items())},
            "property": {"enum": sorted(words.properties)},
            "node": _object({**own, **evidence, "fromName": {"$ref": "#/$defs/fromName"}, **named}),
            "fromName": _object({"type": own["type"], **named}),
            "quantity": _object({"id": own["id"], "quote": evidence["quote"], **amount}),
        },
    }


def schema_text(context: Json, ontology: Iterable[ox.Quad]) -> str:
    """Return the schema as the committed file has it."""
    return json.dumps(facts_schema(context, ontology), ensure_ascii=False, indent=2) + "\n"


def _one_or_more(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "array", "minItems": 1, "items": schema}]}


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": dict(properties)}


_TEXT: Schema = {"type": "string", "pattern": "[^ \n\t\u3000]", "description": "Write words."}
_MONTH_DAY = (
    "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|[12][0-9])"
)
_HAN = "\u4e00-\u9fff"
_EVIDENCE = {"quote": "quotes", "mention": "words", "opens": "words"}
_DEFINITIONS: Schema = {
    "id": {
        "type": "string",
        "pattern": f"^(?:{_OURS})$",
        "description": "Write '<type>/<slug>': a type of "
        f"{', '.join(sorted(THING_TYPES))}, and the English label in lower-case ASCII, hyphenated.",
    },
    "reference": {
        "type": "string",
        "pattern": f"^(?:{_OURS})$",
        "description": "Write the id of a fact, such as 'org/<slug>', or 'theme:<concept>'.",
    },
    "references": _one_or_more({"$ref": "#/$defs/reference"}),
    "outward": {
        "type": "string",
        "pattern": f"^(?:{_OURS}|https?://[^ ]+)$",
        "description": "Write the id of a source, or an address that starts with https://.",
    },
    "themed": {"type": "string", "pattern": f"^[a-z]+:{_SLUG}$"},
    "words": _one_or_more(_TEXT),
    "quote": {
        "anyOf": [
            _TEXT,
            {**_object({"exact": _TEXT, "prefix": _TEXT, "suffix": _TEXT}), "required": ["exact"]},
        ]
    },
    "quotes": _one_or_more({"$ref": "#/$defs/quote"}),
    "texts": {
        **_object({"zh": _one_or_more(_TEXT), "en": _one_or_more(_TEXT)}),
        "minProperties": 1,
        "description": "Write '{zh: …, en: …}'.",
    },
    "label": {
        **_object(
            {
                "zh": {"type": "string", "pattern": f"[{_HAN}]", "description": "Write it in Chinese."},
                "en": {
                    "type": "string",
                    "pattern": f"^[^{_HAN}]*[^{_HAN} ][^{_HAN}]*$",
                    "description": "Write it in English.",
                },
            }
        ),
        "minProperties": 1,
        "description": "Write '{zh: …, en: …}'.",
    },
    "code": {"type": ["string", "number"], "description": "Write one word or number."},
    "decimal": {
        "type": ["string", "number"],
        "pattern": "^(?:0|[1-9][0-9]{0,17})(?:[.][0-9]{0,11}[1-9])?$",
        "description": "Write the digits out, 18 at most, without separators or exponent, such as 2200000000 or 1.3.",
    },
    "monthDay": {
        "type": "string",
        "pattern": f"^--(?:{_MONTH_DAY})$",
        "description": "Write '--MM-DD', a day that exists, such as --02-21.",
    },
    "date": {
        "type": "string",
        "pattern": f"^[0-9]{{4}}-(?:{_MONTH_DAY})$",
        "description": "Write 'YYYY-MM-DD', a day that exists.",
    },
    "context": {
        "description": f"Write '{CONTEXT_IRI}', and the prefix of the article's themes if there are any.",
        "anyOf": [
            {"const": CONTEXT_IRI},
            {
                "type": "array",
                "items": {
                    "anyOf": [
                        {"const": CONTEXT_IRI},
                        {"type": "object", "additionalProperties": {"type": "string"}},
                    ]
                },
            },
        ],
    },
    "layout": {
        "type": "object",
        "additionalProperties": {"type": "array", "items": _TEXT},
        "description": "Write 'title: [words of the line]', and so for heading, byline, caption, running head.",
    },
    "rights": {
        **_object({"text": {"enum": ["quotes", "whole"]}, "holder": _TEXT}),
        "required": ["text", "holder"],
        "description": "Write '{text: quotes|whole, holder: …}'.",
    },
}


def _terms(context: Json) -> dict[str, dict[str, Any]]:
    """Return the terms of a context that are properties, with their definitions."""
    assert isinstance(context, dict)
    return {
        key: cast("dict[str, Any]", term)
        for key, term in context.items()
        if not key.startswith("@") and isinstance(term, dict)
    }


def _value(key: str, term: Mapping[str, Any]) -> Schema:
    """Return the schema of a property's value."""
    kind = term.get("@type", "")
    if term.get("@container") == "@language":
        return _ref("label" if key == "label" else "texts")
    if kind == "@vocab":
        return _concepts(key) if "@context" in term else _ref("property")
    if key in _NESTED:
        nested = [_ref(_NESTED[key]), _ref("reference")]
        return _one_or_more({"anyOf": nested[:1] if key == "quantity" else nested})
    if kind == "@id":
        return _one_or_more(_ref("outward")) if key in _OUTWARD else _ref("references")
    name = {"xsd:decimal": "decimal", "xsd:gMonthDay": "monthDay", "xsd:date": "date"}.get(kind, "code")
    return _ref(name)


def _concepts(key: str) -> Schema:
    name = {"object": "resource"}.get(key, key)
    return _one_or_more({"anyOf": [_ref(name), _ref("themed")]} if key in _THEMED else _ref(name))


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _described(key: str, schema: Schema, words: _Vocabulary) -> Schema:
    definition = words.definitions.get(key)
    return {"description": definition, **schema} if definition else schema


def _read(ontology: Iterable[ox.Quad]) -> _Vocabulary:
    """Sort the terms of the ontology."""
    words = _Vocabulary()
    above: dict[str, set[str]] = {}
    for quad in ontology:
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        subject, predicate, value = quad.subject.value, quad.predicate.value, quad.object
        name = subject.removeprefix(TZ)
        if predicate == f"{RDF}type" and isinstance(value, ox.NamedNode):
            _sort(words, subject, value.value)
        elif predicate == f"{RDFS}subClassOf" and isinstance(value, ox.NamedNode):
            above.setdefault(name, set()).add(value.value.removeprefix(TZ))
        elif predicate == f"{SKOS}definition" and isinstance(value, ox.Literal) and value.language == "en":
            words.definitions[name] = value.value
    words.quantities = [name for name in words.classes if "Quantity" in {name, *_ancestors(name, above)}]
    return words


def _sort(words: _Vocabulary, subject: str, kind: str) -> None:
    name = subject.removeprefix(TZ)
    if subject.startswith(SCHEME) and kind == f"{SKOS}Concept":
        scheme, _, concept = subject.removeprefix(SCHEME).partition("/")
        words.concepts.setdefault(scheme, []).append(concept)
    elif name == subject:
        return
    elif kind == f"{OWL}Class" and name not in _COMPUTED_CLASSES:
        words.classes.append(name)
    elif kind in {f"{OWL}ObjectProperty", f"{OWL}DatatypeProperty"}:
        words.properties.append(name)


def _ancestors(name: str, above: Mapping[str, set[str]]) -> Iterator[str]:
    for parent in above.get(name, ()):
        yield parent
        yield from _ancestors(parent, above)
