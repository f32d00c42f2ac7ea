"""`/zh/pictures`: the pictures on one page; `/zh/pictures/<name>.svg`: each as a file, with the parameters of its question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from flask import Blueprint, Response, current_app

from tongzhou.graph.catalog import StoredQuery
from tongzhou.server import links
from tongzhou.server.page_templates import render_page
from tongzhou.server.pages.frame import Pages, make_frame
from tongzhou.server.pages.languages import PREFIX, gettext
from tongzhou.server.pages.pictures.drawing import VIEWS, draw
from tongzhou.server.pages.pictures.shapes import Picture
from tongzhou.server.pages.questions import ROWS, Visit, read_visit
from tongzhou.server.problems import RequestError

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""A file of its own has its styles in it, and no script."""


@dataclass(frozen=True)
class Shown:
    """A picture on a page, with its question."""

    stored: StoredQuery
    picture: Picture


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the page and the files."""
    blueprint = Blueprint("pictures", __name__)

    @blueprint.get(f"{PREFIX}/pictures")
    def gallery(language: str) -> Response:
        _ = pages.release
        drawn = [
            Shown(stored, picture)
            for stored in pages.site.catalog.values()
            if stored.view.kind in VIEWS and (picture := _drawn(pages, Visit(stored, language, {})))
        ]
        return pages.render(
            "pictures.html", pictures=drawn, address_of=partial(links.href, language=language)
        )

    @blueprint.get(f"{PREFIX}/pictures/<name>.svg")
    def file(language: str, name: str) -> Response:
        stored = pages.site.catalog.find(name)
        picture = _drawn(pages, read_visit(stored, language))
        if picture is None:
            raise _none(pages, stored, language)
        return _file(pages, stored, picture, language)

    return blueprint


def _none(pages: Pages, stored: StoredQuery, language: str) -> RequestError:
    drawn = tuple(each.name for each in pages.site.catalog.values() if each.view.kind in VIEWS)
    facts = {"name": stored.name, "table": f"/{language}/ask/{stored.name}", "drawn": ", ".join(drawn)}
    return RequestError("no-picture", facts, offers=drawn)


def _drawn(pages: Pages, visit: Visit) -> Picture | None:
    """Return the picture of an answer. Raises what `Bridge.ask_stored` raises."""
    if visit.stored.view.kind not in VIEWS:
        return None
    return draw(
        visit.stored,
        pages.ask(visit.stored, visit.bound(), limit=ROWS, inferred=visit.inferred).rows,
        visit.language,
    )


def _file(pages: Pages, stored: StoredQuery, picture: Picture, language: str) -> Response:
    """Return a picture that links to identifiers, since it may be looked at anywhere."""
    text = render_page(
        "picture.svg",
        make_frame(pages.site),
        picture=picture,
        name=stored.name,
        title=stored.label[language],
        description=stored.about[language],
        address_of=str,
        style=_style(Path(current_app.static_folder or "")),
        note=f"{gettext('Tongzhou')} · {pages.release} · CC BY 4.0",
    )
    response = Response(text, content_type="image/svg+xml; charset=utf-8")
    response.headers["Content-Security-Policy"] = _POLICY
    return response


@cache
def _style(folder: Path) -> str:
    """Return the style sheet of pictures."""
    return (folder / "picture.css").read_text(encoding="utf-8")
