"""Time from the command that serves to the first answer: cold, with no release yet, and warm.

    uv run python -m benchmarks.start [--rounds 3]

Each way to start is run with a new home (cold: the release is built first) and again with that home (warm). The answer is that
of a query for one association. What `make serve` installs before, on a machine that has nothing yet, is not in it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from benchmarks.peers import SAID, TONGZHOU

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results"
QUERY = "SELECT ?s { ?s a <https://w3id.org/tongzhou/ontology#Association> } LIMIT 1"
_MOST = 300


class StartFailedError(Exception):
    """A command ended, or gave no answer in time; the message has what it said."""


def first_answer(command: list[str], log: Path) -> float:
    """Run a command that serves and return the seconds until it has answered. Raises StartFailedError."""
    start = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    with process:
        try:
            while (root := _address(log)) is None or not _answers(root):
                if process.poll() is not None or time.monotonic() - start > _MOST:
                    said = log.read_text(encoding="utf-8", errors="replace").strip()[-500:]
                    raise StartFailedError(f"{' '.join(command[:3])} gave no answer: {said}")
                time.sleep(0.01)
            return time.monotonic() - start
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)


def _address(log: Path) -> str | None:
    """Return the address once it is said, however the line begins."""
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True):
        if SAID in line and line.endswith("\n"):
            return line.partition(SAID)[2].strip().rstrip("/")
    return None


def _answers(root: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(
        f"{root}/sparql?query={quote(QUERY)}", headers={"Accept": "application/sparql-results+json"}
    )
    try:
        with opener.open(request, timeout=_MOST) as answer:
            return bool(json.load(answer)["results"]["bindings"])
    except OSError:
        return False


def ways(home: str) -> dict[str, list[str]]:
    """Return the commands that serve, with a home."""
    arguments = ["--home", home, "--port", "0"]
    found = {"tongzhou serve": [*TONGZHOU, "serve", *arguments]}
    make = shutil.which("make")
    if make:
        found["make serve"] = [make, "serve", f"ARGS={' '.join(arguments)}"]
    return found


def measure(rounds: int) -> dict[str, list[float]]:
    """Start each way, cold and warm, some times. Raises StartFailedError."""
    seconds: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name in ways(""):
            with tempfile.TemporaryDirectory() as folder:
                home = str(Path(folder) / "home")
                for state in ("cold", "warm"):
                    taken = first_answer(ways(home)[name], Path(folder) / "log")
                    seconds.setdefault(f"{name}, {state}", []).append(taken)
    return seconds


def main() -> int:
    """Measure, print and record; return 1 where a command gave no answer."""
    arguments = argparse.ArgumentParser(description="Time from the command to the first answer.")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--results", type=Path, default=RESULTS, help="folder of the record")
    options = arguments.parse_args()
    try:
        seconds = measure(options.rounds)
    except StartFailedError as error:
        print(f"start: {error}")
        return 1
    if len(ways("")) == 1:
        print("make serve: not run: no program make")
    print("| from the command to the first answer | median, s | least–most |\n|---|--:|---|")
    for name, taken in seconds.items():
        print(f"| {name} | {statistics.median(taken):.2f} | {min(taken):.2f}–{max(taken):.2f} |")
    options.results.mkdir(parents=True, exist_ok=True)
    path = options.results / "start.json"
    record = {"date": datetime.now(UTC).isoformat(timespec="seconds"), "cores": os.cpu_count()}
    path.write_text(json.dumps(record | {"seconds": seconds}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
