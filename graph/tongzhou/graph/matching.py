"""Matches a name from somebody's list to the things of the graph: reconciliation.

Names are compared without regard to full width, traditional characters, spaces, punctuation and capitals. What bears the
name, as label or alias, and alone bears it, is a match. 中国 (China) in front counts for little: a name with it matches one
without, unless the shorter one could also be short for another thing. All else is near: scored, and never a match.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tongzhou.graph.namespaces import ID
from tongzhou.graph.search.document import Document, Name
from tongzhou.graph.search.index import SearchIndex, Wanted
from tongzhou.graph.search.tokens import fold, unstemmed_words, words_of

LONGEST = 200
"""Characters of a name that are looked at."""

_NAMED = ("org", "place", "person", "source", "article", "output", "meeting")  # what has a name of its own
_PREFIXES = (("中", "华", "人", "民", "共", "和", "国"), ("中", "国"), ("china",), ("chinese",))
_LEAST_SHARE = 0.5
_LEAST_SCORE = 35.0
_MOST_NEAR = 90.0
_ELSEWHERE = 0.7
_CANDIDATES = 200


@dataclass(frozen=True)
class Features:
    """The signals of a candidate, each for itself.

    `exact` is that the names are the same, `short` that they are but for 中国 in front; `near` (0 to 100) is how much of
    the two names agrees, weighed by how rare the words are; `alias` is that it is an alias that agrees; `in_order` that all of
    the name stands in the candidate's. `type` and `place` are None where none was asked for.
    """

    exact: bool
    short: bool
    near: float
    alias: bool
    in_order: bool
    type: bool | None = None
    place: bool | None = None


@dataclass(frozen=True)
class Candidate:
    """A thing that may be meant, with the name of it that agrees best; `score` is from 0 to 100."""

    document: Document
    name: Name
    score: float
    match: bool
    features: Features


@dataclass(frozen=True)
class Wish:
    """What a list says of a name beside the name: classes (one of them, or `all_types`), and places by IRI."""

    types: tuple[str, ...] = ()
    all_types: bool = False
    strict_types: bool = True
    places: tuple[str, ...] | None = None


_ANY = Wish()


def match_name(index: SearchIndex, text: str, wish: Wish = _ANY, *, limit: int = 5) -> list[Candidate]:
    """Return the things that a name may mean, the likeliest first; at most one of them is a match.

    An IRI of ours, or what follows `…/id/` in it, means that thing.
    """
    text = text.encode("utf-8", "ignore").decode().strip()[:LONGEST]
    known = index.get(text if text.startswith(ID) else f"{ID}{text}") if text else None
    if known is not None and known.names:
        features = Features(exact=True, short=True, near=100.0, alias=False, in_order=True)
        return [Candidate(known, known.names[0], 100.0, True, features)]
    words = words_of(text)
    if not words:
        return []
    found = [_candidate(index, document, text, wish) for document in _similar(index, text, words, wish)]
    candidates = [one for one in found if one is not None and one.score >= _LEAST_SCORE]
    candidates.sort(key=lambda one: (-one.score, -one.document.weight, one.document.iri))
    meant = _meant(candidates)
    return [
        Candidate(one.document, one.name, one.score, one is meant, one.features) for one in candidates[:limit]
    ]


def resolve_places(index: SearchIndex, names: Sequence[str]) -> tuple[str, ...]:
    """Return the IRIs of the places that have one of the names (or IRIs), exactly."""
    found: list[str] = []
    for name in names:
        candidates = match_name(index, name, Wish())
        found += [
            one.document.iri for one in candidates if one.features.exact and one.document.kind == "place"
        ]
    return tuple(found)


def _meant(candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the one candidate that is meant beyond doubt, if there is one."""
    fitting = [
        one for one in candidates if one.features.place is not False and one.features.type is not False
    ]
    exact = [one for one in fitting if one.features.exact]
    if exact:
        return exact[0] if len(exact) == 1 else None
    short = [one for one in fitting if one.features.short]
    others = [one for one in fitting if one.features.in_order and not one.features.short]
    return short[0] if len(short) == 1 and not others else None


def _similar(index: SearchIndex, text: str, words: list[str], wish: Wish) -> list[Document]:
    """Return things that have the name's words in a row, and those that have a good part of them."""
    bare = words_of(" ".join(_bare(_plain(text)))) or words
    row, _ = index.find([Wanted("words", bare, 0)], group="thing", limit=_CANDIDATES)
    least = max(1, math.ceil(len(set(words)) * _LEAST_SHARE))
    similar = index.find_similar(words, least=least, group="thing", limit=_CANDIDATES)
    unique = {document.iri: document for document in [*row, *similar]}
    return [one for one in unique.values() if one.kind in _NAMED or _fits(one, wish)]


def _candidate(index: SearchIndex, document: Document, text: str, wish: Wish) -> Candidate | None:
    """Score a thing by the name of it that agrees best; None where it has not the types that have to be."""
    fits = _fits(document, wish)
    if fits is False and wish.strict_types:
        return None
    compared = [(_compare(index, name, text), name) for name in document.names if name.role != "wording"]
    (exact, short, near, in_order), best = max(
        compared, key=lambda pair: (pair[0], pair[1].role == "label", pair[1].language == "zh")
    )
    place = None if wish.places is None else bool({*document.places, document.iri} & set(wish.places))
    score = 100.0 if exact else 95.0 if short else min(near, _MOST_NEAR)
    for signal in (place, fits):
        score *= _ELSEWHERE if signal is False else 1
    features = Features(exact, short, round(near, 1), best.role == "alias", in_order, fits, place)
    return Candidate(document, best, round(score, 1), False, features)


def _fits(document: Document, wish: Wish) -> bool | None:
    if not wish.types:
        return None
    has = [name in document.types for name in wish.types]
    return all(has) if wish.all_types else any(has)


def _compare(index: SearchIndex, name: Name, text: str) -> tuple[bool, bool, float, bool]:
    """Return whether two names are the same, are so but for 中国, how near they are, and whether one is short for the other."""
    wanted, having = _plain(text), _plain(name.text)
    exact, short = wanted == having, _bare(wanted) == _bare(having)
    query, own = words_of(" ".join(wanted)), words_of(" ".join(having))
    weights = {word: index.rarity(word) for word in {*query, *own}}
    common = _common_weight(query, own, weights)
    whole, theirs = sum(weights[word] for word in query), sum(weights[word] for word in own)
    near = 50 * common / whole + 100 * common / (whole + theirs)
    return exact, short, near, math.isclose(common, whole)


def _common_weight(first: Sequence[str], second: Sequence[str], weights: dict[str, float]) -> float:
    """Return the weight of the heaviest words that two names have in the same order."""
    row = [0.0] * (len(second) + 1)
    for word in first:
        former = row[:]
        for place, other in enumerate(second, start=1):
            same = former[place - 1] + weights[word] if word == other else 0.0
            row[place] = max(same, former[place], row[place - 1])
    return row[-1]


@lru_cache(maxsize=20_000)  # the names of things are compared again and again
def _plain(text: str) -> tuple[str, ...]:
    """Return the words of a name, without those that only hold it together."""
    words = unstemmed_words(fold(text).replace("&", " and "))
    return tuple(word for word in words if word != "the") or tuple(words)


def _bare(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a name without the country in front, unless that is all of it."""
    for prefix in _PREFIXES:
        if words[: len(prefix)] == prefix and len(words) > len(prefix):
            return words[len(prefix) :]
    return words
