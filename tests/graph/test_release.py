"""Releases: whole or not there, whatever stops the writer."""

from __future__ import annotations

import gzip
import hashlib
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.errors import BuildLockedError, ReleaseError
from tongzhou.graph.release import Release, build_lock, current_release, publish, releases_of
from tongzhou.graph.store import StoreEvaluator

ROOT = Path(__file__).resolve().parents[2]
GRAPH = ox.NamedNode("https://w3id.org/tongzhou/graph/background")


def make(home: Path, number: int, *, quads: int = 10) -> Release:
    """Publish a small release."""
    words = ox.NamedNode("https://w3id.org/tongzhou/ontology#wording")
    things = [ox.NamedNode(f"https://w3id.org/tongzhou/id/output/{number}-{index}") for index in range(quads)]
    dataset = ox.Dataset(ox.Quad(thing, words, ox.Literal("x" * 200), GRAPH) for thing in things)
    with build_lock(home):
        return publish(
            home, dataset, digest=hashlib.sha256(str(number).encode()).hexdigest(), manifest={"n": number}
        )


def names(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "releases").iterdir())


def test_release_is_current_and_answers(tmp_path: Path) -> None:
    release = make(tmp_path, 1)
    assert current_release(tmp_path) == release
    evaluator = StoreEvaluator.open(release.store_path)
    assert evaluator is not None
    for name, facts in release.manifest["files"].items():
        data = (release.path / name).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (facts["bytes"], facts["sha256"])


