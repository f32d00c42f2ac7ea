"""The one writer of a dataset: each write is one transaction, and durable once a checkpoint is made.

SPARQL 1.1 Update (https://www.w3.org/TR/sparql11-update/) and the writes of the Graph Store HTTP Protocol
(https://www.w3.org/TR/sparql11-http-rdf-update/). Oxigraph has no transactions in Python but `Store.update`, which does
all operations of one text or none: so the replacement of a graph is an update too.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyoxigraph as ox

from tongzhou.graph.complaints import explain
from tongzhou.graph.dataset_folder import DatasetFolder, flush_folder, temporary
from tongzhou.graph.errors import (
    DatasetError,
    QueryRefusedError,
    TongzhouError,
    UpdateFailedError,
    UpdateSyntaxError,
)
from tongzhou.graph.updates import refuse_update, with_dataset, without_loads
from tongzhou.graph.uploads import Part, read_uploads


@dataclass(frozen=True, slots=True)
class Update:
    """A SPARQL update, with the dataset of its request."""

    text: str
    using: tuple[str, ...] | None = None
    using_named: tuple[str, ...] | None = None
    base: str | None = None


@dataclass(frozen=True, slots=True)
class PutGraph:
    """Replace a graph by the triples of all parts together; None is the default graph."""

    graph: str | None
    parts: tuple[Part, ...]
    base: str | None = None


@dataclass(frozen=True, slots=True)
class PostGraph:
    """Add the triples of all parts to a graph, their blank nodes as new ones; None is the default graph."""

    graph: str | None
    parts: tuple[Part, ...]
    base: str | None = None


@dataclass(frozen=True, slots=True)
class DeleteGraph:
    """Remove a graph; None empties the default graph."""

    graph: str | None


Write = Update | PutGraph | PostGraph | DeleteGraph

Outcome = Literal["created", "changed", "missing"]
"""What became of a write: the graph is new, something that was there was written to, or there is no such graph."""


class PrimaryStore:
    """The store of a dataset folder, open for writing. Not for several threads at once."""

    def __init__(self, folder: DatasetFolder, store: ox.Store, held: ExitStack) -> None:
        """Keep the open store; `held` is left on close. Use `open`."""
        self._folder = folder
        self._store = store
        self._held = held
        self._dirty = True

    @classmethod
    def open(cls, folder: DatasetFolder, purpose: str = "tongzhou serve") -> PrimaryStore:
        """Lock the folder, open its store, made where absent, and make a first checkpoint.

        What a killed process acknowledged is there again, what it had not finished is not. Its checkpoints stay until
        `remove_checkpoints`: they are still read where only the writer of a server was killed.
        Raises DatasetInUseError where another process holds it, DatasetError where the store can't be opened.
        """
        with ExitStack() as stack:
            stack.enter_context(folder.locked(purpose, keep_checkpoints=True))
            with told(folder.path, "opened"):
                store = ox.Store(folder.store_path)
                folder.checkpoints_path.mkdir(exist_ok=True)
                flush_folder(folder.path)
            primary = cls(folder, store, stack)
            primary.make_durable()
            primary._held = stack.pop_all()
        return primary

    def apply(self, write: Write) -> Outcome:
        """Do a write as one transaction: wholly, or not at all where this raises. It is durable after `make_durable`.

        Raises UpdateSyntaxError, QueryRefusedError, UpdateFailedError for updates, RdfSyntaxError and RdfFormatError
        for graphs, and DatasetError where the disk refuses.
        """
        match write:
            case Update():
                return self._update(write)
            case PutGraph():
                triples = read_uploads(write.parts, base=write.base)
                return self._write_graph(write.graph, triples, replace=True)
            case PostGraph():
                triples = read_uploads(write.parts, base=write.base)
                return self._write_graph(write.graph, triples, replace=False)
            case DeleteGraph():
                return self._delete(write.graph)

    def make_durable(self) -> Path:
        """Have everything that was applied on the disk, and return a checkpoint that holds it.

        The sync is that of the store. A checkpoint itself is not synced: after a power failure the next `open` makes
        another. Raises DatasetError; nothing applied since the last call may then be acknowledged.
        """
        latest = self._folder.latest
        if latest is not None and not self._dirty:
            return latest
        target = self._folder.next_checkpoint()
        with told(self._folder.path, "written"):
            self._store.flush()
            self._store.backup(temporary(target))
            temporary(target).rename(target)
        self._dirty = False
        return target

    def remove_checkpoints(self, keep: Path) -> None:
        """Remove the checkpoints that nobody reads any more, all but `keep` and those after it."""
        self._folder.remove_checkpoints([path for path in self._folder.checkpoints if path.name >= keep.name])

    def close(self) -> None:
        """Make what was applied durable, then let go of the store and the lock; the last checkpoint stays.

        Raises DatasetError where the disk refuses.
        """
        with self._held:
            self.make_durable()
            del self._store

    def _update(self, update: Update) -> Outcome:
        try:
            refuse_update(update.text)
        except QueryRefusedError as error:
            if error.reason == "load":
                _check_syntax(without_loads(update.text), update.base)
            raise
        text = with_dataset(update.text, update.using, update.using_named)
        self._run(text, update.base)
        return "changed"

    def _write_graph(self, graph: str | None, triples: str, *, replace: bool) -> Outcome:
        """Write triples into a graph by one update, which also makes a graph that stays empty."""
        if graph is None:
            remove, triples = self._difference(None, triples) if replace else ("", triples)
            self._run(f"{remove}INSERT DATA {{\n{triples}}}")
            return "changed"
        name = ox.NamedNode(graph)
        known = self._store.contains_named_graph(name)
        remove, triples = self._difference(name, triples) if replace and known else ("", triples)
        self._run(f"{remove}CREATE SILENT GRAPH {name} ; INSERT DATA {{ GRAPH {name} {{\n{triples}}} }}")
        return "changed" if known else "created"

    def _difference(self, graph: ox.NamedNode | None, triples: str) -> tuple[str, str]:
        """Return the operation that removes what a graph holds and the triples don't, and the triples that it lacks.

        A transaction that only adds and removes data takes half the time of one that clears a graph first. But DELETE DATA
        names no blank nodes: where some have to go, the graph is cleared.
        """
        quads = self._store.quads_for_pattern(None, None, None, graph or ox.DefaultGraph())
        held = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES)
        assert held is not None  # it is None only where the triples go to a file
        before, after = (set(lines.split("\n")) for lines in (held.decode(), triples))
        gone = before - after
        if any("_:" in line for line in gone):
            return f"CLEAR {f'GRAPH {graph}' if graph else 'DEFAULT'} ; ", triples
        data = "\n".join(gone)
        remove = f"DELETE DATA {{ {f'GRAPH {graph} {{ {data} }}' if graph else data} }} ; "
        return remove if gone else "", "\n".join(after - before)

    def _delete(self, graph: str | None) -> Outcome:
        if graph is None:
            self._run("CLEAR DEFAULT")
            return "changed"
        name = ox.NamedNode(graph)
        if not self._store.contains_named_graph(name):
            return "missing"
        self._run(f"DROP GRAPH {name}")
        return "changed"

    def _run(self, text: str, base: str | None = None) -> None:
        self._dirty = True
        with told(self._folder.path, "written"):
            try:
                self._store.update(text, base_iri=base)
            except SyntaxError as error:
                raise _explain(text, base, error) from error
            except RuntimeError as error:
                if not str(error).endswith(("already exists", "does not exist")):
                    raise  # the store is spoilt
                raise UpdateFailedError(f"{error}. Nothing was changed.") from error


def _check_syntax(text: str, base: str | None) -> None:
    """Raise UpdateSyntaxError where an update is none, however it would fare with data."""
    try:
        ox.Store().update(text, base_iri=base)
    except SyntaxError as error:
        raise _explain(text, base, error) from error
    except RuntimeError:
        pass  # it is one, and has something to do that can't be done


def _explain(text: str, base: str | None, error: SyntaxError) -> UpdateSyntaxError:
    def parse(text: str) -> None:
        ox.Store().update(text, base_iri=base)

    message, line, column = explain(text, error, parse, kind="update")
    return UpdateSyntaxError(message, line=line, column=column)


@contextmanager
def told(path: Path, verb: str) -> Generator[None]:
    """Word what the system or the store says where a dataset can't be opened, written or read. Raises DatasetError."""
    try:
        yield
    except TongzhouError:
        raise
    except (OSError, RuntimeError) as error:  # Oxigraph's word for a spoilt store is RuntimeError
        reason = getattr(error, "strerror", None) or str(error)
        message = f"the dataset {path} can't be {verb}: {reason}. See whether the disk is full or the folder spoilt."
        raise DatasetError(message) from error
