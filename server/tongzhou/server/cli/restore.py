"""`tongzhou restore`: a backup as a dataset again."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from tongzhou.graph.backup import restore
from tongzhou.graph.dataset_folder import DatasetFolder
from tongzhou.server.cli.progress import progress


@click.command("restore")
@click.argument("backup", metavar="BACKUP", type=click.Path(path_type=Path))
@click.argument("dataset", metavar="DIR", type=click.Path(path_type=Path))
def command(backup: Path, dataset: Path) -> None:
    """Restore a BACKUP to DIR, which must be empty or absent. The backup stays as it is, and shares no file with DIR.

    Example: tongzhou restore /backups/data-2026-01-31 /srv/data
    """
    with progress(f"restoring {backup} …"):
        restore(DatasetFolder.open(backup), dataset)
    click.echo(f"{backup} restored to {dataset}. Serve it with: tongzhou serve --dataset {dataset}")
