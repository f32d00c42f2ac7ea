"""The shape of a kind of problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status, for each language its title and its detail, and what its headers say.

    `retry_after` is in seconds; `challenge` is what WWW-Authenticate says behind the realm (RFC 6750 §3).
    """

    status: int
    words: Mapping[str, tuple[str, str]]
    retry_after: int | None = None
    challenge: str | None = None


def kind(
    status: int,
    zh: tuple[str, str],
    en: tuple[str, str],
    *,
    retry_after: int | None = None,
    challenge: str | None = None,
) -> Kind:
    """Return a kind with its title and detail in Chinese and English."""
    return Kind(status, {"zh": zh, "en": en}, retry_after, challenge)
