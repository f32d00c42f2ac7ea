"""The pool over real workers, forked and spawned: what it promises under load, at the deadline and after a crash."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import uvloop

from tongzhou.graph.errors import QueryRefusedError, QuerySyntaxError
from tongzhou.server.problems import RequestError
from tongzhou.server.workers.job import Job
from tongzhou.server.workers.launch import ForkLauncher, Handle, Launcher, Snapshot
from tongzhou.server.workers.link import Answer, AnswerBrokenError
from tongzhou.server.workers.pool import Limits, Pool
from tongzhou.server.workers.spawn import SpawnLauncher

LIMITS = Limits(workers=2, most_running=3, most_queued=4, per_client=6, deadline=10)
COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c . ?d ?e ?f . ?h ?i ?j } }"
LARGE = "SELECT * { GRAPH ?g { ?a ?b ?c . ?d ?e ?f } }"
BOMB = (
    'SELECT ?x34 { BIND("ab" AS ?x0) '
    + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(34))
    + " }"
)
MEMORY = 2**28

Scenario = Callable[[Pool], Awaitable[None]]
RunPool = Callable[..., None]


@pytest.fixture(params=["forked", "spawned"])
def run(request: pytest.FixtureRequest, snapshot: Snapshot) -> RunPool:
    """Run a scenario with a pool over the snapshot, and see that no process is left behind."""

    def start(scenario: Scenario, limits: Limits = LIMITS, *, load: bool = False) -> None:
        async def main() -> None:
            launcher = _launcher(request.param)
            pool = Pool(launcher, limits)
            try:
                await pool.switch(snapshot)
                if load:
                    assert await pool.load() == (request.param == "forked")
                await scenario(pool)
            finally:
                await pool.close()
            assert pool.state().pids == ()

        before = _children()
        loops: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
            "forked": uvloop.new_event_loop,
            "spawned": asyncio.new_event_loop,
        }
        with asyncio.Runner(loop_factory=loops[request.param]) as runner:
            runner.run(main())
        assert _children() == before

    return start


def _launcher(kind: str) -> Launcher:
    if kind == "spawned":
        return SpawnLauncher(memory=MEMORY)
    return ForkLauncher(memory=MEMORY, in_memory_quads=100_000)


def _children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


async def _ask(pool: Pool, query: str, client: str = "somebody", **more: Any) -> Answer:
    timeout = more.pop("timeout", None)
    return await pool.answer(Job(query, **more), client=client, timeout=timeout)


async def _count(pool: Pool, query: str = COUNT, client: str = "somebody") -> int:
    answer = await _ask(pool, query, client)
    return int(json.loads(answer.body)["results"]["bindings"][0]["n"]["value"])


async def _count_again(pool: Pool) -> int:
    """Count, and again where the worker had just been lost: nobody may have noticed yet."""
    while True:
        try:
            return await _count(pool)
        except RequestError as error:
            assert error.kind == "worker-lost"
            await asyncio.sleep(0.05)


async def _kind_of_refusal(answer: Awaitable[object]) -> str:
    with pytest.raises(RequestError) as caught:
        await answer
    return caught.value.kind


async def _until(condition: Callable[[], bool], seconds: float) -> float:
    """Wait for a condition, and return how long it took."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds
        await asyncio.sleep(0.01)
    return time.monotonic() - start


