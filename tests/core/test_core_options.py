"""Options: each with its range, and read from text."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest

from smsdesk.core.blackouts import Period
from smsdesk.core.options import API_NAMES, Options, check_options, is_sender, with_option

NINE = datetime(2031, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["A", "Praxis Nord", "Dr. M & S", "12345678901", "+491761234567", "123456789012345", "+123456789012345"],
)
def test_senders(text: str) -> None:
    assert is_sender(text)
    assert check_options(Options(src=text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Praxis Nord 2",
        "Müller",
        "1234567890123456",
        "+1234567890123456",
        "12345678901x",
        "A\n",
        "€uro",
    ],
)
def test_no_senders(text: str) -> None:
    assert not is_sender(text)
    (problem,) = check_options(Options(src=text))
    assert (problem.code, problem.where.field, problem.where.value) == ("option_sender", "src", text)


@pytest.mark.parametrize(
    ("name", "good", "bad", "code"),
    [
        ("encoding", ("STANDARD", "UTF-16", None), ("utf-16", "UTF16", ""), "option_choice"),
        (
            "invalid_characters",
            ("REFUSE", "REPLACE", "TO_UTF16", "TRANSLITERATE"),
            ("refuse", "X"),
            "option_choice",
        ),
        ("qos", ("EXPRESS", "NORMAL"), ("express", "FAST"), "option_choice"),
        ("billcode", ("", "x" * 70), ("x" * 71,), "option_too_long"),
        ("reference", ("", "x" * 50), ("x" * 51,), "option_too_long"),
        ("validity_min", (0, 5, 2880), (-1, 1, 4, 2881), "option_validity"),
        ("max_parts", (1, 20), (0, -1, 21), "option_max_parts"),
    ],
)
def test_ranges(name: str, good: tuple[object, ...], bad: tuple[object, ...], code: str) -> None:
    for value in good:
        assert check_options(Options(**{name: value})) == []
    for value in bad:
        (problem,) = check_options(Options(**{name: value}))
        assert (problem.code, problem.where.field, problem.where.value) == (code, name, str(value))


def test_the_limit_is_told() -> None:
    found = check_options(Options(billcode="x" * 99, reference="y" * 99))
    assert {problem.where.field: problem.values["limit"] for problem in found} == {
        "billcode": 70,
        "reference": 50,
    }


def test_nothing_set_is_nothing_wrong() -> None:
    assert check_options(Options()) == []
    assert all(getattr(Options(), field.name) in (None, ()) for field in fields(Options))


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("src", "Praxis", "src", "Praxis"),
        ("encoding", "utf-16", "encoding", "UTF-16"),
        ("billcode", "7", "billcode", "7"),
        ("statusRequested", "Yes", "status_requested", True),
        ("status_requested", "off", "status_requested", False),
        ("flash", "1", "flash", True),
        ("duplicateDetection", "false", "duplicate_detection", False),
        ("customerRef", "March", "reference", "March"),
        ("validityMin", "60", "validity_min", 60),
        ("max_parts", "2", "max_parts", 2),
        ("invalidCharacters", "to_utf16", "invalid_characters", "TO_UTF16"),
        ("qos", "express", "qos", "EXPRESS"),
        ("jobPeriod", "2031-03-01T10:00:00+01:00", "start_at", NINE),
    ],
)
def test_read_from_text(name: str, text: str, field: str, value: object) -> None:
    assert with_option(Options(), name, text) == Options(**{field: value})


def test_blackout_periods_add_up() -> None:
    one = with_option(Options(), "blackoutPeriods", "2031-03-01T09:00Z/2031-03-01T10:00Z")
    two = with_option(one, "blackouts", "2031-03-02T09:00Z/2031-03-02T10:00Z")
    first = Period(NINE, NINE + timedelta(hours=1))
    assert two.blackouts == (first, Period(first.start + timedelta(days=1), first.end + timedelta(days=1)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("flash", "maybe"),
        ("validityMin", "an hour"),
        ("maxParts", "2.5"),
        ("jobPeriod", "2031-03-01T10:00:00"),
        ("blackoutPeriods", "2031-03-01T10:00Z/2031-03-01T09:00Z"),
    ],
)
def test_a_text_that_is_no_such_value(name: str, text: str) -> None:
    with pytest.raises(ValueError):
        with_option(Options(), name, text)


@pytest.mark.parametrize("name", ["", "colour", "Src", "with_option"])
def test_unknown_names(name: str) -> None:
    with pytest.raises(KeyError):
        with_option(Options(), name, "x")


def test_each_option_has_its_name_in_the_api() -> None:
    assert sorted(API_NAMES.values()) == sorted(field.name for field in fields(Options))
