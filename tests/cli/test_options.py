"""Each setting has a flag; a command gets the settings of all sources."""

from __future__ import annotations

from pathlib import Path

import pytest
import rich_click as click
from click.testing import CliRunner

from tongzhou.graph.errors import ConfigError
from tongzhou.server.cli.options import config_options
from tongzhou.server.config import SETTINGS, Config, flag_of


@click.command()
@config_options
def show(config: Config) -> None:
    """Print the settings."""
    click.echo(repr(config))


def test_every_setting_has_a_flag_with_its_help_and_default() -> None:
    help_text = CliRunner(env={"COLUMNS": "300"}).invoke(show, ["--help"]).output
    for name, setting in SETTINGS.items():
        assert flag_of(name) in help_text
        assert setting.default == "–" or f"[default: {setting.default}]" in help_text


def test_flags_go_before_environment_and_file(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text('deadline = 1\nport = 1\nrows = 1\nmemory = "1MiB"\n', encoding="utf-8")
    runner = CliRunner(env={"TONGZHOU_PORT": "2", "TONGZHOU_ROWS": "2"})
    arguments = ["--config", str(file), "--rows", "3", "--dataset", "d", "--token-file", "t", "--writable"]
    done = runner.invoke(show, arguments)
    assert done.exit_code == 0, done.output
    expected = Config(
        deadline=1.0,
        port=2,
        rows=3,
        memory=2**20,
        dataset=Path("d"),
        token_file=Path("t"),
        writable=True,
    )
    assert done.output.strip() == repr(expected)


def test_a_switch_can_be_turned_off(tmp_path: Path) -> None:
    runner = CliRunner(env={"TONGZHOU_WRITABLE": "true"})
    assert "writable=False" in runner.invoke(show, ["--no-writable"]).output


def test_a_wrong_value_of_a_flag_is_an_error_of_the_settings() -> None:
    done = CliRunner().invoke(show, ["--deadline", "soon"])
    assert isinstance(done.exception, ConfigError)
    with pytest.raises(ConfigError, match=r"^--deadline: 'soon' does not fit\."):
        raise done.exception
