"""A small article of the tests' own, which its tests copy and spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from tongzhou.graph.compile import Sources
from tongzhou.graph.resources import ontology_dir

HARBOUR = Path(__file__).parents[1] / "data" / "articles" / "harbour"

settings.register_profile("unhurried", deadline=None)  # other work on the machine is no failure
settings.load_profile("unhurried")

MakeSources = Callable[..., Sources]


@pytest.fixture
def harbour(tmp_path: Path) -> MakeSources:
    """Return a function that makes sources with the harbour article, each pair of words in its facts exchanged."""

    def make(*changes: tuple[str, str]) -> Sources:
        folder = tmp_path / "articles" / "harbour"
        shutil.copytree(HARBOUR, folder, dirs_exist_ok=True)
        (tmp_path / "background").mkdir(exist_ok=True)
        facts = (folder / "facts.yaml").read_text(encoding="utf-8")
        for before, after in changes:
            assert facts.count(before) == 1, before
            facts = facts.replace(before, after)
        (folder / "facts.yaml").write_text(facts, encoding="utf-8")
        return Sources(ontology_dir(), tmp_path / "articles", tmp_path / "background")

    return make
