"""The command line `tongzhou`: one module per command, exit codes 0 (done), 1 (a problem), 2 (wrong usage)."""

from __future__ import annotations

import importlib
import sys

import rich_click as click

from tongzhou.graph.errors import TongzhouError

COMMANDS = (
    "build",
    "check",
    "serve",
    "ask",
    "query",
    "explain",
    "export",
    "mcp",
    "load",
    "reason",
    "verify",
    "backup",
    "restore",
    "token",
)


class _Group(click.RichGroup):
    """Imports a command's module when it is asked for, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command by name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"tongzhou.server.cli.{cmd_name}").command
        return command


@click.command(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tongzhou")
def group() -> None:
    """Tongzhou 同舟: what industry associations do, as a knowledge graph with its evidence.

    Start with `tongzhou serve`, then `tongzhou ask`.
    """


def main() -> None:
    """Run the command line; an error that the user can mend is one message, never a traceback."""
    try:
        group(prog_name="tongzhou")
    except TongzhouError as error:
        click.echo(f"tongzhou: {error}", err=True)
        sys.exit(1)
