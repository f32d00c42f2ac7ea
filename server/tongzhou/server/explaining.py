"""The proofs of the release that is served: its closure is opened when it is first asked for, and anew after a reload."""

from __future__ import annotations

import threading

import pyoxigraph as ox

from tongzhou.graph.errors import UnknownThingError, UnknownTripleError
from tongzhou.graph.explanation import Explainer, Explanation, open_explainer
from tongzhou.graph.namespaces import shorten
from tongzhou.graph.reason import Statement
from tongzhou.graph.reason.proof import Term
from tongzhou.server.problems import RequestError
from tongzhou.server.site import Site

TERMS = ("s", "p", "o")
"""The parameters that name a statement: subject, predicate and object."""
_SHOWN = 80  # characters of what a client sent


class Explaining:
    """Gives explanations to the threads of the application, one at a time."""

    def __init__(self, site: Site) -> None:
        """Keep the site, whose release may change."""
        self._site = site
        self._lock = threading.Lock()
        self._opened: tuple[str, Explainer] | None = None

    def explain(self, texts: dict[str, str], *, others: int) -> tuple[Explanation, Explainer]:
        """Explain the statement that texts name by TERMS; the explainer words it.

        Raises RequestError `not-curated`, `missing-term`, `unknown-value`, `unknown-triple`, and ReleaseError.
        """
        with self._lock:
            explainer = self._open()
            subject, predicate, value = (_find(explainer, name, texts.get(name, "")) for name in TERMS)
            try:
                explanation = explainer.explain(Statement(subject, predicate, value), others=others)
            except UnknownTripleError as error:
                near = tuple(_short(term) for term in error.near)
                facts = {"near": ", ".join(near) or "none"}
                raise RequestError("unknown-triple", facts, offers=near) from error
        return explanation, explainer

    def _open(self) -> Explainer:
        release = self._site.release
        if release is None:
            raise RequestError("not-curated", {})
        if self._opened is None or self._opened[0] != release.name:
            self._opened = (release.name, open_explainer(release))
        return self._opened[1]


def _find(explainer: Explainer, name: str, text: str) -> Term:
    if not text:
        raise RequestError("missing-term", {"parameter": name})
    try:
        return explainer.names.find(text)
    except UnknownThingError as error:
        facts = {"parameter": name, "found": text[:_SHOWN], "near": ", ".join(error.near) or "none"}
        raise RequestError("unknown-value", facts, offers=error.near) from error


def _short(term: object) -> str:
    return shorten(term.value) if isinstance(term, ox.NamedNode) else str(term)
