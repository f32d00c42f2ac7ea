"""The text of each article as it may be shown to readers, as a file of a release.

Of a text whose rights are `whole` everything is there; of one whose rights are `quotes`, the sentences that facts quote and
their neighbours, with a gap where others are left out. Offsets count in the canonical text, so that passages fit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise

from tongzhou.graph.compile import Article
from tongzhou.graph.evidence import Span, span_of
from tongzhou.graph.index import Index
from tongzhou.graph.sentences import Sentence, sentences_of, shown_sentences
from tongzhou.graph.text import CanonicalText


@dataclass(frozen=True)
class Run:
    """Sentences that stand side by side and are shown: where the first starts, their words, where each of them starts."""

    start: int
    text: str
    sentences: tuple[int, ...]

    @property
    def end(self) -> int:
        """Return where the run ends."""
        return self.start + len(self.text)

    @property
    def spans(self) -> list[Span]:
        """Return where each of the sentences stands."""
        return list(pairwise((*self.sentences, self.end)))


@dataclass(frozen=True)
class Block:
    """A block of the canonical text: where it stands, its role in the layout (None for plain text), and what is shown."""

    start: int
    end: int
    role: str | None
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Reading:
    """An article to read: `rights` are `whole` or `quotes`; `size` is its length in code points, `shown` what is here of it."""

    slug: str
    iri: str
    rights: str
    size: int
    blocks: tuple[Block, ...]

    @property
    def shown(self) -> int:
        """Return how many code points are shown."""
        return sum(len(run.text) for block in self.blocks for run in block.runs)

    @property
    def whole_text(self) -> str | None:
        """Return the canonical text, None where only parts of it may be shown."""
        if self.rights != "whole":
            return None
        return "\n".join("".join(run.text for run in block.runs) for block in self.blocks)


def sentences_with_rights(article: Article, index: Index) -> tuple[str, list[tuple[Sentence, bool]]]:
    """Return the rights of a text, and its sentences, each with whether it may be shown."""
    quotes = {
        span
        for passage in index.of_class("Passage")
        if not index.is_a(passage, "Section") and (span := span_of(passage, article.iri)) is not None
    }
    rights = "whole" if "whole" in index.values(article.iri, "textRights") else "quotes"
    sentences = sentences_of(article.text, quotes)
    return rights, list(zip(sentences, shown_sentences(sentences, rights), strict=True))


def reading_of(article: Article, index: Index) -> Reading:
    """Return what may be shown of an article; `index` is of the compiled graph, with passages and rights."""
    rights, sentences = sentences_with_rights(article, index)
    shown = {sentence.span for sentence, may in sentences if may}
    blocks = tuple(
        Block(
            start, end, article.text.layout.get((start, end)), tuple(_runs(article.text, (start, end), shown))
        )
        for start, end in article.text.blocks
    )
    return Reading(article.slug, article.iri, rights, len(article.text.text), blocks)


def write_readings(readings: Iterable[Reading]) -> bytes:
    """Return articles as a file, read again by `read_readings`."""
    return (json.dumps([asdict(reading) for reading in readings], ensure_ascii=False) + "\n").encode()


def read_readings(data: bytes) -> list[Reading]:
    """Read what `write_readings` wrote."""
    return [
        Reading(
            item["slug"],
            item["iri"],
            item["rights"],
            item["size"],
            tuple(
                Block(
                    block["start"],
                    block["end"],
                    block["role"],
                    tuple(Run(run["start"], run["text"], tuple(run["sentences"])) for run in block["runs"]),
                )
                for block in item["blocks"]
            ),
        )
        for item in json.loads(data)
    ]


def _runs(text: CanonicalText, block: Span, shown: set[Span]) -> Iterator[Run]:
    """Yield the shown sentences of a block, those that touch put together."""
    inside = sorted(span for span in shown if block[0] <= span[0] < block[1])
    starts: list[int] = []
    end = None
    for span in inside:
        if starts and span[0] != end:
            yield Run(starts[0], text.text[starts[0] : end], tuple(starts))
            starts = []
        starts.append(span[0])
        end = span[1]
    if starts:
        yield Run(starts[0], text.text[starts[0] : end], tuple(starts))
