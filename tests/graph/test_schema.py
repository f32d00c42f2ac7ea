"""The JSON Schema of facts follows the context and the ontology, and is committed for editors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from typing import Any

import jsonschema
import pyoxigraph as ox
import pytest

from tongzhou.graph.compile import compile_ontology, load_context
from tongzhou.graph.conform import FactsChecker
from tongzhou.graph.editor_schema import write_schema
from tongzhou.graph.namespaces import OWL, RDF, SCHEME, SKOS, TZ
from tongzhou.graph.resources import articles_dir, background_dir, ontology_dir
from tongzhou.graph.schema import FILE_NAME, facts_schema, schema_text
from tongzhou.graph.yamlld import load_yaml, parse_yaml

ONTOLOGY = compile_ontology(ontology_dir())
CONTEXT = load_context(ontology_dir())
SCHEMA: dict[str, Any] = facts_schema(CONTEXT, ONTOLOGY)
NODE: dict[str, Any] = SCHEMA["$defs"]["node"]["properties"]
FILES = sorted([*articles_dir().glob("*/facts.yaml"), *background_dir().glob("*.yaml")])


def names(kind: str, base: str) -> set[str]:
    """Return what follows a base in the IRIs of a kind of the ontology."""
    return {
        quad.subject.value.removeprefix(base)
        for quad in ONTOLOGY
        if quad.predicate.value == f"{RDF}type"
        and quad.object == ox.NamedNode(kind)
        and isinstance(quad.subject, ox.NamedNode)
        and quad.subject.value.startswith(base)
    }


def test_the_committed_schema_is_up_to_date() -> None:
    """Mend with `python -m tongzhou.graph.editor_schema`."""
    committed = (ontology_dir() / FILE_NAME).read_text(encoding="utf-8")
    assert committed == schema_text(CONTEXT, ONTOLOGY)


def test_the_command_writes_the_schema_beside_its_ontology(tmp_path: Path) -> None:
    folder = tmp_path / "ontology"
    copytree(ontology_dir(), folder)
    (folder / FILE_NAME).unlink()
    assert write_schema(folder) == folder / FILE_NAME
    assert json.loads((folder / FILE_NAME).read_text(encoding="utf-8")) == SCHEMA


def test_the_module_says_which_file_it_wrote() -> None:
    before = (ontology_dir() / FILE_NAME).read_bytes()
    command = [sys.executable, "-m", "tongzhou.graph.editor_schema"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(ontology_dir() / FILE_NAME)
    assert (ontology_dir() / FILE_NAME).read_bytes() == before


def test_it_is_a_schema_of_2020_12() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_class_that_is_written_by_hand_is_a_type() -> None:
    types = set(NODE["type"]["anyOf"][0]["enum"])
    computed = {
        "Passage",
        "Section",
        "MobilisedAction",
        "ActionThroughMembers",
        "CommissionedAction",
        "InferenceStep",
    }
    assert types == (names(f"{OWL}Class", TZ) - computed) | {"Concept", "ConceptScheme"}


@pytest.mark.parametrize("scheme", ["hedge", "measure", "unit", "form", "scope", "sector", "resource"])
def test_every_concept_of_a_scheme_is_a_word(scheme: str) -> None:
    assert set(SCHEMA["$defs"][scheme]["enum"]) == names(f"{SKOS}Concept", f"{SCHEME}{scheme}/")


def test_every_object_allows_only_the_keys_it_lists() -> None:
    for name in ("node", "fromName", "quantity", "texts", "rights"):
        assert SCHEMA["$defs"][name]["additionalProperties"] is False
    assert SCHEMA["additionalProperties"] is False


def test_terms_carry_their_definition_for_editors() -> None:
    assert all("description" in NODE[key] for key in ("agent", "giver", "quantity", "monthDay"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_sources_fit(path: Path) -> None:
    assert FactsChecker(SCHEMA).faults(load_yaml(path)) == []


@pytest.mark.parametrize("value", ["2200000000", "4.1", "0.5", "0", "1.000000000001", "999999999999999999"])
def test_decimals_are_canonical(value: str) -> None:
    assert _faults_of_value(value) == []


@pytest.mark.parametrize(
    "value",
    [
        "1.50",
        "01",
        "1.",
        ".5",
        "-1",
        "+1",
        "1e3",
        "1 000",
        "1,000",
        "２",
        "22亿",
        "1" * 19,
        "0.0000000000001",
    ],
)
def test_other_spellings_of_numbers_are_refused(value: str) -> None:
    assert len(_faults_of_value(value)) == 1


def _faults_of_value(value: str) -> list[str]:
    text = f'"@context": https://w3id.org/tongzhou/context\n"@graph":\n  - id: org/a\n    quantity: {{value: "{value}"}}\n'
    return [fault.message for fault in FactsChecker(SCHEMA).faults(parse_yaml(text.encode(), "facts.yaml"))]
