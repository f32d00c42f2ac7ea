"""Files into a dataset, in bulk: beside its store first, then in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pyoxigraph as ox
import zstandard

from tongzhou.graph.dataset_folder import DatasetFolder, replace_store, temporary
from tongzhou.graph.errors import DatasetError
from tongzhou.graph.primary import told
from tongzhou.graph.rdf_files import check_xml, format_of, is_compressed, open_file
from tongzhou.graph.uploads import explain


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
            with open_file(path) as file:
                check_xml(file, path)
        if is_compressed(path):
            with open_file(path) as file:
                store.bulk_load(file, format=form, to_graph=graph)
        else:
            store.bulk_load(path=path, format=form, to_graph=graph)
    except SyntaxError as error:
        raise explain(error, where=f"{path}: ") from error
    except (OSError, EOFError, zstandard.ZstdError) as error:  # EOFError: a .gz that is cut short
        message = f"{path} can't be loaded: {getattr(error, 'strerror', None) or error}. Nothing was changed."
        raise DatasetError(message) from error
