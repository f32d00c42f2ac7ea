"""The process that workers are forked from: one thread, no network, asked over one socket.

It runs as `python -m tongzhou.server.workers.template FD`. Each message asks for one process; the answer
carries, as file descriptors, the new process's channel and a pidfd, so that a process is never taken for
another that got its number. The ends of processes are told too, with the status that says whether memory or
the stack was the cause. A template ends when its server closes the socket, and all forked from it end with it.

A template without data forks workers that open a checkpoint after the fork (RocksDB starts threads, and a
process with threads can't be forked safely). A template asked for a `template` forks one that holds the data
in memory: a second child reads the checkpoint and sends it through a pipe.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import pyoxigraph as ox

from tongzhou.graph.store import StoreEvaluator
from tongzhou.server.workers import sandbox
from tongzhou.server.workers.channel import Channel, Kind, pack_json
from tongzhou.server.workers.worker import Worker
from tongzhou.server.workers.writer import run_writer

LARGEST_MESSAGE = 65_536
STACK = 512 * 2**20  # address space, used as far as a query needs: Oxigraph recurses over long chains


class Template:
    """Forks what it is asked for. `store` is the data in memory, or None."""

    def __init__(self, control: socket.socket, store: ox.Store | None) -> None:
        """Keep the socket to the server."""
        self._control = control
        self._store = store
        self._wake, wake = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(self._wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _wake_up)

    def run(self) -> None:
        """Serve the socket until the server closes it."""
        while True:
            ready, _, _ = select.select([self._control.fileno(), self._wake], [], [])
            if self._wake in ready:
                os.read(self._wake, 4096)
                self._reap()
            if self._control.fileno() in ready:
                message = self._control.recv(LARGEST_MESSAGE)
                if not message:
                    return
                self._fork(json.loads(message))

    def _fork(self, order: dict[str, Any]) -> None:
        kind = socket.SOCK_SEQPACKET if order["kind"] == "template" else socket.SOCK_STREAM
        parent = os.getpid()
        try:
            theirs, ours = socket.socketpair(socket.AF_UNIX, kind)
        except OSError as error:
            self._refuse(order, error)
            return
        with theirs, ours:
            try:
                pid = os.fork()
                if pid == 0:
                    theirs.close()
                    self._become(order, ours, parent)
                pidfd = os.pidfd_open(pid)  # where this fails, the child ends: nobody holds its channel
            except OSError as error:
                self._refuse(order, error)
                return
            reply = json.dumps({"forked": order["id"], "pid": pid}).encode()
            socket.send_fds(self._control, [reply], [theirs.fileno(), pidfd])
            os.close(pidfd)

    def _refuse(self, order: dict[str, Any], error: OSError) -> None:
        reason = f"a process can't be forked: {error.strerror}"
        self._control.send(json.dumps({"refused": order["id"], "reason": reason}).encode())

    def _become(self, order: dict[str, Any], connection: socket.socket, parent: int) -> NoReturn:
        """Be a child: leave what belongs to the template, do the work, end without the template's clean-up."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(self._wake)
            self._control.close()
            sandbox.die_with_parent(parent)
            _ROLES[order["kind"]](order, connection, self._store)
            status = 0
        except (BrokenPipeError, ConnectionResetError):
            status = 0  # the server has gone
        except BaseException as error:  # noqa: BLE001 - the last line of defence of a process without a caller
            print(f"tongzhou: {order['kind']} process: {error!r}", file=sys.stderr, flush=True)
        finally:
            os._exit(status)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            told = {"ended": pid, "status": os.waitstatus_to_exitcode(status)}
            self._control.send(json.dumps(told).encode())


def _wake_up(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the signal's number goes into the pipe, and the loop goes on from there."""


def _be_worker(order: dict[str, Any], connection: socket.socket, store: ox.Store | None) -> None:
    if store is None:
        store = ox.Store.read_only(order["path"])
    channel = Channel(connection.fileno(), connection.fileno())
    sandbox.forbid_dumps()
    sandbox.limit_memory(order["memory"])
    channel.send(pack_json(Kind.READY, {}))
    Worker(channel, StoreEvaluator(store), order["snapshot"]).run()


def _be_template(order: dict[str, Any], connection: socket.socket, _store: ox.Store | None) -> None:
    store = _load(Path(order["path"]), order["most_quads"])
    if store is None:
        connection.send(b'{"too_large": true}')
        return
    gc.freeze()
    connection.send(b'{"loaded": true}')
    Template(connection, store).run()


def _load(checkpoint: Path, most_quads: int) -> ox.Store | None:
    """Copy a checkpoint into memory, through a child that opens it; None where it has too many quads."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _dump(checkpoint, most_quads, writing)
    os.close(writing)
    store = ox.Store()
    with os.fdopen(reading, "rb") as dump:
        graphs = dump.readline()
        store.bulk_load(dump, format=ox.RdfFormat.N_QUADS)
    _, status = os.waitpid(pid, 0)
    if status:
        return None
    for iri in json.loads(graphs):
        store.add_graph(ox.NamedNode(iri))
    return store


def _dump(checkpoint: Path, most_quads: int, writing: int) -> NoReturn:
    """Write a checkpoint into a pipe and end; the status tells whether it was written whole.

    N-Quads hold no empty graphs, so a line with the names of all graphs comes first.
    """
    status = 1
    try:
        store = ox.Store.read_only(str(checkpoint))
        if len(store) <= most_quads:
            graphs = [graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)]
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(json.dumps(graphs).encode() + b"\n")
                store.dump(pipe, format=ox.RdfFormat.N_QUADS)
            status = 0
    finally:
        os._exit(status)


def _be_writer(order: dict[str, Any], connection: socket.socket, _store: ox.Store | None) -> None:
    run_writer(Channel(connection.fileno(), connection.fileno()), Path(order["path"]), order["memory"])


_ROLES: dict[str, Callable[[dict[str, Any], socket.socket, ox.Store | None], None]] = {
    "worker": _be_worker,
    "template": _be_template,
    "writer": _be_writer,
}


def main() -> None:
    """Be the template without data. Stops of the server reach it by its socket, not by signals."""
    if os.environ.pop("TONGZHOU_STACK", None) is None:
        sandbox.grow_stack(STACK)
        sandbox.tune_allocator(os.environ)
        os.environ["TONGZHOU_STACK"] = "grown"
        os.execv(sys.executable, [sys.executable, "-m", "tongzhou.server.workers.template", *sys.argv[1:]])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    control = socket.socket(fileno=int(sys.argv[1]))
    sandbox.isolate_network()
    sandbox.deny_network()
    gc.freeze()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the server has gone
        Template(control, None).run()


if __name__ == "__main__":
    main()
