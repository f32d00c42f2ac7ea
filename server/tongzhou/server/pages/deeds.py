"""What a thing has to do with: actions and other occurrences in which it has a role, and what else points to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from tongzhou.graph.namespaces import TZ, shorten
from tongzhou.graph.results import Row, Term
from tongzhou.server.pages.described import INFERRED, PREFIXES, Value, basis_of, property_name, value_of
from tongzhou.server.pages.frame import Pages

MOST = 500
"""Rows that a page shows of one list."""

_BASIS = "https://w3id.org/tongzhou/scheme/basis/inferred"
_DEEDS = (
    PREFIXES
    + f"""SELECT DISTINCT ?deed ?what ?role ?roleName ?basis ?evidence ?quote ?start WHERE {{
  GRAPH ?g {{ ?deed ?role $thing }}
  ?g tz:basis ?basis .
  VALUES ?kind {{ tz:Occurrence tz:Request tz:Statement }}
  ?deed a ?kind .
  FILTER(
    ?basis != <{_BASIS}>
    || (?role = tz:actor && NOT EXISTS {{ ?deed tz:agent $thing }})
    || (?role = tz:placeWithin && NOT EXISTS {{ ?deed tz:place $thing }})
  )
  OPTIONAL {{ ?role rdfs:label ?roleName FILTER(LANG(?roleName) = $language) }}
  OPTIONAL {{ ?deed rdfs:label ?what FILTER(LANG(?what) = $language) }}
  OPTIONAL {{ ?deed tz:evidence ?evidence . ?evidence oa:hasSelector/oa:exact ?quote ; oa:hasSelector/oa:start ?start }}
}}
ORDER BY ?start ?deed ?role"""
)
_DETAILS = (
    PREFIXES
    + f"""SELECT DISTINCT ?deed ?role ?roleName ?value ?label ?wording ?measure ?words WHERE {{
  {{
    ?deed ?any $thing .
    VALUES ?role {{ tz:agent tz:giver tz:mobilised tz:commissioner tz:channel tz:partner tz:respondent tz:beneficiary
                   tz:addressee tz:place tz:destination tz:quantity }}
    GRAPH ?g {{ ?deed ?role ?value }}
    ?g tz:basis ?basis . FILTER(?basis != <{_BASIS}>)
    OPTIONAL {{ ?role rdfs:label ?roleName FILTER(LANG(?roleName) = $language) }}
  }} UNION {{
    ?value a tz:Gap ; tz:about ?about .
    BIND(IRI(REPLACE(STR(?about), "#.*$$", "")) AS ?deed)
    {{ ?deed ?any $thing }} UNION {{ FILTER(?deed = $thing) }}
    BIND(tz:Gap AS ?role)
  }}
  OPTIONAL {{ ?value rdfs:label ?label FILTER(LANG(?label) = $language) }}
  OPTIONAL {{
    ?value tz:wording ?wording
    OPTIONAL {{ ?value tz:evidence ?words }}
    OPTIONAL {{ ?value tz:measure/rdfs:label ?measure FILTER(LANG(?measure) = $language) }}
  }}
}}
ORDER BY ?role ?label ?wording"""
)
MENTIONED = f"""GRAPH ?g {{ ?value ?property $thing }}
  OPTIONAL {{ ?g tz:basis ?basis }}
  FILTER(!BOUND(?basis) || ?basis != <{_BASIS}>)
  FILTER(?property != skos:topConceptOf)
  FILTER(isIRI(?value) && !CONTAINS(STR(?value), "#char="))
  FILTER NOT EXISTS {{ VALUES ?kind {{ tz:Occurrence tz:Request tz:Statement tz:Gap }} ?value a ?kind }}
  OPTIONAL {{ ?property rdfs:label ?name FILTER(LANG(?name) = $language) }}
  OPTIONAL {{ ?value rdfs:label ?label FILTER(LANG(?label) = $language) }}"""
"""The pattern of what points to a thing, deeds aside; the rows are for `by_property`."""

_MENTIONS = (
    PREFIXES
    + f"""SELECT DISTINCT ?property ?name ?value ?label ?basis WHERE {{
  {MENTIONED}
}}
ORDER BY ?name ?label"""
)
_WHERE = tuple(TZ + name for name in ("beneficiary", "place", "destination"))
_AGENT, _QUANTITY, _GAP = f"{TZ}agent", f"{TZ}quantity", f"{TZ}Gap"


@dataclass
class Deed:
    """An occurrence, request or statement, the roles of the thing in it, and the words that state it.

    `agents` are those credited beside the thing, `others` those in other roles, by the name of the role.
    """

    iri: str
    what: str
    basis: str
    roles: list[str] = field(default_factory=list[str])
    agents: list[Value] = field(default_factory=list[Value])
    others: dict[str, list[Value]] = field(default_factory=dict[str, list[Value]])
    where: list[Value] = field(default_factory=list[Value])
    amounts: list[Value] = field(default_factory=list[Value])
    quotes: list[Value] = field(default_factory=list[Value])
    role_iris: set[str] = field(default_factory=set[str])

    @property
    def others_by_roles(self) -> list[tuple[list[str], list[Value]]]:
        """Return the others with their roles: those who are the same in several roles, once."""
        groups: list[tuple[list[str], list[Value]]] = []
        for role, values in self.others.items():
            same = next((roles for roles, others in groups if others == values), None)
            if same is None:
                groups.append(([role], values))
            else:
                same.append(role)
        return groups

    @property
    def is_by_it(self) -> bool:
        """Tell whether the thing is the one that is credited."""
        return f"{TZ}agent" in self.role_iris or f"{TZ}convener" in self.role_iris


@dataclass(frozen=True)
class Mentions:
    """Things that point to this one by a property."""

    name: str
    things: list[Value]


def deeds_of(pages: Pages, iri: str, language: str) -> tuple[list[Deed], list[Value], bool]:
    """Return the first deeds in which a thing has a role, what the article does not state, and whether there are more deeds.

    Two queries.
    """
    terms: dict[str, Term] = {"thing": ox.NamedNode(iri), "language": ox.Literal(language)}
    deeds: dict[str, Deed] = {}
    rows, has_more = first_rows(pages, _DEEDS, iri, language)
    for row in rows:
        _take_role(deeds, row)
    gaps: dict[str, Value] = {}
    for row in pages.select(_DETAILS, **terms):
        if row["role"].value == _GAP:
            gaps[row["value"].value] = value_of(row)
        elif row["deed"].value in deeds:
            _take_detail(deeds[row["deed"].value], row, iri)
    return list(deeds.values()), list(gaps.values()), has_more


def mentions_of(pages: Pages, iri: str, language: str) -> tuple[list[Mentions], bool]:
    """Return what else points to a thing, by property, and whether there is more of it, by one query."""
    rows, has_more = first_rows(pages, _MENTIONS, iri, language)
    return by_property(rows), has_more


def first_rows(pages: Pages, text: str, iri: str, language: str) -> tuple[list[Row], bool]:
    """Return the first MOST rows of a query about a thing, and whether there are more."""
    rows = pages.select(f"{text}\nLIMIT {MOST + 1}", thing=ox.NamedNode(iri), language=ox.Literal(language))
    return rows[:MOST], len(rows) > MOST


def by_property(rows: Iterable[Row]) -> list[Mentions]:
    """Return the things in rows of MENTIONED, by the property that they point by."""
    groups: dict[str, Mentions] = {}
    for row in rows:
        key = row["property"].value
        groups.setdefault(key, Mentions(property_name(row), [])).things.append(value_of(row))
    return list(groups.values())


def _take_role(deeds: dict[str, Deed], row: Row) -> None:
    iri, basis = row["deed"].value, basis_of(row)
    what = row["what"].value if "what" in row else shorten(iri)
    deed = deeds.setdefault(iri, Deed(iri, what, basis))
    deed.basis = basis if deed.basis == INFERRED else deed.basis
    role = row["roleName"].value if "roleName" in row else shorten(row["role"].value)
    deed.roles += [role] if role not in deed.roles else []
    deed.role_iris.add(row["role"].value)
    if "quote" in row:
        quote = Value(row["quote"].value, row["evidence"].value, basis)
        deed.quotes += [quote] if all(one.iri != quote.iri for one in deed.quotes) else []


def _take_detail(deed: Deed, row: Row, thing: str) -> None:
    role, value = row["role"].value, value_of(row)
    if value.iri == thing:
        return
    if role == _QUANTITY:
        deed.amounts.append(value)
    elif role == _AGENT:
        deed.agents.append(value)
    elif role in _WHERE:
        deed.where.append(value)
    else:
        name = row["roleName"].value if "roleName" in row else shorten(role)
        deed.others.setdefault(name, []).append(value)
