"""Every error that the project raises on purpose.

Each message names what is wrong, where, and what to do; each class is also the builtin that a caller would expect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class TongzhouError(Exception):
    """Anything that the user can mend."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a source file: where it stands, what it is, and what to do."""

    path: str
    line: int | None
    subject: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        """Word the fault on one line: `path:line: subject: message. remedy`."""
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        subject = f"{self.subject}: " if self.subject else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{where}: {subject}{self.message}{remedy}"


class SourceError(TongzhouError, ValueError):
    """The sources can't be compiled; `faults` holds every fault found, not just the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep the faults in order of file and line."""
        self.faults = tuple(sorted(set(faults), key=lambda f: (f.path, f.line or 0, f.subject, f.message)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class InconsistencyError(TongzhouError, ValueError):
    """The graph contradicts the ontology."""


class ReasoningError(TongzhouError, RuntimeError):
    """The reasoner could not run to its end."""


class BuildLockedError(TongzhouError, RuntimeError):
    """Another build holds the lock."""


class ReleaseError(TongzhouError, OSError):
    """A release can't be written, found or opened."""


class OutputError(TongzhouError, OSError):
    """A file that a command was told to write can't be written."""


class QuerySyntaxError(TongzhouError, ValueError):
    """A query that SPARQL's grammar refuses; `line` and `column` count from 1 where they are known."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        """Keep the position beside the message."""
        self.line = line
        self.column = column
        super().__init__(message)


class UpdateSyntaxError(QuerySyntaxError):
    """An update that SPARQL's grammar refuses."""


class RdfSyntaxError(TongzhouError, ValueError):
    """RDF that its format's grammar refuses; `line` and `column` count from 1 where they are known."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        """Keep the position beside the message."""
        self.line = line
        self.column = column
        super().__init__(message)


class RdfRefusedError(RdfSyntaxError):
    """RDF that is not read here: a remote context, a document type, nesting that would end the parser, named graphs."""


class RdfFormatError(TongzhouError, ValueError):
    """A media type that is none of RDF's."""

    def __init__(self, media_type: str | None, offers: Sequence[str]) -> None:
        """Name the media type and those that are read."""
        self.media_type = media_type
        self.offers = tuple(offers)
        super().__init__(f"{media_type or 'no media type'} is not read here. Send {', '.join(offers)}.")


class UpdateFailedError(TongzhouError, RuntimeError):
    """An update that is well-formed and can't be done, such as CREATE of a graph that is there; nothing was changed."""


class DatasetError(TongzhouError, OSError):
    """The folder of a dataset can't be made, opened, written or read."""


class DatasetInUseError(DatasetError):
    """Another process holds the folder of a dataset."""

    def __init__(self, path: Path | str, holder: str) -> None:
        """Say who holds it."""
        self.path = str(path)
        self.holder = holder
        super().__init__(f"{path} is in use by {holder}. Stop that first, or name another folder.")


class QueryRefusedError(TongzhouError, ValueError):
    """A query or update that this endpoint does not run.

    `reason` is `service`, `nesting` or `ambiguous`; for updates also `load`, or `using` where request and text
    both name a dataset.
    """

    def __init__(
        self, message: str, *, line: int | None = None, column: int | None = None, reason: str = "service"
    ) -> None:
        """Keep the position and the reason beside the message."""
        self.line = line
        self.column = column
        self.reason = reason
        super().__init__(message)


class RemoteError(TongzhouError, OSError):
    """Another SPARQL endpoint does not answer."""


class ParameterError(TongzhouError, ValueError):
    """A parameter of a stored query that is unknown or has a value of the wrong type."""

    def __init__(self, message: str, *, parameter: str) -> None:
        """Keep which parameter."""
        self.parameter = parameter
        super().__init__(message)


class BadValueError(ParameterError):
    """A parameter of a stored query has a value (`found`) that is not of its type (`expected`)."""

    def __init__(self, message: str, *, parameter: str, found: str, expected: str) -> None:
        """Keep the value and the type beside the name."""
        self.found = found
        self.expected = expected
        super().__init__(message, parameter=parameter)


class UnknownValueError(ParameterError):
    """A parameter of a stored query names a thing that is not in the graph; `near` are values like it."""

    def __init__(self, message: str, *, parameter: str, near: Sequence[str]) -> None:
        """Keep the values beside the name."""
        self.near = tuple(near)
        super().__init__(message, parameter=parameter)


class UnknownParameterError(ParameterError):
    """A stored query has no parameter of that name; `known` are those that it has, the likest first."""

    def __init__(self, message: str, *, parameter: str, known: Sequence[str]) -> None:
        """Keep the names that there are."""
        self.known = tuple(known)
        super().__init__(message, parameter=parameter)


class UnknownQueryError(TongzhouError, LookupError):
    """No stored query has that name; `near` are names like it."""

    def __init__(self, message: str, name: str, near: Sequence[str] = ()) -> None:
        """Keep the names."""
        self.name = name
        self.near = tuple(near)
        super().__init__(message)


class UnknownThingError(TongzhouError, LookupError):
    """No graph or thing has that name; `near` are names like it."""

    def __init__(self, message: str, *, near: Sequence[str] = ()) -> None:
        """Keep the names."""
        self.near = tuple(near)
        super().__init__(message)


class UnknownTripleError(TongzhouError, LookupError):
    """A triple is neither asserted nor inferred; `near` are objects that the same subject and predicate have."""

    def __init__(self, message: str, *, near: Sequence[object] = ()) -> None:
        """Keep what is near."""
        self.near = tuple(near)
        super().__init__(message)


class PandasMissingError(TongzhouError, ImportError):
    """A frame was asked for, and pandas is not installed."""


class ConfigError(TongzhouError, ValueError):
    """Settings of the server that are unknown or have a value that does not fit; `faults` holds all of them."""

    def __init__(self, faults: Sequence[str]) -> None:
        """Keep the faults, each a sentence that starts with the file, variable or flag."""
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class TokenFileError(TongzhouError, ValueError):
    """The file of tokens can't be read or written, may be changed by others, or holds something else."""
