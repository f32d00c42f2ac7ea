"""What an operator may set: each setting declared once, read from a file, the environment and flags."""

# ruff: noqa: RUF009  (setting() makes fields, as dataclasses.field does)

from __future__ import annotations

import difflib
import os
import signal
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from tongzhou.graph.errors import ConfigError
from tongzhou.server.settings import (
    NAME,
    NETWORKS,
    PATH,
    SWITCH,
    TEXT,
    Network,
    Setting,
    choice,
    count,
    seconds,
    setting,
    size,
)

PREFIX = "TONGZHOU_"
FILE_VARIABLE = "TONGZHOU_CONFIG"
_NO_SETTINGS = (FILE_VARIABLE, "TONGZHOU_STACK")
"""Variables with the prefix that are none: the file, and a mark between the processes of a server."""


def _cores() -> int:
    """Return the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _can_fork() -> bool:
    return hasattr(os, "fork") and hasattr(os, "pidfd_open") and hasattr(signal, "pidfd_send_signal")


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings of a server. Times are in seconds, sizes in bytes."""

    host: str = setting(NAME, "127.0.0.1", "Address to listen on.")
    port: int = setting(count(0, 65_535), 8000, "Port to listen on; 0: any that is free.")
    home: Path | None = setting(
        PATH,
        None,
        "Folder of releases and cache.",
        shown="`.tongzhou` of the checkout, or the user's data folder",
    )
    dataset: Path | None = setting(
        PATH, None, "Serve the dataset in this folder, made where absent, instead of a release."
    )
    entailment: str | None = setting(
        choice("none", "rdfs", "rl"),
        None,
        "What a release that is built infers: nothing, by the rules of RDFS, or by OWL 2 RL.",
        shown="as in the current release, at first rl",
    )
    writable: bool = setting(SWITCH, False, "Take writes to the dataset, from those who have a token.")
    token_file: Path | None = setting(PATH, None, "File of tokens, made by `tongzhou token add`.")
    deadline: float = setting(seconds(), 30.0, "Time after which a query is ended.", unit="s")
    write_deadline: float = setting(
        seconds(), 60.0, "Time after which an update or upload is ended.", unit="s"
    )
    workers: int = setting(
        count(1), _cores() + 1, "Processes that answer queries which are not long.", shown="processors + 1"
    )
    long_queries: int = setting(count(1), 10, "Long queries at once; one more is ended.")
    queued: int = setting(count(1), 128, "Queries that may wait for a worker; one more is refused.")
    per_client: int = setting(count(1), 16, "Queries at once of one client; one more is refused.")
    memory: int = setting(
        size(), 512 * 2**20, "Memory that a worker may take above what it has at its start.", unit="bytes"
    )
    rows: int = setting(count(1), 1_000_000, "Rows or triples of an answer.")
    answer_bytes: int = setting(size(), 256 * 2**20, "Size of an answer, before compression.", unit="bytes")
    request_bytes: int = setting(size(), 1_000_000, "Size of a query or update.", unit="bytes")
    upload_bytes: int = setting(size(), 16 * 2**20, "Size of uploaded RDF.", unit="bytes")
    rows_on_page: int = setting(count(1), 1_000, "Rows that a result page shows.")
    cache_bytes: int = setting(
        size(zero=True), 64 * 2**20, "Memory for answers that are kept; 0: none are.", unit="bytes"
    )
    in_memory_quads: int = setting(
        count(0),
        2_000_000,
        "Largest data that workers hold in memory; 0: they always read from disk.",
        unit="quads",
    )
    start_method: str = setting(
        choice("fork", "spawn"),
        "fork" if _can_fork() else "spawn",
        "How workers are started; `spawn` is slower and works everywhere.",
        shown="fork, where the system has it",
    )
    trusted_proxies: tuple[Network, ...] = setting(
        NETWORKS, (), "Proxies whose X-Forwarded-For names the client; of any other sender it is ignored."
    )
    access_log: str = setting(
        TEXT, "", "Where requests are logged: a path, or `-` for standard error; empty: nowhere."
    )
    slow_query: float = setting(
        seconds(zero=True), 5.0, "Queries that take longer are logged; 0: none.", unit="s"
    )
    connections: int = setting(count(1), 1000, "Connections at once; one more is refused.")
    request_seconds: float = setting(
        seconds(), 20.0, "Time within which a request must have come whole.", unit="s"
    )
    keep_alive: float = setting(
        seconds(),
        75.0,
        "Time that an idle connection is kept; longer than a proxy in front keeps its own.",
        unit="s",
    )

    def body_limit(self, path: str) -> int:
        """Return the most bytes that the body of a request to a path may have: uploads may have more than queries."""
        return self.upload_bytes if path.startswith("/store") else self.request_bytes


