"""`tongzhou explain`: why a triple of the graph holds, down to the sentences."""

from __future__ import annotations

import json
from pathlib import Path

import rich_click as click

from tongzhou.graph.catalog import load_catalog
from tongzhou.graph.errors import UnknownTripleError
from tongzhou.graph.explanation import Explainer, as_json, as_text, as_turtle, open_explainer
from tongzhou.graph.parameters import LANGUAGES
from tongzhou.graph.reason import Statement
from tongzhou.graph.resources import queries_dir
from tongzhou.server.cli.ask import read_values
from tongzhou.server.cli.evaluators import required_release
from tongzhou.server.cli.output import write_output

_FORMATS = ("text", "json", "turtle")


@click.command("explain")
@click.argument("terms", nargs=-1, metavar="[S P O]")
@click.option("--query", "name", metavar="NAME", help="Explain a row of a stored query instead of S P O.")
@click.option("--row", type=click.IntRange(1), default=1, show_default=True, help="Which row of it.")
@click.option(
    "--param", "params", multiple=True, metavar="NAME=VALUE", help="Value of a parameter of the query."
)
@click.option(
    "--others", type=click.IntRange(0, 20), default=0, show_default=True, help="How many proofs more."
)
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True)
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="zh", show_default=True)
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), help="Folder of releases and cache."
)
def command(
    terms: tuple[str, ...],
    name: str | None,
    row: int,
    params: tuple[str, ...],
    others: int,
    form: str,
    language: str,
    home: Path | None,
) -> None:
    """Explain why the graph says that S P O: by which rules it follows, and from which sentences, names and sources.

    A term is <type>/<slug>, a prefixed name, a full IRI, `a`, a literal in double quotes, or the label of one thing. With
    --query, what was inferred for that row is explained, as far as the row shows its terms.

    Exits with 1 where the graph does not say it.

    Example: tongzhou explain org/china-alcoholic-drinks-association a tz:NationalAssociation --lang en
    """
    if bool(terms) == bool(name) or len(terms) not in (0, 3):
        raise click.UsageError(
            "Give subject, predicate and object, or --query with the name of a stored query."
        )
    explainer = open_explainer(required_release(home))
    if name:
        statements = _of_row(explainer, name, row, read_values(params))
    else:
        subject, predicate, value = map(explainer.names.find, terms)
        statements = [Statement(subject, predicate, value)]
    explanations = [explainer.explain(statement, others=others) for statement in statements]
    if form == "json":
        found = [as_json(each, explainer) for each in explanations]
        click.echo(json.dumps(found if name else found[0], ensure_ascii=False, indent=1))
    elif form == "turtle":
        write_output(b"\n".join(as_turtle(each, explainer) for each in explanations), None)
    else:
        click.echo("\n".join(as_text(each, explainer, language) for each in explanations), nl=False)


def _of_row(explainer: Explainer, name: str, row: int, values: dict[str, str]) -> list[Statement]:
    """Return the inferred triples behind a row. Raises UnknownTripleError where there are none."""
    text = load_catalog(queries_dir()).find(name).bind(values)
    rows = explainer.behind_rows(text)
    if row > len(rows):
        raise click.UsageError(f"--row: {name} has {len(rows)} rows.")
    if not rows[row - 1]:
        message = f"nothing that row {row} of {name} shows was inferred: all of it is asserted."
        raise UnknownTripleError(message)
    return rows[row - 1]
