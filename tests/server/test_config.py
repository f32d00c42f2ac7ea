"""Settings come from file, environment and flags, in that order; whatever is wrong is named, with the near one."""

from __future__ import annotations

import dataclasses
import ipaddress
from pathlib import Path

import pytest

from tongzhou.graph.errors import ConfigError
from tongzhou.server.config import SETTINGS, Config, flag_of, load_config, variable_of
from tongzhou.server.config_page import COMMAND, page

ROOT = Path(__file__).resolve().parents[2]


def write(folder: Path, text: str) -> Path:
    file = folder / "tongzhou.toml"
    file.write_text(text, encoding="utf-8")
    return file


def faults(
    flags: dict[str, object] | None = None, environ: dict[str, str] | None = None, file: Path | None = None
) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load_config(flags or {}, environ or {}, file)
    assert isinstance(caught.value, ValueError)
    return caught.value.faults


def test_nothing_given_is_the_defaults() -> None:
    assert load_config({}, {"PATH": "/bin", "TONGZHOUX": "1"}, None) == Config()


def test_a_later_source_wins(tmp_path: Path) -> None:
    file = write(tmp_path, 'deadline = 1\nrows = 1\nqueued = 1\nhost = "file"\n')
    environ = {"TONGZHOU_DEADLINE": "2", "TONGZHOU_ROWS": "2", "TONGZHOU_QUEUED": ""}
    config = load_config({"deadline": "3"}, environ, file)
    assert (config.deadline, config.rows, config.queued, config.host) == (3.0, 2, 1, "file")


def test_a_variable_may_name_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, "port = 81\n")
    assert load_config({}, {"TONGZHOU_CONFIG": str(file)}, None).port == 81
    other = tmp_path / "other.toml"
    other.write_text("port = 82\n", encoding="utf-8")
    assert load_config({}, {"TONGZHOU_CONFIG": str(file)}, other).port == 82


def test_a_file_may_set_everything(tmp_path: Path) -> None:
    lines = [
        'dataset = "data"\nwritable = true\ntoken_file = "/etc/tokens"\nmemory = "1GiB"\nupload_bytes = "16 MB"',
        'deadline = 2.5\nslow_query = 0\ncache_bytes = 0\ntrusted_proxies = ["10.0.0.0/8", "::1"]',
        'start_method = "spawn"\naccess_log = "-"',
    ]
    config = load_config({}, {}, write(tmp_path, "\n".join(lines)))
    assert config.dataset == tmp_path / "data"
    assert config.token_file == Path("/etc/tokens")
    assert (config.memory, config.upload_bytes, config.cache_bytes) == (2**30, 16 * 10**6, 0)
    assert (config.deadline, config.slow_query, config.writable) == (2.5, 0.0, True)
    assert (config.start_method, config.access_log) == ("spawn", "-")
    assert config.trusted_proxies == (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1"))


def test_relative_paths_of_variables_and_flags_stay_as_they_are() -> None:
    config = load_config({"home": "here"}, {"TONGZHOU_DATASET": "there"}, None)
    assert (config.home, config.dataset) == (Path("here"), Path("there"))


@pytest.mark.parametrize(
    ("word", "read"), [("1", True), ("yes", True), ("TRUE", True), ("0", False), ("off", False)]
)
def test_switches_in_the_environment(word: str, read: bool) -> None:
    environ = {"TONGZHOU_WRITABLE": word, "TONGZHOU_DATASET": "d", "TONGZHOU_TOKEN_FILE": "t"}
    assert load_config({}, environ, None).writable is read


def test_lists_in_the_environment() -> None:
    config = load_config({}, {"TONGZHOU_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8"}, None)
    assert [str(network) for network in config.trusted_proxies] == ["127.0.0.1/32", "10.0.0.0/8"]


@pytest.mark.parametrize("key", ["deadlin", "dead-line", "Deadline", "deadlines"])
def test_a_wrong_key_names_the_near_one(tmp_path: Path, key: str) -> None:
    file = write(tmp_path, f"{key} = 3\n")
    (fault,) = faults(file=file)
    assert fault.startswith(
        f"{file}: {key}: is no setting. Did you mean deadline? It takes a number of seconds above 0"
    )


def test_a_wrong_variable_names_the_near_one() -> None:
    (fault,) = faults(environ={"TONGZHOU_TOKENFILE": "x"})
    assert fault == "TONGZHOU_TOKENFILE: is no setting. Did you mean TONGZHOU_TOKEN_FILE? It takes a path."


def test_a_key_that_is_near_to_none_is_told_all(tmp_path: Path) -> None:
    (fault,) = faults(file=write(tmp_path, "[server]\nport = 1\n"))
    assert "server: is no setting. They are: host, port, " in fault


def test_variables_that_are_no_settings_are_let_through() -> None:
    assert load_config({}, {"TONGZHOU_STACK": "grown", "TONGZHOU_HOME": ""}, None).home is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("deadline", "soon"),
        ("deadline", "0"),
        ("deadline", "-1"),
        ("deadline", "nan"),
        ("deadline", "inf"),
        ("deadline", True),
        ("slow_query", "-0.1"),
        ("port", "65536"),
        ("port", "80.5"),
        ("port", 80.0),
        ("port", True),
        ("workers", "0"),
        ("memory", "512m"),
        ("memory", "1.5GiB"),
        ("memory", "0"),
        ("memory", True),
        ("memory", -1),
        ("answer_bytes", "0MB"),
        ("writable", "maybe"),
        ("writable", 1),
        ("host", " "),
        ("host", 5),
        ("dataset", " "),
        ("dataset", 7),
        ("access_log", False),
        ("start_method", "thread"),
        ("trusted_proxies", "localhost"),
        ("trusted_proxies", "10.0.0.1/8"),
        ("trusted_proxies", "127.0.0.1,"),
        ("trusted_proxies", 5),
        ("trusted_proxies", [5]),
    ],
)
def test_a_wrong_value_names_the_flag_and_what_is_expected(name: str, value: object) -> None:
    (fault,) = faults(flags={name: value})
    assert fault == f"{flag_of(name)}: {value!r} does not fit. Expected: {SETTINGS[name].kind.expected}."


