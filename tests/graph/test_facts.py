"""Facts become RDF: quotes turn into passages, nested facts get an id, names go into a graph of their own."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from tongzhou.graph.compile import load_context
from tongzhou.graph.errors import SourceError
from tongzhou.graph.facts import FactSheet, compile_facts
from tongzhou.graph.namespaces import DCTERMS, ID, RDFS, SCHEME, TZ, XSD
from tongzhou.graph.resources import ontology_dir
from tongzhou.graph.text import canonicalise
from tongzhou.graph.yamlld import parse_yaml

CONTEXT = load_context(ontology_dir())
TEXT = canonicalise(
    "一是甲协会捐款 3 亿元和 2 艘船；乙协会捐款 3 亿元。\n\n二是甲协会呼吁开航。\n\n三是散会。", {}
)
ARTICLE = f"{ID}article/harbour"
HEAD = """\
"@context":
  - https://w3id.org/tongzhou/context
  - theme: https://w3id.org/tongzhou/scheme/harbour/
"@graph":
"""


def sheet(facts: str) -> FactSheet:
    """Compile facts against the text."""
    return compile_facts(
        parse_yaml((HEAD + facts).encode(), "facts.yaml"), CONTEXT, article=ARTICLE, text=TEXT
    )


def failure(facts: str) -> str:
    """Compile facts that must fail, and return the message."""
    with pytest.raises(SourceError) as caught:
        sheet(facts)
    return str(caught.value)


def values(triples: list[ox.Triple], subject: str, predicate: str) -> set[str]:
    """Return the values of a property."""
    return {
        triple.object.value
        for triple in triples
        if triple.subject == ox.NamedNode(subject)
        and triple.predicate.value == predicate
        and isinstance(triple.object, ox.NamedNode | ox.Literal)
    }


def passage(words: str, start: int = 0) -> str:
    """Return the IRI of the passage of some words."""
    at = TEXT.text.index(words, start)
    return f"{ARTICLE}#char={at},{at + len(words)}"


GIFT = """\
  - id: action/gift
    type: MonetaryDonation
    quote: 甲协会捐款3亿元和2艘船；
    quantity:
      - {type: MonetaryAmount, label: {en: a sum}, wording: 3亿元, value: 300000000}
      - {type: Quantity, label: {zh: 两艘船, en: boats}, wording: 2艘船, value: 2}
"""


def test_a_quote_becomes_the_evidence() -> None:
    found = sheet(GIFT).stated
    assert values(found, f"{ID}action/gift", f"{TZ}evidence") == {passage("甲协会捐款3亿元和2艘船；")}


def test_a_quantity_is_backed_by_its_wording_within_the_quote_of_its_fact() -> None:
    """3亿元 stands twice in the text, once in the quote."""
    found = sheet(GIFT).stated
    assert values(found, f"{ID}action/gift#q1", f"{TZ}evidence") == {passage("3亿元")}
    assert values(found, f"{ID}action/gift", f"{TZ}quantity") == {
        f"{ID}action/gift#q1",
        f"{ID}action/gift#q2",
    }


def test_numbers_are_decimals_as_written() -> None:
    found = sheet(GIFT).stated
    amount = ox.Literal("300000000", datatype=ox.NamedNode(f"{XSD}decimal"))
    assert ox.Triple(ox.NamedNode(f"{ID}action/gift#q1"), ox.NamedNode(f"{TZ}value"), amount) in found


def test_the_wording_labels_a_quantity_in_chinese_unless_it_has_a_label() -> None:
    found = sheet(GIFT).stated
    assert values(found, f"{ID}action/gift#q1", f"{RDFS}label") == {"3亿元", "a sum"}
    assert values(found, f"{ID}action/gift#q2", f"{RDFS}label") == {"两艘船", "boats"}


def test_a_single_nested_fact_gets_an_id_too() -> None:
    facts = """\
  - id: action/call
    quote: 甲协会呼吁开航
    asksFor: {type: Request, quote: 开航, wording: 开航}
