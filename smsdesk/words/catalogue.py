"""The catalogues: one sentence a code and language, read once."""

import gettext
import locale
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from smsdesk.core.errors import Value
from smsdesk.core.shipped import shipped

LANGUAGES = ("en", "de")
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_chosen = ["en"]


def _of_system() -> str:
    """The system's language tag, such as ``de_DE.UTF-8``; empty where it names none."""
    for name in _VARIABLES:
        if os.environ.get(name):
            return os.environ[name]
    return locale.getlocale()[0] or ""


def use_language(tag: str | None) -> str:
    """Speaks the language of ``tag`` (``de``, ``de-AT`` ...) from now on; ``None``: the system's.

    Answers the language in use: English where there is no catalogue for the tag.
    """
    name = re.split(r"[-_.@]", (tag or _of_system()).lower(), maxsplit=1)[0]
    _chosen[0] = "de" if name in ("de", "german") else "en"
    return _chosen[0]


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Speaks another language for what is said inside, a letter to somebody; nothing may wait in it."""
    before = _chosen[0]
    use_language(tag)
    try:
        yield
    finally:
        _chosen[0] = before


def language() -> str:
    """The language in use, one of ``LANGUAGES``."""
    return _chosen[0]


class _Given(dict[str, Value]):
    """Values by name; one that was not given leaves a gap: a sentence about an error never fails."""

    def __missing__(self, name: str) -> str:
        return "…"


@cache
def _catalogue(tag: str) -> gettext.GNUTranslations:
    """The catalogue of a language; behind it the English one, for what it lacks."""
    with shipped("words", f"{tag}.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    if tag != "en":
        catalogue.add_fallback(_catalogue("en"))
    return catalogue


def has(code: str) -> bool:
    """Whether the catalogue has a sentence for ``code``."""
    catalogue = _catalogue(language())
    return catalogue.gettext(code) != code or catalogue.ngettext(code, code, 1) != code


def number(n: int) -> str:
    """6,398 or 6.398: thousands separated."""
    return f"{n:,}" if language() == "en" else f"{n:,}".replace(",", ".")


def say(code: str, n: int | None = None, /, **values: Value) -> str:
    """The sentence of ``code``; ``n`` chooses singular or plural and fills ``{n}``.

    An unknown code is shown as it is, and a value that is not given leaves a gap: neither ever stops
    the program. Without any value the sentence is not filled, so it may show braces.
    """
    catalogue = _catalogue(language())
    if n is None:
        return catalogue.gettext(code).format_map(_Given(values)) if values else catalogue.gettext(code)
    words = catalogue.ngettext(code, code, n)
    if words == code:
        # A sentence that is the same for one and many.
        words = catalogue.gettext(code)
    return words.format_map(_Given({"n": number(n), **values}))
