"""The stored queries: a header in `#+` comments (YAML, with grlc's keys and some of ours), then SPARQL.

A parameter stands in the query as `VALUES ?name { … }`, its default between the braces. `StoredQuery.bind` puts a parsed,
typed term there, written by the RDF library, never raw text; without a value the block holds UNDEF, which fits anything.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import pyoxigraph as ox

from tongzhou.graph.errors import Fault, ParameterError, SourceError, UnknownQueryError
from tongzhou.graph.namespaces import ID, PREFIXES, XSD
from tongzhou.graph.yamlld import Json, YamlDocument, parse_yaml

PARAMETER_TYPES = frozenset({"iri", "string", "integer", "decimal"})
LANGUAGES = ("zh", "en")

_REQUIRED = frozenset({"summary", "description", "tags", "label", "about", "evidence"})
_OPTIONAL = frozenset({"params", "enumerate", "choices", "view"})
_NUMBERS = {"integer": re.compile(r"[+-]?[0-9]+"), "decimal": re.compile(r"[+-]?[0-9]*\.?[0-9]+")}
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a stored query: its type, what it is without a value (None: anything), and where choices come from."""

    name: str
    type: str
    default: str | None
    choices: str | None

    def term(self, value: str) -> ox.NamedNode | ox.Literal:
        """Return a value as a term of the parameter's type. Raises ParameterError."""
        value = value.strip() if self.type != "string" else value
        if self.type == "iri":
            return ox.NamedNode(self._iri(value))
        if self.type == "string":
            return ox.Literal(value)
        if not _NUMBERS[self.type].fullmatch(value):
            raise ParameterError(f"parameter '{self.name}': {value!r} is no {self.type}.")
        return ox.Literal(value, datatype=ox.NamedNode(f"{XSD}{self.type}"))

    def _iri(self, value: str) -> str:
        """Return the IRI that a full IRI, a prefixed name or `<type>/<slug>` stands for."""
        prefix, colon, rest = value.partition(":")
        iri = (
            PREFIXES[prefix] + rest
            if colon and prefix in PREFIXES
            else value
            if colon
            else urljoin(ID, value)
        )
        if not value or not _IRI.fullmatch(iri):
            remedy = (
                "Write a full IRI, a prefixed name such as tz:Donation, or <type>/<slug> such as place/wuhan."
            )
            raise ParameterError(f"parameter '{self.name}': {value!r} is no IRI. {remedy}")
        return iri


@dataclass(frozen=True)
class StoredQuery:
    """One question with its titles, explanations, parameters and SPARQL."""

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    label: Mapping[str, str]
    about: Mapping[str, str]
    parameters: Mapping[str, Parameter]
    evidence: tuple[str, ...]
    view: str | None
    text: str

    def bind(self, values: Mapping[str, str] | None = None) -> str:
        """Return the SPARQL with the values of parameters, and defaults for the others; an empty value means any.

        Raises ParameterError.
        """
        values = values or {}
        for name in values.keys() - self.parameters.keys():
            known = ", ".join(self.parameters) or "none"
            raise ParameterError(f"{self.name} has no parameter '{name}'. It has: {known}.")
        terms = {name: self._term(name, values) for name in self.parameters}
        return _fill(self.text, terms) if terms else self.text

    def _term(self, name: str, values: Mapping[str, str]) -> str:
        parameter = self.parameters[name]
        value = values.get(name, parameter.default)
        return str(parameter.term(value)) if value else "UNDEF"


class Catalog(dict[str, StoredQuery]):
    """The stored queries by name."""

    def find(self, name: str) -> StoredQuery:
        """Return a query by name. Raises UnknownQueryError, naming near ones."""
        if name in self:
            return self[name]
        near = difflib.get_close_matches(name, self, n=3, cutoff=0.4)
        hint = f"Near: {', '.join(near)}." if near else "'tongzhou ask' lists them."
        raise UnknownQueryError(f"there is no stored query '{name}'. {hint}")


def load_catalog(folder: Path) -> Catalog:
    """Read every `.rq` file of a folder. Raises SourceError with the faults of all of them."""
    faults: list[Fault] = []
    catalog = Catalog()
    for path in sorted(folder.glob("*.rq")):
        try:
            catalog[path.stem] = parse_stored_query(path.stem, path.read_text(encoding="utf-8"), path.name)
        except SourceError as error:
            faults += error.faults
    if faults:
        raise SourceError(faults)
    return catalog


