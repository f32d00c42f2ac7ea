"""The search index of the release that is served, opened when it is first asked for, and anew after a reload."""

from __future__ import annotations

import threading

from tongzhou.graph.search.index import SearchIndex
from tongzhou.server.problems import RequestError
from tongzhou.server.site import Site


class Searching:
    """Gives the index to the threads of the application."""

    def __init__(self, site: Site) -> None:
        """Keep the site, whose release may change."""
        self._site = site
        self._lock = threading.Lock()
        self._opened: tuple[str, SearchIndex] | None = None

    @property
    def release(self) -> str:
        """Return the name of the release. Raises RequestError `not-found` where an ordinary dataset is served."""
        if self._site.release is None:
            raise RequestError("not-found", {})
        return self._site.release.name

    def index(self) -> SearchIndex:
        """Return the index of the present release. Raises RequestError `not-found`, and ReleaseError where it is spoilt."""
        release = self._site.release
        if release is None:
            raise RequestError("not-found", {})
        with self._lock:
            if self._opened is None or self._opened[0] != release.name:
                self._opened = (release.name, SearchIndex(release.search_path))
            return self._opened[1]
