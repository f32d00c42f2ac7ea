"""The types that things have, as clients see them: classes of ours with their names and the types above them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tongzhou.graph.namespaces import ONTOLOGY_GRAPH, OWL, RDFS, TZ
from tongzhou.graph.results import Row
from tongzhou.graph.search.tokens import fold

Select = Callable[[str], list[Row]]
"""Asks a SELECT of the store."""

DEFAULT_TYPES = ("Association", "Organisation", "Place")

_TYPES = f"""
SELECT DISTINCT ?type ?label ?above WHERE {{
  GRAPH <{ONTOLOGY_GRAPH}> {{
    ?type a <{OWL}Class> ; <{RDFS}label> ?label .
    OPTIONAL {{ ?type <{RDFS}subClassOf> ?above . FILTER(STRSTARTS(STR(?above), "{TZ}")) }}
  }}
  FILTER(STRSTARTS(STR(?type), "{TZ}"))
  FILTER EXISTS {{ ?thing a ?type }}
}}
"""


@dataclass
class Type:
    """A class by its name in the ontology, with its labels by language and the classes right above it."""

    id: str
    labels: dict[str, str] = field(default_factory=dict[str, str])
    above: set[str] = field(default_factory=set[str])

    def name(self, language: str) -> str:
        """Return its label in a language, else any."""
        return self.labels.get(language) or next(iter(self.labels.values()), self.id)


class Vocabulary:
    """The types of a release."""

    def __init__(self, types: Iterable[Type]) -> None:
        """Keep the types by their ids."""
        self.types = {one.id: one for one in types}

    def of_classes(self, classes: Iterable[str], language: str) -> list[dict[str, Any]]:
        """Return the types that classes (IRIs) are, in their order, as clients get them."""
        ids = (iri.removeprefix(TZ) for iri in classes)
        return [{"id": name, "name": self.types[name].name(language)} for name in ids if name in self.types]

    def suggest(self, prefix: str, language: str) -> list[dict[str, Any]]:
        """Return the types whose id or name has a text, those that begin with it first."""
        wanted = fold(prefix).strip()
        found: list[tuple[bool, str, Type]] = []
        for one in self.types.values():
            names = [fold(one.id), *(fold(label) for label in one.labels.values())]
            if any(wanted in name for name in names):
                found.append((not any(name.startswith(wanted) for name in names), one.name(language), one))
        found.sort(key=lambda item: item[:2])
        return [self._with_broader(one, language) for _, _, one in found]

    def _with_broader(self, one: Type, language: str) -> dict[str, Any]:
        above = sorted(name for name in one.above if name in self.types)
        broader = [{"id": name, "name": self.types[name].name(language)} for name in above]
        return {"id": one.id, "name": one.name(language), **({"broader": broader} if broader else {})}


def load_vocabulary(select: Select) -> Vocabulary:
    """Ask the store for the types that things have."""
    types: dict[str, Type] = {}
    for row in select(_TYPES):
        name = str(row["type"].value).removeprefix(TZ)
        one = types.setdefault(name, Type(name))
        label = row["label"]
        one.labels[getattr(label, "language", None) or "en"] = str(label.value)
        if "above" in row:
            one.above.add(str(row["above"].value).removeprefix(TZ))
    return Vocabulary(types.values())
