"""The page of all settings, made from their declaration: `python -m tongzhou.server.config_page`."""

from __future__ import annotations

from tongzhou.server.config import SETTINGS

COMMAND = "uv run python -m tongzhou.server.config_page > docs/configuration.md"
"""What makes the page anew."""

_HEAD = """\
# Configuration

`tongzhou serve` takes its settings from a file, from the environment and from flags. A later one wins: the default, the file,
the environment, the flag. The setting `token_file`, say, is

| in | written as |
|---|---|
| a TOML file, named by `--config FILE` or `TONGZHOU_CONFIG` | `token_file = "tokens"` |
| the environment | `TONGZHOU_TOKEN_FILE=/etc/tongzhou/tokens` |
| a flag | `--token-file /etc/tongzhou/tokens` |

A file looks like this:

    dataset = "/var/lib/tongzhou/dataset"
    writable = true
    token_file = "tokens"              # a relative path in a file starts at the folder of that file
    deadline = 10
    memory = "1GiB"
    trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]

Sizes are numbers of bytes or have a unit: `kB`, `MB`, `GB` (powers of 1000), `KiB`, `MiB`, `GiB` (of 1024). Lists stand in
brackets in a file, and are separated by commas in variables and flags. An empty variable counts as unset. A key, variable or
value that is wrong stops the start with a message that names it and what is expected; so does any other variable that starts
with `TONGZHOU_`.

| setting | takes | unit | default | what |
|---|---|---|---|---|
"""

_FOOT = f"""
This page is made from the declaration in `server/tongzhou/server/config.py`:

    {COMMAND}
"""


def page() -> str:
    """Return the page, in Markdown."""
    rows = (
        f"| `{name}` | {one.kind.short} | {one.unit} | {one.default} | {one.about} |\n"
        for name, one in SETTINGS.items()
    )
    return _HEAD + "".join(rows) + _FOOT


if __name__ == "__main__":
    print(page(), end="")
