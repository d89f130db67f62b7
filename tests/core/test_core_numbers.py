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
        "+0049 176 04069012",
        "0049 (0) 176-040 690 12",
        "+49 0176 04069012",
        "0176.0406.9012",
        "0176·04069012",
        "0176⁄04069012",
        "0176\u2014040\u2015690\u201212",
        "0176ー04069012",
        "0176\u202f040\u2009690\u300012",
        "0176\u3164040\u2800690\u115f12",
        "\u2066+49 176\u2069 04069012",
        "\u200f+49\u200e17604069012\u061c",
        "\u2067017604069012\u2069",
        "0176\u00ad0406\u20609012",
        "callto:+4917604069012",
        "Mobil: 0176 04069012",
        "Handy: 0176 04069012",
        "`017604069012",
        "\u201e017604069012\u201c",
        "017604069012;",
        "017604069012, ",
        '="017604069012"',
        "=+4917604069012",
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
    ("text", "region", "code"),
    [
        ("17604069012", "DE", "number_zero_lost"),
        ("17604069012.0", "DE", "number_zero_lost"),
        ("17604069012,00", "DE", "number_zero_lost"),
        ("176/0406 9012", "DE", "number_zero_lost"),
        ("7400 123456", "GB", "number_zero_lost"),
        ("6641234567", "AT", "number_zero_lost"),
        ("436641234567", "AT", "number_read_with_plus"),
        ("017604069012", "DE", None),
        ("+4917604069012", "DE", None),
        ("004917604069012", "DE", None),
        ("(0)17604069012", "DE", None),
        # Where no zero is written none is lost.
        ("612 34 56 78", "ES", None),
        ("347 123 4567", "IT", None),
        ("201 555 0123", "US", None),
        ("1 201 555 0123", "US", None),
        ("11 96123 4567", "BR", None),
        ("8 912 345-67-89", "RU", None),
        ("912 345-67-89", "RU", None),
        # Abroad from Cuba is 119.
        ("119 49 17604069012", "CU", None),
    ],
)
def test_a_zero_that_was_lost_is_told_where_one_is_written(text: str, region: str, code: str | None) -> None:
    found = read_number(text, region)
    assert (found.standing, found.code) == (Standing.VALID, code)


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
        ("0900 1234567", "+499001234567", "number_premium"),
        ("0180 5123456", "+491805123456", "number_shared_cost"),
        ("0700 12345678", "+4970012345678", "number_personal"),
        ("+44 56 1234 5678", "+445612345678", "number_voip"),
        ("+44 76 4012 3456", "+447640123456", "number_pager"),
        ("+44 55 1234 5678", "+445512345678", "number_not_mobile"),
        ("+49 176 0406", "+491760406", "number_wrong_length"),
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
        ("2026-03-01", "number_date"),
        ("24.11.2026", "number_date"),
        ("0176O4069012", "number_lookalike"),
        ("O176 04069012", "number_lookalike"),
        ("0176 0406 90l2", "number_lookalike"),
        ("+49 I76 O4069O12", "number_lookalike"),
        ("0176\u041e4069012", "number_lookalike"),
        ("Oo", "number_letters"),
        ("l0", "number_letters"),
        ("unknown", "number_letters"),
        ("#####", "number_empty"),
        ("0176 04069012¹", "number_letters"),
        ("0176+04069012", "number_letters"),
        ("017604069012 (privat)", "number_letters"),
        ("0176_04069012", "number_letters"),
        ("017604069012, 015112345678", "number_several"),
        ("017604069012; 015112345678", "number_several"),
        ("0176 04069012 / 0151 12345678", "number_several"),
        ("0176/04069012/0151/12345678", "number_several"),
        ("0176 04069012 oder 0151 12345678", "number_several"),
        ("0176 04069012\n0151 12345678", "number_several"),
        ("0176 04069012 0151 12345678", "number_several"),
        ("0176 04069012 (privat), 0151 12345678", "number_several"),
        ("0431 5550104 / 0176 04069012", "number_several"),
        ("+4917604069012 / +4917604069013", "number_several"),
        ("+4917604069012+4917604069013", "number_several"),
        ("017604069012 | 017604069013 | 017604069014", "number_several"),
        ("0431 5550104 ext 5", "number_extension"),
        ("0431 5550104 ext. 5", "number_extension"),
        ("0431 5550104 Durchwahl 12", "number_extension"),
        ("0431 5550104x5", "number_extension"),
        ("0431 5550104#5", "number_extension"),
        ("4,91761E+12", "number_scientific"),
        ("4.91761e12", "number_scientific"),
        ("4E+12", "number_scientific"),
        ("'4,91761E+12", "number_scientific"),
        ("=4.91761E+12", "number_scientific"),
        ("4,917612345678E+12", "number_scientific"),
        ("0431 5550104 Nebenstelle 7", "number_extension"),
        ("0431 5550104;ext=5", "number_extension"),
        ("12", "number_too_short"),
        ("+49", "number_too_short"),
        ("+1 23", "number_too_short"),
        ("+999 1234567890", "number_no_country"),
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
    notes = (None, "number_read_with_plus", "number_zero_lost")
    assert (found.code in notes) == (found.standing is Standing.VALID)
    again = read_number(found.e164, "US")
    assert (again.standing, again.e164) == (found.standing, found.e164)


def test_shown_as_its_country_groups_it() -> None:
    assert as_shown("+447400123456") == "+44 7400 123456"
    assert as_shown("not a number") == "not a number"
    assert (region_of(WANTED), region_of("+447400123456"), region_of("x")) == ("DE", "GB", None)
