"""Where the suites come from."""

from __future__ import annotations

import functools
import http.server
import io
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from .source import PROBE, SuitesMissingError, download, find_suites


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serve files without a word."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Return the address of a server of the files in `tmp_path/site`."""
    (tmp_path / "site").mkdir()
    handler = functools.partial(Quiet, directory=str(tmp_path / "site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def pack(archive: Path, names: list[str]) -> None:
    """Write an archive whose files hold their own names."""
    with tarfile.open(archive, "w:gz") as packed:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(name)
            packed.addfile(member, io.BytesIO(name.encode()))


def test_a_download_keeps_the_sparql_part(site: str, tmp_path: Path) -> None:
    name = f"rdf-tests-abc/{PROBE.as_posix()}"
    pack(tmp_path / "site" / "a.tar.gz", [name, "rdf-tests-abc/rdf/big.nt", "rdf-tests-abc/README.md"])
    download(f"{site}/a.tar.gz", tmp_path / "cache" / "abc")
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert files == [tmp_path / "cache" / "abc" / PROBE]
    assert files[0].read_text(encoding="utf-8") == name


@pytest.mark.parametrize("names", [["rdf-tests-abc/README.md"], ["rdf-tests-abc/sparql/../../../out"]])
def test_what_is_no_suite_leaves_nothing(site: str, tmp_path: Path, names: list[str]) -> None:
    pack(tmp_path / "site" / "a.tar.gz", names)
    with pytest.raises(SuitesMissingError):
        download(f"{site}/a.tar.gz", tmp_path / "cache" / "abc")
    assert list((tmp_path / "cache").iterdir()) == []
    assert not (tmp_path / "out").exists()


def test_a_missing_archive_is_told(site: str, tmp_path: Path) -> None:
    with pytest.raises(SuitesMissingError, match="404.*set RDF_TESTS"):
        download(f"{site}/none.tar.gz", tmp_path / "cache" / "abc")


def test_a_wrong_folder_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RDF_TESTS", str(tmp_path))
    with pytest.raises(ValueError, match="name a checkout of w3c/rdf-tests"):
        find_suites()
