"""Build sdist and wheel, install the wheel afresh, and check that it serves the same answers.

Usage: smoke_wheel.py UV   (the path of uv). Prints what it compared;
exits 1 where the wheel differs from the checkout.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = {
    "triples by graph": "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "labels of associations": (
        "PREFIX tz: <https://w3id.org/tongzhou/ontology#> "
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        "SELECT ?label WHERE { ?a a tz:Association ; rdfs:label ?label } ORDER BY ?label"
    ),
}


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """Run a command and return what it printed; end with its output where it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} exited {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


@contextmanager
def serving(tongzhou: Path, home: Path, cwd: Path) -> Iterator[str]:
    """Start `tongzhou serve` on a free port; yield its address once it answers."""
    environment = {
        key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "TONGZHOU_HOME"}
    }
    command = [tongzhou, "serve", "--port", "0", "--home", home]
    server = subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        line = next((line for line in server.stdout if line.startswith("Listening on ")), None)
        if line is None:
            sys.exit(f"{tongzhou} serve ended with {server.wait()} before it listened")
        yield line.removeprefix("Listening on ").strip().rstrip("/")
    finally:
        server.terminate()
        server.wait(timeout=20)


def ask(address: str, query: str) -> str:
    """Return the CSV answer of a query."""
    url = f"{address}/sparql?{urllib.parse.urlencode({'query': query})}"
    request = urllib.request.Request(url, headers={"Accept": "text/csv"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(answer.read().decode("utf-8"))


def listing(wheel: Path) -> list[str]:
    """Return the files of a wheel, without its RECORD-like metadata."""
    with zipfile.ZipFile(wheel) as archive:
        return sorted(name for name in archive.namelist() if ".dist-info/" not in name)


def main() -> None:
    """Compare the wheel with the checkout."""
    uv = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        run(uv, "build", "--quiet", "--out-dir", work / "dist")
        run(uv, "build", "--quiet", "--wheel", "--out-dir", work / "direct")
        (wheel,) = (work / "dist").glob("*.whl")
        (direct,) = (work / "direct").glob("*.whl")
        (sdist,) = (work / "dist").glob("*.tar.gz")
        if listing(wheel) != listing(direct):
            sys.exit("the wheel made from the sdist has other files than the wheel made from the checkout")
        with tarfile.open(sdist) as archive:
            print(f"sdist: {len(archive.getnames())} files; wheel: {len(listing(wheel))} files")
        run(uv, "venv", "--quiet", work / "venv")
        run(uv, "pip", "install", "--quiet", "--python", work / "venv", wheel)
        elsewhere = work / "elsewhere"
        elsewhere.mkdir()
        checkout = run(uv, "run", "python", "-c", "import sys; print(sys.prefix)").strip()
        with (
            serving(work / "venv" / "bin" / "tongzhou", work / "home-wheel", elsewhere) as installed,
            serving(Path(checkout) / "bin" / "tongzhou", work / "home-checkout", elsewhere) as developed,
        ):
            for title, query in QUESTIONS.items():
                expected, actual = ask(developed, query), ask(installed, query)
                if expected != actual or len(expected.splitlines()) < 3:
                    sys.exit(
                        f"{title}: the wheel answers otherwise\n--- checkout\n{expected}\n--- wheel\n{actual}"
                    )
                print(f"{title}: the wheel answers the same ({len(expected.splitlines()) - 1} rows)")
    print("wheel: OK")


if __name__ == "__main__":
    main()
