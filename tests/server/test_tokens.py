"""Tokens: who is let in, what the file holds, and what happens when it changes or is spoilt."""

from __future__ import annotations

import json
import logging
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.graph.errors import TokenFileError
from tongzhou.server import tokens as tokens_module
from tongzhou.server.problems import RequestError
from tongzhou.server.token_records import (
    SCOPES,
    Scope,
    add_token,
    hash_token,
    is_readable_by_all,
    read_tokens,
    remove_token,
)
from tongzhou.server.tokens import TokenFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tokens"


def refusal(file: TokenFile, header: str | None, scope: Scope = "write") -> str:
    with pytest.raises(RequestError) as caught:
        file.check(header, scope)
    return caught.value.kind


def record(**changes: object) -> str:
    fields = {"sha256": "0" * 64, "scope": "read", "label": "", "created": "2026-01-31T12:00:00Z"}
    return json.dumps({**fields, **changes})


def test_each_scope_includes_the_lesser_ones(path: Path) -> None:
    given = {scope: f"Bearer {add_token(path, scope)}" for scope in SCOPES}
    file = TokenFile(path)
    allowed = {(has, asked) for has in SCOPES for asked in SCOPES if _allows(file, given[has], asked)}
    assert allowed == {
        ("read", "read"),
        ("write", "read"),
        ("write", "write"),
        ("admin", "read"),
        ("admin", "write"),
        ("admin", "admin"),
    }


def _allows(file: TokenFile, header: str, scope: Scope) -> bool:
    try:
        file.check(header, scope)
    except RequestError as error:
        assert (error.kind, error.facts) == ("forbidden", {"scope": scope})
        return False
    return True


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer  "])
def test_the_scheme_has_no_case(path: Path, scheme: str) -> None:
    token = add_token(path, "write")
    TokenFile(path).check(f"{scheme} {token}", "write")


@pytest.mark.parametrize("header", [None, "", "Basic dXNlcjpwYXNz", "Bearertoken", "Token x", " Bearer x"])
def test_no_token_is_unauthorized(path: Path, header: str | None) -> None:
    add_token(path, "write")
    assert refusal(TokenFile(path), header) == "unauthorized"


def test_what_is_not_one_known_token_is_bad(path: Path) -> None:
    token = add_token(path, "write")
    file = TokenFile(path)
    for spoilt in [
        "",
        token[:-1],
        token + "x",
        token.upper(),
        f"{token} {token}",
        f"{token}, Bearer {token}",
        f"{token},{token}",
        f'"{token}"',
        hash_token(token),
        "令牌",
        "é" * 10,
        f"{token}\n",
        f"{token}\x00",
        "x" * 257,
        "x" * 1_000_000,
    ]:
        assert refusal(file, f"Bearer {spoilt}") == "bad-token"


@given(st.text(max_size=300))
def test_no_header_raises_anything_else(header: str) -> None:
    file = TokenFile(Path("/nonexistent/tokens"))
    assert refusal(file, header) in ("unauthorized", "bad-token")
    assert refusal(file, f"Bearer {header}") == "bad-token"


def test_without_a_file_every_check_is_unauthorized() -> None:
    assert refusal(TokenFile(None), "Bearer x") == "unauthorized"
    assert refusal(TokenFile(None), None) == "unauthorized"


