"""`tongzhou explain`: a statement or the row of a question in words and for programs, and what is told where there is nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from tongzhou.graph.errors import UnknownThingError, UnknownTripleError
from tongzhou.server.cli import group

LIQUOR = "org/china-alcoholic-drinks-association"


def invoke(home: Path, *arguments: str) -> Result:
    """Run the command over the release."""
    return CliRunner().invoke(group, ["explain", "--home", str(home), *arguments])


def test_a_proof_in_each_language(home: Path) -> None:
    chinese = invoke(home, "中国酒业协会", "a", "tz:NationalAssociation")
    assert chinese.exit_code == 0
    assert chinese.stdout.startswith("中国酒业协会 · a · 全国性行业协会商会\n")
    english = invoke(home, LIQUOR, "a", "tz:NationalAssociation", "--lang", "en")
    assert "“中国酒业协会” (line " in english.stdout


def test_json_and_turtle(home: Path) -> None:
    found = json.loads(invoke(home, LIQUOR, "a", "tz:NationalAssociation", "--format", "json").stdout)
    assert found["asserted"] is False
    assert len(found["proofs"]) == 1
    turtle = invoke(home, LIQUOR, "a", "tz:NationalAssociation", "--format", "turtle").stdout_bytes
    assert any(
        quad.predicate.value.endswith("#generated") for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    )


def test_other_proofs_on_demand(home: Path) -> None:
    one = invoke(home, LIQUOR, "a", "prov:Agent", "--lang", "en").stdout
    more = invoke(home, LIQUOR, "a", "prov:Agent", "--lang", "en", "--others", "1").stdout
    assert more.startswith(one)
    assert "another proof (2):" in more


def test_a_row_of_a_question(home: Path) -> None:
    shown = invoke(home, "--query", "actions-for-a-place", "--row", "2", "--lang", "en").stdout
    assert "· place within · Wuhan\n  by “" in shown
    other = invoke(home, "--query", "actions-for-a-place", "--param", "place=place/hubei", "--format", "json")
    assert {"tz:placeWithin"} <= {
        each["statement"]["predicate"]["short"] for each in json.loads(other.stdout)
    }
    assert isinstance(invoke(home, "--query", "schemes").exception, UnknownTripleError)
    assert "has" in invoke(home, "--query", "actions-for-a-place", "--row", "9999").stderr


@pytest.mark.parametrize("arguments", [(), ("a", "b"), (LIQUOR, "a", "tz:X", "--query", "actions")])
def test_wrong_usage(home: Path, arguments: tuple[str, ...]) -> None:
    result = invoke(home, *arguments)
    assert result.exit_code == 2
    assert "Give subject, predicate and object" in result.stderr


def test_what_is_not_there_exits_with_1_and_names_what_is(home: Path) -> None:
    assert isinstance(invoke(home, LIQUOR, "a", "tz:Nothing").exception, UnknownThingError)
    command = [sys.executable, "-m", "tongzhou", "explain", "--home", str(home)]
    terms = (LIQUOR, "tz:scope", "scheme/scope/local")
    done = subprocess.run([*command, *terms], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("tongzhou: the graph does not say, and it does not follow:")
    assert "there is national." in done.stderr
