"""What all replies have in common: headers of safety and of sharing, answers to OPTIONS and HEAD, problems. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tongzhou.server.http import AnyReply, Reply, Request, StreamedReply
from tongzhou.server.negotiation import choose_language
from tongzhou.server.problems import problem_reply

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SCRIPTS_POLICY = f"{CONTENT_SECURITY_POLICY}; script-src 'self'; connect-src 'self'"
"""The Content-Security-Policy of pages with scripts: our own files alone, which ask this server alone."""
SAFETY = (
    ("Access-Control-Allow-Origin", "*"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
)
"""Every origin may read, without credentials; browsers guess no types and run nothing."""

_EXPOSED = "ETag, Link, Location, Repr-Digest, Retry-After"
_PREFLIGHT_HEADERS = "Accept, Accept-Language, Content-Type, If-None-Match"


def options_reply(methods: Sequence[str], *, shared: Sequence[str] = ()) -> Reply:
    """Answer OPTIONS: what is allowed here, and which of it (`shared`) pages of other origins may do.

    Authorization is never among the headers that they may send: writes are for programs, not for pages of others.
    """
    headers = [("Allow", ", ".join(methods)), ("Content-Length", "0")]
    if shared:
        headers += [
            ("Access-Control-Allow-Methods", ", ".join(shared)),
            ("Access-Control-Allow-Headers", _PREFLIGHT_HEADERS),
            ("Access-Control-Max-Age", "86400"),
        ]
    return Reply(204, tuple(headers))


def problem_of(request: Request, kind: str, facts: dict[str, str] | None = None) -> Reply:
    """Return a problem in the language of the request."""
    return problem_reply(kind, choose_language(request.headers.get("accept-language")), facts)


def finish(reply: AnyReply, request: Request) -> AnyReply:
    """Add the headers that every reply has; a HEAD gets them without the body."""
    if isinstance(reply, Reply):
        return finish_whole(reply, request)
    headers = _common(reply.headers)
    if request.method == "HEAD":
        reply.cancel()
        return Reply(reply.status, headers)
    return StreamedReply(reply.status, headers, reply.pieces, reply.cancel)


def finish_whole(reply: Reply, request: Request) -> Reply:
    """Do the same for a reply that is not streamed."""
    headers = _common(reply.headers)
    if not any(name == "Content-Length" for name, _ in headers) and reply.status not in (204, 304):
        headers = (*headers, ("Content-Length", str(len(reply.body))))
    return Reply(reply.status, headers, b"" if request.method == "HEAD" else reply.body, reply.kept)


def _common(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return (*headers, *SAFETY, ("Access-Control-Expose-Headers", _EXPOSED))
