"""Contradictions: the fault has the file and line of the fact, and the proof; the build says the same and publishes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tongzhou.graph.build import build
from tongzhou.graph.check import check_sources
from tongzhou.graph.compile import Sources
from tongzhou.graph.errors import Fault
from tongzhou.graph.explanation import LocatedContradictionError
from tongzhou.graph.release import current_release
from tongzhou.graph.validate import validate


def silent(_: str) -> None:
    """Show no progress."""


def test_check_and_build_tell_the_proof_with_file_and_line(
    harbour: Callable[..., Sources], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = harbour(("type: GoodsProvision", "type: [GoodsProvision, Place]"))
    facts = sources.articles / "harbour" / "facts.yaml"
    written = facts.read_text(encoding="utf-8")
    line = written[: written.index("- id: action/lifeboats-for-members")].count("\n") + 1
    checks = check_sources(sources, tell=silent).checks
    (fault, *_) = next(each.faults for each in checks if each.name == "consistency")
    assert (fault.path, fault.line, fault.subject) == (str(facts), line, "action/lifeboats-for-members")
    assert fault.message == "Nothing is in two of classes that are all disjoint (cax-adc)."
    told = [part.strip() for part in fault.remedy.split("\n")]
    assert f"[stated] {facts}:{line}" in told
    assert "[definition] ontology/tongzhou.ttl:" in fault.remedy
    assert any(part.startswith("by “What is in a class is in its superclass”") for part in told)
    assert any(part.startswith("“") and "line" in part for part in told)

    monkeypatch.setattr("tongzhou.graph.build.validate", _accept)  # else the shapes refuse it before
    assert validate is not None
    home = tmp_path / "home"
    with pytest.raises(LocatedContradictionError, match="contradicts the ontology") as caught:
        build(sources, home)
    assert fault in caught.value.faults
    assert str(fault) in str(caught.value)
    assert current_release(home) is None


def _accept(*_: object) -> list[Fault]:
    """Find no fault, whatever is validated."""
    return []
