"""The method: what counts as a fact, its basis, what is not claimed, how much of the text is stated, how to cite."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, Response

from tongzhou.graph.curation import COVERAGE
from tongzhou.graph.release import Release
from tongzhou.server.flask_requests import root_of_request
from tongzhou.server.pages.data import graphs_of, release_of
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX


@dataclass(frozen=True)
class Coverage:
    """An article with its label, its number of clauses, and how many of them the facts state."""

    article: str
    label: str
    clauses: int
    covered: int


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the page."""
    blueprint = Blueprint("about", __name__)

    @blueprint.get(f"{PREFIX}/about")
    def about(language: str) -> Response:
        release = release_of(pages)
        return pages.render(
            "about.html",
            triples=triples_by_basis(release),
            coverage=coverage_of(release, language),
            year=release.published[:4],
            root=root_of_request(),
        )

    return blueprint


def triples_by_basis(release: Release) -> Counter[str]:
    """Return the number of triples on each basis; those without one define terms or describe the release."""
    counts: Counter[str] = Counter()
    for graph in graphs_of(release):
        counts[graph.basis] += graph.triples
    return counts


def coverage_of(release: Release, language: str) -> list[Coverage]:
    """Return the coverage of each article, labelled in a language; none where the release does not tell it."""
    if COVERAGE not in release.manifest["files"]:
        return []
    counts = json.loads((release.path / COVERAGE).read_text(encoding="utf-8"))
    return [
        Coverage(article, each[language], each["clauses"], each["covered"])
        for article, each in sorted(counts.items())
    ]
