"""Small queries that ask for much. Each ends by itself, at the deadline, or at a limit of memory or size."""

from __future__ import annotations

from dataclasses import dataclass

DONE = frozenset({200})
ENDED = frozenset({504, 507})
EITHER = DONE | ENDED
REFUSED = frozenset({400})


@dataclass(frozen=True)
class Bomb:
    """A query, and the statuses that its answer may have; a 200 may break off."""

    query: str
    statuses: frozenset[int]


_CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
_FIVE = "{ 1 2 3 4 5 }"


def _doubling(times: int) -> str:
    """Return BINDs whose last is 2^times characters long."""
    steps = (f"BIND(CONCAT(?x{index},?x{index}) AS ?x{index + 1})" for index in range(times))
    return 'BIND("ab" AS ?x0) ' + " ".join(steps)


BOMBS = {
    "count of a cross product": Bomb(f"SELECT (COUNT(*) AS ?n) {{ {_CROSS} }}", ENDED),
    "ORDER BY of a cross product": Bomb(f"SELECT * {{ {_CROSS} }} ORDER BY ?i ?a LIMIT 1", ENDED),
    "DISTINCT of a cross product": Bomb(f"SELECT DISTINCT * {{ {_CROSS} }}", EITHER),
    "GROUP BY of a cross product": Bomb(
        f"SELECT ?a ?d ?g (COUNT(*) AS ?n) {{ {_CROSS} }} GROUP BY ?a ?d ?g", ENDED
    ),
    "COUNT DISTINCT of a cross product": Bomb(f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {_CROSS} }}", ENDED),
    "GROUP_CONCAT over a cross product": Bomb(f"SELECT (GROUP_CONCAT(?a) AS ?x) {{ {_CROSS} }}", ENDED),
    "all of a cross product": Bomb(f"SELECT * {{ {_CROSS} }}", EITHER),
    "a huge LIMIT": Bomb(f"SELECT * {{ {_CROSS} }} LIMIT 9223372036854775807", EITHER),
    "a huge OFFSET": Bomb(f"SELECT * {{ {_CROSS} }} OFFSET 999999999", ENDED),
    "a LIMIT beyond 64 bits": Bomb("SELECT * {} LIMIT 99999999999999999999999999", REFUSED),
    "a negative LIMIT": Bomb("SELECT * {} LIMIT -1", REFUSED),
    "CONSTRUCT of a cross product": Bomb(f"CONSTRUCT {{ ?a ?e ?i }} {{ {_CROSS} }}", EITHER),
    "CONSTRUCT of many blank nodes": Bomb(
        f"CONSTRUCT {{ [] <urn:p> [ <urn:q> [] ] }} {{ {_CROSS} }}", EITHER
    ),
    "DESCRIBE of a cross product": Bomb(f"DESCRIBE ?a ?d ?g {{ {_CROSS} }}", EITHER),
    "an ASK that never finds": Bomb(f"ASK {{ {_CROSS} FILTER(?a = ?i && ?c = ?d && ?a != ?a) }}", EITHER),
    "NOT EXISTS in a cross product": Bomb(
        f"ASK {{ ?k ?l ?m FILTER NOT EXISTS {{ {_CROSS} FILTER(?a = 1) }} }}", EITHER
    ),
    "MINUS of cross products": Bomb(f"SELECT * {{ {{ {_CROSS} }} MINUS {{ {_CROSS} }} }} LIMIT 1", EITHER),
    "doubling of a string": Bomb(f"SELECT (STRLEN(?x36) AS ?n) {{ {_doubling(36)} }}", ENDED),
    "REPLACE that multiplies": Bomb(
        'SELECT (STRLEN(?z) AS ?n) { BIND(REPLACE("' + "a" * 1000 + '", "a", "' + "a" * 1000 + '") AS ?x)'
        ' BIND(REPLACE(?x, "a", ?x) AS ?y) BIND(REPLACE(?y, "a", ?y) AS ?z) }',
        EITHER,
    ),
    "hashes of a long string": Bomb(
        f"SELECT (SHA512(?x24) AS ?a) (MD5(?x24) AS ?b) {{ {_doubling(24)} }}", EITHER
    ),
    "a regular expression that backtracks": Bomb(
        f'ASK {{ FILTER(REGEX("{"a" * 5000}!", "^(a+)+$")) }}', EITHER
    ),
    "a regular expression of a terabyte": Bomb(
        'ASK { FILTER(REGEX("a", "((((a{1000}){1000}){1000}){1000})")) }', EITHER
    ),
    "regular expressions from the data": Bomb(
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER REGEX(STR(?a), STR(?d)) }", EITHER
    ),
    "VALUES times twelve": Bomb(
        "SELECT (COUNT(*) AS ?n) { " + " ".join(f"VALUES ?v{index} {_FIVE}" for index in range(12)) + " }",
        ENDED,
    ),
    "a VALUES of 10,000": Bomb("SELECT * { VALUES ?x { " + "1 " * 10_000 + "} }", DONE),
    "a VALUES of 1,000 columns": Bomb(
        "SELECT * { VALUES ("
        + " ".join(f"?v{index}" for index in range(1000))
        + ") { ("
        + "UNDEF " * 1000
        + ") } }",
        DONE,
    ),
    "an IN of 1,000": Bomb(
        "SELECT * { ?s <urn:n> ?o FILTER(?o IN (" + ",".join(map(str, range(1000))) + ")) }", DONE
    ),
    "paths in a ring": Bomb("SELECT (COUNT(*) AS ?n) { ?a (<urn:p>*)* ?b }", EITHER),
    "paths of anything": Bomb(
        "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b . ?b (<urn:p>|<urn:n>)+ ?c }", EITHER
    ),
    "a path of 2,000 steps": Bomb("SELECT * { <urn:s0> <urn:p>" + "/<urn:p>" * 2000 + " ?b }", EITHER),
    "a path of 2^30 ways": Bomb(
        "SELECT * { ?a (<urn:p>|<urn:p>)" + "/(<urn:p>|<urn:p>)" * 30 + " ?b }", EITHER
    ),
    "a UNION of 2,000": Bomb("SELECT * { { ?s ?p ?o }" + " UNION { ?s ?p ?o }" * 2000 + " }", EITHER),
    "1,000 OPTIONALs": Bomb(
        "SELECT * { ?s ?p ?o "
        + " ".join(f"OPTIONAL {{ ?s <urn:p{index}> ?o{index} }}" for index in range(1000))
        + " }",
        EITHER,
    ),
    "40 OPTIONALs that all fit": Bomb(
        "SELECT * { ?s ?p ?o "
        + " ".join(f"OPTIONAL {{ ?t{index} ?q{index} ?r{index} }}" for index in range(40))
        + " }",
        EITHER,
    ),
    "1,000 patterns that join": Bomb(
        "SELECT * { " + " ".join(f"?v{index} <urn:p> ?v{index + 1} ." for index in range(1000)) + " }", EITHER
    ),
    "300 patterns that do not": Bomb(
        "SELECT * { " + " ".join(f"?a{index} ?b{index} ?c{index} ." for index in range(300)) + " }", EITHER
    ),
    "2,000 FILTERs": Bomb("SELECT * { ?s ?p ?o " + "FILTER(?o != 1) " * 2000 + "}", EITHER),
    "a sum of 10,000": Bomb("SELECT (1" + "+1" * 10_000 + " AS ?x) {}", EITHER),
    "an OR of 10,000": Bomb("ASK { ?s ?p ?o FILTER(?o = 1" + " || ?o = 1" * 10_000 + ") }", EITHER),
    "3,000 MINUS": Bomb("ASK { ?s ?p ?o" + " MINUS {?s ?p ?o}" * 3000 + " }", EITHER),
    "10,000 BINDs": Bomb(
        "SELECT * { " + " ".join(f"BIND(1 AS ?b{index})" for index in range(10_000)) + " }", EITHER | REFUSED
    ),
    "200,000 empty groups": Bomb("ASK { " + "{} " * 200_000 + "}", EITHER | REFUSED),
    "5,000 projected expressions": Bomb(
        "SELECT " + " ".join(f"(1 AS ?e{index})" for index in range(5000)) + " {}", EITHER
    ),
    "50 subqueries in each other": Bomb("SELECT * { " * 50 + "?s ?p ?o" + " }" * 50, EITHER),
    "100,000 prefixes": Bomb("PREFIX a: <urn:a> " * 50_000 + "ASK {}", EITHER),
    "a number of 500,000 digits": Bomb("SELECT (" + "9" * 500_000 + " AS ?x) {}", EITHER | REFUSED),
    "a number of 500,000 digits, added": Bomb(
        "SELECT (0." + "9" * 500_000 + " + 1 AS ?x) {}", EITHER | REFUSED
    ),
    "extreme dates": Bomb(
        'PREFIX x: <http://www.w3.org/2001/XMLSchema#> SELECT (YEAR("999999999999999999-01-01T00:00:00Z"^^x:dateTime) AS ?y)'
        ' ("P99999999999999999999Y"^^x:duration + "P1Y"^^x:duration AS ?z) {}',
        EITHER | REFUSED,
    ),
    "a variable of 500,000 letters": Bomb("SELECT ?" + "v" * 500_000 + " {}", EITHER),
    "an IRI of 500,000 letters": Bomb("SELECT * { <urn:" + "v" * 500_000 + "> ?p ?o }", EITHER),
    "a literal of 900,000 letters": Bomb('SELECT ("' + "v" * 900_000 + '" AS ?x) {}', EITHER),
    "a comment of 900,000 letters": Bomb("ASK {} #" + "v" * 900_000, DONE),
    "900,000 blanks": Bomb("ASK" + " " * 900_000 + "{}", DONE),
}
