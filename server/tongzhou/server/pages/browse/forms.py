"""Rows of the browse page as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence

from tongzhou.server.pages.browse.facets import FACETS, Row
from tongzhou.server.pages.browse.table import short

Name = Callable[[str], str]
"""Names a thing by its IRI."""


def to_csv(rows: Sequence[Row], name: Name) -> bytes:
    """Return a line for each action and agent, with the first quote and its passage (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["action", "label", "agent", "agentLabel", *FACETS, "evidence", "quote"])
    for row in rows:
        values = [" ".join(sorted(short(facet, one) for one in row.values[facet])) for facet in FACETS]
        for agent in row.agents:
            first = row.quotes[0]
            writer.writerow(
                [row.action, name(row.action), agent, name(agent), *values, first.passage, first.words]
            )
    return text.getvalue().encode()


def to_json(rows: Sequence[Row], name: Name, release: str) -> bytes:
    """Return the rows with names, values and quotes."""
    listed = [
        {
            "action": row.action,
            "label": name(row.action),
            "agents": [{"iri": agent, "label": name(agent)} for agent in row.agents],
            **{facet: sorted(row.values[facet]) for facet in FACETS},
            "evidence": [{"passage": one.passage, "quote": one.words} for one in row.quotes],
        }
        for row in rows
    ]
    value = {"rows": listed, "count": len(rows), "release": release}
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
