"""What can be searched: all that has a name, and of a text no more than may be shown."""

from __future__ import annotations

import pyoxigraph as ox

from tongzhou.graph.compile import Article, compile_sources
from tongzhou.graph.namespaces import ID, RDF, TZ
from tongzhou.graph.search.document import Document
from tongzhou.graph.searchable import documents_of, pinyin_of
from tongzhou.graph.text import canonicalise

from .conftest import MakeSources

ARTICLE = f"{ID}article/a"
TEXT = canonicalise("甲。乙。丙。丁。", {})


def shown(rights: str) -> dict[str, Document]:
    """Return the sentences of an article of which one word is quoted, by their words."""
    passage = ox.NamedNode(f"{ARTICLE}#char=2,3")
    graph = ox.NamedNode("urn:g")
    dataset = ox.Dataset(
        [
            ox.Quad(passage, ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{TZ}Passage"), graph),
            ox.Quad(ox.NamedNode(ARTICLE), ox.NamedNode(f"{TZ}textRights"), ox.Literal(rights), graph),
        ]
    )
    return {document.text: document for document in documents_of(dataset, [Article("a", ARTICLE, TEXT, "")])}


def test_of_a_quoted_text_quotes_and_neighbours_can_be_searched() -> None:
    documents = shown("quotes")
    assert list(documents) == ["甲。", "乙。", "丙。"]
    assert documents["乙。"].passages == (f"{ARTICLE}#char=2,3",)
    assert (documents["乙。"].before, documents["乙。"].after) == ("甲。", "丙。")
    assert (documents["丙。"].before, documents["丙。"].after) == ("乙。", "")
    assert "丁" not in "".join(repr(document) for document in documents.values())


def test_a_whole_text_can_be_searched() -> None:
    documents = shown("whole")
    assert list(documents) == ["甲。", "乙。", "丙。", "丁。"]
    assert documents["丙。"].after == "丁。"


def test_everything_with_a_name_can_be_searched(harbour: MakeSources) -> None:
    compiled = compile_sources(harbour())
    documents = {document.iri: document for document in documents_of(compiled.dataset, compiled.articles)}
    assert {document.group for document in documents.values()} == {"thing", "concept", "sentence"}
    assert not any("#" in iri and "#char=" not in iri for iri in documents)
    for document in documents.values():
        if document.group != "sentence":
            assert document.names[0].role == "label"
            for name in document.names:
                assert not name.pinyin or len(name.pinyin) == len(name.text)


def test_pinyin_of_a_name_is_that_of_its_words() -> None:
    assert " ".join(pinyin_of("中国重庆行业协会")) == "zhong guo chong qing hang ye xie hui"
    assert pinyin_of("绿N9女") == ("lu", "", "", "nu")
