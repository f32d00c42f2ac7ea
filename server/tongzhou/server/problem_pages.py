"""Problems as pages for browsers. Programs, and whoever does not ask for HTML, get the problem document (RFC 9457)."""

from __future__ import annotations

import json

from tongzhou.server import links
from tongzhou.server.http import Reply
from tongzhou.server.negotiation import HTML, negotiate
from tongzhou.server.page_templates import Frame, render_page
from tongzhou.server.planning import with_charset
from tongzhou.server.problems import MEDIA_TYPE


def is_for_people(accept: str | None) -> bool:
    """Tell whether a client asks for HTML by name.

    >>> is_for_people("text/html,application/xhtml+xml,*/*;q=0.8")
    True
    >>> is_for_people("*/*")
    False
    """
    return negotiate(accept, [MEDIA_TYPE, HTML]) == HTML


def as_page(reply: Reply, frame: Frame, *, query: str | None = None) -> Reply:
    """Return a problem as a page in its frame, with links to those things of ours that it offers.

    A SPARQL `query` that was not answered stands on it in its form, to be changed and sent again.
    """
    problem = json.loads(reply.body)
    near = [offer for offer in problem.get("offers", ()) if links.path_of(offer)]
    text = render_page("problem.html", frame, problem=problem, near=near, query=query)
    headers = [item for item in reply.headers if item[0] != "Content-Type"]
    return Reply(reply.status, (("Content-Type", with_charset(HTML)), *headers), text.encode())
