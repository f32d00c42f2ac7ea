"""What became of identifiers that were published once: renamed or withdrawn, as `graph/moved.yaml` says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tongzhou.graph.errors import Fault, SourceError
from tongzhou.graph.namespaces import ID
from tongzhou.graph.yamlld import Json, YamlDocument, load_yaml

_OF_WITHDRAWAL = frozenset({"release", "zh", "en"})


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
    document = load_yaml(path, name=path.name)
    faults = list(_faults(document))
    if faults:
        raise SourceError(faults)
    renamed, withdrawn = _table(document, "renamed"), _table(document, "withdrawn")
    return Moved(
        {ID + former: ID + str(present) for former, present in renamed.items()},
        {ID + former: _withdrawal(entry) for former, entry in withdrawn.items()},
    )


def _faults(document: YamlDocument) -> Iterator[Fault]:
    def fault(pointer: tuple[str, ...], message: str, remedy: str) -> Fault:
        return Fault(document.path, document.line(pointer), "/".join(pointer), message, remedy)

    for key in document.tree.keys() - {"renamed", "withdrawn"}:
        yield fault((key,), "unknown key.", "There are 'renamed' and 'withdrawn'.")
    renamed, withdrawn = _table(document, "renamed"), _table(document, "withdrawn")
    for former, present in renamed.items():
        if not isinstance(present, str):
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
