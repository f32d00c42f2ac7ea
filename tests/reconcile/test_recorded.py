"""The calls that OpenRefine makes, as its sources make them, get answers that the specification's schemas allow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from .conftest import Fits

CALLS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "openrefine-calls.json").read_text(encoding="utf-8")
)


def send(service: httpx.Client, call: dict[str, Any]) -> httpx.Response:
    return service.request(
        call["method"], call["path"], content=call.get("body", "").encode(), headers=call["headers"]
    )


@pytest.mark.parametrize("call", CALLS, ids=[call["name"] for call in CALLS])
def test_answer_fits_the_schema(service: httpx.Client, call: dict[str, Any], fits: Fits) -> None:
    fits(send(service, call).json(), call["schema"])


@pytest.mark.parametrize("call", CALLS, ids=[call["name"] for call in CALLS])
def test_call_is_answered_for_every_origin(service: httpx.Client, call: dict[str, Any]) -> None:
    answer = send(service, call)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    asked = service.options(call["path"], headers={"Origin": "https://other.example"})
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, "*")
    assert call["method"] in asked.headers["access-control-allow-methods"]


def test_guessed_types_are_those_of_associations(service: httpx.Client) -> None:
    answer = send(service, CALLS[1]).json()
    assert list(answer) == [f"q{number}" for number in range(10)]
    first = answer["q0"]["result"][0]
    assert (first["name"], first["match"], first["score"]) == ("中国酒业协会", True, 100.0)
    assert [one["id"] for one in first["type"]][:2] == ["NationalAssociation", "Association"]
    assert all(len(one["result"]) <= 3 for one in answer.values())
    assert answer["q7"]["result"] == []


def test_place_of_a_batch_is_a_signal(service: httpx.Client) -> None:
    answer = send(service, CALLS[2]).json()
    wuhan = answer["q8"]["result"][0]
    assert (wuhan["id"], wuhan["match"]) == ("org/wuhan-cleaning-industry-association", True)
    assert {"id": "place", "value": True} in wuhan["features"]
    elsewhere = answer["q0"]["result"][0]
    assert (elsewhere["name"], elsewhere["match"]) == ("中国酒业协会", False)
    assert {"id": "place", "value": False} in elsewhere["features"]
    foxconn = answer["q4"]["result"][0]
    assert {"id": "type", "value": False} in foxconn["features"]
    assert not foxconn["match"]


def test_place_that_is_reconciled_counts_by_its_id(service: httpx.Client) -> None:
    (found, *_) = send(service, CALLS[3]).json()["q0"]["result"]
    assert (found["name"], found["match"]) == ("Wuhan Cleaning Industry Association", True)


def test_suggestions_go_on_at_the_cursor(service: httpx.Client) -> None:
    first = service.get("/reconcile/zh/suggest/entity?prefix=中国").json()["result"]
    more = send(service, CALLS[6]).json()["result"]
    assert len(first) == len(more) == 20
    assert not {one["id"] for one in first} & {one["id"] for one in more}


def test_columns_hold_what_the_articles_say(service: httpx.Client) -> None:
    answer = send(service, CALLS[-1]).json()
    assert [column["id"] for column in answer["meta"]] == [
        *("actions", "amounts", "place", "iri", "close-match", "name-en"),
    ]
    steel = answer["rows"]["org/china-iron-and-steel-association"]
    assert steel["amounts"][0] == {"str": "7亿元资金"}
    assert steel["actions"][0]["int"] > 1
    assert steel["iri"] == [
        {"str": "https://w3id.org/tongzhou/id/org/china-iron-and-steel-association"},
    ]
    cleaning = answer["rows"]["org/wuhan-cleaning-industry-association"]
    assert cleaning["place"] == [{"id": "place/wuhan", "name": "武汉"}]
    assert cleaning["amounts"] == []
    wuhan = answer["rows"]["place/wuhan"]
    assert wuhan["close-match"] == [{"str": "http://www.wikidata.org/entity/Q11746"}]
    assert (wuhan["place"], wuhan["actions"]) == ([{"id": "place/hubei", "name": "湖北"}], [{"int": 0}])
