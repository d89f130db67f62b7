"""Parts: what a text costs and where it is cut. Source: 3GPP TS 23.038 and 23.040."""

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.errors import InputError
from smsdesk.core.parts import (
    BASIC,
    EXTENSION,
    Encoding,
    counted,
    cuts,
    line_of,
    measure,
    outside,
    prepare,
    refused,
)

GSM, UTF16 = Encoding.STANDARD, Encoding.UTF16
LIMITS = {GSM: (160, 153), UTF16: (70, 67)}
gsm_texts = st.text(st.sampled_from(sorted(BASIC | EXTENSION)), max_size=700)
any_texts = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=300),
    st.lists(st.sampled_from(["ł" * 60, "😀", "a" * 5, "日", "👍🏽" * 20]), max_size=12).map("".join),
)
measured = st.one_of(st.tuples(gsm_texts, st.just(GSM)), st.tuples(any_texts | gsm_texts, st.just(UTF16)))


def length(text: str, encoding: Encoding) -> int:
    """Counted independently of the product: an escape before each extension character; real UTF-16."""
    if encoding is UTF16:
        return len(text.encode("utf-16-le")) // 2
    return len(text) + sum(text.count(character) for character in "\f^{}\\[~]|€")


@given(measured)
def test_the_parts_join_to_the_text_and_none_is_too_long(case: tuple[str, Encoding]) -> None:
    text, encoding = case
    found = measure(text, encoding)
    assert "".join(found.texts) == text == found.text
    assert found.part_lengths == tuple(length(part, encoding) for part in found.texts)
    assert found.units == length(text, encoding) == sum(found.part_lengths)
    room = LIMITS[encoding][found.parts > 1]
    assert found.parts == len(found.texts) and max(found.part_lengths) <= room
    assert found.characters_left == room - found.part_lengths[-1]
    assert (found.parts == 1) == (found.units <= LIMITS[encoding][0])
    assert not found.truncated


@given(measured)
def test_each_part_is_as_full_as_it_can_be(case: tuple[str, Encoding]) -> None:
    text, encoding = case
    found = measure(text, encoding)
    for part, after in zip(found.texts, found.texts[1:], strict=False):
        assert length(part, encoding) + length(after[0], encoding) > LIMITS[encoding][1]


@given(measured, st.integers(1, 5))
def test_a_limit_cuts_the_text_and_says_so(case: tuple[str, Encoding], limit: int) -> None:
    text, encoding = case
    whole, cut = measure(text, encoding), measure(text, encoding, limit)
    assert cut.parts <= limit
    assert text.startswith(cut.text) and cut.text == "".join(cut.texts)
    assert cut.units == length(cut.text, encoding)
    assert cut.truncated == (whole.parts > limit) == (cut.text != text)


def test_the_alphabet_has_127_and_10_characters() -> None:
    assert (len(BASIC), len(EXTENSION)) == (127, 10)
    assert {measure(c, GSM).units for c in BASIC} == {1}
    assert {measure(c, GSM).units for c in EXTENSION} == {2}
    assert "\x1b" not in BASIC | EXTENSION
    assert outside("".join(sorted(BASIC | EXTENSION))) == ()
    assert measure("".join(sorted(EXTENSION))).units == 20


@pytest.mark.parametrize("character", ["\x1b", "ç", "`", "\t", "’", "œ", "😀", "\u00a0", "Α"])
def test_anything_else_is_outside(character: str) -> None:
    assert outside(f"a{character}b") == ((1, character),)
    with pytest.raises(ValueError):
        measure(character, GSM)


