"""The pages: one module per kind of page, each with a blueprint below `/zh/` and `/en/`. docs/pages.md says how one is made."""

from __future__ import annotations

from flask import Blueprint, request

from tongzhou.server.bridge import Bridge
from tongzhou.server.pages import (
    about,
    article,
    console,
    curation,
    data,
    embed,
    evidence,
    explain,
    home,
    identifiers,
    neighbours,
    ontology,
    questions,
    schemes,
    search,
    things,
)
from tongzhou.server.pages.browse import views as browse
from tongzhou.server.pages.frame import Pages, add_timing
from tongzhou.server.pages.keeping import keep_pages
from tongzhou.server.pages.pictures import views as pictures
from tongzhou.server.protocol import read_fields
from tongzhou.server.searching import Searching
from tongzhou.server.site import Site

_KINDS = (
    *(identifiers.make_blueprint, home.make_blueprint, search.make_blueprint, article.make_blueprint),
    *(browse.make_blueprint, questions.make_blueprint, console.make_blueprint, things.make_blueprint),
    *(ontology.make_blueprint, schemes.make_blueprint, pictures.make_blueprint, neighbours.make_blueprint),
    embed.make_blueprint,
    evidence.make_blueprint,
    explain.make_blueprint,
    *(data.make_blueprint, about.make_blueprint, curation.make_blueprint),
)


def make_blueprint(bridge: Bridge, site: Site, searching: Searching) -> Blueprint:
    """Return all pages."""
    blueprint = Blueprint("pages", __name__)
    pages = Pages(bridge, site, searching)
    blueprint.after_request(add_timing)  # the last to run
    blueprint.before_request(_check_parameters)
    keep_pages(blueprint, site)
    for make in _KINDS:
        blueprint.register_blueprint(make(pages))
    return blueprint


def _check_parameters() -> None:
    """Refuse parameters that are not UTF-8, which would be looked for as something else. Raises RequestError `not-utf-8`."""
    read_fields(request.query_string)
