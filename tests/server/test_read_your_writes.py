"""Several writers and readers at once: whatever is asked after an acknowledgement sees the write, kept answers or not."""

from __future__ import annotations

import threading
import time

from .conftest import Server, Tokens
from .web import HttpClient

WRITERS = 4
READERS = 8
SECONDS = 4.0
DIRECT = "application/sparql-update"


class Counters:
    """For each writer, the highest number that was acknowledged; the faults that readers and writers saw."""

    def __init__(self) -> None:
        self.acknowledged = [0] * WRITERS
        self.ended = threading.Event()
        self.faults: list[str] = []
        self.fresh = self.unchanged = 0
        self._lock = threading.Lock()

    def note(self, *, fresh: int = 0, unchanged: int = 0) -> None:
        with self._lock:
            self.fresh += fresh
            self.unchanged += unchanged


def count_up(server: Server, tokens: Tokens, counters: Counters, number: int) -> None:
    """Write 1, 2, 3 … and note each once it is acknowledged."""
    graph, value = f"<urn:counter:{number}>", 0
    with HttpClient(server.url) as client:
        while not counters.ended.is_set():
            value += 1
            text = (
                f"CLEAR SILENT GRAPH {graph} ; INSERT DATA {{ GRAPH {graph} {{ <urn:c> <urn:is> {value} }} }}"
            )
            answer = client.post("/update", data=text, content_type=DIRECT, headers=tokens.header("write"))
            if answer.status_code != 204:
                counters.faults.append(f"writer {number}: {answer.status_code} {answer.text}")
                return
            counters.acknowledged[number] = value


def read_on(server: Server, counters: Counters, number: int) -> None:
    """Read the counters in turn; none may be lower than what was acknowledged before it was asked for."""
    tags: dict[int, tuple[str, int]] = {}
    with HttpClient(server.url) as client:
        while not counters.ended.is_set():
            for counter in range(WRITERS):
                least = counters.acknowledged[counter]
                query = f"SELECT ?n {{ GRAPH <urn:counter:{counter}> {{ <urn:c> <urn:is> ?n }} }}"
                etag, value = tags.get(counter, ("", 0))
                headers = {"Accept": "text/csv", "If-None-Match": etag}
                answer = client.get("/sparql", query_string={"query": query}, headers=headers)
                if answer.status_code == 200:
                    lines = answer.text.split()
                    value = int(lines[1]) if lines[1:] else 0
                    tags[counter] = (answer.headers["ETag"], value)
                elif answer.status_code != 304:
                    counters.faults.append(f"reader {number}: {answer.status_code} {answer.text}")
                    return
                if value < least:
                    counters.faults.append(f"reader {number}: {answer.status_code} {value} after {least}")
                counters.note(fresh=answer.status_code == 200, unchanged=answer.status_code == 304)


def test_nothing_stale_is_served_after_an_acknowledgement(writable_server: Server, tokens: Tokens) -> None:
    counters = Counters()
    threads = [
        threading.Thread(target=count_up, args=(writable_server, tokens, counters, number))
        for number in range(WRITERS)
    ] + [
        threading.Thread(target=read_on, args=(writable_server, counters, number))
        for number in range(READERS)
    ]
    for thread in threads:
        thread.start()
    time.sleep(SECONDS)
    counters.ended.set()
    for thread in threads:
        thread.join(timeout=60)
    assert counters.faults == []
    assert all(value >= 3 for value in counters.acknowledged)
    assert counters.fresh > WRITERS * READERS
    assert counters.unchanged > 0


def test_each_of_thirty_writes_is_seen_by_another_connection(writable_server: Server, tokens: Tokens) -> None:
    query = {"query": "SELECT (COUNT(*) AS ?n) { GRAPH <urn:thirty> { ?s ?p ?o } }"}
    with HttpClient(writable_server.url) as one, HttpClient(writable_server.url) as other:
        for number in range(1, 31):
            text = f"INSERT DATA {{ GRAPH <urn:thirty> {{ <urn:a> <urn:p> {number} }} }}"
            answer = one.post("/update", data=text, content_type=DIRECT, headers=tokens.header("write"))
            assert answer.status_code == 204
            seen = other.get("/sparql", query_string=query, headers={"Accept": "text/csv"})
            assert seen.text == f"n\r\n{number}\r\n"
