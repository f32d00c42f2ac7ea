"""The words for columns, parameters and groups of the stored queries, in Chinese and English. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tongzhou.graph.catalog import Catalog, StoredQuery

_TWO = tuple[str, str]
_REFERENCE = re.compile("见 ?([a-z-]+)")
_NAME = re.compile("[A-Za-z]+(?:-[a-z]+)*")
_COLUMNS: Mapping[str, _TWO] = {
    "about": ("关于", "about"),
    "action": ("行动", "action"),
    "actionQuote": ("行动的原文", "words for the action"),
    "actions": ("行动数", "actions"),
    "addresseeName": ("对象", "addressed to"),
    "agent": ("主体", "agent"),
    "agentName": ("主体", "agent"),
    "agents": ("主体数", "agents"),
    "areaCode": ("区划代码", "area code"),
    "article": ("文章", "article"),
    "asked": ("要求", "asked"),
    "association": ("协会商会", "association"),
    "associations": ("协会商会数", "associations"),
    "attendeeName": ("出席者", "attended by"),
    "authorName": ("作者", "author"),
    "axiom": ("公理", "axiom"),
    "basis": ("依据", "basis"),
    "basisName": ("依据", "basis"),
    "beneficiary": ("受益者", "for whom"),
    "body": ("政府部门", "government body"),
    "broader": ("上位概念", "broader"),
    "broughtAbout": ("方式", "how"),
    "channel": ("渠道", "channel"),
    "commissioner": ("委托者", "commissioned by"),
    "concept": ("概念", "concept"),
    "concepts": ("概念数", "concepts"),
    "convener": ("召集者", "convened by"),
    "date": ("日期", "date"),
    "definition": ("定义", "definition"),
    "depicted": ("图中所示", "shows"),
    "difficulty": ("困难", "difficulty"),
    "directive": ("要求", "directive"),
    "directiveQuote": ("要求的原文", "words for the directive"),
    "done": ("行动", "done"),
    "end": ("止于第几字", "ends at character"),
    "ending": ("名称结尾", "ending of the name"),
    "firstLine": ("首行", "first line"),
    "form": ("名称形式", "form of the name"),
    "formName": ("名称形式", "form of the name"),
    "fund": ("基金", "fund"),
    "gap": ("没有说明", "not stated"),
    "giverName": ("谁出的", "given by"),
    "graph": ("图", "graph"),
    "group": ("群体", "group"),
    "hedge": ("限定", "hedge"),
    "hedgeName": ("限定", "hedge"),
    "hedgedParts": ("其中约数", "hedged parts"),
    "homeName": ("名称所示地区", "place in its name"),
    "industry": ("行业", "industry"),
    "industryCode": ("行业代码", "industry code"),
    "issuer": ("提出者", "issued by"),
    "kind": ("类别", "kind"),
    "label": ("名称", "label"),
    "lastLine": ("末行", "last line"),
    "list": ("列举", "list"),
    "listNote": ("列举说明", "note on the list"),
    "lowerBound": ("下限", "lower bound"),
    "manner": ("如何", "manner"),
    "matterName": ("事项", "matter"),
    "measure": ("计量对象", "measure"),
    "measureName": ("计量对象", "measure"),
    "meeting": ("会议", "meeting"),
    "membersOf": ("是谁的会员", "members of"),
    "mentions": ("提及次数", "mentions"),
    "mobilised": ("被动员者", "moved to act"),
    "monthDay": ("月日", "month and day"),
    "name": ("名称", "name"),
    "named": ("具名者", "named"),
    "nearest": ("最近的地点", "nearest place"),
    "notNamed": ("未具名者", "not named"),
    "notation": ("序号", "number"),
    "noteText": ("说明", "note"),
    "number": ("数目", "number"),
    "object": ("物资或资源", "resource"),
    "occurrence": ("事件", "occurrence"),
    "of": ("何事", "of what"),
    "one": ("一项", "one"),
    "organisation": ("组织", "organisation"),
    "organisations": ("组织数", "organisations"),
    "other": ("另一项", "the other"),
    "output": ("成果", "brought about"),
    "partner": ("联合方", "partner"),
    "parts": ("项数", "parts"),
    "photograph": ("图片", "photograph"),
    "place": ("地点", "place"),
    "prefix": ("前文", "words before"),
    "property": ("属性", "property"),
    "quote": ("原文", "words of the text"),
    "relation": ("关系", "relation"),
    "request": ("呼吁", "request"),
    "resource": ("物资或资源", "resource"),
    "respondent": ("响应者", "respondent"),
    "rights": ("全文权利", "rights in the text"),
    "roleName": ("角色", "role"),
    "rule": ("规则", "rule"),
    "scheme": ("概念体系", "scheme"),
    "scope": ("活动范围", "scope"),
    "scopeName": ("活动范围", "scope"),
    "section": ("部分", "section"),
    "sector": ("行业", "industry"),
    "source": ("来源", "source"),
    "speaker": ("表达者", "speaker"),
    "start": ("始于第几字", "starts at character"),
    "statement": ("看法", "statement"),
    "suffix": ("后文", "words after"),
    "sum": ("合计", "sum"),
    "term": ("术语", "term"),
    "theme": ("主题", "topic"),
    "thing": ("事物", "thing"),
    "tier": ("等级", "tier"),
    "tiers": ("等级", "tiers"),
    "title": ("标题", "title"),
    "topic": ("主题", "topic"),
    "total": ("合计", "total"),
    "triples": ("三元组数", "triples"),
    "unit": ("单位", "unit"),
    "unitName": ("单位", "unit"),
    "upperBound": ("上限", "upper bound"),
    "uses": ("使用次数", "uses"),
    "value": ("数值", "number"),
    "what": ("内容", "what"),
    "wording": ("原文的说法", "as the text has it"),
    "wordings": ("原文的说法", "as the text has it"),
}
_GROUPS: tuple[tuple[_TWO, frozenset[str]], ...] = (
    (("多少", "How much"), frozenset({"money", "how-much"})),
    (("谁", "Who"), frozenset({"who", "channel", "commission", "joint", "meeting", "government"})),
    (("做了什么", "What was done"), frozenset({"what", "goods", "output", "for-whom"})),
    (("在哪里", "Where"), frozenset({"where"})),
    (("要求与看法", "Asked and said"), frozenset({"asked", "said"})),
    (("主题", "Topics"), frozenset({"topic", "section"})),
    (("依据与来源", "Evidence and sources"), frozenset({"evidence", "provenance", "basis", "gap"})),
    (("本体", "Ontology"), frozenset({"ontology"})),
)
"""The groups that questions are shown in, by the first of their tags."""


def column_words(name: str, language: str) -> str:
    """Return the words for a column or a parameter; those of `placeName` are those of `place`.

    Raises KeyError where there are none: the tests see to it that there are.
    """
    found = _COLUMNS.get(name) or _COLUMNS[name.removesuffix("Name")]
    return _in(found, language)


def grouped(questions: Iterable[StoredQuery], language: str) -> list[tuple[str, list[StoredQuery]]]:
    """Return questions in groups, each with its title; groups without any are left out."""
    known = list(questions)
    groups = [
        (_in(words, language), [one for one in known if one.tags[0] in tags]) for words, tags in _GROUPS
    ]
    return [(title, members) for title, members in groups if members]


def related(stored: StoredQuery, catalog: Catalog) -> list[StoredQuery]:
    """Return the questions that the explanation of one refers to by name (`见 gaps`)."""
    names = _REFERENCE.findall(stored.about["zh"])
    return [catalog[name] for name in dict.fromkeys(names) if name in catalog]


def told(stored: StoredQuery, catalog: Catalog, language: str) -> str:
    """Return the explanation of a question, with the questions and columns that it names by their words."""

    def word(match: re.Match[str]) -> str:
        name = match[0]
        if name in catalog and (language == "zh" or "-" in name):  # “gaps” is a word of English
            return f"“{catalog[name].label[language]}”"
        return f"“{column_words(name, language)}”" if name in _COLUMNS and not name.islower() else name

    return _NAME.sub(word, stored.about[language])


def _in(words: _TWO, language: str) -> str:
    return words[0] if language == "zh" else words[1]
