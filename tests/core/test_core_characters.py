"""The alphabet, and what becomes of characters outside it."""

import re
import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.characters import (
    BASIC,
    EXTENSION,
    becomes,
    expected,
    gsm_form,
    gsm_form_column,
    outside,
    replaceable,
    rewritten,
    septets,
)

TYPOGRAPHIC = "‘’‚“”„«»‹›–—‑…•\u00a0\u2009\u202f\u200b\u2060\ufeff\u00ad\t`´ﬁ\u200d\u200e"
any_texts = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cs",)),
        st.sampled_from(TYPOGRAPHIC),
        st.sampled_from("aé€{łжא😀👍🏽\ufe0f"),
        st.sampled_from("uu\u0308"),
    ),
    max_size=30,
)


def test_the_alphabet_is_written_a_byte_a_septet() -> None:
    for character in BASIC:
        assert [byte < 128 for byte in septets(character)] == [True]
    for character in EXTENSION:
        first, second = septets(character)
        assert 128 <= second < 192 <= first
    every = "".join(sorted(BASIC | EXTENSION))
    assert len(septets(every)) == len(set(re.findall(rb"(?s)\xc2?.", septets(every)))) + 10 == 147
    assert septets("") == b""


def test_of_all_characters_137_are_in_the_alphabet() -> None:
    every = [chr(code) for code in range(0x110000)]
    inside = {character for character in every if septets(character) is not None}
    assert inside == BASIC | EXTENSION
    assert {every[index] for index, _ in outside("".join(every))} == set(every) - inside


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("“Hello” ‘you’ «and» ‹me›", "\"Hello\" 'you' \"and\" 'me'"),
        ("9–5 — that’s it… • one", "9-5 - that's it... * one"),
        ("a\u00a0b\u2009c\u202fd\u2003e\u3000f\tg", "a b c d e f g"),
        ("a\u200bb\ufeffc\u2060d\u00ade", "abcde"),
        ("ﬁne oﬃce", "fine office"),
        ("Ａ１！", "A1!"),
        ("`a´ 5′ 3″", "'a' 5' 3\""),
        ("a\u2028b", "a\nb"),
        ("\u202a+49 176\u202c\u200e", "+49 176"),
        ("łódź “ż” 😀", 'łódź "ż" 😀'),
        ("👨\u200d👩\u200d👧 –", "👨\u200d👩\u200d👧 -"),
        ("مرحبا\u200f –", "مرحبا\u200f -"),
        ("❤\ufe0f…", "❤\ufe0f..."),
        ("Mu\u0308ller a\u0301 u\u200b\u0308", "Müller a\u0301 ü"),
        ("o\u0308\u200e", "ö"),
        ("plain €", "plain €"),
        ("", ""),
    ],
)
def test_typographic_characters_take_their_gsm_form(text: str, form: str) -> None:
    assert gsm_form(text) == form
    assert gsm_form_column(pl.Series([text, "ł", text])).to_list() == [form, "ł", form]


def test_what_would_be_replaced_is_named_once_and_in_order() -> None:
    assert replaceable("”a“ – ” ł") == ("”", "“", "–")
    assert replaceable("a\u200db") == ("\u200d",)
    assert replaceable("ł\u200db") == ()
    assert replaceable("plain") == ()
    assert replaceable("Zu\u0308rich – u\u0308") == ("–", "u\u0308")


@given(any_texts)
def test_a_gsm_form_keeps_letters_and_is_final(text: str) -> None:
    form = gsm_form(text)
    assert gsm_form(form) == form
    assert replaceable(form) == ()
    assert (form == text) == (not replaceable(text))
    gone = replaceable(text)
    one_by_one = "".join(expected(character) if character in gone else character for character in text)
    assert form == re.sub("|".join(one for one in gone if len(one) > 1) or "$^", composed, one_by_one)


def composed(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", found[0])


@given(st.lists(any_texts, max_size=6))
def test_a_column_takes_its_gsm_form_cell_by_cell(cells: list[str]) -> None:
    series = pl.Series(cells, dtype=pl.String)
    found = gsm_form_column(series)
    assert found.to_list() == [gsm_form(cell) for cell in cells]
    assert series.to_list() == cells


@pytest.mark.parametrize(
    ("character", "form"),
    [
        ("ł", "l"), ("ő", "ö"), ("ç", "c"), ("ā", "a"), ("ế", "e"), ("ș", "s"), ("œ", "oe"), ("ẞ", "SS"),
        ("ё", "?"), ("Α", "A"), ("ά", "A"), ("ω", "Ω"), ("½", "1/2"), ("™", "TM"), ("①", "1"), ("𝗕", "B"),
        ("№", "No"), ("…", "..."), ("\u00a0", " "), ("\u200d", ""), ("\ufe0f", ""), ("\u0308", ""),
        ("日", "?"), ("😀", "?"), ("\x1b", "?"), ("\0", "?"), ("\ud83d", "?"),
    ],
)  # fmt: skip
def test_what_a_character_is_expected_to_become(character: str, form: str) -> None:
    assert expected(character) == form
    assert becomes(character, "TRANSLITERATE") == form
    assert becomes(character, "REPLACE") == "?"
    assert becomes(character, "TO_UTF16") == character
    assert becomes(character, "REFUSE") is None


@given(any_texts, any_texts, st.sampled_from(["REPLACE", "TRANSLITERATE"]))
def test_a_text_becomes_what_its_pieces_become(left: str, right: str, rule: str) -> None:
    shown, count = rewritten(left + right, rule)
    (first, one), (second, other) = rewritten(left, rule), rewritten(right, rule)
    assert (shown, count) == (first + second, one + other)
    assert count == len(outside(left + right))
    assert septets(shown) is not None


def test_whatever_a_character_becomes_is_in_the_alphabet() -> None:
    for code in (*range(0x3000), *range(0xD7F0, 0x10000), *range(0x1D400, 0x1D800), *range(0x1F100, 0x1F200)):
        character = chr(code)
        if septets(character) is None:
            assert septets(expected(character)) is not None, hex(code)
            assert gsm_form(character) in (character, expected(character)), hex(code)
