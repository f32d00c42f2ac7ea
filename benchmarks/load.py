"""Put load on a server with wrk: keep-alive connections, each sending its next query when the answer to its last is there.

wrk is a package of Debian (`apt-get install wrk`); where it is missing, nothing can be measured: WrkMissingError.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import asdict, dataclass

from benchmarks.peers import Server
from benchmarks.processes import cpu_seconds, drain
from benchmarks.workloads import STRIDE, Query

CONNECTIONS = 8
_FEW = 100
_TIMEOUT = 120
_DRAIN_SECONDS = 300.0
_DONE = """
done = function(summary, latency, requests)
  local errors = summary.errors
  io.stderr:write(string.format(
    '{"requests": %d, "seconds": %.6f, "refused": %d, "broken": %d, '
      .. '"mean": %.3f, "p50": %.3f, "p99": %.3f, "most": %.3f}\\n',
    summary.requests, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency.mean / 1e3, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
"""


class WrkMissingError(Exception):
    """There is no program wrk."""


class LoadFailedError(Exception):
    """A server could not be reached, though it had started; the message has what wrk said."""


@dataclass(frozen=True)
class Seen:
    """What wrk saw: requests a second and latencies in ms; `refused` are statuses from 400, `broken` have no answer."""

    requests: int
    rps: float
    p50_ms: float
    p99_ms: float
    most_ms: float
    refused: int
    broken: int


@dataclass(frozen=True)
class Load(Seen):
    """A run with its price: CPU ms a request of the server's whole process tree; whether it became idle afterwards."""

    cpu_ms: float
    drained: bool


def put_load(server: Server, query: Query, seconds: float, *, first: int | None) -> Load:
    """Send a query for some seconds, then wait until the server is idle again.

    `first` is the number of the first of fresh queries; None repeats one query. Raises WrkMissingError,
    LoadFailedError. All requests that were sent cost processor time, those in flight at the end too: servers go on
    with most of them.
    """
    before = cpu_seconds(server.session)
    seen = send(server, query, seconds, first=first)
    drained = drain(server.session, _DRAIN_SECONDS)
    cpu = cpu_seconds(server.session) - before
    return Load(**asdict(seen), cpu_ms=1000 * cpu / (seen.requests + CONNECTIONS), drained=drained)


def send(
    server: Server, query: Query, seconds: float, *, first: int | None, connections: int = CONNECTIONS
) -> Seen:
    """Send a query for some seconds. Raises WrkMissingError, LoadFailedError."""
    program = shutil.which("wrk")
    if program is None:
        raise WrkMissingError("no program wrk: apt-get install wrk")
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as script:
        script.write((script_of(server, query, first) if first is not None else "") + _DONE)
        script.flush()
        command = [program, "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s"]
        command += [f"--timeout={_TIMEOUT}s", "-s", script.name, "-H", f"Accept: {query.accept}"]
        address = server.root + query.path(server.endpoint, 0)
        done = subprocess.run([*command, address], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LoadFailedError(f"{server.name} is gone: {(done.stderr or done.stdout).strip()[-300:]}")
    return read_summary(done.stderr, connections)


def read_summary(said: str, connections: int) -> Seen:
    """Read what wrk's script wrote.

    Of few requests, those in flight at the end are a large share, so the rate comes from the mean latency (Little's law).
    """
    summary = json.loads(said.strip().splitlines()[-1])
    requests = int(summary["requests"])
    rate = requests / summary["seconds"]
    if 0 < requests < _FEW:
        rate = connections * 1000 / summary["mean"]
    return Seen(
        requests=requests,
        rps=rate,
        p50_ms=summary["p50"],
        p99_ms=summary["p99"],
        most_ms=summary["most"],
        refused=int(summary["refused"]),
        broken=int(summary["broken"]),
    )


def script_of(server: Server, query: Query, first: int) -> str:
    """Return a Lua script that sends fresh queries; it counts as Query.values does."""
    host = server.root.removeprefix("http://")
    parts = re.split("(THING|NUMBER)", query.path(server.endpoint))
    code = {"THING": "thing(number)", "NUMBER": "constant(number)"}
    path = " .. ".join(code.get(part, f'"{part}"') for part in parts)
    return f"""
local number = {first} - 1
local function thing(n) return n * {STRIDE} % {query.things} end
local function constant(n) return {query.least} + math.floor(n / {query.things}) end
request = function()
  number = number + 1
  return "GET " .. {path} .. " HTTP/1.1\\r\\nHost: {host}\\r\\nAccept: {query.accept}\\r\\n\\r\\n"
end
"""
