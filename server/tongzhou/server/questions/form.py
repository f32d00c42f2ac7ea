"""The form of a stored query on its page: its fields, with what is wrong with the values in them. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongzhou.graph.catalog import StoredQuery
from tongzhou.graph.errors import BadValueError, TongzhouError
from tongzhou.graph.namespaces import shorten
from tongzhou.graph.parameters import Parameter
from tongzhou.server.problems import reply_to
from tongzhou.server.questions.rows import plain_value
from tongzhou.server.questions.stored import Choice
from tongzhou.server.questions.words import column_words


@dataclass(frozen=True)
class Field:
    """A field: its value as short as can be, the values to choose from, what is wrong with it, and what may be meant.

    A value that is none of the choices stands in a line to write in.
    """

    name: str
    label: str
    value: str
    choices: Sequence[Choice] = ()
    fault: str = ""
    offers: Sequence[str] = ()

    @property
    def is_written(self) -> bool:
        """Tell whether the value is written and not chosen."""
        return not self.choices or (
            bool(self.value) and self.value not in {one.value for one in self.choices}
        )


def make_field(parameter: Parameter, value: str | None, choices: Sequence[Choice], language: str) -> Field:
    """Return the field of a parameter with a value, or with its default where the request has none."""
    label = column_words(parameter.name, language)
    given = (parameter.default or "") if value is None else value
    if not given:
        return Field(parameter.name, label, "", choices)
    try:
        term = parameter.term(given)
    except BadValueError as error:
        return Field(parameter.name, label, given, choices, problem_of(error, language)["detail"])
    return Field(parameter.name, label, shorten(plain_value(term)), choices)


def problem_of(error: TongzhouError, language: str) -> dict[str, Any]:
    """Return the members of the problem that an error is to a client. Raises the error where it is no fault of its."""
    members: dict[str, Any] = json.loads(reply_to(error, language).body)
    return members


def fields_of(stored: StoredQuery) -> list[Parameter]:
    """Return the parameters that a form asks for: the language is that of the page."""
    return [parameter for parameter in stored.parameters.values() if parameter.type != "language"]


def in_language(stored: StoredQuery, values: Mapping[str, str], language: str) -> dict[str, str]:
    """Return values with the language, where the query has one."""
    own = {name: language for name, parameter in stored.parameters.items() if parameter.type == "language"}
    return {**values, **own}