@pytest.mark.parametrize(
    ("text", "encoding", "lengths", "left"),
    [
        ("", GSM, (0,), 160),
        ("a" * 160, GSM, (160,), 0),
        ("a" * 161, GSM, (153, 8), 145),
        ("a" * 306, GSM, (153, 153), 0),
        ("a" * 307, GSM, (153, 153, 1), 152),
        ("a" * 158 + "€", GSM, (160,), 0),
        ("a" * 159 + "€", GSM, (153, 8), 145),
        ("a" * 152 + "€" + "a" * 10, GSM, (152, 12), 141),
        ("a" * 151 + "€" + "a" * 10, GSM, (153, 10), 143),
        ("€" * 80, GSM, (160,), 0),
        ("€" * 81, GSM, (152, 10), 143),
        ("ä" * 70, UTF16, (70,), 0),
        ("ä" * 71, UTF16, (67, 4), 63),
        ("ä" * 68 + "😀", UTF16, (70,), 0),
        ("ä" * 69 + "😀", UTF16, (67, 4), 63),
        ("ä" * 66 + "😀" + "ä" * 5, UTF16, (66, 7), 60),
        ("ä" * 65 + "😀" + "ä" * 5, UTF16, (67, 5), 62),
    ],
)
def test_golden_lengths(text: str, encoding: Encoding, lengths: tuple[int, ...], left: int) -> None:
    found = measure(text, encoding)
    assert (found.part_lengths, found.characters_left) == (lengths, left)


def test_one_part_allowed_fills_a_whole_sms() -> None:
    found = measure("a" * 159 + "€", GSM, 1)
    assert (found.text, found.units, found.characters_left) == ("a" * 159, 159, 1)
    assert (found.truncated, found.parts) == (True, 1)
    assert measure("a" * 400, GSM, 2).text == "a" * 306
    assert measure("ł" * 80, UTF16, 1).texts == ("ł" * 70,)
    assert measure("ł" * 69 + "😀", UTF16, 1).texts == ("ł" * 69,)
    assert not measure("a" * 306, GSM, 2).truncated


@pytest.mark.parametrize(
    ("rule", "text", "encoding", "replaced"),
    [
        ("REFUSE", "“Zoë” €5…", GSM, 0),
        ("REPLACE", "?Zo?? €5?", GSM, 4),
        ("TO_UTF16", "“Zoë” €5…", UTF16, 0),
        ("TRANSLITERATE", '"Zoe" €5...', GSM, 4),
    ],
)
def test_the_rules_for_characters_outside(rule: str, text: str, encoding: Encoding, replaced: int) -> None:
    assert prepare("“Zoë” €5…", GSM, rule) == (text, encoding, replaced)
    assert prepare("“Zoë” €5…", UTF16, rule) == ("“Zoë” €5…", UTF16, 0)
    assert prepare("plain", GSM, rule) == ("plain", GSM, 0)


def test_what_cannot_be_written_otherwise_becomes_a_question_mark() -> None:
    assert prepare("日 a\u200bb", GSM, "TRANSLITERATE") == ("? ab", GSM, 2)


@given(any_texts)
def test_after_replacing_nothing_is_outside(text: str) -> None:
    for rule in ("REPLACE", "TRANSLITERATE"):
        shown, _, replaced = prepare(text, GSM, rule)
        assert not outside(shown)
        assert replaced == len(outside(text))


def test_counting_follows_the_rule() -> None:
    found = counted("日" * 71, GSM, "TO_UTF16")
    assert (found.encoding, found.parts, found.replaced) == (UTF16, 2, 0)
    found = counted("日" * 161, GSM, "REPLACE", 1)
    assert (found.text, found.replaced, found.truncated) == ("?" * 160, 161, True)
    with pytest.raises(InputError) as told:
        counted("日", GSM, "REFUSE")
    assert told.value.values == {"reason": "refused"}
    assert refused("a日b😀") == (("日", 1), ("😀", 3))


def one_by_one(text: str, encoding: Encoding, limit: int | None) -> tuple[list[str], int]:
    """Part by part and character by character, as the standard says it; and the room left at the end."""
    single, room = LIMITS[encoding]
    if length(text, encoding) <= single:
        return [text], single - length(text, encoding)
    room = single if limit == 1 else room
    parts = [""]
    for character in text:
        if length(parts[-1] + character, encoding) > room:
            parts.append("")
        parts[-1] += character
    parts = parts[:limit]
    return parts, room - length(parts[-1], encoding)


