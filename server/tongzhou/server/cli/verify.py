"""`tongzhou verify`: whether a store is whole."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.table import Table

from tongzhou.graph.backup import readable_store
from tongzhou.graph.dataset_folder import DatasetFolder
from tongzhou.graph.verify import Finding, verify_release, verify_store
from tongzhou.server.cli.evaluators import required_release
from tongzhou.server.cli.progress import progress


@click.command("verify")
@click.argument("dataset", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), help="Folder of releases, instead of DIR."
)
def command(dataset: Path | None, home: Path | None) -> None:
    """Read all of the dataset in DIR, or of the current release, and look whether it is whole.

    Every quad is read back and counted in each index; files and graphs of a release are compared with its manifest.
    While a server serves DIR, its latest checkpoint is read. Exit code 1 where there is a fault.

    Example: tongzhou verify /srv/data
    """
    if dataset is not None and home is not None:
        raise click.UsageError("Name either DIR or --home.")
    with progress("verifying …"):
        if dataset is None:
            subject, findings = _look_at_release(home)
        else:
            subject, findings = _look_at_dataset(dataset)
    faults = _print(subject, findings)
    if faults:
        click.echo(f"{faults} fault{'' if faults == 1 else 's'} found. Restore a backup, or build again.")
        sys.exit(1)
    click.echo("no fault found")


def _look_at_release(home: Path | None) -> tuple[Path, list[Finding]]:
    release = required_release(home)
    return release.path, list(verify_release(release))


def _look_at_dataset(path: Path) -> tuple[Path, list[Finding]]:
    with readable_store(DatasetFolder.open(path), "tongzhou verify") as store:
        return path, list(verify_store(store))


def _print(subject: Path, findings: Iterable[Finding]) -> int:
    """Print a table; return the number of faults."""
    table = Table("", "found", "fault", title=str(subject))
    for finding in findings:
        table.add_row(finding.what, finding.found, finding.fault or "")
    Console().print(table)
    return sum(finding.fault is not None for finding in findings)
