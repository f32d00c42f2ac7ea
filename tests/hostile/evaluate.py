"""A process that evaluates, without any scan before, whatever text it is given: one JSON string a line.

Its argument is `query` or `update`. It answers each text with `ok` or `error`, and so shows what the engine itself does.
"""

from __future__ import annotations

import json
import sys

import pyoxigraph as ox

BASE = "http://base.example/"


def evaluate(store: ox.Store, text: str) -> None:
    """Evaluate a query to its last row."""
    answer = store.query(text, base_iri=BASE)
    if not isinstance(answer, ox.QueryBoolean):
        for _ in answer:
            pass


def main() -> None:
    """Evaluate until the input ends."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("o")))
    for line in sys.stdin:
        try:
            if sys.argv[1] == "query":
                evaluate(store, json.loads(line))
            else:
                store.update(json.loads(line), base_iri=BASE)
            print("ok", flush=True)
        except (SyntaxError, ValueError, OSError, RuntimeError):
            print("error", flush=True)


if __name__ == "__main__":
    main()
