"""Writes the JSON Schema of facts beside the ontology, where editors find it: `python -m tongzhou.graph.editor_schema`."""

from __future__ import annotations

from pathlib import Path

from tongzhou.graph.compile import compile_ontology, load_context
from tongzhou.graph.resources import ontology_dir
from tongzhou.graph.schema import FILE_NAME, schema_text


def write_schema(ontology: Path) -> Path:
    """Write the schema beside the ontology that it is made from; return its path."""
    path = ontology / FILE_NAME
    path.write_text(schema_text(load_context(ontology), compile_ontology(ontology)), encoding="utf-8")
    return path


if __name__ == "__main__":
    print(write_schema(ontology_dir()))
