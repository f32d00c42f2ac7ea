"""Put load on a server with wrk: keep-alive connections, each sending its next query when the answer to its last is there.

wrk is a package of Debian (`apt-get install wrk`); where it is missing, nothing can be measured: WrkMissingError.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Load:
    """What a run of load saw: requests a second, latencies in ms, CPU ms a request of the server's whole process tree."""

    requests: int
    rps: float
    cpu_ms: float
    p50_ms: float
    p99_ms: float
    most_ms: float
    refused: int
    broken: int
    drained: bool


def put_load(
    server: Server, query: Query, seconds: float, *, first: int | None, connections: int = CONNECTIONS
) -> Load:
    """Send a query for some seconds, then wait until the server is idle again.

    `first` is the number of the first of fresh queries; None repeats one query. Raises WrkMissingError.
    """
    program = shutil.which("wrk")
    if program is None:
        raise WrkMissingError("no program wrk: apt-get install wrk")
    before = cpu_seconds(server.session)
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as script:
        script.write((script_of(server, query, first) if first is not None else "") + _DONE)
        script.flush()
        command = [program, "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s"]
        command += [f"--timeout={_TIMEOUT}s", "-s", script.name, "-H", f"Accept: {query.accept}"]
        address = server.root + query.path(server.endpoint, 0)
        done = subprocess.run([*command, address], capture_output=True, text=True, check=True)
    drained = drain(server.session, _DRAIN_SECONDS)
    return read_summary(done.stderr, cpu_seconds(server.session) - before, connections, drained)


def read_summary(said: str, cpu: float, connections: int, drained: bool) -> Load:
    """Read what wrk's script wrote.

    Of few requests, those in flight at the end are a large share, so the rate comes from the mean latency (Little's law).
    All that were sent cost processor time, those in flight at the end too: servers go on with most of them.
    """
    summary = json.loads(said.strip().splitlines()[-1])
    requests = int(summary["requests"])
    rate = requests / summary["seconds"]
    if 0 < requests < _FEW:
        rate = connections * 1000 / summary["mean"]
    return Load(
        requests=requests,
        rps=rate,
        cpu_ms=1000 * cpu / (requests + connections),
        p50_ms=summary["p50"],
        p99_ms=summary["p99"],
        most_ms=summary["most"],
        refused=int(summary["refused"]),
        broken=int(summary["broken"]),
        drained=drained,
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
