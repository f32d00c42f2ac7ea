"""The index: a folder that Tantivy reads, made from the documents of a release, never written to again.

Tokens are cut by `tongzhou.graph.search.tokens`; Tantivy gets them with spaces between and its query language is not
used, so that nothing that a user types is an operator.
"""

from __future__ import annotations

import math
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import tantivy

from tongzhou.graph.errors import ReleaseError
from tongzhou.graph.search.document import Document, Group, read_document, write_document
from tongzhou.graph.search.tokens import unstemmed_words, words_of

FOLDER = "search"
"""The name of the folder in a release."""

_WRITER_BYTES = 15_000_000  # the least that Tantivy takes
_LOCKS = (".tantivy-meta.lock", ".tantivy-writer.lock")
_BETWEEN_NAMES = " | " * 20  # more than any slack: no phrase goes from one name into the next
_PIECES = "pieces"
_LEAST_RARITY = 0.1  # of a word that all documents have


@dataclass(frozen=True)
class Wanted:
    """Words to be found in a field of the index: with at most `slack` tokens among them, or in any order (None)."""

    field: str
    words: Sequence[str]
    slack: int | None


def write_index(path: Path, documents: Iterable[Document]) -> None:
    """Write the index of documents into a new folder. Raises OSError where it can't be written."""
    path.mkdir()
    try:
        index = tantivy.Index(_schema(), str(path))
        _register(index)
        writer = index.writer(_WRITER_BYTES, 1)
        for document in documents:
            writer.add_document(_entry(document))
        writer.commit()
        writer.wait_merging_threads()
    except ValueError as error:  # Tantivy's word for whatever the disk refuses
        raise OSError(f"the search index can't be written: {error}") from error
    for name in _LOCKS:
        (path / name).unlink(missing_ok=True)


