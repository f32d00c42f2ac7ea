"""The writer as a process, spoken to frame by frame."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from tongzhou.graph.dataset_folder import DatasetFolder
from tongzhou.graph.errors import DatasetError, DatasetInUseError, UpdateSyntaxError
from tongzhou.graph.primary import DeleteGraph, PostGraph, PutGraph, Update, Write
from tongzhou.graph.uploads import Part
from tongzhou.server.workers.channel import Channel, Kind, pack, pack_json
from tongzhou.server.workers.refusals import refusal_from_json
from tongzhou.server.workers.writes import pack_write, receive_write

MEMORY = 512 * 2**20
WRITES: list[Write] = [
    Update("INSERT DATA { <urn:同舟> <urn:p> '\\n' }"),
    Update("DELETE WHERE { ?s ?p ?o }", (), ("urn:g", "urn:h"), "http://e/"),
    PutGraph("urn:g", (Part("text/turtle", b"\x00\xff"), Part(None, b"")), "http://e/"),
    PutGraph(None, (Part("text/turtle", b"a" * 200_000),)),
    PostGraph("urn:g", ()),
    DeleteGraph(None),
    DeleteGraph("urn:g"),
]


class Server:
    """The other end of the writer's channel."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self.channel = Channel(process.stdout.fileno(), process.stdin.fileno())

    def hear(self) -> tuple[Kind, dict[str, Any]]:
        frame = self.channel.receive()
        assert frame is not None
        return frame[0], json.loads(frame[1])

    def write(self, write: Write) -> tuple[Kind, dict[str, Any]]:
        self.channel.send(pack_write(write))
        return self.hear()

    def end_group(self, keep: str = "0") -> Path:
        self.channel.send(pack_json(Kind.END, {"keep": keep}))
        kind, told = self.hear()
        assert kind is Kind.END
        return Path(told["checkpoint"])


@contextmanager
def running(folder: Path) -> Generator[Server]:
    """Yield the server's end of a writer; close the channel and wait for its end."""
    parts = [str(os.getpid()), str(MEMORY), "writer", str(folder)]
    command = [sys.executable, "-m", "tongzhou.server.workers.spawned", *parts]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield Server(process)
    assert process.returncode == 0


@pytest.fixture
def folder(tmp_path: Path) -> DatasetFolder:
    return DatasetFolder.create_or_open(tmp_path / "data")


def subjects(checkpoint: Path) -> set[str]:
    return {str(quad.subject) for quad in ox.Store.read_only(str(checkpoint))}


@pytest.mark.parametrize("write", WRITES)
def test_write_arrives_as_it_was_sent(write: Write) -> None:
    reading, writing = os.pipe()
    channel = Channel(reading, writing)

    def send() -> None:
        channel.send(pack_write(write))
        os.close(writing)

    sender = threading.Thread(target=send)
    sender.start()
    frame = channel.receive()
    assert frame is not None
    assert frame[0] is Kind.JOB
    assert receive_write(frame[1], channel) == write
    assert channel.receive() is None
    sender.join()
    os.close(reading)


def test_writes_are_durable_as_a_group(folder: DatasetFolder) -> None:
    with running(folder.path) as server:
        kind, told = server.hear()
        assert (kind, told) == (Kind.READY, {"checkpoint": str(folder.latest)})
        assert server.write(Update("INSERT DATA { <urn:a> <urn:p> 1 }")) == (
            Kind.HEAD,
            {"outcome": "changed"},
        )
        upload = (Part("text/turtle", b"<#b> <#p> _:x ."), Part("text/turtle", b"<#c> <#p> _:x ."))
        assert server.write(PutGraph("urn:g", upload, "http://e/")) == (Kind.HEAD, {"outcome": "created"})
        assert server.write(DeleteGraph("urn:none")) == (Kind.HEAD, {"outcome": "missing"})
        assert len(folder.checkpoints) == 1
        checkpoint = server.end_group()
        assert len(folder.checkpoints) == 2
        assert subjects(checkpoint) == {"<urn:a>", "<http://e/#b>", "<http://e/#c>"}
        assert server.end_group() == checkpoint


def test_refused_write_leaves_the_group_as_it_was(folder: DatasetFolder) -> None:
    with running(folder.path) as server:
        server.hear()
        server.write(Update("INSERT DATA { <urn:a> <urn:p> 1 }"))
        kind, told = server.write(Update("INSERT DATA { <urn:b> <urn:p> 1 } ;\n INSERT"))
        assert kind is Kind.PROBLEM
        error = refusal_from_json(told)
        assert isinstance(error, UpdateSyntaxError)
        assert error.line == 2
        assert subjects(server.end_group()) == {"<urn:a>"}


def test_checkpoints_before_the_one_to_keep_are_removed(folder: DatasetFolder) -> None:
    with running(folder.path) as server:
        server.hear()
        made: list[Path] = []
        for number in range(3):
            server.write(Update(f"INSERT DATA {{ <urn:{number}> <urn:p> 1 }}"))
            made.append(server.end_group())
        assert list(folder.checkpoints[1:]) == made
        server.end_group(keep=made[1].name)
    assert list(folder.checkpoints) == made[1:]


def test_closed_channel_ends_the_writer_which_keeps_what_it_applied(folder: DatasetFolder) -> None:
    with running(folder.path) as server:
        server.hear()
        server.write(Update("INSERT DATA { <urn:a> <urn:p> 1 }"))
        server.channel.send(
            pack(Kind.JOB, b'{"replace": true, "graph": null, "parts": ["text/turtle"], "base": null}')
        )
    assert folder.latest is not None
    with running(folder.path) as server:
        checkpoint = Path(server.hear()[1]["checkpoint"])
        assert subjects(checkpoint) == {"<urn:a>"}


def test_dataset_in_use_is_a_problem(folder: DatasetFolder) -> None:
    with folder.locked("tongzhou load"), running(folder.path) as server:
        kind, told = server.hear()
        assert kind is Kind.PROBLEM
        error = refusal_from_json(told)
        assert isinstance(error, DatasetInUseError)
        assert (error.path, error.holder) == (str(folder.path), f"tongzhou load (process {os.getpid()})")


def test_folder_of_something_else_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("")
    with running(tmp_path) as server:
        kind, told = server.hear()
        assert kind is Kind.PROBLEM
        error = refusal_from_json(told)
        assert type(error) is DatasetError
        assert "holds other things (thesis.doc)" in str(error)
