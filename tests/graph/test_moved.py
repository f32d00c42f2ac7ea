"""The table of former identifiers: what it says, and each way of writing it wrongly."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.errors import SourceError
from tongzhou.graph.moved import load_moved, misfits
from tongzhou.graph.namespaces import ID


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
        ("renamed: {org/a: org/a}", "moved.yaml:1: renamed/org/a: 'org/a' is itself a former one."),
        ("renamed:\n  org/a: org/b\n  org/a: org/c", "moved.yaml:3: "),
        ("renamed: {org: org/c}", "moved.yaml:1: renamed/org: is no <type>/<slug>."),
        ("renamed: {org/a: 'org/b> .'}", "moved.yaml:1: renamed/org/a: is no slug."),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "moved.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(SourceError) as caught:
        load_moved(path)
    assert message in str(caught.value)


def test_what_does_not_fit_the_graph_is_told_with_its_line(tmp_path: Path) -> None:
    """A present thing that is not there, and former ones that still are."""
    path = tmp_path / "moved.yaml"
    path.write_text(
        "renamed:\n  org/a: org/b\n  org/c: org/d\n  org/e: org/b\n"
        "withdrawn:\n  org/f: {release: r1, zh: 重复, en: twice}\n  org/g: {release: r1, zh: 重复, en: twice}\n",
        "utf-8",
    )
    kind = ox.NamedNode("https://w3id.org/tongzhou/ontology#Association")
    rdf_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    there = [ox.NamedNode(ID + name) for name in ("org/b", "org/e", "org/f")]
    dataset = ox.Dataset(ox.Quad(thing, rdf_type, kind) for thing in there)
    assert [str(fault) for fault in misfits(path, dataset)] == [
        "graph/moved.yaml:3: renamed/org/c: 'org/d' is not in the graph. "
        "Name a thing that is, or write the former one under 'withdrawn'.",
        "graph/moved.yaml:4: renamed/org/e: is in the graph as it was. "
        "Take the entry out, or the thing out of the facts.",
        "graph/moved.yaml:6: withdrawn/org/f: is in the graph as it was. "
        "Take the entry out, or the thing out of the facts.",
    ]
