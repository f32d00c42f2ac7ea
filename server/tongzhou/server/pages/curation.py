"""The page for curators: what is left to do in the sources of the release, each with its file and line."""

from __future__ import annotations

from flask import Blueprint, Response

from tongzhou.graph.curation import CURATION, CurationItem, read_items
from tongzhou.graph.release import Release
from tongzhou.server.pages.about import coverage_of
from tongzhou.server.pages.data import release_of
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX

KINDS = ("clause", "number", "agent", "link", "label")
"""What items are about, in the order of the page."""


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the page."""
    blueprint = Blueprint("curation", __name__)

    @blueprint.get(f"{PREFIX}/curation")
    def curation(language: str) -> Response:
        release = release_of(pages)
        return pages.render(
            "curation.html", groups=items_of(release), coverage=coverage_of(release, language)
        )

    return blueprint


def items_of(release: Release) -> dict[str, list[CurationItem]]:
    """Return the items of each kind, by file and line."""
    if CURATION not in release.manifest["files"]:
        return {kind: [] for kind in KINDS}
    items = read_items((release.path / CURATION).read_bytes())
    return {kind: sorted(item for item in items if item.kind == kind) for kind in KINDS}
