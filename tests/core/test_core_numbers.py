"""Phone numbers: what people write, in three standings."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smsdesk.core.numbers import Standing, as_shown, read_number, region_of

WANTED = "+4917604069012"


@pytest.mark.parametrize(
    "text",
    [
        "+4917604069012",
        "017604069012",
        "0176/0406 9012",
        "0176-04069012",
        "0176 04 06 90 12",
        "(0176) 04069012",
        "(0)176 04069012",
        "0049 176 04069012",
        "0049 (0) 176 04069012",
        "+49 (0) 176 04069012",
        "+49 ( 0 ) 176 04069012",
        "(+49) 176 04069012",
        "+49.176.0406.9012",
        "tel:+49-176-04069012",
        "Tel.: 0176 04069012",
        "SMS: 017604069012",
        "+49\u00a0176\u00a004069012",
        "\u202a+4917604069012\u202c",
        "+49\u200b176\u200d0406\ufeff9012",
        "０１７６０４０６９０１２",
        "＋４９（１７６）０４０６９０１２",
        "٠١٧٦٠٤٠٦٩٠١٢",
        "+४९ १७६०४०६९०१२",
        "0176–04069012",
        "0176−04069012",
        "0176‑04069012",
        "'017604069012",
        "’017604069012",
        '="+4917604069012"',
        '"017604069012"',
        "\t017604069012\r\n",
        "0176\u202804069012",
        "17604069012",
        "17604069012.0",
        "17604069012,00",
    ],
)
def test_spellings_of_one_number(text: str) -> None:
    found = read_number(text, "DE")
    assert (found.standing, found.e164, found.code) == (Standing.VALID, WANTED, None)


@pytest.mark.parametrize(
    "text", ["4917604069012", "49 (0) 176 04069012", "4917604069012.0", "'4917604069012"]
)
def test_a_country_code_without_its_plus_is_read_and_told(text: str) -> None:
    found = read_number(text, "DE")
    assert (found.standing, found.e164, found.code) == (Standing.VALID, WANTED, "number_read_with_plus")


@pytest.mark.parametrize(
    ("text", "region", "e164"),
    [
        ("0664 1234567", "AT", "+436641234567"),
        ("079 123 45 67", "CH", "+41791234567"),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("612 34 56 78", "ES", "+34612345678"),
        ("347 123 4567", "IT", "+393471234567"),
        ("07400 123456", "GB", "+447400123456"),
        ("011 49 176 04069012", "US", WANTED),
        ("+4917604069012", "US", WANTED),
        ("(201) 555-0123", "US", "+12015550123"),
    ],
)
def test_the_region_holds_where_there_is_no_country_code(text: str, region: str, e164: str) -> None:
    assert read_number(text, region) == read_number(e164, "DE")
    assert read_number(text, region).e164 == e164


@pytest.mark.parametrize(
    ("text", "e164", "code"),
    [
        ("+44 7700 900118", "+447700900118", "number_unknown_range"),
        ("0431 5550104", "+494315550104", "number_landline"),
        ("+49 30 123456", "+4930123456", "number_landline"),
        ("0176 12", "+4917612", "number_wrong_length"),
        ("+4917500001", "+4917500001", "number_wrong_length"),
        ("+49176040690121", "+49176040690121", "number_wrong_length"),
        ("0800 1234567", "+498001234567", "number_toll_free"),
        ("+17500002", "+17500002", "number_unknown_range"),
    ],
)
def test_doubtful_ones_have_a_form_that_the_plan_does_not_know(text: str, e164: str, code: str) -> None:
    found = read_number(text, "DE")
    assert (found.standing, found.e164, found.code) == (Standing.DOUBTFUL, e164, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "number_empty"),
        (" \u200b\t", "number_empty"),
        ("-", "number_empty"),
        ("+", "number_empty"),
        ("./.", "number_empty"),
        ("=''", "number_empty"),
        ("0176O4069012", "number_letters"),
        ("unknown", "number_letters"),
        ("017604069012, 017604069013", "number_letters"),
        ("0176 04069012¹", "number_letters"),
        ("0176+04069012", "number_letters"),
        ("+4917604069012 / +4917604069013", "number_letters"),
        ("0431 5550104 ext 5", "number_extension"),
        ("0431 5550104 ext. 5", "number_extension"),
        ("0431 5550104 Durchwahl 12", "number_extension"),
        ("0431 5550104x5", "number_extension"),
        ("0431 5550104#5", "number_extension"),
        ("4,91761E+12", "number_scientific"),
        ("4.91761e12", "number_scientific"),
        ("4E+12", "number_scientific"),
        ("12", "number_too_short"),
        ("+49", "number_too_short"),
        ("+1 23", "number_too_short"),
        ("+999 1234567890", "number_no_country"),
        ("017604069012 / 017604069013", "number_too_long"),
        ("+4917604069012345678", "number_too_long"),
        ("1" * 400, "number_too_long"),
    ],
)
def test_invalid_ones_have_no_form(text: str, code: str) -> None:
    found = read_number(text, "DE")
    assert (found.standing, found.e164, found.code) == (Standing.INVALID, "", code)


def test_a_whole_number_that_a_spreadsheet_wrote_as_a_fraction() -> None:
    found = read_number("1761234567.0", "DE")
    assert (found.standing, found.e164) == (Standing.VALID, "+491761234567")
    assert read_number("1761234567.5", "DE").e164 != "+491761234567"


@given(
    st.text() | st.text("0123456789+-/(). extE'=\"", max_size=30),
    st.sampled_from(["DE", "US", "IT", "ZZ", ""]),
)
@example("\ud800", "DE")
@example("0" * 10_000, "DE")
def test_reading_never_raises_and_keeps_its_promises(text: str, region: str) -> None:
    found = read_number(text, region)
    if found.standing is Standing.INVALID:
        assert found.e164 == "" and found.code
        return
    assert found.e164.startswith("+") and found.e164[1:].isdecimal() and 8 <= len(found.e164) <= 16
    assert bool(found.code) == (found.standing is Standing.DOUBTFUL) or found.code == "number_read_with_plus"
    again = read_number(found.e164, "US")
    assert (again.standing, again.e164) == (found.standing, found.e164)


def test_shown_as_its_country_groups_it() -> None:
    assert as_shown("+447400123456") == "+44 7400 123456"
    assert as_shown("not a number") == "not a number"
    assert (region_of(WANTED), region_of("+447400123456"), region_of("x")) == ("DE", "GB", None)
