"""Backups are datasets; they are whole, and nothing is overwritten by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.backup import back_up, readable_store, restore
from tongzhou.graph.dataset_folder import DatasetFolder
from tongzhou.graph.errors import DatasetError, DatasetInUseError
from tongzhou.graph.primary import PrimaryStore, Update
from tongzhou.graph.verify import verify_store


@pytest.fixture
def folder(tmp_path: Path) -> DatasetFolder:
    return DatasetFolder.create_or_open(tmp_path / "data")


@pytest.fixture
def primary(folder: DatasetFolder) -> Iterator[PrimaryStore]:
    store = PrimaryStore.open(folder)
    yield store
    store.close()


def insert(primary: PrimaryStore, word: str) -> None:
    primary.apply(Update(f"INSERT DATA {{ <urn:{word}> <urn:p> 1 }}"))
    primary.make_durable()


def words(path: Path) -> set[str]:
    assert [finding.fault for finding in verify_store(path) if finding.fault] == []
    return {str(quad.subject)[5:-1] for quad in ox.Store.read_only(str(path))}


def test_backup_beside_a_writer_holds_what_was_durable_then(
    folder: DatasetFolder, primary: PrimaryStore, tmp_path: Path
) -> None:
    insert(primary, "before")
    back_up(folder, tmp_path / "backup")
    insert(primary, "after")
    backup = DatasetFolder.open(tmp_path / "backup")
    assert words(backup.store_path) == {"before"}
    assert not [path for path in folder.path.iterdir() if path.name.startswith(".")]


def test_restored_backup_is_served_and_leaves_the_backup_alone(
    folder: DatasetFolder, primary: PrimaryStore, tmp_path: Path
) -> None:
    insert(primary, "a")
    back_up(folder, tmp_path / "backup")
    restored = restore(DatasetFolder.open(tmp_path / "backup"), tmp_path / "restored")
    store = PrimaryStore.open(restored)
    insert(store, "b")
    assert words(store.make_durable()) == {"a", "b"}
    store.close()
    assert words(tmp_path / "backup" / "store") == {"a"}


def test_backup_of_a_dataset_that_nobody_serves(folder: DatasetFolder, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "empty")
    assert words(tmp_path / "empty" / "store") == set()
    primary = PrimaryStore.open(folder)
    insert(primary, "a")
    primary.close()
    back_up(folder, tmp_path / "backup")
    assert words(tmp_path / "backup" / "store") == {"a"}


def test_nothing_is_overwritten(folder: DatasetFolder, primary: PrimaryStore, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.doc").write_text("")
    (tmp_path / "file").write_text("")
    for target, message in (("full", "holds data already"), ("file", "is a file")):
        with pytest.raises(DatasetError, match=message):
            back_up(folder, tmp_path / target)
    with pytest.raises(DatasetInUseError):
        restore(folder, folder.path)
    back_up(folder, tmp_path / "backup")
    with pytest.raises(DatasetError, match="holds data already"):
        back_up(folder, tmp_path / "backup")


def test_checkpoint_that_is_read_beside_the_writer_is_not_removed(
    folder: DatasetFolder, primary: PrimaryStore
) -> None:
    insert(primary, "a")
    with readable_store(folder, "tongzhou verify") as path:
        insert(primary, "b")
        primary.remove_checkpoints(primary.make_durable())
        assert words(path) == {"a"}
    assert not path.exists()
