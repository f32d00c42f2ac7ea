"""Stored queries run by the workers: their rows, the values that their parameters take, and what a wrong value is near to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from tongzhou.graph.asking import near_values
from tongzhou.graph.catalog import Catalog, StoredQuery
from tongzhou.graph.namespaces import shorten
from tongzhou.graph.parameters import Parameter, QueryCall
from tongzhou.server.problems import RequestError
from tongzhou.server.query_endpoint import QueryEndpoint
from tongzhou.server.questions.asked import MOST_ROWS
from tongzhou.server.questions.dataset import ASSERTED_GRAPHS, over
from tongzhou.server.questions.rows import Rows, plain_value, read_rows


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a parameter takes, as short as it can be written, and its label."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The rows of a stored query, the SPARQL that was run for them, and the snapshot that they come from."""

    rows: Rows
    text: str
    snapshot: str


class StoredQueries:
    """The catalogue over the data that is served. Runs in one event loop."""

    def __init__(self, catalog: Catalog, endpoint: QueryEndpoint) -> None:
        """Keep the queries, and who runs them."""
        self.catalog = catalog
        self._endpoint = endpoint
        self._choices: dict[object, tuple[Choice, ...]] = {}
        self._choices_of = ""
        self._asserted: tuple[str, tuple[str, ...]] = ("", ())

    @property
    def snapshot(self) -> str:
        """Return the name of the present snapshot."""
        return self._endpoint.snapshot

    async def answer(
        self,
        stored: StoredQuery,
        values: Mapping[str, str],
        *,
        client: str,
        limit: int = MOST_ROWS,
        offset: int = 0,
        inferred: bool = True,
    ) -> StoredAnswer:
        """Return the rows of a stored query from `offset` on; without `inferred`, those that stand without the reasoner.

        Raises BadValueError, UnknownParameterError, RequestError `unknown-value` where a value names nothing in the
        graph, and what the pool raises.
        """
        text = stored.bind(values)
        if not inferred:
            text = over(text, await self._asserted_graphs())
        await self._check(stored, values, client)
        page = f"{text}LIMIT {limit + 1}" + (f" OFFSET {offset}" if offset else "")
        snapshot, results = await self._endpoint.select(page, client)
        rows = await asyncio.to_thread(read_rows, results, most=limit)
        return StoredAnswer(rows, text, snapshot)

    async def loosened(
        self, stored: StoredQuery, values: Mapping[str, str], *, client: str, inferred: bool = True
    ) -> dict[str, int]:
        """Return how many rows there were without one of the values, for each value without which there were any."""
        counts: dict[str, int] = {}
        for name, value in values.items():
            if value and stored.parameters[name].type != "language":
                answer = await self.answer(stored, {**values, name: ""}, client=client, inferred=inferred)
                counts[name] = len(answer.rows.rows)
        return {name: count for name, count in counts.items() if count}

    async def choices(self, parameter: Parameter, language: str) -> tuple[Choice, ...]:
        """Return the values of a parameter with labels in a language; nothing where any value may do."""
        call = parameter.choices
        if call is None:
            return ()
        if self._choices_of != self.snapshot:
            self._choices_of, self._choices = self.snapshot, {}
        key = (call.query, *call.values.items(), language)
        if key not in self._choices:
            self._choices[key] = await self._find_choices(call, language)
        return self._choices[key]

    async def _asserted_graphs(self) -> tuple[str, ...]:
        """Return the graphs that hold nothing inferred, asked for once for a snapshot."""
        if self._asserted[0] != self.snapshot:
            snapshot, results = await self._endpoint.select(ASSERTED_GRAPHS)
            rows = read_rows(results, most=MOST_ROWS).rows
            self._asserted = (snapshot, tuple(plain_value(row[0]) for row in rows if row[0]))
        return self._asserted[1]

    async def _find_choices(self, call: QueryCall, language: str) -> tuple[Choice, ...]:
        source = self.catalog.find(call.query)
        own = {"lang": language} if "lang" in source.parameters else {}
        _, results = await self._endpoint.select(source.bind({**own, **call.values}))
        rows = read_rows(results, most=MOST_ROWS).rows
        labels = {shorten(plain_value(row[0])): plain_value(row[1]) for row in rows if row[0] and row[1]}
        return tuple(Choice(value, label) for value, label in labels.items())

    async def _check(self, stored: StoredQuery, values: Mapping[str, str], client: str) -> None:
        """Refuse values that name nothing: else their empty answer looks like one of the article."""
        for name, parameter in stored.parameters.items():
            value = values.get(name)
            if not value or value == parameter.default or parameter.type != "iri":
                continue
            thing = parameter.term(value)
            used = f"SELECT (1 AS ?used) {{ {{ {thing} ?p ?o }} UNION {{ ?s ?p {thing} }} }} LIMIT 1"
            if not await self._endpoint.ask(used, client):
                choices = await self.choices(parameter, "zh")
                near = near_values(value, {choice.value: choice.label for choice in choices})
                facts = {"parameter": name, "found": value[:80], "near": ", ".join(near) or "none"}
                raise RequestError("unknown-value", facts, offers=near)
