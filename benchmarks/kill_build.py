"""Kill a publishing process at moments spread over its work, and look whether what is served stays whole.

    uv run python benchmarks/kill_build.py --kills 200

A child process holds the build lock and publishes a small release, each time a new one. Half of the kills (SIGKILL) come
after a delay drawn evenly over the measured length of the phase, half when the folder shows a given state: the first byte
of a release, its dumps, its store, its manifest, the renamed folder, the new pointer. After each kill the current release
must be the former one or the new one, match its manifest, and answer a query; and the next publication must succeed and
leave nothing behind. Prints where the kills fell, and 'survived n of n'.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from tongzhou.graph.release import Release, build_lock, current_release, publish

STATES: dict[str, Callable[[Path], bool]] = {
    "first byte": lambda home: any((home / "releases").glob(".new-*/*")),
    "dumps": lambda home: any((home / "releases").glob(".new-*/*.jsonld")),
    "store": lambda home: any((home / "releases").glob(".new-*/store/*")),
    "manifest": lambda home: any((home / "releases").glob(".new-*/manifest.json")),
    "renamed": lambda home: not any((home / "releases").glob(".new-*")),
    "pointer": lambda home: any(home.glob(".current-*")),
}
QUADS = 1500


def dataset(number: int) -> ox.Dataset:
    """Return a small dataset that differs for each number."""
    graph = ox.NamedNode("https://w3id.org/tongzhou/graph/background")
    predicate = ox.NamedNode("https://w3id.org/tongzhou/ontology#wording")
    subjects = [ox.NamedNode(f"https://w3id.org/tongzhou/id/output/{index}") for index in range(QUADS)]
    quads = [ox.Quad(subject, predicate, ox.Literal("x" * 20), graph) for subject in subjects]
    return ox.Dataset([*quads, ox.Quad(subjects[0], predicate, ox.Literal(f"release {number}"), graph)])


def publish_once(home: Path, number: int) -> None:
    """Publish release `number`."""
    prepared = dataset(number)
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    with build_lock(home):
        publish(home, prepared, digest=digest, manifest={"number": number})


def start_child(home: Path, number: int) -> subprocess.Popen[str]:
    """Start a child that publishes; return once it is about to."""
    command = [sys.executable, __file__, "--publish", str(number), "--home", str(home)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "go\n"
    return child


def faults_of(release: Release | None, numbers: set[int]) -> str | None:
    """Return what is wrong with the current release, or None where it is whole and one of `numbers`."""
    if release is None:
        return "there is no current release"
    manifest = release.manifest
    if manifest["number"] not in numbers:
        return f"release {manifest['number']} is current, not one of {sorted(numbers)}"
    for name, facts in manifest["files"].items():
        data = (release.path / name).read_bytes()
        if len(data) != facts["bytes"] or hashlib.sha256(data).hexdigest() != facts["sha256"]:
            return f"{name} differs from the manifest"
    answer = ox.Store.read_only(str(release.store_path)).query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert isinstance(answer, ox.QuerySolutions)
    count = next(answer)["n"].value
    return None if count == str(QUADS + 1) else f"the store holds {count} triples, not {QUADS + 1}"


def kill_at(child: subprocess.Popen[str], home: Path, moment: float | str) -> str:
    """Kill the child after `moment` seconds, or when the folder is in the state of that name; say which it was."""
    deadline = time.monotonic() + 20
    if isinstance(moment, float):
        time.sleep(moment)
    else:
        seen_new = False
        while child.poll() is None and time.monotonic() < deadline:
            seen_new = seen_new or STATES["first byte"](home)
            if STATES[moment](home) and (moment != "renamed" or seen_new):
                break
    ended = child.poll() is not None
    child.send_signal(signal.SIGKILL)
    child.wait(timeout=20)
    return "after the end" if ended else moment if isinstance(moment, str) else "by delay"


def run(kills: int, home: Path, seed: int) -> tuple[int, Counter[str], list[str]]:
    """Kill `kills` times; return how often all was well, where the kills fell, and the faults."""
    chance = random.Random(seed)
    publish_once(home, 0)
    start = time.monotonic()
    with start_child(home, 1) as child:
        child.wait(timeout=60)
    length = time.monotonic() - start
    current, number, survived = 1, 1, 0
    fell: Counter[str] = Counter()
    faults: list[str] = []
    for index in range(kills):
        number += 1
        moment = chance.uniform(0, length * 1.1) if index % 2 else list(STATES)[index // 2 % len(STATES)]
        with start_child(home, number) as child:
            fell[kill_at(child, home, moment)] += 1
        fault = faults_of(current_release(home), {current, number})
        number += 1
        publish_once(home, number)
        current = number
        left = [path.name for path in (*(home / "releases").glob(".new-*"), *home.glob(".current-*"))]
        fault = (
            fault or faults_of(current_release(home), {number}) or (f"left behind: {left}" if left else None)
        )
        survived += fault is None
        faults += [f"kill {index + 1} ({moment}): {fault}"] if fault else []
    return survived, fell, faults


def main() -> int:
    """Run the kills; return 1 where one of them did harm."""
    arguments = argparse.ArgumentParser(description="Kill the build while it publishes.")
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--publish", type=int, help=argparse.SUPPRESS)
    arguments.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.publish is not None:
        print("go", flush=True)
        publish_once(options.home, options.publish)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        survived, fell, faults = run(options.kills, Path(folder), options.seed)
    print(
        "\n".join(faults) if faults else "no fault",
        *(f"{where}: {n}" for where, n in sorted(fell.items())),
        sep="\n",
    )
    print(f"survived {survived} of {options.kills}")
    return int(survived != options.kills)


if __name__ == "__main__":
    sys.exit(main())
