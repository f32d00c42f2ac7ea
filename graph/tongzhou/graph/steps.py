"""The steps of a build, each with its output kept in `<home>/cache` under the hash of what it was made from."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from tongzhou.graph.dataset_folder import flush_file
from tongzhou.graph.export import serialise
from tongzhou.graph.release import not_written


@dataclass(frozen=True)
class StepReport:
    """One step of a build: its seconds, whether its output was kept from before, and how many quads it made."""

    name: str
    seconds: float
    cached: bool
    quads: int


def digest_of(hashes: Mapping[str, str]) -> str:
    """Return one SHA-256 over the hashes and versions of the inputs: what names a release."""
    lines = (f"{name} {value}" for name, value in sorted(hashes.items()))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class Output:
    """What a step made, and its SHA-256, by which the next steps know it."""

    dataset: ox.Dataset
    digest: str


class Steps:
    """The steps of one build, with the outputs kept from former ones."""

    def __init__(self, home: Path, report: Callable[[StepReport], None] | None) -> None:
        """Begin a build in a home; `report` is called after each step."""
        self.home = home
        self.report = report
        self.steps: list[StepReport] = []

    def note(self, step: StepReport) -> None:
        """Record a step."""
        self.steps.append(step)
        if self.report is not None:
            self.report(step)

    def kept(self, name: str, inputs: Mapping[str, str], make: Callable[[], ox.Dataset]) -> Output:
        """Return the output of a step from the cache, or make and keep it."""
        start = time.perf_counter()
        path = self.home / "cache" / f"{name}-{digest_of(inputs)}.nq"
        output = _read_output(path)
        cached = output is not None
        if output is None:
            dataset = make()
            data = serialise(dataset, "nquads")
            self._keep(name, path, data)
            output = Output(dataset, hashlib.sha256(data).hexdigest())
        self.note(StepReport(name, time.perf_counter() - start, cached, len(output.dataset)))
        return output

    def kept_file(self, name: str, inputs: Mapping[str, str], make: Callable[[], bytes]) -> bytes:
        """Return a file of a former build from the cache, or make and keep it."""
        path = self.home / "cache" / f"{name}-{digest_of(inputs)}"
        try:
            return path.read_bytes()
        except OSError:
            data = make()
            self._keep(name, path, data)
            return data

    def former_file(self, name: str) -> bytes | None:
        """Return the file that the last build kept for a step, of whatever inputs, or None."""
        for path in sorted((self.home / "cache").glob(f"{name}-*")):
            with suppress(OSError):
                return path.read_bytes()
        return None

    def _keep(self, name: str, path: Path, data: bytes) -> None:
        """Write an output beside and rename it, in place of the former ones of the step."""
        work = path.with_suffix(".tmp")
        try:
            path.parent.mkdir(exist_ok=True)
            work.write_bytes(data)
            flush_file(work)
            for former in path.parent.glob(f"{name}-*"):
                if former != work:
                    former.unlink()
            work.replace(path)
        except OSError as error:
            with suppress(OSError):
                work.unlink(missing_ok=True)
            raise not_written(self.home, error) from error


def _read_output(path: Path) -> Output | None:
    """Return an output of a former build, or None where there is none that can be read."""
    try:
        data = path.read_bytes()
        return Output(
            ox.Dataset(ox.parse(data, format=ox.RdfFormat.N_QUADS)), hashlib.sha256(data).hexdigest()
        )
    except (OSError, SyntaxError):
        return None
