"""The program of a spawned process: `python -m tongzhou.server.workers.spawned PARENT MEMORY worker|writer PATH [NAME]`."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import pyoxigraph as ox

from tongzhou.graph.store import StoreEvaluator
from tongzhou.server.workers import sandbox
from tongzhou.server.workers.channel import Channel, Kind, pack_json
from tongzhou.server.workers.template import STACK
from tongzhou.server.workers.worker import Worker
from tongzhou.server.workers.writer import run_writer


def _take_channel() -> Channel:
    """Keep standard input and output for frames; what else is printed goes to standard error."""
    channel = Channel(os.dup(0), os.dup(1))
    os.dup2(2, 1)
    return channel


def _work(channel: Channel, memory: int, kind: str, path: str, names: list[str]) -> None:
    status = 1
    try:
        if kind == "worker":
            store = ox.Store.read_only(path)
            sandbox.limit_memory(memory)
            channel.send(pack_json(Kind.READY, {}))
            Worker(channel, StoreEvaluator(store), names[0]).run()
        else:
            run_writer(channel, Path(path), memory)
        status = 0
    except (BrokenPipeError, ConnectionResetError):
        status = 0  # the server has gone
    except BaseException as error:  # noqa: BLE001 - the last line of defence of a process without a caller
        print(f"tongzhou: {kind} process: {error!r}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)


def main() -> None:
    """Set up what protections there are, and work in a thread, whose stack may be large on every system."""
    parent, memory, kind, path, *names = sys.argv[1:]
    if not sandbox.die_with_parent(int(parent)):
        sandbox.watch_parent(int(parent))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches all; the server ends its own
    channel = _take_channel()
    sandbox.forbid_dumps()
    sandbox.isolate_network()
    sandbox.deny_network()
    threading.stack_size(STACK)
    thread = threading.Thread(target=_work, args=(channel, int(memory), kind, path, names))
    thread.start()
    thread.join()


if __name__ == "__main__":
    main()
