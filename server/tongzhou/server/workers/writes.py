"""A write on its way to the writer: a JOB frame, and a BODY frame for each document that is uploaded."""

from __future__ import annotations

import json
from typing import Any

from tongzhou.graph.primary import DeleteGraph, PostGraph, PutGraph, Update, Write
from tongzhou.graph.uploads import Part
from tongzhou.server.workers.channel import Channel, Kind, pack, pack_json


def pack_write(write: Write) -> bytes:
    """Return the frames of a write."""
    match write:
        case Update():
            fields: dict[str, Any] = {
                "update": write.text,
                "using": write.using,
                "using_named": write.using_named,
                "base": write.base,
            }
            return pack_json(Kind.JOB, fields)
        case PutGraph() | PostGraph():
            fields = {
                "replace": isinstance(write, PutGraph),
                "graph": write.graph,
                "parts": [part.media_type for part in write.parts],
                "base": write.base,
            }
            return b"".join(
                [pack_json(Kind.JOB, fields), *(pack(Kind.BODY, part.body) for part in write.parts)]
            )
        case DeleteGraph():
            return pack_json(Kind.JOB, {"delete": write.graph})


def receive_write(job: bytes, channel: Channel) -> Write:
    """Return the write of a JOB frame; receive the BODY frames behind it.

    Raises ConnectionResetError where the server goes in between.
    """
    fields = json.loads(job)
    if "update" in fields:
        using, named = (_tuple(fields[name]) for name in ("using", "using_named"))
        return Update(fields["update"], using, named, fields["base"])
    if "delete" in fields:
        return DeleteGraph(fields["delete"])
    parts = tuple(Part(media_type, _receive_body(channel)) for media_type in fields["parts"])
    kind = PutGraph if fields["replace"] else PostGraph
    return kind(fields["graph"], parts, fields["base"])


def _receive_body(channel: Channel) -> bytes:
    frame = channel.receive()
    if frame is None:
        raise ConnectionResetError("the server has gone")
    return frame[1]


def _tuple(names: list[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)
