"""`tongzhou ask` and `tongzhou query`, as processes."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

TONGZHOU = [sys.executable, "-m", "tongzhou"]


def run(*arguments: str, home: Path, columns: int = 120, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TONGZHOU_HOME": str(home), "COLUMNS": str(columns)}
    command = [*TONGZHOU, *arguments]
    return subprocess.run(
        command, env=environment, input=stdin, capture_output=True, text=True, timeout=60, check=False
    )


def test_list_of_questions(home: Path) -> None:
    done = run("ask", home=home)
    assert done.returncode == 0
    assert "cash-given-by-members" in done.stdout
    assert "哪些协会的会员捐了多少现金" in done.stdout


@pytest.mark.parametrize("columns", [60, 80, 120, 250])
def test_table_fits_the_terminal(home: Path, columns: int) -> None:
    done = run("ask", "cash-given-by-members", home=home, columns=columns)
    assert done.returncode == 0
    assert "中国酒业协会" in done.stdout
    assert max(cell_len(line) for line in done.stdout.splitlines()) <= columns
    assert "4 rows" in done.stdout


def test_csv_and_json_hold_the_same(home: Path) -> None:
    table = list(csv.DictReader(io.StringIO(run("ask", "commissions", "--format", "csv", home=home).stdout)))
    data = json.loads(run("ask", "commissions", "--format", "json", home=home).stdout)
    names = [row["agentName"] for row in table]
    assert names == [row["agentName"]["value"] for row in data["results"]["bindings"]]
    assert all(row["quote"] and "#char=" in row["evidence"] for row in table)


def test_query_text_is_printed_with_parameters(home: Path) -> None:
    done = run("ask", "located-in", "--param", "place=place/beijing", "--query", home=home)
    assert "VALUES ?place { <https://w3id.org/tongzhou/id/place/beijing> }" in done.stdout


def test_endpoint_answers_the_same(home: Path, live_server: str) -> None:
    here = run("ask", "commissions", "--format", "csv", home=home)
    there = run("ask", "commissions", "--format", "csv", "--endpoint", f"{live_server}/sparql", home=home)
    assert there.returncode == 0, there.stderr
    assert there.stdout.split() == here.stdout.split()


def test_a_thing_that_is_not_there_is_told_beside_the_empty_answer(home: Path) -> None:
    done = run("ask", "located-in", "--param", "place=place/wuhann", home=home)
    assert done.returncode == 0
    assert "0 rows" in done.stdout
    told = "place=place/wuhann: there is no <https://w3id.org/tongzhou/id/place/wuhann> in the graph."
    assert f"{told} 'tongzhou ask places' lists what there is." in done.stderr


def test_an_empty_answer_about_a_thing_that_is_there_tells_nothing_more(home: Path) -> None:
    fund = "output/mutual-aid-fund-united-against-the-epidemic"
    done = run("ask", "size-of-a-fund", "--param", f"fund={fund}", home=home)
    assert "0 rows" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ask", "cash-given"], 1, "cash-given-by-members"),
        (["ask", "located-in", "--param", "plaec=x"], 1, "no parameter 'plaec'. It has: place, lang"),
        (["ask", "located-in", "--param", "place"], 2, "is not NAME=VALUE"),
        (["ask", "located-in", "--param", "place=> } #"], 1, "is no IRI"),
        (["ask", "located-in", "--format", "turtle"], 2, "turtle is no format"),
        (["query"], 2, "either as an argument or with --file"),
        (["query", "SELECT ?x {"], 1, "line 1, column"),
        (["query", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"], 1, "SERVICE"),
        (["frobnicate"], 2, "No such command"),
    ],
)
def test_mistakes_are_told(home: Path, arguments: list[str], code: int, message: str) -> None:
    done = run(*arguments, home=home, columns=300)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)
    assert message in done.stderr


def test_without_a_release_the_remedy_is_named(tmp_path: Path) -> None:
    done = run("ask", "commissions", home=tmp_path)
    assert done.returncode == 1
    assert "Run 'tongzhou build'" in done.stderr


def test_query_of_each_kind(home: Path, tmp_path: Path) -> None:
    assert run("query", "ASK {}", home=home).stdout == "true\n"
    assert "urn:x" in run("query", "SELECT (<urn:x> AS ?x) {}", home=home).stdout
    assert "<urn:a> <urn:b> 1 ." in run("query", "CONSTRUCT { <urn:a> <urn:b> 1 } {}", home=home).stdout
    file = tmp_path / "query.rq"
    file.write_text("ASK { ?s ?p ?o }", encoding="utf-8")
    assert run("query", "--file", str(file), home=home).stdout == "true\n"
    assert run("query", "--file", "-", home=home, stdin="ASK { FILTER(false) }").stdout == "false\n"


@pytest.mark.parametrize("command", ["build", "check", "serve", "ask", "query", "export"])
def test_help_has_an_example(home: Path, command: str) -> None:
    done = run(command, "--help", home=home)
    assert done.returncode == 0
    assert f"tongzhou {command}" in done.stdout.partition("Example")[2]
