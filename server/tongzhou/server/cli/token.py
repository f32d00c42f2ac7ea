"""`tongzhou token`: who may write to a server, and see how it fares."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import rich_click as click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tongzhou.server.config import variable_of
from tongzhou.server.token_records import (
    SCOPES,
    Scope,
    add_token,
    is_readable_by_all,
    read_tokens,
    remove_token,
)


@click.group("token")
def command() -> None:
    """Add, list and remove tokens.

    The file holds only their hashes. A server that runs takes a change in within a second or two.
    """


def _file_option(function: Callable[..., None]) -> Callable[..., None]:
    option: Callable[[Callable[..., Any]], Callable[..., None]] = click.option(
        "--token-file",
        "file",
        metavar="FILE",
        required=True,
        envvar=variable_of("token_file"),
        type=click.Path(path_type=Path, dir_okay=False),
        help="File of tokens, made where absent; the one that `tongzhou serve` is given.",
    )
    return option(function)


@command.command("add")
@_file_option
@click.option(
    "--scope",
    required=True,
    type=click.Choice(SCOPES),
    help="read: /-/metrics. write: also update and upload. admin: also /-/ops.",
)
@click.option("--label", default="", metavar="TEXT", help="Whose it is, or what for.")
def add(file: Path, scope: Scope, label: str) -> None:
    """Print a new token, once.

    Only the token goes to standard output.

    Example: tongzhou token add --token-file tokens --scope write --label loader
    """
    token = add_token(file, scope, label)
    click.echo(f"A token with the scope {scope}; it is not shown again:", err=True)
    click.echo(token)


@command.command("list")
@_file_option
def show(file: Path) -> None:
    """List the tokens, by the first digits of their hashes.

    Example: tongzhou token list --token-file tokens
    """
    table = Table("name", "scope", "created", "label", title=str(file))
    for token in read_tokens(file):
        table.add_row(token.name, token.scope, token.created, Text(token.label))
    Console().print(table)
    if is_readable_by_all(file):
        click.echo(f"Every user of this machine may read {file}. Better: chmod 600 {file}", err=True)


@command.command("remove")
@_file_option
@click.argument("name")
def remove(file: Path, name: str) -> None:
    """Remove the token that the list calls NAME; it is refused from then on.

    Example: tongzhou token remove --token-file tokens 9f86d081
    """
    token = remove_token(file, name)
    click.echo(f"{token.name} removed ({token.scope}{f', {token.label}' if token.label else ''})")
