"""The queue of writes over a real writer: groups, order, what is read after an acknowledgement, ends of the writer."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.backup import back_up
from tongzhou.graph.dataset_folder import DatasetFolder
from tongzhou.graph.errors import (
    DatasetError,
    DatasetInUseError,
    QueryRefusedError,
    RdfFormatError,
    RdfRefusedError,
    RdfSyntaxError,
    TongzhouError,
    UpdateFailedError,
    UpdateSyntaxError,
)
from tongzhou.graph.primary import DeleteGraph, PostGraph, PutGraph, Update, Write
from tongzhou.graph.uploads import Part
from tongzhou.graph.verify import verify_store
from tongzhou.server.problems import RequestError
from tongzhou.server.workers.launch import ForkLauncher, Handle, Snapshot
from tongzhou.server.workers.spawn import SpawnLauncher
from tongzhou.server.writing import WriteLimits, Writer

MEMORY = 512 * 2**20
TURTLE = "text/turtle"
NUMBERS = " . ".join(f"<urn:n{number}> <urn:is> {number}" for number in range(500))
MANY = Update(f"INSERT DATA {{ {NUMBERS} }}")
LONG = Update(
    "INSERT { <urn:long> <urn:is> ?n } WHERE { SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } }"
)
"""Takes minutes over NUMBERS."""
BOMB = Update(
    "INSERT { <urn:bomb> <urn:is> ?x34 } WHERE { BIND('ab' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{step}, ?x{step}) AS ?x{step + 1})" for step in range(34))
    + " }"
)


def insert(number: int) -> Update:
    """Return an update that adds one triple to the default graph and one to a graph."""
    return Update(
        f"INSERT DATA {{ <urn:w{number}> <urn:p> 1 . GRAPH <urn:g> {{ <urn:w{number}> <urn:p> 1 }} }}"
    )


def numbers(path: Path) -> set[int]:
    """Return the numbers of `insert` that a checkpoint holds; fail where it holds half of one."""
    store = ox.Store.read_only(str(path))
    predicate = ox.NamedNode("urn:p")
    found = [int(quad.subject.value[5:]) for quad in store.quads_for_pattern(None, predicate, None, None)]  # type: ignore[union-attr]
    assert all(found.count(number) == 2 for number in set(found))
    return set(found)


def words(path: Path) -> set[str]:
    return {str(quad.subject) for quad in ox.Store.read_only(str(path))}


class RecordingLauncher:
    """Launches writers, and keeps their handles."""

    def __init__(self) -> None:
        self.inner: ForkLauncher | SpawnLauncher = ForkLauncher(memory=MEMORY, in_memory_quads=0)
        self.handles: list[Handle] = []

    async def launch_writer(self, folder: Path) -> Handle:
        self.handles.append(await self.inner.launch_writer(folder))
        return self.handles[-1]


@dataclass
class Service:
    """A writer with what a server would have around it."""

    folder: Path
    launcher: RecordingLauncher = field(default_factory=RecordingLauncher)
    checkpoints: list[Snapshot] = field(default_factory=list[Snapshot])
    oldest: str | None = None
    on_checkpoint: Callable[[Snapshot], None] = lambda _: None

    async def note(self, snapshot: Snapshot) -> None:
        await asyncio.sleep(0.01)  # workers take their time
        self.checkpoints.append(snapshot)
        self.on_checkpoint(snapshot)

    @property
    def newest(self) -> Path:
        return self.checkpoints[-1].path

    @asynccontextmanager
    async def running(self, limits: WriteLimits | None = None) -> AsyncGenerator[Writer]:
        writer = Writer(
            self.launcher,
            self.folder,
            limits or WriteLimits(),
            on_checkpoint=self.note,
            oldest_read=lambda: self.oldest,
        )
        try:
            self.checkpoints.append(await writer.start())
            yield writer
        finally:
            await writer.close(grace=10)
            self.launcher.inner.close()


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(tmp_path / "data")


def run(work: Coroutine[object, object, None]) -> None:
    """Run a test in an event loop, for a minute at most."""
    asyncio.run(asyncio.wait_for(work, 60))


async def answers(*writes: Coroutine[object, object, str]) -> list[str | BaseException]:
    return await asyncio.gather(*writes, return_exceptions=True)


def kind(answer: object) -> str:
    assert isinstance(answer, RequestError), answer
    return answer.kind


def test_writes_of_many_clients_share_a_checkpoint(service: Service) -> None:
    async def work() -> None:
        async with service.running() as writer:
            assert (
                await answers(*(writer.write(insert(number)) for number in range(200))) == ["changed"] * 200
            )
            assert numbers(service.newest) == set(range(200))
            assert len(service.checkpoints) < 40

    run(work())


def test_spawned_writer_does_the_same(service: Service) -> None:
    service.launcher.inner = SpawnLauncher(memory=MEMORY)

    async def work() -> None:
        async with service.running() as writer:
            assert await answers(*(writer.write(insert(number)) for number in range(20))) == ["changed"] * 20
            assert numbers(service.newest) == set(range(20))
            service.launcher.handles[0].kill()
            await service.launcher.handles[0].ended
            assert await writer.write(insert(20)) == "changed"
            assert numbers(service.newest) == set(range(21))

    run(work())


def test_writes_are_done_in_order(service: Service) -> None:
    async def work() -> None:
        async with service.running() as writer:
            steps = (
                f"DELETE {{ <urn:x> <urn:is> ?o }} INSERT {{ <urn:x> <urn:is> {number} }} "
                f"WHERE {{ OPTIONAL {{ <urn:x> <urn:is> ?o }} }}"
                for number in range(50)
            )
            await answers(*(writer.write(Update(step)) for step in steps))
            (quad,) = ox.Store.read_only(str(service.newest))
            assert str(quad.object).startswith('"49"')

    run(work())


def test_what_is_acknowledged_is_read_by_the_next_query(service: Service) -> None:
    async def client(writer: Writer, name: int) -> None:
        for step in range(5):
            await writer.write(insert(100 * name + step))
            assert 100 * name + step in numbers(service.newest)

    async def work() -> None:
        service.oldest = "0"  # keep all: clients read at leisure
        async with service.running() as writer:
            await asyncio.gather(*(client(writer, name) for name in range(4)))

    run(work())


def test_what_no_worker_reads_is_not_acknowledged(service: Service) -> None:
    def fail(_: Snapshot) -> None:
        raise OSError("no process can be started")

    async def work() -> None:
        async with service.running() as writer:
            service.on_checkpoint = fail
            with pytest.raises(RequestError) as caught:
                await writer.write(insert(1))
            assert caught.value.kind == "write-interrupted"

    run(work())


def test_a_checkpoint_is_offered_until_it_is_read(service: Service) -> None:
    offered: list[str] = []

    def fail_twice(snapshot: Snapshot) -> None:
        offered.append(snapshot.name)
        if len(offered) < 3:
            raise OSError("no process can be started")

    async def work() -> None:
        async with service.running() as writer:
            service.on_checkpoint = fail_twice
            assert await writer.write(insert(1)) == "changed"

    run(work())
    assert len(offered) >= 3
    assert len(set(offered[:3])) == 1


def test_outcomes_of_graphs(service: Service) -> None:
    graph = "http://e/g"
    upload = (Part(TURTLE, "<#a> <#b> '同舟' .".encode()), Part("application/n-triples", b""))

    async def work() -> None:
        async with service.running() as writer:
            writes: list[Write] = [
                DeleteGraph(graph),
                PutGraph(graph, upload, base="http://e/"),
                PutGraph(graph, upload),
                PostGraph(None, upload, base="http://e/"),
                Update("INSERT { ?s <#c> 1 } WHERE { ?s ?p ?o }", (graph,), (), "http://e/"),
                DeleteGraph(graph),
            ]
            found = [await answers(writer.write(write)) for write in writes]
        outcomes = ["missing", "created", None, "changed", "changed", "changed"]
        assert [one[0] for one in found if isinstance(one[0], str)] == [one for one in outcomes if one]
        assert isinstance(found[2][0], RdfSyntaxError)  # a relative IRI without a base
        assert words(service.newest) == {"<http://e/#a>"}

    run(work())


@pytest.mark.parametrize(
    ("write", "error"),
    [
        (Update("INSERT DATA { <urn:a> "), UpdateSyntaxError),
        (Update("LOAD <http://127.0.0.1:9/>"), QueryRefusedError),
        (Update("DROP GRAPH <urn:absent>"), UpdateFailedError),
        (PutGraph("urn:g", (Part(TURTLE, b"<urn:a> <urn:b>"),)), RdfSyntaxError),
        (PostGraph("urn:g", (Part("application/ld+json", b"[" * 9000),)), RdfRefusedError),
        (PostGraph("urn:g", (Part("text/html", b""),)), RdfFormatError),
    ],
)
def test_refusals_change_nothing_and_cost_others_nothing(
    service: Service, write: Write, error: type[TongzhouError]
) -> None:
    async def work() -> None:
        async with service.running() as writer:
            first, refused, last = await answers(
                *(writer.write(one) for one in (insert(1), write, insert(2)))
            )
            assert (first, last) == ("changed", "changed")
            assert type(refused) is error
            assert numbers(service.newest) == {1, 2}
            assert len(service.launcher.handles) == 1

    run(work())


def test_write_over_its_time_is_ended_and_those_beside_it_are_done(service: Service) -> None:
    async def work() -> None:
        async with service.running() as writer:
            await writer.write(MANY)
            begun = time.monotonic()
            found = await answers(
                writer.write(insert(1)), writer.write(LONG, timeout=1), writer.write(insert(2))
            )
            assert time.monotonic() - begun < 5
            assert (found[0], found[2]) == ("changed", "changed")
            assert kind(found[1]) == "write-deadline"
            assert numbers(service.newest) == {1, 2}
            assert "<urn:long>" not in words(service.newest)
            assert len(service.launcher.handles) == 2

    run(work())


def test_timeout_of_a_request_is_no_more_than_the_deadline(service: Service) -> None:
    async def work() -> None:
        async with service.running(WriteLimits(deadline=0.5)) as writer:
            await writer.write(MANY)
            (found,) = await answers(writer.write(LONG, timeout=1000))
            assert kind(found) == "write-deadline"

    run(work())


def test_memory_bomb_ends_the_writer_and_nobody_elses_write(service: Service) -> None:
    async def work() -> None:
        async with service.running() as writer:
            found = await answers(writer.write(insert(1)), writer.write(BOMB), writer.write(insert(2)))
            assert (found[0], found[2]) == ("changed", "changed")
            assert kind(found[1]) == "write-out-of-memory"
            assert numbers(service.newest) == {1, 2}

    run(work())


def test_killed_writer_is_started_again_and_keeps_what_it_had_applied(service: Service) -> None:
    async def work() -> None:
        async with service.running() as writer:
            await writer.write(MANY)
            tasks = [asyncio.ensure_future(writer.write(one)) for one in (insert(1), LONG, insert(2))]
            await asyncio.sleep(0.5)
            service.launcher.handles[0].kill()
            first, second, third = await asyncio.gather(*tasks, return_exceptions=True)
            assert (first, third) == ("changed", "changed")
            assert kind(second) == "write-interrupted"
            assert numbers(service.newest) == {1, 2}

    run(work())


def test_writer_killed_while_it_rests_is_not_noticed(service: Service) -> None:
    async def work() -> None:
        async with service.running() as writer:
            await writer.write(insert(1))
            service.launcher.handles[0].kill()
            await service.launcher.handles[0].ended
            assert await writer.write(insert(2)) == "changed"
            assert numbers(service.newest) == {1, 2}

    run(work())


def test_kills_at_any_moment_lose_nothing_acknowledged(service: Service) -> None:
    acknowledged: set[int] = set()
    over = asyncio.Event()

    async def client(writer: Writer, name: int) -> None:
        for number in itertools.count(100_000 * name):
            with contextlib.suppress(RequestError):
                await writer.write(insert(number))
                acknowledged.add(number)
            if over.is_set():
                return

    async def kill() -> None:
        for step in range(8):
            await asyncio.sleep(0.01 * step)
            victim = service.launcher.handles[-1]
            victim.kill()
            while service.launcher.handles[-1] is victim:
                await asyncio.sleep(0.003)
        over.set()

    async def work() -> None:
        async with service.running() as writer:
            await asyncio.gather(kill(), *(client(writer, name) for name in range(4)))
            await writer.write(insert(999_999))
            assert acknowledged < numbers(service.newest)
        assert len(service.launcher.handles) >= 9

    run(work())


def test_checkpoints_stay_while_they_are_read(service: Service) -> None:
    folder = DatasetFolder(service.folder)

    async def work() -> None:
        async with service.running() as writer:
            service.oldest = service.checkpoints[0].name
            for number in range(3):
                await writer.write(insert(number))
            assert [path.name for path in folder.checkpoints] == [one.name for one in service.checkpoints]
            service.oldest = None
            await writer.write(insert(3))
        assert list(folder.checkpoints) == [one.path for one in service.checkpoints[-2:]]

    run(work())


def test_backup_beside_the_writer_is_whole_and_holds_what_was_acknowledged(
    service: Service, tmp_path: Path
) -> None:
    folder = DatasetFolder(service.folder)

    async def work() -> None:
        async with service.running() as writer:
            for turn in range(3):
                await asyncio.gather(*(writer.write(insert(100 * turn + number)) for number in range(20)))
                busy = asyncio.gather(
                    *(writer.write(insert(100 * turn + number)) for number in range(20, 60))
                )
                service.launcher.handles[-1].kill()
                target = tmp_path / f"backup-{turn}"
                await asyncio.to_thread(back_up, folder, target)
                await asyncio.gather(busy, return_exceptions=True)
                store = DatasetFolder.open(target).store_path
                assert [one.fault for one in verify_store(store) if one.fault] == []
                assert numbers(store) >= {100 * turn + number for number in range(20)}

    run(work())


def test_queue_is_bounded(service: Service) -> None:
    async def work() -> None:
        async with service.running(WriteLimits(most_queued=2, most_queued_bytes=100_000)) as writer:
            await writer.write(MANY)
            long = asyncio.ensure_future(writer.write(LONG, timeout=2))
            await asyncio.sleep(0.1)
            waiting = asyncio.ensure_future(writer.write(insert(1)))
            await asyncio.sleep(0)
            (heavy,) = await answers(writer.write(Update(" " * 100_000)))
            assert kind(heavy) == "busy"
            found = await answers(*(writer.write(insert(number)) for number in range(2, 5)))
            assert [one if isinstance(one, str) else kind(one) for one in found] == [
                "changed",
                "busy",
                "busy",
            ]
            assert await waiting == "changed"
            assert kind((await answers(long))[0]) == "write-deadline"  # type: ignore[arg-type]

    run(work())


def test_write_that_waited_too_long_was_not_begun(service: Service) -> None:
    async def work() -> None:
        async with service.running() as writer:
            await writer.write(MANY)
            found = await answers(writer.write(LONG, timeout=1), writer.write(insert(1), timeout=0.3))
            assert [kind(one) for one in found] == ["write-deadline", "busy"]
            assert await writer.write(insert(2)) == "changed"
            assert numbers(service.newest) == {2}

    run(work())


def test_write_that_is_cancelled_before_its_turn_is_not_done(service: Service) -> None:
    async def work() -> None:
        async with service.running() as writer:
            await writer.write(MANY)
            long = asyncio.ensure_future(writer.write(LONG, timeout=0.5))
            waiting = asyncio.ensure_future(writer.write(insert(1)))
            await asyncio.sleep(0.1)
            waiting.cancel()
            await asyncio.gather(long, waiting, return_exceptions=True)
            await writer.write(insert(2))
            assert numbers(service.newest) == {2}

    run(work())


def test_close_does_what_waits_and_takes_no_more(service: Service) -> None:
    async def work() -> None:
        async with service.running() as writer:
            tasks = [asyncio.ensure_future(writer.write(insert(number))) for number in range(20)]
            await asyncio.sleep(0)
            await writer.close(grace=10)
            assert await asyncio.gather(*tasks) == ["changed"] * 20
            assert kind((await answers(writer.write(insert(99))))[0]) == "busy"
        assert numbers(DatasetFolder(service.folder).checkpoints[-1]) == set(range(20))
        with DatasetFolder(service.folder).locked("test"):  # the writer has let go
            pass

    run(work())


def test_close_without_grace_answers_all(service: Service) -> None:
    async def work() -> None:
        async with service.running() as writer:
            await writer.write(MANY)
            tasks = [asyncio.ensure_future(writer.write(one)) for one in (insert(1), LONG, insert(2))]
            await asyncio.sleep(0.3)
            service.launcher.handles[0].kill()
            await writer.close()
            found = await asyncio.gather(*tasks, return_exceptions=True)
            assert [kind(one) for one in found] == ["write-interrupted", "write-interrupted", "busy"]

    run(work())


def test_dataset_in_use_is_told(service: Service) -> None:
    async def work() -> None:
        folder = DatasetFolder.create_or_open(service.folder)
        with (
            folder.locked("tongzhou load"),
            pytest.raises(DatasetInUseError, match=f"tongzhou load .process {os.getpid()}"),
        ):
            async with service.running():
                pass

    run(work())


def test_folder_that_is_no_dataset_is_told(service: Service) -> None:
    service.folder.write_text("")

    async def work() -> None:
        with pytest.raises(DatasetError, match="can't be used"):
            async with service.running():
                pass

    run(work())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder on a disk of 32 MB."""
    path = tmp_path / "disk"
    path.mkdir()
    mount = shutil.which("mount")
    if (
        mount is None
        or subprocess.run(
            [mount, "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(path)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("no small disk: mount is not allowed here")
    yield path
    subprocess.run(["umount", str(path)], check=True)


def test_full_disk_is_told_and_nothing_acknowledged_is_lost(small_disk: Path) -> None:
    service = Service(small_disk / "data")
    acknowledged: list[int] = []

    async def write_until_refused(writer: Writer) -> TongzhouError:
        for number in range(10_000):
            try:
                await writer.write(insert(number))
            except TongzhouError as error:
                return error
            acknowledged.append(number)
        raise AssertionError("the disk was never full")

    async def work() -> None:
        async with service.running() as writer:
            await writer.write(insert(10_000))
            ballast = small_disk / "ballast"
            with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
                while True:
                    file.write(bytes(4096))
            refused = await write_until_refused(writer)
            assert isinstance(refused, DatasetError), refused
            assert "No space left" in str(refused)
            assert set(acknowledged) <= numbers(service.newest)  # what was read before can be read on
            ballast.unlink()
            assert await writer.write(insert(20_000)) == "changed"
            assert {*acknowledged, 10_000, 20_000} <= numbers(service.newest)

    run(work())


TRACED = """
import asyncio, sys
from pathlib import Path
from tongzhou.graph.primary import Update
from tongzhou.server.workers.launch import ForkLauncher
from tongzhou.server.workers.spawn import SpawnLauncher
from tongzhou.server.writing import Writer, WriteLimits
async def nothing(snapshot): pass
async def work():
    launcher = ForkLauncher(memory=2**29, in_memory_quads=0)
    writer = Writer(launcher, Path(sys.argv[1]), WriteLimits(), on_checkpoint=nothing)
    await writer.start()
    for number in range(5):
        await writer.write(Update(f"INSERT DATA {{ <urn:s{number}> <urn:p> {number} }}"))
        print("done", number, flush=True)
    await asyncio.gather(*(writer.write(Update(f"INSERT DATA {{ <urn:t{n}> <urn:p> {n} }}")) for n in range(100)))
    print("done all", flush=True)
    await writer.close(grace=1)
    launcher.close()
asyncio.run(work())
"""


def test_done_is_only_said_after_a_sync(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    strace = ["strace", "-f", "-y", "-o", str(trace), "-s", "16"]
    calls = ["-e", "trace=fsync,fdatasync,sync_file_range,write"]
    done = subprocess.run(
        [*strace, *calls, sys.executable, "-c", TRACED, str(tmp_path / "data")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if "ptrace" in done.stderr.lower():
        pytest.skip("this system does not let strace trace a child")
    assert done.stdout.split("\n")[:6] == [*(f"done {number}" for number in range(5)), "done all"], (
        done.stderr
    )
    syncs, said = 0, 0
    for line in trace.read_text().splitlines():
        assert "= -1" not in line or "sync" not in line
        syncs += "sync(" in line and "/data/store/" in line and ".sst>" in line
        if "write(1<" in line and '"done' in line:
            assert syncs > 0, f"no data were synced before {line}"
            assert said < 5 or syncs < 50  # a hundred writes at once share their syncs
            syncs, said = 0, said + 1
    assert said == 6
