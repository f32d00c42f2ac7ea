"""What the pages are about: a release, which a reload replaces, or an ordinary dataset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tongzhou.graph import resources
from tongzhou.graph.catalog import Catalog, StoredQuery, load_catalog
from tongzhou.graph.errors import ReleaseError
from tongzhou.graph.moved import Moved, load_moved
from tongzhou.graph.release import Release, current_release, default_home
from tongzhou.server.config import Config

_EXAMPLES = ("cash-given-by-members", "actions-for-a-place", "asked-and-done")


@dataclass
class Site:
    """The release that is served now (None: a dataset), its stored queries, those that the home page offers, and former IRIs."""

    release: Release | None
    examples: Sequence[StoredQuery] = ()
    catalog: Catalog = field(default_factory=Catalog)
    moved: Moved = field(default_factory=Moved)


def open_site(config: Config) -> Site:
    """Return the site of the current release, or of the dataset. Raises ReleaseError where there is no release."""
    if config.dataset is not None:
        return Site(None)
    home = config.home or default_home()
    release = current_release(home)
    if release is None:
        raise ReleaseError(f"there is no release in {home}. Run 'tongzhou build' first.")
    catalog = load_catalog(resources.queries_dir())
    return Site(
        release,
        [catalog[name] for name in _EXAMPLES if name in catalog],
        catalog,
        load_moved(resources.moved_file()),
    )
