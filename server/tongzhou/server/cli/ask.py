"""`tongzhou ask`: the stored questions."""

from __future__ import annotations

from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.table import Table

from tongzhou.graph.catalog import Catalog, StoredQuery, load_catalog
from tongzhou.graph.parameters import QueryCall
from tongzhou.graph.query import Evaluator, Query
from tongzhou.graph.resources import queries_dir
from tongzhou.server.cli.evaluators import evaluator_for
from tongzhou.server.cli.tables import FORMATS, print_answer


@click.command("ask")
@click.argument("name", required=False)
@click.option(
    "--param", "params", multiple=True, metavar="NAME=VALUE", help="Value of a parameter; empty means any."
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option(
    "--query", "show_query", is_flag=True, help="Print the SPARQL, parameters filled in, and do not run it."
)
@click.option("--endpoint", metavar="URL", help="Ask another SPARQL endpoint instead of the current release.")
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), help="Folder of releases and cache."
)
def command(
    name: str | None,
    params: tuple[str, ...],
    form: str,
    show_query: bool,
    endpoint: str | None,
    home: Path | None,
) -> None:
    """Ask a stored question by NAME; without a name, list the questions.

    Example: tongzhou ask cash-given-by-members --format csv
    """
    catalog = load_catalog(queries_dir())
    if name is None:
        _print_catalog(catalog)
        return
    stored = catalog.find(name)
    values = read_values(params)
    text = stored.bind(values)
    if show_query:
        click.echo(text, nl=False)
        return
    evaluator = evaluator_for(endpoint, home)
    _warn_of_unknown(stored, values, evaluator)
    answer = evaluator.evaluate(Query(text))
    print_answer(answer, form, title=_title(stored) if form == "table" else None)


def read_values(params: tuple[str, ...]) -> dict[str, str]:
    """Return the values that `--param NAME=VALUE` gives. Raises click.BadParameter."""
    values: dict[str, str] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            raise click.BadParameter(f"{param!r} is not NAME=VALUE.", param_hint="--param")
        values[name] = value
    return values


def _warn_of_unknown(stored: StoredQuery, values: dict[str, str], evaluator: Evaluator) -> None:
    """Say where a value names nothing in the graph: else its empty answer looks like one of the article."""
    for name, parameter in stored.parameters.items():
        value = values.get(name)
        if not value or parameter.type != "iri":
            continue
        iri = parameter.term(value)
        if not evaluator.evaluate(Query(f"ASK {{ {{ {iri} ?p ?o }} UNION {{ ?s ?p {iri} }} }}")):
            where = f"{_command(parameter.choices)} lists what there is." if parameter.choices else ""
            click.echo(
                f"tongzhou: {name}={value}: there is no {iri} in the graph. {where}".rstrip(), err=True
            )


def _command(choices: QueryCall) -> str:
    """Return the command that lists the values of a parameter."""
    params = "".join(f" --param {name}={value}" for name, value in choices.values.items())
    return f"'tongzhou ask {choices.query}{params}'"


def _title(stored: StoredQuery) -> str:
    return f"{stored.label['zh']} · {stored.label['en']}"


def _print_catalog(catalog: Catalog) -> None:
    table = Table("name", "question", "parameters")
    for name, stored in catalog.items():
        table.add_row(name, f"{stored.label['zh']}\n{stored.label['en']}", ", ".join(stored.parameters))
    console = Console()
    console.print(table)
    console.print(f"{len(catalog)} questions. Ask one: tongzhou ask NAME [--param NAME=VALUE]")
