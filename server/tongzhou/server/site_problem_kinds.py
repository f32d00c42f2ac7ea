"""The problems of pages, stored questions and reconciliation, worded in Chinese and English."""

from __future__ import annotations

from tongzhou.server.problem_kind import Kind, kind

SITE_KINDS: dict[str, Kind] = {
    "unknown-question": kind(
        404,
        ("没有这个问题", "没有名为“{name}”的问题。相近的名称：{near}。全部问题列在 /api/query。"),
        ("There is no such question", "There is no question `{name}`. Near: {near}. /api/query lists all."),
    ),
    "unknown-parameter": kind(
        400,
        ("没有这个参数", "“{parameter}”不是这里的参数。可用的参数：{known}。"),
        ("There is no such parameter", "`{parameter}` is no parameter here. There are: {known}."),
    ),
    "bad-value": kind(
        400,
        ("参数的值不合要求", "{parameter} 的值“{found}”不是{expected}。"),
        ("A value does not fit its parameter", "{parameter}: `{found}` is no {expected}."),
    ),
    "bad-count": kind(
        400,
        ("参数的值不合要求", "{parameter} 的值“{found}”不是 {least} 到 {most} 的整数。"),
        (
            "A value does not fit its parameter",
            "{parameter}: `{found}` is no whole number from {least} to {most}.",
        ),
    ),
    "unknown-value": kind(
        404,
        ("参数的值不在图中", "{parameter} 的值“{found}”在图中没有出现。相近的值：{near}。"),
        ("A value names nothing in the graph", "{parameter}: `{found}` is not in the graph. Near: {near}."),
    ),
    "bad-format": kind(
        400,
        ("没有这种格式", "“{found}”不是这里的格式；可用的列在 offers。也可改用 Accept 标头。"),
        ("There is no such format", "`{found}` is no format here; `offers` lists them. Accept works too."),
    ),
    "unknown-suffix": kind(
        404,
        ("没有这种文件", "“{found}”不是这里文件的后缀；可用：{known}。"),
        ("There is no such document", "`{found}` is no suffix of a document here. There are: {known}."),
    ),
    "oembed-json-only": kind(
        501,
        ("没有这种格式", "“{found}”不是 oEmbed 在这里的格式：只有 json。请写 format=json，或不写 format。"),
        (
            "There is no such format",
            "`{found}` is no format of oEmbed here: there is json only. Write format=json, or leave it out.",
        ),
    ),
    "batch-not-json": kind(
        400,
        ("不是 JSON", "{field} 应是 JSON。解析器的说明：{reason}。"),
        ("This is not JSON", "{field} has to be JSON: {reason}."),
    ),
    "batch-member": kind(
        400,
        ("批次中有一处不合规范", "{place} 应是{expected}。"),
        ("A part of the batch is not as it should be", "{place} has to be: {expected}."),
    ),
    "batch-unknown-member": kind(
        400,
        (
            "查询中有未知的成员",
            "{place} 中的“{found}”未知；可用 query、type、type_strict、limit、properties。",
        ),
        (
            "A query has an unknown member",
            "{place}: `{found}` is unknown. There are query, type, type_strict, limit and properties.",
        ),
    ),
    "batch-no-query": kind(
        400,
        ("查询是空的", "{place} 既没有 query，也没有 properties；请至少给出一个。"),
        ("A query asks nothing", "{place} has neither query nor properties. Give one of them."),
    ),
    "batch-unknown-property": kind(
        400,
        ("没有这种属性", "“{found}”不是可添加的属性；可用：{known}。"),
        ("There is no such property", "`{found}` can't be added. There are {known}."),
    ),
    "batch-both": kind(
        400,
        ("一次只能做一件事", "请求中 queries 与 extend 都有；请分两次发送。"),
        ("One thing at a time", "The request has both queries and extend. Send two requests."),
    ),
    "batch-missing": kind(
        400,
        ("请求中没有批次", "请在表单中以 queries 或 extend 给出 JSON。"),
        ("The request has no batch", "Give JSON as queries or as extend in the form."),
    ),
    "search-too-long": kind(
        400,
        ("搜索词过长", "搜索词有 {found} 个字，最多 {most} 个；请缩短。"),
        (
            "The text to search for is too long",
            "It has {found} characters, at most {most} are read. Shorten it.",
        ),
    ),
    "not-curated": kind(
        404,
        ("这里没有网页", "本服务器提供的是一个普通的 RDF 数据集，没有经过整理的页面；请在 /sparql 查询它。"),
        (
            "There are no pages here",
            "This server serves an ordinary RDF dataset, which has no curated pages; query it at /sparql.",
        ),
    ),
    "unknown-triple": kind(
        404,
        ("图中没有这条陈述", "它既未写明，也推不出来。主语、谓语相同的陈述，其宾语有：{near}。"),
        (
            "The graph does not say so",
            "It is not asserted and does not follow. With the same subject and predicate there is: {near}.",
        ),
    ),
    "missing-term": kind(
        400,
        ("陈述不完整", "请用 s、p、o 给出主语、谓语、宾语；缺少 {parameter}。"),
        (
            "The statement is not whole",
            "Give subject, predicate and object as s, p and o; {parameter} is missing.",
        ),
    ),
    "unknown-thing": kind(
        404,
        ("图中没有它", "图中没有“{name}”。请检查拼写，或在首页搜索。"),
        (
            "The graph has no such thing",
            "There is no `{name}`. Check the spelling, or search from the home page.",
        ),
    ),
    "no-picture": kind(
        404,
        (
            "没有图",
            "“{name}”的答案不画成图，或者按这些条件没有可画的行，或者行数过多。表格见 {table}。画成图的问题：{drawn}。",
        ),
        (
            "There is no picture",
            "The answer to `{name}` is not drawn, or has no rows with these values, or too many. Its table is at {table}."
            " Drawn are: {drawn}.",
        ),
    ),
    "gone": kind(
        410,
        ("已撤回", "{name} 已从图中撤回。{reason} 最后含有它的发布：{release}。"),
        ("Withdrawn", "{name} was withdrawn from the graph. {reason} The last release with it: {release}."),
    ),
    "batch-too-large": kind(
        413,
        ("批次过大", "收到 {found} 项，一次最多 {most} 项；请分批发送。"),
        (
            "The batch is too large",
            "It has {found} entries, at most {most} are taken at once. Send several batches.",
        ),
    ),
}
