"""Releases: immutable folders, published by one rename and named by one small file.

A release is `<home>/releases/<UTC date>-<12 hex digits of the inputs' hash>` with a store, a search index, the dumps, what
changed against the former release, checksums and a manifest. It is written into a temporary folder beside the others,
flushed to disk, renamed, and only then does `<home>/current` name it. A reader sees the former release or the new one,
whole, whenever the writer is stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import platformdirs
import pyoxigraph as ox
from filelock import FileLock, Timeout

from tongzhou.graph import resources
from tongzhou.graph.changes import changes_between
from tongzhou.graph.dataset_folder import flush_file, flush_folder, flush_tree
from tongzhou.graph.errors import BuildLockedError, ReleaseError
from tongzhou.graph.export import DUMPS, serialise
from tongzhou.graph.requirements import REQUIREMENTS
from tongzhou.graph.search.document import DOCUMENTS, read_documents
from tongzhou.graph.search.index import FOLDER, write_index

KEPT_STORES = 2
CHECKSUMS = "SHA256SUMS"
READINGS = "articles.json"
"""The file with what may be shown of the articles' texts."""
CLOSURE = "closure.json.zst"
"""The file with what the reasoner made of the graphs, and how."""
PLACES = "places.json"
"""The file that says in which file, on which line, each subject is described."""
_FOR_NOBODY = frozenset({DOCUMENTS, READINGS, CLOSURE, PLACES, REQUIREMENTS})
"""Files for the index, for pages and for proofs, which are given to nobody as they are."""


@dataclass(frozen=True)
class Release:
    """A published release."""

    path: Path

    @property
    def name(self) -> str:
        """Its name: UTC date and hash of its inputs."""
        return self.path.name

    @property
    def store_path(self) -> Path:
        """The folder of its store, to be opened read-only."""
        return self.path / "store"

    @property
    def search_path(self) -> Path:
        """The folder of its search index."""
        return self.path / FOLDER

    @property
    def manifest(self) -> dict[str, Any]:
        """Inputs, counts, versions and files. Raises ReleaseError where the file is spoilt."""
        path = self.path / "manifest.json"
        try:
            return cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            message = (
                f"{path} can't be read ({error}). Remove the folder {self.path} and run 'tongzhou build'."
            )
            raise ReleaseError(message) from error

    @property
    def entailment(self) -> str:
        """What was inferred: `none`, `rdfs` or `rl`, which it is where the manifest does not say. Raises ReleaseError."""
        return str(self.manifest.get("inputs", {}).get("entailment", "rl"))

    @property
    def published(self) -> str:
        """When it was first written, in UTC, as RFC 3339 has it. Raises ReleaseError."""
        return str(self.manifest.get("published", f"{self.name[:10]}T00:00:00Z"))


def default_home() -> Path:
    """Return the folder of releases and cache: TONGZHOU_HOME, `.tongzhou` of the checkout, or the user's data folder."""
    named = os.environ.get("TONGZHOU_HOME")
    if named:
        return Path(named)
    root = resources.checkout()
    return root / ".tongzhou" if root else Path(platformdirs.user_data_dir("tongzhou", appauthor=False))


@contextmanager
def build_lock(home: Path) -> Generator[None]:
    """Hold the lock of a home; it goes with the process.

    Raises BuildLockedError where another build holds it, ReleaseError where nothing can be written there.
    """
    _make_folder(home)
    lock = FileLock(home / "build.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        message = (
            f"another build is running in {home}. Wait until it ends, or give another folder with --home."
        )
        raise BuildLockedError(message) from error
    except OSError as error:
        raise not_written(home, error) from error
    try:
        yield
    finally:
        lock.release()


def current_release(home: Path) -> Release | None:
    """Return the release that `current` names, or None where nothing was published.

    Raises ReleaseError where `current` names something that is not there.
    """
    pointer = home / "current"
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseError(
            f"{pointer} can't be read ({error}). Remove it and run 'tongzhou build'."
        ) from error
    path = home / "releases" / name
    if not name or "/" in name or not (path / "manifest.json").is_file():
        message = f"{pointer} names {name!r}, which is no release. Remove the file and run 'tongzhou build'."
        raise ReleaseError(message)
    return Release(path)


def find_release(home: Path, digest: str) -> Release | None:
    """Return the release made from inputs with that hash, whatever its date, if its store is still there."""
    for path in sorted((home / "releases").glob(f"????-??-??-{digest[:12]}")):
        if (path / "manifest.json").is_file() and (path / "store").is_dir():
            return Release(path)
    return None


def releases_of(home: Path) -> list[Release]:
    """Return all releases whose files are there, the latest first. Raises ReleaseError where a manifest is spoilt."""
    paths = (home / "releases").glob("????-??-??-????????????")
    found = [Release(path) for path in paths if (path / "manifest.json").is_file()]
    return sorted(found, key=lambda release: (release.published, release.name), reverse=True)


