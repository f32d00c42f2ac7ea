"""The properties that clients can compare or add as columns."""

from __future__ import annotations

from dataclasses import dataclass

from tongzhou.graph.search.tokens import fold


@dataclass(frozen=True)
class Property:
    """A property; `added` tells that its values can be added as a column, `compared` that a query may name it."""

    id: str
    names: dict[str, str]
    descriptions: dict[str, str]
    added: bool = True
    compared: bool = False

    def shown(self, language: str) -> dict[str, str]:
        """Return it as clients get it."""
        return {"id": self.id, "name": self.names[language], "description": self.descriptions[language]}


def _property(
    name: str, zh: tuple[str, str], en: tuple[str, str], *, added: bool = True, compared: bool = False
) -> Property:
    return Property(name, {"zh": zh[0], "en": en[0]}, {"zh": zh[1], "en": en[1]}, added, compared)


PROPERTIES = {
    one.id: one
    for one in (
        _property(
            "actions",
            ("行动数", "文中以其为主体的行动有几项"),
            ("number of actions", "how many actions the articles credit it with"),
        ),
        _property(
            "amounts",
            ("数额（原文）", "其行动所涉数额，照录原文；常为会员所出"),
            ("amounts in words", "amounts of its actions as printed; often it is the members who gave"),
        ),
        _property(
            "place",
            ("所在地", "所在的地方，最近一级"),
            ("place", "where it is, the nearest place"),
            compared=True,
        ),
        _property("iri", ("IRI", "永久标识符"), ("IRI", "its permanent identifier")),
        _property(
            "close-match",
            ("其他数据集中的近似对象", "如 Wikidata 条目"),
            ("close match", "the like in other datasets, such as Wikidata"),
        ),
        _property("name-zh", ("中文名", "中文标签"), ("Chinese name", "its label in Chinese")),
        _property(
            "name-en",
            ("英文名", "英文标签；为本站所译，不一定是官方名称"),
            ("English name", "its label in English: a translation of ours, not always the official name"),
        ),
        _property(
            "type",
            ("类型", "类型的标识符，如 Association"),
            ("type", "the id of a type, such as Association"),
            added=False,
            compared=True,
        ),
    )
}
"""All properties by their ids."""


def suggest_properties(prefix: str, language: str) -> list[dict[str, str]]:
    """Return the properties whose id or name has a text, in a fixed order."""
    wanted = fold(prefix).strip()
    return [
        one.shown(language)
        for one in PROPERTIES.values()
        if any(wanted in fold(name) for name in (one.id, *one.names.values()))
    ]


def proposed_properties(language: str, limit: int) -> list[dict[str, str]]:
    """Return the properties that can be added as columns; they are the same for every type."""
    added = [one.shown(language) for one in PROPERTIES.values() if one.added]
    return added[:limit]
