"""In which file, on which line, the subjects of each graph are described: kept in a release beside its data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tongzhou.graph.namespaces import BACKGROUND_GRAPH, GRAPH, ONTOLOGY_GRAPH

Place = tuple[str, int]
"""A file and a line of it."""
Places = Mapping[str, Mapping[str, Place]]
"""By graph and subject."""


def places_of(facts: Places, ontology: Path, files: Iterable[str]) -> Places:
    """Return the places of facts, and those of the ontology's terms and statements in its Turtle files.

    The ontology has an entry for a term where it is described first, and for a term and another one that it is joined to
    (`<subject> <object>`, by their IRIs; the subject is `[]` where it has no name). Raises OSError.
    """
    found: dict[str, Place] = {}
    for name in files:
        path = ontology / name
        for key, line in _lines_of(path.read_text(encoding="utf-8")):
            found.setdefault(key, (f"ontology/{name}", line))
    return {**facts, ONTOLOGY_GRAPH: found}


def key_of(subject: str, value: str) -> str:
    """Return the entry of a statement of the ontology; `subject` is `[]` where it has no name."""
    return f"{subject} {value}"


def _lines_of(turtle: str) -> Iterator[tuple[str, int]]:
    prefixes: dict[str, str] = {}
    subject = ""
    for number, line in enumerate(turtle.split("\n"), start=1):
        declared = re.match(r"@prefix\s+([\w-]*):\s*<([^>]*)>", line)
        if declared:
            prefixes[declared.group(1)] = declared.group(2)
            continue
        words = re.sub(r'"[^"]*"|<[^>]*>|#.*', "", line)
        names = [
            prefixes[prefix] + name
            for prefix, name in re.findall(r"([\w-]*):([\w-]+)", words)
            if prefix in prefixes
        ]
        if re.match(r"[\w-]*:[\w-]", line) and names:
            subject = names.pop(0)
            yield subject, number
        elif line.startswith("[]"):
            subject = "[]"
        yield from ((key_of(subject, name), number) for name in names if subject)


def write_places(places: Places) -> bytes:
    """Return places as a file, each path as it is below the folder of the sources, whatever that is called."""
    named = {
        graph: {iri: (_below_sources(graph, path), line) for iri, (path, line) in sorted(lines.items())}
        for graph, lines in sorted(places.items())
    }
    return (json.dumps(named, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def read_places(data: bytes) -> Places:
    """Return the places that a file has. Raises ValueError where it is spoilt."""
    return {
        graph: {iri: (str(path), int(line)) for iri, (path, line) in lines.items()}
        for graph, lines in json.loads(data).items()
    }


def _below_sources(graph: str, path: str) -> str:
    if graph == ONTOLOGY_GRAPH:
        return path
    if graph == BACKGROUND_GRAPH:
        return f"background/{Path(path).name}"
    slug = graph.removeprefix(f"{GRAPH}article/").partition("/")[0]
    return f"articles/{slug}/{Path(path).name}"
