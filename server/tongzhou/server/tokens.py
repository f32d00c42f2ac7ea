"""Who may do what: bearer tokens (RFC 6750 §2.1) against the file that an operator keeps."""

from __future__ import annotations

import hmac
import logging
import re
import time
from pathlib import Path

from tongzhou.graph.errors import TokenFileError
from tongzhou.server.problems import RequestError
from tongzhou.server.token_records import SCOPES, Scope, Token, hash_token, is_readable_by_all, read_tokens

_BEARER = re.compile(r"bearer(?: +|$)", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # token68, RFC 9110 §11.2
_LONGEST = 256  # characters of a token
_RECHECK = 1.0  # seconds between looks at the file
_LOG = logging.getLogger(__name__)


class TokenFile:
    """The tokens of a file, read again when it changes. A file that is spoilt meanwhile lets nobody in."""

    def __init__(self, path: Path | None) -> None:
        """Read the file, which may be absent. Raises TokenFileError where it is spoilt or others may write to it."""
        self._path = path
        self._tokens: tuple[Token, ...] = ()
        self._state: tuple[int, ...] | None = None
        self._looked = time.monotonic()
        if path is not None:
            self._state = _state_of(path)
            self._tokens = read_tokens(path)
            if is_readable_by_all(path):
                _LOG.warning("%s: every user of this machine may read it; better: chmod 600 %s", path, path)

    def check(self, authorization: str | None, scope: Scope) -> None:
        """Return where the Authorization header of a request allows a scope.

        Raises RequestError `unauthorized` (no token), `bad-token` (unknown, or not one token), `forbidden` (a token
        of a lesser scope).
        """
        scheme = _BEARER.match(authorization or "")
        if self._path is None or authorization is None or scheme is None:
            raise RequestError("unauthorized", {})
        given = authorization[scheme.end() :].rstrip(" ")
        if len(given) > _LONGEST or not _TOKEN.fullmatch(given):
            raise RequestError("bad-token", {})
        self._reread(self._path)
        found = self._find(hash_token(given))
        if found is None:
            raise RequestError("bad-token", {})
        if SCOPES.index(found.scope) < SCOPES.index(scope):
            raise RequestError("forbidden", {"scope": scope})

    def _find(self, digest: str) -> Token | None:
        """Compare with all, so that the time tells nothing."""
        found = None
        for token in self._tokens:
            if hmac.compare_digest(token.sha256, digest):
                found = token
        return found

    def _reread(self, path: Path) -> None:
        """Read the file where it has changed, looking at it once a second at the most."""
        now = time.monotonic()
        if now - self._looked < _RECHECK:
            return
        self._looked = now
        state = _state_of(path)
        if state == self._state:
            return
        self._state = state
        try:
            self._tokens = read_tokens(path)
        except TokenFileError as error:
            self._tokens = ()
            _LOG.error("%s Until then no token is accepted.", error)


def _state_of(path: Path) -> tuple[int, ...] | None:
    """Return what changes when a file is changed or replaced; None where it can't be looked at."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev, status.st_size)
