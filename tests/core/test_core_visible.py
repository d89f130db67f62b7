"""Characters that print as nothing are named, everything else stays as it is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.visible import CODES, hides, numbered, visible
from smsdesk.words import has, say, use_language, visible_words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("Jörg Müller", "Jörg Müller"),
        (" 0176 ", " 0176 "),
        ("   ", "[space ×3]"),
        ("0176\xa01234", "0176[no-break space]1234"),
        ("\u202f1", "[no-break space]1"),
        ("\ufeffNr", "[byte-order mark]Nr"),
        ("a\u200b\u200b", "a[zero-width space ×2]"),
        ("a\tb\nc", "a[tab]b[line break]c"),
        ("\u202e12\u202c", "[direction mark]12[direction mark]"),
        ("a\x07", "a[control character U+0007]"),
        ("a\0", "a[null character]"),
        ("a\u3000b", "a[special space U+3000]b"),
        ("\u2800", "[blank character U+2800]"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("❤️", "❤️"),
        ("a\u200db", "a[zero-width joiner]b"),
    ],
)
def test_what_does_not_show_is_named(text: str, shown: str) -> None:
    use_language("en")
    assert visible_words(text) == shown


def test_each_name_has_words_in_both_languages() -> None:
    for language in ("en", "de"):
        use_language(language)
        assert [code for code in CODES if not has(f"character.{code}")] == []
    assert visible_words("\xa0") == f"[{say('character.no_break_space')}]" == "[geschütztes Leerzeichen]"


def test_without_words_it_is_the_number() -> None:
    assert numbered("a\xa0\xa0b\t") == "a[U+00A0 ×2]b[U+0009]"


@given(st.text())
def test_nothing_that_does_not_show_is_left(text: str) -> None:
    shown = visible(text, lambda code: code)
    left = [c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") and c != "\u200d"]
    assert left == []
    assert shown.strip() or not text
    if not hides(text):
        assert [c for c in text if c.isalnum() and c.isascii()] == [
            c for c in visible(text, lambda _: "").replace("U+", "") if c.isalnum() and c.isascii()
        ] or "[" in shown


@given(st.text())
def test_a_text_hides_if_nothing_of_it_is_to_be_seen(text: str) -> None:
    seen = [
        c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf", "Zs", "Zl", "Zp")
    ]
    blanks = "\u115f\u1160\u2800\u3164\uffa0"
    assert hides(text) == (text != "" and all(c in blanks for c in seen))
