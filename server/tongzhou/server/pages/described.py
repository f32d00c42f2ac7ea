"""What the graph says of one thing, as its page shows it: names, facts by property, with their basis, and where it is quoted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from tongzhou.graph.namespaces import OA, RDF, RDFS, SCHEME, SKOS, TZ, shorten
from tongzhou.graph.results import Row
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.property_names import own_name_of

PREFIXES = f"""PREFIX oa: <{OA}>
PREFIX rdfs: <{RDFS}>
PREFIX skos: <{SKOS}>
PREFIX tz: <{TZ}>
"""
STATED, INFERRED = "stated", "inferred"
_OWN = (
    PREFIXES
    + """SELECT ?basis ?property ?name ?value ?label ?quote ?prefix ?suffix ?start ?wording ?measure ?words ?rule WHERE {
  GRAPH ?g { $thing ?property ?value }
  OPTIONAL { ?g tz:basis ?basis }
  OPTIONAL { ?property rdfs:label ?name FILTER(LANG(?name) = $language) }
  OPTIONAL { ?value tz:rule ?rule }
  OPTIONAL { ?value tz:rule?/rdfs:label ?label FILTER(LANG(?label) = $language) }
  OPTIONAL {
    ?value oa:hasSelector ?selector ; oa:hasSelector/oa:start ?start .
    ?selector oa:exact ?quote .
    OPTIONAL { ?selector oa:prefix ?prefix }
    OPTIONAL { ?selector oa:suffix ?suffix }
  }
  OPTIONAL {
    ?value tz:wording ?wording
    OPTIONAL { ?value tz:evidence ?words }
    OPTIONAL { ?value tz:measure/rdfs:label ?measure FILTER(LANG(?measure) = $language) }
  }
}
ORDER BY ?name ?start ?label"""
)
_APART = frozenset(
    {
        f"{RDF}type",
        f"{RDFS}label",
        f"{SKOS}prefLabel",
        f"{SKOS}altLabel",
        f"{SKOS}definition",
        f"{TZ}evidence",
    }
)


@dataclass(frozen=True)
class Quote:
    """Words of an article, by their passage, with what stands before and after them."""

    iri: str
    text: str
    start: int
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Value:
    """What a property has: its words, the IRI or None for a literal, the basis; `anchor` names a part of the thing itself.

    `words` is the passage that states a part, `measure` what an amount is an amount of.
    """

    text: str
    iri: str | None
    basis: str
    language: str | None = None
    anchor: str | None = None
    measure: str | None = None
    words: str | None = None


@dataclass
class Property:
    """A property of the thing and its values."""

    iri: str
    name: str
    values: list[Value] = field(default_factory=list[Value])


@dataclass
class Described:
    """A thing: `names` and `aliases` by language, classes, facts that are stated or known, those inferred, and quotes."""

    iri: str
    names: dict[str, str] = field(default_factory=dict[str, str])
    aliases: list[Value] = field(default_factory=list[Value])
    definitions: dict[str, str] = field(default_factory=dict[str, str])
    classes: list[Value] = field(default_factory=list[Value])
    properties: list[Property] = field(default_factory=list[Property])
    inferred: list[Property] = field(default_factory=list[Property])
    quotes: list[Quote] = field(default_factory=list[Quote])

    def name(self, language: str) -> tuple[str, str]:
        """Return its name in a language, else in another one, with the language that it is in."""
        for one in (language, *self.names):
            if one in self.names:
                return self.names[one], one
        return shorten(self.iri), "en"


def describe(pages: Pages, iri: str, language: str) -> Described | None:
    """Return what the graph says of a thing, by one query; None where it has no such thing."""
    rows = pages.select(_OWN, thing=ox.NamedNode(iri), language=ox.Literal(language))
    return _read(iri, rows, language) if rows else None


def basis_of(row: Row) -> str:
    """Return the basis that a row's graph has: stated, name, background, inferred, or definition."""
    basis = row.get("basis")
    return basis.value.removeprefix(f"{SCHEME}basis/") if basis else "definition"


def property_name(row: Row) -> str:
    """Return the name of the property that a row binds, in the language of the page where it has one."""
    iri = row["property"].value
    return row["name"].value if "name" in row else own_name_of(iri) or shorten(iri)


def value_of(row: Row, *, of: str | None = None) -> Value:
    """Return the value that a row of ours binds; `of` is the thing whose parts have anchors."""
    value, basis = row["value"], basis_of(row)
    if isinstance(value, ox.Literal):
        return Value(value.value, None, basis, value.language)
    label = row.get("wording") or row.get("label")
    return Value(
        text=label.value if label else shorten(value.value),
        iri=row["rule"].value if "rule" in row else value.value,  # a part by a rule has no page of its own
        basis=basis,
        language="zh" if "wording" in row else None,
        anchor=value.value.removeprefix(f"{of}#") if of and value.value.startswith(f"{of}#") else None,
        measure=row["measure"].value if "measure" in row else None,
        words=row["words"].value if "words" in row else None,
    )


def _read(iri: str, rows: Iterable[Row], language: str) -> Described:
    thing = Described(iri)
    for row in _once(rows):
        _take(thing, row, language)
    for properties in (thing.properties, thing.inferred):
        for one in properties:
            one.values = _in_language(one.values, language)
    thing.aliases = [alias for alias in thing.aliases if alias.text not in thing.names.values()]
    thing.quotes.sort(key=lambda quote: quote.start)
    return thing


def _take(thing: Described, row: Row, language: str) -> None:
    predicate, value, basis = row["property"].value, row["value"], basis_of(row)
    if predicate == f"{TZ}evidence":
        if "quote" in row:
            around = (row[name].value if name in row else "" for name in ("prefix", "suffix"))
            quote = Quote(value.value, row["quote"].value, int(row["start"].value), *around)
            thing.quotes += [quote] if quote not in thing.quotes else []
    elif isinstance(value, ox.Literal) and predicate in (f"{RDFS}label", f"{SKOS}definition"):
        texts = thing.names if predicate == f"{RDFS}label" else thing.definitions
        texts[value.language or language] = value.value
    elif predicate == f"{SKOS}altLabel":
        thing.aliases.append(value_of(row, of=thing.iri))
    elif predicate == f"{RDF}type":
        if value.value.startswith((TZ, SKOS)):
            thing.classes.append(value_of(row, of=thing.iri))
    elif predicate not in _APART and not isinstance(value, ox.BlankNode):
        _add(thing.inferred if basis == INFERRED else thing.properties, row, value_of(row, of=thing.iri))


def _add(properties: list[Property], row: Row, value: Value) -> None:
    iri = row["property"].value
    if not properties or properties[-1].iri != iri:
        known = next((one for one in properties if one.iri == iri), None)
        if known is None:
            properties.append(Property(iri, property_name(row)))
        else:
            known.values.append(value)
            return
    properties[-1].values.append(value)


def _once(rows: Iterable[Row]) -> list[Row]:
    """Return one row for each property and value: what is also inferred counts as what it was before."""
    found: dict[tuple[str, object], Row] = {}
    for row in rows:
        key = (row["property"].value, row["value"])
        if key not in found or basis_of(found[key]) == INFERRED:
            found[key] = row
    return list(found.values())


def _in_language(values: list[Value], language: str) -> list[Value]:
    """Leave out texts in another language where there is one in the page's."""
    if not any(value.language == language for value in values if value.iri is None):
        return values
    return [value for value in values if value.iri or value.language in (None, language)]
