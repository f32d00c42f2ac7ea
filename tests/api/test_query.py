"""`/api/query` over the real release: each stored query in each form, by HTTP."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal

import httpx
import pytest

from tongzhou.graph.catalog import StoredQuery, load_catalog
from tongzhou.graph.release import Release
from tongzhou.graph.resources import queries_dir

CATALOG = load_catalog(queries_dir())
EMPTY_BY_RIGHT = {"dates-of-publication", "size-of-a-fund"}
JSON = "application/json"


@pytest.fixture(scope="module")
def api(live_server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{live_server}/api/query", trust_env=False, timeout=60) as client:
        client.headers["accept-language"] = "en"
        yield client


@pytest.mark.parametrize("query", CATALOG.values(), ids=lambda query: query.name)
def test_every_question_runs_with_its_defaults_in_every_form(
    query: StoredQuery, api: httpx.Client, release: Release
) -> None:
    answer = api.get(f"/{query.name}").json()
    assert answer.keys() == {"rows", "columns", "truncated", "release", "query"}
    assert bool(answer["rows"]) != (query.name in EMPTY_BY_RIGHT)
    assert not answer["truncated"]
    assert answer["release"] == release.name
    assert answer["query"] == query.bind()
    assert all(list(row) == answer["columns"] for row in answer["rows"])
    header, *rows = csv.reader(io.StringIO(api.get(f"/{query.name}.csv").text, newline=""))
    assert header == answer["columns"]
    assert len(rows) == len(answer["rows"])
    tsv = api.get(f"/{query.name}.tsv").text
    assert len(tsv.splitlines()) == len(rows) + 1
    metadata = api.get(f"/{query.name}.csv-metadata.json").json()
    assert [column["titles"] for column in metadata["tableSchema"]["columns"]] == header
    for column in query.evidence:
        assert all("#char=" in row[column] for row in answer["rows"])


def test_the_form_is_chosen_by_accept(api: httpx.Client) -> None:
    for accept, media_type in ((JSON, JSON), ("text/csv", "text/csv; charset=utf-8"), ("*/*", JSON)):
        reply = api.get("/places", headers={"Accept": accept})
        assert reply.headers["content-type"] == media_type
        assert "Accept" in reply.headers["vary"]
    assert api.get("/places", headers={"Accept": "image/png"}).status_code == 406


def test_an_answer_has_a_tag_and_may_be_shared(api: httpx.Client) -> None:
    first = api.get("/places.csv")
    assert first.headers["access-control-allow-origin"] == "*"
    again = api.get("/places.csv", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert api.get("/places.json").headers["etag"] != first.headers["etag"]
    plain = {"Accept-Encoding": "identity"}
    head = api.head("/places.csv", headers=plain)
    assert head.content == b""
    assert head.headers["content-length"] == str(len(first.content))
    packed = api.get("/places.csv", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == first.content  # the client unpacks it
    options = api.options("/places.csv")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert api.post("/places.csv").status_code == 405


def test_a_cut_answer_says_so_and_links_to_the_rest(api: httpx.Client) -> None:
    whole = api.get("/associations.json").json()["rows"]
    url, rows = "/associations.json?limit=25", []
    while url:
        reply = api.get(url)
        rows += reply.json()["rows"]
        assert reply.json()["truncated"] == ("next" in reply.links)
        url = reply.links.get("next", {}).get("url", "")
    assert rows == whole
    *_, last = api.get("/associations.csv?limit=1").text.splitlines()
    assert last.startswith("# the first 1 rows; the rest: http://127.0.0.1")


def test_csv_links_to_its_description(api: httpx.Client, live_server: str) -> None:
    reply = api.get("/cash-given-by-members.csv?lang=en")
    link = reply.links["describedby"]
    assert link["type"] == "application/csvm+json"
    description = api.get(link["url"])
    assert description.headers["content-type"] == "application/csvm+json"
    about = description.json()
    assert about["url"] == f"{live_server}/api/query/cash-given-by-members.csv?lang=en"
    columns = {column["name"]: column for column in about["tableSchema"]["columns"]}
    assert columns["value"]["datatype"] == "decimal"
    assert columns["association"]["datatype"] == "anyURI"
    assert (columns["name"]["datatype"], columns["name"]["lang"]) == ("string", "en")
    rows = list(csv.DictReader(io.StringIO(reply.text, newline="")))
    assert sum(Decimal(row["value"]) for row in rows) > 10**9


def test_csv_for_spreadsheets(api: httpx.Client) -> None:
    assert api.get("/places.csv?bom=1").content.startswith(b"\xef\xbb\xbf")
    assert not api.get("/places.csv").content.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("address", "status", "kind", "parameter", "offers"),
    [
        ("/actions-for-a-place?plce=x", 400, "unknown-parameter", "plce", ["place", "lang"]),
        ("/actions-for-a-place?lang=de", 400, "bad-value", "lang", None),
        ("/actions-for-a-place?place=a b", 400, "bad-value", "place", None),
        ("/actions-for-a-place?place=place/wuhna", 404, "unknown-value", "place", ["place/wuhan", "place/china"]),
        ("/actions-for-a-place?place=武汉市", 404, "unknown-value", "place", ["place/wuhan"]),
        ("/actions-for-a-place?limit=0", 400, "bad-count", "limit", None),
        ("/actions-for-a-place?inferred=x", 400, "bad-value", "inferred", None),
        ("/actions-for-a-plac", 404, "unknown-question", None, ["actions-for-a-place"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_what_is_near(
    address: str, status: int, kind: str, parameter: str | None, offers: list[str] | None, api: httpx.Client
) -> None:
    reply = api.get(address)
    problem = reply.json()
    assert reply.headers["content-type"] == "application/problem+json"
    assert (reply.status_code, problem["status"]) == (status, status)
    assert problem["type"].endswith(f"/problem/{kind}")
    assert problem.get("parameter") == parameter
    assert (problem.get("offers") or [])[: len(offers or [])] == (offers or [])
    assert (parameter or "actions-for-a-plac") in problem["detail"]


def test_the_list_names_every_question(api: httpx.Client) -> None:
    listed = api.get("").json()
    assert [question["name"] for question in listed["questions"]] == list(CATALOG)
    assert api.get(listed["questions"][0]["href"]).status_code == 200


def test_what_is_inferred_is_left_out_on_demand_in_each_form(api: httpx.Client) -> None:
    whole = api.get("/organisations-by-kind.json?inferred=yes").json()
    part = api.get("/organisations-by-kind.json?inferred=no").json()
    assert whole == api.get("/organisations-by-kind.json").json()
    assert {row["kind"] for row in part["rows"]} < {row["kind"] for row in whole["rows"]}
    reply = api.get("/organisations-by-kind.csv?inferred=no&limit=1")
    assert "limit=1&offset=1&inferred=no" in reply.headers["link"]
    assert "csv-metadata.json?limit=1&inferred=no" in reply.headers["link"]
