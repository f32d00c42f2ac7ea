"""Each line of the logs is one JSON object, whatever a client sends; and no secret is in it."""

from __future__ import annotations

import json
import logging
import os
import re
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.graph.errors import ConfigError
from tongzhou.server import log_writer
from tongzhou.server.log_writer import LineWriter
from tongzhou.server.logs import Logs, hash_query

REQUEST: dict[str, Any] = {
    "client": "192.0.2.1",
    "method": "GET",
    "path": "/sparql",
    "status": 200,
    "size": 120,
    "seconds": 0.00123456,
    "user_agent": "curl/8",
}


def log(logs: Logs, **changes: Any) -> None:
    fields: dict[str, Any] = {**REQUEST, **changes}
    logs.log_request(**fields)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


def test_a_request_is_a_line(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    logs = Logs(str(path), 5.0)
    before = time.time()
    log(logs)
    log(logs, query=hash_query("ASK {}"), cached=False)
    logs.close()
    plain, asked = lines(path)
    stamp = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{3}Z", plain.pop("time"))
    assert stamp
    assert abs(time.time() - before) < 60
    assert stamp[1] in {time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(before + more)) for more in range(60)}
    assert plain == {
        "event": "request",
        "client": "192.0.2.1",
        "method": "GET",
        "path": "/sparql",
        "status": 200,
        "bytes": 120,
        "seconds": 0.001235,
        "agent": "curl/8",
    }
    assert (asked["query"], asked["cached"]) == ("1df8943bb9ea", False)
    assert stat.S_IMODE(path.stat().st_mode) & 0o007 == 0


@given(texts=st.tuples(*[st.text(st.characters(), max_size=40)] * 4))
def test_no_client_can_forge_a_line(
    texts: tuple[str, str, str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("logs") / "access.log"
    logs = Logs(str(path), 0)
    client, method, target, agent = texts
    log(logs, client=client, method=method, path=target, user_agent=agent)
    logs.close()
    data = path.read_bytes()
    assert data.count(b"\n") == 1
    assert all(32 <= byte <= 127 for byte in data[:-1])
    (line,) = lines(path)
    assert (line["client"], line["method"], line["agent"]) == (client, method, agent)
    assert line["path"] == target.partition("?")[0]


def test_the_query_string_stays_out_and_long_texts_are_cut(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    logs = Logs(str(path), 0)
    log(logs, path="/sparql?query=secret", user_agent="a" * 10_000)
    log(logs, path="/" + "p" * 10_000)
    logs.close()
    first, second = lines(path)
    assert first["path"] == "/sparql"
    assert (len(first["agent"]), len(second["path"])) == (200, 500)


def test_a_slow_query_has_its_text_in_the_file_and_not_over_http(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    logs = Logs(str(path), 5.0)
    text = 'SELECT * { ?s ?p "\n\x1b" } #' + "x" * 3_000
    logs.log_query(query=hash_query(text), text=text, seconds=4.9, outcome="answered")
    logs.log_query(query=hash_query(text), text=text, seconds=5.12345, outcome="deadline")
    logs.log_query(query=hash_query("ASK {}"), text="ASK {}", seconds=6, outcome="answered")
    logs.close()
    slow, short = lines(path)
    assert (slow["event"], slow["query"], slow["seconds"]) == ("slow-query", hash_query(text), 5.123)
    assert (slow["outcome"], slow["text"], slow["cut"]) == ("deadline", text[:2_000], True)
    assert (short["text"], short["cut"]) == ("ASK {}", False)
    assert [(one.query, one.outcome) for one in logs.recent] == [
        (hash_query("ASK {}"), "answered"),
        (hash_query(text), "deadline"),
    ]
    assert all("ASK" not in repr(one) for one in logs.recent)


def test_only_the_last_slow_queries_are_remembered(tmp_path: Path) -> None:
    logs = Logs(str(tmp_path / "log"), 1.0)
    for number in range(60):
        logs.log_query(query=str(number), text="", seconds=2, outcome="answered")
    logs.close()
    assert [one.query for one in logs.recent] == [str(number) for number in range(59, 9, -1)]


def run(access_log: str, slow_query: float) -> str:
    """Return what a process with such settings writes to standard error."""
    program = (
        "import sys; from tongzhou.server.logs import Logs; logs = Logs(sys.argv[1], float(sys.argv[2]));"
        f"logs.log_request(**{REQUEST!r});"
        "logs.log_query(query='q', text='t', seconds=9, outcome='answered'); logs.close()"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
    command = [sys.executable, "-c", program, access_log, str(slow_query)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize(
    ("access_log", "slow_query", "events"),
    [("-", 5, ["request", "slow-query"]), ("-", 0, ["request"]), ("", 5, ["slow-query"]), ("", 0, [])],
)
def test_where_entries_go(access_log: str, slow_query: float, events: list[str]) -> None:
    assert [json.loads(line)["event"] for line in run(access_log, slow_query).splitlines()] == events


def test_lines_come_in_order_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "log"
    writer = LineWriter(str(path))
    for number in range(5_000):
        writer.write(f"{number}\n")
    writer.close()
    assert path.read_text(encoding="ascii") == "".join(f"{number}\n" for number in range(5_000))


def test_a_log_that_was_moved_away_is_opened_anew(tmp_path: Path) -> None:
    path, moved = tmp_path / "log", tmp_path / "log.1"
    writer = LineWriter(str(path))
    writer.write("before\n")
    wait_for(lambda: path.read_text(encoding="ascii") == "before\n")
    path.rename(moved)
    writer.write("after\n")
    writer.close()
    assert (moved.read_text(encoding="ascii"), path.read_text(encoding="ascii")) == ("before\n", "after\n")


def test_a_sink_that_takes_nothing_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(log_writer, "_MOST_WAITING", 1_000)
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    opened: list[int] = []
    opener = threading.Thread(target=lambda: opened.append(os.open(fifo, os.O_RDONLY)))
    opener.start()
    writer = LineWriter(str(fifo))
    opener.join()
    begun = time.monotonic()
    for _ in range(10_000):
        writer.write("x" * 1_000 + "\n")
    assert time.monotonic() - begun < 2
    drained = threading.Thread(target=lambda: drain(opened[0]))
    drained.start()
    writer.close()
    drained.join()
    assert "lines were dropped" in caplog.text


def drain(descriptor: int) -> None:
    while os.read(descriptor, 1 << 20):
        pass
    os.close(descriptor)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told_and_survived(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        writer = LineWriter("/dev/full")
        writer.write("lost\n")
        wait_for(lambda: "lines were lost" in caplog.text)
        writer.write("lost too\n")
        writer.close()
    assert caplog.text.count("lines were lost") == 2


def test_a_log_that_cannot_be_opened_is_an_error_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^access_log: .* can't be opened: "):
        Logs(str(tmp_path), 5.0)


def wait_for(condition: Any) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
