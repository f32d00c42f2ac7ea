"""SERVICE in every spelling that a parser may read: pieces of queries, and hypothesis strategies that put them together."""

from __future__ import annotations

from hypothesis import strategies as st

BLANKS = [
    "",
    " ",
    "\n",
    "\t",
    "\r",
    "#x\n",
    "#'\r",
    '#"""\n',
    " #>\n ",
    "\u00a0",
    "\ufeff",
    "\x0b",
    "\x0c",
    "\u2028",
    "/**/",
]
"""What may stand between two tokens, and what only some parsers take for white space."""

KEYWORDS = [
    "SERVICE",
    "service",
    "SeRvIcE",
    "\\u0053ERVICE",
    "SERVIC\\U00000045",
    "ＳＥＲＶＩＣＥ",
    "\u017fervice",
    "SERV\u0131CE",
]

ENDPOINTS = [
    "<C>",
    "<C\\u0073parql>",
    "<C#f>",
    "<C?a=b>",
    "e:a",
    "e:",
    ":a",
    "<a>",
    "?g",
    "$g",
    "SERVICE:a",
    "servicex:",
    "e:service",
    "\\u003cC>",
]

CONTEXTS = [
    "{S}",
    "?s ?p ?o . {S}",
    "?s ?p ?o {S}",
    "FILTER(1=1){S}",
    "BIND(1 AS ?y){S}",
    "BIND(true AS ?y) {S}",
    "FILTER EXISTS{ {S} }",
    "FILTER NOT EXISTS { ?s ?p ?o . {S} }",
    "OPTIONAL { {S} }",
    "{ {S} } UNION { }",
    "{ } MINUS { {S} }",
    "GRAPH ?x { {S} }",
    "{ SELECT * { {S} } }",
    "FILTER(?a<?b#>\n) {S}",
    'FILTER(?a<?b#>"""\n) {S} #"""\n',
    "FILTER(?a <<C#b>) {S} \n",
    'FILTER("" IN ("""a" )) {S} #\\q """))',
    "FILTER(?a<'#>\n) {S} #'",
    "?s ?p 'a'{S}",
    '?s ?p """a"""{S}',
    "?s ?p 1.{S}",
    "?s ?p 1e1{S}",
    "?s ?p e:b.{S}",
    "?s ?p true{S}",
    "?s ?p 'a'@en{S}",
    "?s ?p 'a'@en--ltr {S}",
    "?s ?p []{S}",
    "?s ?p (1){S}",
    "?s ?p _:b{S}",
    "?s ?p _:b.{S}",
    "?s ?p <<( ?a ?b ?c )>> {S}",
    "<< ?a ?b ?c >> ?p ?o {S}",
    "?s ?p ?o {| ?q ?r |} {S}",
    "?s ?p ?o ~ ?r {S}",
    "?s e:a\\-b ?o . {S}",
    "?s e:%41 ?o . {S}",
    "VALUES ?g { <C> } {S}",
    "VALUES(?g){(<C>)}{S}",
    "LATERAL { {S} }",
    "FILTER(COUNT(*)<1) {S}",
]

PROLOGUES = [
    "",
    "BASE <C>",
    "PREFIX e: <C>",
    "PREFIX e:<C>PREFIX : <C>",
    "PREFIX : <C> BASE <C>",
    "PREFIX SERVICE: <C>",
    "PREFIX servicex: <C> PREFIX e: <http://h:80>",
    "VERSION '1.2' BASE <C> PREFIX e: <C>",
]

FORMS = [
    "SELECT * {BODY}",
    "SELECT*WHERE{BODY}",
    "ASK {BODY}",
    "ASK{BODY}",
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {BODY}",
    "DESCRIBE ?s {BODY}",
    "SELECT (COUNT(*) AS ?n) {BODY}",
    "SELECT (1 AS ?service) {BODY}",
    "SELECT * {BODY} VALUES ?g {{ <C> }}",
    "ASK {{ FILTER EXISTS {BODY} }}",
]

