"""Files of RDF by their names: their format, whether compressed, and their triples.

Oxigraph's parsers take nested triple terms recursively, which ends the process where they are deep; and they take an XML text
that is cut short for a whole one. So both are looked for first.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import IO, TypeVar, cast
from xml.parsers import expat

import pyoxigraph as ox
import zstandard

from tongzhou.graph.errors import DatasetError, RdfRefusedError, RdfSyntaxError
from tongzhou.graph.scan import MAX_DEPTH
from tongzhou.graph.uploads import RDF_FORMATS, explain, refuse_upload

_SUFFIXES = {f".{form.file_extension}": form for form in RDF_FORMATS.values()}
_COMPRESSED = (".gz", ".zst")
_LINES = (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
_MADE_LABEL = re.compile(r"[0-9a-f]{24,32}")
"""What Oxigraph calls a blank node that has no label: 128 random bits."""

_Term = TypeVar("_Term", bound="ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple")


def format_of(path: Path) -> ox.RdfFormat:
    """Return the format of a file by its name, which may end in `.gz` or `.zst`. Raises DatasetError where it tells none.

    >>> format_of(Path("a.nq.gz")).name
    'N-Quads'
    """
    name = Path(path.name.lower())
    form = _SUFFIXES.get(Path(name.stem if name.suffix in _COMPRESSED else name).suffix)
    if form is None:
        suffixes = ", ".join(_SUFFIXES)
        message = f"{path}: the suffix tells no format of RDF. Name the file {suffixes} (or .gz, .zst of it)."
        raise DatasetError(message)
    return form


def is_compressed(path: Path) -> bool:
    """Return whether the name says that the file is compressed."""
    return path.suffix.lower() in _COMPRESSED


def open_file(path: Path) -> IO[bytes]:
    """Open a file for reading, decompressed as its name says. Raises OSError."""
    match path.suffix.lower():
        case ".gz":
            return cast("IO[bytes]", gzip.open(path, "rb"))
        case ".zst":
            return cast("IO[bytes]", zstandard.open(path, "rb"))
        case _:
            return path.open("rb")


def check_xml(file: IO[bytes], path: Path) -> None:
    """Raise RdfSyntaxError where XML is not well-formed; `path` is what the message calls the file."""
    try:
        expat.ParserCreate().ParseFile(file)
    except expat.ExpatError as error:
        message = f"{path}: line {error.lineno}, column {error.offset + 1}: the XML is not well-formed"
        raise RdfSyntaxError(message, line=error.lineno, column=error.offset + 1) from error


def read_triples(paths: Sequence[Path]) -> Iterator[ox.Triple]:
    """Yield the triples of all files, those of named graphs too.

    Blank nodes keep their labels, but where a file before has the same one: they are different nodes then. Those without a
    label get one by their place in the file. Raises DatasetError, and RdfSyntaxError with file, line and column.
    """
    formats = [format_of(path) for path in paths]
    labels: set[str] = set()
    for path, form in zip(paths, formats, strict=True):
        with _told(path):
            _refuse(path, form)
            with open_file(path) as file:
                quads = ox.parse(file, format=form, base_iri=path.absolute().as_uri())
                yield from _labelled(quads, labels)


@contextmanager
def _told(path: Path) -> Generator[None]:
    try:
        yield
    except SyntaxError as error:
        raise explain(error, where=f"{path}: ") from error
    except RdfRefusedError as error:
        raise RdfRefusedError(f"{path}: {error}", line=error.line, column=error.column) from error
    except (OSError, EOFError, zstandard.ZstdError) as error:  # EOFError: a .gz that is cut short
        if isinstance(error, DatasetError):
            raise
        raise DatasetError(f"{path} can't be read: {getattr(error, 'strerror', None) or error}.") from error


def _refuse(path: Path, form: ox.RdfFormat) -> None:
    """Raise RdfRefusedError where the text is nested too deep, RdfSyntaxError where XML is not well-formed."""
    with open_file(path) as file:
        if form == ox.RdfFormat.RDF_XML:
            check_xml(file, path)
        elif form not in _LINES:
            refuse_upload(file.read(), form)
        else:
            for number, line in enumerate(file, 1):
                if line.count(b"<<") > MAX_DEPTH:
                    message = f"line {number}: triple terms nested deeper than {MAX_DEPTH}. Write them flat"
                    raise RdfRefusedError(message, line=number)


def _labelled(quads: Iterable[ox.Quad], taken: set[str]) -> Iterator[ox.Triple]:
    """Yield the triples; their blank nodes get labels that are not taken yet, their own where that is so."""
    nodes: dict[str, ox.BlankNode] = {}

    def labelled(term: _Term) -> _Term:
        if isinstance(term, ox.BlankNode):
            if term.value not in nodes:
                nodes[term.value] = ox.BlankNode(_free_label(term.value, taken))
            return cast("_Term", nodes[term.value])
        if isinstance(term, ox.Triple):
            inner = ox.Triple(labelled(term.subject), term.predicate, labelled(term.object))
            return cast("_Term", inner)
        return term

    for quad in quads:
        yield ox.Triple(labelled(quad.subject), quad.predicate, labelled(quad.object))


def _free_label(label: str, taken: set[str]) -> str:
    stem = "node-" if _MADE_LABEL.fullmatch(label) else f"{label}-"
    candidates = (f"{stem}{number}" for number in count(1))
    free = (
        label
        if stem != "node-" and label not in taken
        else next(each for each in candidates if each not in taken)
    )
    taken.add(free)
    return free
