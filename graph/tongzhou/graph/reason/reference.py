"""Reasoners of others, to hold ours against: owlrl and, where it is installed, reasonable.

They have rules of their own. Both rename blank nodes, so IRIs stand for these meanwhile. What they miss and what they add is
listed in docs/reasoning.md; owlrl is given no `owl:hasKey`, since it ignores the last property of a key and merges things that
differ.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib.term import Node

from tongzhou.graph.errors import ReasoningError
from tongzhou.graph.namespaces import OWL
from tongzhou.graph.reason.spelling import read_spellings, with_blank_nodes, without_blank_nodes

_HAS_KEY = f"{OWL}hasKey"
_REPORT = "http://www.daml.org/2002/03/agents/agent-ont#"
_ERROR = f"{_REPORT}error"
_TRIPLES = ox.RdfFormat.N_TRIPLES


def close_with_owlrl(triples: Sequence[ox.Triple]) -> tuple[set[ox.Triple], list[str]]:
    """Return what owlrl adds, and its messages about contradictions. Raises ReasoningError where it fails."""
    usable = (without_blank_nodes(triple) for triple in triples if triple.predicate.value != _HAS_KEY)
    # -P: no module is taken from the current folder
    command = [sys.executable, "-P", "-m", "tongzhou.graph.reason.owlrl_closure"]
    source = ox.serialize(usable, format=_TRIPLES)
    done = subprocess.run(command, input=source, capture_output=True, check=False)
    if done.returncode:
        raise ReasoningError(f"owlrl ended with exit code {done.returncode}: {done.stderr.decode()[-500:]}")
    added = _read(done.stdout)
    messages = [read_spellings(str(triple.object)) for triple in added if triple.predicate.value == _ERROR]
    return {triple for triple in added if _REPORT not in str(triple)}, sorted(messages)


def close_with_reasonable(triples: Sequence[ox.Triple]) -> set[ox.Triple]:
    """Return what reasonable adds; it finds no contradictions. Raises ReasoningError where it is not installed or fails."""
    try:
        module: Any = importlib.import_module("reasonable")
    except ImportError as error:
        message = "the reasoner 'reasonable' is not installed. Install it with: pip install reasonable"
        raise ReasoningError(message) from error
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.ttl"  # it takes no other suffix for N-Triples
        ox.serialize(map(without_blank_nodes, triples), path, format=_TRIPLES)
        reasoner = module.PyReasoner()
        try:
            reasoner.load_file(str(path))
            closed: list[tuple[Node, Node, Node]] = reasoner.reason()
        except (OSError, RuntimeError, ValueError) as error:
            raise ReasoningError(f"reasonable failed: {error}") from error
    lines = (f"{s.n3()} {p.n3()} {o.n3()} .\n" for s, p, o in closed if not s.n3().startswith('"'))
    return _read("".join(lines).encode()) - set(triples)


def _read(source: bytes) -> set[ox.Triple]:
    return {with_blank_nodes(quad.triple) for quad in ox.parse(source, format=_TRIPLES, lenient=True)}
