"""Builds a release: compile → validate → reason → describe → publish, leaving out steps whose inputs did not change.

The output of a step is kept in `<home>/cache` under the hash of what it was made from: the bytes of the sources, the code
of `tongzhou.graph`, and the versions of the libraries.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs
import pyoxigraph as ox

from tongzhou.graph import resources
from tongzhou.graph.compile import Compiled, Sources, compile_sources
from tongzhou.graph.errors import SourceError
from tongzhou.graph.export import serialise
from tongzhou.graph.meta import describe
from tongzhou.graph.reason import infer
from tongzhou.graph.release import Release, build_lock, current_release, publish
from tongzhou.graph.validate import validate

_LIBRARIES = ("pyoxigraph", "rdflib", "owlrl", "pyshacl")
_SUFFIXES = frozenset({".ttl", ".jsonld", ".json", ".yaml", ".txt"})


@dataclass(frozen=True)
class StepReport:
    """One step of a build: its seconds, whether its output was kept from before, and how many quads it made."""

    name: str
    seconds: float
    cached: bool
    quads: int


@dataclass(frozen=True)
class BuildResult:
    """The release, and what each step took."""

    release: Release
    steps: tuple[StepReport, ...]


def default_home() -> Path:
    """Return the folder of releases and cache: TONGZHOU_HOME, `.tongzhou` of the checkout, or the user's data folder."""
    named = os.environ.get("TONGZHOU_HOME")
    if named:
        return Path(named)
    root = resources.checkout()
    return root / ".tongzhou" if root else Path(platformdirs.user_data_dir("tongzhou", appauthor=False))


def default_sources() -> Sources:
    """Return the sources of the checkout or of the installed package."""
    return Sources(resources.ontology_dir(), resources.articles_dir(), resources.background_dir())


def input_hashes(sources: Sources) -> dict[str, str]:
    """Return the SHA-256 of every source file, of the code that builds, and the versions of the libraries."""
    hashes: dict[str, str] = {}
    for kind, folder in (
        ("ontology", sources.ontology),
        ("articles", sources.articles),
        ("background", sources.background),
    ):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in _SUFFIXES:
                hashes[f"{kind}/{path.relative_to(folder)}"] = hashlib.sha256(path.read_bytes()).hexdigest()
    code = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        code.update(path.read_bytes())
    hashes["code"] = code.hexdigest()
    hashes.update({f"version of {name}": importlib.metadata.version(name) for name in _LIBRARIES})
    return hashes


def digest_of(hashes: Mapping[str, str]) -> str:
    """Return one SHA-256 over the hashes and versions of the inputs: what names a release."""
    lines = (f"{name} {value}" for name, value in sorted(hashes.items()))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def is_stale(sources: Sources, home: Path) -> bool:
    """Tell whether there is no release in `home`, or its inputs are not the sources as they are now."""
    release = current_release(home)
    return release is None or release.manifest["digest"] != digest_of(input_hashes(sources))


def build(sources: Sources, home: Path, *, report: Callable[[StepReport], None] | None = None) -> BuildResult:
    """Build a release from the sources and make it current.

    `report` is called after each step. Raises SourceError, InconsistencyError, BuildLockedError or ReleaseError; the
    former release then stays.
    """
    with build_lock(home):
        run = _Run(home / "cache", report)
        hashes = input_hashes(sources)
        digest = digest_of(hashes)
        return BuildResult(_build(run, sources, home, hashes, digest), tuple(run.steps))


def _build(run: _Run, sources: Sources, home: Path, hashes: dict[str, str], digest: str) -> Release:
    compiled = run.kept("compile", digest, lambda: _compile_and_validate(run, sources))
    inferred = run.kept("reason", digest, lambda: infer(compiled))
    whole = ox.Dataset([*compiled, *inferred])
    described = run.kept("describe", digest, lambda: describe(whole, version=digest[:12]))
    dataset = ox.Dataset([*whole, *described])
    manifest = {
        "inputs": hashes,
        "quads": _count_by_graph(dataset),
        "python": platform.python_version(),
        "tongzhou": importlib.metadata.version("tongzhou"),
    }
    start = time.perf_counter()
    before = current_release(home)
    release = publish(home, dataset, digest=digest, manifest=manifest)
    run.note(StepReport("publish", time.perf_counter() - start, before == release, len(dataset)))
    return release


def _compile_and_validate(run: _Run, sources: Sources) -> ox.Dataset:
    """Compile, and keep the result only if its facts are publishable."""
    compiled: Compiled = compile_sources(sources)
    start = time.perf_counter()
    faults = validate(compiled.dataset, sources.ontology / "shapes.ttl", compiled.locations)
    if faults:
        raise SourceError(faults)
    run.note(StepReport("validate", time.perf_counter() - start, False, 0))
    return compiled.dataset


class _Run:
    """The steps of one build, with the outputs kept from former ones."""

    def __init__(self, cache: Path, report: Callable[[StepReport], None] | None) -> None:
        self.cache = cache
        self.report = report
        self.steps: list[StepReport] = []

    def note(self, step: StepReport) -> None:
        """Record a step."""
        self.steps.append(step)
        if self.report is not None:
            self.report(step)

    def kept(self, name: str, digest: str, make: Callable[[], ox.Dataset]) -> ox.Dataset:
        """Return the output of a step from the cache, or make and keep it."""
        start = time.perf_counter()
        inner = sum(step.seconds for step in self.steps)
        path = self.cache / f"{name}-{digest}.nq"
        cached = path.is_file()
        if cached:
            dataset = ox.Dataset(ox.parse(path=path, format=ox.RdfFormat.N_QUADS))
        else:
            dataset = make()
            self._keep(name, path, dataset)
        inside = sum(step.seconds for step in self.steps) - inner
        self.note(StepReport(name, time.perf_counter() - start - inside, cached, len(dataset)))
        return dataset

    def _keep(self, name: str, path: Path, dataset: ox.Dataset) -> None:
        """Write an output beside and rename it, in place of the former ones of the step."""
        self.cache.mkdir(parents=True, exist_ok=True)
        work = path.with_suffix(".tmp")
        work.write_bytes(serialise(dataset, "nquads"))
        for former in self.cache.glob(f"{name}-*"):
            if former != work:
                former.unlink()
        work.replace(path)


def _count_by_graph(dataset: ox.Dataset) -> dict[str, int]:
    counts: dict[str, int] = {}
    for quad in dataset:
        assert isinstance(quad.graph_name, ox.NamedNode)
        counts[quad.graph_name.value] = counts.get(quad.graph_name.value, 0) + 1
    return dict(sorted(counts.items()))