def publish(
    home: Path,
    dataset: ox.Dataset,
    *,
    digest: str,
    manifest: Mapping[str, Any],
    documents: Mapping[str, bytes] | None = None,
) -> Release:
    """Write a release of the dataset and make it the current one. The caller holds the lock.

    `documents` are files to publish beside the dumps, by name; the search index is made from DOCUMENTS, empty without it.
    Raises ReleaseError where the disk is full or not writable; the former release stays current.
    """
    releases = home / "releases"
    _make_folder(releases)
    try:
        remove_leftovers(home)
        release = find_release(home, digest)
        if release is None:
            release = _write_release(home, dataset, digest, manifest, documents or {})
        _switch(home, release.name)
        _drop_old_stores(releases, release.name)
    except OSError as error:
        with suppress(OSError):
            remove_leftovers(home)
        raise not_written(home, error) from error
    return release


def not_written(home: Path, error: OSError) -> ReleaseError:
    """Word the failure of a write below a home."""
    reason = error.strerror or str(error)
    remedy = "Free some space or give another --home; the former release, if there is one, is untouched."
    return ReleaseError(f"the release can't be written to {home}: {reason}. {remedy}")


def remove_leftovers(home: Path) -> None:
    """Remove what a build that was stopped left behind."""
    for pattern in (".new-*", ".old-*"):
        for path in (home / "releases").glob(pattern):
            shutil.rmtree(path, ignore_errors=True)
    for path in home.glob(".current-*"):
        path.unlink(missing_ok=True)


def _write_release(
    home: Path,
    dataset: ox.Dataset,
    digest: str,
    manifest: Mapping[str, Any],
    documents: Mapping[str, bytes],
) -> Release:
    releases, now = home / "releases", datetime.now(UTC)
    dated = f"{now:%Y-%m-%d}-{digest[:12]}"
    target = next(releases.glob(f"????-??-??-{digest[:12]}"), releases / dated)
    work = Path(tempfile.mkdtemp(prefix=".new-", dir=releases))
    work.chmod(0o755)
    quads = list(dataset)
    files = {name: _write(work / name, serialise(quads, format)) for name, format in DUMPS.items()}
    differences, summary = _changes(home, target.name, quads)
    for name, data in {**documents, **differences}.items():
        files[name] = _write(work / name, data)
    offered = sorted(files.keys() - _FOR_NOBODY)
    sums = "".join(f"{files[name]['sha256']}  {name}\n" for name in offered)
    files[CHECKSUMS] = _write(work / CHECKSUMS, sums.encode())
    _write_store(work / "store", quads)
    write_index(work / FOLDER, read_documents(documents.get(DOCUMENTS, b"[]")))
    published = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    whole = {**manifest, "digest": digest, "files": files, "changes": summary, "published": published}
    _write(work / "manifest.json", (json.dumps(whole, indent=2, sort_keys=True) + "\n").encode())
    flush_tree(work)
    _install(work, target)
    flush_folder(releases)
    return Release(target)


def _changes(
    home: Path, name: str, quads: list[ox.Quad]
) -> tuple[dict[str, bytes], dict[str, object] | None]:
    """Return the files and the summary of what changed against the current release; nothing where there is none."""
    try:
        former = current_release(home)
        if former is None or former.name == name:
            return {}, None
        before = list(ox.parse(path=former.path / "tongzhou.nq", format=ox.RdfFormat.N_QUADS))
    except (ReleaseError, OSError, SyntaxError):  # a spoilt one, which this release replaces
        return {}, None
    changes = changes_between(before, quads)
    return changes.files(), {"former": former.name, **changes.summary()}


def _install(work: Path, target: Path) -> None:
    """Rename a finished release to its place; where its dumps lie there already, add what was dropped."""
    if (target / "manifest.json").is_file():
        if not (target / FOLDER).exists():
            (work / FOLDER).rename(target / FOLDER)
        (work / "store").rename(target / "store")
        flush_folder(target)
        shutil.rmtree(work)
        return
    shutil.rmtree(target, ignore_errors=True)
    work.rename(target)


def _write_store(path: Path, quads: list[ox.Quad]) -> None:
    """Write the store: the merge of all graphs as its default graph, and the named graphs beside it."""
    store = ox.Store(path)
    merge = (
        ox.Quad(triple.subject, triple.predicate, triple.object) for triple in {quad.triple for quad in quads}
    )
    store.bulk_extend([*quads, *merge])
    store.optimize()
    store.flush()


def _write(path: Path, data: bytes) -> dict[str, Any]:
    path.write_bytes(data)
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _switch(home: Path, name: str) -> None:
    """Let `current` name a release: write beside, flush, rename."""
    pointer = home / "current"
    work = home / f".current-{os.getpid()}"
    work.write_text(f"{name}\n", encoding="utf-8")
    flush_file(work)
    work.replace(pointer)
    flush_folder(home)


def _drop_old_stores(releases: Path, current: str) -> None:
    """Keep stores and search indexes of the last two releases (the current one and the newest other); dumps stay."""
    others = [path for path in releases.iterdir() if path.name != current]
    stored = [path for path in others if (path / "store").is_dir()]
    stored.sort(key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    for path in others:
        for name in ("store", FOLDER):
            if path not in stored[: KEPT_STORES - 1] and (path / name).exists():
                away = releases / f".old-{path.name}-{name}"
                (path / name).rename(away)  # at once, so that no release is ever seen with half of it
                shutil.rmtree(away, ignore_errors=True)


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"the folder {path} can't be made: {error.strerror}. Give another one with --home."
        raise ReleaseError(message) from error
