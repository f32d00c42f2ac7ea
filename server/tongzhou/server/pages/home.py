"""The home page: what is here, in numbers, examples and files; at `/`, the way to it in the client's language."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as BaseResponse

from tongzhou.server.files import dumps_of
from tongzhou.server.flask_requests import root_of_request
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX, language_of_request


@dataclass(frozen=True)
class Dump:
    """A file to download, with its size in bytes."""

    name: str
    size: int


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the home page in both languages."""
    blueprint = Blueprint("home", __name__)

    @blueprint.get("/")
    def choose() -> BaseResponse:
        response = redirect(f"/{language_of_request()}/")
        response.headers["Vary"] = "Accept-Language"
        return response

    @blueprint.get(f"{PREFIX}/")
    def home(**_: str) -> Response:
        release = pages.site.release
        files = dumps_of(release) if release else {}
        return pages.render(
            "home.html",
            overview=pages.bridge.overview(),
            endpoint=f"{root_of_request()}sparql",
            dumps=[Dump(name, int(str(entry["bytes"]))) for name, entry in files.items()],
            examples=pages.site.examples,
        )

    return blueprint
