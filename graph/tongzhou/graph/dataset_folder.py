"""The folder of an ordinary dataset: who may use it, where its store and its checkpoints lie.

    DIR/tongzhou-dataset.json        the version of this layout
    DIR/store/                       the store (RocksDB); only the holder of the lock opens it
    DIR/checkpoints/<16 digits>/     stores to be read: immutable, complete or absent, the greatest number is the newest
    DIR/lock, DIR/holder             the lock, and who holds it

Numbers of checkpoints are microseconds since 1970, never smaller than the one before, so that no number comes back
after a restart or a restore.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Collection, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from tongzhou.graph.errors import DatasetError, DatasetInUseError

FORMAT = 1
"""The version of the layout that this code writes and reads."""

MARKER = "tongzhou-dataset.json"
TEMPORARY = ".new-"
"""How names of what is not finished start."""

PINNED = ".pin-"
"""How names of copies of a checkpoint start that somebody reads beside the server."""

_DISCARDED = ".old-"
_LONGEST_READ = 86_400.0  # seconds, then nobody reads a pinned copy any more
_NUMBER = re.compile("[0-9]{16}")


@dataclass(frozen=True)
class DatasetFolder:
    """A folder that holds a dataset in a layout that this code knows."""

    path: Path

    @classmethod
    def create_or_open(cls, path: Path) -> DatasetFolder:
        """Return the folder; make it where there is nothing or an empty folder.

        Raises DatasetError where the folder holds something else, has a newer format, or can't be made.
        """
        with _told(path):
            path.mkdir(parents=True, exist_ok=True)
            if not (path / MARKER).exists():
                _refuse_other_content(path)
                write_marker(path)
                flush_folder(path.parent)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> DatasetFolder:
        """Return a folder that is there. Raises DatasetError where it is no dataset or has a newer format."""
        with _told(path):
            try:
                text = (path / MARKER).read_text(encoding="utf-8")
            except (FileNotFoundError, NotADirectoryError) as error:
                message = (
                    f"{path} is no dataset of Tongzhou: it has no {MARKER}. Name the folder of a dataset."
                )
                raise DatasetError(message) from error
        _check_format(path / MARKER, text)
        return cls(path)

    @property
    def store_path(self) -> Path:
        """The folder of the store that only the holder of the lock may open."""
        return self.path / "store"

    @property
    def checkpoints_path(self) -> Path:
        """The folder of the checkpoints."""
        return self.path / "checkpoints"

    @property
    def checkpoints(self) -> tuple[Path, ...]:
        """The checkpoints that are complete, oldest first."""
        with suppress(FileNotFoundError):
            found = (path for path in self.checkpoints_path.iterdir() if _NUMBER.fullmatch(path.name))
            return tuple(sorted(found))
        return ()

    @property
    def latest(self) -> Path | None:
        """The newest checkpoint; None where no process serves the dataset."""
        return (self.checkpoints or (None,))[-1]

    @contextmanager
    def locked(self, purpose: str, *, keep_checkpoints: bool = False) -> Generator[None]:
        """Hold the folder for one process, and mend what a process that was killed left behind.

        The lock goes with the process, and with what it forks. `purpose` is what others read in the message of
        their DatasetInUseError. With `keep_checkpoints` those of a former process stay, for its readers may live on.
        Raises DatasetInUseError, and DatasetError where nothing can be written there.
        """
        lock = FileLock(self.path / "lock")
        with _told(self.path):
            try:
                lock.acquire(timeout=0)
            except Timeout as error:
                raise DatasetInUseError(self.path, self._holder()) from error
        try:
            with _told(self.path):
                (self.path / "holder").write_text(f"{purpose} (process {os.getpid()})\n", encoding="utf-8")
                self._recover()
                if not keep_checkpoints:
                    self.remove_checkpoints(keep=())
            yield
        finally:
            (self.path / "holder").unlink(missing_ok=True)
            lock.release()

    def next_checkpoint(self) -> Path:
        """Return where the next checkpoint goes: it is written beside that, then renamed."""
        last = int(self.latest.name) if self.latest else 0
        return self.checkpoints_path / f"{max(last + 1, time.time_ns() // 1000):016d}"

    def remove_checkpoints(self, keep: Collection[Path]) -> None:
        """Remove the checkpoints that nobody reads any more; each vanishes as a whole before its files do."""
        for path in set(self.checkpoints) - set(keep):
            discard(path)

    def _holder(self) -> str:
        with suppress(OSError, UnicodeDecodeError):
            return (self.path / "holder").read_text(encoding="utf-8").strip() or "another process"
        return "another process"

    def _recover(self) -> None:
        """Undo what was not finished: a store half swapped, temporary folders."""
        former = self.path / f"{_DISCARDED}store"
        if not self.store_path.exists() and former.exists():
            former.rename(self.store_path)
        for folder in (self.path, self.checkpoints_path):
            for pattern in (f"{TEMPORARY}*", f"{_DISCARDED}*"):
                for path in folder.glob(pattern):
                    shutil.rmtree(path, ignore_errors=True)
        for path in self.path.glob(f"{PINNED}*"):
            if time.time() - path.stat().st_mtime > _LONGEST_READ:
                shutil.rmtree(path, ignore_errors=True)


def temporary(target: Path) -> Path:
    """Return the name under which something is written before it is renamed to `target`."""
    return target.with_name(f"{TEMPORARY}{target.name}")


def discard(path: Path) -> None:
    """Remove a folder; nobody sees it half removed."""
    away = path.with_name(f"{_DISCARDED}{path.name}")
    path.rename(away)
    shutil.rmtree(away, ignore_errors=True)


def replace_store(folder: DatasetFolder) -> None:
    """Put the store that was written at `temporary(store_path)` in the place of the store.

    A process killed in between leaves the former store, which the next one to hold the lock puts back.
    """
    away = folder.store_path.with_name(f"{_DISCARDED}{folder.store_path.name}")
    new = temporary(folder.store_path)
    flush_tree(new)
    folder.store_path.rename(away)
    new.rename(folder.store_path)
    flush_folder(folder.path)
    shutil.rmtree(away, ignore_errors=True)


def write_marker(path: Path) -> None:
    """Say in a folder that it is a dataset of this format."""
    work = path / f"{TEMPORARY}{MARKER}"
    work.write_text(json.dumps({"format": FORMAT}) + "\n", encoding="utf-8")
    flush_file(work)
    work.replace(path / MARKER)
    flush_folder(path)


def flush_tree(path: Path) -> None:
    """Have the system write a folder and all that is in it to the disk."""
    for folder, _, names in os.walk(path):
        for name in names:
            flush_file(Path(folder) / name)
        flush_folder(Path(folder))


def flush_file(path: Path) -> None:
    """Have the system write a file to the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def flush_folder(path: Path) -> None:
    """Have the system write the names in a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_other_content(path: Path) -> None:
    others = sorted(entry.name for entry in path.iterdir() if not entry.name.startswith(TEMPORARY))
    if others:
        message = (
            f"{path} holds other things ({', '.join(others[:3])}) and no {MARKER}. Name an empty folder."
        )
        raise DatasetError(message)


def _check_format(marker: Path, text: str) -> None:
    try:
        found = json.loads(text)["format"]
    except (ValueError, TypeError, KeyError) as error:
        message = f'{marker} is spoilt. Write {{"format": {FORMAT}}} into it if the folder is a dataset.'
        raise DatasetError(message) from error
    if found != FORMAT:
        message = (
            f"{marker} has format {found!r}, this version knows {FORMAT}. Use a newer version of Tongzhou."
        )
        raise DatasetError(message)


@contextmanager
def _told(path: Path) -> Generator[None]:
    """Word what the system says about a folder."""
    try:
        yield
    except DatasetError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"the dataset {path} can't be used: {reason}. Mend that, or name another folder."
        raise DatasetError(message) from error
