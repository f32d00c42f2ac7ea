"""What the service says of itself, its cards, and what it does with requests that are none."""

from __future__ import annotations

import csv
import json
import re
from typing import Any

import httpx
import pytest
from benchmarks.name_variants import VARIANTS

from tongzhou.server.reconcile.batch import BATCH_SIZE
from tongzhou.server.reconcile.cards import HEIGHT, WIDTH

ROWS = list(csv.DictReader(VARIANTS.read_text(encoding="utf-8").splitlines()))
STEEL = "org/china-iron-and-steel-association"


def ask(service: httpx.Client, queries: object, path: str = "/reconcile/zh") -> httpx.Response:
    return service.post(path, data={"queries": json.dumps(queries)}, headers={"Accept-Language": "en"})


def extension(service: httpx.Client, things: object, properties: object) -> httpx.Response:
    request = {"ids": things, "properties": properties}
    return service.post(
        "/reconcile/zh", data={"extend": json.dumps(request)}, headers={"Accept-Language": "en"}
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_manifest_leads_to_what_it_names(service: httpx.Client, live_server: str, language: str) -> None:
    manifest = service.get(f"/reconcile/{language}").json()
    assert manifest["versions"] == ["0.2"]
    assert (manifest["identifierSpace"], manifest["schemaSpace"]) == (
        "https://w3id.org/tongzhou/id/",
        "https://w3id.org/tongzhou/ontology#",
    )
    assert manifest["batchSize"] == BATCH_SIZE == 50
    assert manifest["view"]["url"] == f"{live_server}/id/{{{{id}}}}"
    assert {one["id"] for one in manifest["defaultTypes"]} == {"Association", "Organisation", "Place"}
    samples = {"entity": (STEEL, "China Iron"), "type": ("Association", "assoc"), "property": ("place", "pl")}
    for kind, (name, prefix) in samples.items():
        offer = manifest["suggest"][kind]
        found = service.get(f"{offer['service_url']}{offer['service_path']}", params={"prefix": prefix})
        assert name in [one["id"] for one in found.json()["result"]]
        path = offer["flyout_service_path"].replace("${id}", name.replace("/", "%2F"))
        assert service.get(f"{offer['flyout_service_url']}{path}").json()["id"] == name
    offer = manifest["extend"]["propose_properties"]
    proposed = service.get(f"{offer['service_url']}{offer['service_path']}", params={"limit": 3}).json()
    assert (len(proposed["properties"]), proposed["limit"]) == (3, 3)


def test_variants_are_answered_over_http(service: httpx.Client) -> None:
    answers = ask(service, {row["written"]: {"query": row["written"]} for row in ROWS}).json()
    for row in ROWS:
        found = answers[row["written"]]["result"]
        assert any(one["match"] for one in found) == (row["answer"] == "match"), row
        assert not row["first"] or found[0]["id"] == f"org/{row['first']}", row
        for one in found:
            assert {"name_exact", "name_near", "alias"} <= {signal["id"] for signal in one["features"]}


def test_queries_may_come_in_the_address(service: httpx.Client) -> None:
    queries = {"q0": {"query": "酒业协会"}}
    by_get = service.get("/reconcile/en", params={"queries": json.dumps(queries)})
    assert by_get.json() == ask(service, queries, "/reconcile/en").json()
    assert by_get.json()["q0"]["result"][0]["name"] == "China Alcoholic Drinks Association"
    with_callback = service.get("/reconcile/en", params={"queries": json.dumps(queries), "callback": "f"})
    assert with_callback.json() == by_get.json()


def test_queries_of_a_batch_do_not_touch_each_other(service: httpx.Client) -> None:
    one = {"query": "中钢协", "type": ["Association"], "type_strict": "any"}
    alone = ask(service, {"a": one}).json()["a"]
    assert ask(service, {"x": {"query": "武汉"}, "a": one, "b": one}).json() | {} == {
        "x": ask(service, {"x": {"query": "武汉"}}).json()["x"],
        "a": alone,
        "b": alone,
    }


def test_properties_alone_ask_for_nothing_to_be_found(service: httpx.Client) -> None:
    assert ask(service, {"q": {"properties": [{"pid": "place", "v": "武汉"}]}}).json() == {
        "q": {"result": []}
    }


@pytest.mark.parametrize("types", ["nope", ["nope", "neither"], ["nope", "Association"]])
@pytest.mark.parametrize("strict", ["any", "all", "should"])
def test_a_type_that_nothing_has_keeps_nothing_away(
    service: httpx.Client, types: object, strict: str
) -> None:
    query = {"query": "中国钢铁工业协会", "type": types, "type_strict": strict}
    first = ask(service, {"q": query}).json()["q"]["result"][0]
    fits = "Association" in types and strict != "all" if isinstance(types, list) else False
    assert (first["id"], first["match"], first["score"]) == (STEEL, fits, 100 if fits else 70)
    assert {"id": "type", "value": fits} in first["features"]


@pytest.mark.parametrize(
    "asked", [{"pid": "place", "v": []}, {"pid": "place", "v": " "}, {"pid": "colour", "v": "red"}]
)
def test_what_asks_for_nothing_costs_nothing(service: httpx.Client, asked: object) -> None:
    plain = {"query": "钢铁协会"}
    answers = ask(service, {"a": plain, "b": {**plain, "properties": [asked]}}).json()
    assert answers["a"] == answers["b"] != {"result": []}


@pytest.mark.parametrize(
    "name", [STEEL, "place/wuhan", "group/members-of-the-china-iron-and-steel-association"]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_preview_is_one_small_page_that_may_be_framed(
    service: httpx.Client, live_server: str, name: str, language: str
) -> None:
    answer = service.get(f"/reconcile/{language}/preview", params={"id": name})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "x-frame-options" not in answer.headers
    assert len(answer.content) < 3000
    assert answer.text.count("<blockquote") == 1
    assert f'href="{live_server}/{language}/{name}"' in answer.text
    assert (WIDTH, HEIGHT) == (400, 120)


def test_other_answers_may_not_be_framed(service: httpx.Client) -> None:
    for path in ("/reconcile/zh", "/reconcile/zh/preview?id=org/absent"):
        assert "frame-ancestors 'none'" in service.get(path).headers["content-security-policy"]


def bad(text: str) -> dict[str, str]:
    return {"queries": text}


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ({"callback": "f"}, "batch-missing"),
        ({"queries": "{}", "extend": "{}"}, "batch-both"),
        (bad(""), "batch-not-json"),
        (bad("{"), "batch-not-json"),
        (bad("[" * 100_000), "batch-not-json"),
        (bad("[]"), "batch-member"),
        (bad("null"), "batch-member"),
        (bad('{"q0": "中国酒业协会"}'), "batch-member"),
        (bad('{"q0": {}}'), "batch-no-query"),
        (bad('{"q0": {"properties": []}}'), "batch-no-query"),
        (bad('{"q0": {"query": 1}}'), "batch-member"),
        (bad('{"q0": {"query": "a", "type": 1}}'), "batch-member"),
        (bad('{"q0": {"query": "a", "type": [1]}}'), "batch-member"),
        (bad('{"q0": {"query": "a", "type_strict": "maybe"}}'), "batch-member"),
        (bad('{"q0": {"query": "a", "limit": "5"}}'), "batch-member"),
        (bad('{"q0": {"query": "a", "limit": NaN}}'), "batch-member"),
        (bad('{"q0": {"query": "a", "properties": {}}}'), "batch-member"),
        (bad('{"q0": {"query": "a", "properties": [{"v": 1}]}}'), "batch-member"),
        (bad('{"q0": {"query": "a", "properties": [{"pid": "place"}]}}'), "batch-member"),
        (bad('{"q0": {"query": "a", "properties": [{"pid": "place", "v": null}]}}'), "batch-member"),
        (bad('{"q0": {"query": "a", "name": "b"}}'), "batch-unknown-member"),
        ({"extend": "{}"}, "batch-member"),
        ({"extend": '{"ids": ["a"], "properties": [{"id": "colour"}]}'}, "batch-unknown-property"),
        ({"extend": '{"ids": ["a"], "properties": [{"id": "type"}]}'}, "batch-unknown-property"),
        ({"extend": '{"ids": [1], "properties": []}'}, "batch-member"),
    ],
)
def test_malformed_batch_is_told(service: httpx.Client, form: dict[str, str], kind: str) -> None:
    for language in ("zh", "en"):
        answer = service.post("/reconcile/zh", data=form, headers={"Accept-Language": language})
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
        problem = answer.json()
        assert problem["type"].endswith(f"/{kind}")
        assert problem["detail"]
        assert answer.headers["access-control-allow-origin"] == "*"


