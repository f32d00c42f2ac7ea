"""A program that is a worker's process in all but its work: `prober.py template|spawned ARGUMENT…`.

In the place of the worker stands one that tries every way out to the ports in $CANARY, and reports as JSON which of
them succeeded. With `bare` as first argument it tries them without any sandbox, and prints the report.
"""

from __future__ import annotations

import ctypes
import errno
import json
import mmap
import os
import platform
import socket
import sys
from collections.abc import Callable

import pyoxigraph as ox

from tongzhou.graph.store import StoreEvaluator
from tongzhou.server.workers import spawned, template
from tongzhou.server.workers.channel import Channel, Kind, pack_json

_X32 = 0x40000000


class Prober:
    """Takes the place of Worker."""

    def __init__(self, channel: Channel, _evaluator: StoreEvaluator, _snapshot: str) -> None:
        self._channel = channel

    def run(self) -> None:
        self._channel.send(pack_json(Kind.PROBLEM, probe()))
        self._channel.receive()


def probe() -> dict[str, bool]:
    """Return the names of the ways out, and whether each was open."""
    tcp, udp, tcp6 = json.loads(os.environ["CANARY"])
    probes: dict[str, Callable[[], object]] = {
        "tcp": lambda: _connect(socket.AF_INET, ("127.0.0.1", tcp)),
        "udp": lambda: _send(("127.0.0.1", udp)),
        "ipv6": lambda: _connect(socket.AF_INET6, ("::1", tcp6)),
        "unix": lambda: socket.socket(socket.AF_UNIX).close(),
        "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close(),
        "connect": _connect_pair,
        "io_uring": lambda: _call(425, 8, ctypes.create_string_buffer(120)),
        "service": lambda: list(
            _solutions(f"SELECT * {{ SERVICE <http://127.0.0.1:{tcp}/> {{ ?s ?p ?o }} }}")
        ),
        "name": lambda: list(_solutions(f"SELECT * {{ SERVICE <http://localhost:{tcp}/> {{ ?s ?p ?o }} }}")),
        "load": lambda: ox.Store().update(f"LOAD <http://127.0.0.1:{tcp}/>"),
        "pair": _talk,
    }
    if platform.machine() == "x86_64":
        probes["x32"] = lambda: _call(_X32 + 41, socket.AF_INET, socket.SOCK_STREAM, 0)
        probes["ia32"] = _call_as_32_bits
    return {name: _succeeds(way) for name, way in probes.items()}


def _succeeds(way: Callable[[], object]) -> bool:
    try:
        way()
    except OSError:
        return False
    return True


def _connect(family: int, address: tuple[str, int]) -> None:
    with socket.socket(family) as client:
        client.settimeout(5)
        client.connect(address)


def _send(address: tuple[str, int]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"out", address)


def _connect_pair() -> None:
    """Connect one of a pair elsewhere; the kernel says ECONNREFUSED or ENOENT where the filter lets it through."""
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with one, other:
        try:
            one.connect("/nowhere")
        except OSError as error:
            if error.errno == errno.EPERM:
                raise


def _talk() -> None:
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"x")
        assert other.recv(1) == b"x"


def _solutions(query: str) -> ox.QuerySolutions:
    answer = ox.Store().query(query)
    assert isinstance(answer, ox.QuerySolutions)
    return answer


def _call(number: int, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(number, *arguments) == -1:
        raise OSError(ctypes.get_errno(), "refused")


def _call_as_32_bits() -> None:
    """Call `socketcall`, number 102 of 32-bit programs, in a child: a kernel without them ends it by a signal."""
    code = b"\xb8\x66\x00\x00\x00\xcd\x80\xc3"  # mov eax, 102; int 0x80; ret
    memory = mmap.mmap(-1, len(code), prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(code)
    function = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))
    pid = os.fork()
    if pid == 0:
        os._exit(1 if function() == -errno.EPERM else 0)
    _, status = os.waitpid(pid, 0)
    if status:
        raise OSError(errno.EPERM, "refused")


if __name__ == "__main__":
    role = sys.argv.pop(1)
    if role == "bare":
        print(json.dumps(probe()))
    else:
        module = {"template": template, "spawned": spawned}[role]
        module.__dict__["Worker"] = Prober
        module.main()