@given(measured, st.one_of(st.none(), st.integers(1, 5)))
def test_texts_are_split_as_character_by_character(case: tuple[str, Encoding], limit: int | None) -> None:
    text, encoding = case
    found = measure(text, encoding, limit)
    assert (list(found.texts), found.characters_left) == one_by_one(text, encoding, limit)


@pytest.mark.parametrize("character", sorted(BASIC | EXTENSION))
def test_each_character_of_the_alphabet_falls_whole_on_a_border(character: str) -> None:
    filling = "c" if character == "a" else "a"
    for before in range(150, 156):
        text = filling * before + character + filling * 300
        found = measure(text)
        assert "".join(found.texts) == text
        assert max(found.part_lengths) == 153
        cut = before == 152 and character in EXTENSION
        assert found.part_lengths[:2] == ((152, 153) if cut else (153, 153))
        assert [character in part for part in found.texts[:2]] == [before < 153 - cut, before >= 153 - cut]


@given(measured, st.integers(0, 153))
def test_a_text_may_go_on_in_a_part_that_is_begun(case: tuple[str, Encoding], filled: int) -> None:
    text, encoding = case
    room = LIMITS[encoding][1]
    filled = min(filled, room)
    ends = cuts(line_of(text, encoding), encoding, room, filled=filled)
    begun = cuts(b"a" * filled + line_of(text, encoding), encoding, room)
    assert ends == [end - filled for end in begun]


@pytest.mark.parametrize("half", ["\ud83d", "\ude00", "\ud83d\ude00", "a\ude00\ud83d"])
def test_half_a_pair_is_a_unit(half: str) -> None:
    found = measure(half * 100, UTF16)
    assert "".join(found.texts) == half * 100
    assert found.units == len(half) * 100


def test_a_joined_emoji_may_be_cut_between_its_characters_never_within_one() -> None:
    family = "👨\u200d👩\u200d👧"
    found = measure("a" * 64 + family + "a", UTF16)
    assert found.texts == ("a" * 64 + "👨\u200d", "👩\u200d👧a")


def test_a_text_of_800_000_characters_is_split_like_any_other() -> None:
    for text in ("a" * 800_000, "a€b " * 200_000, "Hello 😀 " * 100_000):
        found = counted(text, GSM, "TO_UTF16")
        assert "".join(found.texts) == text
        assert set(found.part_lengths[:-1]) <= ({153, 152} if found.encoding is GSM else {67, 66})


realistic = st.lists(
    st.one_of(
        st.text(st.sampled_from("abc äöüé.,\n"), max_size=90),
        st.sampled_from(["€", "{x}", "[1]", "😀", "“", "日本"]),
    ),
    min_size=1,
    max_size=12,
).map("".join)


@given(realistic.filter(bool))
def test_smsutil_splits_alike_where_it_follows_the_standard(text: str) -> None:
    """It deviates in two places: a bare ESC is of its alphabet, and a text of nothing is UTF-16."""
    found, theirs = counted(text, GSM, "TO_UTF16"), smsutil.split(text)
    assert [part.content for part in theirs.parts] == list(found.texts)
    per_unit = 1 if found.encoding is GSM else 2
    assert [part.bytes // per_unit for part in theirs.parts] == list(found.part_lengths)
    assert theirs.encoding == ("gsm0338" if found.encoding is GSM else "utf_16_be")


def test_where_smsutil_does_not_follow_the_standard() -> None:
    assert (smsutil.split("\x1b").encoding, counted("\x1b", GSM, "TO_UTF16").encoding) == ("gsm0338", UTF16)
    assert (smsutil.split("").encoding, counted("", GSM, "TO_UTF16").encoding) == ("utf_16_be", GSM)
