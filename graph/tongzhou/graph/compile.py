"""Compiles the sources (ontology, articles, background) into one dataset of named graphs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from tongzhou.graph.conform import FactsChecker
from tongzhou.graph.errors import Fault, SourceError
from tongzhou.graph.facts import FactSheet, compile_facts
from tongzhou.graph.namespaces import BACKGROUND_GRAPH, ID, ONTOLOGY_GRAPH, TZ, article_graph, name_graph
from tongzhou.graph.schema import facts_schema
from tongzhou.graph.text import CanonicalText, canonicalise
from tongzhou.graph.yamlld import Json, YamlDocument, load_yaml

ONTOLOGY_FILES = ("tongzhou.ttl", "schemes.ttl", "alignments.ttl")


@dataclass(frozen=True)
class Sources:
    """The folders that a graph is made from, and the table of former identifiers, where there is one."""

    ontology: Path
    articles: Path
    background: Path
    moved: Path | None = None


@dataclass(frozen=True)
class Article:
    """An article as compiled: its slug, IRI and canonical text."""

    slug: str
    iri: str
    text: CanonicalText
    path: str


@dataclass(frozen=True)
class Compiled:
    """The dataset made from the sources, and where in them each subject stands: anywhere first, and by graph."""

    dataset: ox.Dataset
    articles: tuple[Article, ...]
    locations: Mapping[str, tuple[str, int]]
    lines: Mapping[str, Mapping[str, tuple[str, int]]]


def compile_sources(sources: Sources) -> Compiled:
    """Compile every source file. Raises SourceError with the faults of all files together."""
    context = load_context(sources.ontology)
    quads = compile_ontology(sources.ontology)
    checker = FactsChecker(facts_schema(context, quads))
    faults: list[Fault] = []
    articles: list[Article] = []
    locations: dict[str, tuple[str, int]] = {}
    lines: dict[str, dict[str, tuple[str, int]]] = {}

    def keep(path: str, sheet: FactSheet, stated: str, names: str | None) -> None:
        quads.extend(_in_graph(sheet.stated, stated))
        if names is not None:
            quads.extend(_in_graph(sheet.from_names, names))
        found = {iri: (path, line) for iri, line in sheet.lines.items()}
        for known in (locations, *(lines.setdefault(graph, {}) for graph in (stated, names) if graph)):
            known.update({iri: place for iri, place in found.items() if iri not in known})

    for folder in sorted(path for path in sources.articles.iterdir() if (path / "facts.yaml").is_file()):
        try:
            article, sheet = compile_article(folder, context, checker)
        except SourceError as error:
            faults += error.faults
            continue
        articles.append(article)
        keep(article.path, sheet, article_graph(article.slug), name_graph(article.slug))
    for path in sorted(sources.background.glob("*.yaml")):
        try:
            document = load_yaml(path, name=_display(path))
            _require(checker.faults(document))
            keep(document.path, compile_facts(document, context), BACKGROUND_GRAPH, None)
        except SourceError as error:
            faults += error.faults
    if faults:
        raise SourceError(faults)
    return Compiled(ox.Dataset(quads), tuple(articles), locations, lines)


def load_context(ontology: Path) -> Json:
    """Return the JSON-LD context of the project, from disk."""
    path = ontology / "context.jsonld"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return cast("Json", document["@context"])
    except json.JSONDecodeError as error:
        raise SourceError(
            [Fault(_display(path), error.lineno, "JSON", f"{error.msg}.", "Mend it.")]
        ) from error


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
            raise SourceError(
                [Fault(_display(path), error.lineno, "Turtle", f"{error.msg}.", "Mend it.")]
            ) from error
        quads += [ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed]
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return list(dataset)


def compile_article(
    folder: Path, context: Json, checker: FactsChecker | None = None
) -> tuple[Article, FactSheet]:
    """Compile the facts of one article against its text, once they fit the schema. Raises SourceError."""
    document = load_yaml(folder / "facts.yaml", name=_display(folder / "facts.yaml"))
    if checker is not None:
        _require(checker.faults(document))
    text_path = folder / "text.txt"
    text = _canonical(_read_text(text_path), document, _display(text_path))
    iri = f"{ID}article/{folder.name}"
    sheet = compile_facts(document, context, article=iri, text=text)
    sheet.stated += _rights(document, iri)
    return Article(folder.name, iri, text, document.path), sheet


def _canonical(received: str, document: YamlDocument, path: str) -> CanonicalText:
    """Make the canonical text; a layout entry that fits no lines is a fault of the facts, at its line."""
    layout = _layout(document)
    try:
        return canonicalise(received, layout, path=path)
    except SourceError as error:
        role = next(fault.subject for fault in error.faults).removeprefix("layout ")
        line = document.line(("layout", role))
        raise SourceError(
            [replace(fault, path=document.path, line=line) for fault in error.faults]
        ) from error


def _require(faults: list[Fault]) -> None:
    if faults:
        raise SourceError(faults)


def _read_text(path: Path) -> str:
    """Read the text of an article as received."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        remedy = "Put the article's text there, as received."
        raise SourceError([Fault(_display(path), None, "text", "there is no such file.", remedy)]) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message = f"byte 0x{error.object[error.start]:02x} is not UTF-8."
        raise SourceError(
            [Fault(_display(path), line, "encoding", message, "Save the file as UTF-8.")]
        ) from error


def _layout(document: YamlDocument) -> dict[str, list[str]]:
    layout = document.tree.get("layout", {})
    if not isinstance(layout, dict):
        raise SourceError(
            [_fault(document, "layout", "is not a mapping.", "Write 'title: [words of the line]'.")]
        )
    result: dict[str, list[str]] = {}
    for role, entries in layout.items():
        if not isinstance(entries, list):
            raise SourceError(
                [_fault(document, "layout", f"'{role}' is not a list.", "Write '[words of the line]'.")]
            )
        result[role] = [str(entry) for entry in entries]
    return result


def _rights(document: YamlDocument, article: str) -> list[ox.Triple]:
    """Return what may be shown of the text: `quotes` or `whole`, and whose it is."""
    rights = document.tree.get("rights")
    if (
        not isinstance(rights, dict)
        or rights.get("text") not in {"quotes", "whole"}
        or "holder" not in rights
    ):
        raise SourceError(
            [_fault(document, "rights", "is missing or wrong.", "Write {text: quotes|whole, holder: …}.")]
        )
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