def test_batch_over_its_size_is_refused(service: httpx.Client) -> None:
    queries: dict[str, Any] = {f"q{number}": {"query": "湖"} for number in range(BATCH_SIZE)}
    assert ask(service, queries).status_code == 200
    for answer in (
        ask(service, {**queries, "more": {"query": "湖"}}),
        extension(service, [f"org/{number}" for number in range(BATCH_SIZE + 1)], [{"id": "iri"}]),
    ):
        assert (answer.status_code, answer.json()["detail"]) == (
            413,
            "It has 51 entries, at most 50 are taken at once. Send several batches.",
        )


def test_form_has_to_be_a_form(service: httpx.Client) -> None:
    answer = service.post("/reconcile/zh", json={"queries": {}})
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (415, "unsupported-media-type")
    twice = "queries=%7B%7D&queries=%7B%7D"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert service.post("/reconcile/zh", content=twice, headers=form).status_code == 400
    assert service.put("/reconcile/zh").status_code == 405
    assert service.post("/reconcile/zh/preview").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/reconcile/de",
            "/reconcile",
            "/reconcile/zh/suggest/thing?prefix=a",
            "/reconcile/zh/flyout/entity",
        ),
        *(
            "/reconcile/zh/preview",
            "/reconcile/zh/preview?id=org/absent",
            "/reconcile/zh/flyout/type?id=Absent",
        ),
        *(
            "/reconcile/zh/flyout/property?id=absent",
            "/reconcile/zh/preview?id=%00",
            "/reconcile/zh/preview?id=org/%3E",
        ),
        "/reconcile/zh/preview?id=article/associations-epidemic-response%23char=0,1",
    ],
)
def test_what_is_not_there_is_not_found(service: httpx.Client, path: str) -> None:
    answer = service.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_cursor_that_is_no_number_is_told(service: httpx.Client) -> None:
    answer = service.get("/reconcile/zh/suggest/entity?prefix=a&cursor=-1")
    assert (answer.status_code, answer.json()["parameter"]) == (400, "cursor")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "x" * 100_000, "\u202e湖", "'; DROP ALL", "\x00", "> . }"]
)
def test_hostile_names_find_nothing_and_harm_nothing(service: httpx.Client, text: str) -> None:
    found = ask(
        service,
        {
            text[:50]: {
                "query": text,
                "type": [text[:50], "Association"],
                "properties": [{"pid": "place", "v": text}],
            }
        },
    )
    assert list(found.json().values()) == [{"result": []}]
    assert extension(service, [text[:100]], [{"id": "actions"}]).json()["rows"] == {
        text[:100]: {"actions": []}
    }
    assert service.get("/reconcile/zh/suggest/entity", params={"prefix": text[:1000]}).status_code == 200


def test_words_from_the_graph_stay_text(service: httpx.Client) -> None:
    html = service.get("/reconcile/en/flyout/entity", params={"id": STEEL}).json()["html"]
    assert set(re.findall(r"<(\w+)", html)) == {"p", "blockquote"}
