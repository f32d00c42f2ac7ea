"""SPARQL updates as text: what is refused before the engine reads them, and the dataset that a request adds. Pure.

Source: https://www.w3.org/TR/sparql11-update/ and https://www.w3.org/TR/sparql11-protocol/#update-dataset.
Keywords are also looked for where no space sets them off (`LOADSILENT<…>`, `USINGa:b`): Oxigraph reads those.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from tongzhou.graph.errors import QueryRefusedError, QuerySyntaxError, UpdateSyntaxError
from tongzhou.graph.scan import Token, locate, refuse, tokenise


def refuse_update(text: str) -> None:
    """Raise QueryRefusedError where an update has SERVICE or LOAD, or nests too deeply.

    LOAD SILENT may stay: it is allowed to fail, and here it does nothing, for the writer has no network.
    Raises UpdateSyntaxError where the text has something that is no token of SPARQL.
    """
    try:
        refuse(text)
    except QuerySyntaxError as error:
        raise UpdateSyntaxError(str(error), line=error.line, column=error.column) from error
    for operation in _operations(text):
        if _starts(operation[0], "load") and not _is_silent(operation):
            message = "LOAD is not run here: this service fetches nothing. Upload the data by PUT or POST"
            raise _refused(text, operation[0], message, reason="load")


def without_loads(text: str) -> str:
    """Return an update of the same syntax that loads nothing: each LOAD is the DROP of its source. Not to be run on data.

    Lines stay the same, columns may not.

    >>> without_loads("CLEAR ALL ; LOAD <urn:a> INTO GRAPH <urn:b>")
    'CLEAR ALL ; DROP GRAPH <urn:a>'
    """
    parts: list[str] = []
    done = 0
    for operation in _operations(text):
        if _starts(operation[0], "load"):
            start = operation[0].start
            target = operation[1 + _is_silent(operation) * (operation[0].text.lower() == "load") :]
            parts += [text[done:start], "DROP GRAPH "]
            done = target[0].start if target else start + len(operation[0].text)
            words = [token.text.lower() for token in target[1:3]]
            if words == ["into", "graph"] and len(target) == 4 and target[3].kind in ("iri", "name"):
                parts.append(text[done : target[1].start].rstrip(" "))
                done = target[3].start + len(target[3].text)
    return "".join([*parts, text[done:]])


def with_dataset(text: str, using: Sequence[str] | None, using_named: Sequence[str] | None) -> str:
    """Return an update whose operations with a WHERE clause take the dataset of the request.

    `using` and `using_named` are IRIs of graphs (`using-graph-uri` and `using-named-graph-uri`); without any
    the text stays as it is. It must have passed `refuse_update`. Lines stay the same, columns may not.
    Raises QueryRefusedError with the reason `using` where an operation has USING or WITH, ValueError where a
    graph is no absolute IRI.

    >>> with_dataset("DELETE WHERE { ?s ?p ?o }", ["urn:g"], None)
    'DELETE { ?s ?p ?o } USING <urn:g> WHERE { ?s ?p ?o }'
    """
    clauses = [
        *(f"USING {ox.NamedNode(iri)} " for iri in using or ()),
        *(f"USING NAMED {ox.NamedNode(iri)} " for iri in using_named or ()),
    ]
    if not clauses:
        return text
    parts: list[str] = []
    done = 0
    for operation in _operations(text):
        place = _find_where(text, operation)
        if place is None:
            continue
        offset, template = place
        parts += [text[done:offset], template, *clauses]
        done = offset
    return "".join([*parts, text[done:]])


def _operations(text: str) -> Iterator[list[Token]]:
    """Yield the tokens of each operation, without its prologue and without the `;` behind it."""
    operation: list[Token] = []
    depth = 0
    for token in tokenise(text):
        if token.text == ";" and depth <= 0:
            if rest := _without_prologue(operation):
                yield rest
            operation = []
            continue
        depth += (token.text == "{") - (token.text == "}")
        operation.append(token)
    if rest := _without_prologue(operation):
        yield rest


def _without_prologue(tokens: list[Token]) -> list[Token]:
    start = 0
    while start < len(tokens):
        word = tokens[start].text.lower()
        if word == "prefix":
            start += 3
        elif word in ("base", "version") or (tokens[start].kind == "name" and word.startswith("prefix")):
            start += 2
        else:
            break
    return tokens[start:]


def _starts(token: Token, keyword: str) -> bool:
    return token.kind in ("word", "name") and token.text.lower().startswith(keyword)


def _is_silent(load: list[Token]) -> bool:
    """Tell whether a LOAD is a LOAD SILENT; `LOAD silent:a` is not."""
    words = [token.text.lower() for token in load[:2] if token.kind == "word"]
    return words[:1] == ["loadsilent"] or words == ["load", "silent"]


def _find_where(text: str, operation: list[Token]) -> tuple[int, str] | None:
    """Return where the USING clauses of an operation belong, and what stands before them there.

    That is the pattern of a DELETE WHERE once more, as the template of what is deleted. None for operations
    without a WHERE clause.
    """
    words = [token.text.lower() if token.kind == "word" else "" for token in operation[:2]]
    if _starts(operation[0], "with"):
        raise _conflict(text, operation[0])
    if words[0] == "deletewhere":
        return operation[0].start + len("delete"), f" {_group(text, operation[1:])} "
    if words == ["delete", "where"]:
        return operation[1].start, f"{_group(text, operation[2:])} "
    if words[0] not in ("insert", "delete"):
        return None
    depth = 0
    for token in operation:
        if depth == 0 and _starts(token, "using"):
            raise _conflict(text, token)
        if depth == 0 and token.kind == "word" and token.text.lower() == "where":
            return token.start, ""
        depth += (token.text == "{") - (token.text == "}")
    return None


def _group(text: str, tokens: list[Token]) -> str:
    """Return the text of a group in braces; it has no closing brace where the update is not valid."""
    depth = 0
    for token in tokens:
        depth += (token.text == "{") - (token.text == "}")
        if depth <= 0:
            return text[tokens[0].start : token.start + len(token.text)]
    return ""


def _conflict(text: str, token: Token) -> QueryRefusedError:
    message = (
        f"`{token.text}` stands beside using-graph-uri or using-named-graph-uri in the request. Leave out one"
    )
    return _refused(text, token, message, reason="using")


def _refused(text: str, token: Token, message: str, *, reason: str) -> QueryRefusedError:
    line, column = locate(text, token.start)
    message = f"line {line}, column {column}: {message}"
    return QueryRefusedError(message, line=line, column=column, reason=reason)
