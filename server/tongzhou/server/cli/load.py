"""`tongzhou load`: files into a dataset."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import rich_click as click

from tongzhou.graph.bulk_load import load_files
from tongzhou.graph.dataset_folder import DatasetFolder
from tongzhou.graph.rdf_files import format_of
from tongzhou.server.cli.progress import progress


@click.command("load")
@click.argument("dataset", metavar="DIR", type=click.Path(path_type=Path))
@click.argument(
    "files",
    metavar="FILE…",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@click.option("--graph", metavar="IRI", help="Graph for triples; without it, the default graph.")
def command(dataset: Path, files: tuple[Path, ...], graph: str | None) -> None:
    """Add files to the dataset in DIR, which is made where absent.

    Formats by suffix: .ttl .nt .rdf .jsonld .trig .nq, each also as .gz or .zst. All files are added, or none: on an error in one
    of them, or when the command is killed, the dataset stays as it was. Stop a server of DIR first.

    Example: tongzhou load /srv/data places.nq.gz people.nq
    """
    formats = [format_of(path) for path in files]
    if graph is not None:
        _check_graph(graph, files, formats)
    with progress(f"loading {files[0]} …") as update:
        count = 0

        def tell(path: Path) -> None:
            nonlocal count
            count += 1
            update(f"loading {path} ({count} of {len(files)}) …")

        load_files(DatasetFolder.create_or_open(dataset), files, graph=graph, tell=tell)
    click.echo(f"{len(files)} file{'' if len(files) == 1 else 's'} loaded into {dataset}")


def _check_graph(graph: str, files: tuple[Path, ...], formats: list[ox.RdfFormat]) -> None:
    try:
        ox.NamedNode(graph)
    except ValueError as error:
        raise click.UsageError(f"--graph {graph} is no IRI: {error}.") from error
    for path, form in zip(files, formats, strict=True):
        if form in (ox.RdfFormat.N_QUADS, ox.RdfFormat.TRIG):
            raise click.UsageError(f"{path} names its graphs itself. Leave --graph away, or load it alone.")
