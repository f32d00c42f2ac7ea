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

CONFIG = Path(__file__).with_name("schemathesis.toml")


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


def test_other_addresses_for_programs_are_described(described: dict[str, Any], live_server: str) -> None:
    """Each with an example that is answered as the description has it: what the random run begins with."""
    others = {path: ways for path, ways in described["paths"].items() if not path.startswith("/api/query")}
    assert others.keys() == {
        *("/sparql", "/explain", "/oembed", "/api/neighbours"),
        *("/{language}/search.json", "/{language}/browse.json", "/{language}/browse.csv"),
        "/{language}/evidence.json",
        *(
            "/data/{type}/{slug}.{suffix}",
            "/data/scheme/{scheme}/{concept}.{suffix}",
            "/data/ontology.{suffix}",
        ),
        "/reconcile/{language}",
        *(
            f"/reconcile/{{language}}/{one}"
            for one in ("suggest/{kind}", "flyout/{kind}", "preview", "properties")
        ),
    }
    for path, ways in others.items():
        given = {
            one["name"]: one.get("example", one.get("schema", {}).get("enum", [None])[0])
            for one in ways["get"]["parameters"]
        }
        given |= {"kind": "property"} if "flyout" in path else {}
        query = {name: value for name, value in given.items() if value and f"{{{name}}}" not in path}
        answer = httpx.get(live_server + path.format(**given), params=query, trust_env=False, timeout=60)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].partition(";")[0] in ways["get"]["responses"]["200"]["content"]


def test_values_of_parameters_are_enumerated(described: dict[str, Any]) -> None:
    place, *_ = described["paths"]["/api/query/actions-for-a-place"]["get"]["parameters"]
    assert place["schema"] == {"$ref": "#/components/schemas/actions-by-place", "default": "place/wuhan"}
    offered = described["components"]["schemas"]["actions-by-place"]["enum"]
    assert {"", "place/wuhan", "place/hubei", "place/leishenshan-hospital"} <= set(offered)
    assert "measure:cash" in described["components"]["schemas"]["concepts-of-a-scheme.scheme.measure"]["enum"]


def test_random_requests_are_answered_as_described(live_server: str, tmp_path: Path) -> None:
    """A short run; docs/api.md has the long one."""
    command = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(CONFIG), "run"]
    options = ["--phases=examples,fuzzing", "--max-examples=2", "--seed=1", "--no-color"]
    done = subprocess.run(
        [*command, f"{live_server}/openapi.json", *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
