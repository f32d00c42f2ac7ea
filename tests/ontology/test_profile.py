"""Our own ontology stays inside OWL 2 RL."""

from __future__ import annotations

from tongzhou.graph.compile import compile_ontology
from tongzhou.graph.profile import check_profile
from tongzhou.graph.resources import ontology_dir


def test_our_ontology_is_in_the_profile() -> None:
    assert check_profile(compile_ontology(ontology_dir())) == []
