"""What is searched: a thing or concept by its names, a sentence by its words. Written as one JSON file of a release."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

from tongzhou.graph.errors import ReleaseError

DOCUMENTS = "search.json"
"""The name of the file among those of a release."""

Group = Literal["thing", "concept", "sentence"]
GROUPS: tuple[Group, ...] = ("thing", "sentence", "concept")
"""The groups of an answer, in the order in which they are shown."""


@dataclass(frozen=True)
class Name:
    """A name of a thing.

    `role` is label, alias, or wording: the words of a quantity, by which the action with it is found.
    `pinyin` has a syllable for each Chinese character of the text, in order.
    """

    text: str
    language: str
    role: str
    pinyin: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """A thing, a concept or a sentence.

    `kind` is the type in the IRI of a thing, the scheme of a concept, or 'sentence'; `types` are the classes of ours that it
    has, the narrowest first; `places` are those that it lies in. A sentence has its `text`, the article in `source`, what
    stands `before` and `after` it, and the `passages` of it that facts quote. `weight` counts the passages that back it.
    """

    iri: str
    group: Group
    kind: str
    types: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    names: tuple[Name, ...] = ()
    weight: int = 0
    text: str = ""
    source: str = ""
    before: str = ""
    after: str = ""
    passages: tuple[str, ...] = ()

    def label(self, language: str) -> Name | None:
        """Return its label in a language, else in the other one; None for a sentence."""
        labels = [name for name in self.names if name.role == "label"]
        return min(labels or self.names, key=lambda name: name.language != language, default=None)


def write_documents(documents: Iterable[Document]) -> bytes:
    """Write documents as a JSON array, one a line, sorted by their IRIs."""
    ordered = sorted(documents, key=lambda document: document.iri)
    lines = [write_document(document) for document in ordered]
    return ("[" + ",\n".join(lines) + "]\n").encode()


def read_documents(data: bytes) -> list[Document]:
    """Read what `write_documents` wrote. Raises ReleaseError where it is something else."""
    try:
        return [_document(entry) for entry in json.loads(data)]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ReleaseError(
            f"{DOCUMENTS} can't be read ({error}). Remove the release and build again."
        ) from error


def write_document(document: Document) -> str:
    """Write one document, without what is empty in it."""
    members = {key: value for key, value in asdict(document).items() if value not in ("", 0, ())}
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_document(text: str) -> Document:
    """Read what `write_document` wrote."""
    return _document(json.loads(text))


def _document(entry: dict[str, Any]) -> Document:
    names = tuple(
        Name(name["text"], name["language"], name["role"], tuple(name["pinyin"]))
        for name in entry.get("names", ())
    )
    return Document(
        iri=entry["iri"],
        group=cast("Group", entry["group"]),
        kind=entry["kind"],
        types=tuple(entry.get("types", ())),
        places=tuple(entry.get("places", ())),
        names=names,
        weight=entry.get("weight", 0),
        text=entry.get("text", ""),
        source=entry.get("source", ""),
        before=entry.get("before", ""),
        after=entry.get("after", ""),
        passages=tuple(entry.get("passages", ())),
    )
