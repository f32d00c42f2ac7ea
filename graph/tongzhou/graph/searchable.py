"""Makes the documents of the search index from a compiled graph: names of things and concepts, sentences of articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox
import pypinyin

from tongzhou.graph.compile import Article
from tongzhou.graph.evidence import passage_iri
from tongzhou.graph.index import Index
from tongzhou.graph.namespaces import ID, RDF, RDFS, SCHEME, SKOS, TZ
from tongzhou.graph.reading import sentences_with_rights
from tongzhou.graph.search.document import Document, Group, Name
from tongzhou.graph.search.tokens import CHINESE
from tongzhou.graph.sentences import Sentence

_CHINESE = re.compile(f"[{CHINESE}]+")
_ROLES = {
    f"{RDFS}label": "label",
    f"{SKOS}altLabel": "alias",
    f"{TZ}officialEnglishName": "alias",
    f"{TZ}wording": "wording",
}
_PARTS = frozenset({"wording"})
"""What parts of a thing (its quantities) say, and the thing is found by."""


def documents_of(dataset: ox.Dataset, articles: Iterable[Article]) -> list[Document]:
    """Return what can be searched: each thing and concept that has a label, each sentence that may be shown."""
    index = Index(dataset)
    names = _names(dataset)
    documents = [
        document for iri in sorted(names) if (document := _by_name(index, iri, names[iri])) is not None
    ]
    for article in articles:
        documents += _sentences(index, article)
    return documents


def pinyin_of(text: str) -> tuple[str, ...]:
    """Return a syllable without tone for each Chinese character of a text, '' for each other sign.

    >>> pinyin_of("重庆22号")
    ('chong', 'qing', '', '', 'hao')
    """
    syllables = [""] * len(text)
    for run in _CHINESE.finditer(text):
        syllables[run.start() : run.end()] = pypinyin.lazy_pinyin(run.group())
    return tuple(syllable.replace("v", "u") for syllable in syllables)


def _names(dataset: ox.Dataset) -> dict[str, tuple[Name, ...]]:
    """Return the names of everything that has a label: labels first, Chinese before English."""
    found: dict[str, set[Name]] = {}
    for quad in dataset:
        role = _ROLES.get(quad.predicate.value)
        if role and isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
            iri = quad.subject.value
            found.setdefault(iri.partition("#")[0] if role in _PARTS else iri, set()).add(
                _name(quad.object, role)
            )
    return {
        iri: tuple(sorted(names, key=lambda name: (name.role != "label", name.language != "zh", name.text)))
        for iri, names in found.items()
        if any(name.role == "label" for name in names)
    }


def _name(literal: ox.Literal, role: str) -> Name:
    language = literal.language or (
        "zh" if role in _PARTS else "en"
    )  # what parts say are words of the article
    pinyin = pinyin_of(literal.value) if language == "zh" else ()
    return Name(literal.value, language, role, pinyin if any(pinyin) else ())


def _by_name(index: Index, iri: str, names: tuple[Name, ...]) -> Document | None:
    """Return the document of a thing or concept; None for parts of things, and for terms."""
    group: Group = "thing" if iri.startswith(ID) else "concept"
    kind = iri.removeprefix(ID if group == "thing" else SCHEME).partition("/")[0]
    if "#" in iri or not iri.startswith((ID, SCHEME)):
        return None
    classes = {name for name in index.values(iri, f"{RDF}type") if name.startswith(TZ)}
    types = sorted(classes, key=lambda name: (-len(index.superclasses(name)), name))
    places = index.values(iri, "locatedIn") | index.values(iri, "placeWithin")
    weight = len(index.values(iri, "evidence"))
    return Document(iri, group, kind, tuple(types), tuple(sorted(places)), names, weight)


def _sentences(index: Index, article: Article) -> Iterator[Document]:
    """Yield the sentences of an article that may be shown, each with its neighbours where these may."""
    _, sentences = sentences_with_rights(article, index)
    for number, (sentence, may) in enumerate(sentences):
        if may:
            yield Document(
                passage_iri(article.iri, sentence.span),
                "sentence",
                "sentence",
                weight=len(sentence.quotes),
                text=sentence.text,
                source=article.iri,
                before=_beside(sentences, number, number - 1),
                after=_beside(sentences, number, number + 1),
                passages=tuple(passage_iri(article.iri, quote) for quote in sentence.quotes),
            )


def _beside(sentences: Sequence[tuple[Sentence, bool]], number: int, other: int) -> str:
    """Return the words of a sentence that stands beside one in its block, '' where there is none that may be shown."""
    if not 0 <= other < len(sentences):
        return ""
    neighbour, may = sentences[other]
    first, second = sorted((sentences[number][0].span, neighbour.span))
    return neighbour.text if may and first[1] == second[0] else ""
