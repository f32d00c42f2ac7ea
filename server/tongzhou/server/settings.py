"""Kinds of settings: what a value in a file, a variable or a flag must look like, and what it becomes. Pure."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar, cast

T = TypeVar("T")
D = TypeVar("D")
Read_co = TypeVar("Read_co", covariant=True)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

NONE = "–"
"""How the lack of a default is worded."""

_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_SIZE = re.compile(r"([0-9][0-9_]*)\s*(B|[kMG]B|[KMG]iB)?", re.IGNORECASE)
_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}


@dataclass(frozen=True)
class Kind(Generic[Read_co]):
    """A kind of value: what is expected, in words and in short, its name beside a flag, and how it is read.

    `read` raises ValueError or TypeError.
    """

    expected: str
    short: str
    metavar: str
    read: Callable[[object], Read_co]


@dataclass(frozen=True)
class Setting:
    """What is known of a setting besides its name: its kind, its unit, what it is for, its default in words."""

    kind: Kind[object]
    unit: str
    about: str
    default: str


def setting(kind: Kind[T], default: D, about: str, *, unit: str = "", shown: str | None = None) -> T | D:
    """Return a field of a dataclass that is a setting.

    `shown` words a default that depends on the machine; without it the default itself is shown.
    """
    words = shown if shown is not None else _word(default, unit)
    # Like dataclasses.field, this passes for the value that the field will have.
    return field(default=default, metadata={"setting": Setting(kind, unit, about, words)})


def count(least: int, most: int | None = None) -> Kind[int]:
    """Return the kind of whole numbers in a range."""
    span = f"of {least} or more" if most is None else f"from {least} to {most}"

    def read(value: object) -> int:
        number = int(value) if isinstance(value, str) else value
        if isinstance(number, bool) or not isinstance(number, int):
            raise TypeError
        if number < least or (most is not None and number > most):
            raise ValueError
        return number

    return Kind(f"a whole number {span}", f"≥ {least}" if most is None else f"{least} … {most}", "N", read)


def size(*, zero: bool = False) -> Kind[int]:
    """Return the kind of sizes in bytes: above 0, or also 0."""

    def read(value: object) -> int:
        match = _SIZE.fullmatch(str(value).strip()) if isinstance(value, (int, str)) else None
        if match is None:
            raise ValueError
        number = int(match[1]) * _UNITS[(match[2] or "").lower()]
        if number == 0 and not zero:
            raise ValueError
        return number

    least = " or 0" if zero else " above 0"
    return Kind(f"a number of bytes{least}, such as 1000000, 16MB or 512MiB", f"size{least}", "SIZE", read)


def choice(*values: str) -> Kind[str]:
    """Return the kind of words out of a list."""

    def read(value: object) -> str:
        if value not in values:
            raise ValueError
        return str(value)

    return Kind(" or ".join(values), " or ".join(values), "|".join(values), read)


def seconds(*, zero: bool = False) -> Kind[float]:
    """Return the kind of durations: finite and above 0, or also 0."""

    def read(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise TypeError
        number = float(value)
        if not math.isfinite(number) or number < 0 or (number == 0 and not zero):
            raise ValueError
        return number

    least = "of 0 or more" if zero else "above 0"
    return Kind(f"a number of seconds {least}, such as 2.5", "≥ 0" if zero else "> 0", "SECONDS", read)


def _read_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _read_name(value: object) -> str:
    if not (name := _read_text(value).strip()):
        raise ValueError
    return name


def _read_path(value: object) -> Path:
    return Path(_read_name(value)).expanduser()


def _read_switch(value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = _read_text(value).strip().lower()
    if word not in (*_YES, *_NO):
        raise ValueError
    return word in _YES


def _read_networks(value: object) -> tuple[Network, ...]:
    if isinstance(value, str):
        parts: list[object] = [*value.split(",")]
    elif isinstance(value, list):
        parts = cast("list[object]", value)
    else:
        raise TypeError
    return tuple(ipaddress.ip_network(_read_name(part)) for part in parts)


TEXT = Kind("text", "text", "TEXT", _read_text)
NAME = Kind("text that is not empty", "text", "TEXT", _read_name)
PATH = Kind("a path", "path", "PATH", _read_path)
SWITCH = Kind("true or false", "true or false", "", _read_switch)
NETWORKS = Kind(
    "addresses or networks, such as 10.0.0.7 or 10.0.0.0/8: in a file a list, else separated by commas",
    "addresses or networks",
    "NETWORKS",
    _read_networks,
)


def _word(default: object, unit: str) -> str:
    """Word a default as it would be written: sizes by their unit, long numbers with their digits in groups."""
    if default is None or default in ("", ()):
        return NONE
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, int):
        return (
            _word_size(default) if unit == "bytes" else f"{default:_}" if default >= 10_000 else str(default)
        )
    return f"{default:g}" if isinstance(default, float) else str(default)


def _word_size(size: int) -> str:
    for unit in ("GiB", "MiB", "KiB", "MB", "kB"):
        factor = _UNITS[unit.lower()]
        if size >= factor and size % factor == 0:
            return f"{size // factor}{unit}"
    return str(size)
