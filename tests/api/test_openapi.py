"""The description in OpenAPI: valid, true to the catalogue, and the service keeps to it under random requests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate

from tongzhou.graph.catalog import load_catalog
from tongzhou.graph.resources import queries_dir


@pytest.fixture(scope="module")
def described(live_server: str) -> dict[str, Any]:
    value: dict[str, Any] = httpx.get(f"{live_server}/openapi.json", trust_env=False, timeout=60).json()
    return value


def test_description_is_valid_and_has_every_question(described: dict[str, Any]) -> None:
    validate(described)
    for name, stored in load_catalog(queries_dir()).items():
        operation = described["paths"][f"/api/query/{name}"]["get"]
        names = [parameter["name"] for parameter in operation["parameters"]]
        assert names == [*stored.parameters, "limit", "offset", "bom", "inferred"]


def test_values_of_parameters_are_enumerated(described: dict[str, Any]) -> None:
    place, *_ = described["paths"]["/api/query/actions-for-a-place"]["get"]["parameters"]
    assert place["schema"] == {"$ref": "#/components/schemas/places", "default": "place/wuhan"}
    assert {"", "place/wuhan", "place/hubei"} <= set(described["components"]["schemas"]["places"]["enum"])
    assert "measure:cash" in described["components"]["schemas"]["concepts-of-a-scheme.scheme.measure"]["enum"]


def test_random_requests_are_answered_as_described(live_server: str, tmp_path: Path) -> None:
    """A short run; the long one is `schemathesis run http://…/openapi.json`."""
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{live_server}/openapi.json"]
    options = ["--phases=examples,fuzzing", "--max-examples=2", "--seed=1", "--no-color"]
    done = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