def parse_stored_query(name: str, source: str, path: str) -> StoredQuery:
    """Parse the header and text of a stored query. Raises SourceError with file and line."""
    lines = source.split("\n")
    height = next((index for index, line in enumerate(lines) if not line.startswith("#+")), len(lines))
    header = "\n".join(line.removeprefix("#+").removeprefix(" ") for line in lines[:height])
    document = parse_yaml(header.encode(), path)
    text = "\n".join(lines[height:]).strip() + "\n"
    faults = list(_faults(document, text))
    if faults:
        raise SourceError(faults)
    tree = document.tree
    view = tree.get("view")
    return StoredQuery(
        name=name,
        summary=str(tree["summary"]),
        description=str(tree["description"]),
        tags=tuple(_strings(tree["tags"])),
        label=_texts(tree["label"]),
        about=_texts(tree["about"]),
        parameters={parameter.name: parameter for parameter in _parameters(tree)},
        evidence=tuple(_strings(tree["evidence"])),
        view=None if view is None else str(view),
        text=text,
    )


def _faults(document: YamlDocument, text: str) -> Iterator[Fault]:
    tree = document.tree

    def fault(key: str, message: str, remedy: str) -> Fault:
        return Fault(document.path, document.line((key,)), "header", message, remedy)

    for key in sorted(_REQUIRED - tree.keys()):
        yield fault(key, f"'{key}' is missing.", f"Write '#+ {key}: …'.")
    for key in sorted(tree.keys() - _REQUIRED - _OPTIONAL):
        near = difflib.get_close_matches(key, _REQUIRED | _OPTIONAL, n=1)
        yield fault(key, f"unknown key '{key}'.", f"Did you mean '{near[0]}'?" if near else "Remove it.")
    for key in ("label", "about"):
        value = tree.get(key)
        if key in tree and not (isinstance(value, dict) and all(value.get(tag) for tag in LANGUAGES)):
            yield fault(key, f"'{key}' is not in both languages.", "Write {zh: …, en: …}.")
    params = tree.get("params", {})
    if not isinstance(params, dict):
        yield fault("params", "'params' is not a mapping.", "Write {name: {type: iri}}.")
        return
    for name, value in params.items():
        if not isinstance(value, dict) or value.get("type") not in PARAMETER_TYPES:
            remedy = f"Types are {', '.join(sorted(PARAMETER_TYPES))}."
            yield fault("params", f"parameter '{name}' has no known type.", remedy)
        if len(_blocks([name]).findall(text)) != 1:
            message = f"the query must have one block 'VALUES ?{name} {{ … }}' for its parameter."
            yield fault("params", message, f"Write 'VALUES ?{name} {{ UNDEF }}'.")


def _parameters(tree: Mapping[str, Json]) -> Iterator[Parameter]:
    params, choices = tree.get("params"), tree.get("choices")
    if not isinstance(params, dict):
        return
    for name, value in params.items():
        assert isinstance(value, dict)
        default = value.get("default")
        source = choices.get(name) if isinstance(choices, dict) else None
        yield Parameter(
            name,
            str(value["type"]),
            None if default is None else str(default),
            None if source is None else str(source),
        )


def _fill(text: str, terms: Mapping[str, str]) -> str:
    """Put each parameter's term between the braces of its block.

    All in one pass, so that a value that reads like the block of another parameter stays a value.
    """
    return _blocks(terms).sub(lambda match: f"{match.group(1)}{{ {terms[match.group(2)]} }}", text)


def _blocks(names: Iterable[str]) -> re.Pattern[str]:
    """Match the block of any of some parameters: group 1 is what stands before the braces, group 2 the name."""
    return re.compile(rf"((?i:VALUES)\s+\?({'|'.join(map(re.escape, names))})\s*)\{{[^{{}}]*\}}")


def _strings(value: Json) -> list[str]:
    return (
        [str(item) for item in value]
        if isinstance(value, list)
        else []
        if value in (None, "none")
        else [str(value)]
    )


def _texts(value: Json) -> dict[str, str]:
    assert isinstance(value, dict)
    return {tag: str(text) for tag, text in value.items()}
