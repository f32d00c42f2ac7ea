"""The table of former identifiers: what it says, and each way of writing it wrongly."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.errors import SourceError
from tongzhou.graph.moved import load_moved
from tongzhou.graph.namespaces import ID
from tongzhou.graph.resources import moved_file


def test_the_table_of_the_project_fits_its_graph(dataset: ox.Dataset) -> None:
    moved = load_moved(moved_file())
    subjects = {quad.subject.value for quad in dataset if isinstance(quad.subject, ox.NamedNode)}
    assert set(moved.renamed.values()) <= subjects
    assert not (moved.renamed.keys() | moved.withdrawn.keys()) & subjects


def test_renamed_and_withdrawn(tmp_path: Path) -> None:
    path = tmp_path / "moved.yaml"
    path.write_text(
        "renamed: {org/a: org/b}\nwithdrawn:\n  org/c: {release: r1, zh: 重复, en: twice}\n", "utf-8"
    )
    moved = load_moved(path)
    assert moved.renamed == {f"{ID}org/a": f"{ID}org/b"}
    assert moved.withdrawn[f"{ID}org/c"].reasons["en"] == "twice"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "renamed: {org/a: org/b, org/b: org/c}",
            "moved.yaml:1: renamed/org/a: 'org/b' is itself a former one.",
        ),
        ("renamed:\n  org/a: [x]", "moved.yaml:2: renamed/org/a: is no slug."),
        (
            "withdrawn:\n  org/a: {zh: 重复}",
            "moved.yaml:2: withdrawn/org/a: does not say all that is needed.",
        ),
        ("moved: {}", "moved.yaml:1: moved: unknown key."),
        (
            "renamed: {org/a: org/b}\nwithdrawn:\n  org/a: {release: r, zh: a, en: a}",
            "moved.yaml:1: renamed/org/a: is withdrawn as well.",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "moved.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(SourceError) as caught:
        load_moved(path)
    assert message in str(caught.value)
