"""`tongzhou check`: everything that is checked before a release, and what the graph holds, in numbers."""

from __future__ import annotations

import rich_click as click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tongzhou.graph.build import default_sources
from tongzhou.graph.check import Report, check_sources


@click.command("check")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Check ontology, articles and background, and count what is in the graph. Nothing is written.

    Quotes, clauses and numbers of the text that no fact states, SHACL shapes, declared terms, labels, dangling IRIs, former
    identifiers, the OWL 2 RL profile and consistency. Each problem is named with its file, line and fact, and what to do.

    Exits with 1 where there is a problem.

    Example: tongzhou check
    """
    with Console(stderr=True).status("checking …") as status:
        report = check_sources(default_sources(), tell=lambda name: status.update(f"checking … {name}"))
    print_report(report)
    if report.faults:
        ctx.exit(1)


def print_report(report: Report) -> None:
    """Print the counts, the checks, and each problem on lines of its own."""
    console = Console()
    for tally in report.tallies:
        table = Table(*tally.columns, title=tally.title)
        for row in tally.rows:
            table.add_row(*(escape(cell) for cell in row))
        console.print(table)
    checks = Table("check", "looked at", "outcome", title="checks")
    for check in report.checks:
        outcome = f"[red]{len(check.faults)} to mend" if check.faults else "[green]ok"
        checks.add_row(check.name, f"{check.size:,} {check.unit}", outcome)
    console.print(checks)
    for check in report.checks:
        for fault in check.faults:
            click.echo(f"{check.name}: {fault}")
