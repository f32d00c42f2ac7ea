"""Where commands write data: standard output, or a file that is never half written."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tongzhou.graph.errors import OutputError


def write_output(data: bytes, output: Path | None) -> None:
    """Write to a file, or to standard output where none is named. Raises OutputError."""
    if output is None:
        _write_to_pipe(data)
    else:
        _write_to_file(data, output)


def _write_to_pipe(data: bytes) -> None:
    """Write to standard output; a reader that has seen enough is no error."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write_to_file(data: bytes, output: Path) -> None:
    """Write beside the file and rename."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{output.name}-", dir=output.parent)
    except OSError as error:
        raise OutputError(
            f"{output} can't be written: {error.strerror}. Give another file with -o."
        ) from error
    work = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        work.chmod(0o644)
        work.replace(output)
    except OSError as error:
        work.unlink(missing_ok=True)
        raise OutputError(
            f"{output} can't be written: {error.strerror}. Give another file with -o."
        ) from error
