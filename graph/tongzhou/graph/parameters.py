"""Parameters of stored queries: a value as text becomes a term of the parameter's type."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

import pyoxigraph as ox

from tongzhou.graph.errors import BadValueError
from tongzhou.graph.namespaces import BASE, ID, PREFIXES, SCHEME, XSD

PARAMETER_TYPES = frozenset({"iri", "string", "integer", "decimal", "language"})
LANGUAGES = ("zh", "en")

_NUMBERS = {"integer": re.compile(r"[+-]?[0-9]+"), "decimal": re.compile(r"[+-]?[0-9]*\.?[0-9]+")}
_SCHEMES = SCHEME.removeprefix(BASE)
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*")


@dataclass(frozen=True)
class QueryCall:
    """A stored query with values for some of its parameters."""

    query: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Parameter:
    """A parameter of a stored query: its type, and what it is without a value (None: anything).

    The first two columns of `choices` are values for it and their labels.
    """

    name: str
    type: str
    default: str | None
    choices: QueryCall | None

    def term(self, value: str) -> ox.NamedNode | ox.Literal:
        """Return a value as a term of the parameter's type. Raises ParameterError."""
        value = value.strip() if self.type != "string" else value
        if self.type == "iri":
            return self._thing(value)
        if self.type == "string":
            return ox.Literal(value)
        if self.type == "language":
            if value not in LANGUAGES:
                raise self._refuse(value, "language. Write zh or en.")
            return ox.Literal(value)
        if not _NUMBERS[self.type].fullmatch(value):
            raise self._refuse(value, f"{self.type}.")
        return ox.Literal(value, datatype=ox.NamedNode(f"{XSD}{self.type}"))

    def _thing(self, value: str) -> ox.NamedNode:
        """Return the thing that a full IRI, a prefixed name, `<type>/<slug>` or `scheme/<scheme>/<concept>` stands for."""
        prefix, colon, rest = value.partition(":")
        base = BASE if value.startswith(_SCHEMES) else ID
        iri = (
            PREFIXES[prefix] + rest
            if colon and prefix in PREFIXES
            else value
            if colon
            else urljoin(base, value)
        )
        if value and _IRI.fullmatch(iri):
            with contextlib.suppress(ValueError):
                return ox.NamedNode(iri)
        remedy = (
            "Write a full IRI, a prefixed name such as tz:Donation, or <type>/<slug> such as place/wuhan."
        )
        raise self._refuse(value, f"IRI. {remedy}")

    def _refuse(self, value: str, kind: str) -> BadValueError:
        message = f"parameter '{self.name}': {value!r} is no {kind}"
        return BadValueError(message, parameter=self.name, found=value, expected=self.type)
