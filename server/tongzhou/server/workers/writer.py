"""The one process that writes to a dataset: one write at a time, durable in groups. Blocking, single-threaded, killable.

The server says what is done when. A write (JOB, and BODY for each document) is applied at once and answered by HEAD,
or by PROBLEM where it is refused; it is not acknowledged yet. END makes all that was applied since the last END durable
with one sync, however many writes that are, and is answered by END with the new checkpoint; only then does the server
acknowledge them. END also names the oldest checkpoint that is still read: those before it are removed.

Uploads are parsed here, not in a process of their own: a process whose store has threads can't be forked safely, and
the triples would have to be read a second time. What a stranger uploads stays bounded all the same: uploads.py refuses
what overflows a parser, the memory limit ends this process, and so does the server at the deadline of a write. That
costs nobody else a write: each is one transaction, what was applied is in the log of the store, and the server starts
this process again and goes on with the next write.
"""

from __future__ import annotations

import json
from pathlib import Path

from tongzhou.graph.dataset_folder import DatasetFolder
from tongzhou.graph.errors import DatasetError, TongzhouError
from tongzhou.graph.primary import PrimaryStore, Write
from tongzhou.server.problems import RequestError
from tongzhou.server.workers import sandbox
from tongzhou.server.workers.channel import Channel, Kind, pack_json
from tongzhou.server.workers.refusals import refusal_to_json
from tongzhou.server.workers.writes import receive_write

_THREAD_STACK = 8 * 2**20
_SHARES = 2  # of a worker's memory, for a transaction is held whole: 16 MiB of Turtle in the place of as much takes 0.7 GB


def run_writer(channel: Channel, folder: Path, memory: int) -> None:
    """Open the dataset, send READY with its first checkpoint, and write until the server closes the channel.

    `memory` is how many bytes more than at its start a worker may take; the writer may take twice that. A dataset that
    can't be opened, or whose disk refuses, is told as PROBLEM or BROKEN, and ends the process: opening it again shows
    what was kept.
    """
    sandbox.limit_thread_stacks(_THREAD_STACK)  # RocksDB starts threads later too, when its disk is full
    try:
        primary = PrimaryStore.open(DatasetFolder.create_or_open(folder))
        checkpoint = primary.make_durable()
    except DatasetError as error:
        channel.send(pack_json(Kind.PROBLEM, refusal_to_json(error)))
        return
    sandbox.limit_memory(_SHARES * memory)
    channel.send(pack_json(Kind.READY, {"checkpoint": str(checkpoint)}))
    while (frame := channel.receive()) is not None:
        kind, payload = frame
        if kind is Kind.END:
            trusted = _end_group(channel, primary, json.loads(payload)["keep"])
        else:
            trusted = _apply(channel, primary, receive_write(payload, channel))
        if not trusted:
            return
    primary.close()


def _apply(channel: Channel, primary: PrimaryStore, write: Write) -> bool:
    """Do a write and answer it; return whether the store may be used on."""
    try:
        outcome = primary.apply(write)
    except TongzhouError as error:
        channel.send(pack_json(Kind.PROBLEM, refusal_to_json(error)))
        return not isinstance(error, DatasetError)
    except MemoryError:
        channel.send(pack_json(Kind.PROBLEM, refusal_to_json(RequestError("write-out-of-memory", {}))))
        return True
    channel.send(pack_json(Kind.HEAD, {"outcome": outcome}))
    return True


def _end_group(channel: Channel, primary: PrimaryStore, keep: str) -> bool:
    """Make what was applied durable and answer that; return whether the store may be used on."""
    try:
        checkpoint = primary.make_durable()
    except DatasetError as error:
        channel.send(pack_json(Kind.BROKEN, refusal_to_json(error)))
        return False
    channel.send(pack_json(Kind.END, {"checkpoint": str(checkpoint)}))
    primary.remove_checkpoints(checkpoint.with_name(keep))
    return True
