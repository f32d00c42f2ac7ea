"""The one writer: whole writes or none, checkpoints, what is durable, and what a kill leaves."""

from __future__ import annotations

import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.dataset_folder import DatasetFolder
from tongzhou.graph.errors import (
    DatasetError,
    DatasetInUseError,
    QueryRefusedError,
    RdfFormatError,
    RdfSyntaxError,
    TongzhouError,
    UpdateFailedError,
    UpdateSyntaxError,
)
from tongzhou.graph.primary import DeleteGraph, PostGraph, PrimaryStore, PutGraph, Update, Write
from tongzhou.graph.uploads import Part

GRAPH = "http://e/g"
TURTLE = "text/turtle"
QUADS = 7

WRITE_ON = """
import sys
from pathlib import Path
from tongzhou.graph.dataset_folder import DatasetFolder
from tongzhou.graph.primary import PrimaryStore, PutGraph, Update
from tongzhou.graph.uploads import Part
primary = PrimaryStore.open(DatasetFolder.create_or_open(Path(sys.argv[1])))
first, quads = int(sys.argv[2]), int(sys.argv[3])
print("open", flush=True)
for number in range(first, first + 1_000_000):
    triples = " . ".join(f"<urn:n{number}> <urn:p> {index}" for index in range(quads))
    primary.apply(Update(f"INSERT DATA {{ {triples} }} ; INSERT DATA {{ GRAPH <urn:g> {{ {triples} }} }}"))
    primary.apply(PutGraph("urn:last", (Part("text/turtle", f"<urn:last> <urn:is> {number}, {number + 1} .".encode()),)))
    latest = primary.make_durable()
    primary.remove_checkpoints(latest)
    print(number, flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> DatasetFolder:
    return DatasetFolder.create_or_open(tmp_path / "data")


@pytest.fixture
def primary(folder: DatasetFolder) -> Iterator[PrimaryStore]:
    store = PrimaryStore.open(folder)
    yield store
    store.close()


def content(primary: PrimaryStore) -> list[str]:
    """Return the quads of a new checkpoint, blank nodes without their names."""
    store = ox.Store.read_only(str(primary.make_durable()))
    names = [
        " ".join("_:" if part.startswith("_:") else part for part in str(quad).split()) for quad in store
    ]
    return sorted(names)


def graphs(primary: PrimaryStore) -> list[str]:
    return [str(name) for name in ox.Store.read_only(str(primary.make_durable())).named_graphs()]


def put(body: str, graph: str | None = GRAPH) -> PutGraph:
    return PutGraph(graph, (Part(TURTLE, body.encode()),), base="http://e/")


def post(body: str, graph: str | None = GRAPH) -> PostGraph:
    return PostGraph(graph, (Part(TURTLE, body.encode()),), base="http://e/")


def test_update_is_in_the_next_checkpoint(primary: PrimaryStore) -> None:
    assert primary.apply(Update("INSERT DATA { <s> <p> '同舟' }", base="http://e/")) == "changed"
    assert content(primary) == ['<http://e/s> <http://e/p> "同舟"']


def test_update_of_several_operations_is_done_or_not(primary: PrimaryStore) -> None:
    primary.apply(Update("CREATE GRAPH <urn:g>"))
    text = "INSERT DATA { <urn:s> <urn:p> 1 } ; CREATE GRAPH <urn:g>"
    with pytest.raises(UpdateFailedError, match="The graph <urn:g> already exists. Nothing was changed"):
        primary.apply(Update(text))
    assert content(primary) == []


def test_dataset_of_the_request_is_used(primary: PrimaryStore) -> None:
    primary.apply(
        Update("INSERT DATA { GRAPH <urn:a> { <urn:s> <urn:p> 1 } GRAPH <urn:b> { <urn:s> <urn:p> 2 } }")
    )
    primary.apply(Update("INSERT { <urn:copy> ?p ?o } WHERE { ?s ?p ?o }", using=("urn:b",)))
    assert [line for line in content(primary) if "copy" in line] == [
        '<urn:copy> <urn:p> "2"^^<http://www.w3.org/2001/XMLSchema#integer>'
    ]


@pytest.mark.parametrize(
    ("text", "error", "line", "column"),
    [
        ("\n nonsense", UpdateSyntaxError, 2, 2),
        ("INSERT DATA { ", UpdateSyntaxError, 1, None),
        ("INSERT DATA { <s> <urn:p> 1 }", UpdateSyntaxError, 1, 15),
        ("INSERT DATA { <urn:s> <urn:p> 'open }", UpdateSyntaxError, 1, 31),
        ("LOAD <http://127.0.0.1:9/>", QueryRefusedError, 1, 1),
        ("CREATE GRAPH <urn:g> ; LOAD <http://127.0.0.1:9/> INTO GRAPH <urn:g>", QueryRefusedError, 1, 24),
        ("CLEAR ALL ; LOAD ;", UpdateSyntaxError, 1, None),
        ("CREATE GRAPH <urn:g> ;\n; LOAD <http://127.0.0.1:9/>", UpdateSyntaxError, 2, 1),
        ("DELETE {} WHERE { SERVICE <http://127.0.0.1:9/> {} }", QueryRefusedError, 1, 19),
        ("INSERT {} WHERE " + "{" * 5000, QueryRefusedError, 1, None),
    ],
)
def test_updates_that_are_refused(
    primary: PrimaryStore,
    text: str,
    error: type[UpdateSyntaxError] | type[QueryRefusedError],
    line: int,
    column: int | None,
) -> None:
    with pytest.raises((UpdateSyntaxError, QueryRefusedError)) as caught:
        primary.apply(Update(text))
    assert type(caught.value) is error
    assert caught.value.line == line
    assert caught.value.column == column or column is None
    assert "[" not in str(caught.value)


def test_put_creates_then_replaces(primary: PrimaryStore) -> None:
    primary.apply(put("<other> <p> 1 .", "http://e/other"))
    assert primary.apply(put("<a> <p> [ <q> _:x ], _:x .")) == "created"
    assert primary.apply(put("<b> <p> <c> .")) == "changed"
    number = '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert content(primary) == [
        "<http://e/b> <http://e/p> <http://e/c> <http://e/g>",
        f"<http://e/other> <http://e/p> {number} <http://e/other>",
    ]


@pytest.mark.parametrize("graph", [GRAPH, None])
@pytest.mark.parametrize(
    ("before", "after", "triples"),
    [
        ("<a> <p> 1, 2 .", "<a> <p> 2, 3 .", 2),
        ("<a> <p> 1, 2 .", "<a> <p> 1, 2 .", 2),
        ("<a> <p> 1 .", "", 0),
        ("<a> <p> 1, [ <q> 2 ] .", "<a> <p> 1, [ <q> 2 ] .", 3),
        ("<a> <p> [] .", "<a> <p> '_:' .", 1),
        ("<a> <p> '_:', '\\u2028', '\\u0085\\n', '\\\\n' .", "<a> <p> '\\u2028', '\\u0085\\n' .", 2),
    ],
)
def test_graph_is_replaced_whatever_it_shares_with_its_former_self(
    primary: PrimaryStore, graph: str | None, before: str, after: str, triples: int
) -> None:
    other = "<a> <p> 1, [ <q> 2 ] ."
    primary.apply(put(other, "http://e/other"))
    primary.apply(put(other, None if graph else GRAPH))
    primary.apply(put(before, graph))
    assert primary.apply(put(after, graph)) == "changed"
    store = ox.Store.read_only(str(primary.make_durable()))
    name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
    found = ox.Dataset(
        ox.Quad(quad.subject, quad.predicate, quad.object)
        for quad in store.quads_for_pattern(None, None, None, name)
    )
    expected = ox.Dataset(ox.parse(after.encode(), format=ox.RdfFormat.TURTLE, base_iri="http://e/"))
    for one in (found, expected):
        one.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert found == expected
    assert (len(found), len(store)) == (triples, triples + 6)


def test_post_merges_with_fresh_blank_nodes(primary: PrimaryStore) -> None:
    assert primary.apply(post("_:x <p> <c> .")) == "created"
    assert primary.apply(post("_:x <p> <c> . <a> <p> <c> .")) == "changed"
    assert primary.apply(post("<a> <p> <c> .")) == "changed"
    assert len(content(primary)) == 3


@pytest.mark.parametrize("kind", [PutGraph, PostGraph])
def test_parts_are_written_together_and_their_blank_nodes_kept_apart(
    primary: PrimaryStore, kind: type[PutGraph] | type[PostGraph]
) -> None:
    parts = (
        Part(TURTLE, b"_:x <p> 1 ; <q> 2 ."),
        Part("application/n-triples", b"_:x <urn:p> <urn:o> ."),
        Part(TURTLE, b"_:x <p> 1 ."),
    )
    assert primary.apply(kind(GRAPH, parts, base="http://e/")) == "created"
    store = ox.Store.read_only(str(primary.make_durable()))
    assert len(list(store)) == 4
    assert len({quad.subject for quad in store}) == 3


def test_default_graph_is_always_there(primary: PrimaryStore) -> None:
    primary.apply(put("<named> <p> <c> ."))
    assert primary.apply(put("<a> <p> <c> .", None)) == "changed"
    assert primary.apply(put("<b> <p> <c> .", None)) == "changed"
    assert primary.apply(post("<c> <p> <c> .", None)) == "changed"
    assert [line.split()[0] for line in content(primary)] == [
        "<http://e/b>",
        "<http://e/c>",
        "<http://e/named>",
    ]
    assert primary.apply(DeleteGraph(None)) == "changed"
    assert [line.split()[0] for line in content(primary)] == ["<http://e/named>"]


@pytest.mark.parametrize("write", [put(""), post("# nothing")])
def test_empty_graph_is_created(primary: PrimaryStore, write: Write) -> None:
    assert primary.apply(write) == "created"
    assert graphs(primary) == [f"<{GRAPH}>"]
    assert primary.apply(write) == "changed"


def test_deleted_graph_is_gone(primary: PrimaryStore) -> None:
    assert primary.apply(DeleteGraph(GRAPH)) == "missing"
    primary.apply(put("<a> <p> <c> ."))
    assert primary.apply(DeleteGraph(GRAPH)) == "changed"
    assert (content(primary), graphs(primary)) == ([], [])
    assert primary.apply(DeleteGraph(GRAPH)) == "missing"


@pytest.mark.parametrize(
    ("write", "error"),
    [
        (PutGraph(GRAPH, (Part(TURTLE, b"<urn:a> <urn:b> "),)), RdfSyntaxError),
        (
            PutGraph(GRAPH, (Part("application/n-quads", b"<urn:a> <urn:b> <urn:c> <urn:d> ."),)),
            RdfSyntaxError,
        ),
        (PostGraph(GRAPH, (Part(TURTLE, b"<urn:x> <urn:b> 1 ."), Part("text/html", b""))), RdfFormatError),
    ],
)
def test_bad_upload_changes_nothing(primary: PrimaryStore, write: Write, error: type[TongzhouError]) -> None:
    primary.apply(put("<a> <p> <c> ."))
    before = content(primary)
    with pytest.raises(error):
        primary.apply(write)
    assert content(primary) == before


def test_every_character_and_term_survives(primary: PrimaryStore) -> None:
    everything = "".join(chr(code) for code in [*range(1, 0x3000), 0xFFFE, 0x10FFFF]) + '\\u0041"""\\'
    triples = [
        ox.Triple(ox.NamedNode("http://e/é协"), ox.NamedNode("http://e/p"), ox.Literal(everything)),
        ox.Triple(
            ox.NamedNode("http://e/b"),
            ox.NamedNode("http://e/p"),
            ox.Triple(
                ox.NamedNode("http://e/c"),
                ox.NamedNode("http://e/p"),
                ox.Literal("a", language="ar", direction=ox.BaseDirection.RTL),
            ),
        ),
    ]
    body = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert body is not None
    primary.apply(PutGraph(None, (Part("application/n-triples", body),)))
    store = ox.Store.read_only(str(primary.make_durable()))
    assert {quad.triple for quad in store} == set(triples)


