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

from tongzhou.graph.errors import Fault, SourceError, UnknownParameterError, UnknownQueryError
from tongzhou.graph.parameters import LANGUAGES, PARAMETER_TYPES, Parameter, QueryCall
from tongzhou.graph.yamlld import Json, YamlDocument, parse_yaml

_REQUIRED = frozenset({"summary", "description", "tags", "label", "about", "evidence"})
_OPTIONAL = frozenset({"params", "enumerate", "choices", "view", "addends"})
_VIEW = re.compile(r"table|number|(?:bars|amounts|dots|network)\((\w+), (\w+)\)")


@dataclass(frozen=True)
class View:
    """How to draw the rows: as `table`, as one `number`, or by two columns.

    `bars` have labels and lengths. Pictures are `amounts` (labels and numbers, in a group for each `measureName`), `dots`
    (what stands where) and `network` (who is in what, those in the same joined by a line).
    """

    kind: str
    label: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class StoredQuery:
    """One question with its titles, explanations, parameters and SPARQL.

    `addends` lists what the numbers of a row were made from; a value such as `?kind` there is that of the row, or of
    the parameter of that name.
    """

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    label: Mapping[str, str]
    about: Mapping[str, str]
    parameters: Mapping[str, Parameter]
    evidence: tuple[str, ...]
    view: View
    addends: QueryCall | None
    text: str

    def bind(self, values: Mapping[str, str] | None = None) -> str:
        """Return the SPARQL with the values of parameters, and defaults for the others; an empty value means any.

        Raises ParameterError, UnknownParameterError.
        """
        values = values or {}
        for name in values.keys() - self.parameters.keys():
            known = ", ".join(self.parameters) or "none"
            message = f"{self.name} has no parameter '{name}'. It has: {known}."
            likest = difflib.get_close_matches(name, self.parameters, n=len(self.parameters) or 1, cutoff=0)
            raise UnknownParameterError(message, parameter=name, known=likest)
        terms = {name: self._term(name, values) for name in self.parameters}
        return _fill(self.text, terms) if terms else self.text

    def addends_of(
        self, row: Mapping[str, str], values: Mapping[str, str] | None = None
    ) -> dict[str, str] | None:
        """Return the values with which `addends` lists the parts of a row, answered with some values of parameters.

        None where there are none to list.
        """
        if self.addends is None:
            return None
        defaults = {name: parameter.default or "" for name, parameter in self.parameters.items()}
        known = {**defaults, **(values or {}), **row}
        return {
            name: known.get(value[1:], "") if value.startswith("?") else value
            for name, value in self.addends.values.items()
        }

    def _term(self, name: str, values: Mapping[str, str]) -> str:
        parameter = self.parameters[name]
        value = values.get(name, parameter.default)
        return "UNDEF" if not value and parameter.type != "language" else str(parameter.term(value or ""))


class Catalog(dict[str, StoredQuery]):
    """The stored queries by name."""

    def find(self, name: str) -> StoredQuery:
        """Return a query by name. Raises UnknownQueryError, naming near ones."""
        if name in self:
            return self[name]
        near = difflib.get_close_matches(name, self, n=3, cutoff=0.4)
        hint = f"Near: {', '.join(near)}." if near else "'tongzhou ask' lists them."
        raise UnknownQueryError(f"there is no stored query '{name}'. {hint}", name, near)


def load_catalog(folder: Path) -> Catalog:
    """Read every `.rq` file of a folder. Raises SourceError with the faults of all of them."""
    faults: list[Fault] = []
    catalog = Catalog()
    for path in sorted(folder.glob("*.rq")):
        try:
            catalog[path.stem] = parse_stored_query(path.stem, path.read_text(encoding="utf-8"), path.name)
        except SourceError as error:
            faults += error.faults
    faults = faults or [fault for stored in catalog.values() for fault in _faults_of_calls(stored, catalog)]
    if faults:
        raise SourceError(faults)
    return catalog


def _faults_of_calls(stored: StoredQuery, catalog: Catalog) -> Iterator[Fault]:
    """Tell where a header names a query, or a parameter of it, that does not exist."""
    choices = ((f"choices of {name}", one.choices) for name, one in stored.parameters.items())
    for key, call in (*choices, ("addends", stored.addends)):
        if call is None:
            continue
        try:
            catalog.find(call.query).bind(dict.fromkeys(call.values, ""))
        except (UnknownQueryError, UnknownParameterError) as error:
            yield Fault(f"{stored.name}.rq", None, "header", f"{key}: {error}")


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
    return StoredQuery(
        name=name,
        summary=str(tree["summary"]),
        description=str(tree["description"]),
        tags=tuple(_strings(tree["tags"])),
        label=_texts(tree["label"]),
        about=_texts(tree["about"]),
        parameters={parameter.name: parameter for parameter in _parameters(tree)},
        evidence=tuple(_strings(tree["evidence"])),
        view=_read_view(tree.get("view")) or View("table"),
        addends=_read_call(tree.get("addends")),
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
    choices = tree.get("choices", {})
    if not isinstance(choices, dict) or not all(map(_read_call, choices.values())):
        yield fault(
            "choices", "'choices' is not readable.", "Write {name: query} or {name: {query: …, with: {…}}}."
        )
    elif unknown := sorted(choices.keys() - params.keys()):
        yield fault("choices", f"there is no parameter '{unknown[0]}'.", f"Parameters: {', '.join(params)}.")
    if "addends" in tree and _read_call(tree["addends"]) is None:
        yield fault("addends", "'addends' is not readable.", "Write {query: …, with: {…}}.")
    if "view" in tree and _read_view(tree["view"]) is None:
        yield fault("view", f"unknown view '{tree['view']}'.", "See docs/stored-queries.md for the views.")


def _read_call(value: Json) -> QueryCall | None:
    """Read the name of a query, or `{query: name, with: {parameter: value}}`; None where it is neither."""
    if isinstance(value, str):
        return QueryCall(value, {})
    if not isinstance(value, dict) or value.keys() - {"query", "with"}:
        return None
    query, values = value.get("query"), value.get("with", {})
    if not isinstance(query, str) or not isinstance(values, dict):
        return None
    return QueryCall(query, _texts(values))


def _read_view(value: Json) -> View | None:
    match = _VIEW.fullmatch(str(value))
    return View(str(value).partition("(")[0], match.group(1), match.group(2)) if match else None


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
            _read_call(source),
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