def test_the_file_holds_hashes_and_belongs_to_its_owner_alone(path: Path) -> None:
    first, second = add_token(path, "read", "抄写"), add_token(path, "admin")
    text = path.read_text(encoding="utf-8")
    assert first not in text
    assert second not in text
    assert [(token.scope, token.label) for token in read_tokens(path)] == [("read", "抄写"), ("admin", "")]
    assert [token.sha256 for token in read_tokens(path)] == [hash_token(first), hash_token(second)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(first) >= 43 + len("tongzhou_")
    assert sorted(one.name for one in path.parent.iterdir()) == ["tokens", "tokens.lock"]


def test_a_new_mode_does_not_outlive_a_change(path: Path) -> None:
    add_token(path, "read")
    path.chmod(0o644)
    assert is_readable_by_all(path)
    add_token(path, "read")
    assert not is_readable_by_all(path)


def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(path)
    add_token(link, "read")
    assert link.is_symlink()
    assert len(read_tokens(path)) == 1


def test_tokens_added_at_once_are_all_kept(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tongzhou.server.token_records import add_token;"
        "[add_token(Path(sys.argv[1]), 'read') for _ in range(10)]"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
    processes = [
        subprocess.Popen([sys.executable, "-c", program, str(path)], env=environment) for _ in range(3)
    ]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    assert len({token.sha256 for token in read_tokens(path)}) == 30


def test_a_removed_token_is_refused_and_others_stay(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens_module, "_RECHECK", 0)
    gone, stays = add_token(path, "write"), add_token(path, "write")
    file = TokenFile(path)
    file.check(f"Bearer {gone}", "write")
    assert remove_token(path, hash_token(gone)[:8]).sha256 == hash_token(gone)
    assert refusal(file, f"Bearer {gone}") == "bad-token"
    file.check(f"Bearer {stays}", "write")


@pytest.mark.parametrize("name", ["", "0", "zzzzzzzz", "0" * 64])
def test_only_a_token_that_is_there_can_be_removed(path: Path, name: str) -> None:
    add_token(path, "write")
    with pytest.raises(TokenFileError, match="no token is called"):
        remove_token(path, name)
    assert len(read_tokens(path)) == 1


def test_a_change_is_seen_within_two_seconds(path: Path) -> None:
    file = TokenFile(path)
    token = add_token(path, "write")
    end = time.monotonic() + 2
    while not _allows_now(file, token):
        assert time.monotonic() < end
        time.sleep(0.05)


def _allows_now(file: TokenFile, token: str) -> bool:
    try:
        file.check(f"Bearer {token}", "write")
    except RequestError as error:
        assert error.kind == "bad-token"
        return False
    return True


def test_a_file_spoilt_or_taken_away_lets_nobody_in(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tokens_module, "_RECHECK", 0)
    token = add_token(path, "write")
    whole = path.read_bytes()
    file = TokenFile(path)
    with caplog.at_level(logging.ERROR):
        path.write_bytes(whole + b"{}\n")
        assert refusal(file, f"Bearer {token}") == "bad-token"
        assert refusal(file, f"Bearer {token}") == "bad-token"
    assert [one.getMessage().startswith(f"{path}:2: is no token") for one in caplog.records] == [True]
    path.write_bytes(whole)
    file.check(f"Bearer {token}", "write")
    path.chmod(0o666)
    assert refusal(file, f"Bearer {token}") == "bad-token"
    path.chmod(0o600)
    file.check(f"Bearer {token}", "write")
    path.unlink()
    assert refusal(file, f"Bearer {token}") == "bad-token"


@pytest.mark.parametrize(
    "line",
    [
        "tongzhou_pasted-by-mistake",
        "{}",
        "[]",
        "null",
        "\udcff",
        "[" * 100_000,
        record(scope="root"),
        record(scope=1),
        record(sha256="0" * 63),
        record(sha256="G" * 64),
        record(label="\x1b[2J"),
        record(label=None),
        record(more="x"),
    ],
    ids=lambda line: ascii(line)[:40],
)
def test_a_spoilt_line_is_named_and_not_repeated(path: Path, line: str) -> None:
    path.write_bytes(f"{record()}\n\n{line}\n".encode(errors="surrogateescape"))
    path.chmod(0o600)
    with pytest.raises(TokenFileError, match=r":3: is no token as written by tongzhou token add") as caught:
        TokenFile(path)
    assert "pasted" not in str(caught.value)


def test_a_file_that_others_may_change_is_refused(path: Path) -> None:
    add_token(path, "write")
    path.chmod(0o620)
    with pytest.raises(TokenFileError, match="chmod 600"):
        TokenFile(path)


def test_a_file_that_everybody_may_read_is_warned_of(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    add_token(path, "write")
    path.chmod(0o644)
    TokenFile(path)
    assert "every user of this machine may read it" in caplog.text


def test_a_file_that_is_something_else_is_named(path: Path, tmp_path: Path) -> None:
    path.write_bytes(b"\n" * 1_000_001)
    path.chmod(0o600)
    with pytest.raises(TokenFileError, match="no file of tokens"):
        TokenFile(path)
    with pytest.raises(TokenFileError, match="can't be read"):
        TokenFile(tmp_path)
    with pytest.raises(TokenFileError, match="can't be written"):
        add_token(path / "below", "read")


@pytest.mark.parametrize("label", ["two\nlines", "x" * 201])
def test_a_label_fits_a_line(path: Path, label: str) -> None:
    with pytest.raises(TokenFileError, match="a label has at most 200"):
        add_token(path, "read", label)
    assert not path.exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_a_file_made_by_root_belongs_to_the_owner_of_its_folder(path: Path) -> None:
    os.chown(path.parent, 12345, 12345)
    add_token(path, "read")
    assert (path.stat().st_uid, stat.S_IMODE(path.stat().st_mode)) == (12345, 0o600)
    os.chown(path, 23456, 23456)
    add_token(path, "read")
    assert path.stat().st_uid == 23456
