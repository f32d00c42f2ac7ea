"""Every error as `application/problem+json` (RFC 9457), in Chinese or English: the one place from exception to status."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from tongzhou.graph.errors import QueryRefusedError, QuerySyntaxError, TongzhouError
from tongzhou.graph.namespaces import BASE

MEDIA_TYPE = "application/problem+json"
LANGUAGES = ("zh", "en")
_LOG = logging.getLogger(__name__)


class RequestError(TongzhouError, ValueError):
    """A request that the protocol refuses; `kind` is a key of KINDS, `facts` fill its wording."""

    def __init__(self, kind: str, facts: Mapping[str, str], *, offers: tuple[str, ...] = ()) -> None:
        """Keep kind and facts, and what would have been accepted instead."""
        self.kind = kind
        self.facts = dict(facts)
        self.offers = offers
        super().__init__(KINDS[kind].words["en"][1].format(**self.facts))


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its status, and for each language its title and its detail."""

    status: int
    words: Mapping[str, tuple[str, str]]


def _kind(status: int, zh: tuple[str, str], en: tuple[str, str]) -> Kind:
    return Kind(status, {"zh": zh, "en": en})


KINDS: dict[str, Kind] = {
    "query-syntax": _kind(
        400,
        ("查询不合 SPARQL 语法", "见{place}。解析器的说明：{reason}。"),
        ("The query is not valid SPARQL", "See {place}: {reason}."),
    ),
    "query-refused-service": _kind(
        400,
        ("本端点不执行 SERVICE", "见{place}。本端点从不访问其他端点；请直接查询那个端点。（{reason}。）"),
        ("SERVICE is not run here", "See {place}: {reason}."),
    ),
    "query-refused-nesting": _kind(
        400,
        ("查询嵌套过深", "见{place}。括号与一元运算符最多嵌套 100 层；请简化查询。"),
        ("The query is nested too deeply", "See {place}: {reason}."),
    ),
    "query-refused-ambiguous": _kind(
        400,
        (
            "查询有两种读法",
            "见{place}。此处的“<”既可读作 IRI，也可读作“小于”；请在其后加空格，或改用前缀名。",
        ),
        ("The query can be read in two ways", "See {place}: {reason}."),
    ),
    "missing-query": _kind(
        400,
        ("缺少参数 query", "请用参数 query 给出一个 SPARQL 查询。本端点只读，不接受 update。"),
        (
            "There is no query",
            "Give a SPARQL query in the parameter `query`. This endpoint takes no updates.",
        ),
    ),
    "repeated-query": _kind(
        400,
        ("参数 query 出现了不止一次", "每个请求只能有一个查询；地址与正文合在一起计算。"),
        (
            "There is more than one query",
            "Send one `query`; those in the URL and in the body count together.",
        ),
    ),
    "not-utf-8": _kind(
        400,
        ("请求不是有效的 UTF-8", "请用 UTF-8 编码查询与参数，再作百分号编码。"),
        ("The request is not valid UTF-8", "Encode query and parameters in UTF-8, then percent-encode them."),
    ),
    "too-many-parameters": _kind(
        400,
        ("参数过多", "每个请求最多 {most} 个参数。"),
        ("There are too many parameters", "A request may have {most} at most."),
    ),
    "bad-graph-name": _kind(
        400,
        ("图的名称不是 IRI", "{parameter} 的值“{found}”不是绝对 IRI。"),
        ("The name of a graph is no IRI", "`{found}` in {parameter} is not an absolute IRI."),
    ),
    "not-found": _kind(
        404,
        ("此地址没有内容", "首页 / 列出了这里有什么；查询端点是 /sparql。"),
        ("Nothing is here", "The home page / lists what there is; the endpoint is /sparql."),
    ),
    "method-not-allowed": _kind(
        405,
        ("此地址不接受这种方法", "可用的方法：{found}。本服务只读。"),
        ("The method is not allowed here", "Allowed: {found}. This service is read-only."),
    ),
    "not-acceptable": _kind(
        406,
        ("没有可接受的格式", "可提供的格式见 offers；请在 Accept 中写其中之一。"),
        ("No format fits", "Name one of `offers` in Accept."),
    ),
    "request-too-large": _kind(
        413,
        ("请求过大", "请缩短查询；整个数据可从首页下载。"),
        (
            "The request is too large",
            "Shorten the query; the whole data can be downloaded from the home page.",
        ),
    ),
    "unsupported-media-type": _kind(
        415,
        (
            "不支持这种正文",
            "收到的是 {found}。请用 application/x-www-form-urlencoded 或 application/sparql-query 发送查询。",
        ),
        (
            "The body has an unsupported type",
            "Found {found}. Send application/x-www-form-urlencoded or application/sparql-query.",
        ),
    ),
    "internal-error": _kind(
        500,
        ("服务器出错", "错误已记入日志。请稍后再试。"),
        ("The server failed", "The error is in the log. Try again later."),
    ),
}
"""All problems that the server words itself."""

_BY_STATUS = {404: "not-found", 405: "method-not-allowed", 413: "request-too-large", 500: "internal-error"}


def register(app: Flask) -> None:
    """Answer every error of the application as a problem."""
    app.register_error_handler(TongzhouError, _answer_own)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unknown)


def _answer_own(error: Exception) -> Response:
    if isinstance(error, RequestError):
        members: dict[str, Any] = {"offers": list(error.offers)} if error.offers else {}
        return _answer(error.kind, error.facts, members)
    if isinstance(error, QuerySyntaxError):
        return _answer_position("query-syntax", error)
    if isinstance(error, QueryRefusedError):
        return _answer_position(f"query-refused-{error.reason}", error)
    return _answer_unknown(error)


def _answer_position(kind: str, error: QuerySyntaxError | QueryRefusedError) -> Response:
    """Answer a fault in the text of a query, with `line` and `column` as members where they are known."""
    members = {"line": error.line, "column": error.column} if error.line is not None else {}
    place = {"zh": "查询", "en": "the query"}
    if members:
        place = {
            "zh": f"第 {error.line} 行第 {error.column} 列",
            "en": f"line {error.line}, column {error.column}",
        }
    reason = str(error).removeprefix(f"{place['en']}: ")
    return _answer(kind, {"place": place[_language()], "reason": reason}, members)


def _answer_http(error: HTTPException) -> Response:
    """Answer what Flask and Werkzeug raise, keeping their headers (`Allow`)."""
    kind = _BY_STATUS.get(error.code or 500)
    if kind is None:
        status = error.code or 500
        return _respond(status, {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status})
    allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    response = _answer(kind, {"found": allowed}, {})
    if allowed:
        response.headers["Allow"] = allowed
    return response


def _answer_unknown(error: Exception) -> Response:
    """Log what nobody foresaw, and tell the client nothing of it."""
    _LOG.error("%s %s failed", request.method, request.path, exc_info=error)
    return _answer("internal-error", {}, {})


def _language() -> str:
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def _answer(kind: str, facts: Mapping[str, str], members: Mapping[str, Any]) -> Response:
    title, detail = KINDS[kind].words[_language()]
    status = KINDS[kind].status
    body = {
        "type": f"{BASE}problem/{kind}",
        "title": title,
        "status": status,
        "detail": detail.format(**facts),
        **members,
    }
    return _respond(status, body)


def _respond(status: int, body: Mapping[str, Any]) -> Response:
    response = Response(json.dumps(body, ensure_ascii=False) + "\n", status=status, mimetype=MEDIA_TYPE)
    response.content_language.add(_language() if body["type"] != "about:blank" else "en")
    response.vary.update(("Accept", "Accept-Language"))
    return response
