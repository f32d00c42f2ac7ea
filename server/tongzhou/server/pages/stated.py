"""What an article states: deeds and what they speak of, each by its passages, with the sections that it is divided into."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from tongzhou.graph.evidence import span_of
from tongzhou.graph.namespaces import SCHEME, TZ, article_graph
from tongzhou.graph.reading import Reading
from tongzhou.graph.results import Row
from tongzhou.server.pages.described import PREFIXES, Value, property_name, value_of
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.passages import Span

BASES = ("stated", "name", "background", "inferred")
"""What a statement may rest on, as it stands in addresses."""
_STATED = (
    PREFIXES
    + """
SELECT ?fact ?passage ?kind ?label ?notation ?heading {
  {
    GRAPH $graph { ?fact tz:evidence ?passage ; a ?class . ?passage oa:hasSource $article }
    OPTIONAL { ?class rdfs:label ?kind FILTER(LANG(?kind) = $language) }
    OPTIONAL { ?fact rdfs:label ?label FILTER(LANG(?label) = $language) }
  } UNION {
    GRAPH $graph { ?passage a tz:Section ; oa:hasSource $article ; tz:topic ?section . ?section tz:evidence ?heading }
    ?section rdfs:label ?label FILTER(LANG(?label) = $language)
    OPTIONAL { ?section skos:notation ?notation }
  }
}
"""
)
_ROLES = (
    PREFIXES
    + """
SELECT DISTINCT ?fact ?role ?roleName ?who ?name {
  GRAPH $graph { ?passage oa:hasSource $article . ?fact tz:evidence ?passage }
  {
    VALUES ?role { tz:agent tz:convener tz:mobilised tz:giver tz:commissioner tz:channel tz:partner tz:respondent
                   tz:addressee tz:beneficiary tz:place tz:destination tz:topic }
    GRAPH $graph { ?fact ?role ?who }
  } UNION {
    GRAPH $graph { ?who tz:issued ?fact }
    BIND(tz:issuedBy AS ?role)
  }
  ?who rdfs:label ?name .
  ?role rdfs:label ?roleName .
  FILTER(LANG(?name) = $language && LANG(?roleName) = $language)
}
ORDER BY ?fact ?roleName ?name
"""
)
_UNTOLD = ", ".join(
    f"tz:{name}"
    for name in (
        *("evidence", "evidenceFor", "participant", "actor", "actorIn", "agentIn", "issuedBy", "form"),
        "actsForPlaceWithin",
    )
)
"""What is not added: inverses and wider names of what is shown anyway, and the form of a name, which is seen in it."""
_PARTS = (
    PREFIXES
    + f"""
