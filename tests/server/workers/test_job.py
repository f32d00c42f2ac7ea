"""Jobs as bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tongzhou.graph.query import Query
from tongzhou.server.workers.job import Job

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
GRAPHS = st.none() | st.lists(TEXT, max_size=3).map(tuple)
JOBS = st.builds(
    Job,
    text=TEXT,
    default_graphs=GRAPHS,
    named_graphs=GRAPHS,
    base=st.none() | TEXT,
    accept=st.none() | TEXT,
    accept_encoding=st.none() | TEXT,
    if_none_match=st.none() | TEXT,
    most_rows=st.integers(0),
    most_bytes=st.integers(0),
    rows_on_page=st.none() | st.integers(0),
)


@given(job=JOBS)
def test_job_comes_out_as_it_went_in(job: Job) -> None:
    assert Job.from_bytes(job.to_bytes()) == job


def test_dataset_that_is_empty_is_not_no_dataset() -> None:
    assert Job.from_bytes(Job("ASK {}").to_bytes()).default_graphs is None
    job = Job.from_bytes(Job("ASK {}", default_graphs=(), base="http://example.org/").to_bytes())
    assert job.query == Query("ASK {}", (), None, "http://example.org/")
