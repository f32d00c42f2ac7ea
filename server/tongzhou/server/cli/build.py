"""`tongzhou build`: make a release from the sources."""

from __future__ import annotations

from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.table import Table

from tongzhou.graph.build import BuildResult, StepReport, build, default_home, default_sources


@click.command("build")
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), help="Folder of releases and cache."
)
def command(home: Path | None) -> None:
    """Build a release from ontology, articles and background, and make it the current one.

    Steps whose inputs did not change are not repeated. Where something is wrong, the former release stays.

    Example: tongzhou build --home /srv/tongzhou
    """
    result = build_with_progress(home or default_home())
    click.echo(f"release {result.release.name} in {result.release.path.parent}")
    print_steps(result)


def build_with_progress(home: Path) -> BuildResult:
    """Build, and tell on a terminal's stderr which step is done."""
    console = Console(stderr=True)
    with console.status("building the graph …") as status:

        def tell(step: StepReport) -> None:
            status.update(f"building the graph … {step.name} done")

        return build(default_sources(), home, report=tell)


def print_steps(result: BuildResult) -> None:
    """Print what each step took, and the triples of each graph."""
    console = Console()
    steps = Table("step", "seconds", "quads", "", title="steps")
    for step in result.steps:
        quads = f"{step.quads:,}" if step.quads else ""
        steps.add_row(step.name, f"{step.seconds:.2f}", quads, "unchanged" if step.cached else "")
    console.print(steps)
    graphs = Table("graph", "triples", title="graphs")
    for graph, count in result.release.manifest["quads"].items():
        graphs.add_row(graph, f"{count:,}")
    console.print(graphs)
