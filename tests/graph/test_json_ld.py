"""JSON-LD as documents have it: the same as PyLD, the reference processor, makes of the same quads with the same context."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, cast

import pyoxigraph as ox
import pytest
from pyld import jsonld

from tongzhou.graph.json_ld import write_graphs, write_tree
from tongzhou.graph.json_ld_context import document_context
from tongzhou.graph.namespaces import ID, RDF, SKOS, TZ, XSD
from tongzhou.graph.release import Release
from tongzhou.graph.yamlld import Json

ARTICLE = f"{ID}article/associations-epidemic-response"
JSON_LD = ox.RdfFormat.JSON_LD


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(name)


G, S = node("https://example.org/g"), node(f"{ID}org/x")
ODD: dict[str, list[ox.Quad]] = {
    "an IRI where the term takes text": [ox.Quad(S, node(f"{TZ}wording"), node(f"{ID}org/y"), G)],
    "text where the term takes an IRI": [ox.Quad(S, node(f"{TZ}agent"), ox.Literal("x"), G)],
    "both": [
        ox.Quad(S, node(f"{TZ}agent"), ox.Literal("x"), G),
        ox.Quad(S, node(f"{TZ}agent"), node(f"{ID}org/y"), G),
    ],
    "text without language in a map": [
        ox.Quad(S, node(f"{SKOS}altLabel"), ox.Literal(text), G) for text in ("b", "a")
    ],
    "several of one language": [
        ox.Quad(S, node(f"{SKOS}altLabel"), ox.Literal(text, language="zh"), G) for text in ("乙", "甲")
    ],
    "a number in a map of languages": [
        ox.Quad(S, node(f"{SKOS}altLabel"), ox.Literal("1", datatype=node(f"{XSD}integer")), G)
    ],
    "the language of the term, another, none": [
        ox.Quad(S, node(f"{TZ}officialEnglishName"), value, G)
        for value in (ox.Literal("a", language="en"), ox.Literal("b", language="fr"), ox.Literal("c"))
    ],
    "another type than the term's": [
        ox.Quad(S, node(f"{TZ}value"), ox.Literal("1", datatype=node(f"{XSD}{name}")), G)
        for name in ("decimal", "integer", "string")
    ],
    "a concept named like a term": [ox.Quad(S, node(f"{TZ}hedge"), node(f"{ID[:-3]}scheme/hedge/about"), G)],
    "a property as value": [
        ox.Quad(S, node(f"{TZ}unstatedProperty"), node(f"{TZ}{name}"), G) for name in ("agent", "wording", "nobody")
    ],
    "a blank node and a foreign property": [
        ox.Quad(S, node("https://example.org/p"), ox.BlankNode("b"), G),
        ox.Quad(ox.BlankNode("b"), node(f"{RDF}type"), node(f"{SKOS}Concept"), G),
        ox.Quad(ox.BlankNode("b"), node(f"{RDF}type"), node(f"{TZ}Association"), G),
    ],
    "the default graph too": [
        ox.Quad(S, node(f"{TZ}agent"), node(f"{ID}org/y")),
        ox.Quad(S, node(f"{TZ}agent"), node(f"{ID}org/z"), G),
    ],
    "an IRI that is a prefix": [ox.Quad(S, node(f"{TZ}agent"), node(TZ), G)],
    "nothing": [],
}  # fmt: skip


def typed(value: Json) -> Json:
    """Write `rdf:type` as `@type`, in expanded JSON-LD."""
    if isinstance(value, list):
        return [typed(item) for item in value]
    if not isinstance(value, dict):
        return value
    members = {key: typed(member) for key, member in value.items()}
    types = members.pop(f"{RDF}type", None)
    if not isinstance(types, list):
        return members
    return {**members, "@type": [item["@id"] for item in types if isinstance(item, dict)]}


def expanded(quads: Iterable[ox.Quad]) -> Json:
    in_order = sorted(quads, key=lambda quad: (str(quad.graph_name), str(quad.subject)))
    return typed(json.loads(ox.serialize(in_order, format=JSON_LD) or b"[]"))


def ordered(value: Json) -> Json:
    """Return JSON with its keys and lists in the order that documents have."""
    if isinstance(value, dict):
        return {
            key: ordered(value[key])
            for key in sorted(value, key=lambda key: (key != "id", key != "type", key))
        }
    if isinstance(value, list):
        return sorted(
            map(ordered, value), key=lambda item: json.dumps(item, ensure_ascii=False, sort_keys=True)
        )
    return value


def reference(quads: Iterable[ox.Quad]) -> bytes:
    context = document_context().written
    compacted = cast("Any", jsonld.compact(expanded(quads), context, {"graph": True}))
    document = {"@context": context, "@graph": ordered(compacted["@graph"])}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def test_the_dump_is_what_pyld_makes_of_the_whole_graph(release: Release, dataset: ox.Dataset) -> None:
    assert (release.path / "tongzhou.jsonld").read_bytes() == reference(dataset)


@pytest.mark.parametrize("quads", ODD.values(), ids=ODD)
def test_what_our_data_does_not_hold_is_written_as_pyld_does(quads: list[ox.Quad]) -> None:
    data = write_graphs(quads)
    assert data == reference(quads)
    assert ox.Dataset(ox.parse(data, format=JSON_LD)) == ox.Dataset(quads)


def test_a_tree_is_what_pyld_frames(dataset: ox.Dataset) -> None:
    triples: defaultdict[str, set[ox.Triple]] = defaultdict(set)
    for quad in dataset:
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(f"{ID}"):
            thing = quad.subject.value.removeprefix(ID).partition("#")[0]
            triples[thing].add(quad.triple)
    context = document_context().written
    options: Any = {"embed": "@once", "omitGraph": True, "omitDefault": True}
    things = [thing for thing in sorted(triples) if thing.partition("/")[0] in ("action", "org", "gap")]
    for thing in things[::20]:
        iri = ID + thing
        document = expanded(ox.Quad(*triple) for triple in triples[thing])
        framed = cast("Any", jsonld.frame(document, {"@context": context, "@id": iri}, options))
        tree = json.loads(write_tree(iri, triples[thing]))
        assert list(tree)[:3] == ["@context", "id", "type"]
        assert ordered(tree) == ordered(framed)
