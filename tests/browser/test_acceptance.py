"""Each kind of user gets what they came for in at most four clicks, without script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.browser.paths import MOST_CLICKS, PATHS
from tests.browser.visitor import Visitor
from tests.site.serving import build_twice, serve_home


@pytest.fixture
def curated(tmp_path: Path) -> Iterator[str]:
    """Return the address of a site with two releases."""
    with serve_home(build_twice(tmp_path)) as root:
        yield root


@pytest.fixture
def hurried(home: Path) -> Iterator[str]:
    """Return the address of the site on a server with a short deadline."""
    with serve_home(home, deadline=1) as root:
        yield root


@pytest.mark.parametrize("user", PATHS)
def test_each_user_gets_there(page: Page, user: str, request: pytest.FixtureRequest) -> None:
    root: str = request.getfixturevalue(
        {"curator": "curated", "operator": "hurried"}.get(user, "live_server")
    )
    visitor = Visitor(page, root)
    PATHS[user](visitor)
    assert visitor.clicks <= MOST_CLICKS
