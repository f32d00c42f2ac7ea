"""What a command asks: the current release, or another endpoint."""

from __future__ import annotations

from pathlib import Path

from tongzhou.graph.errors import ReleaseError
from tongzhou.graph.query import Evaluator
from tongzhou.graph.release import Release, current_release, default_home
from tongzhou.graph.remote import RemoteEvaluator
from tongzhou.graph.store import StoreEvaluator


def evaluator_for(endpoint: str | None, home: Path | None) -> Evaluator:
    """Return what answers queries: the endpoint where one is given, else the current release. Raises ReleaseError."""
    if endpoint is not None:
        return RemoteEvaluator(endpoint)
    return StoreEvaluator.open(required_release(home).store_path)


def required_release(home: Path | None) -> Release:
    """Return the current release of a home. Raises ReleaseError where there is none."""
    folder = home or default_home()
    release = current_release(folder)
    if release is None:
        raise ReleaseError(f"there is no release in {folder}. Run 'tongzhou build' first.")
    return release
