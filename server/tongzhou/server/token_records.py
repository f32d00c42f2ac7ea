"""The file of tokens: one line of JSON for each, with its hash instead of itself.

    {"sha256": "9f86…", "scope": "write", "label": "loader", "created": "2026-01-31T12:00:00Z"}

A token is 256 random bits, so one round of SHA-256 keeps it safe: there is nothing to guess, unlike a password, which
needs a hash that is slow. Whoever reads the file can't find a token from it; whoever changes it can add one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast, get_args

from filelock import FileLock, Timeout

from tongzhou.graph.errors import TokenFileError

Scope = Literal["read", "write", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""What a token may do, each including the former: read metrics; also write; also see how the server fares."""

_PREFIX = "tongzhou_"  # lets scanners of leaked secrets tell what it is
_HASH = re.compile("[0-9a-f]{64}")
_LARGEST = 1_000_000  # bytes
_LONGEST_LABEL = 200
_LOCK_SECONDS = 10
_SHORT = 8  # digits of a hash that name a token


@dataclass(frozen=True)
class Token:
    """What is kept of a token; `created` is a time in UTC."""

    sha256: str
    scope: Scope
    label: str
    created: str

    @property
    def name(self) -> str:
        """Return what the token is called in lists."""
        return self.sha256[:_SHORT]


def hash_token(token: str) -> str:
    """Return the hash that stands for a token. Raises ValueError where it is not ASCII."""
    return hashlib.sha256(token.encode("ascii")).hexdigest()


def read_tokens(path: Path) -> tuple[Token, ...]:
    """Return the tokens of a file, none where it is absent. Raises TokenFileError with file and line."""
    try:
        with path.open("rb") as file:
            _refuse_changeable(path, os.fstat(file.fileno()))
            data = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return ()
    except OSError as error:
        message = f"{path}: the tokens can't be read: {error.strerror}. Give the server's user the right to."
        raise TokenFileError(message) from error
    if len(data) > _LARGEST:
        raise TokenFileError(
            f"{path}: is larger than {_LARGEST} bytes, so it is no file of tokens. Name another."
        )
    lines = data.splitlines()
    return tuple(_parse(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip())


def is_readable_by_all(path: Path) -> bool:
    """Return whether every user of the machine may read a file, where the system can tell."""
    with suppress(FileNotFoundError):
        return os.name == "posix" and bool(path.stat().st_mode & stat.S_IROTH)
    return False


def add_token(path: Path, scope: Scope, label: str = "") -> str:
    """Return a new token; the file, made where absent, gets its hash. Raises TokenFileError."""
    if len(label) > _LONGEST_LABEL or not label.isprintable():
        raise TokenFileError(f"a label has at most {_LONGEST_LABEL} characters, all of them printable.")
    token = _PREFIX + secrets.token_urlsafe(32)
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    path = path.resolve()
    with _locked(path):
        _write(path, [*read_tokens(path), Token(hash_token(token), scope, label, created)])
    return token


def remove_token(path: Path, name: str) -> Token:
    """Remove the token that a list calls `name`, and return what was kept of it. Raises TokenFileError."""
    path = path.resolve()
    with _locked(path):
        tokens = read_tokens(path)
        found = [token for token in tokens if len(name) >= _SHORT and token.sha256.startswith(name.lower())]
        if len(found) != 1:
            message = f"{path}: {'several tokens are' if found else 'no token is'} called {name}."
            raise TokenFileError(f"{message} List them by: tongzhou token list --token-file {path}")
        _write(path, [token for token in tokens if token not in found])
    return found[0]


def _refuse_changeable(path: Path, status: os.stat_result) -> None:
    if os.name == "posix" and status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        message = f"{path}: others may write to it, and so make tokens."
        raise TokenFileError(f"{message} See that all its tokens are yours, then: chmod 600 {path}")


def _parse(line: bytes, where: str) -> Token:
    """Read one line; its text is not repeated in an error, as it may be a token pasted by mistake."""
    try:
        value: object = json.loads(line)
    except (ValueError, RecursionError):  # ValueError: JSONDecodeError, UnicodeDecodeError
        value = None
    keys = set(Token.__dataclass_fields__)
    if isinstance(value, dict):
        record = cast("dict[str, object]", value)
        if record.keys() == keys and all(isinstance(one, str) for one in record.values()):
            token = Token(**cast("dict[str, str]", record))  # type: ignore[arg-type]  # the scope is looked at below
            if _HASH.fullmatch(token.sha256) and token.scope in SCOPES and token.label.isprintable():
                return token
    message = f"{where}: is no token as written by tongzhou token add ({', '.join(sorted(keys))})."
    raise TokenFileError(f"{message} Remove the line.")


@contextmanager
def _locked(path: Path) -> Generator[None]:
    """Keep others from changing the file meanwhile, by a lock file beside it. Raises TokenFileError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f"{path.name}.lock"), timeout=_LOCK_SECONDS, mode=0o600):
            yield
    except Timeout as error:
        raise TokenFileError(f"{path}: is being changed by another command. Try again.") from error
    except OSError as error:
        message = f"{path}: can't be written: {error.strerror}. Name another file, or become its owner."
        raise TokenFileError(message) from error


def _write(path: Path, tokens: Sequence[Token]) -> None:
    """Put a file with mode 0600 in the place of another, so that a reader sees the one or the other, whole."""
    text = "".join(json.dumps(asdict(token), ensure_ascii=False) + "\n" for token in tokens)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            _give_to_owner(descriptor, path)
            os.fsync(descriptor)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink()
        raise


def _give_to_owner(descriptor: int, path: Path) -> None:
    """Let a file that root makes belong to whom the former one did, or the folder: the user who runs the server."""
    if os.name == "posix" and os.geteuid() == 0:
        owner = (path if path.exists() else path.parent).stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
