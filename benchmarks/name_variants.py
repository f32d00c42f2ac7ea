"""Match names as lists have them with the things of the current release, and print what each was taken for.

    uv run python benchmarks/name_variants.py [--home DIR] [FILE]

FILE is a CSV with the columns `written`, `answer` (match, near or none), `first` and `also` (names of organisations in their
IRIs: what has to be matched, or to stand first, and what has to stand among the candidates too). For 'none' only a match is
wrong. Prints 'as expected: n of n'; exits with 1 where one is not.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

from tongzhou.graph.matching import Candidate, match_name
from tongzhou.graph.namespaces import ID
from tongzhou.graph.release import current_release, default_home
from tongzhou.graph.search.index import SearchIndex

VARIANTS = Path(__file__).resolve().parents[1] / "tests" / "data" / "name-variants.csv"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, default=VARIANTS)
    parser.add_argument("--home", type=Path, default=default_home())
    options = parser.parse_args()
    release = current_release(options.home)
    if release is None:
        parser.error(f"there is no release in {options.home}. Run 'tongzhou build' first.")
    rows = list(csv.DictReader(options.file.read_text(encoding="utf-8").splitlines()))
    index = SearchIndex(release.search_path)
    right = 0
    for row in rows:
        candidates = match_name(index, row["written"])
        fits = is_expected(row, candidates)
        right += fits
        print(f"{'ok   ' if fits else 'WRONG'} {row['written']} → {_worded(candidates)}")
    print(f"as expected: {right} of {len(rows)}")
    return 0 if right == len(rows) else 1


def is_expected(row: dict[str, str], candidates: list[Candidate]) -> bool:
    """Tell whether the candidates for a name are those that its row asks for."""
    found = [one.document.iri.removeprefix(f"{ID}org/") for one in candidates]
    matched = any(one.match for one in candidates)
    if matched != (row["answer"] == "match"):
        return False
    if row["answer"] == "none":
        return True
    return found[:1] == [row["first"]] and (not row["also"] or row["also"] in found)


def _worded(candidates: list[Candidate]) -> str:
    if not candidates:
        return "nothing"
    return ", ".join(
        f"{one.name.text} ({'match' if one.match else one.score:}{'' if one.match else ', near'})"
        for one in candidates[:3]
    )


if __name__ == "__main__":
    sys.exit(main())
