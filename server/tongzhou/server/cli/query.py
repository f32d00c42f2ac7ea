"""`tongzhou query`: any SPARQL query over the current release."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import rich_click as click

from tongzhou.graph.query import Query
from tongzhou.server.cli.evaluators import evaluator_for
from tongzhou.server.cli.tables import FORMATS, print_answer


@click.command("query")
@click.argument("text", required=False)
@click.option(
    "-f", "--file", type=click.File(encoding="utf-8"), help="Read the query from a file; - is standard input."
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--endpoint", metavar="URL", help="Ask another SPARQL endpoint instead of the current release.")
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), help="Folder of releases and cache."
)
def command(
    text: str | None, file: TextIO | None, form: str, endpoint: str | None, home: Path | None
) -> None:
    """Run a SPARQL query, given as TEXT or with --file.

    Example: tongzhou query 'SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }'
    """
    if (text is None) == (file is None):
        raise click.UsageError("Give the query either as an argument or with --file.")
    words = file.read() if file is not None else text or ""
    print_answer(evaluator_for(endpoint, home).evaluate(Query(words)), form)