"""
    assert values(sheet(facts).stated, f"{ID}action/call", f"{TZ}asksFor") == {f"{ID}action/call#request-1"}


def test_every_mention_is_evidence() -> None:
    found = sheet("  - {id: org/a, mention: [甲协会, 乙协会]}\n").stated
    first, second = passage("甲协会"), passage("甲协会", 20)
    assert values(found, f"{ID}org/a", f"{TZ}evidence") == {first, second, passage("乙协会")}


def test_a_passage_that_two_facts_share_is_described_once() -> None:
    found = sheet("  - {id: org/a, quote: 散会}\n  - {id: org/b, quote: 散会}\n").stated
    assert len(values(found, passage("散会"), f"{TZ}firstLine")) == 1
    assert len(found) == len(set(found))


def test_what_is_read_off_a_name_stays_apart() -> None:
    result = sheet("  - id: org/a\n    mention: 甲协会\n    fromName: {scope: local, locatedIn: place/a}\n")
    assert values(result.from_names, f"{ID}org/a", f"{TZ}scope") == {f"{SCHEME}scope/local"}
    assert values(result.stated, f"{ID}org/a", f"{TZ}locatedIn") == set()


def test_a_reverse_property_points_back() -> None:
    found = sheet("  - {id: directive/a, quote: 开航, issuedBy: meeting/b}\n").stated
    assert values(found, f"{ID}meeting/b", f"{TZ}issued") == {f"{ID}directive/a"}


def test_concepts_are_found_by_name_or_by_prefix() -> None:
    found = sheet(
        "  - {id: action/a, quote: 开航, object: [cash, 'theme:boats'], topic: 'theme:boats'}\n"
    ).stated
    boats = f"{SCHEME}harbour/boats"
    assert values(found, f"{ID}action/a", f"{TZ}object") == {f"{SCHEME}resource/cash", boats}
    assert values(found, f"{ID}action/a", f"{TZ}topic") == {boats}


SECTIONS = """\
  - {id: 'theme:first', opens: 一是}
  - {id: 'theme:second', opens: 二是}
  - {id: 'theme:inner', broader: 'theme:first', opens: 乙协会}
  - {id: action/gift, quote: 甲协会捐款}
  - {id: action/second-gift, quote: 乙协会捐款3亿元。}
  - {id: action/call, quote: 甲协会呼吁}
  - {id: action/end, quote: 散会}
"""


@pytest.mark.parametrize(
    ("words", "sections"),
    [
        ("甲协会捐款", {"first"}),
        ("乙协会捐款3亿元。", {"first", "inner"}),
        ("甲协会呼吁", {"second"}),
        ("散会", {"second"}),
    ],
)
def test_a_passage_is_in_the_sections_that_hold_it(words: str, sections: set[str]) -> None:
    found = sheet(SECTIONS).stated
    names = values(found, passage(words), f"{TZ}inSection")
    assert {name.removeprefix(f"{SCHEME}harbour/") for name in names} == sections


def test_a_section_is_a_passage_to_the_next_of_its_rank() -> None:
    found = sheet(SECTIONS).stated
    inner = f"{ARTICLE}#char={TEXT.text.index('乙协会')},{TEXT.text.index('二是')}"
    assert values(found, inner, f"{TZ}topic") == {f"{SCHEME}harbour/inner"}
    assert ox.NamedNode(f"{TZ}Section").value in values(
        found, inner, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    )


def test_nested_facts_have_lines() -> None:
    lines = sheet(GIFT).lines
    assert lines[f"{ID}action/gift"] == 5
    assert lines[f"{ID}action/gift#q2"] == 10


def test_background_has_no_passages() -> None:
    document = parse_yaml(
        (HEAD + "  - {id: place/a, source: https://example.org/}\n").encode(), "places.yaml"
    )
    found = compile_facts(document, CONTEXT).stated
    assert values(found, f"{ID}place/a", f"{DCTERMS}source") == {"https://example.org/"}
    assert len(found) == 1


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ("  - word\n", "facts.yaml:5: not a mapping. Start with '- id: …'."),
        ("  - {id: org/a, fromName: x}\n", "'fromName' is not a mapping"),
        (
            "  - {id: org/a, quote: {suffix: x}}\n",
            "not a quote. Write the words, or {exact, prefix, suffix}.",
        ),
        ("  - {id: org/a, quote: [散会, {exakt: x}]}\n", "facts.yaml:5: org/a: not a quote."),
        ("  - {id: ../../x, quote: 散会}\n", "the id is outside the IRIs of this project"),
        ("  - {id: //example.org/x, quote: 散会}\n", "the id is outside the IRIs of this project"),
        ("  - {id: unknown/x, quote: 散会}\n", "Write '<type>/<slug>' with a type of action, article"),
        ("  - {id: org/a}\n  - {id: org/a}\n", "the id stands on line 5 already"),
    ],
)
def test_faults_name_line_and_remedy(facts: str, says: str) -> None:
    assert says in failure(facts)


def test_every_fault_is_told() -> None:
    message = failure("  - {id: org/a, quote: 甲甲}\n  - {id: org/b, mention: 乙乙}\n  - {quote: 散会}\n")
    assert [line.split(":")[1] for line in message.split("\n")] == ["5", "6", "7"]


def test_values_that_json_ld_refuses_are_a_fault() -> None:
    assert "facts.yaml: JSON-LD: " in failure("  - {id: org/a, quote: 散会, label: {zh: {x: y}}}\n")
