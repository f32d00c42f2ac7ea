"""Limits of the server."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ServerConfig:
    """What an operator may set: the largest request in bytes, and the most rows that a result page shows."""

    largest_request: int = 1_000_000
    rows_on_page: int = 1_000
