"""A closure as bytes and back, so that the next build goes on from it instead of starting anew.

The format is JSON under zstandard: terms as texts, triples and records as numbers. It is read only under the rules that it
was made by, which their digest tells.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import zstandard

from tongzhou.graph.errors import ReasoningError
from tongzhou.graph.reason.conditions import Record
from tongzhou.graph.reason.engine import Engine
from tongzhou.graph.reason.rules import Rules

_FORMAT = 1
_MOST_BYTES = 8 * 2**30


def rules_digest(rules: Rules) -> str:
    """Return the SHA-256 of what rules say, whatever their names and places in files."""
    said = [(rule.id, str(rule.body), str(rule.head)) for rule in rules]
    scans = [scan.id for scan in rules.scans]
    return hashlib.sha256(json.dumps([said, scans]).encode()).hexdigest()


def dump_engine(engine: Engine, rules: Rules) -> bytes:
    """Return the triples, records and contradictions of an engine."""
    records = engine.store.records
    state = {
        "format": _FORMAT,
        "rules": rules_digest(rules),
        "terms": [text.decode() for text in engine.dictionary.texts],
        "triples": [number for triple in engine.store for number in triple],
        "records": [records[triple] for triple in engine.store],
        "also asserted": sorted(engine.also_asserted),
        "contradictions": [[rule, sorted(found), record] for (rule, found), record in engine.clashes.items()],
    }
    data = json.dumps(state, separators=(",", ":"), ensure_ascii=False).encode()
    return zstandard.ZstdCompressor(level=1).compress(data)


def load_engine(engine: Engine, rules: Rules, data: bytes) -> None:
    """Put the state of a former engine into a new one. Raises ReasoningError where it is spoilt or of other rules."""
    try:
        state = json.loads(zstandard.ZstdDecompressor().decompress(data, max_output_size=_MOST_BYTES))
        if (state["format"], state["rules"]) != (_FORMAT, rules_digest(rules)):
            raise ReasoningError("the kept closure was made under other rules. Reason anew.")
        _fill(engine, state)
    except (zstandard.ZstdError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ReasoningError(f"the kept closure is spoilt ({error}). Reason anew.") from error


def _fill(engine: Engine, state: dict[str, Any]) -> None:
    known = len(engine.dictionary.texts)
    engine.dictionary.number(text.encode() for text in state["terms"][known:])
    numbers = iter(state["triples"])
    triples = zip(numbers, numbers, numbers, strict=True)
    for triple, record in zip(triples, state["records"], strict=True):
        engine.store.records[triple] = None if record is None else _record(record)
        engine.store.index(triple)
    engine.also_asserted.update((s, p, o) for s, p, o in state["also asserted"])
    for rule, premises, record in state["contradictions"]:
        found = frozenset((s, p, o) for s, p, o in premises)
        engine.clashes[rule, found] = None if record is None else _record(record)
    engine.recall()


def _record(values: list[int | list[list[int]]]) -> Record:
    """Return a record; a list in it has the triples that were found for a LIST."""
    return tuple(value if isinstance(value, int) else tuple(map(tuple, value)) for value in values)
