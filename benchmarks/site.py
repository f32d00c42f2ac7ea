"""Look at the whole site as its readers, their browsers and their programs do, and print what was seen.

    uv run python -m benchmarks.site [--home DIR] [--quick]

Serves the current release and prints: whether each kind of user gets there, and in how many clicks; what axe-core says of each
kind of page, in both languages, wide and narrow; what each costs in bytes, queries and milliseconds; what each Accept header
gets; the name variants that reconcile as they should; and the links that were followed: all of the site, or with --quick those
of one page of each kind. Without a Chromium the first two are left out, which it says. Exits with 1 where something is not as
it should be.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # tests are no package that is installed

from tests.browser.axe import violations  # noqa: E402
from tests.browser.chromium import NoBrowserError, open_browser  # noqa: E402
from tests.browser.paths import MOST_CLICKS, PATHS, reconciled  # noqa: E402
from tests.browser.visitor import NARROW, WIDE, Visitor  # noqa: E402
from tests.pages.test_identifiers import ACCEPTED, ORG  # noqa: E402
from tests.site.crawl import crawl  # noqa: E402
from tests.site.kinds import KINDS, LANGUAGES  # noqa: E402
from tests.site.serving import build_twice, serve_home  # noqa: E402
from tests.site.weights import weigh  # noqa: E402
from tests.site.words import foreign_words  # noqa: E402

from tongzhou.graph.release import current_release, default_home  # noqa: E402


@dataclass(frozen=True)
class Site:
    """The site that is looked at: its home, and where it is served."""

    home: Path
    root: str


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--home", type=Path, default=default_home())
    parser.add_argument("--quick", action="store_true", help="follow the links of one page of each kind only")
    options = parser.parse_args()
    if current_release(options.home) is None:
        parser.error(f"there is no release in {options.home}. Run 'tongzhou build' first.")
    with serve_home(options.home) as root:
        site = Site(options.home, root)
        results: list[bool] = []
        try:
            with open_browser() as browser:
                results += [print_paths(site, browser), print_axe(site, browser)]
        except NoBrowserError as error:
            print(f"acceptance paths and axe NOT RUN: {error}\n")
        results += [print_weights(site), print_accepted(site), print_reconciled(site)]
        results.append(print_crawl(site, quick=options.quick))
    return 0 if all(results) else 1


def print_paths(site: Site, browser: Browser) -> bool:
    """Print of each user whether they got there."""
    print("| user | got there | clicks |\n|---|---|--:|")
    passed = 0
    for user, walk in PATHS.items():
        with (
            _site_of(user, site) as root,
            browser.new_context(java_script_enabled=False, viewport=WIDE, locale="zh-CN") as context,
        ):
            visitor = Visitor(context.new_page(), root)
            try:
                walk(visitor)
            except AssertionError as error:
                print(
                    f"| {user} | NO: {str(error).partition(chr(10))[0] or 'see its path'} | {visitor.clicks} |"
                )
            else:
                passed += visitor.clicks <= MOST_CLICKS
                print(f"| {user} | yes | {visitor.clicks} |")
    print(f"acceptance paths passed: {passed} of {len(PATHS)}\n")
    return passed == len(PATHS)


@contextmanager
def _site_of(user: str, site: Site) -> Generator[str]:
    """Give the curator a site with two releases, the operator one with a short deadline."""
    if user == "operator":
        with serve_home(site.home, deadline=1) as root:
            yield root
    elif user == "curator":
        with tempfile.TemporaryDirectory() as folder, serve_home(build_twice(Path(folder))) as root:
            yield root
    else:
        yield site.root


def print_axe(site: Site, browser: Browser) -> bool:
    """Print what axe-core says of each kind of page, whole, at two widths in two languages."""
    print("| page | violations of axe: zh wide, zh narrow, en wide, en narrow |\n|---|---|")
    count = 0
    for kind in KINDS:
        found: list[str] = []
        for language in LANGUAGES:
            for width in (WIDE, NARROW):
                with browser.new_context(viewport=width) as context:
                    page = context.new_page()
                    page.goto(site.root + kind.address(language))
                    broken = violations(page)
                    count += len(broken)
                    found.append("; ".join(broken) or "none")
        print(f"| {kind.name} | {', '.join(found)} |", flush=True)
    print(f"axe: {count} violations on {len(KINDS) * 4} pages\n")
    return count == 0


def print_weights(site: Site) -> bool:
    """Print what each kind of page costs."""
    print("| page | HTML, bytes | CSS | script | queries | kept, ms |\n|---|--:|--:|--:|--:|--:|")
    over: list[str] = []
    warm: list[float] = []
    with httpx.Client(base_url=site.root, trust_env=False, timeout=60) as client:
        for kind in KINDS:
            for language in LANGUAGES:
                cost = weigh(client, kind.address(language))
                warm.append(cost.warm)
                if cost.is_over(kind.path):
                    over.append(kind.address(language))
                numbers = f"{cost.html:,} | {cost.css:,} | {cost.script:,} | {cost.queries} | {cost.warm:.1f}"
                print(f"| {kind.name}, {language} | {numbers} |")
    print(
        f"over the budget: {', '.join(over) or 'none'}; kept pages: median {statistics.median(warm):.1f} ms\n"
    )
    return not over


def print_accepted(site: Site) -> bool:
    """Print what each Accept header gets."""
    print("| Accept | 303 to |\n|---|---|")
    right = 0
    with httpx.Client(base_url=site.root, trust_env=False, timeout=60) as client:
        del client.headers["accept"]
        for accept, target in ACCEPTED:
            answer = client.get(f"/id/{ORG}", headers={} if accept is None else {"Accept": accept})
            got = answer.headers.get("Location", str(answer.status_code))
            right += got == target
            print(
                f"| {'(none)' if accept is None else f'`{accept}`'} | {got}{'' if got == target else ' WRONG'} |"
            )
    print(f"Accept headers answered as they should be: {right} of {len(ACCEPTED)}\n")
    return right == len(ACCEPTED)


def print_reconciled(site: Site) -> bool:
    """Print how many name variants get what they should."""
    right, count = reconciled(site.root)
    print(f"name variants reconciled as they should be: {right} of {count}\n")
    return right == count


def print_crawl(site: Site, *, quick: bool) -> bool:
    """Print how many links were followed, and which are broken; and words that nobody translated."""
    starts = [kind.address(language) for kind in KINDS for language in LANGUAGES if kind.status == 200]
    found = asyncio.run(crawl(site.root, starts, all_pages=not quick))
    foreign = {path: words for path, page in found.pages.items() if (words := foreign_words(page, path[1:3]))}
    for line in (*found.broken, *(f"{path}: not translated: {words[:3]}" for path, words in foreign.items())):
        print(line)
    print(
        f"links followed: {len(found.tried):,}, on {len(found.pages):,} pages; broken: {len(found.broken)}; "
        f"pages with words that are not translated: {len(foreign)}"
    )
    return not found.broken and not foreign


if __name__ == "__main__":
    sys.exit(main())