UPDATES = [
    "INSERT {{ ?s ?p ?o }} WHERE {BODY}",
    "DELETE {{ ?s ?p ?o }} WHERE {BODY}",
    "INSERT DATA {{ <urn:a> <urn:b> 'SERVICE' }} ; DELETE {{}} WHERE {BODY}",
    "WITH <urn:g> INSERT {{ ?s ?p ?o }} USING <urn:h> WHERE {BODY}",
]
LOADS = [
    "{L}",
    "PREFIX e: <C> {L}",
    "BASE <C> {L}",
    "PREFIX : <C> PREFIX e: <C> {L}",
    "PREFIX load: <C> BASE <C> {L}",
    "INSERT DATA { <urn:a> <urn:b> 'x;y' } ; {L}",
    'INSERT DATA { <urn:a> <urn:b> "{" } ;{L}',
    "INSERT { ?s ?p ?o } WHERE { ?s ?p ?o } ; BASE <C> {L} ; CLEAR ALL",
    "DELETE WHERE { ?s ?p [] } ;;{L}",
    "CLEAR ALL;VERSION '1.2' {L}",
    "INSERT DATA { <urn:a> <urn:b> 1 {| <urn:c> 1 |} } ; {L}",
    "INSERT DATA { <urn:a> <urn:b>};{L}",
    "; {L}",
]
INTERESTING = sorted(set("<>{}()[]\"'\\#?:.@_|!-+^*/;,~ \n\tseSE01ua\u00a0\ufeff\u017f"))


@st.composite
def service_clauses(draw: st.DrawFn) -> str:
    """Draw a SERVICE clause in some spelling."""
    blank = st.sampled_from(BLANKS)
    silent = draw(st.sampled_from(["", "", " SILENT", "SILENT", "#\nsilent"]))
    keyword = draw(st.sampled_from(KEYWORDS))
    endpoint = draw(st.sampled_from(ENDPOINTS))
    body = draw(st.sampled_from(["{ ?s ?p ?o }", "{}", "{?s?p?o}"]))
    return f"{keyword}{silent}{draw(blank)}{endpoint}{draw(blank)}{body}"


@st.composite
def _texts(draw: st.DrawFn, forms: list[str]) -> str:
    contexts = draw(st.lists(st.sampled_from(CONTEXTS), min_size=1, max_size=3))
    clause = draw(service_clauses())
    body = draw(st.sampled_from(BLANKS)).join(contexts).replace("{S}", clause)
    form = draw(st.sampled_from(forms)).format(BODY="{" + body + "}")
    text = f"{draw(st.sampled_from(PROLOGUES))} {form}"
    for _ in range(draw(st.integers(0, 3))):
        text = _mutate(draw, text)
    return text


def _mutate(draw: st.DrawFn, text: str) -> str:
    """Put in, take out or double something at some place."""
    place = draw(st.integers(0, len(text)))
    length = draw(st.integers(0, 8))
    match draw(st.sampled_from(["put", "put blank", "take", "double", "clause"])):
        case "put":
            return text[:place] + draw(st.sampled_from(INTERESTING)) + text[place:]
        case "put blank":
            return text[:place] + draw(st.sampled_from(BLANKS)) + text[place:]
        case "take":
            return text[:place] + text[place + length :]
        case "double":
            return text[: place + length] + text[place:]
        case _:
            return text[:place] + draw(service_clauses()) + text[place:]


def service_queries() -> st.SearchStrategy[str]:
    """Return queries that hold SERVICE, whole or mutated; `C` stands for the address of the listener."""
    return _texts(FORMS)


def service_updates() -> st.SearchStrategy[str]:
    """Return updates that hold SERVICE, whole or mutated; `C` stands for the address of the listener."""
    return _texts(UPDATES)


@st.composite
def load_updates(draw: st.DrawFn) -> str:
    """Draw an update with LOAD, whole or mutated; `C` stands for the address of the listener."""
    keyword = draw(st.sampled_from(["LOAD", "load", "LoAd", "\\u004COAD"]))
    target = draw(st.sampled_from(["<C>", "<a>", "e:a", ":a", "e:", "<C\\u0073>", "load:a", "silent:a"]))
    into = draw(st.sampled_from(["", " INTO GRAPH <urn:g>", "INTO GRAPH<urn:g>"]))
    text = draw(st.sampled_from(LOADS)).replace(
        "{L}", f"{keyword}{draw(st.sampled_from(BLANKS))}{target}{into}"
    )
    for _ in range(draw(st.integers(0, 3))):
        text = _mutate(draw, text)
    return text
