"""Nothing gets out of a worker, and a worker's process takes no more than it may."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tongzhou.server.workers.channel import Kind, take_frame
from tongzhou.server.workers.launch import Snapshot
from tongzhou.server.workers.sandbox import missing_protections

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these protections are Linux's")

PROBER = str(Path(__file__).with_name("prober.py"))
WAYS_OUT = {"tcp", "udp", "ipv6", "unix", "netlink", "connect", "service", "name", "load"}


class Canary:
    """Listens where a way out would lead to, and counts who comes."""

    def __init__(self, stack: ExitStack) -> None:
        self.visits = 0
        self.tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.udp.bind(("127.0.0.1", 0))
        self.tcp6 = stack.enter_context(socket.create_server(("::1", 0), family=socket.AF_INET6))
        self._threads = [threading.Thread(target=self._serve, args=(one,)) for one in (self.tcp, self.tcp6)]
        for thread in self._threads:
            thread.start()
        stack.callback(self._stop)

    @property
    def environment(self) -> dict[str, str]:
        ports = [one.getsockname()[1] for one in (self.tcp, self.udp, self.tcp6)]
        return {**os.environ, "CANARY": json.dumps(ports)}

    def count(self) -> int:
        self.udp.settimeout(0.2)
        try:
            self.udp.recv(100)
        except TimeoutError:
            return self.visits
        return self.visits + 1

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                self.visits += 1
                client.settimeout(1)
                try:
                    client.recv(1000)
                    client.sendall(
                        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    )
                except OSError:
                    pass

    def _stop(self) -> None:
        for listener in (self.tcp, self.tcp6):
            listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()


@pytest.fixture
def canary() -> Iterator[Canary]:
    with ExitStack() as stack:
        yield Canary(stack)


def test_canary_sees_what_gets_out(canary: Canary) -> None:
    command = [sys.executable, PROBER, "bare"]
    done = subprocess.run(command, env=canary.environment, stdout=subprocess.PIPE, check=True)
    ways = json.loads(done.stdout)
    assert {name for name in ("tcp", "udp", "unix", "connect", "pair") if ways[name]} == {
        "tcp",
        "udp",
        "unix",
        "connect",
        "pair",
    }
    assert canary.count() >= 4  # tcp, udp, service, load


def test_nothing_gets_out_of_a_forked_worker(canary: Canary, snapshot: Snapshot) -> None:
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    environment = {**canary.environment, "TONGZHOU_STACK": "grown"}
    command = [sys.executable, PROBER, "template", str(theirs.fileno())]
    with (
        control,
        theirs,
        subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment) as process,
    ):
        order = {"id": 1, "kind": "worker", "path": str(snapshot.path), "snapshot": "one", "memory": 2**28}
        control.send(json.dumps(order).encode())
        _, fds, _, _ = socket.recv_fds(control, 65536, 2)
        with socket.socket(fileno=fds[0]) as channel:
            ways = _report(lambda: channel.recv(65536))
        os.close(fds[1])
        control.close()
        assert process.wait(10) == 0
    _assert_closed(ways, canary)


def test_nothing_gets_out_of_a_spawned_worker(canary: Canary, snapshot: Snapshot) -> None:
    command = [
        sys.executable,
        PROBER,
        "spawned",
        str(os.getpid()),
        str(2**28),
        "worker",
        str(snapshot.path),
        "one",
    ]
    with subprocess.Popen(
        command, env=canary.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as process:
        assert process.stdout is not None
        output = process.stdout
        ways = _report(lambda: output.read(65536) or b"")
        process.communicate()
        assert process.returncode == 0
    _assert_closed(ways, canary)


def _report(read: Callable[[], bytes]) -> dict[str, bool]:
    buffer = bytearray()
    while True:
        while frame := take_frame(buffer):
            if frame[0] is Kind.PROBLEM:
                ways: dict[str, bool] = json.loads(frame[1])
                return ways
        data = read()
        assert data, "the worker ended without a report"
        buffer += data


def _assert_closed(ways: dict[str, bool], canary: Canary) -> None:
    assert set(ways) >= WAYS_OUT
    assert [name for name, open_ in ways.items() if open_] == ["pair"]
    assert canary.count() == 0


def test_network_of_its_own_leads_nowhere(canary: Canary) -> None:
    program = f"""
import socket
from tongzhou.server.workers.sandbox import isolate_network
if not isolate_network():
    print("not allowed")
else:
    for address in ("127.0.0.1", {canary.tcp.getsockname()[1]}), ("127.0.0.2", 80), ("192.0.2.1", 80):
        try:
            socket.create_connection(address, timeout=5)
        except OSError as error:
            print(error.errno)
"""
    answer = _run(program)
    if answer == "not allowed":
        pytest.skip("this system allows no network namespaces")
    assert answer.split() == [str(errno.ENETUNREACH)] * 3
    assert canary.count() == 0


def test_this_system_lacks_no_filter_and_no_limit() -> None:
    assert [words for words in missing_protections() if "namespace" not in words] == []


def test_memory_limit_counts_from_what_is_taken_already() -> None:
    program = """
from tongzhou.server.workers.sandbox import limit_memory
taken = bytearray(300_000_000)
limit_memory(100_000_000)
more = bytearray(50_000_000)
try:
    bytearray(80_000_000)
except MemoryError:
    print("refused")
"""
    assert _run(program) == "refused"


def test_stack_grows_as_far_as_it_may() -> None:
    program = """
import resource
from tongzhou.server.workers.sandbox import grow_stack
_, hard = resource.getrlimit(resource.RLIMIT_STACK)
resource.setrlimit(resource.RLIMIT_STACK, (2**23, 2**25))
grow_stack(2**24)
print(resource.getrlimit(resource.RLIMIT_STACK)[0])
grow_stack(2**30)
print(resource.getrlimit(resource.RLIMIT_STACK)[0])
"""
    assert _run(program).split() == [str(2**24), str(2**25)]


@pytest.mark.parametrize(("size", "found"), [(2**21, "started"), (2**29, "refused")])
def test_threads_that_start_under_a_memory_limit_have_small_stacks(size: int, found: str) -> None:
    program = f"""
import threading
from tongzhou.server.workers.sandbox import limit_memory, limit_thread_stacks
limit_thread_stacks({size})
limit_memory(2**28)
try:
    threading.Thread(target=print, args=["started"]).start()
except RuntimeError:
    print("refused")
"""
    assert _run(program).strip() == found


@pytest.mark.parametrize("how", ["die_with_parent", "watch_parent"])
def test_child_ends_with_its_parent(how: str) -> None:
    program = f"""
import os, time
from tongzhou.server.workers.sandbox import {how}
parent = os.getpid()
if os.fork() == 0:
    {how}(parent)
    print(os.getpid(), flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(child, 0)
        parent.send_signal(signal.SIGKILL)
        end = time.monotonic() + 5
        while _runs(child) and time.monotonic() < end:
            time.sleep(0.02)
        assert not _runs(child)


def test_child_whose_parent_has_gone_ends_at_once() -> None:
    program = (
        "from tongzhou.server.workers.sandbox import die_with_parent; die_with_parent(1); print('lives')"
    )
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=False)
    assert (done.returncode, done.stdout) == (1, b"")


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _run(program: str) -> str:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
