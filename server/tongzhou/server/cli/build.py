"""`tongzhou build`: make a release from the sources."""

from __future__ import annotations

from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.table import Table

from tongzhou.graph.build import BuildResult, build, default_sources
from tongzhou.graph.errors import ReleaseError, TongzhouError
from tongzhou.graph.namespaces import GRAPH
from tongzhou.graph.reason import ENTAILMENTS
from tongzhou.graph.release import current_release, default_home
from tongzhou.graph.steps import StepReport
from tongzhou.server.cli.progress import progress


@click.command("build")
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), help="Folder of releases and cache."
)
@click.option(
    "--entailment",
    type=click.Choice(ENTAILMENTS),
    help="What is inferred: nothing, by the rules of RDFS, or by OWL 2 RL. Default: as in the current release, at first rl.",
)
def command(home: Path | None, entailment: str | None) -> None:
    """Build a release from ontology, articles and background, and make it the current one.

    Steps whose inputs did not change are not repeated. Where something is wrong, the former release stays.

    Example: tongzhou build --home /srv/tongzhou
    """
    folder = home or default_home()
    try:
        result = build_with_progress(folder, entailment)
    except TongzhouError:
        tell_former(folder)
        raise
    print_steps(result)
    print_graphs(result)
    click.echo(f"release {result.release.name} in {result.release.path.parent}")


def build_with_progress(home: Path, entailment: str | None = None) -> BuildResult:
    """Build, and tell on a terminal's stderr which step is done, once it takes more than a second."""
    with progress("building the graph …") as update:

        def tell(step: StepReport) -> None:
            update(f"building the graph … {step.name} done")

        return build(default_sources(), home, entailment=entailment, report=tell)


def tell_former(home: Path) -> None:
    """Say on stderr, after a build that failed, which former release is untouched, if there is one."""
    try:
        former = current_release(home)
    except ReleaseError:
        return
    if former is not None:
        message = f"the build failed; the former release {former.name} is untouched in {home}."
        click.echo(f"tongzhou: {message}", err=True)


def print_steps(result: BuildResult) -> None:
    """Print what each step took."""
    steps = Table("step", "seconds", "quads", "", title="steps")
    for step in result.steps:
        quads = f"{step.quads:,}" if step.quads else ""
        steps.add_row(step.name, f"{step.seconds:.2f}", quads, "unchanged" if step.cached else "")
    steps.add_section()
    steps.add_row("all", f"{sum(step.seconds for step in result.steps):.2f}")
    Console().print(steps)


def print_graphs(result: BuildResult) -> None:
    """Print the triples of each graph, and how many are asserted and inferred."""
    manifest = result.release.manifest
    graphs = Table("graph", "triples", title="graphs")
    for graph, count in manifest["quads"].items():
        graphs.add_row(graph.removeprefix(GRAPH), f"{count:,}")
    Console().print(graphs)
    triples = manifest["triples"]
    click.echo(f"{triples['asserted']:,} triples asserted, {triples['inferred']:,} inferred")
