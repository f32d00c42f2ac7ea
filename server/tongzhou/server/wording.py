"""The words of the pages in the languages: English stands in templates and code, Chinese in `translations/zh/*.po`.

The files are read at the start; nothing is compiled into the source tree. Each kind of page may have a file of its own.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

FOLDER = Path(__file__).parent / "translations"


@cache
def translations(language: str) -> Translations:
    """Return the messages of a language; English, or what nobody translated, is the message itself."""
    buffer = BytesIO()
    write_mo(buffer, catalogue(language))
    buffer.seek(0)
    return Translations(buffer)


def catalogue(language: str) -> Catalog:
    """Return all messages of a language, from the files in its folder."""
    whole = Catalog(locale=language)
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    whole.add(message.id, message.string, context=message.context)
    return whole


def written_in(text: str) -> str | None:
    """Return the language that a text is in by its letters: `zh` where a Chinese one is among them, else None.

    >>> written_in("约12亿元")
    'zh'
    """
    return "zh" if any("\u4e00" <= letter <= "\u9fff" for letter in text) else None
