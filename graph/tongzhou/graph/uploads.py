"""RDF that a stranger uploads: what is refused before the parser sees it, and its triples as N-Triples. Pure.

Oxigraph's parsers fetch nothing, but nested JSON and nested triple terms overflow their stack, which ends the process;
nested XML takes them quadratic time, and a document type can make gigabytes of a few entities. So depth is counted first:
in XML by expat, else by a scan that reads just enough of a format (it stops at a syntax error, for the parser stops there too).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.parsers import expat

import pyoxigraph as ox

from tongzhou.graph.errors import RdfFormatError, RdfRefusedError, RdfSyntaxError
from tongzhou.graph.scan import MAX_DEPTH

RDF_FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}
"""The media types that are read."""

_JSON = re.compile(rb'"(?:[^"\\]|\\.)*+"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<stop>")', re.DOTALL)
_TURTLE = re.compile(
    rb"""
      \#[^\r\n]*+ | \\.
    | \"\"\"(?:\"{0,2}(?:[^\"\\]|\\.))*+\"\"\" | '''(?:'{0,2}(?:[^'\\]|\\.))*+'''
    | \"(?!\"\")(?:[^\"\\\r\n]|\\.)*+\" | '(?!'')(?:[^'\\\r\n]|\\.)*+'
    | <(?!<)[^<>\"{}|^`\x00-\x20]*+>
    | (?P<open><<\(? | \{\|? | [(\[]) | (?P<close>\)?>> | \|?\} | [)\]])
    | (?P<stop>[\"'<])
    """,
    re.VERBOSE | re.DOTALL,
)
_NO_CONTEXT = "No LoadDocumentCallback"
_NO_GRAPHS = "Named graphs are not allowed"
_PLACE = re.compile(r"^Parser error at .*?: ", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """A document of triples: its media type and its bytes."""

    media_type: str | None
    body: bytes


def find_format(media_type: str | None) -> ox.RdfFormat:
    """Return the format of a media type, whose parameters don't count. Raises RdfFormatError where it is none of RDF's."""
    name = (media_type or "").split(";")[0].strip().lower()
    if name not in RDF_FORMATS:
        raise RdfFormatError(media_type, list(RDF_FORMATS))
    return RDF_FORMATS[name]


def read_uploads(parts: Sequence[Part], *, base: str | None) -> str:
    """Return the triples of all parts as N-Triples; blank nodes get new names, so that those of two parts stay apart.

    Raises what `read_upload` raises.
    """
    return "".join(read_upload(part.body, part.media_type, base=base) for part in parts)


def read_upload(body: bytes, media_type: str | None, *, base: str | None) -> str:
    """Return the triples of an uploaded document as N-Triples, its blank nodes under new names.

    Raises RdfFormatError; RdfSyntaxError with line and column where these are known, of the kind RdfRefusedError for a
    remote context, a document type, nesting deeper than MAX_DEPTH, and named graphs.
    """
    form = find_format(media_type)
    refuse_upload(body, form)
    try:
        triples = ox.parse(
            body, format=form, base_iri=base, without_named_graphs=True, rename_blank_nodes=True
        )
        written = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    except SyntaxError as error:
        raise explain(error) from error
    assert written is not None  # it is None only where the triples go to a file
    return written.decode()


def refuse_upload(body: bytes, form: ox.RdfFormat) -> None:
    """Raise RdfRefusedError where RDF has a document type, or nests deeper than MAX_DEPTH.

    XML must also be well-formed (RdfSyntaxError): Oxigraph's parser takes a text that is cut short for a whole one.
    """
    if form == ox.RdfFormat.RDF_XML:
        _check_xml(body)
        return
    depth = 0
    for token in (_JSON if form == ox.RdfFormat.JSON_LD else _TURTLE).finditer(body):
        match token.lastgroup:
            case "open":
                depth += 1
                if depth > MAX_DEPTH:
                    raise _too_deep(*_locate(body, token.start()))
            case "close":
                depth -= depth > 0
            case "stop":
                return
            case _:
                pass


def _check_xml(body: bytes) -> None:
    parser = expat.ParserCreate()
    depth = 0

    def refuse_doctype(*_: object) -> None:
        line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
        message = "a document type (DOCTYPE) is not read here. Write entities out and leave it away"
        raise RdfRefusedError(f"line {line}, column {column}: {message}", line=line, column=column)

    def enter(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise _too_deep(parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def leave(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        line, column = error.lineno, error.offset + 1
        reason = expat.ErrorString(error.code)
        message = f"line {line}, column {column}: the XML is not well-formed: {reason}"
        raise RdfSyntaxError(message, line=line, column=column) from error


def _too_deep(line: int, column: int) -> RdfRefusedError:
    message = f"nested deeper than {MAX_DEPTH}. Give the inner nodes names and write them flat"
    return RdfRefusedError(f"line {line}, column {column}: {message}", line=line, column=column)


def _locate(body: bytes, offset: int) -> tuple[int, int]:
    before = body[:offset]
    return before.count(b"\n") + 1, len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1


def explain(error: SyntaxError, *, where: str = "") -> RdfSyntaxError:
    """Word the complaint of Oxigraph's parser, with its place where it tells one.

    `where` stands before the message, such as the name of a file.
    """
    line, column = error.lineno, error.offset
    if _NO_CONTEXT in error.msg:
        message = "the context is only named by its IRI, and nothing is fetched here. Write the context out"
        return RdfRefusedError(where + message)
    if _NO_GRAPHS in error.msg:
        message = "the data names graphs, but one graph is written here. Send its triples alone"
        return RdfRefusedError(where + message)
    place = "" if line is None else f"line {line}: " if column is None else f"line {line}, column {column}: "
    return RdfSyntaxError(where + place + _PLACE.sub("", error.msg), line=line, column=column)
