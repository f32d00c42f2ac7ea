"""Turns one YAML-LD file of facts into RDF: quotes become passages, then a JSON-LD parser does the rest.

Beside the terms of the context (ontology/context.jsonld), a file of facts uses these keys, which are resolved here:

- `quote`: words that stand once in the text, as a string, as `{exact, prefix, suffix}`, or as a list of these. On a
  node that stands inside another one the words are sought in the quotes of the outer one; a quantity without `quote`
  is backed by its `wording`.
- `mention`: words, each occurrence of which is evidence.
- `opens`: the words with which a section of the article begins; it ends where the next one of its rank begins.
- `fromName`: what is read off a name; it goes into the graph of names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import cast
from urllib.parse import urljoin

import pyoxigraph as ox

from tongzhou.graph.errors import Fault, SourceError
from tongzhou.graph.evidence import (
    Quote,
    QuoteError,
    Span,
    describe_passage,
    find_mentions,
    find_quote,
    passage_iri,
)
from tongzhou.graph.namespaces import BASE, ID, SCHEME, TZ
from tongzhou.graph.text import CanonicalText, squeeze
from tongzhou.graph.yamlld import Json, Pointer, YamlDocument

CONTEXT_IRI = f"{BASE}context"
THING_TYPES = frozenset(
    {
        *("org", "group", "person", "action", "meeting", "directive", "request"),
        *("statement", "place", "output", "source", "gap", "article"),
    }
)

_NODE_KEYS = {"quantity": "q", "asksFor": "request-", "photograph": "photograph-"}
_TOP_KEYS = frozenset({"@context", "@graph", "layout", "rights"})
_MAPS = frozenset({"label", "alias", "definition", "note", "quote", "officialEnglishName"})

Node = dict[str, Json]
Prefixes = dict[str, str]


@dataclass
class FactSheet:
    """The facts of one file as RDF, with where each subject stands in it."""

    stated: list[ox.Triple] = field(default_factory=list[ox.Triple])
    from_names: list[ox.Triple] = field(default_factory=list[ox.Triple])
    lines: dict[str, int] = field(default_factory=dict[str, int])


def compile_facts(
    document: YamlDocument, context: Json, *, article: str | None = None, text: CanonicalText | None = None
) -> FactSheet:
    """Compile a parsed file. `article` and `text` are given for the facts of an article, not for background.

    Raises SourceError with every fault found.
    """
    reader = _FactReader(document, article, text)
    nodes = reader.read()
    if reader.faults:
        raise SourceError(reader.faults)
    local = reader.local_context
    sheet = FactSheet(lines=reader.lines)
    sheet.stated = [*_parse(nodes, context, local, document.path), *reader.passages()]
    sheet.from_names = _parse(reader.from_names, context, local, document.path)
    return sheet


def _parse(nodes: list[Node], context: Json, local: Prefixes, path: str) -> list[ox.Triple]:
    """Parse nodes as JSON-LD with the context from disk (never fetched)."""
    if not nodes:
        return []
    contexts: list[Json] = [context, cast("Json", local)]
    source = json.dumps({"@context": contexts, "@graph": nodes}, ensure_ascii=False)
    try:
        quads = list(ox.parse(source, format=ox.RdfFormat.JSON_LD, base_iri=ID))
    except SyntaxError as error:
        raise SourceError(
            [Fault(path, None, "JSON-LD", f"{error}.", "Check the keys against the context.")]
        ) from error
    return [quad.triple for quad in quads]


class _FactReader:
    """Walks the nodes of one file, resolving quotes and collecting faults."""

    def __init__(self, document: YamlDocument, article: str | None, text: CanonicalText | None) -> None:
        self.document = document
        self.article = article
        self.text = text
        self.faults: list[Fault] = []
        self.lines: dict[str, int] = {}
        self.from_names: list[Node] = []
        self.local_context: Prefixes = self._prefixes()
        self._spans: set[Span] = set()
        self._openings: list[tuple[str, Span, str | None]] = []

    def read(self) -> list[Node]:
        """Return the nodes ready for a JSON-LD parser."""
        for key in self.document.tree.keys() - _TOP_KEYS:
            self._fault((key,), "", f"unknown key '{key}'.", f"The top has {', '.join(sorted(_TOP_KEYS))}.")
        graph = self.document.tree.get("@graph")
        if not isinstance(graph, list):
            self._fault(("@graph",), "", "'@graph' is not a list.", "List the facts under '@graph'.")
            return []
        nodes: list[Node] = []
        for index, item in enumerate(graph):
            if isinstance(item, dict):
                nodes.append(self._node(item, ("@graph", index), None, []))
            else:
                self._fault(("@graph", index), "", "not a mapping.", "Start with '- id: …'.")
        return nodes

    def passages(self) -> Iterator[ox.Triple]:
        """Yield the triples of every passage quoted, and of the sections that `opens` marks."""
        if self.article is None or self.text is None:
            return
        sections = self._sections()
        for iri, span in sections:
            yield from describe_passage(self.article, self.text, span, "Section")
            yield ox.Triple(ox.NamedNode(passage_iri(self.article, span)), _term("topic"), ox.NamedNode(iri))
        for span in sorted(self._spans):
            yield from describe_passage(self.article, self.text, span)
            for iri, (start, end) in sections:
                if start <= span[0] and span[1] <= end:
                    passage = ox.NamedNode(passage_iri(self.article, span))
                    yield ox.Triple(passage, _term("inSection"), ox.NamedNode(iri))

    def _prefixes(self) -> Prefixes:
        """Return the prefixes that the file's own context declares beside the shared one."""
        contexts = self.document.tree.get("@context")
        entries = contexts if isinstance(contexts, list) else [contexts]
        if CONTEXT_IRI not in entries:
            self._fault(
                ("@context",), "", "the shared context is missing.", f"Write '@context: {CONTEXT_IRI}'."
            )
        prefixes: Prefixes = {}
        for entry in entries:
            for prefix, iri in entry.items() if isinstance(entry, dict) else ():
                if isinstance(iri, str) and iri.startswith(BASE):
                    prefixes[prefix] = iri
                else:
                    self._fault(
                        ("@context",), prefix, "is not a prefix of ours.", f"Its IRI starts with {BASE}."
                    )
        return prefixes

    def _node(self, source: Node, pointer: Pointer, fallback: str | None, outer: list[Span]) -> Node:
        identifier = self._identifier(source, pointer, fallback)
        spans = self._evidence(source, pointer, identifier, outer)
        self._check_wording(source.get("wording"), pointer, identifier, spans)
        node: Node = {"id": identifier}
        if spans and self.article is not None:
            node["evidence"] = [passage_iri(self.article, span) for span in spans]
        for key, value in source.items():
            if key == "fromName":
                self._read_off_name(value, pointer, identifier)
            elif key not in {"id", "quote", "mention", "opens"}:
                node[key] = self._value(key, value, (*pointer, key), identifier, spans or outer)
        self._label_quantity(node)
        return node

    def _value(self, key: str, value: Json, pointer: Pointer, identifier: str, spans: list[Span]) -> Json:
        """Return a value with the nodes inside it resolved."""
        if key in _MAPS:
            return value
        items = value if isinstance(value, list) else [value]
        result: list[Json] = []
        for index, item in enumerate(items):
            at = (*pointer, index) if isinstance(value, list) else pointer
            if isinstance(item, dict):
                fragment = f"{identifier}#{_NODE_KEYS[key]}{index + 1}" if key in _NODE_KEYS else None
                result.append(self._node(item, at, fragment, spans))
            else:
                result.append(item)
        return result if isinstance(value, list) else result[0]

    def _identifier(self, source: Node, pointer: Pointer, fallback: str | None) -> str:
        written = source.get("id", fallback)
        if not isinstance(written, str) or not written:
            self._fault(pointer, "", "the fact has no 'id'.", "Write 'id: <type>/<slug>'.")
            return f"{ID}unnamed"
        prefix, colon, rest = written.partition(":")
        iri = (
            self.local_context[prefix] + rest
            if colon and prefix in self.local_context
            else urljoin(ID, written)
        )
        kind = iri.removeprefix(ID).partition("/")[0]
        if not iri.startswith(SCHEME) and not (iri.startswith(ID) and kind in THING_TYPES):
            remedy = f"Write '<type>/<slug>' with a type of {', '.join(sorted(THING_TYPES))}."
            self._fault(pointer, written, "the id is outside the IRIs of this project.", remedy)
        elif iri in self.lines:
            self._fault(
                pointer, written, f"the id stands on line {self.lines[iri]} already.", "Merge the two."
            )
        self.lines.setdefault(iri, self.document.line(pointer) or 0)
        return iri

    def _evidence(self, source: Node, pointer: Pointer, identifier: str, outer: list[Span]) -> list[Span]:
        text = self.text
        spans: list[Span] = []
        if text is None:
            for key in ("quote", "mention", "opens"):
                if key in source:
                    self._fault((*pointer, key), identifier, "there is no article to quote.", "Use 'source'.")
            return spans
        quotes = self._quotes(source, pointer, identifier)
        for at, quote in quotes:
            spans += self._search(at, identifier, partial(_find_all_inside, text, quote, outer))
        for at, words in _strings(source.get("mention"), (*pointer, "mention")):
            spans += self._search(at, identifier, partial(find_mentions, text, words))
        for at, words in _strings(source.get("opens"), (*pointer, "opens")):
            opening = self._search(at, identifier, partial(_find_all_inside, text, Quote(words), []))
            broader = source.get("broader")
            parent = self._expand(broader) if isinstance(broader, str) else None
            self._openings += [(identifier, span, parent) for span in opening]
            spans += opening
        self._spans.update(spans)
        return list(dict.fromkeys(spans))

    def _check_wording(self, wording: Json, pointer: Pointer, identifier: str, spans: list[Span]) -> None:
        """Refuse a wording that the fact's own quotes don't hold: it has to be verbatim."""
        if self.text is None or not isinstance(wording, str) or not spans:
            return
        words = squeeze(wording)
        if not any(words in self.text.text[start:end] for start, end in spans):
            message = f"the wording {words!r} is not in the quote of the fact."
            self._fault((*pointer, "wording"), identifier, message, "Copy the words from the text.")

    def _quotes(self, source: Node, pointer: Pointer, identifier: str) -> list[tuple[Pointer, Quote]]:
        value = source.get("quote")
        if value is None:
            wording = source.get("wording") if "value" in source else None
            return [((*pointer, "wording"), Quote(wording))] if isinstance(wording, str) else []
        quotes: list[tuple[Pointer, Quote]] = []
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            at: Pointer = (*pointer, "quote", index) if isinstance(value, list) else (*pointer, "quote")
            if isinstance(item, str):
                quotes.append((at, Quote(item)))
            elif isinstance(item, dict) and item.keys() <= {"exact", "prefix", "suffix"} and "exact" in item:
                quotes.append((at, Quote(**{key: str(words) for key, words in item.items()})))
            else:
                self._fault(at, identifier, "not a quote.", "Write the words, or {exact, prefix, suffix}.")
        return quotes

    def _search(self, pointer: Pointer, identifier: str, find: Callable[[], list[Span]]) -> list[Span]:
        try:
            return find()
        except QuoteError as error:
            remedy = "Copy the words from the text; add a prefix or suffix where they stand more than once."
            self._fault(pointer, identifier, str(error), remedy)
            return []

    def _sections(self) -> list[tuple[str, Span]]:
        """Return the span of each section: from its opening to the next one of its rank or of a higher one."""
        assert self.text is not None
        depth: dict[str, int] = {}
        openings = sorted(self._openings, key=lambda item: item[1])
        for iri, _, broader in sorted(openings, key=lambda item: item[2] is not None):
            depth[iri] = depth.get(broader, 0) + 1 if broader else 0
        sections: list[tuple[str, Span]] = []
        for index, (iri, (start, _), _) in enumerate(openings):
            following = (at for other, (at, _), _ in openings[index + 1 :] if depth[other] <= depth[iri])
            sections.append((iri, (start, next(following, len(self.text.text)))))
        return sections

    def _read_off_name(self, value: Json, pointer: Pointer, identifier: str) -> None:
        if isinstance(value, dict):
            self.from_names.append({"id": identifier, **value})
        else:
            self._fault(
                (*pointer, "fromName"), identifier, "'fromName' is not a mapping.", "Write keys under it."
            )

    @staticmethod
    def _label_quantity(node: Node) -> None:
        """Label a quantity in Chinese with its wording, unless the file labels it."""
        label = node.get("label")
        if "value" in node and isinstance(label, dict) and "wording" in node:
            label.setdefault("zh", node["wording"])

    def _expand(self, written: str) -> str:
        prefix, colon, rest = written.partition(":")
        return (
            self.local_context[prefix] + rest
            if colon and prefix in self.local_context
            else urljoin(ID, written)
        )

    def _fault(self, pointer: Pointer, subject: str, message: str, remedy: str) -> None:
        short = subject.removeprefix(ID)
        self.faults.append(Fault(self.document.path, self.document.line(pointer), short, message, remedy))


def _find_all_inside(text: CanonicalText, quote: Quote, outer: list[Span]) -> list[Span]:
    """Seek a quote inside the quotes of the fact it belongs to, where there are any; the first that has it counts."""
    for span in outer[:-1]:
        try:
            return [find_quote(text, quote, span)]
        except QuoteError:
            continue
    return [find_quote(text, quote, outer[-1] if outer else None)]


def _strings(value: Json, pointer: Pointer) -> Iterator[tuple[Pointer, str]]:
    for index, item in enumerate(value if isinstance(value, list) else [value]):
        if isinstance(item, str):
            yield ((*pointer, index) if isinstance(value, list) else pointer), item


def _term(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{TZ}{name}")
