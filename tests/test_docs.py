"""Every example in the README and in docs/ runs: shell, Python, SPARQL, YAML and Turtle blocks."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.compile import compile_article, load_context
from tongzhou.graph.facts import compile_facts
from tongzhou.graph.resources import articles_dir, ontology_dir
from tongzhou.graph.yamlld import parse_yaml

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ARTICLE = "associations-epidemic-response"
PUBLIC_ADDRESS = "http://127.0.0.1:8000"
FENCE = re.compile(r"^ *```(?P<language>\w+)\n(?P<body>.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page, and the `text` block that follows it, if any."""

    page: str
    line: int
    language: str
    body: str
    output: str | None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def _blocks() -> Iterator[Block]:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        found = [
            (m.group("language"), m.group("body"), text.count("\n", 0, m.start()) + 1, m.start(), m.end())
            for m in re.finditer(
                r"^ *```(?P<language>\w+)\n(?P<body>.*?)^ *```$", text, re.MULTILINE | re.DOTALL
            )
        ]
        for index, (language, body, line, _, end) in enumerate(found):
            following = found[index + 1] if index + 1 < len(found) else None
            shown = following and following[0] == "text" and not text[end : following[3]].strip()
            output = following[1] if following and shown else None
            yield Block(page.name, line, language, body, output)


BLOCKS = list(_blocks())


def _of(*languages: str) -> list[Block]:
    return [block for block in BLOCKS if block.language in languages]


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    tested = {"python", "sh", "sparql", "text", "turtle", "yaml", "mermaid"}
    assert {block.language for block in BLOCKS} == tested


def test_every_text_block_is_the_output_of_an_example() -> None:
    outputs = [block.output for block in _of("python", "sh") if block.output is not None]
    assert outputs == [block.body for block in _of("text")]


def _shell(command: str, release_home: Path, address: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "TONGZHOU_HOME": str(release_home),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "120",
    }
    command = command.replace("uv run ", "").replace(PUBLIC_ADDRESS, address)
    return subprocess.run(
        command,
        shell=True,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("block", [block for block in _of("sh") if block.output is not None], ids=str)
def test_shell_example_prints_what_it_shows(block: Block, home: Path, live_server: str) -> None:
    done = _shell(block.body, home, live_server)
    assert done.returncode == 0, done.stderr
    assert done.stdout.replace("\r\n", "\n") == block.output


@pytest.mark.parametrize(
    ("block", "command"),
    [(block, line) for block in _of("sh") if block.output is None for line in block.body.splitlines()],
    ids=str,
)
def test_shell_example_succeeds(block: Block, command: str, home: Path, live_server: str) -> None:
    done = _shell(command, home, live_server)
    assert done.returncode == 0, f"{block}: {command}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("block", _of("python"), ids=str)
def test_python_example_prints_what_it_shows(block: Block, live_server: str) -> None:
    program = block.body.replace(PUBLIC_ADDRESS, live_server)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == block.output


@pytest.mark.parametrize("block", _of("sparql"), ids=str)
def test_sparql_example_has_answers(block: Block, home: Path, live_server: str) -> None:
    done = _shell(f"tongzhou query --format csv {shlex.quote(block.body)}", home, live_server)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 1


@pytest.mark.parametrize("block", _of("turtle"), ids=str)
def test_turtle_example_parses(block: Block) -> None:
    indent = min(len(line) - len(line.lstrip()) for line in block.body.splitlines() if line.strip())
    body = "\n".join(line[indent:] for line in block.body.splitlines())
    assert list(ox.parse(body, format=ox.RdfFormat.TURTLE))


@pytest.mark.parametrize("block", _of("yaml"), ids=str)
def test_yaml_example_compiles(block: Block) -> None:
    context = load_context(ontology_dir())
    article, _ = compile_article(articles_dir() / ARTICLE, context)
    body = block.body
    if body.startswith("- "):
        nodes = "".join(f"  {line}\n" for line in body.splitlines())
        theme = f"https://w3id.org/tongzhou/scheme/{ARTICLE}/"
        body = f'"@context": [https://w3id.org/tongzhou/context, {{theme: "{theme}"}}]\n"@graph":\n{nodes}'
    document = parse_yaml(body.encode(), str(block))
    sheet = compile_facts(document, context, article=article.iri, text=article.text)
    assert sheet.stated or not document.tree["@graph"]


@pytest.mark.parametrize("target", ["serve", "test"])
def test_make_targets_run_what_the_readme_says(target: str) -> None:
    done = subprocess.run(
        ["make", "-n", target, "ARGS=--port 8123"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    (line,) = (line for line in done.stdout.splitlines() if " run " in line)
    assert {"serve": "tongzhou serve", "test": "pytest"}[target] in line
    assert line.endswith(" --port 8123")