def test_a_wrong_value_names_file_and_variable(tmp_path: Path) -> None:
    file = write(tmp_path, 'port = "x"\nrows = 0\n')
    found = faults(environ={"TONGZHOU_MEMORY": "much"}, file=file)
    assert [fault.split(" does not fit")[0] for fault in found] == [
        f"{file}: port: 'x'",
        f"{file}: rows: 0",
        "TONGZHOU_MEMORY: 'much'",
    ]


def test_a_file_that_is_no_toml_or_not_there_is_named(tmp_path: Path) -> None:
    file = write(tmp_path, "deadline: 3\n")
    assert faults(file=file)[0].startswith(f"{file}: is no TOML: ")
    file.write_bytes(b"\xff\xfe")
    assert faults(file=file)[0].startswith(f"{file}: is no TOML: ")
    gone = tmp_path / "gone.toml"
    assert faults(environ={"TONGZHOU_CONFIG": str(gone)})[0].startswith(f"{gone}: can't be read: ")


def test_writes_need_a_dataset_and_a_token_file() -> None:
    found = faults(flags={"writable": True})
    assert [fault.split(".")[0] for fault in found] == [
        "writable: a release is read-only",
        "writable: nobody could write without a token",
    ]
    flags: dict[str, object] = {"writable": True, "dataset": "d", "token_file": "t"}
    assert load_config(flags, {}, None).writable


def test_every_default_is_what_its_kind_reads() -> None:
    for one in dataclasses.fields(Config):
        if one.default not in (None, ()):
            assert SETTINGS[one.name].kind.read(one.default) == one.default


def test_every_field_is_a_setting_with_a_description() -> None:
    assert list(SETTINGS) == [one.name for one in dataclasses.fields(Config)]
    assert all(one.about.endswith(".") for one in SETTINGS.values())
    assert (flag_of("token_file"), variable_of("token_file")) == ("--token-file", "TONGZHOU_TOKEN_FILE")


def test_the_page_of_settings_is_current() -> None:
    written = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert written == page(), f"The settings have changed. Make the page anew by: {COMMAND}"
