"""Kill a publishing process at moments spread over its work, and look whether what is served stays whole.

    uv run python benchmarks/kill_build.py --kills 200

A child process holds the build lock and publishes a small release, each time a new one. Half of the kills (SIGKILL) come
after a delay drawn evenly over the measured length of the phase, half when the folder shows a given state: the first byte
of a release, its dumps, its store, its manifest, the renamed folder, the new pointer, the switch, an old store set aside.
After each kill the current release must be the former one or the new one, match its manifest, and answer a query; no other
release may be left with half a store; and the next publication must succeed and leave nothing behind. Prints where the kills
fell, and 'survived n of n'.
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

STATES: dict[str, Callable[[Path, frozenset[str]], bool]] = {
    "first byte": lambda releases, _: any(releases.glob(".new-*/*")),
    "dumps": lambda releases, _: any(releases.glob(".new-*/*.jsonld")),
    "store": lambda releases, _: any(releases.glob(".new-*/store/*")),
    "manifest": lambda releases, _: any(releases.glob(".new-*/manifest.json")),
    "renamed": lambda releases, before: bool(_visible(releases) - before),
    "pointer": lambda releases, _: any(releases.parent.glob(".current-*")),
    "switched": lambda releases, before: (releases.parent / "current").read_text().strip() not in before,
    "old store": lambda releases, _: any(releases.glob(".old-*")),
}
"""What the folder of releases shows at the moments of a kill, given the names that it held before."""
QUADS = 1500


def dataset(number: int) -> ox.Dataset:
    """Return a small dataset that differs for each number."""
    graph = ox.NamedNode("https://w3id.org/tongzhou/graph/background")
    predicate = ox.NamedNode("https://w3id.org/tongzhou/ontology#wording")
    subjects = [ox.NamedNode(f"https://w3id.org/tongzhou/id/output/{index}") for index in range(QUADS)]
    quads = [ox.Quad(subject, predicate, ox.Literal("x" * 20), graph) for subject in subjects]
    return ox.Dataset([*quads, ox.Quad(subjects[0], predicate, ox.Literal(f"release {number}"), graph)])


def _visible(releases: Path) -> frozenset[str]:
    return frozenset(path.name for path in releases.iterdir() if not path.name.startswith("."))


def publish_once(home: Path, number: int, *, announce: bool = False) -> None:
    """Publish release `number`; print 'go' once the dataset is ready and the lock held, where asked to."""
    prepared = dataset(number)
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    with build_lock(home):
        if announce:
            print("go", flush=True)
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


def kill_at(child: subprocess.Popen[str], home: Path, moment: float | str, before: frozenset[str]) -> str:
    """Kill the child after `moment` seconds, or when the folder is in the state of that name; say which it was."""
    deadline = time.monotonic() + 20
    if isinstance(moment, str):
        while child.poll() is None and time.monotonic() < deadline:
            if STATES[moment](home / "releases", before):
                break
    else:
        time.sleep(moment)
    ended = child.poll() is not None
    child.send_signal(signal.SIGKILL)
    child.wait(timeout=20)
    return "after the end" if ended else moment if isinstance(moment, str) else "by delay"


def length_of(home: Path, number: int) -> float:
    """Return the seconds that a child takes to publish."""
    with start_child(home, number) as child:
        start = time.monotonic()
        child.wait(timeout=60)
        return time.monotonic() - start


def faults_after(home: Path, current: int, number: int) -> str | None:
    """Return what is wrong after a child that published `number` over `current` was killed, and after the next one."""
    fault = faults_of(current_release(home), {current, number})
    releases = [Release(home / "releases" / name) for name in sorted(_visible(home / "releases"))]
    for release in releases:
        if release.store_path.exists():
            fault = fault or faults_of(release, set(range(number + 1)))
    publish_once(home, number + 1)
    fault = fault or faults_of(current_release(home), {number + 1})
    left = [path.name for path in (*(home / "releases").glob(".*"), *home.glob(".current-*"))]
    return fault or (f"left behind: {left}" if left else None)


def run(kills: int, home: Path, seed: int) -> tuple[int, Counter[str], list[str]]:
    """Kill `kills` times; return how often all was well, where the kills fell, and the faults."""
    chance = random.Random(seed)
    publish_once(home, 0)
    length = max(length_of(home, 1), length_of(home, 2))
    current = 2
    fell: Counter[str] = Counter()
    faults: list[str] = []
    for index in range(kills):
        moment = chance.uniform(0, length) if index % 2 else list(STATES)[index // 2 % len(STATES)]
        before = _visible(home / "releases")
        with start_child(home, current + 1) as child:
            fell[kill_at(child, home, moment, before)] += 1
        fault = faults_after(home, current, current + 1)
        faults += [f"kill {index + 1} ({moment}): {fault}"] if fault else []
        current += 2
    return kills - len(faults), fell, faults


def main() -> int:
    """Run the kills; return 1 where one of them did harm."""
    arguments = argparse.ArgumentParser(description="Kill the build while it publishes.")
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--publish", type=int, help=argparse.SUPPRESS)
    arguments.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.publish is not None:
        publish_once(options.home, options.publish, announce=True)
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
