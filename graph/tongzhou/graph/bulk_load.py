"""Files into a dataset, in bulk: beside its store first, then in its place."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, cast
from xml.parsers import expat

import pyoxigraph as ox

from tongzhou.graph.dataset_folder import DatasetFolder, replace_store, temporary
from tongzhou.graph.errors import DatasetError, RdfSyntaxError
from tongzhou.graph.primary import told
from tongzhou.graph.uploads import RDF_FORMATS, explain

_SUFFIXES = {f".{form.file_extension}": form for form in RDF_FORMATS.values()}


def format_of(path: Path) -> ox.RdfFormat:
    """Return the format of a file by its name, which may end in `.gz`. Raises DatasetError where it tells none.

    >>> format_of(Path("a.nq.gz")).name
    'N-Quads'
    """
    name = path.name.lower().removesuffix(".gz")
    form = _SUFFIXES.get(Path(name).suffix)
    if form is None:
        message = (
            f"{path}: the suffix tells no format of RDF. Name the file {', '.join(_SUFFIXES)} (or .gz of it)."
        )
        raise DatasetError(message)
    return form


def load_files(
    folder: DatasetFolder, files: Sequence[Path], *, graph: str | None, tell: Callable[[Path], None]
) -> None:
    """Add files to a dataset: all of them, or nothing where this raises or is killed.

    They are written to a copy of the store (hard links), which takes the store's place when it is on the disk.
    Triples go to `graph`, None being the default graph; quads to the graphs that they name. `tell` hears which file is next.
    Raises DatasetInUseError, DatasetError, RdfSyntaxError with the file's name, line and column.
    """
    formats = [format_of(path) for path in files]
    target = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
    with folder.locked("tongzhou load"):
        new = temporary(folder.store_path)
        with told(folder.path, "written"):
            ox.Store(folder.store_path).backup(new)
            store = ox.Store(new)
        for path, form in zip(files, formats, strict=True):
            tell(path)
            _load(store, path, form, target)
        with told(folder.path, "written"):
            store.flush()
            del store  # closes it
            replace_store(folder)


def _load(store: ox.Store, path: Path, form: ox.RdfFormat, target: ox.NamedNode | ox.DefaultGraph) -> None:
    graph = None if isinstance(target, ox.DefaultGraph) else target
    try:
        if form == ox.RdfFormat.RDF_XML:
            _check_xml(path)
        if path.name.lower().endswith(".gz"):
            with gzip.open(path, "rb") as file:
                store.bulk_load(cast("IO[bytes]", file), format=form, to_graph=graph)
        else:
            store.bulk_load(path=path, format=form, to_graph=graph)
    except SyntaxError as error:
        raise explain(error, where=f"{path}: ") from error
    except (OSError, EOFError) as error:  # EOFError: a .gz that is cut short
        message = f"{path} can't be loaded: {getattr(error, 'strerror', None) or error}. Nothing was changed."
        raise DatasetError(message) from error


def _check_xml(path: Path) -> None:
    """Raise RdfSyntaxError where XML is not well-formed: Oxigraph's parser takes a file that is cut short for a whole one."""
    with gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb") as file:
        try:
            expat.ParserCreate().ParseFile(file)
        except expat.ExpatError as error:
            message = f"{path}: line {error.lineno}, column {error.offset + 1}: the XML is not well-formed"
            raise RdfSyntaxError(message, line=error.lineno, column=error.offset + 1) from error
