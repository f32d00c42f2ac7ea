"""Rules of accessibility, checked by axe-core on the page that a browser shows."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, cast

from playwright.sync_api import Page

_RUN = """async rules => {
  const options = { resultTypes: ["violations"], preload: false };
  if (rules.length) options.runOnly = { type: "rule", values: rules };
  const found = await axe.run(document, options);
  return found.violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(node => node.html) }));
}"""


@cache
def _script() -> str:
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, *rules: str) -> list[str]:
    """Return what breaks a rule of axe-core (one of `rules`, where some are named), each with the first element that does."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script())
    found = cast("list[dict[str, Any]]", page.evaluate(_RUN, list(rules)))
    return [f"{one['id']}: {one['help']} ({len(one['nodes'])}×, {one['nodes'][0][:200]})" for one in found]
