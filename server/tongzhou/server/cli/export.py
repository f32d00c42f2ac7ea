"""`tongzhou export`: the graph, one of its graphs, or one thing, in a file or a pipe."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pyoxigraph as ox
import rich_click as click

from tongzhou.graph.errors import ReleaseError
from tongzhou.graph.export import FORMATS, export
from tongzhou.server.cli.evaluators import required_release


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
    if output is None:
        _write_to_pipe(data)
    else:
        _write_to_file(data, output)


def _write_to_pipe(data: bytes) -> None:
    """Write to standard output; a reader that has seen enough is no error."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write_to_file(data: bytes, output: Path) -> None:
    """Write beside the file and rename, so that it is never half written. Raises ReleaseError."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{output.name}-", dir=output.parent)
    except OSError as error:
        raise ReleaseError(
            f"{output} can't be written: {error.strerror}. Give another file with -o."
        ) from error
    work = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        work.chmod(0o644)
        work.replace(output)
    except OSError as error:
        work.unlink(missing_ok=True)
        raise ReleaseError(
            f"{output} can't be written: {error.strerror}. Give another file with -o."
        ) from error
