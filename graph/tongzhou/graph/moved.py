"""What became of identifiers that were published once: renamed or withdrawn, as `graph/moved.yaml` says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from tongzhou.graph.errors import Fault, SourceError
from tongzhou.graph.namespaces import ID
from tongzhou.graph.yamlld import Json, YamlDocument, load_yaml

_NAME = "graph/moved.yaml"
_OF_WITHDRAWAL = frozenset({"release", "zh", "en"})
_THING = re.compile(r"[a-z]+/[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Withdrawal:
    """The last release that had a thing, and why it went, by language."""

    release: str
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class Moved:
    """Former IRIs: the present ones, and those that are none any more."""

    renamed: Mapping[str, str] = field(default_factory=dict[str, str])
    withdrawn: Mapping[str, Withdrawal] = field(default_factory=dict[str, Withdrawal])


def load_moved(path: Path) -> Moved:
    """Read the table. Raises SourceError with the line of each fault."""
    document = _read(path)
    renamed, withdrawn = _table(document, "renamed"), _table(document, "withdrawn")
    return Moved(
        {ID + former: ID + str(present) for former, present in renamed.items()},
        {ID + former: _withdrawal(entry) for former, entry in withdrawn.items()},
    )


def misfits(path: Path, dataset: ox.Dataset) -> list[Fault]:
    """Return what is wrong with the table: how it is written, else where it does not fit the graph."""
    try:
        document = _read(path)
    except SourceError as error:
        return list(error.faults)
    return list(_against(document, dataset))


def _read(path: Path) -> YamlDocument:
    """Read the table and what it says by itself. Raises SourceError."""
    document = load_yaml(path, name=_NAME)
    faults = list(_faults(document))
    if faults:
        raise SourceError(faults)
    return document


def _against(document: YamlDocument, dataset: ox.Dataset) -> Iterator[Fault]:
    """Yield the entries whose former thing is still in the graph, and those whose present one is not."""

    def stands(name: str) -> bool:
        return any(dataset.quads_for_subject(ox.NamedNode(ID + name)))

    for key in ("renamed", "withdrawn"):
        for former, entry in _table(document, key).items():
            pointer = (key, former)
            if stands(former):
                remedy = "Take the entry out, or the thing out of the facts."
                yield _fault(document, pointer, "is in the graph as it was.", remedy)
            if key == "renamed" and not stands(str(entry)):
                remedy = "Name a thing that is, or write the former one under 'withdrawn'."
                yield _fault(document, pointer, f"'{entry}' is not in the graph.", remedy)


def _fault(document: YamlDocument, pointer: tuple[str, ...], message: str, remedy: str) -> Fault:
    return Fault(document.path, document.line(pointer), "/".join(pointer), message, remedy)


def _faults(document: YamlDocument) -> Iterator[Fault]:
    def fault(pointer: tuple[str, ...], message: str, remedy: str) -> Fault:
        return _fault(document, pointer, message, remedy)

    for key in document.tree.keys() - {"renamed", "withdrawn"}:
        yield fault((key,), "unknown key.", "There are 'renamed' and 'withdrawn'.")
    renamed, withdrawn = _table(document, "renamed"), _table(document, "withdrawn")
    for key, table in (("renamed", renamed), ("withdrawn", withdrawn)):
        for former in table:
            if not _THING.fullmatch(former):
                yield fault((key, former), "is no <type>/<slug>.", "Write it as in org/former-slug.")
    for former, present in renamed.items():
        if not isinstance(present, str) or not _THING.fullmatch(present):
            yield fault(("renamed", former), "is no slug.", "Write org/former-slug: org/present-slug.")
        elif present in renamed or present in withdrawn:
            yield fault(("renamed", former), f"'{present}' is itself a former one.", "Name the present one.")
        elif former in withdrawn:
            yield fault(("renamed", former), "is withdrawn as well.", "Leave one of the two.")
    for former, entry in withdrawn.items():
        if not isinstance(entry, dict) or entry.keys() != _OF_WITHDRAWAL:
            remedy = "Write {release: <name of the last release>, zh: …, en: …}."
            yield fault(("withdrawn", former), "does not say all that is needed.", remedy)


def _table(document: YamlDocument, key: str) -> dict[str, Json]:
    table = document.tree.get(key)
    return table if isinstance(table, dict) else {}


def _withdrawal(entry: Json) -> Withdrawal:
    assert isinstance(entry, dict)
    return Withdrawal(str(entry["release"]), {language: str(entry[language]) for language in ("zh", "en")})
