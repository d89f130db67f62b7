"""The catalogues: one sentence a code and language, read once."""

import gettext
import locale
import os
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
    wanted = (tag or _of_system()).replace("_", "-").lower()
    _chosen[0] = "de" if wanted == "de" or wanted.startswith(("de-", "german")) else "en"
    return _chosen[0]


def language() -> str:
    """The language in use, one of ``LANGUAGES``."""
    return _chosen[0]


@cache
def _catalogue(tag: str) -> gettext.GNUTranslations:
    with shipped("words", f"{tag}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def has(code: str) -> bool:
    """Whether the catalogue has a sentence for ``code``."""
    catalogue = _catalogue(language())
    return catalogue.gettext(code) != code or catalogue.ngettext(code, code, 1) != code


def number(n: int) -> str:
    """6,398 or 6.398: thousands separated."""
    return f"{n:,}" if language() == "en" else f"{n:,}".replace(",", ".")


def say(code: str, n: int | None = None, /, **values: Value) -> str:
    """The sentence of ``code``; ``n`` chooses singular or plural and fills ``{n}``.

    An unknown code is shown as it is: a missing sentence never stops the program.
    """
    catalogue = _catalogue(language())
    if n is None:
        return catalogue.gettext(code).format_map(values) if values else catalogue.gettext(code)
    return catalogue.ngettext(code, code, n).format_map({"n": number(n), **values})
