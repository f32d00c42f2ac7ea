"""Flags of `tongzhou serve`, made from the declaration of the settings."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path

import rich_click as click

from tongzhou.server.config import FILE_VARIABLE, SETTINGS, Config, flag_of, load_config
from tongzhou.server.settings import NONE, SWITCH, Setting


def config_options(command: Callable[[Config], None]) -> Callable[..., None]:
    """Give a command a flag for each setting, and `--config`; it is called with the Config made of all sources.

    Raises ConfigError, when the command runs.
    """

    @wraps(command)
    def run(config_file: Path | None, **flags: object) -> None:
        given = {name: value for name, value in flags.items() if value is not None}
        command(load_config(given, os.environ, config_file))

    decorated: Callable[..., None] = run
    for name, setting in reversed(list(SETTINGS.items())):
        decorated = _option(name, setting)(decorated)
    return click.option(
        "--config",
        "config_file",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help=f"TOML file of settings; also named by {FILE_VARIABLE}. Flags go before it.",
    )(decorated)


def _option(name: str, setting: Setting) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the flag of a setting. Its value stays a text: the setting itself says what fits, for all sources."""
    text = setting.about if setting.default == NONE else f"{setting.about} [default: {setting.default}]"
    if setting.kind is SWITCH:
        flag = flag_of(name)
        return click.option(f"{flag}/--no-{flag[2:]}", name, default=None, help=text)
    return click.option(flag_of(name), name, metavar=setting.kind.metavar, help=text)
