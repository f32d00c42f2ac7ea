"""A process that evaluates, without any scan before, whatever text it is given: one JSON string a line.

Its argument is `query`, `update` or the media type of RDF. It answers each text with `ok` or `error`, and so shows what
the engine itself does.
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


def parse(text: str, media_type: str) -> None:
    """Parse RDF to its last triple."""
    form = ox.RdfFormat.from_media_type(media_type)
    assert form is not None
    for _ in ox.parse(text, format=form, base_iri=BASE, without_named_graphs=True):
        pass


def main() -> None:
    """Evaluate until the input ends."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("o")))
    for line in sys.stdin:
        try:
            if sys.argv[1] == "query":
                evaluate(store, json.loads(line))
            elif sys.argv[1] == "update":
                store.update(json.loads(line), base_iri=BASE)
            else:
                parse(json.loads(line), sys.argv[1])
            print("ok", flush=True)
        except (SyntaxError, ValueError, OSError, RuntimeError):
            print("error", flush=True)


if __name__ == "__main__":
    main()
