"""One page of each kind: what the tests of the site look at, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("zh", "en")
ARTICLE = "article/associations-epidemic-response"


@dataclass(frozen=True)
class Kind:
    """A kind of page, by the path of one of them behind its language, and the status that it answers with."""

    name: str
    path: str
    status: int = 200

    def address(self, language: str) -> str:
        """Return the path of the page in a language."""
        return f"/{language}/{self.path}"


KINDS = (
    Kind("home", ""),
    Kind("articles", "article/"),
    Kind("article", ARTICLE),
    Kind("organisation", "org/china-federation-of-logistics-and-purchasing"),
    Kind("group", "group/members-of-the-china-electronics-chamber-of-commerce"),
    Kind("person", "person/wang-yong"),
    Kind("action", "action/gifts-of-money-and-goods-by-electronics-members"),
    Kind("directive", "directive/treat-the-industry-as-one-chessboard"),
    Kind("place", "place/wuhan"),
    Kind("gap", "gap/addressee-of-the-proposal-of-a-purchasing-system"),
    Kind("source", "source/gb-t-2260"),
    Kind("scheme", "scheme/measure"),
    Kind("concept", "scheme/measure/cash"),
    Kind("graph", "graph/inferred"),
    Kind("browse", "browse?form=cash"),
    Kind("browse, no match", "browse?type=GuidancePublication&form=cash"),
    Kind("search", "search?q=22%E4%BA%BF"),
    Kind("search, near", "search?q=%E7%89%A9%E6%B5%81%E9%87%87%E8%B4%AD"),
    Kind("search, no match", "search?q=zzzz"),
    Kind("questions", "ask/"),
    Kind("question", "ask/cash-given-by-members"),
    Kind("question, a number", "ask/sum-of-cash-given"),
    Kind("question, bad value", "ask/actions-for-a-place?place=atlantis", 404),
    Kind("pictures", "pictures"),
    Kind("question, a picture", "ask/worked-together"),
    Kind("explanation", "explain?s=org/china-alcoholic-drinks-association&p=a&o=tz:NationalAssociation"),
    Kind("neighbours", "neighbours?iri=org/china-federation-of-logistics-and-purchasing"),
    Kind("ontology", "ontology"),
    Kind("data", "data"),
    Kind("method", "about"),
    Kind("curation", "curation"),
    Kind("console", "sparql"),
    Kind("not found", "org/china-federation-of-logistics", 404),
)
