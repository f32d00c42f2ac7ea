"""The kinds of problems and their wording, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from tongzhou.server.problem_kind import Kind, kind
from tongzhou.server.site_problem_kinds import SITE_KINDS

KINDS: dict[str, Kind] = {
    **SITE_KINDS,
    "query-syntax": kind(
        400,
        ("查询不合 SPARQL 语法", "见{place}。解析器的说明：{reason}。"),
        ("The query is not valid SPARQL", "See {place}: {reason}."),
    ),
    "query-refused-service": kind(
        400,
        ("本端点不执行 SERVICE", "见{place}。本端点从不访问其他端点；请直接查询那个端点。（{reason}。）"),
        ("SERVICE is not run here", "See {place}: {reason}."),
    ),
    "query-refused-nesting": kind(
        400,
        ("查询嵌套过深", "见{place}。括号与一元运算符最多嵌套 100 层；请简化查询。"),
        ("The query is nested too deeply", "See {place}: {reason}."),
    ),
    "query-refused-ambiguous": kind(
        400,
        ("查询有两种读法", "见{place}。“<”可读作 IRI 或“小于”；请在其后加空格，或改用前缀名。"),
        ("The query can be read in two ways", "See {place}: {reason}."),
    ),
    "query-crashed": kind(
        400,
        ("查询使引擎崩溃", "查询的结构过于复杂；请减少括号、路径或 UNION 的层数，再试一次。"),
        ("The query broke the engine", "Its structure is too deep: use fewer brackets, paths or UNIONs."),
    ),
    "update-syntax": kind(
        400,
        ("更新不合 SPARQL 语法", "见{place}。解析器的说明：{reason}。什么也没有写入。"),
        ("The update is not valid SPARQL", "See {place}: {reason}. Nothing was written."),
    ),
    "using-conflict": kind(
        400,
        ("数据集指定了两次", "见{place}。请求已用 using-… 参数指定图，不能再写 USING 或 WITH。"),
        ("The dataset is given twice", "See {place}: {reason}."),
    ),
    "rdf-syntax": kind(
        400,
        ("上传的数据不合语法", "见{place}。解析器的说明：{reason}。什么也没有写入。"),
        ("The data is not valid", "See {place}: {reason}. Nothing was written."),
    ),
    "rdf-refused": kind(
        400,
        ("上传的数据不被接受", "见{place}：{reason}。什么也没有写入。"),
        ("The data is not read here", "See {place}: {reason}. Nothing was written."),
    ),
    "missing-query": kind(
        400,
        ("缺少参数 query", "请用参数 query 给出一个 SPARQL 查询。"),
        ("There is no query", "Give a SPARQL query in the parameter `query`."),
    ),
    "repeated-query": kind(
        400,
        ("参数 query 出现了不止一次", "每个请求只能有一个查询；地址与正文合在一起计算。"),
        ("There is more than one query", "Send one `query`; URL and body count together."),
    ),
    "missing-update": kind(
        400,
        ("缺少参数 update", "请用参数 update 给出一个 SPARQL 更新。"),
        ("There is no update", "Give a SPARQL update in the parameter `update`."),
    ),
    "repeated-update": kind(
        400,
        ("参数 update 出现了不止一次", "每个请求只能有一个更新；多个操作请用分号连成一个更新。"),
        ("There is more than one update", "Send one `update`; join several operations by `;`."),
    ),
    "misplaced-parameter": kind(
        400,
        ("参数用错了地方", "{parameter} 属于 SPARQL 的 {operation}，应发送到 {path}。"),
        ("A parameter is in the wrong place", "{parameter} belongs to a SPARQL {operation}: use {path}."),
    ),
    "repeated-parameter": kind(
        400,
        ("参数重复", "{parameter} 只能出现一次；地址与正文合在一起计算。"),
        ("A parameter is repeated", "Give {parameter} once; URL and body count together."),
    ),
    "bad-timeout": kind(
        400,
        ("参数 timeout 无效", "“{found}”不是大于 0 的秒数；例如可写 timeout=2.5。"),
        ("The timeout is not valid", "`{found}` is no number of seconds above 0; write timeout=2.5."),
    ),
    "not-utf-8": kind(
        400,
        ("请求不是有效的 UTF-8", "请用 UTF-8 编码查询与参数，再作百分号编码。"),
        ("The request is not valid UTF-8", "Encode query and parameters in UTF-8, then percent-encode them."),
    ),
    "too-many-parameters": kind(
        400,
        ("参数过多", "每个请求最多 {most} 个参数。"),
        ("There are too many parameters", "A request may have {most} at most."),
    ),
    "bad-graph-name": kind(
        400,
        ("图的名称不是 IRI", "{parameter} 的值“{found}”不是绝对 IRI。"),
        ("The name of a graph is no IRI", "`{found}` in {parameter} is not an absolute IRI."),
    ),
    "graph-choice": kind(
        400,
        ("没有指明唯一的图", "请恰好给出一种：?default（默认图），或 ?graph=IRI，或该图自己的地址。"),
        ("No single graph is named", "Give one of ?default, ?graph=IRI, the graph's own address."),
    ),
    "bad-multipart": kind(
        400,
        ("multipart/form-data 正文有误", "请检查 boundary，并且至少给出一个、至多给出 {most} 个部分。"),
        ("The multipart body is not valid", "Check its boundary; it needs 1 to {most} parts."),
    ),
    "bad-http": kind(
        400,
        ("请求不合 HTTP/1.1", "收到的内容不是有效的 HTTP/1.1 请求，连接已关闭。"),
        ("The request is not valid HTTP/1.1", "What came is no HTTP/1.1 request; the connection is closed."),
    ),
    "unauthorized": kind(
        401,
        ("需要令牌", "请在请求头中加上 Authorization: Bearer 与您的令牌。"),
        ("A token is needed", "Send the header Authorization: Bearer with your token."),
        challenge="",
    ),
    "bad-token": kind(
        401,
        ("令牌无效", "这个令牌未知或已撤销；请向服务的管理者索取新的令牌。"),
        ("The token is not valid", "It is unknown or withdrawn; ask whoever runs this service."),
        challenge=', error="invalid_token"',
    ),
    "forbidden": kind(
        403,
        ("令牌的权限不够", "此操作需要权限 {scope}；请使用有此权限的令牌。"),
        ("The token does not allow this", "It needs the scope {scope}; use a token that has it."),
        challenge=', error="insufficient_scope", scope="{scope}"',
    ),
    "read-only": kind(
        403,
        ("本服务只读", "这里不接受写入；要写入，请以 --dataset 与 --writable 启动自己的服务。"),
        ("This service is read-only", "It takes no writes; start your own with --dataset and --writable."),
    ),
    "cross-site-form": kind(
        403,
        ("拒绝来自其他网站的表单", "写入请用 Content-Type: application/sparql-update 直接发送，并附上令牌。"),
        ("Forms of other sites are refused", "Send application/sparql-update, with your token."),
    ),
    "update-refused-load": kind(
        403,
        ("本端点不执行 LOAD", "见{place}。本端点从不下载数据；请用图存储协议（PUT 或 POST）上传。"),
        ("LOAD is not run here", "See {place}: {reason}."),
    ),
    "not-found": kind(
        404,
        ("此地址没有内容", "首页 / 列出了这里有什么；查询端点是 /sparql。"),
        ("Nothing is here", "The home page / lists what there is; the endpoint is /sparql."),
    ),
    "no-such-graph": kind(
        404,
        ("没有这个图", "图 {graph} 不存在；用 SELECT DISTINCT ?g {{ GRAPH ?g {{}} }} 可列出全部图。"),
        (
            "There is no such graph",
            "{graph} is not here; SELECT DISTINCT ?g {{ GRAPH ?g {{}} }} lists them all.",
        ),
    ),
    "method-not-allowed": kind(
        405,
        ("此地址不接受这种方法", "可用的方法：{found}。"),
        ("The method is not allowed here", "Allowed: {found}."),
    ),
    "not-acceptable": kind(
        406,
        ("没有可接受的格式", "可提供的格式见 offers；请在 Accept 中写其中之一。"),
        ("No format fits", "Name one of `offers` in Accept."),
    ),
    "no-coding-fits": kind(
        406,
        ("没有可接受的压缩方式", "可提供的方式见 offers；请在 Accept-Encoding 中写其中之一。"),
        ("No content coding fits", "Name one of `offers` in Accept-Encoding."),
    ),
    "request-timeout": kind(
        408,
        ("请求来得太慢", "没有在 {seconds} 秒内收到完整的请求；请再发一次。"),
        ("The request came too slowly", "It was not whole within {seconds} s; send it again."),
    ),
    "update-failed": kind(
        409,
        ("更新无法执行", "引擎的说明：{reason} 若可忽略此情形，请加上 SILENT。"),
        ("The update can't be done", "{reason} Write SILENT where that does not matter."),
    ),
    "request-too-large": kind(
        413,
        ("请求过大", "请缩短请求，或把上传的数据分成几份；整个数据可从首页下载。"),
        ("The request is too large", "Shorten it, or upload in parts; the home page has all data."),
    ),
    "uri-too-long": kind(
        414,
        ("地址过长", "请改用 POST，把查询放在正文中。"),
        ("The address is too long", "Use POST, with the query in the body."),
    ),
    "unsupported-media-type": kind(
        415,
        ("不支持这种正文", "收到的是 {found}。请用 UTF-8 编码，并以 Content-Type 注明以下之一：{expected}。"),
        ("The body has an unsupported type", "Found {found}. Send UTF-8, as one of {expected}."),
    ),
    "unsupported-coding": kind(
        415,
        ("不支持压缩的正文", "收到的是 Content-Encoding: {found}。请发送未压缩的正文。"),
        ("The body is compressed", "Found Content-Encoding: {found}. Send it as it is."),
    ),
    "too-many-requests": kind(
        429,
        ("您的查询太多", "您同时进行的查询已达上限；请等其中一些结束后再试。"),
        ("You ask too much at once", "Your running queries are at their cap; wait until some end."),
        retry_after=1,
    ),
    "client-gone": kind(  # never read: the status is what access logs commonly have for it
        499,
        ("客户端已离开", "查询已中止。"),
        ("The client has gone", "The query was ended."),
    ),
    "header-too-large": kind(
        431,
        ("请求头过大", "请求头合计不得超过 64 KiB，最多 200 个；请缩短请求头。"),
        ("The headers are too large", "All of them together may have 64 KiB, and be 200; send fewer."),
    ),
    "internal-error": kind(
        500,
        ("服务器出错", "错误已记入日志。请稍后再试。"),
        ("The server failed", "The error is in the log. Try again later."),
    ),
    "write-interrupted": kind(
        500,
        ("写入中断", "负责写入的进程意外结束；写入可能已生效，也可能没有。请先查询，再决定是否重发。"),
        (
            "The write was interrupted",
            "The process that wrote ended; the write may be done or not. Look before you send it again.",
        ),
    ),
    "query-failed": kind(
        501,
        ("引擎不能执行这个查询", "引擎的说明：{reason}。请改用 SPARQL 1.1 的内置函数，或去掉这一部分。"),
        (
            "The engine can't run the query",
            "It says: {reason}. Use functions that SPARQL 1.1 has, or leave that out.",
        ),
    ),
    "busy": kind(
        503,
        ("服务器正忙", "排队的查询已满；请稍后再试。"),
        ("The server is busy", "Its queue is full. Try again later."),
        retry_after=2,
    ),
    "too-many-connections": kind(
        503,
        ("连接过多", "服务器的连接已满；请稍后再试。"),
        ("There are too many connections", "The server has as many as it may; try again later."),
        retry_after=5,
    ),
    "shed": kind(
        503,
        ("长查询已中止", "服务器正忙，您的查询运行太久，已让位给短查询；请简化查询，或稍后再试。"),
        ("A long query was ended", "The server is busy, short ones go first. Simplify it, or try later."),
        retry_after=10,
    ),
    "worker-lost": kind(
        503,
        ("查询中断", "执行查询的进程意外结束；请再试一次。"),
        ("The query was interrupted", "The process that ran it ended. Try again."),
        retry_after=1,
    ),
    "deadline": kind(
        504,
        ("查询超时", "查询未能在 {seconds} 秒内完成；请缩小范围，或加上 LIMIT。"),
        ("The query took too long", "It did not end within {seconds} s. Ask for less, or add a LIMIT."),
        retry_after=10,
    ),
    "write-deadline": kind(
        504,
        ("写入超时", "写入未能在 {seconds} 秒内完成；可能已生效，也可能没有。请先查询，再分成小份重发。"),
        (
            "The write took too long",
            "It did not end within {seconds} s; it may be done or not. Look, then send it in smaller parts.",
        ),
    ),
    "write-out-of-memory": kind(
        507,
        ("写入占用内存过多", "写入可能已生效，也可能没有。请先查询，再分成小份重发。"),
        (
            "The write needs too much memory",
            "It may be done or not. Look, then send it in smaller parts.",
        ),
    ),
    "not-stored": kind(
        507,
        ("写入未能存盘", "服务器的磁盘已满或出错；写入可能已保留，也可能没有。请告知服务的管理者。"),
        (
            "The write could not be stored",
            "The server's disk is full or fails; the write may be kept or not. Tell whoever runs this service.",
        ),
    ),
    "out-of-memory": kind(
        507,
        ("查询占用内存过多", "请缩小范围，避免对全部数据排序或连接。"),
        ("The query needs too much memory", "Ask for less; do not sort or join everything."),
    ),
    "answer-too-large": kind(
        507,
        ("答案过大", "答案超过上限：{most} {cap}。请加上 LIMIT；整个数据可从首页下载。"),
        ("The answer is too large", "It is over {most} {cap}. Add a LIMIT; the home page has all data."),
    ),
}
"""All problems that the server words itself."""

TERMS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "rows": "行",
        "bytes": "字节",
        "none": "无",
        "integer": "整数",
        "decimal": "数",
        "language": "本站的语言（zh 或 en）",
        "object": "一个 JSON 对象",
        "string": "一个字符串",
        "number": "一个数",
        "value": "字符串、数、真假值或带 id 的对象",
        "list of strings": "字符串的列表",
        "list of objects": "对象的列表",
        "iri": "IRI（完整的，或如 place/wuhan、tz:Donation）",
    },
    "en": {
        "object": "a JSON object",
        "string": "a string",
        "number": "a number",
        "value": "a string, a number, a boolean or an object with an id",
        "list of strings": "a list of strings",
        "list of objects": "a list of objects",
        "integer": "whole number",
        "decimal": "number",
        "language": "language of ours (zh or en)",
        "iri": "IRI (a full one, or such as place/wuhan, tz:Donation)",
    },
}
"""Values of facts that are words, in the languages that have another word for them."""