def test_checkpoint_is_kept_until_something_changed(primary: PrimaryStore, folder: DatasetFolder) -> None:
    first = primary.make_durable()
    assert primary.make_durable() == first == folder.latest
    primary.apply(put("<a> <p> <c> ."))
    second = primary.make_durable()
    assert second > first
    assert list(folder.checkpoints) == [first, second]
    assert len(ox.Store.read_only(str(first))) == 0
    primary.remove_checkpoints(second)
    assert list(folder.checkpoints) == [second]


def test_reopened_store_has_a_fresh_checkpoint(folder: DatasetFolder) -> None:
    primary = PrimaryStore.open(folder)
    primary.apply(put("<a> <p> <c> ."))
    former = primary.make_durable()
    with pytest.raises(DatasetInUseError):
        PrimaryStore.open(folder)
    primary.close()
    again = PrimaryStore.open(folder)
    fresh = again.make_durable()
    assert list(folder.checkpoints[-2:]) == [former, fresh]  # the former one may still be read
    again.remove_checkpoints(fresh)
    assert list(folder.checkpoints) == [fresh]
    assert len(content(again)) == 1
    again.close()


def test_close_makes_the_last_write_durable(folder: DatasetFolder) -> None:
    primary = PrimaryStore.open(folder)
    primary.apply(put("<a> <p> <c> ."))
    primary.close()
    assert folder.latest is not None
    assert len(ox.Store.read_only(str(folder.latest))) == 1


