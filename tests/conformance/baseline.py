"""The known failures: which tests and why."""

from __future__ import annotations

import tomllib
from pathlib import Path

FILE = Path(__file__).with_name("baseline.toml")


def read_baseline(path: Path = FILE) -> dict[str, str]:
    """Return the reason of each known failure by the test's id.

    Raises ValueError where a test is named twice or a reason is missing.
    """
    reasons: dict[str, str] = {}
    for group in tomllib.loads(path.read_text(encoding="utf-8"))["failures"]:
        reason = str(group.get("reason", "")).strip()
        for test in group["tests"]:
            if not reason or test in reasons:
                raise ValueError(f"{path.name}: {test} has no reason, or stands there twice")
            reasons[test] = reason
    return reasons
