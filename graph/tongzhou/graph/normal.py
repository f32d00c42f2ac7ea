"""The text of a query without what means nothing, so that equal queries have one name. Pure."""

from __future__ import annotations

import re

from tongzhou.graph.scan import tokens_of

_IRI = re.compile(r"<[^<>\"{}|^`\\\x00-\x20]*>")
_ODD = ("<<", "[ ]", "( )")
_VOLATILE = ("now", "rand", "uuid", "struuid", "bnode")


def normalise(text: str) -> str:
    r"""Return the tokens of a query or update joined by one space, comments left out.

    Texts with the same normal form parse the same. So `<<urn:a>` stays as it is: the parser may read `<` and
    an IRI, which no white space may cut. And a comment leaves a trace within `[]` and `()`, where the grammar
    takes white space alone (https://www.w3.org/TR/sparql11-query/#rANON). Raises QuerySyntaxError where the
    text has something that is no token.

    >>> normalise("ASK{ # all\n ?s a 'a  b' }")
    "ASK { ?s a 'a  b' }"
    """
    joined = " ".join([token.text for token in tokens_of(text)])
    return _normalise_oddities(text) if any(odd in joined for odd in _ODD) else joined


def _normalise_oddities(text: str) -> str:
    """Join the tokens where not all of them may be parted by a space."""
    parts: list[str] = []
    end = whole_until = 0
    for token in tokens_of(text):
        if parts and token.start >= whole_until:
            within_empty = parts[-1] + token.text in ("[]", "()")
            parts.append(" #\n" if within_empty and "#" in text[end : token.start] else " ")
        parts.append(token.text)
        end = token.start + len(token.text)
        if token.text == "<<" and (iri := _IRI.match(text, token.start + 1)):
            whole_until = iri.end()
    return "".join(parts)


def is_volatile(text: str) -> bool:
    """Tell whether a query may answer differently each time: it calls NOW, RAND, UUID, STRUUID or BNODE.

    A call behind another word without a space counts too (`ORDERBYRAND()`), for that is how Oxigraph reads it.
    Raises QuerySyntaxError where the text has something that is no token.

    >>> is_volatile("SELECT (now() AS ?t) {}"), is_volatile("SELECT ?now { ?now a 'RAND()' }")
    (True, False)
    """
    lower = text.lower()
    if not any(word in lower for word in _VOLATILE):
        return False
    called = False
    for token in tokens_of(text):
        if called and token.text == "(":
            return True
        called = token.kind == "word" and token.text.lower().endswith(_VOLATILE)
    return False
