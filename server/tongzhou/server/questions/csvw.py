"""What the columns of a CSV file are, as metadata of CSV on the Web. Pure.

Source: https://www.w3.org/TR/tabular-metadata/.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyoxigraph as ox

from tongzhou.graph.catalog import StoredQuery
from tongzhou.graph.namespaces import XSD
from tongzhou.server.questions.rows import Rows, Term

MEDIA_TYPE = "application/csvm+json"
_LICENSE = "https://creativecommons.org/licenses/by/4.0/"
_DATATYPES = frozenset({"integer", "decimal", "double", "float", "boolean", "date", "dateTime", "gMonthDay"})


def csvw_metadata(stored: StoredQuery, rows: Rows, *, address: str, release: str) -> bytes:
    """Return the metadata of the CSV file at `address`, with the type of each column as its values have it."""
    columns = [
        {"name": name, "titles": name, **_about([row[index] for row in rows.rows])}
        for index, name in enumerate(rows.columns)
    ]
    value = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": address,
        "dialect": {"commentPrefix": "#"},
        "dc:title": [{"@value": text, "@language": tag} for tag, text in stored.label.items()],
        "dc:description": [{"@value": text, "@language": tag} for tag, text in stored.about.items()],
        "dc:license": {"@id": _LICENSE},
        "dc:hasVersion": release,
        "tableSchema": {"columns": columns},
    }
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _about(values: Sequence[Term | None]) -> dict[str, Any]:
    """Return the datatype of a column, and its language where all texts are in the same one."""
    bound = [value for value in values if value is not None]
    if bound and all(isinstance(value, ox.NamedNode) for value in bound):
        return {"datatype": "anyURI"}
    literals = [value for value in bound if isinstance(value, ox.Literal)]
    if not bound or len(literals) < len(bound):
        return {"datatype": "string"}
    types = {value.datatype.value.removeprefix(XSD) for value in literals}
    if types == {"integer", "decimal"}:
        return {"datatype": "decimal"}
    if len(types) == 1 and types <= _DATATYPES:
        return {"datatype": types.pop()}
    languages = {value.language for value in literals}
    if len(languages) == 1 and None not in languages:
        return {"datatype": "string", "lang": languages.pop()}
    return {"datatype": "string"}
