"""The Flask application: routes are registered here and nothing else is done. It answers everything, under any WSGI server."""

from __future__ import annotations

from flask import Flask, Response

from tongzhou.server import crawlers, flask_problems, pages
from tongzhou.server.bridge import Bridge
from tongzhou.server.config import Config
from tongzhou.server.flask_requests import CONFIG, read_request, to_response
from tongzhou.server.pages import languages
from tongzhou.server.pages.frame import make_frame
from tongzhou.server.reconcile import routes as reconcile
from tongzhou.server.replies import SAFETY
from tongzhou.server.searching import Searching
from tongzhou.server.site import Site
from tongzhou.server.static_files import compress_static

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY", "TRACE")
_SERVICE_PATHS = (
    *("/sparql", "/sparql/", "/update", "/update/", "/store", "/store/", "/store/<path:graph>"),
    *("/data/<path:name>", "/-/<path:name>"),
    *("/api/query", "/api/query/", "/api/query/<path:name>", "/openapi.json"),
)


def create_app(bridge: Bridge, site: Site, config: Config) -> Flask:
    """Return the application: the service by the bridge, and the pages of the site."""
    app = Flask(__name__)
    app.config[CONFIG] = config

    def answer(**_: str) -> Response:
        return to_response(bridge.handle(read_request()))

    for path in _SERVICE_PATHS:
        app.add_url_rule(
            path, endpoint=path, view_func=answer, methods=_METHODS, provide_automatic_options=False
        )
    searching = Searching(site)
    app.register_blueprint(reconcile.make_blueprint(bridge, searching))
    app.register_blueprint(pages.make_blueprint(bridge, site, searching))
    app.register_blueprint(crawlers.make_blueprint(site))
    compress_static(app)
    languages.register(app)
    flask_problems.register(app, lambda: make_frame(site))
    app.after_request(_add_headers)
    return app


def _add_headers(response: Response) -> Response:
    """Add what the service adds to its own replies, unless a page has a policy of its own."""
    for name, value in SAFETY:
        response.headers.setdefault(name, value)
    return response
