"""What a worker does: one query at a time over a snapshot that never changes. Blocking, single-threaded, killable."""

from __future__ import annotations

import itertools
from typing import Any

import pyoxigraph as ox

from tongzhou.graph.errors import TongzhouError
from tongzhou.graph.query import Query
from tongzhou.graph.results import ResultFormat, declared_prefixes, prettify, write_answer
from tongzhou.graph.store import StoreEvaluator
from tongzhou.server.planning import Plan, holds, plan_answer
from tongzhou.server.problems import RequestError
from tongzhou.server.result_table import tabulate
from tongzhou.server.workers.channel import Channel, Kind, pack, pack_json
from tongzhou.server.workers.job import Job
from tongzhou.server.workers.outlet import Outlet
from tongzhou.server.workers.refusals import refusal_to_json


class Worker:
    """Answers jobs from a channel. `snapshot` names the data in entity tags."""

    def __init__(self, channel: Channel, evaluator: StoreEvaluator, snapshot: str) -> None:
        """Keep what the jobs need."""
        self._channel = channel
        self._evaluator = evaluator
        self._snapshot = snapshot

    def run(self) -> None:
        """Answer until the server closes the channel."""
        while (frame := self._channel.receive()) is not None:
            self.answer(Job.from_bytes(frame[1]))

    def answer(self, job: Job) -> None:
        """Send HEAD, DATA and END, or PROBLEM, or BROKEN where the answer can't be finished after its HEAD."""
        outlet: Outlet | None = None
        query = job.query
        try:
            plan = plan_answer(
                query,
                accept=job.accept,
                accept_encoding=job.accept_encoding,
                snapshot=self._snapshot,
                pages=job.rows_on_page is not None,
            )
            if plan.etag and holds(job.if_none_match, plan.etag):
                self._channel.send(pack_json(Kind.HEAD, self._head(plan, 304)) + pack(Kind.END))
                return
            if plan.form is None:
                self._answer_page(job, query, plan)
                return
            outlet = self._outlet(job, query, plan, plan.form)
            write_answer(self._evaluator.evaluate_scanned(query), plan.form, outlet)
            _prettify(query, plan.form, outlet)
            outlet.close()
        except TongzhouError as error:
            self._fail(outlet, refusal_to_json(error))
        except RuntimeError as error:  # Oxigraph's word for a function that it does not know
            self._fail(outlet, refusal_to_json(RequestError("query-failed", {"reason": str(error)})))
        except MemoryError:
            self._fail(outlet, refusal_to_json(RequestError("out-of-memory", {})))

    def _fail(self, outlet: Outlet | None, refusal: dict[str, Any]) -> None:
        broken = outlet is not None and outlet.sent_head
        self._channel.send(pack_json(Kind.BROKEN if broken else Kind.PROBLEM, refusal))

    def _answer_page(self, job: Job, query: Query, plan: Plan) -> None:
        table = tabulate(self._evaluator.evaluate_scanned(query), most=job.rows_on_page or 0).to_json()
        if len(table) > job.most_bytes:
            raise RequestError("answer-too-large", {"cap": "bytes", "most": f"{job.most_bytes:,}"})
        head = pack_json(Kind.HEAD, self._head(plan, 200))
        self._channel.send(head + pack(Kind.DATA, table) + pack(Kind.END))

    def _head(self, plan: Plan, status: int) -> dict[str, Any]:
        return {
            "status": status,
            "type": plan.content_type,
            "etag": plan.etag,
            "snapshot": self._snapshot,
        }

    def _outlet(self, job: Job, query: Query, plan: Plan, form: ResultFormat) -> Outlet:
        def has_more_rows(most: int) -> bool:
            answer = self._evaluator.evaluate_scanned(query)
            rows = () if isinstance(answer, ox.QueryBoolean) else answer
            return next(itertools.islice(rows, most, None), None) is not None

        return Outlet(
            self._channel,
            self._head(plan, 200),
            form=form.name,
            coding=plan.coding,
            most_rows=job.most_rows,
            most_bytes=job.most_bytes,
            has_more_rows=has_more_rows,
        )


def _prettify(query: Query, form: ResultFormat, outlet: Outlet) -> None:
    """Word a short answer in Turtle or TriG again with prefixes: Oxigraph streams without any."""
    held = outlet.held()
    if held and form.name in ("turtle", "trig"):
        outlet.replace(prettify(held, form, declared_prefixes(query.text)))
