"""The SPARQL console: a form that works without script and, where the bundle was built, YASGUI in its place."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, request

from tongzhou.server.config import Config
from tongzhou.server.flask_requests import CONFIG, root_of_request
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX
from tongzhou.server.questions.words import grouped

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # the editor places its cursor by styles
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_BUNDLE = Path("bundle")
_FIRST = "cash-given-by-members"


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the page."""
    blueprint = Blueprint("console", __name__)

    @blueprint.get(f"{PREFIX}/sparql")
    def console(language: str) -> Response:
        first = pages.site.catalog.get(_FIRST)
        query = request.args.get("query") or (first.bind({"lang": language}) if first else "")
        built = (Path(current_app.static_folder or "") / _BUNDLE / "console.js").is_file()
        response = pages.render(
            "sparql.html",
            query=query,
            is_built=built,
            limits=cast("Config", current_app.config[CONFIG]),
            groups=grouped(pages.site.catalog.values(), language),
            edit_address=partial(_address, language),
            endpoint=f"{root_of_request()}sparql",
        )
        if built:
            response.headers["Content-Security-Policy"] = POLICY
        return response

    return blueprint


def _address(language: str, text: str) -> str:
    """Return the address of the console with a query in it."""
    return f"/{language}/sparql?{urlencode({'query': text})}"
