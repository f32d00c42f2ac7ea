"""Backups of a dataset. A backup is the folder of a dataset itself: it can be verified, served and restored."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyoxigraph as ox

from tongzhou.graph.dataset_folder import (
    PINNED,
    DatasetFolder,
    flush_folder,
    flush_tree,
    temporary,
    write_marker,
)
from tongzhou.graph.errors import DatasetError, DatasetInUseError
from tongzhou.graph.primary import told

_TRIES = 20


def back_up(folder: DatasetFolder, target: Path) -> None:
    """Write what the dataset holds to a new folder, also while a server writes to it.

    The immutable files are hard links where the file system is the same, else copies.
    Raises DatasetError where the target holds something, or where nothing can be read or written.
    """
    _copy(folder, target, _link)


def restore(backup: DatasetFolder, target: Path) -> DatasetFolder:
    """Write a backup to a new folder, as copies. Raises DatasetError where the target holds something or is in use."""
    _copy(backup, target, _duplicate)
    return DatasetFolder.open(target)


@contextmanager
def readable_store(folder: DatasetFolder, purpose: str) -> Generator[Path]:
    """Yield a store of the dataset that nobody writes to and nobody removes.

    Without a server that is its own, under the lock; beside a server a copy of the latest checkpoint, by hard links.
    Raises DatasetError where there is none.
    """
    with ExitStack() as stack:
        if not os.access(folder.path, os.W_OK):  # a backup that is read-only, or the dataset of another user
            yield folder.store_path if folder.latest is None else stack.enter_context(_pinned(folder, None))
            return
        try:
            stack.enter_context(folder.locked(purpose, keep_checkpoints=True))
        except DatasetInUseError:
            if folder.latest is None:
                raise
            yield stack.enter_context(_pinned(folder, folder.path))
            return
        if not folder.store_path.exists():  # the folder was made and never written to
            with told(folder.path, "written"):
                ox.Store(folder.store_path)
        yield folder.store_path


@contextmanager
def _pinned(folder: DatasetFolder, place: Path | None) -> Generator[Path]:
    """Yield a copy of the latest checkpoint that the server can't remove."""
    with told(folder.path, "read"), tempfile.TemporaryDirectory(prefix=PINNED, dir=place) as work:
        for _ in range(_TRIES):
            latest = folder.latest
            target = Path(work) / "store"
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir()
            if latest is not None and _copied(latest, target):
                yield target
                return
    message = f"{folder.path}: each checkpoint was removed while it was copied. Try again."
    raise DatasetError(message)


def _copied(checkpoint: Path, target: Path) -> bool:
    """Tell whether a checkpoint could be copied before it was removed: it is renamed before its files go."""
    try:
        _copy_files(checkpoint, target, _link)
    except FileNotFoundError:
        return False
    return checkpoint.exists()


def _copy(folder: DatasetFolder, target: Path, place: Callable[[Path, Path], None]) -> None:
    """Write the dataset beside the target, have it on the disk, and rename it."""
    _refuse_content(target)
    work = temporary(target.absolute())
    with told(target, "written"), readable_store(folder, "tongzhou backup") as source:
        shutil.rmtree(work, ignore_errors=True)
        try:
            (work / "store").mkdir(parents=True)
            _copy_files(source, work / "store", place)
            write_marker(work)
            flush_tree(work)
            work.rename(target)
            flush_folder(target.absolute().parent)
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _copy_files(source: Path, target: Path, place: Callable[[Path, Path], None]) -> None:
    for path in sorted(source.iterdir()):
        place(path, target / path.name)


def _link(source: Path, target: Path) -> None:
    """Link what RocksDB never changes; copy the rest."""
    if source.suffix == ".sst":
        try:
            target.hardlink_to(source)
        except FileNotFoundError:
            raise
        except OSError:  # another file system, or one without links
            pass
        else:
            return
    _duplicate(source, target)


def _duplicate(source: Path, target: Path) -> None:
    shutil.copy2(source, target)


def _refuse_content(target: Path) -> None:
    with told(target, "written"):
        if not target.exists():
            return
        if not target.is_dir():
            raise DatasetError(f"{target} is a file. Name a folder that is empty or not there.")
        if not any(target.iterdir()):
            return
    message = f"{target} holds data already. Name a folder that is empty or not there."
    try:
        with DatasetFolder.open(target).locked("tongzhou restore", keep_checkpoints=True):
            pass
    except DatasetInUseError:
        raise
    except DatasetError as error:
        raise DatasetError(message) from error
    raise DatasetError(message)
