"""What a worker's process may not do: outlive its server, take all memory, reach a network.

Linux offers all of it without root. Elsewhere the functions do nothing and return False; `missing_protections`
says so. The seccomp filter is set in a process with one thread, and children inherit it: see seccomp(2),
namespaces(7) and the kernel's Documentation/userspace-api/seccomp_filter.rst.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path

if sys.platform != "win32":
    import resource

_SIGKILL = 9
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_AF_UNIX = 1
_NICE = 15
_ATTRIBUTES = 256  # bytes, more than pthread_attr_t has on any architecture

_LOAD_WORD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JUMP_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JUMP_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | 1  # SECCOMP_RET_ERRNO with EPERM
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data, little-endian
_X32 = 0x40000000  # the other calling convention of x86-64


@dataclass(frozen=True)
class _Calls:
    """An architecture's name for the kernel (AUDIT_ARCH_…) and its numbers of system calls."""

    architecture: int
    socket: int
    connect: int
    socketpair: int
    io_uring_setup: int = 425


_CALLS = {
    "x86_64": _Calls(0xC000003E, socket=41, connect=42, socketpair=53),
    "aarch64": _Calls(0xC00000B7, socket=198, connect=203, socketpair=199),
}


def die_with_parent(parent: int) -> bool:
    """End this process when the thread that started it ends, at once where its parent, by number, has gone already.

    Returns whether the system does it.
    """
    dies = _prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    if dies and os.getppid() != parent:
        os._exit(1)
    return dies


def watch_parent(parent: int) -> None:
    """End this process at most a second after its parent, as far as a system tells: Windows does not."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def limit_memory(allowance: int) -> bool:
    """Let the data of this process grow by so many bytes and no more; an allocation beyond them fails.

    RLIMIT_DATA counts private writable memory, not files that are mapped (getrlimit(2)).
    """
    if sys.platform != "linux":
        return False
    status = Path("/proc/self/status").read_text(encoding="ascii")
    present = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmData:"))
    return _limit(resource.RLIMIT_DATA, present * 1024 + allowance)


def grow_stack(size: int) -> bool:
    """Let the stack grow to so many bytes, or as far as the hard limit goes. Programs run by exec have it."""
    return sys.platform != "win32" and _limit(resource.RLIMIT_STACK, size)


def forbid_dumps() -> bool:
    """Let no memory of this process be written to a disk when it crashes: it is much, and may take seconds."""
    return _prctl(_PR_SET_DUMPABLE, 0)


def tune_allocator(environment: MutableMapping[str, str]) -> None:
    """Have programs run with these variables keep the memory of small objects for the next ones, and use large pages.

    Oxigraph makes and frees a few strings for each row: the allocator of glibc merges most of what is freed again, which
    takes up to half the time of a query (mallopt(3), "Tunables"; other systems don't read the variable). More than a
    thousand of each size gain little, and the writer's threads would hold much memory.
    """
    environment.setdefault("GLIBC_TUNABLES", "glibc.malloc.tcache_count=1000:glibc.malloc.hugetlb=1")


def limit_thread_stacks(size: int) -> bool:
    """Give threads that start from now on a stack of so many bytes; by default it is as far as the main one may grow.

    The whole of it counts as data from the start (pthread_setattr_default_np(3), glibc only).
    """
    if sys.platform != "linux" or not hasattr(libc := ctypes.CDLL(None), "pthread_setattr_default_np"):
        return False
    attributes = ctypes.create_string_buffer(_ATTRIBUTES)
    libc.pthread_attr_init(attributes)
    libc.pthread_attr_setstacksize(attributes, ctypes.c_size_t(size))
    result: int = libc.pthread_setattr_default_np(attributes)
    return result == 0


def isolate_network() -> bool:
    """Move this process into a network of its own that has no way out; return whether the system lets it."""
    if sys.platform != "linux":
        return False
    unshare = ctypes.CDLL(None).unshare
    return any(unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def deny_network() -> bool:
    """Refuse sockets from now on, to this process and its children; return whether the system does it.

    `socket` and `connect` fail with EPERM, of the Unix kind too: behind those stand services that resolve names
    for others. Pairs of Unix sockets are made as before. io_uring, which could do the same, is refused, and so
    is whatever asks by another architecture's numbers (`socketcall` of 32-bit programs, x32).
    """
    calls = _CALLS.get(platform.machine()) if sys.platform == "linux" else None
    if calls is None or struct.calcsize("P") != 8:
        return False
    code = _filter(calls)
    instructions = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.cast(instructions, ctypes.c_void_p))
    return _prctl(_PR_SET_NO_NEW_PRIVS, 1) and _prctl(
        _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program)
    )


def can_fork() -> bool:
    """Tell whether workers can be forked and told apart: fork is sound on Linux, and pidfds are there."""
    if sys.platform != "linux":
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return False
    return True


def missing_protections() -> list[str]:
    """Return, in words, the protections that this system lacks. They are tried in a process of their own."""
    command = [sys.executable, "-m", "tongzhou.server.workers.sandbox"]
    lacking = subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    return [_LACKS[name] for name in lacking.stdout.split()]


def lower_priority(pid: int) -> None:
    """Give a process the lowest claim on the processors; nothing happens where it has ended."""
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpriority(os.PRIO_PROCESS, pid, _NICE)


def processor_seconds(pid: int) -> float | None:
    """Return the time that a process has had a processor; None where the system does not tell (proc(5), `stat`)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class _Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def _filter(calls: _Calls) -> bytes:
    """Return the filter in BPF; each jump names how many instructions it skips when true and when false."""
    lines = [
        (_LOAD_WORD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 0, 7, calls.architecture),
        (_LOAD_WORD, 0, 0, _NUMBER),
        (_JUMP_AT_LEAST, 5, 0, _X32),
        (_JUMP_EQUAL, 4, 0, calls.socket),
        (_JUMP_EQUAL, 3, 0, calls.connect),
        (_JUMP_EQUAL, 2, 0, calls.io_uring_setup),
        (_JUMP_EQUAL, 2, 0, calls.socketpair),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD_WORD, 0, 0, _FIRST_ARGUMENT),
        (_JUMP_EQUAL, 0, 1, _AF_UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)


def _prctl(option: int, value: int, more: int = 0) -> bool:
    if sys.platform != "linux":
        return False
    arguments = [ctypes.c_ulong(argument) for argument in (value, more, 0, 0)]
    result: int = ctypes.CDLL(None).prctl(ctypes.c_int(option), *arguments)
    return result == 0


def _limit(kind: int, most: int) -> bool:
    if sys.platform == "win32":
        return False
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    return True


_LACKS: Mapping[str, str] = {
    "deny_network": "no seccomp filter: workers could open sockets if the scan of queries were passed by",
    "isolate_network": "no network namespace: workers see the network of the server",
    "limit_memory": "no memory limit: a query may take all memory",
    "can_fork": "no fork: workers are spawned, start slowly and read from the disk",
}


def _try_all() -> list[str]:
    """Return the names of what does not work here."""
    trials: Mapping[str, Callable[[], bool]] = {
        "isolate_network": isolate_network,
        "deny_network": deny_network,
        "limit_memory": lambda: limit_memory(2**30),
        "can_fork": can_fork,
    }
    return [name for name, trial in trials.items() if not trial()]


if __name__ == "__main__":
    print(*_try_all())
