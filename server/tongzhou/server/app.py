"""The Flask application: routes are registered here and nothing else is done."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response, request

from tongzhou.graph.catalog import StoredQuery
from tongzhou.graph.query import Evaluator
from tongzhou.graph.release import Release
from tongzhou.server import flask_problems, pages, sparql
from tongzhou.server.config import ServerConfig
from tongzhou.server.description import count_contents

_CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def create_app(
    evaluator: Evaluator, release: Release, config: ServerConfig, *, examples: Sequence[StoredQuery] = ()
) -> Flask:
    """Return the application that serves a release through an evaluator.

    `examples` are the queries that the home page offers to try.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = config.largest_request
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.add_template_global(pages.link_to_query)
    overview = count_contents(evaluator)
    app.register_blueprint(pages.make_blueprint(overview, release, examples))
    app.register_blueprint(sparql.make_blueprint(evaluator, overview, config))
    flask_problems.register(app)
    app.after_request(_add_headers)
    return app


def _add_headers(response: Response) -> Response:
    """Let every origin read, without credentials; keep browsers from guessing types and from running anything."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _CONTENT_SECURITY_POLICY
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response
