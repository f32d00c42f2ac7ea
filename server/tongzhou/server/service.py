"""The service: which path is answered by what, for every server that it runs under. Runs in one event loop.

Problems are worded here, and every reply gets its common headers here.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from tongzhou.graph.errors import TongzhouError
from tongzhou.server.documents.endpoint import Documents
from tongzhou.server.files import file_reply
from tongzhou.server.http import AnyReply, Reply, Request
from tongzhou.server.negotiation import choose_language
from tongzhou.server.operations import Operations
from tongzhou.server.problem_pages import as_page, is_for_people
from tongzhou.server.problems import RequestError, reply_to
from tongzhou.server.query_endpoint import QueryEndpoint
from tongzhou.server.questions.api import QuestionApi
from tongzhou.server.replies import finish, problem_of
from tongzhou.server.service_pages import frame_of, language_of
from tongzhou.server.site import Site
from tongzhou.server.workers.link import AnswerBrokenError
from tongzhou.server.write_endpoint import WriteEndpoint

_BELOW = ("/store/", "/api/query/", "/data/", "/-/")
_LOG = logging.getLogger(__name__)


class Service:
    """Answers the paths of the SPARQL protocol, the graph store, the stored queries, of downloads and operations."""

    def __init__(
        self,
        queries: QueryEndpoint,
        writes: WriteEndpoint,
        operations: Operations,
        questions: QuestionApi,
        site: Site,
    ) -> None:
        """Keep what answers."""
        self.queries = queries
        self.questions = questions.queries
        self._ask = questions.answer
        self._writes = writes
        self._site = site
        self._documents = Documents(queries, site)
        self._paths: dict[str, Callable[[Request], Awaitable[AnyReply]]] = {
            "/sparql": queries.answer,
            "/sparql/": queries.answer,
            "/update": writes.update,
            "/update/": writes.update,
            "/store": writes.store,
            "/store/": writes.store,
            "/api/query": questions.answer,
            "/openapi.json": questions.answer,
            **operations.paths,
        }

    def answers(self, path: str) -> bool:
        """Tell whether a path, still percent-encoded, is one of the service; others are pages."""
        return path in self._paths or path.startswith(_BELOW)

    async def handle(self, request: Request) -> AnyReply:
        """Answer a request; whatever goes wrong is a problem in the language of the request."""
        try:
            reply = await self._answer(request)
        except TongzhouError as error:
            reply = self._refuse(error, request)
        except Exception:  # noqa: BLE001 - the one place where what nobody foresaw becomes an answer
            _LOG.exception("%s %s failed", request.method, request.path)
            reply = problem_of(request, "internal-error")
        return finish(reply, request)

    async def _answer(self, request: Request) -> AnyReply:
        answer = self._paths.get(request.path)
        if answer is not None:
            return await answer(request)
        if request.path.startswith("/store/"):
            return await self._writes.store(request)
        if request.path.startswith("/api/query/"):
            return await self._ask(request)
        if self._documents.answers(request.path):
            return await self._documents.answer(request)
        if request.path.startswith("/data/"):
            return file_reply(self._site.release, request)
        raise RequestError("not-found", {})

    def _refuse(self, error: TongzhouError, request: Request) -> AnyReply:
        if isinstance(error, AnswerBrokenError) and isinstance(error.__cause__, TongzhouError):
            error = error.__cause__  # the answer was put together here, so that nothing of it has gone out
        on_page = request.path.rstrip("/") == "/sparql" and is_for_people(request.headers.get("accept"))
        language = (
            language_of(request) if on_page else choose_language(request.headers.get("accept-language"))
        )
        try:
            problem = reply_to(error, language)
        except TongzhouError:  # no fault of the request: its words are for the log
            _LOG.exception("%s %s failed", request.method, request.path)
            return problem_of(request, "internal-error")
        return self._show(problem, request) if on_page else problem

    def _show(self, problem: Reply, request: Request) -> Reply:
        """Return a problem of the SPARQL form as a page that keeps the query."""
        release = self._site.release.name if self._site.release else None
        fields = parse_qs(request.query_string.decode("latin-1"), errors="replace")
        return as_page(problem, frame_of(request, release), query=fields.get("query", [""])[0])