SETTINGS: Mapping[str, Setting] = {one.name: one.metadata["setting"] for one in fields(Config)}
"""All settings by name, in the order of the declaration."""


def load_config(flags: Mapping[str, object], environ: Mapping[str, str], file: Path | None) -> Config:
    """Return the settings: defaults, below the file, below the environment, below flags.

    `flags` are named as the settings. Without `file`, TONGZHOU_CONFIG may name one; relative paths in it start at
    its folder. A variable that is empty counts as unset. Raises ConfigError with everything that is wrong.
    """
    reader = _Reader()
    named = file or Path(environ.get(FILE_VARIABLE, ""))
    if named != Path():
        reader.take_file(named)
    reader.take_environment(environ)
    for name, value in flags.items():
        reader.take(name, value, flag_of(name))
    reader.check_whole()
    if reader.faults:
        raise ConfigError(reader.faults)
    return Config(**reader.values)  # type: ignore[arg-type]  # each value was read by the kind of its field


def flag_of(name: str) -> str:
    """Return the flag of a setting.

    >>> flag_of("token_file")
    '--token-file'
    """
    return f"--{name.replace('_', '-')}"


def variable_of(name: str) -> str:
    """Return the environment variable of a setting.

    >>> variable_of("token_file")
    'TONGZHOU_TOKEN_FILE'
    """
    return PREFIX + name.upper()


class _Reader:
    """Collects values, and all that is wrong with them."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.faults: list[str] = []

    def take(self, name: str, value: object, where: str, *, folder: Path | None = None) -> None:
        """Read one value; a relative path starts at `folder`."""
        kind = SETTINGS[name].kind
        try:
            read = kind.read(value)
        except (ValueError, TypeError):
            self.faults.append(f"{where}: {value!r} does not fit. Expected: {kind.expected}.")
            return
        self.values[name] = folder / read if folder and isinstance(read, Path) else read

    def take_file(self, file: Path) -> None:
        """Read a TOML file whose keys are settings."""
        try:
            with file.open("rb") as stream:
                table = tomllib.load(stream)
        except OSError as error:
            self.faults.append(
                f"{file}: can't be read: {error.strerror}. Name another by --config or {FILE_VARIABLE}."
            )
            return
        except ValueError as error:  # tomllib.TOMLDecodeError, UnicodeDecodeError
            self.faults.append(f"{file}: is no TOML: {error}. Expected: lines such as deadline = 30.")
            return
        for key, value in table.items():
            if key in SETTINGS:
                self.take(key, value, f"{file}: {key}", folder=file.parent)
            else:
                self.faults.append(f"{file}: {key}: {_unknown(key, {name: name for name in SETTINGS})}")

    def take_environment(self, environ: Mapping[str, str]) -> None:
        """Read the variables that start with TONGZHOU_."""
        names = {variable_of(name): name for name in SETTINGS}
        for variable, value in environ.items():
            if not variable.startswith(PREFIX) or variable in _NO_SETTINGS:
                continue
            if variable not in names:
                self.faults.append(f"{variable}: {_unknown(variable, names)}")
            elif value:
                self.take(names[variable], value, variable)

    def check_whole(self) -> None:
        """Look at what must go together."""
        if not self.values.get("writable") or self.faults:
            return
        if "dataset" not in self.values:
            self.faults.append("writable: a release is read-only. Name a dataset as well (--dataset DIR).")
        if "token_file" not in self.values:
            self.faults.append(
                "writable: nobody could write without a token. Make one by tongzhou token add --token-file FILE "
                "--scope write, and name the file (--token-file FILE)."
            )


def _unknown(key: str, names: Mapping[str, str]) -> str:
    """Word that a key is no setting, with the near one and what it expects."""
    matches = difflib.get_close_matches(key.lower().replace("-", "_"), [name.lower() for name in names], n=1)
    near = next((name for name in names if matches and name.lower() == matches[0]), None)
    if near is None:
        return "is no setting. They are: " + ", ".join(names) + "."
    return f"is no setting. Did you mean {near}? It takes {SETTINGS[names[near]].kind.expected}."
