"""The folder of a dataset: made or refused, locked by one, mended after a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.dataset_folder import MARKER, DatasetFolder, discard, replace_store, temporary
from tongzhou.graph.errors import DatasetError, DatasetInUseError

HOLD = """
import sys
from pathlib import Path
from tongzhou.graph.dataset_folder import DatasetFolder
with DatasetFolder.open(Path(sys.argv[1])).locked("tongzhou serve"):
    print("held", flush=True)
    sys.stdin.read()
"""


def make_store(path: Path, word: str) -> None:
    store = ox.Store(path)
    store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(word)))
    store.flush()


def names(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.iterdir())


def words(path: Path) -> set[str]:
    return {str(quad.object) for quad in ox.Store.read_only(str(path))}


@pytest.mark.parametrize("there", [False, True])
def test_folder_is_made_and_opened_again(tmp_path: Path, there: bool) -> None:
    path = tmp_path / "a" / "b"
    if there:
        path.mkdir(parents=True)
    assert (
        DatasetFolder.create_or_open(path) == DatasetFolder.create_or_open(path) == DatasetFolder.open(path)
    )
    assert json.loads((path / MARKER).read_text()) == {"format": 1}


def test_folder_whose_making_was_interrupted_is_made(tmp_path: Path) -> None:
    (tmp_path / f".new-{MARKER}").write_text("")
    assert DatasetFolder.create_or_open(tmp_path).latest is None


def test_folder_with_other_content_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("")
    with pytest.raises(DatasetError, match=r"holds other things \(thesis.doc\).*Name an empty folder"):
        DatasetFolder.create_or_open(tmp_path)
    assert names(tmp_path) == ["thesis.doc"]


def test_what_is_no_dataset_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "absent", tmp_path / "file"):
        with pytest.raises(DatasetError, match="is no dataset of Tongzhou"):
            DatasetFolder.open(path)
    with pytest.raises(DatasetError, match="can't be used: File exists"):
        DatasetFolder.create_or_open(tmp_path / "file")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"format": 2}', "format 2, this version knows 1. Use a newer version"),
        ("", "spoilt"),
        ("[]", "spoilt"),
    ],
)
def test_other_formats_are_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / MARKER).write_text(text)
    with pytest.raises(DatasetError, match=message):
        DatasetFolder.create_or_open(tmp_path)


def test_second_process_hears_who_holds_the_folder(tmp_path: Path) -> None:
    folder = DatasetFolder.create_or_open(tmp_path)
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        with (
            pytest.raises(DatasetInUseError, match=rf"by tongzhou serve \(process {child.pid}\). Stop that"),
            folder.locked("tongzhou load"),
        ):
            pass
        child.send_signal(signal.SIGKILL)
    with folder.locked("tongzhou load"):  # the lock went with the process
        assert "tongzhou load" in (tmp_path / "holder").read_text()
    assert not (tmp_path / "holder").exists()


def test_numbers_of_checkpoints_only_grow(tmp_path: Path) -> None:
    folder = DatasetFolder.create_or_open(tmp_path)
    far = folder.checkpoints_path / "9000000000000000"
    far.mkdir(parents=True)
    assert folder.next_checkpoint().name == "9000000000000001"
    far.rmdir()
    first = folder.next_checkpoint()
    first.mkdir()
    (folder.checkpoints_path / ".new-1").mkdir()
    assert folder.latest == first
    assert folder.next_checkpoint() > first


def test_checkpoints_that_are_kept_stay(tmp_path: Path) -> None:
    folder = DatasetFolder.create_or_open(tmp_path)
    for _ in range(3):
        folder.next_checkpoint().mkdir(parents=True)
    keep = folder.checkpoints[1]
    folder.remove_checkpoints([keep])
    assert list(folder.checkpoints_path.iterdir()) == [keep]


def test_leftovers_are_removed_under_the_lock(tmp_path: Path) -> None:
    folder = DatasetFolder.create_or_open(tmp_path)
    for name in (".new-store", "checkpoints/.new-0000000000000002", "checkpoints/0000000000000001", ".old-x"):
        (tmp_path / name / "deep").mkdir(parents=True)
    with folder.locked("test"):
        assert names(tmp_path) == ["checkpoints", "holder", "lock", MARKER]
        assert names(folder.checkpoints_path) == []


def test_copies_that_may_still_be_read_stay_under_the_lock(tmp_path: Path) -> None:
    folder = DatasetFolder.create_or_open(tmp_path)
    for name, age in ((".pin-new", 0.0), (".pin-old", 2 * 86_400.0)):
        (tmp_path / name / "store").mkdir(parents=True)
        then = time.time() - age
        os.utime(tmp_path / name, (then, then))
    with folder.locked("test"):
        assert names(tmp_path) == [".pin-new", "holder", "lock", MARKER]


def test_store_is_replaced(tmp_path: Path) -> None:
    folder = DatasetFolder.create_or_open(tmp_path)
    make_store(folder.store_path, "old")
    make_store(temporary(folder.store_path), "new")
    replace_store(folder)
    assert words(folder.store_path) == {'"new"'}
    assert not list(tmp_path.glob(".*"))


def test_replacement_that_was_interrupted_is_undone(tmp_path: Path) -> None:
    folder = DatasetFolder.create_or_open(tmp_path)
    make_store(folder.store_path, "old")
    make_store(temporary(folder.store_path), "new")
    folder.store_path.rename(tmp_path / ".old-store")
    with folder.locked("test"):
        assert words(folder.store_path) == {'"old"'}
    assert not list(tmp_path.glob(".*"))


def test_discarded_folder_is_gone(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    discard(tmp_path / "a")
    assert names(tmp_path) == []
