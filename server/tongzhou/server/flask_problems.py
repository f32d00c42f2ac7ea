"""Errors in the Flask application, answered as problems."""

from __future__ import annotations

import logging

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from tongzhou.graph.errors import TongzhouError
from tongzhou.server.http import Reply
from tongzhou.server.negotiation import choose_language
from tongzhou.server.problems import plain_problem, problem_reply, reply_to

_BY_STATUS = {
    404: "not-found",
    405: "method-not-allowed",
    413: "request-too-large",
    414: "uri-too-long",
    500: "internal-error",
}
_LOG = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Answer every error of the application as a problem."""
    app.register_error_handler(TongzhouError, _answer_own)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unknown)


def _to_response(reply: Reply) -> Response:
    return Response(reply.body, status=reply.status, headers=list(reply.headers))


def _answer_own(error: TongzhouError) -> Response:
    try:
        return _to_response(reply_to(error, _language()))
    except TongzhouError:
        return _answer_unknown(error)


def _answer_http(error: HTTPException) -> Response:
    """Answer what Flask and Werkzeug raise, keeping their headers (`Allow`)."""
    status = error.code or 500
    kind = _BY_STATUS.get(status)
    if kind is None:
        return _to_response(plain_problem(status))
    allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    return _to_response(problem_reply(kind, _language(), {"found": allowed}))


def _answer_unknown(error: Exception) -> Response:
    """Log what nobody foresaw, and tell the client nothing of it."""
    _LOG.error("%s %s failed", request.method, request.path, exc_info=error)
    return _to_response(problem_reply("internal-error", _language()))


def _language() -> str:
    return choose_language(request.headers.get("Accept-Language"))
