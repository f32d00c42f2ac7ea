"""`tongzhou backup`: what a dataset holds, in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from tongzhou.graph.backup import back_up
from tongzhou.graph.dataset_folder import DatasetFolder
from tongzhou.server.cli.progress import progress


@click.command("backup")
@click.argument("dataset", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("target", metavar="TARGET", type=click.Path(path_type=Path))
def command(dataset: Path, target: Path) -> None:
    """Back up the dataset in DIR to TARGET, a new folder; also while a server serves DIR.

    Every write that was acknowledged before is in it. On the same file system the large files are hard links, so that it
    is quick and small; to be safe from a lost disk, name a TARGET on another one. A backup is a dataset itself.

    Example: tongzhou backup /srv/data /backups/data-2026-01-31
    """
    with progress(f"backing up {dataset} …"):
        back_up(DatasetFolder.open(dataset), target)
    click.echo(f"{dataset} backed up to {target}. Look at it with: tongzhou verify {target}")