class SearchIndex:
    """An index that is open for reading: what is read of it stays, also where its folder is removed."""

    def __init__(self, path: Path) -> None:
        """Open the index in a folder. Raises ReleaseError where there is none, or a spoilt one.

        Tantivy makes lock files where it opens an index: it gets a folder of links, so that the release stays as it is.
        Once open, it reads the mapped files and looks for no others; but a thread of its own may still make a lock when
        the index is open, so that the folder goes with this object.
        """
        links = tempfile.mkdtemp(prefix="tongzhou-search-")
        weakref.finalize(self, shutil.rmtree, links, ignore_errors=True)
        try:
            for file in path.iterdir():
                (Path(links) / file.name).symlink_to(file.resolve())
            index = tantivy.Index.open(links)
            index.config_reader("manual")
            self._searcher = index.searcher()
            self._schema = index.schema
        except (OSError, ValueError) as error:
            message = (
                f"the search index {path} can't be opened ({error}). Remove the release and build again."
            )
            raise ReleaseError(message) from error

    def __len__(self) -> int:
        """Return the number of documents."""
        return self._searcher.num_docs

    def find(
        self, wanted: Iterable[Wanted], *, group: Group | None = None, kinds: Sequence[str] = (), limit: int
    ) -> tuple[list[Document], int]:
        """Return documents that have one of what is wanted, the best first, and how many there are.

        With a slack there may be some among them that have the words farther apart, or in another order.
        """
        queries = [query for one in wanted if (query := self._query(one)) is not None]
        if not queries:
            return [], 0
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])
        must = [query]
        if group is not None:
            must.append(tantivy.Query.term_query(self._schema, "group", group, "basic"))
        if kinds:
            must.append(tantivy.Query.term_set_query(self._schema, "kind", list(kinds)))
        both = tantivy.Query.boolean_query([(tantivy.Occur.Must, one) for one in must])
        return self._documents(both, limit)

    def find_similar(self, words: Sequence[str], *, least: int, group: Group, limit: int) -> list[Document]:
        """Return documents of a group that have at least so many of the words, wherever they stand."""
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "words", word))
            for word in dict.fromkeys(words)
        ]
        if not terms:
            return []
        similar = tantivy.Query.boolean_query(terms, minimum_number_should_match=min(least, len(terms)))
        in_group = tantivy.Query.term_query(self._schema, "group", group, "basic")
        both = [(tantivy.Occur.Must, similar), (tantivy.Occur.Must, in_group)]
        return self._documents(tantivy.Query.boolean_query(both), limit)[0]

    def rarity(self, word: str) -> float:
        """Return how much a word tells documents apart: the logarithm of the share of documents that have it, negated."""
        return math.log((len(self) + 1) / (self._searcher.doc_freq("words", word) + 1)) + _LEAST_RARITY

    def get(self, iri: str) -> Document | None:
        """Return the document of an IRI."""
        found, _ = self._documents(tantivy.Query.term_query(self._schema, "iri", iri, "basic"), 1)
        return found[0] if found else None

    def documents(self, group: Group | None = None) -> list[Document]:
        """Return all documents, or those of a group."""
        query = (
            tantivy.Query.all_query()
            if group is None
            else tantivy.Query.term_query(self._schema, "group", group, "basic")
        )
        return self._documents(query, max(1, len(self)))[0]

    def finds(self, document: Document) -> bool:
        """Tell whether a document is found by its first name, or by its text."""
        words = words_of(document.names[0].text if document.names else document.text)
        query = self._query(Wanted("words", words, 0))
        if query is None:
            return True
        itself = tantivy.Query.term_query(self._schema, "iri", document.iri, "basic")
        both = tantivy.Query.boolean_query([(tantivy.Occur.Must, one) for one in (query, itself)])
        return self._documents(both, 1)[1] == 1

    def _documents(self, query: tantivy.Query, limit: int) -> tuple[list[Document], int]:
        found = self._searcher.search(query, limit, count=True)
        entries = (self._searcher.doc(address).get_first("entry") for _, address in found.hits)
        return [read_document(bytes(entry).decode()) for entry in entries if entry], int(
            cast("Any", found).count
        )

    def _query(self, wanted: Wanted) -> tantivy.Query | None:
        words = list(wanted.words)
        if not words:
            return None
        if wanted.slack is None or len(words) == 1:
            terms = [
                tantivy.Query.term_query(self._schema, wanted.field, word) for word in dict.fromkeys(words)
            ]
            return tantivy.Query.boolean_query([(tantivy.Occur.Must, term) for term in terms])
        # Tantivy counts slop between each two words, exchanged ones too: enough of it finds all, and some more
        slop = wanted.slack * len(words)
        return tantivy.Query.phrase_query(self._schema, wanted.field, list(words), slop)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("iri", "group", "kind"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("words", "pinyin", "initials"):
        builder.add_text_field(name, tokenizer_name=_PIECES, index_option="position")
    builder.add_text_field("starts", tokenizer_name=_PIECES, index_option="basic")
    builder.add_bytes_field("entry", stored=True)
    return builder.build()


def _register(index: tantivy.Index) -> None:
    pieces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_PIECES, pieces)


def _entry(document: Document) -> tantivy.Document:
    chinese = [name for name in document.names if any(name.pinyin)]
    texts = [name.text for name in document.names] or [document.text]
    entry = tantivy.Document()
    for field, value in (("iri", document.iri), ("group", document.group), ("kind", document.kind)):
        entry.add_text(field, value)
    entry.add_text("words", _BETWEEN_NAMES.join(" ".join(words_of(text)) for text in texts))
    entry.add_text(
        "starts", " ".join(sorted({start for name in document.names for start in _starts(name.text)}))
    )
    entry.add_text("pinyin", _BETWEEN_NAMES.join(" ".join("".join(name.pinyin)) for name in chinese))
    entry.add_text("initials", _BETWEEN_NAMES.join(" ".join(initials_of(name.pinyin)) for name in chinese))
    entry.add_bytes("entry", write_document(document).encode())
    return entry


def initials_of(pinyin: Iterable[str]) -> str:
    """Return the first letters of syllables."""
    return "".join(syllable[0] for syllable in pinyin if syllable)


def _starts(name: str) -> Iterator[str]:
    """Yield the beginnings of each word of a name."""
    for word in unstemmed_words(name):
        yield from (word[:end] for end in range(1, len(word) + 1))
