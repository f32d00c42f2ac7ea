"""A running server over the real release, and the specification's own schemas where they can be had."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import platformdirs
import pytest
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

SCHEMAS = "https://raw.githubusercontent.com/reconciliation-api/specs/8d66bdba2e351a890a1126f2a8f139c9afd47553/0.2/schemas"
"""Where the schemas come from, unless $RECONCILIATION_SCHEMAS names a folder that holds them. They are not ours to commit."""
NAMES = (
    *("data-extension-property-proposal", "data-extension-query", "data-extension-response", "manifest"),
    *("openapi", "reconciliation-query-batch", "reconciliation-result-batch", "suggest-entities-response"),
    *("suggest-properties-response", "suggest-types-response", "type"),
)

Fits = Callable[[Any, str], None]


@pytest.fixture(scope="module")
def service(live_server: str) -> Iterator[httpx.Client]:
    """Return a client of the server."""
    with httpx.Client(base_url=live_server, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def fits() -> Fits:
    """Return a function that checks a value against a schema of the specification; without schemas it skips the test."""
    schemas = {name: json.loads(_read(f"{name}.json")) for name in NAMES}
    resources = [DRAFT7.create_resource(schema) for schema in schemas.values()]
    registry: Registry[Any] = Registry[Any]().with_resources(_named(resources))

    def check(value: Any, name: str) -> None:
        validator = jsonschema.Draft7Validator(schemas[name], registry=registry)
        assert [error.message for error in validator.iter_errors(value)] == []

    return check


def _named(resources: list[Resource[Any]]) -> Iterator[tuple[str, Resource[Any]]]:
    for resource in resources:
        name = resource.id()
        assert name is not None
        yield name, resource


def _read(name: str) -> str:
    named = os.environ.get("RECONCILIATION_SCHEMAS")
    path = Path(named or platformdirs.user_cache_path("tongzhou") / "reconciliation" / "0.2") / name
    if not named and not path.is_file():
        try:
            content = httpx.get(f"{SCHEMAS}/{name}", timeout=5).raise_for_status().content
        except httpx.HTTPError as error:
            pytest.skip(f"schemas NOT RUN: {error}. Set RECONCILIATION_SCHEMAS to a folder that holds {name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return path.read_text(encoding="utf-8")
