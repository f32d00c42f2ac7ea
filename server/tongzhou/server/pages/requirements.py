"""What the shapes ask of the terms, as the page of the ontology shows it: in its language, with links to other terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tongzhou.graph.namespaces import TZ, shorten
from tongzhou.graph.release import Release
from tongzhou.graph.requirements import REQUIREMENTS, Relation, Requirement, read_requirements
from tongzhou.server.pages.described import Value
from tongzhou.server.pages.property_names import own_name_of


@dataclass(frozen=True)
class Asked:
    """One thing that is asked: `relation` is that of Requirement, `others` are the terms it speaks of."""

    relation: Relation
    others: list[Value]
    words: str


@dataclass(frozen=True)
class ForeignTerm:
    """A class or property of another vocabulary of which the shapes ask something."""

    iri: str
    name: str
    asked: list[Asked]


def asked_in(release: Release, names: Mapping[str, str], language: str) -> dict[str, list[Asked]]:
    """Return what is asked of each term, by IRI; `names` are those of our own terms. Nothing where a release has no such file."""
    if REQUIREMENTS not in release.manifest["files"]:
        return {}
    found = read_requirements((release.path / REQUIREMENTS).read_bytes())
    return {iri: [_asked(one, names, language) for one in several] for iri, several in found.items()}


def foreign_terms(asked: Mapping[str, list[Asked]]) -> list[ForeignTerm]:
    """Return the terms of other vocabularies of which something is asked."""
    others = [iri for iri in asked if not iri.startswith(TZ)]
    return [ForeignTerm(iri, own_name_of(iri) or shorten(iri), asked[iri]) for iri in others]


def _asked(one: Requirement, names: Mapping[str, str], language: str) -> Asked:
    others = [
        Value(names.get(iri) or own_name_of(iri) or shorten(iri), iri, "definition") for iri in one.others
    ]
    return Asked(one.relation, others, one.zh if language == "zh" else one.en)