def test_checksums_are_of_every_other_file(tmp_path: Path) -> None:
    release = make(tmp_path, 1)
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    check = subprocess.run(command, cwd=release.path, capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stdout + check.stderr
    assert len(check.stdout.splitlines()) == len(release.manifest["files"]) - 1


def test_a_release_says_what_it_changed(tmp_path: Path) -> None:
    first, second = make(tmp_path, 1), make(tmp_path, 2, quads=4)
    assert first.manifest["changes"] is None
    assert second.manifest["changes"] == {
        "former": first.name,
        "added": 4,
        "removed": 10,
        "graphs": {GRAPH.value: {"added": 4, "removed": 10}},
    }
    removed = gzip.decompress((second.path / "removed.nt.gz").read_bytes())
    assert removed == (first.path / "tongzhou.nt").read_bytes()


def test_former_release_that_is_spoilt_stops_no_new_one(tmp_path: Path) -> None:
    first = make(tmp_path, 1)
    (first.path / "tongzhou.nq").write_text("spoilt", encoding="utf-8")
    assert make(tmp_path, 2).manifest["changes"] is None


def test_releases_are_listed_the_latest_first(tmp_path: Path) -> None:
    made = [make(tmp_path, number) for number in range(3)]
    assert {release.name for release in releases_of(tmp_path)} == {release.name for release in made}
    times = [release.published for release in releases_of(tmp_path)]
    assert times == sorted(times, reverse=True)


def test_store_holds_the_merge_and_the_graphs(release: Release, dataset: ox.Dataset) -> None:
    store = ox.Store.read_only(str(release.store_path))
    merge = set(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    assert {quad.triple for quad in merge} == {quad.triple for quad in dataset}
    assert len(store) == len(merge) + len(dataset)


def test_same_inputs_are_the_same_release(tmp_path: Path) -> None:
    first = make(tmp_path, 1)
    written = (first.path / "manifest.json").stat().st_mtime_ns
    assert make(tmp_path, 1) == first
    assert (first.path / "manifest.json").stat().st_mtime_ns == written


def test_dumps_of_all_releases_and_stores_of_the_last_two_stay(tmp_path: Path) -> None:
    releases = [make(tmp_path, number) for number in range(4)]
    assert [release.store_path.is_dir() for release in releases] == [False, False, True, True]
    assert [release.search_path.is_dir() for release in releases] == [False, False, True, True]
    assert all((release.path / "tongzhou.ttl").is_file() for release in releases)


def test_release_whose_store_is_gone_is_made_again(tmp_path: Path) -> None:
    first = make(tmp_path, 0)
    for number in (1, 2):
        make(tmp_path, number)
    assert not first.store_path.exists()
    dumped = (first.path / "tongzhou.nq").stat()
    assert make(tmp_path, 0) == first
    assert len(ox.Store.read_only(str(first.store_path))) == 20
    assert first.search_path.is_dir()
    assert (first.path / "tongzhou.nq").stat().st_ino == dumped.st_ino  # dumps are never taken away
    assert current_release(tmp_path) == first


def test_kills_while_publishing_do_no_harm() -> None:
    command = [sys.executable, "benchmarks/kill_build.py", "--kills", "20"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert "survived 20 of 20" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


def test_leftovers_of_a_killed_build_are_removed(tmp_path: Path) -> None:
    make(tmp_path, 1)
    (tmp_path / "releases" / ".new-abc" / "store").mkdir(parents=True)
    (tmp_path / "releases" / ".old-2026-01-01-abc").mkdir()
    (tmp_path / ".current-99").write_text("x", encoding="utf-8")
    make(tmp_path, 2)
    assert len(names(tmp_path)) == 2
    assert not list(tmp_path.glob(".current-*"))


@pytest.fixture
def small_disk() -> Iterator[Path | None]:
    """Yield a folder on a file system of 1 MB, or None where this user may not mount one."""
    with tempfile.TemporaryDirectory() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def _publish_too_much(home: Path) -> str:
    """Publish more than fits, in this process; return the message."""
    with pytest.raises(ReleaseError) as caught:
        make(home, 2, quads=10_000)
    return str(caught.value)


def test_full_disk_keeps_the_former_release(small_disk: Path | None, tmp_path: Path) -> None:
    home = small_disk or tmp_path
    former = make(home, 1)
    if small_disk:
        message = _publish_too_much(home)
    else:  # no right to mount: a limit on the size of files fails the same writes
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
        try:
            message = _publish_too_much(home)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert str(home) in message
    assert "the former release, if there is one, is untouched" in message
    assert current_release(home) == former
    assert StoreEvaluator.open(former.store_path) is not None
    assert names(home) == [former.name]


def test_second_build_says_that_the_first_is_running(tmp_path: Path) -> None:
    with build_lock(tmp_path):
        program = (
            "import sys\nfrom pathlib import Path\nfrom tongzhou.graph.release import build_lock\n"
            "from tongzhou.graph.errors import BuildLockedError\n"
            "try:\n    build_lock(Path(sys.argv[1])).__enter__()\n"
            "except BuildLockedError as error:\n    print(error)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True
        )
        assert "another build is running" in done.stdout
        with pytest.raises(BuildLockedError, match="Wait until it ends"), build_lock(tmp_path):
            pass
    with build_lock(tmp_path):
        assert (tmp_path / "build.lock").exists()


@pytest.mark.parametrize("content", [b"", b"nothing\n", b"../..\n", b"\xff\xfe"])
def test_spoilt_pointer_is_told(tmp_path: Path, content: bytes) -> None:
    make(tmp_path, 1)
    (tmp_path / "current").write_bytes(content)
    with pytest.raises(ReleaseError, match="Remove .* and run 'tongzhou build'"):
        current_release(tmp_path)


def test_no_release_is_none(tmp_path: Path) -> None:
    assert current_release(tmp_path) is None


def test_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ReleaseError, match="Give another one with --home"):
        make(tmp_path / "file" / "home", 1)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_lock_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "build.lock").mkdir()
    with pytest.raises(ReleaseError, match="can't be written .* give another --home"):
        make(tmp_path, 1)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff"])
def test_spoilt_manifest_is_told(tmp_path: Path, content: bytes) -> None:
    release = make(tmp_path, 1)
    (release.path / "manifest.json").write_bytes(content)
    with pytest.raises(ReleaseError, match="Remove the folder .* and run 'tongzhou build'"):
        _ = release.manifest
