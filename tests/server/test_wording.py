"""Every message of the templates and the code is translated, once or alike, and none is translated in vain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tongzhou.server.wording import FOLDER, translations

SOURCES = FOLDER.parent
METHODS = [("**/templates/*.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def _used() -> dict[str, str]:
    """Return the messages in use, with where each stands."""
    options = {
        "**/templates/*.html": {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}
    }
    found = extract_from_dir(SOURCES, METHODS, options, keywords=KEYWORDS)
    return {one if isinstance(one, str) else one[0]: f"{name}:{line}" for name, line, one, *_ in found}


def _translated() -> Iterator[tuple[Path, str, tuple[str, ...], bool]]:
    for path in sorted((FOLDER / "zh").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh"):
                if message.id:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    words = (
                        (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
                    )
                    yield path, key, words, message.fuzzy


def test_no_message_lacks_chinese() -> None:
    translated = {key for _, key, words, fuzzy in _translated() if all(words) and not fuzzy}
    assert {message: where for message, where in _used().items() if message not in translated} == {}


def test_no_translation_is_left_over() -> None:
    used = _used()
    texts = "".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py"))  # some are looked up by name
    left = [
        (path.name, key) for path, key, _, _ in _translated() if key not in used and f'"{key}"' not in texts
    ]
    assert left == []


def test_a_message_has_one_translation() -> None:
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for path, key, words, _ in _translated():
        assert found.setdefault(key, (path.name, words))[1] == words, (
            f"{path.name}: {key!r} has another in {found[key][0]}"
        )


@pytest.mark.parametrize(("language", "words"), [("zh", "同舟"), ("en", "Tongzhou")])
def test_messages_are_worded(language: str, words: str) -> None:
    assert translations(language).ugettext("Tongzhou") == words
