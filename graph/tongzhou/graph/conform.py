"""Checks a file of facts against the JSON Schema, and words what is wrong for the curator: line, fact, remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from tongzhou.graph.errors import Fault
from tongzhou.graph.schema import Schema
from tongzhou.graph.yamlld import Json, Pointer, YamlDocument

_NAMES = {"string": "words", "number": "a number", "array": "a list", "object": "a mapping"}
_FEW = 15
_LONG = 80


class FactsChecker:
    """Checks files of facts against one schema."""

    def __init__(self, schema: Schema) -> None:
        """Prepare the schema once for all files."""
        self._schema = schema
        self._validator: Any = Draft202012Validator(schema)

    def faults(self, document: YamlDocument) -> list[Fault]:
        """Return a fault for each thing in the file that the schema does not allow."""
        errors: Iterable[ValidationError] = self._validator.iter_errors(document.tree)
        return sorted({fault for error in errors for fault in self._word(error, (), document)})

    def _word(self, error: ValidationError, base: Pointer, document: YamlDocument) -> Iterator[Fault]:
        """Word one error, or those of the branch that the writer most likely meant."""
        pointer: Pointer = (*base, *error.path)
        branch = _likeliest(error)
        if branch:
            for inner in branch:
                yield from self._word(inner, pointer, document)
        elif error.validator == "additionalProperties":
            yield from self._unknown_keys(error, pointer, document)
        else:
            message, remedy = _message(error, pointer)
            yield _fault(document, pointer, message, remedy)

    def _unknown_keys(
        self, error: ValidationError, pointer: Pointer, document: YamlDocument
    ) -> Iterator[Fault]:
        known = list(_mapping(_mapping(error.schema).get("properties")))
        for key in _mapping(error.instance):
            if key not in known:
                remedy = _nearest(key, known) or f"Use one of {', '.join(known)}."
                if key in self._schema["$defs"]["quantity"]["properties"]:
                    remedy = "Write it under 'quantity'."
                yield _fault(document, (*pointer, str(key)), f"unknown key '{key}'.", remedy)


def _likeliest(error: ValidationError) -> list[ValidationError]:
    """Return the errors of the branch of an `anyOf` whose kind of value fits; none if the error has no branches."""
    branches: dict[object, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    if not branches:
        return []
    fitting = [errors for errors in branches.values() if not any(_is_misfit(inner) for inner in errors)]
    return next((errors for errors in fitting if _ends_in_enum(errors[0])), (fitting or [[]])[0])


def _is_misfit(error: ValidationError) -> bool:
    """Tell whether a branch is for another kind of value than the one found."""
    if error.path:
        return False
    if error.validator in {"enum", "const"} and not isinstance(error.instance, str):
        return True
    inner = error.context or ()
    return error.validator == "type" or (bool(inner) and all(_is_misfit(child) for child in inner))


def _ends_in_enum(error: ValidationError) -> bool:
    return error.validator == "enum" or any(_ends_in_enum(inner) for inner in error.context or ())


def _message(error: ValidationError, pointer: Pointer) -> tuple[str, str]:
    key = next((str(part) for part in reversed(pointer) if isinstance(part, str)), "the file")
    schema, found = _mapping(error.schema), error.instance
    described = str(schema.get("description", ""))
    remedy = described if described.startswith("Write") else ""
    if found is None:
        return f"'{key}' has no value.", remedy or "Write one, or remove the key."
    if error.validator == "enum":
        allowed = [str(word) for word in schema["enum"]]
        return f"{_shown(found)} is not a word for '{key}'.", _nearest(str(found), allowed) or _choice(
            allowed
        )
    if error.validator == "const":
        return f"{_shown(found)} is not the word for '{key}'.", f"Write '{schema['const']}'."
    if error.validator == "required" and isinstance(found, dict):
        missing = ", ".join(f"'{name}'" for name in schema["required"] if name not in found)
        return f"{missing} is missing in '{key}'.", remedy or f"Add {missing}."
    if error.validator == "pattern":
        return f"{_shown(found)} is not well written for '{key}'.", remedy
    return f"'{key}' has {_kind(found)}, which does not fit.", remedy or _expected(error)


def _expected(error: ValidationError) -> str:
    """Say which kinds of value would do."""
    kinds = dict.fromkeys(_NAMES.get(kind, kind) for kind in _wanted(error))
    return f"Write {' or '.join(kinds) or 'words'}."


def _wanted(error: ValidationError) -> Iterator[str]:
    if error.validator == "type":
        wanted = cast("str | list[str]", error.validator_value)
        yield from [wanted] if isinstance(wanted, str) else wanted
    for inner in error.context or ():
        if not inner.path:
            yield from _wanted(inner)


def _kind(found: object) -> str:
    if isinstance(found, bool):
        return "true or false"
    if isinstance(found, list):
        return "an empty list" if not found else "a list"
    return "a mapping" if isinstance(found, dict) else _shown(found)


def _shown(found: object) -> str:
    words = repr(found)
    return words if len(words) <= _LONG else f"{words[:_LONG]}…"


def _nearest(word: str, words: list[str]) -> str:
    folded = {known.casefold(): known for known in words}
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f"Did you mean '{folded[close[0]]}'?" if close else ""


def _choice(words: list[str]) -> str:
    if len(words) <= _FEW:
        return f"Use one of {', '.join(words)}."
    return f"Use a term of the ontology (ontology/tongzhou.ttl, ontology/schemes.ttl), such as {words[0]}."


def _mapping(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _fault(document: YamlDocument, pointer: Pointer, message: str, remedy: str) -> Fault:
    return Fault(document.path, document.line(pointer), _subject(document.tree, pointer), message, remedy)


def _subject(tree: Json, pointer: Pointer) -> str:
    """Return the id of the innermost fact around a place in the file."""
    subject = ""
    value: Json = tree
    for part in pointer:
        if isinstance(value, dict) and isinstance(value.get("id"), str):
            subject = str(value["id"])
        if isinstance(value, dict) and isinstance(part, str):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int):
            value = value[part]
    return subject
