"""Where a former IRI is now: renamed, or withdrawn. Pure."""

from __future__ import annotations

from tongzhou.graph.moved import Moved
from tongzhou.graph.namespaces import shorten
from tongzhou.server.problems import RequestError


def check_moved(moved: Moved, iri: str, language: str) -> str | None:
    """Return the present IRI of what was renamed, None for all others.

    Raises RequestError `gone`, worded in a language, for what was withdrawn.
    """
    withdrawal = moved.withdrawn.get(iri)
    if withdrawal:
        facts = {
            "name": shorten(iri),
            "reason": withdrawal.reasons[language],
            "release": withdrawal.release,
        }
        raise RequestError("gone", facts)
    return moved.renamed.get(iri)
