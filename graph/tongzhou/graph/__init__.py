"""Makes, checks, publishes and queries the Tongzhou knowledge graph. `open_graph` is the way in for Python and notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tongzhou.graph.client import open_graph

__all__ = ["open_graph"]


def __getattr__(name: str) -> Any:
    """Import the client when it is asked for: most who import this package need no rdflib."""
    if name == "open_graph":
        from tongzhou.graph.client import open_graph

        return open_graph
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
