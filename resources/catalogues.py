"""Keeps the catalogues. Sentences are keyed by code in both languages.

    python resources/catalogues.py add < sentences.json     adds or replaces
    python resources/catalogues.py remove CODE ...
    python resources/catalogues.py compile                  what the program reads, from the .po files

``add`` reads ``{"code": ["English", "Deutsch"]}``, with a plural ``{"code": [["one", "many"], ["eins",
"viele"]]}``. Several may run at once. Needs babel (extra ``tests``).
"""

import io
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

FOLDER = Path(__file__).parent / "words"
LANGUAGES = {"en": "English", "de": "German"}
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
"""A merge field that a sentence shows to people has a capital or a blank: it differs by language."""
Word = str | list[str]


class Sentences(Catalog):
    """A catalogue whose header holds what is needed to read it, and no more: no date, no placeholder."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header's lines."""
        return [
            ("Language", str(self.locale)),
            ("Plural-Forms", self.plural_forms),
            ("Content-Type", "text/plain; charset=utf-8"),
        ]


def load(language: str) -> Sentences:
    """The catalogue of a language, as it is on disk; empty where there is none."""
    header = f"# The sentences of SMS Desk in {LANGUAGES[language]}. Written by resources/catalogues.py."
    sentences = Sentences(locale=language, header_comment=header, charset="utf-8", fuzzy=False)
    path = FOLDER / f"{language}.po"
    if path.exists() and path.stat().st_size:
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    sentences.add(message.id, message.string)
    return sentences


def compiled(catalogue: Catalog) -> bytes:
    """What the ``.mo`` file of a catalogue holds."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def save(language: str, catalogue: Catalog) -> None:
    """Writes both forms, sorted by code; a reader never meets half a file."""
    out = io.BytesIO()
    write_po(out, catalogue, width=100, sort_output=True, omit_header=False)
    for suffix, content in (("po", out.getvalue()), ("mo", compiled(catalogue))):
        half = FOLDER / f".{language}.{suffix}"
        half.write_bytes(content)
        half.replace(FOLDER / f"{language}.{suffix}")


def _fields(word: Word) -> set[str]:
    whole = word if isinstance(word, str) else word[-1]
    return set(PLACEHOLDER.findall(whole))


def unfit(sentences: dict[str, list[Word]]) -> list[str]:
    """The codes whose two languages don't fit: one missing, a plural in one only, other placeholders."""
    return [
        code
        for code, words in sentences.items()
        if len(words) != len(LANGUAGES)
        or isinstance(words[0], str) != isinstance(words[1], str)
        or _fields(words[0]) != _fields(words[1])
    ]


@contextmanager
def alone() -> Iterator[None]:
    """Only one run at a time changes the catalogues; Windows has no such lock and takes its chance."""
    if os.name == "nt":
        yield
        return
    import fcntl

    folder = os.open(FOLDER, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def change(sentences: dict[str, list[Word]], gone: list[str]) -> None:
    """Adds or replaces ``sentences``, drops the codes in ``gone``, writes all files."""
    with alone():
        for index, language in enumerate(LANGUAGES):
            catalogue = load(language)
            for code in (*sentences, *gone):
                catalogue.delete(code)
            for code, words in sentences.items():
                word = words[index]
                if isinstance(word, str):
                    catalogue.add(code, word)
                else:
                    catalogue.add((code, code), tuple(word))
            save(language, catalogue)


def main(arguments: list[str]) -> int:
    """The command line described above; returns the exit code."""
    match arguments:
        case ["add"]:
            sentences = json.load(sys.stdin)
            if bad := unfit(sentences):
                print(f"not added, the two languages differ in form or placeholders: {', '.join(bad)}")
                return 2
            change(sentences, [])
        case ["remove", _, *_]:
            change({}, arguments[1:])
        case ["compile"]:
            change({}, [])
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
