"""Every error as `application/problem+json` (RFC 9457), in Chinese or English: the one place from error to status. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from tongzhou.graph.errors import (
    BadValueError,
    DatasetError,
    ParameterError,
    QueryRefusedError,
    QuerySyntaxError,
    RdfFormatError,
    RdfRefusedError,
    RdfSyntaxError,
    TongzhouError,
    UnknownParameterError,
    UnknownQueryError,
    UpdateFailedError,
    UpdateSyntaxError,
)
from tongzhou.graph.namespaces import BASE
from tongzhou.server.http import Reply
from tongzhou.server.problem_kind import Kind
from tongzhou.server.problem_kinds import KINDS, TERMS

MEDIA_TYPE = "application/problem+json"
_SHOWN = 80  # characters of what a client sent
_REALM = 'Bearer realm="tongzhou"'
_FAULTS: Mapping[type[TongzhouError], str] = {
    QuerySyntaxError: "query-syntax",
    UpdateSyntaxError: "update-syntax",
    RdfSyntaxError: "rdf-syntax",
    RdfRefusedError: "rdf-refused",
}
_REFUSALS = {
    "service": "query-refused-service",
    "nesting": "query-refused-nesting",
    "ambiguous": "query-refused-ambiguous",
    "load": "update-refused-load",
    "using": "using-conflict",
}
_WHOLE = {
    "update-syntax": {"zh": "更新", "en": "the update"},
    "rdf-syntax": {"zh": "数据", "en": "the data"},
    "rdf-refused": {"zh": "数据", "en": "the data"},
}
_QUERY = {"zh": "查询", "en": "the query"}


class RequestError(TongzhouError, ValueError):
    """A request that the protocol refuses; `kind` is a key of KINDS, `facts` fill its wording."""

    def __init__(self, kind: str, facts: Mapping[str, str], *, offers: Iterable[str] = ()) -> None:
        """Keep kind and facts, and what would have been accepted instead."""
        self.kind = kind
        self.facts = dict(facts)
        self.offers = tuple(offers)
        super().__init__(KINDS[kind].words["en"][1].format(**self.facts))


def reply_to(error: TongzhouError, language: str) -> Reply:
    """Return the problem that an error is to a client.

    Raises the error itself where it is no fault of the request: its words may hold what no client should read.
    """
    match error:
        case RequestError():
            members: dict[str, Any] = {"offers": list(error.offers)} if error.offers else {}
            if "parameter" in error.facts:
                members["parameter"] = error.facts["parameter"]
            return problem_reply(error.kind, language, error.facts, members)
        case ParameterError() | UnknownQueryError():
            return _reply_to_question(error, language)
        case DatasetError():
            return problem_reply("not-stored", language)
        case UpdateFailedError():
            return problem_reply("update-failed", language, {"reason": str(error)})
        case RdfFormatError():
            facts = {"found": error.media_type or "-", "expected": ", ".join(error.offers)}
            return problem_reply("unsupported-media-type", language, facts)
        case QuerySyntaxError() | RdfSyntaxError() | QueryRefusedError():
            return _reply_with_place(error, language)
        case _:
            raise error


def problem_reply(
    kind: str,
    language: str,
    facts: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
    headers: Iterable[tuple[str, str]] = (),
) -> Reply:
    """Return a problem of a kind, worded in a language; `members` go into its JSON.

    Retry-After, WWW-Authenticate and Allow come with the kinds that need them.
    """
    facts = facts or {}
    title, detail = KINDS[kind].words[language]
    words = {name: TERMS[language].get(value, value) for name, value in facts.items()}
    body = {
        "type": f"{BASE}problem/{kind}",
        "title": title,
        "status": KINDS[kind].status,
        "detail": detail.format(**words),
        **(members or {}),
    }
    return _reply(body, language, (*_headers_of(kind, KINDS[kind], facts), *headers))


def plain_problem(status: int, headers: Iterable[tuple[str, str]] = ()) -> Reply:
    """Return a problem that says no more than its status (RFC 9457 §4.2.1)."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return _reply(body, "en", headers)


def _reply(body: Mapping[str, Any], language: str, headers: Iterable[tuple[str, str]]) -> Reply:
    common = (
        ("Content-Type", MEDIA_TYPE),
        ("Content-Language", language),
        ("Vary", "Accept, Accept-Language"),
    )
    text = json.dumps(body, ensure_ascii=False) + "\n"
    return Reply(int(body["status"]), (*common, *headers), text.encode())


def _headers_of(name: str, kind: Kind, facts: Mapping[str, str]) -> list[tuple[str, str]]:
    headers: list[tuple[str, str]] = []
    if kind.retry_after is not None:
        headers.append(("Retry-After", str(kind.retry_after)))
    if kind.challenge is not None:
        headers.append(("WWW-Authenticate", _REALM + kind.challenge.format(**facts)))
    if name == "method-not-allowed" and facts["found"]:
        headers.append(("Allow", facts["found"]))
    return headers


def _reply_to_question(error: ParameterError | UnknownQueryError, language: str) -> Reply:
    """Answer a stored query that does not exist, or what is wrong with a parameter of one: `parameter` is its name."""
    match error:
        case BadValueError():
            facts = {"parameter": error.parameter, "found": error.found[:_SHOWN], "expected": error.expected}
            return problem_reply("bad-value", language, facts, {"parameter": error.parameter})
        case UnknownParameterError():
            facts = {"parameter": error.parameter[:_SHOWN], "known": ", ".join(error.known) or "none"}
            members = {"parameter": error.parameter[:_SHOWN], "offers": list(error.known)}
            return problem_reply("unknown-parameter", language, facts, members)
        case UnknownQueryError():
            facts = {"name": error.name[:_SHOWN], "near": ", ".join(error.near) or "none"}
            return problem_reply("unknown-question", language, facts, {"offers": list(error.near)})
        case _:
            raise error


def _reply_with_place(error: QuerySyntaxError | QueryRefusedError | RdfSyntaxError, language: str) -> Reply:
    """Answer a fault in a text, with `line` and `column` as members where they are known."""
    kind = _REFUSALS[error.reason] if isinstance(error, QueryRefusedError) else _FAULTS[type(error)]
    members: dict[str, int] = {}
    place = _WHOLE.get(kind, _QUERY)
    if error.line is not None and error.column is not None:
        members = {"line": error.line, "column": error.column}
        place = {
            "zh": f"第 {error.line} 行第 {error.column} 列",
            "en": f"line {error.line}, column {error.column}",
        }
    reason = str(error).removeprefix(f"{place['en']}: ")
    return problem_reply(kind, language, {"place": place[language], "reason": reason}, members)