SELECT DISTINCT ?fact ?quantity ?wording ?measure ?hedge ?basis ?property ?name ?value ?label {{
  {{
    GRAPH $graph {{ ?fact tz:quantity ?quantity . ?quantity tz:wording ?wording ; tz:evidence ?passage }}
    ?passage oa:hasSource $article .
    OPTIONAL {{ ?quantity tz:measure/rdfs:label ?measure FILTER(LANG(?measure) = $language) }}
    OPTIONAL {{ ?quantity tz:hedge/rdfs:label ?hedge FILTER(LANG(?hedge) = $language) }}
  }} UNION {{
    GRAPH $graph {{ ?passage oa:hasSource $article . ?fact tz:evidence ?passage }}
    VALUES ?basis {{ BASES }}
    ?g tz:basis ?basis . GRAPH ?g {{ ?fact ?property ?value }}
    FILTER(STRSTARTS(STR(?property), "{TZ}") && ?property NOT IN ({_UNTOLD}))
    FILTER NOT EXISTS {{ GRAPH $graph {{ ?fact ?any ?value }} }}
    OPTIONAL {{ ?property rdfs:label ?name FILTER(LANG(?name) = $language) }}
    OPTIONAL {{ ?value rdfs:label ?label FILTER(LANG(?label) = $language) }}
  }}
}}
ORDER BY ?quantity ?name ?label
"""
)
"""The amounts of facts, and what else is known of them on some other bases."""
DEEDS = ("action", "meeting", "directive", "request", "statement")
"""The types of things that are facts of their own; others are what these speak of."""


@dataclass
class Fact:
    """What a passage states: a deed with its parts, or a thing that is spoken of.

    `added` are statements about it on other bases: a property, its name and a value.
    """

    iri: str
    kind: str
    label: str
    passages: list[Span] = field(default_factory=list[Span])
    roles: dict[str, list[tuple[str, str]]] = field(default_factory=dict[str, list[tuple[str, str]]])
    quantities: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    topics: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    added: list[tuple[str, str, Value]] = field(default_factory=list[tuple[str, str, Value]])
    number: int = 0

    @property
    def type(self) -> str:
        """Return the type of thing, as its IRI has it."""
        return self.iri.partition("/id/")[2].partition("/")[0]

    @property
    def is_deed(self) -> bool:
        """Tell whether it is a fact of its own."""
        return self.type in DEEDS

    @property
    def passage(self) -> Span:
        """Return the passage that it is read from first."""
        return min(self.passages)


@dataclass(frozen=True)
class Heading:
    """A section of the article: its number, its name, and the words that name it."""

    notation: str
    name: str
    words: Span


@dataclass
class Stated:
    """What an article states, in the order of the text, the deeds numbered; all of its passages, and those that facts quote."""

    facts: list[Fact] = field(default_factory=list[Fact])
    headings: list[Heading] = field(default_factory=list[Heading])
    passages: set[Span] = field(default_factory=set[Span])
    quoted: set[Span] = field(default_factory=set[Span])

    def uncovered(self, reading: Reading) -> set[Span]:
        """Return the sentences among those shown in which no fact quotes a word."""
        sentences = {span for block in reading.blocks for run in block.runs for span in run.spans}
        return {
            one for one in sentences if not any(one[0] < end and start < one[1] for start, end in self.quoted)
        }


def stated_by(pages: Pages, reading: Reading, language: str, bases: Collection[str]) -> Stated:
    """Return what an article states, with what is known of it on other bases, by three queries."""
    terms = terms_of(reading, language)
    stated = Stated()
    facts: dict[str, Fact] = {}
    headings: dict[str, Heading] = {}
    for row in pages.select(_STATED, **terms):
        if (span := span_of(row["passage"].value, reading.iri)) is None:
            continue
        stated.passages.add(span)
        if "fact" in row:
            stated.quoted.add(span)
            _add_fact(facts, row, span, reading.iri)
        elif "heading" in row and (words := span_of(row["heading"].value, reading.iri)):
            one = Heading(text_of(row, "notation"), text_of(row, "label"), words)
            headings[one.name] = min(one, headings.get(one.name, one), key=lambda heading: heading.words)
    for row in pages.select(_ROLES, **terms):
        if (found := facts.get(row["fact"].value)) is not None:
            _add_role(found, row)
    others = " ".join(f"<{SCHEME}basis/{basis}>" for basis in BASES[1:] if basis in bases)
    for row in pages.select(_PARTS.replace("BASES", others), **terms):
        if (found := facts.get(row["fact"].value)) is not None:
            _add_part(found, row)
    stated.facts = sorted(facts.values(), key=lambda fact: (fact.passage, fact.iri))
    stated.headings = sorted(headings.values(), key=lambda heading: heading.words)
    for number, fact in enumerate((fact for fact in stated.facts if fact.is_deed), start=1):
        fact.number = number
    return stated


def terms_of(reading: Reading, language: str) -> Mapping[str, ox.NamedNode | ox.Literal]:
    """Return what the queries about an article are filled with."""
    return {
        "graph": ox.NamedNode(article_graph(reading.slug)),
        "article": ox.NamedNode(reading.iri),
        "language": ox.Literal(language),
    }


def text_of(row: Row, name: str) -> str:
    """Return the text of a column of a row, '' where it is not bound."""
    return row[name].value if name in row else ""


def _add_fact(facts: dict[str, Fact], row: Row, span: Span, article: str) -> None:
    """Add a passage of a fact; what has a number sign in its IRI is a part of one, or of the article: a photograph."""
    iri = row["fact"].value
    if iri == article or ("#" in iri and not iri.startswith(f"{article}#")):
        return
    fact = facts.setdefault(iri, Fact(iri, text_of(row, "kind"), text_of(row, "label")))
    if span not in fact.passages:
        fact.passages.append(span)


def _add_part(fact: Fact, row: Row) -> None:
    if "wording" in row:
        more = " · ".join(text for name in ("hedge", "measure") if (text := text_of(row, name)))
        fact.quantities.append((row["wording"].value, more))
    elif "value" in row:
        fact.added.append((row["property"].value, property_name(row), value_of(row)))


def _add_role(fact: Fact, row: Row) -> None:
    who = (row["who"].value, row["name"].value)
    if row["role"].value == f"{TZ}topic":
        fact.topics.append(who)
    else:
        fact.roles.setdefault(row["roleName"].value, []).append(who)
