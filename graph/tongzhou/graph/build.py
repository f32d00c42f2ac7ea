"""Builds a release: compile → validate → reason → describe → publish, leaving out steps whose inputs did not change.

The output of a step is kept in `<home>/cache` under the hash of what it was made from: the bytes of the sources, or the
output of the step before; the code of `tongzhou.graph`; and the versions of the libraries. So a comment added to the facts
makes compile run again, and, as what it makes is the same, neither validate nor reason. Where the facts did change, reason goes
on from the closure that the last build kept, and works out the difference.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from tongzhou.graph import resources
from tongzhou.graph.compile import ONTOLOGY_FILES, Compiled, Sources, compile_sources
from tongzhou.graph.curation import COVERAGE, CURATION, count_coverage, curation_items, write_items
from tongzhou.graph.errors import Fault, ReleaseError, SourceError
from tongzhou.graph.explanation import Places, places_of, write_places
from tongzhou.graph.index import Index
from tongzhou.graph.mappings import MAPPINGS, mapping_table
from tongzhou.graph.meta import LICENCE, describe
from tongzhou.graph.moved import misfits
from tongzhou.graph.reading import Reading, reading_of, write_readings
from tongzhou.graph.reasoner import Reasoner
from tongzhou.graph.release import (
    CLOSURE,
    PLACES,
    READINGS,
    Release,
    build_lock,
    current_release,
    publish,
)
from tongzhou.graph.requirements import REQUIREMENTS, requirements_of, write_requirements
from tongzhou.graph.search.document import DOCUMENTS, write_documents
from tongzhou.graph.searchable import documents_of
from tongzhou.graph.shape_files import SHAPES, shape_file
from tongzhou.graph.steps import StepReport, Steps, digest_of
from tongzhou.graph.terms import circular_hierarchies, dangling_iris, term_lines, undeclared_terms
from tongzhou.graph.validate import validate

_LIBRARIES = ("pyoxigraph", "rdflib", "pyshacl", "tantivy", "opencc", "pypinyin")
_SHAPES = "ontology/shapes.ttl"  # the one source that compile does not read, and validate does
_RULES = "ontology/rules/"  # which are read for reasoning only
_SUFFIXES = frozenset(
    {".ttl", ".rules", ".jsonld", ".yaml", ".txt"}
)  # not the JSON Schema, which is made for editors


@dataclass(frozen=True)
class BuildResult:
    """The release, and what each step took."""

    release: Release
    steps: tuple[StepReport, ...]


def default_sources() -> Sources:
    """Return the sources of the checkout or of the installed package."""
    return Sources(
        resources.ontology_dir(), resources.articles_dir(), resources.background_dir(), resources.moved_file()
    )


def input_hashes(sources: Sources, entailment: str = "rl") -> dict[str, str]:
    """Return the SHA-256 of every source file, of the code that builds, the versions of libraries, and the entailment."""
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
    hashes["entailment"] = entailment
    return hashes


def is_stale(sources: Sources, home: Path, entailment: str | None = None) -> bool:
    """Tell whether `home` has no release to serve, or one of other inputs than the sources as they are now.

    An entailment that is chosen is one of the inputs.
    """
    release = _standing_release(home)
    if release is None or not release.store_path.is_dir():
        return True
    hashes = input_hashes(sources, entailment or entailment_of(release))
    return bool(release.manifest.get("digest") != digest_of(hashes))


def entailment_of(release: Release | None) -> str:
    """Return the entailment regime of a release; `rl` where it does not say, or there is none."""
    return "rl" if release is None else release.entailment


def build(
    sources: Sources,
    home: Path,
    *,
    entailment: str | None = None,
    report: Callable[[StepReport], None] | None = None,
) -> BuildResult:
    """Build a release from the sources and make it current.

    `entailment` is `none`, `rdfs` or `rl`; without it, the one of the current release. `report` is called after each
    step. Raises SourceError, InconsistencyError, ReasoningError, BuildLockedError or
    ReleaseError; the former release then stays.
    """
    with build_lock(home):
        steps = Steps(home, report)
        chosen = entailment or entailment_of(_standing_release(home))
        release = _build(steps, sources, input_hashes(sources, chosen))
        return BuildResult(release, tuple(steps.steps))


def _build(steps: Steps, sources: Sources, hashes: Mapping[str, str]) -> Release:
    """Run the steps, each keyed by what it reads: a change that leaves its inputs as they were does not repeat it."""
    digest = digest_of(hashes)
    tools = {name: value for name, value in hashes.items() if not _is_source(name) and name != "entailment"}
    facts = {
        name: value
        for name, value in hashes.items()
        if name not in {_SHAPES, "entailment"} and not _is_rules(name)
    }
    rules = {name: value for name, value in hashes.items() if name == "entailment" or _is_rules(name)}
    shapes = {name: value for name, value in hashes.items() if name == _SHAPES}
    reader = _Reader(sources, hashes)
    compiled = steps.kept("compile", facts, reader.compile)
    asserted = {**tools, "compiled": compiled.digest}
    steps.kept("validate", {**asserted, **shapes}, lambda: reader.validate(compiled.dataset))
    reader.require_fitting_moves(compiled.dataset)
    reasoner = Reasoner(
        steps, sources.ontology / "rules", hashes["entailment"], compiled.dataset, reader.located
    )
    inferred = steps.kept("reason", {**asserted, **rules}, reasoner.infer)
    closure = steps.kept_file("closure", {**asserted, **rules}, reasoner.dump)
    whole = ox.Dataset([*compiled.dataset, *inferred.dataset])
    described = steps.kept(
        "describe",
        {**asserted, "inferred": inferred.digest, "release": digest},
        lambda: describe(whole, version=digest[:12], entailment=reasoner.entailment(inferred.dataset)),
    )
    dataset = ox.Dataset([*whole, *described.dataset])
    documents = {
        **{name: steps.kept_file(name, {**tools, **shapes}, partial(reader.shapes, name)) for name in SHAPES},
        REQUIREMENTS: steps.kept_file(
            "require", {**asserted, **shapes}, lambda: reader.requirements(compiled.dataset)
        ),
        CURATION: steps.kept_file(
            "curate", facts, lambda: write_items(curation_items(reader.compiled, sources))
        ),
        COVERAGE: steps.kept_file("cover", facts, lambda: count_coverage(reader.compiled)),
        DOCUMENTS: steps.kept_file(
            "search", {**facts, "inferred": inferred.digest}, lambda: reader.search(whole)
        ),
        READINGS: steps.kept_file("read", facts, lambda: write_readings(reader.readings())),
        PLACES: steps.kept_file("places", facts, reader.places),
        CLOSURE: closure,
        MAPPINGS: mapping_table(compiled.dataset, version=digest[:12], licence=LICENCE),
    }
    manifest = {
        "inputs": dict(hashes),
        "quads": _count_by_graph(dataset),
        "triples": {
            "asserted": len({quad.triple for quad in compiled.dataset}),
            "inferred": len(inferred.dataset),
            "described": len(described.dataset),
        },
        "python": platform.python_version(),
        "tongzhou": importlib.metadata.version("tongzhou"),
    }
    start = time.perf_counter()
    before = _standing_release(steps.home)
    release = publish(steps.home, dataset, digest=digest, manifest=manifest, documents=documents)
    steps.note(StepReport("publish", time.perf_counter() - start, before == release, len(dataset)))
    return release


def _standing_release(home: Path) -> Release | None:
    """Return the current release; None also where the pointer is spoilt, which a build sets right."""
    try:
        return current_release(home)
    except ReleaseError:
        return None


class _Reader:
    """Compiles and validates the sources, and remembers where in them the facts stand."""

    def __init__(self, sources: Sources, hashes: Mapping[str, str]) -> None:
        self.sources = sources
        self.hashes = hashes
        self._compiled: Compiled | None = None

    @property
    def compiled(self) -> Compiled:
        """The sources as compiled, once. Raises SourceError where one is wrong, or changes meanwhile."""
        if self._compiled is None:
            compiled = compile_sources(self.sources)
            self._require_unchanged()
            self._compiled = compiled
        return self._compiled

    def compile(self) -> ox.Dataset:
        """Compile the sources. Raises SourceError where one is wrong, or changes meanwhile."""
        return self.compiled.dataset

    def search(self, dataset: ox.Dataset) -> bytes:
        """Return what can be searched in a dataset, as a file. Raises SourceError."""
        return write_documents(documents_of(dataset, self.compiled.articles))

    def readings(self) -> list[Reading]:
        """Return what may be shown of each article. Raises SourceError."""
        index = Index(self.compiled.dataset)
        return [reading_of(article, index) for article in self.compiled.articles]

    def places(self) -> bytes:
        """Return where the subjects of each graph are described, as a file. Raises SourceError."""
        return write_places(self.located())

    def located(self) -> Places:
        """Return where the subjects of each graph are described. Raises SourceError."""
        return places_of(self.compiled.lines, self.sources.ontology, ONTOLOGY_FILES)

    def validate(self, dataset: ox.Dataset) -> ox.Dataset:
        """Return an empty dataset where the facts fit the shapes, and name only what is there. Raises SourceError."""
        ontology, locations = self.sources.ontology, self.compiled.locations
        places = {**term_lines(ontology), **locations}
        faults = [
            *undeclared_terms(dataset, places),
            *dangling_iris(dataset, places),
            *circular_hierarchies(dataset, places),
            *validate(dataset, ontology / "shapes.ttl", locations),
        ]
        self._require_unchanged()
        if faults:
            raise SourceError(faults)
        return ox.Dataset()

    def shapes(self, name: str) -> bytes:
        """Return one of the files of the shapes. Raises SourceError where they change meanwhile."""
        data = (self.sources.ontology / "shapes.ttl").read_bytes()
        self._require_unchanged()
        return shape_file(data, name)

    def requirements(self, dataset: ox.Dataset) -> bytes:
        """Return what the shapes ask, in words, as a file. Raises SourceError where they change meanwhile."""
        found = requirements_of(self.sources.ontology / "shapes.ttl", dataset)
        self._require_unchanged()
        return write_requirements(found)

    def require_fitting_moves(self, dataset: ox.Dataset) -> None:
        """Compare the table of former identifiers with the facts; it is no part of a release. Raises SourceError."""
        faults = misfits(self.sources.moved, dataset) if self.sources.moved else ()
        if faults:
            raise SourceError(faults)

    def _require_unchanged(self) -> None:
        """Refuse to keep an output under the hash of a source that was edited while it was read."""
        now = input_hashes(self.sources)
        names = {name for name in {*now, *self.hashes} if _is_source(name)}
        changed = [name for name in sorted(names) if now.get(name) != self.hashes.get(name)]
        if changed:
            message = "changed while the build was reading it."
            raise SourceError([Fault(name, None, "", message, "Build again.") for name in changed])


def _is_rules(name: str) -> bool:
    return name.startswith(_RULES)


def _is_source(name: str) -> bool:
    """Tell files of the sources from code and versions, in the names of `input_hashes`."""
    return "/" in name


def _count_by_graph(dataset: ox.Dataset) -> dict[str, int]:
    counts: dict[str, int] = {}
    for quad in dataset:
        assert isinstance(quad.graph_name, ox.NamedNode)
        counts[quad.graph_name.value] = counts.get(quad.graph_name.value, 0) + 1
    return dict(sorted(counts.items()))
