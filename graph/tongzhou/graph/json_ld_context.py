"""The project's JSON-LD context, read for writing: which term of it says a property, a value or an IRI.

It knows what this context uses: prefixes, terms with one type or language, language maps and scoped vocabularies.

Source: https://www.w3.org/TR/json-ld11-api/#iri-compaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import pyoxigraph as ox

from tongzhou.graph.namespaces import XSD
from tongzhou.graph.resources import ontology_dir

Value: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_ONLY_FOR_WRITING = ("@base", "fromName", "issuedBy")  # help curators and would only blur a document


@dataclass(frozen=True, slots=True)
class Term:
    """A short name of a property, and what the context says of its values: their type, their language."""

    name: str
    type: str | None = None
    language: str | None = None
    by_language: bool = False
    vocabulary: str | None = None

    @property
    def plain(self) -> bool:
        """Tell whether the context says nothing of the values."""
        return not (self.type or self.language or self.by_language)

    @property
    def takes_iris(self) -> bool:
        """Tell whether a value may be an IRI."""
        return self.plain or self.type in ("@id", "@vocab")

    def fits(self, value: Value) -> bool:
        """Tell whether the term can say a value."""
        if not isinstance(value, ox.Literal):
            return self.takes_iris
        if value.language is not None:
            return self.plain or self.by_language or self.language == value.language
        datatype = value.datatype.value
        return self.plain or self.type == datatype or (self.by_language and datatype == f"{XSD}string")


class Context:
    """The context of documents: `written` is what stands in them, `terms` are by the IRI of the property."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        """Read the members of `@context`."""
        self.written = {key: value for key, value in members.items() if key not in _ONLY_FOR_WRITING}
        self.vocabulary: str = members["@vocab"]
        simple = {
            key: iri for key, iri in self.written.items() if isinstance(iri, str) and "@" not in key + iri
        }
        self._bases = {key: iri for key, iri in simple.items() if iri.endswith(("#", "/"))}
        self._prefixes = {iri: key for key, iri in self._bases.items()}
        names: dict[str, Any] = {key: {"@id": iri} for key, iri in simple.items() if key not in self._bases}
        names |= {key: value for key, value in self.written.items() if isinstance(value, dict)}
        self.terms = {
            self._expand(definition.get("@id", key)): self._term(key, definition)
            for key, definition in names.items()
        }

    def reference(self, iri: str) -> str:
        """Return an IRI as `id` has it: with a prefix where one fits."""
        end = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = self._prefixes.get(iri[:end])
        return f"{prefix}:{iri[end:]}" if prefix and end < len(iri) else iri

    def name(self, iri: str, vocabulary: str) -> str:
        """Return the IRI of a type, a concept or a property that is itself a value: by a term where one is for IRIs."""
        term = self.terms.get(iri)
        return term.name if term and term.takes_iris else self.spell(iri, vocabulary)

    def spell(self, iri: str, vocabulary: str) -> str:
        """Return an IRI without its term: within the vocabulary, or with a prefix."""
        rest = iri.removeprefix(vocabulary)
        return rest if rest and rest != iri and rest not in self.written else self.reference(iri)

    def _term(self, key: str, definition: Mapping[str, Any]) -> Term:
        kind: str | None = definition.get("@type")
        return Term(
            name=key,
            type=self._expand(kind) if kind and kind[0] != "@" else kind,
            language=definition.get("@language"),
            by_language=definition.get("@container") == "@language",
            vocabulary=definition.get("@context", {}).get("@vocab"),
        )

    def _expand(self, name: str) -> str:
        prefix, colon, rest = name.partition(":")
        return self._bases[prefix] + rest if colon else self.vocabulary + name


@cache
def document_context() -> Context:
    """Return the context of documents."""
    text = (ontology_dir() / "context.jsonld").read_text(encoding="utf-8")
    return Context(json.loads(text)["@context"])
