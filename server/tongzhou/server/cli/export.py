"""`tongzhou export`: the graph, one of its graphs, or one thing, in a file or a pipe."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import rich_click as click

from tongzhou.graph.export import FORMATS, export
from tongzhou.server.cli.evaluators import required_release
from tongzhou.server.cli.output import write_output


@click.command("export")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="turtle", show_default=True)
@click.option("--graph", help="One graph only: its IRI, or what follows …/graph/, such as inferred.")
@click.option("--thing", help="One thing only: its IRI, or what follows …/id/, such as place/wuhan.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file instead of standard output.",
)
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), help="Folder of releases and cache."
)
def command(form: str, graph: str | None, thing: str | None, output: Path | None, home: Path | None) -> None:
    """Export the current release.

    TriG, N-Quads and JSON-LD hold the named graphs, the other formats the merge. The same release gives the same bytes.

    Example: tongzhou export --format jsonld --thing org/china-meat-association -o meat.jsonld
    """
    dump = required_release(home).path / "tongzhou.nq"
    dataset = ox.Dataset(ox.parse(path=dump, format=ox.RdfFormat.N_QUADS))
    data = export(dataset, form, graph=graph, thing=thing)
    write_output(data, output)
