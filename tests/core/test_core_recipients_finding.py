"""Rows found and sorted, against plain Python over the same rows."""

import random
import re
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smsdesk.core.blackouts import Period
from smsdesk.core.columns import numbers
from smsdesk.core.finding import Places, found_places, ordered_places
from smsdesk.core.recipients import Recipients

START = datetime(2031, 3, 1, 20, tzinfo=UTC)
NAMES = [
    "Ada",
    "ada b",
    "Jürgen Groß",
    "JÜRGEN GROSS",
    "Zoë",
    "ZOË",
    "Ödön",
    "ΟΔΥΣΣΕΥΣ",
    "Οδυσσεύς",
    "",
    "Ángel",
    "Łukasz",
]
PEOPLE = Recipients(
    ["+4917604069012", "+4915112345678", "+436641234567", "0176/40", *["+49176"] * (len(NAMES) - 4)],
    ["R10", "r9", "", "R2", "r02", "A-7 b", "a-7 A", "K 10115", "", "100", "99", "R9"],
    {"name": NAMES, "note": [f"order {n} of 12" for n in range(len(NAMES))]},
)


def found(words: str) -> list[int]:
    return list(found_places(PEOPLE, words))


@pytest.mark.parametrize(
    "spelling",
    [
        "0176 04069",
        "+49 (0) 176/04069",
        "0049 176 04069",
        "176-04069",
        "４９１７６ ０４０６９",
        "٠١٧٦٠٤٠٦٩",
        "0176\u00a004069",
    ],
)
def test_digits_in_any_spelling_find_a_number(spelling: str) -> None:
    assert found(spelling) == [0]


def test_a_number_that_could_not_be_read_is_found_as_it_stands() -> None:
    assert 3 in found("0176/40")
    assert found("R2") == [3]


def test_words_are_found_in_every_column() -> None:
    assert found("order 11") == [11]
    assert found("k 101") == [7]
    assert found("  ") == list(range(len(NAMES)))
    assert found("jürgen gro") == [2, 3]
    assert found("GROSS") == [2, 3]
    assert found("groß") == [2, 3]
    assert found("οδυσσεύς") == found("ΟΔΥΣΣΕΎΣ") == [8]
    assert found("zo\u0065\u0308") == [4, 5]


letters = st.text(alphabet='aAbBßẞsSéÉöÖσςΣ123 -"\\(*', max_size=5)


@given(st.lists(letters, min_size=1, max_size=8), letters)
@example(["a.c"], "a.c")
def test_words_are_found_where_they_stand_in_any_case(cells: list[str], words: str) -> None:
    rows = Recipients(["+49"] * len(cells), [""] * len(cells), {"x": cells})
    asked = " ".join(words.split()).casefold()
    truth = [at for at, cell in enumerate(cells) if asked in cell.casefold()]
    places = list(found_places(rows, words))
    if asked and not re.fullmatch(r"[0-9 ()-]*", asked) and not re.search("^s(?!s)|(?<!s)s$|sss", asked):
        # Half of a ß is no letter: an s alone does not find it.
        assert places == truth
    else:
        assert set(places) <= set(truth) | set(range(len(cells)))


def plain_key(cell: str) -> tuple[str, int, str, str]:
    text = cell.strip().lower()
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c)[0] != "M")
    text = text.replace("ß", "ss")
    first = re.search("[0-9]+", text)
    return text[: first.start()] if first else text, int(first[0]) if first else -1, text, cell


@given(st.lists(st.text(alphabet="aAäÄbß019 .é\n", max_size=4), max_size=12), st.booleans())
def test_words_in_order_empty_ones_last(cells: list[str], descending: bool) -> None:
    rows = Recipients(["+49"] * len(cells), [""] * len(cells), {"x": cells})
    order = list(ordered_places(rows, "field:x", descending))
    full = [at for at, cell in enumerate(cells) if cell.strip()]
    keyed = sorted(full, key=lambda at: plain_key(cells[at]), reverse=descending)
    if descending:
        # Rows alike stay in the order of the list.
        keyed = sorted(full, key=lambda at: at)
        keyed.sort(key=lambda at: plain_key(cells[at]), reverse=True)
    assert order == keyed + [at for at, cell in enumerate(cells) if not cell.strip()]


def test_numbers_in_words_count_by_their_value() -> None:
    order = [PEOPLE.reference[at] for at in ordered_places(PEOPLE, "reference", False)]
    assert order == ["99", "100", "a-7 A", "A-7 b", "K 10115", "r02", "R2", "R9", "r9", "R10", "", ""]


def test_by_number_and_back() -> None:
    order = [PEOPLE.dst[at] for at in ordered_places(PEOPLE, "dst", False)]
    assert order == sorted(PEOPLE.dst)
    assert list(ordered_places(PEOPLE, "row", True)) == list(range(len(NAMES)))[::-1]


def test_by_own_periods() -> None:
    late, soon = (Period(START + timedelta(days=d), START + timedelta(days=d, hours=1)) for d in (2, 1))
    rows = Recipients(["+49"] * 5, [""] * 5, {}, {1: (late,), 3: (late, soon), 4: (soon,)})
    assert list(ordered_places(rows, "blackouts", False)) == [3, 4, 1, 0, 2]
    assert list(ordered_places(rows, "blackouts", True)) == [1, 3, 4, 0, 2]


def test_by_state() -> None:
    dst = ["0176", "+4917604069012", "+493012345678", "+4917604069013"]
    rows = Recipients(dst, [""] * 4, {"name": ["a", "", "c", "d"]})
    assert list(ordered_places(rows, "state", False, "DE", ("name",))) == [3, 2, 1, 0]


@given(st.lists(st.integers(0, 2**32 - 1), max_size=30))
def test_places_are_a_sequence_of_numbers(values: list[int]) -> None:
    places = Places(numbers(values))
    assert places == values
    assert places[1:] == values[1:]
    assert [places[at] for at in range(len(values))] == list(places) == values
    for value in values[:3]:
        assert value in places
        assert places.index(value) == values.index(value)
    with pytest.raises(ValueError, match="-1"):
        places.index(-1)
    assert -1 not in places


def test_a_sorted_list_can_be_sorted_on() -> None:
    shuffled = random.Random(7).sample(range(5_000), 5_000)
    rows = Recipients([f"+49{n:05}" for n in shuffled], [str(n) for n in shuffled], {})
    assert [shuffled[at] for at in ordered_places(rows, "reference", False)] == list(range(5_000))