def test_answers(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        answer = await _ask(pool, COUNT, accept="text/csv", accept_encoding="gzip")
        assert answer.body == b"n\r\n1000\r\n"
        assert answer.head["status"] == 200
        assert answer.head["type"] == "text/csv; charset=utf-8"
        assert answer.head["snapshot"] == "one"
        again = await _ask(
            pool, COUNT, accept="text/csv", accept_encoding="gzip", if_none_match=answer.head["etag"]
        )
        assert (again.head["status"], again.body) == (304, b"")

    run(scenario)


def test_refusals_of_the_worker(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        with pytest.raises(QuerySyntaxError) as caught:
            await _ask(pool, "ASK {\n ?s }")
        assert (caught.value.line, caught.value.column) == (2, 5)
        with pytest.raises(QueryRefusedError):
            await _ask(pool, "ASK { SERVICE <http://127.0.0.1:9/> {} }")
        assert await _kind_of_refusal(_ask(pool, "ASK {}", accept="image/png")) == "not-acceptable"
        assert await _kind_of_refusal(_ask(pool, LARGE, most_rows=10)) == "answer-too-large"
        assert await _kind_of_refusal(_ask(pool, LARGE, most_bytes=1000)) == "answer-too-large"
        assert await _count(pool) == 1000

    run(scenario)


def test_deadline_is_kept(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        start = time.monotonic()
        assert await _kind_of_refusal(_ask(pool, ENDLESS, timeout=0.5)) == "deadline"
        assert 0.5 <= time.monotonic() - start < 0.8
        assert await _count(pool) == 1000

    run(scenario)


def test_timeout_asks_for_less_never_for_more(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        start = time.monotonic()
        assert await _kind_of_refusal(_ask(pool, ENDLESS, timeout=60)) == "deadline"
        assert time.monotonic() - start < 1

    run(scenario, Limits(2, 3, 4, 6, deadline=0.5))


def test_light_queries_never_wait_behind_long_ones(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        long = [asyncio.create_task(_ask(pool, ENDLESS, f"long {number}")) for number in range(3)]
        await _until(lambda: pool.state().long == 3 and pool.state().idle == 2, 30)
        assert [_nice(pid) >= 15 for pid in pool.state().pids].count(True) == 3
        for _ in range(20):
            start = time.monotonic()
            assert await _count(pool) == 1000
            assert (
                time.monotonic() - start < 5
            )  # half of what the long ones take; a busy machine spawns slowly
        for task in long:
            task.cancel()
        await asyncio.gather(*long, return_exceptions=True)
        assert pool.state().busy == 0

    run(scenario)


def _nice(pid: int) -> int:
    try:
        return os.getpriority(os.PRIO_PROCESS, pid)
    except ProcessLookupError:
        return 0


def test_newest_long_query_is_shed(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        first = asyncio.create_task(_ask(pool, ENDLESS, "first"))
        await _until(lambda: pool.state().long == 1, 30)
        assert await _kind_of_refusal(_ask(pool, ENDLESS, "second")) == "shed"
        assert not first.done()
        first.cancel()

    run(scenario, Limits(workers=2, most_running=1, most_queued=4, per_client=4, deadline=10))


def test_queue_and_client_have_caps(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        mine = [asyncio.create_task(_ask(pool, ENDLESS, "mine")) for _ in range(2)]
        await asyncio.sleep(0)
        assert await _kind_of_refusal(_ask(pool, COUNT, "mine")) == "too-many-requests"
        others = [asyncio.create_task(_ask(pool, ENDLESS, f"other {number}")) for number in range(12)]
        results = await asyncio.gather(*others, *mine, return_exceptions=True)
        kinds = [result.kind for result in results if isinstance(result, RequestError)]
        assert len(kinds) == 14
        assert set(kinds) >= {"busy"}
        assert set(kinds) <= {"busy", "shed", "deadline"}
        assert await _count(pool, client="mine") == 1000
        assert pool.state().queued == 0

    run(scenario, Limits(workers=1, most_running=2, most_queued=3, per_client=2, deadline=1))


def test_client_that_goes_away_frees_its_worker(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        tasks = [asyncio.create_task(_ask(pool, ENDLESS)) for _ in range(2)]
        await _until(lambda: pool.state().long == 2, 30)
        working = [pid for pid in pool.state().pids if _nice(pid) >= 15]
        assert len(working) == 2
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert pool.state().counts["abandoned"] == 2
        assert await _until(lambda: not set(working) & set(pool.state().pids), 2) < 1

    run(scenario)


def test_client_that_goes_away_leaves_the_queue(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        tasks = [asyncio.create_task(_ask(pool, ENDLESS)) for _ in range(6)]
        await asyncio.sleep(0)
        assert pool.state().queued >= 4
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (pool.state().queued, pool.state().busy) == (0, 0)
        assert await _count(pool) == 1000

    run(scenario)


def test_stream_that_nobody_reads_on_is_cancelled(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        answer = await _ask(pool, LARGE)
        assert answer.stream is not None
        assert answer.cancel is not None
        async for piece in answer.stream:
            assert piece
            break
        answer.cancel()
        assert pool.state().busy == 0
        answer.cancel()  # once more does no harm
        assert await _count(pool) == 1000

    run(scenario)


def test_stream_is_whole(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        query = f"SELECT ?a ?d {{ GRAPH ?g {{ ?a ?b ?c }} VALUES ?d {{ {' '.join(map(str, range(100)))} }} }}"
        answer = await _ask(pool, query, accept="text/csv")
        assert answer.stream is not None
        body = b"".join([piece async for piece in answer.stream])
        assert body.count(b"\r\n") == 100_001
        assert body.endswith(b"\r\n")
        await _until(lambda: pool.state().busy == 0, 2)

    run(scenario)


def test_stream_breaks_at_the_deadline_and_over_a_cap(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        changes: list[dict[str, Any]] = [{"timeout": 0.3}, {"most_rows": 100_000}, {"most_bytes": 1_000_000}]
        for more in changes:
            answer = await _ask(pool, LARGE, **more)
            assert answer.stream is not None
            with pytest.raises(AnswerBrokenError):
                async for piece in answer.stream:
                    await asyncio.sleep(0.01 if "timeout" in more else 0)
                    assert piece
        assert await _count(pool) == 1000

    run(scenario)


def test_slow_reader_holds_up_its_worker_not_the_server(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        answer = await _ask(pool, LARGE)
        assert answer.stream is not None
        await asyncio.sleep(0.5)
        pieces = [await anext(answer.stream) for _ in range(5)]
        assert sum(map(len, pieces)) < 2_000_000
        assert pool.state().busy == 1
        assert await _count(pool) == 1000
        assert answer.cancel is not None
        answer.cancel()

    run(scenario)


def test_memory_bomb_ends_its_worker_only(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        for _ in range(3):
            assert await _kind_of_refusal(_ask(pool, BOMB)) == "out-of-memory"
            assert await _count(pool) == 1000

    run(scenario)


def test_worker_that_is_killed(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        for number, kind in (
            (signal.SIGKILL, "worker-lost"),
            (signal.SIGSEGV, "query-crashed"),
            (signal.SIGABRT, "out-of-memory"),
        ):
            task = asyncio.create_task(_ask(pool, ENDLESS))
            await _until(lambda: pool.state().long == 1, 30)
            (pid,) = [pid for pid in pool.state().pids if _nice(pid) >= 15]
            os.kill(pid, number)
            assert await _kind_of_refusal(task) == kind
            assert await _count(pool) == 1000

    run(scenario)


def test_idle_workers_that_are_killed_are_replaced(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        await _until(lambda: pool.state().idle == 2, 30)
        former = pool.state().pids
        for pid in former:
            os.kill(pid, signal.SIGKILL)
        await _until(lambda: not set(former) & set(pool.state().pids) and pool.state().idle == 2, 30)
        assert await _count(pool) == 1000

    run(scenario)


def test_switch_while_queries_run(run: RunPool, other_snapshot: Snapshot) -> None:
    async def scenario(pool: Pool) -> None:
        slow = "SELECT (COUNT(*) AS ?n) { VALUES ?x { 1 2 3 4 5 6 7 8 } GRAPH ?g { ?a ?b ?c . ?d ?e ?f } }"
        running = asyncio.create_task(_count(pool, slow, "before"))
        await _until(lambda: pool.state().long == 1, 30)
        await pool.switch(other_snapshot)
        assert pool.snapshot == other_snapshot
        answer = await _ask(pool, COUNT)
        assert answer.head["snapshot"] == "other"
        assert await _count(pool) == 5
        assert await running == 8_000_000

    run(scenario)


def test_switches_under_load_show_one_snapshot_or_the_other(
    run: RunPool, snapshot: Snapshot, other_snapshot: Snapshot
) -> None:
    async def scenario(pool: Pool) -> None:
        ending = asyncio.Event()
        counts: set[tuple[str, bytes]] = set()

        async def ask(client: str) -> None:
            while not ending.is_set():
                answer = await _ask(pool, COUNT, client, accept="text/csv")
                counts.add((answer.head["snapshot"], answer.body))

        tasks = [asyncio.create_task(ask(f"client {number}")) for number in range(4)]
        for target in (other_snapshot, snapshot) * 3:
            await pool.switch(target)
            assert (await _ask(pool, "ASK {}", "me")).head["snapshot"] == target.name
            await asyncio.sleep(0.05)
        ending.set()
        await asyncio.gather(*tasks)
        assert counts == {("one", b"n\r\n1000\r\n"), ("other", b"n\r\n5\r\n")}

    run(scenario, Limits(workers=2, most_running=3, most_queued=8, per_client=2, deadline=30))


def test_switch_that_fails_changes_nothing(run: RunPool, tmp_path: Path) -> None:
    async def scenario(pool: Pool) -> None:
        with pytest.raises(OSError, match="ready"):
            await pool.switch(Snapshot(tmp_path / "missing", "missing"))
        assert pool.snapshot.name == "one"
        assert await _count(pool) == 1000

    run(scenario)


def test_memory_answers_as_the_disk_does(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        queries = [COUNT, "SELECT (COUNT(*) AS ?n) { GRAPH ?g {} }"]
        on_disk = [await _count(pool, query) for query in queries]
        await pool.load()
        assert [await _count(pool, query) for query in queries] == on_disk == [1000, 2]

    run(scenario)


def test_load_follows_a_switch(run: RunPool, other_snapshot: Snapshot) -> None:
    async def scenario(pool: Pool) -> None:
        await pool.switch(other_snapshot)
        assert await _count(pool) == 5
        await pool.load()
        assert await _count(pool) == 5

    run(scenario, load=True)


def test_too_many_quads_stay_on_the_disk(snapshot: Snapshot) -> None:
    async def main() -> None:
        pool = Pool(ForkLauncher(memory=MEMORY, in_memory_quads=999), LIMITS)
        try:
            await pool.switch(snapshot)
            assert not await pool.load()
            assert await _count(pool) == 1000
        finally:
            await pool.close()

    asyncio.run(main())


def test_switch_while_loading(run: RunPool, other_snapshot: Snapshot) -> None:
    async def scenario(pool: Pool) -> None:
        loading = asyncio.create_task(pool.load())
        await asyncio.sleep(0)
        await pool.switch(other_snapshot)
        assert not await loading
        assert pool.snapshot == other_snapshot
        assert await _count(pool) == 5

    run(scenario)


@pytest.mark.parametrize("victim", ["all", "memory"])
def test_template_that_is_killed_is_replaced(snapshot: Snapshot, victim: str) -> None:
    async def main() -> None:
        pool = Pool(ForkLauncher(memory=MEMORY, in_memory_quads=100_000), LIMITS)
        try:
            await pool.switch(snapshot)
            assert await pool.load()
            await _until(lambda: pool.state().idle == 2, 30)
            task = asyncio.create_task(_ask(pool, ENDLESS))
            await _until(lambda: pool.state().long == 1, 30)
            (working,) = [pid for pid in pool.state().pids if _nice(pid) >= 15]
            memory = _parent(working)
            os.kill(memory if victim == "memory" else _parent(memory), signal.SIGKILL)
            assert await _kind_of_refusal(task) == "worker-lost"
            assert await _count_again(pool) == 1000
            assert await pool.load()
        finally:
            await pool.close()

    asyncio.run(main())


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


class RefusingLauncher(ForkLauncher):
    """A launcher that the system refuses processes for a while."""

    refuses = False
    refusals = 0

    async def launch(self, snapshot: Snapshot) -> Handle:
        if self.refuses:
            self.refusals += 1
            raise BlockingIOError("a process can't be forked: no more processes")
        return await super().launch(snapshot)


def test_starts_that_fail_are_tried_again(snapshot: Snapshot, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        launcher = RefusingLauncher(memory=MEMORY, in_memory_quads=0)
        pool = Pool(launcher, LIMITS)
        try:
            await pool.switch(snapshot)
            await _until(lambda: pool.state().idle == 2, 30)
            launcher.refuses = True
            for pid in pool.state().pids:
                os.kill(pid, signal.SIGKILL)
            await _until(lambda: launcher.refusals > 0, 30)
            assert await _kind_of_refusal(_ask(pool, COUNT, timeout=0.5)) == "busy"
            waiting = asyncio.create_task(_count(pool))
            await asyncio.sleep(0.1)
            launcher.refuses = False
            assert await waiting == 1000
            await _until(lambda: pool.state().idle == 2, 30)
            await asyncio.sleep(0.5)
            assert len(pool.state().pids) == 2
        finally:
            await pool.close()

    asyncio.run(main())
    assert "no more processes" in caplog.text


def test_close_lets_what_runs_finish_within_its_grace(run: RunPool) -> None:
    async def scenario(pool: Pool) -> None:
        slow = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c . ?d ?e ?f } }"
        await _until(lambda: pool.state().idle == 2, 30)
        finishing = asyncio.create_task(_count(pool, slow, "finishing"))
        endless = asyncio.create_task(_ask(pool, ENDLESS, "endless"))
        await _until(lambda: pool.state().busy == 2, 30)
        closing = asyncio.create_task(pool.close(grace=6))
        await asyncio.sleep(0)
        assert await _kind_of_refusal(_ask(pool, COUNT)) == "busy"
        assert await finishing == 1_000_000
        assert await _kind_of_refusal(endless) == "worker-lost"
        await closing

    run(scenario)


def test_workers_end_with_a_server_that_is_killed(snapshot: Snapshot) -> None:
    program = f"""
import asyncio
from pathlib import Path
from tongzhou.server.workers.launch import ForkLauncher, Snapshot
from tongzhou.server.workers.spawn import SpawnLauncher
from tongzhou.server.workers.pool import Limits, Pool
from tongzhou.server.workers.job import Job

async def main():
    snapshot = Snapshot(Path({str(snapshot.path)!r}), "one")
    pools = [Pool(launcher, Limits(1, 1, 1, 1, 60)) for launcher in
        (ForkLauncher(memory=2**28, in_memory_quads=10_000), SpawnLauncher(memory=2**28))]
    for pool in pools:
        await pool.switch(snapshot)
        await pool.load()
    for pool in pools:
        asyncio.ensure_future(pool.answer(Job({ENDLESS!r}), client="x"))
    await asyncio.sleep(0.3)
    print(*(pid for pool in pools for pid in pool.state().pids), flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        pids = [int(pid) for pid in server.stdout.readline().split()]
        assert len(pids) >= 3
        server.kill()
    end = time.monotonic() + 5
    while any(_lives(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.02)
    assert not [pid for pid in pids if _lives(pid)]


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
