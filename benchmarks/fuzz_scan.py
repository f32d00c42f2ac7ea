"""Fuzz the scan before the parser, guided by coverage (atheris).

    uv run --with atheris python benchmarks/fuzz_scan.py --seconds 60

Any text must be let through or refused; any other exception is a finding, and so is a scan that takes more than a second for a
few kilobytes. The seeds are the stored queries and spellings of SERVICE. Prints 'not run' where atheris is not installed.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
import tempfile
from pathlib import Path
from typing import Any

SEEDS = [
    "SELECT * { SERVICE SILENT <http://a/> { ?s ?p ?o } }",
    "PREFIX e: <http://a/> ASK { FILTER(?a<?b#>\n && 'x'@en = e:b\\-c) }",
    "SELECT * { ?s <urn:p>/^(<urn:q>|!<urn:r>)* [ ?p ( 1 2.5 1e9 ) ] {| ?a ?b |} . <<( ?a ?b ?c )>> ?p '''x''' }",
    'INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> "\\u0041" } } ; LOAD SILENT <http://a/>',
]
ROOT = Path(__file__).resolve().parents[1]


def fuzz(seconds: int, corpus: Path) -> None:
    """Fuzz for some seconds; ends the process, with a code other than 0 after a finding."""
    atheris: Any = importlib.import_module("atheris")

    sys.path[:0] = [str(ROOT / "graph"), str(ROOT / "server")]
    with atheris.instrument_imports(
        include=["tongzhou.graph.scan", "tongzhou.graph.updates", "tongzhou.graph.normal"]
    ):
        from tongzhou.graph.errors import TongzhouError
        from tongzhou.graph.normal import is_volatile, normalise
        from tongzhou.graph.scan import refuse
        from tongzhou.graph.updates import refuse_update

    def try_one(data: bytes) -> None:
        text = data.decode("utf-8", errors="surrogatepass" if data[:1] == b"\xed" else "replace")
        for check in (refuse, refuse_update, normalise, is_volatile):
            try:
                check(text)
            except TongzhouError:
                continue

    arguments = [
        sys.argv[0],
        f"-max_total_time={seconds}",
        "-max_len=4096",
        "-timeout=1",
        "-close_fd_mask=0",
        str(corpus),
    ]
    atheris.Setup(arguments, try_one)
    atheris.Fuzz()


def main() -> int:
    """Run the fuzzer where there is one."""
    arguments = argparse.ArgumentParser(description="Fuzz the scan before the parser.")
    arguments.add_argument("--seconds", type=int, default=60)
    options = arguments.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("not run: atheris is not installed (uv run --with atheris …)")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        texts = [*SEEDS, *(path.read_text(encoding="utf-8") for path in (ROOT / "queries").glob("*.rq"))]
        for number, text in enumerate(texts):
            (Path(folder) / str(number)).write_text(text, encoding="utf-8")
        fuzz(options.seconds, Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