def test_spoilt_store_is_told_and_the_lock_let_go(folder: DatasetFolder) -> None:
    PrimaryStore.open(folder).close()
    (folder.store_path / "CURRENT").write_text("nonsense\n")
    for _ in range(2):
        with pytest.raises(DatasetError, match="can't be opened: .*See whether the disk is full"):
            PrimaryStore.open(folder)


def start(path: Path, first: int) -> subprocess.Popen[str]:
    """Start a child that writes numbers without end, from `first`."""
    command = [sys.executable, "-c", WRITE_ON, str(path), str(first), str(QUADS)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n"
    return child


def test_kill_loses_nothing_acknowledged_and_leaves_no_half(tmp_path: Path) -> None:
    chance = random.Random(4)
    acknowledged: list[int] = []
    begun = 0
    for _ in range(12):
        with start(tmp_path, begun) as child:
            assert child.stdout is not None
            acknowledged += [int(child.stdout.readline()) for _ in range(chance.randrange(4))]
            time.sleep(chance.uniform(0, 0.05))
            child.send_signal(signal.SIGKILL)
            output, _errors = child.communicate(timeout=30)
        acknowledged += [int(line) for line in output.splitlines(keepends=True) if line.endswith("\n")]
        primary = PrimaryStore.open(DatasetFolder.open(tmp_path))
        store = ox.Store.read_only(str(primary.make_durable()))
        numbers = faulty_numbers(store, acknowledged)
        begun = max(numbers, default=-1) + 1
        assert len(list(store.quads_for_pattern(None, None, None, ox.NamedNode("urn:last")))) in (0, 2)
        primary.close()
    assert len(acknowledged) > 10


def faulty_numbers(store: ox.Store, acknowledged: list[int]) -> set[int]:
    """Return the numbers that are there; fail where one is there by half, or one that was acknowledged is not."""
    counts: dict[int, int] = {}
    for quad in store.quads_for_pattern(None, ox.NamedNode("urn:p"), None, None):
        number = int(str(quad.subject).removeprefix("<urn:n").removesuffix(">"))
        counts[number] = counts.get(number, 0) + 1
    assert {number: count for number, count in counts.items() if count != 2 * QUADS} == {}
    assert [number for number in acknowledged if number not in counts] == []
    return set(counts)


def trace_of(program: str, folder: Path) -> list[str]:
    """Run the writer for five writes under strace; return its syncs, with their files, and what it printed."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    trace = folder / "trace"
    command = [
        *[
            "strace",
            "-f",
            "-y",
            "-o",
            str(trace),
            "-e",
            "trace=fsync,fdatasync,sync_file_range,write",
            "-s",
            "16",
        ],
        *[sys.executable, "-c", program.replace("1_000_000", "5"), str(folder / "data"), "0", str(QUADS)],
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if "ptrace" in done.stderr.lower():
        pytest.skip("this system does not let strace trace a child")
    assert done.stdout.split() == ["open", "0", "1", "2", "3", "4"], done.stderr
    return [line for line in trace.read_text().splitlines() if "sync(" in line or "write(1<" in line]


def test_done_is_only_said_after_a_sync(tmp_path: Path) -> None:
    synced = False
    said = 0
    for line in trace_of(WRITE_ON, tmp_path):
        assert "= -1" not in line
        if "sync(" in line and "/store/" in line and ".sst>" in line:
            synced = True
        if re.search(r'write\(1<.*>, "\d', line):
            assert synced, f"no data were synced before {line}"
            synced = False
            said += 1
    assert said == 5


def test_update_alone_is_not_synced(tmp_path: Path) -> None:
    """The log of the store is what would make it durable: what does is `make_durable`, which several writes can share."""
    program = WRITE_ON.replace("latest = primary.make_durable()", "").replace(
        "primary.remove_checkpoints(latest)", ""
    )
    trace = trace_of(program, tmp_path)
    opened = next(number for number, line in enumerate(trace) if '"open"' in line)
    assert not [line for line in trace[opened:] if "sync(" in line and ".log>" in line]
