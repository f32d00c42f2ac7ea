"""Compiles the sources (ontology, articles, background) into one dataset of named graphs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from tongzhou.graph.errors import Fault, SourceError
from tongzhou.graph.facts import FactSheet, compile_facts
from tongzhou.graph.namespaces import BACKGROUND_GRAPH, ID, ONTOLOGY_GRAPH, TZ, article_graph, name_graph
from tongzhou.graph.text import CanonicalText, canonicalise
from tongzhou.graph.yamlld import Json, YamlDocument, load_yaml

ONTOLOGY_FILES = ("tongzhou.ttl", "schemes.ttl", "alignments.ttl")


@dataclass(frozen=True)
class Sources:
    """The folders that a graph is made from."""

    ontology: Path
    articles: Path
    background: Path


@dataclass(frozen=True)
class Article:
    """An article as compiled: its slug, IRI and canonical text."""

    slug: str
    iri: str
    text: CanonicalText
    path: str


@dataclass(frozen=True)
class Compiled:
    """The dataset made from the sources, and where in them each subject stands."""

    dataset: ox.Dataset
    articles: tuple[Article, ...]
    locations: Mapping[str, tuple[str, int]]


def compile_sources(sources: Sources) -> Compiled:
    """Compile every source file. Raises SourceError with the faults of all files together."""
    faults: list[Fault] = []
    quads: list[ox.Quad] = []
    articles: list[Article] = []
    locations: dict[str, tuple[str, int]] = {}
    context = load_context(sources.ontology)

    def keep(path: str, sheet: FactSheet, stated: str, names: str | None) -> None:
        quads.extend(_in_graph(sheet.stated, stated))
        if names is not None:
            quads.extend(_in_graph(sheet.from_names, names))
        locations.update({iri: (path, line) for iri, line in sheet.lines.items() if iri not in locations})

    try:
        quads += compile_ontology(sources.ontology)
    except SourceError as error:
        faults += error.faults
    for folder in sorted(path for path in sources.articles.iterdir() if (path / "facts.yaml").is_file()):
        try:
            article, sheet = compile_article(folder, context)
        except SourceError as error:
            faults += error.faults
            continue
        articles.append(article)
        keep(article.path, sheet, article_graph(article.slug), name_graph(article.slug))
    for path in sorted(sources.background.glob("*.yaml")):
        try:
            document = load_yaml(path, name=_display(path))
            keep(document.path, compile_facts(document, context), BACKGROUND_GRAPH, None)
        except SourceError as error:
            faults += error.faults
    if faults:
        raise SourceError(faults)
    return Compiled(ox.Dataset(quads), tuple(articles), locations)


def load_context(ontology: Path) -> Json:
    """Return the JSON-LD context of the project, from disk."""
    document = json.loads((ontology / "context.jsonld").read_text(encoding="utf-8"))
    return cast("Json", document["@context"])


def compile_ontology(folder: Path) -> list[ox.Quad]:
    """Parse the Turtle files of the ontology into its graph, blank nodes labelled by RDFC-1.0."""
    quads: list[ox.Quad] = []
    graph = ox.NamedNode(ONTOLOGY_GRAPH)
    for name in ONTOLOGY_FILES:
        path = folder / name
        if not path.is_file():
            continue
        try:
            parsed = list(ox.parse(path=path, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True))
        except SyntaxError as error:
            raise SourceError([Fault(_display(path), error.lineno, "Turtle", f"{error.msg}.", "Mend it.")]) from error
        quads += [ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed]
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return list(dataset)


def compile_article(folder: Path, context: Json) -> tuple[Article, FactSheet]:
    """Compile the facts of one article against its text. Raises SourceError."""
    document = load_yaml(folder / "facts.yaml", name=_display(folder / "facts.yaml"))
    received = (folder / "text.txt").read_bytes().decode("utf-8")
    text = canonicalise(received, _layout(document), path=_display(folder / "text.txt"))
    iri = f"{ID}article/{folder.name}"
    sheet = compile_facts(document, context, article=iri, text=text)
    sheet.stated += _rights(document, iri)
    return Article(folder.name, iri, text, document.path), sheet


def _layout(document: YamlDocument) -> dict[str, list[str]]:
    layout = document.tree.get("layout", {})
    if not isinstance(layout, dict):
        raise SourceError([_fault(document, "layout", "is not a mapping.", "Write 'title: [words of the line]'.")])
    result: dict[str, list[str]] = {}
    for role, entries in layout.items():
        if not isinstance(entries, list):
            raise SourceError([_fault(document, "layout", f"'{role}' is not a list.", "Write '[words of the line]'.")])
        result[role] = [str(entry) for entry in entries]
    return result


def _rights(document: YamlDocument, article: str) -> list[ox.Triple]:
    """Return what may be shown of the text: `quotes` or `whole`, and whose it is."""
    rights = document.tree.get("rights")
    if not isinstance(rights, dict) or rights.get("text") not in {"quotes", "whole"} or "holder" not in rights:
        raise SourceError([_fault(document, "rights", "is missing or wrong.", "Write {text: quotes|whole, holder: …}.")])
    subject = ox.NamedNode(article)
    return [
        ox.Triple(subject, ox.NamedNode(f"{TZ}textRights"), ox.Literal(str(rights["text"]))),
        ox.Triple(subject, ox.NamedNode(f"{TZ}rightsHolder"), ox.Literal(str(rights["holder"]))),
    ]


def _fault(document: YamlDocument, key: str, message: str, remedy: str) -> Fault:
    return Fault(document.path, document.line((key,)), key, message, remedy)


def _in_graph(triples: Iterable[ox.Triple], graph: str) -> list[ox.Quad]:
    name = ox.NamedNode(graph)
    return [ox.Quad(triple.subject, triple.predicate, triple.object, name) for triple in triples]


def _display(path: Path) -> str:
    """Return a path as messages show it: relative to the current folder where it lies inside."""
    current = Path.cwd()
    return str(path.relative_to(current)) if path.is_relative_to(current) else str(path)
