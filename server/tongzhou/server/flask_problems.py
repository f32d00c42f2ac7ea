"""Errors in the Flask application, answered as problems: pages for browsers, documents for programs."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from tongzhou.graph.errors import TongzhouError
from tongzhou.server.http import Reply
from tongzhou.server.page_templates import Frame
from tongzhou.server.problem_pages import as_page, is_for_people
from tongzhou.server.problems import plain_problem, problem_reply, reply_to
from tongzhou.server.workers.link import AnswerBrokenError

_BY_STATUS = {
    404: "not-found",
    405: "method-not-allowed",
    413: "request-too-large",
    414: "uri-too-long",
    500: "internal-error",
}
_LOG = logging.getLogger(__name__)


def register(app: Flask, make_frame: Callable[[], Frame]) -> None:
    """Answer every error of the application as a problem, for browsers in a frame, in whose language it is worded."""
    problems = _Problems(make_frame)
    app.register_error_handler(TongzhouError, problems.answer_own)
    app.register_error_handler(HTTPException, problems.answer_http)
    app.register_error_handler(Exception, problems.answer_unknown)


class _Problems:
    """Words errors of requests."""

    def __init__(self, make_frame: Callable[[], Frame]) -> None:
        self._make_frame = make_frame

    def answer_own(self, error: TongzhouError) -> Response:
        if isinstance(error, AnswerBrokenError) and isinstance(error.__cause__, TongzhouError):
            error = error.__cause__  # the answer was read here, so that nothing of it has gone out
        try:
            return self._respond(reply_to(error, self._language()))
        except TongzhouError:
            return self.answer_unknown(error)

    def answer_http(self, error: HTTPException) -> BaseResponse:
        """Answer what Flask and Werkzeug raise, keeping their headers (`Allow`)."""
        status = error.code or 500
        kind = _BY_STATUS.get(status)
        if error.response is not None or status < 400:  # a redirection that routing found
            return error.get_response(request.environ)
        if kind is None:
            return self._respond(plain_problem(status))
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        return self._respond(problem_reply(kind, self._language(), {"found": allowed}))

    def answer_unknown(self, error: Exception) -> Response:
        """Log what nobody foresaw, and tell the client nothing of it."""
        _LOG.error("%s %s failed", request.method, request.path, exc_info=error)
        return self._respond(problem_reply("internal-error", self._language()))

    def _language(self) -> str:
        return self._make_frame().language

    def _respond(self, reply: Reply) -> Response:
        if is_for_people(request.headers.get("Accept")):
            reply = as_page(reply, self._make_frame())
        return Response(reply.body, status=reply.status, headers=list(reply.headers))
