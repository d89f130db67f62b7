"""Keeps the catalogues: ``python resources/catalogues.py add < sentences.json`` or ``compile``.

Sentences are keyed by code in both languages. ``add`` reads ``{"code": ["English", "Deutsch"]}``, with
a plural ``{"code": [["one", "many"], ["eins", "viele"]]}``; ``remove CODE ...`` drops some; ``compile``
writes the ``.mo`` files that the program reads. Needs babel (extra ``tests``).
"""

import fcntl
import io
import json
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

FOLDER = Path(__file__).parent / "words"
LANGUAGES = ("en", "de")


def load(language: str) -> Catalog:
    """The catalogue of a language, as it is on disk."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalogue: Catalog) -> bytes:
    """What the ``.mo`` file of a catalogue holds."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def save(language: str, catalogue: Catalog) -> None:
    """Writes both forms, sorted by code."""
    out = io.BytesIO()
    write_po(out, catalogue, width=100, sort_output=True, omit_header=False)
    (FOLDER / f"{language}.po").write_bytes(out.getvalue())
    (FOLDER / f"{language}.mo").write_bytes(compiled(catalogue))


def _empty(language: str) -> Catalog:
    catalogue = Catalog(locale=language, project="SMS Desk", version="", charset="utf-8")
    catalogue.revision_date = catalogue.creation_date
    return catalogue


def main(arguments: list[str]) -> int:
    """The command line described above; returns the exit code."""
    FOLDER.mkdir(exist_ok=True)
    sentences = json.load(sys.stdin) if arguments[:1] == ["add"] else {}
    with (FOLDER / "en.po").open("a+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for index, language in enumerate(LANGUAGES):
            path = FOLDER / f"{language}.po"
            filled = path.exists() and path.stat().st_size > 0
            catalogue = load(language) if filled else _empty(language)
            for code, words in sentences.items():
                word = words[index]
                plural = isinstance(word, list)
                catalogue.delete(code)
                catalogue.add((code, code) if plural else code, tuple(word) if plural else word)
            for code in arguments[1:]:
                catalogue.delete(code)
            save(language, catalogue)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
