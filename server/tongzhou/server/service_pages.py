"""The pages of the service itself: the form for a query, results, the state of the server. Each is in one language."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from tongzhou.server.http import Reply, Request
from tongzhou.server.negotiation import HTML, LANGUAGES, choose_language
from tongzhou.server.page_templates import Frame, render_page
from tongzhou.server.planning import with_charset

_LANGUAGE = "lang"
"""The parameter for a page in a language; answers for programs are the same whatever it says."""


def language_of(request: Request) -> str:
    """Return the language of a page: that of its address, else the one that the client likes best."""
    given = dict(_fields(request)).get(_LANGUAGE)
    return given if given in LANGUAGES else choose_language(request.headers.get("accept-language"))


def frame_of(request: Request, release: str | None) -> Frame:
    """Return what surrounds a page at the address of a request; `release` is the name of the one that is served, if any."""
    language = language_of(request)
    others = [item for item in _fields(request) if item[0] != _LANGUAGE]
    return Frame(
        language,
        release=release,
        navigation=((f"/{language}/sparql" if release else "/sparql", "SPARQL"),),
        addresses={code: f"{request.path}?{urlencode([*others, (_LANGUAGE, code)])}" for code in LANGUAGES},
    )


def page_reply(template: str, frame: Frame, *, cache: str, **values: object) -> Reply:
    """Return a page in its frame; `cache` is what Cache-Control says."""
    headers = (
        ("Content-Type", with_charset(HTML)),
        ("Content-Language", frame.tag),
        ("Vary", "Accept, Accept-Language"),
        ("Cache-Control", cache),
    )
    return Reply(200, headers, render_page(template, frame, **values).encode())


def _fields(request: Request) -> list[tuple[str, str]]:
    return parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True, errors="replace")
