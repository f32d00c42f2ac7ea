"""The pages: home, and what the style of pages needs."""

from __future__ import annotations

from flask import Blueprint

from tongzhou.server.bridge import Bridge
from tongzhou.server.files import dumps_of
from tongzhou.server.flask_requests import root_of_request
from tongzhou.server.page_templates import Dump, render_home
from tongzhou.server.site import Site


def make_blueprint(bridge: Bridge, site: Site) -> Blueprint:
    """Return the home page."""
    blueprint = Blueprint("pages", __name__)

    @blueprint.get("/")
    def home() -> str:
        release = site.release
        files = dumps_of(release) if release else {}
        return render_home(
            bridge.overview(),
            endpoint=f"{root_of_request()}sparql",
            release=release.name if release else None,
            dumps=[Dump(name, int(str(entry["bytes"]))) for name, entry in files.items()],
            examples=site.examples,
        )

    return blueprint
