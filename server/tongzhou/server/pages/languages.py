"""The language of a page: the first part of its path; elsewhere, what the client likes best."""

from __future__ import annotations

from typing import Any, cast

import flask_babel
from flask import Flask, request

from tongzhou.server.links import language_of
from tongzhou.server.negotiation import LANGUAGES, choose_language
from tongzhou.server.wording import translations

PREFIX = f"/<any({','.join(LANGUAGES)}):language>"
"""What the path of every page begins with."""


def register(app: Flask) -> None:
    """Let Flask-Babel speak the language of the page, by our catalogues, which are read without being compiled to files."""
    babel = flask_babel.Babel(
        app, default_locale="en", locale_selector=language_of_request, configure_jinja=False
    )
    with app.app_context():
        kept = cast("Any", babel).domain_instance.cache
        kept.update({(language, "messages"): translations(language) for language in LANGUAGES})


def language_of_request() -> str:
    """Return the language to answer in."""
    return language_of(request.path) or choose_language(request.headers.get("Accept-Language"))


def gettext(message: str, **values: object) -> str:
    """Return a message in the language of the page, with its `%(name)s` filled."""
    return cast("str", cast("Any", flask_babel).gettext(message, **values))
