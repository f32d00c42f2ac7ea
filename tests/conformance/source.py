"""Where the W3C suites come from: `$RDF_TESTS`, a copy beside the checkout, or a download that is kept."""

from __future__ import annotations

import os
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

import httpx
import platformdirs

COMMIT = "ad541a5f0479f0798608c4801369d97b8e08b36f"
"""The commit of w3c/rdf-tests (7 August 2026) that the baseline was made with."""

ARCHIVE = f"https://codeload.github.com/w3c/rdf-tests/tar.gz/{COMMIT}"
ROOT = Path(__file__).resolve().parents[2]
BESIDE = ROOT.parent / "shared" / "conformance" / "rdf-tests"
PROBE = Path("sparql") / "sparql11" / "manifest-all.ttl"
TIMEOUT = httpx.Timeout(60, connect=10)


class SuitesMissingError(Exception):
    """The W3C suites are not to be had; the message says why."""


def find_suites() -> Path:
    """Return the folder `sparql` of w3c/rdf-tests.

    Raises SuitesMissingError where there is none and none can be fetched, and ValueError where
    `$RDF_TESTS` names a folder that does not hold the suites.
    """
    named = os.environ.get("RDF_TESTS")
    if named:
        if not (Path(named) / PROBE).is_file():
            raise ValueError(f"RDF_TESTS={named}: {PROBE} is not there; name a checkout of w3c/rdf-tests")
        return Path(named) / "sparql"
    cached = platformdirs.user_cache_path("tongzhou") / "rdf-tests" / COMMIT
    for folder in (BESIDE, cached):
        if (folder / PROBE).is_file():
            return folder / "sparql"
    download(ARCHIVE, cached)
    return cached / "sparql"


def download(address: str, folder: Path) -> None:
    """Fetch an archive of w3c/rdf-tests and make `folder` of its SPARQL part, whole or not at all.

    Raises SuitesMissingError.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            archive = Path(scratch) / "archive.tar.gz"
            with httpx.stream("GET", address, timeout=TIMEOUT) as response, archive.open("wb") as file:
                response.raise_for_status()
                for piece in response.iter_bytes():
                    file.write(piece)
            _unpack(archive, Path(scratch) / "tests")
            if not (Path(scratch) / "tests" / PROBE).is_file():
                raise SuitesMissingError(f"{address} holds no {PROBE}")
            (Path(scratch) / "tests").replace(folder)
    except (httpx.HTTPError, OSError, tarfile.TarError) as error:
        raise SuitesMissingError(
            f"{address} could not be fetched ({type(error).__name__}: {error}); "
            "set RDF_TESTS to a checkout of w3c/rdf-tests"
        ) from error


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack what lies below `*/sparql/`, without the archive's own first folder."""
    with tarfile.open(archive) as packed:
        for member in packed:
            parts = PurePosixPath(member.name).parts[1:]
            if member.isfile() and parts[:1] == ("sparql",):
                member.name = str(PurePosixPath(*parts))
                packed.extract(member, folder, filter="data")
