"""Numbers with their middle hidden, alone and in words; times, ids and figures are no numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.masking import masked, masked_number


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+4917604069004", "+49 ••• •••• 04"),
        ("+49 176 04069004", "+49 ••• •••• 04"),
        ("004917604069004", "+49 ••• •••• 04"),
        ("+15552345678", "+1 ••• •••• 78"),
        ("017604069004", "••• •••• 04"),
        ("0176123O4567", "••• •••• 67"),
        ("12345", "••• •••• 45"),
        ("1234", "••••"),
        ("112", "•••"),
        ("", ""),
    ],
)
def test_country_and_last_two_digits_stay(number: str, shown: str) -> None:
    assert masked_number(number) == shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Call +49 176 0406900 now", "Call +49 ••• •••• 00 now"),
        ("+49\N{NO-BREAK SPACE}176\N{NO-BREAK SPACE}0406900 has it.", "+49 ••• •••• 00 has it."),
        ("0176/0406900, 0176 0406901", "••• •••• 00, ••• •••• 01"),
        ('{"dst": "+4917604069000"}', '{"dst": "+49 ••• •••• 00"}'),
        ("4917604069000", "••• •••• 00"),
        ("0176 04069O2 is none", "••• •••• 92 is none"),
        ("(0176) 0406900, +49 (0)176 0406901", "(••• •••• 00, +49 ••• •••• 01"),
        ("0176.0406900 or 06.12.34.56.78", "••• •••• 00 or ••• •••• 78"),
        ("415-555-0123, (415) 555-0124, 415.555.0125", "••• •••• 23, ••• •••• 24, ••• •••• 25"),
    ],
)
def test_numbers_in_words_are_masked(words: str, shown: str) -> None:
    assert masked(words) == shown


@pytest.mark.parametrize(
    "words",
    [
        "J.20180924-131731.737-0iey4kxqyTQCQDIFN1",
        "2026-11-26 17:25:19 UTC",
        "23.11.2026, 14:02",
        "6,398 of 1,000,000 SMS, 1.000.000 EUR",
        "ref-0176 ord 4711",
        "+49 ••• •••• 04",
        "08:30 to 09:30",
        "01.02.2026 14:00, 01.02.2026",
        "S.20261123-140041-00214, 192.168.100.200",
    ],
)
def test_what_is_no_number_stays(words: str) -> None:
    assert masked(words) == words


@given(
    st.from_regex(r"\+49 ?1[567][0-9] ?[0-9]{7,8}", fullmatch=True), st.text(max_size=9), st.text(max_size=9)
)
def test_no_more_than_two_digits_of_a_number_are_left_and_masking_twice_changes_nothing(
    number: str, before: str, after: str
) -> None:
    once = masked(f"{before} {number} {after}")
    assert number not in once
    assert masked(once) == once
