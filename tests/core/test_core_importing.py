"""Import: every row is a recipient or a problem, and the totals add up."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsdesk.core.blackouts import parse_period
from smsdesk.core.exporting import usable_csv
from smsdesk.core.importing import NOTHING, Imported, Known, Setting, Taken, display_name, import_sheet
from smsdesk.core.mapping import guess_mapping
from smsdesk.core.problem import Level
from smsdesk.core.sheet import Reading, Sheet, read_sheet
from smsdesk.core.shipped import shipped

NOW = datetime(2031, 1, 1, tzinfo=UTC)
SETTING = Setting("DE", NOW, "Europe/Berlin")
KNOWN = Known(["+4917604069013"], (Taken("duplicate_elsewhere", ["+4917604069014"]),))
SPANS = "2031-03-01T20:00Z/2031-03-02T08:00Z"


def sheet_of(header: tuple[str, ...], *rows: tuple[str, ...]) -> Sheet:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")
    return Sheet("list.csv", frame, pl.Series(range(2, len(rows) + 2), dtype=pl.UInt32), "utf-8", ";")


def imported(text: str, known: Known = NOTHING) -> Imported:
    sheet = read_sheet("list.csv", text.encode())
    return import_sheet(sheet, guess_mapping(sheet, "DE"), SETTING, known)


def told(found: Imported) -> list[tuple[int | None, str, str]]:
    return [(problem.where.row, problem.code, problem.level.value) for problem in found.problems]


numbers = st.one_of(
    st.sampled_from(
        [
            "0176 04069012",
            "+4917604069012",
            "4917604069012",
            "0049176/04069012",
            "017604069013",
            "0431 5550104",
        ]
    ),
    st.sampled_from(["", "-", "0176O4069012", "4,91761E+12", "+44 7700 900118", "017604069014"]),
    st.text(max_size=5),
)
people = st.lists(
    st.tuples(numbers, st.sampled_from(["", " ", "Ada", "Jörg"]), st.sampled_from(["", SPANS, "noon"]))
)


@settings(max_examples=50)
@given(people, st.booleans())
def test_the_totals_add_up_and_nothing_is_dropped_in_silence(
    rows: list[tuple[str, str, str]], mapped: bool
) -> None:
    sheet = sheet_of(("Mobile", "Name", "Blackout periods"), *rows)
    mapping = {"dst": "Mobile", "field:Name": "Name"} | ({"blackouts": "Blackout periods"} if mapped else {})
    found = import_sheet(sheet, mapping, SETTING, KNOWN)
    counts = found.counts
    assert counts.rows == len(sheet)
    assert (len(found.recipients), len(found.doubtful)) == (counts.valid, counts.doubtful)
    unsaid = counts.rows - len({problem.where.row for problem in found.problems})
    assert unsaid <= counts.valid + counts.blank
    heavy = [problem.where.row for problem in found.problems if problem.code != "number_read_with_plus"]
    assert len(heavy) == len(set(heavy)) == counts.rows - counts.valid - counts.blank
    assert len({*found.recipients.dst, *found.doubtful.dst}) == counts.valid + counts.doubtful
    for problem in found.problems:
        row = problem.where.row
        assert row is not None and problem.where.line == sheet.lines[row - 1]
        cell = sheet.frame[str(problem.where.column)][row - 1]
        assert str(problem.where.value).strip() == cell.strip()


@pytest.mark.parametrize("again", ["+49 176 04069012", "0049176/04069012", "4917604069012", "'017604069012"])
def test_duplicates_in_any_spelling_name_the_first_row(again: str) -> None:
    found = imported(f"Name;Mobile\nA;017604069013\nB;017604069012\nC;{again}\nD;{again}\n")
    assert [(p.where.row, p.code, p.values) for p in found.problems] == [
        (3, "duplicate", {"first": 3, "first_value": "017604069012"}),
        (4, "duplicate", {"first": 3, "first_value": "017604069012"}),
    ]
    assert (found.counts.valid, found.counts.duplicates) == (2, 2)
    assert list(found.recipients.fields["Name"]) == ["A", "B"]


def test_a_doubtful_number_has_duplicates_too() -> None:
    found = imported("Name;Mobile\nA;017604069013\nB;0431 5550104\nC;+494315550104\n")
    assert told(found) == [(2, "number_landline", "warning"), (3, "duplicate", "warning")]
    assert list(found.doubtful.dst) == ["+494315550104"]


def test_numbers_of_the_campaign_so_far_are_duplicates() -> None:
    found = imported(
        "Name;Mobile\nA;017604069013\nB;017604069012\n",
        Known((), (Taken("duplicate_elsewhere", ["+4917604069012"]),)),
    )
    assert told(found) == [(2, "duplicate_elsewhere", "warning")]


def test_who_must_not_be_contacted_is_left_out_and_told() -> None:
    found = imported("Name;Mobile\nA;017604069013\nB;0176/04069012\n", Known(["+4917604069012"]))
    assert (found.counts.do_not_contact, told(found)) == (1, [(2, "do_not_contact", "note")])
    assert list(found.recipients.dst) == ["+4917604069013"]


def test_periods_of_their_own() -> None:
    text = (
        "Mobile;Name;Sperrzeit\n017604069012;A;2031-03-01T20:00Z/2031-03-02T08:00Z\n"
        "017604069013;B;\n017604069014;C;noon\n"
        "017604069015;D;2031-03-01T20:00Z/2031-03-02T08:00Z | 2031-03-05T20:00Z/2031-03-06T08:00Z\n"
    )
    found = imported(text)
    second = parse_period("2031-03-05T20:00Z/2031-03-06T08:00Z")
    assert found.recipients.blackouts == {0: (parse_period(SPANS),), 2: (parse_period(SPANS), second)}
    assert told(found) == [(3, "blackout_unreadable", "error")]
    assert (found.problems[0].where.column, found.problems[0].where.value) == ("Sperrzeit", "noon")
    assert set(found.recipients.fields) == {"Name"}


def test_without_a_number_column_no_row_is_usable() -> None:
    found = imported("Name;City\nA;Kiel\nB;Ulm\n")
    assert "dst" not in found.mapping
    assert told(found) == [(1, "number_empty", "error"), (2, "number_empty", "error")]


@pytest.mark.parametrize(
    ("number", "reference"),
    [
        ("Mobile phone", "Customer number"),
        ("Cell", "Reference"),
        ("Handynummer", "Kundennummer"),
        ("Telefon (mobil)", "Kunden-Nr."),
        ("Téléphone portable", "Référence"),
        ("Teléfono móvil", "Referencia"),
        ("Celular", "ID"),
        ("Telefono", "Riferimento"),
        ("dst", "customerRef"),
        ("MSISDN", "ref"),
    ],
)
def test_columns_are_found_by_their_names(number: str, reference: str) -> None:
    for rows in ([], [("1", "Ada", "0431 5550104", "Kiel")]):
        found = guess_mapping(sheet_of((reference, "First name", number, "City"), *rows), "DE")
        assert found == {
            "dst": number,
            "reference": reference,
            **({} if reference == "customerRef" else {f"field:{reference}": reference}),
            "field:First name": "First name",
            "field:City": "City",
        }


def test_columns_are_found_by_what_is_in_them() -> None:
    rows = [
        ("017604069012", "Ada", "12"),
        ("", "Tom", "13"),
        ("0431 5550104", "Jo", "1"),
        ("017604069013", "", ""),
    ]
    assert guess_mapping(sheet_of(("Contact", "A", "B"), *rows), "DE")["dst"] == "Contact"
    assert "dst" not in guess_mapping(sheet_of(("A", "B", "C"), ("Ada", "12", "Kiel")), "DE")


def test_of_two_number_columns_the_one_with_mobile_numbers_is_taken() -> None:
    sheet = sheet_of(("Telefon", "Handy"), ("0431 5550104", "017604069012"), ("0431 5550105", ""))
    assert guess_mapping(sheet, "DE")["dst"] == "Handy"


def test_the_usable_list_can_be_read_again() -> None:
    found = imported(
        "customerRef,Name,Mobile,Note,Blackout periods\n"
        "R1,Zoë,0176 04069012,=1+1,2031-03-01T20:00Z/2031-03-02T08:00Z\n"
        'R2,"Brandt, Jana",0176 04069013,-5,\n,@home,0431 5550104,"say ""hi""",\n'
    )
    text = usable_csv(found, use_doubtful=True).decode()
    header = text.splitlines()[0]
    assert header == "dst,customerRef,Name,Note,blackoutPeriods"
    again = imported(text)
    assert (again.counts, again.recipients.dst) == (found.counts, found.recipients.dst)
    assert again.recipients.reference == ["R1", "R2"]
    assert again.recipients.blackouts == found.recipients.blackouts
    assert again.recipients.fields["Name"] == ["Zoë", "Brandt, Jana"]
    assert again.doubtful.dst == ["+494315550104"]
    assert usable_csv(again, use_doubtful=True).decode().splitlines()[0] == header
    assert b"+494315550104" not in usable_csv(found, use_doubtful=False)


@given(st.lists(st.text("=+-@\t aé\",;'", max_size=8), min_size=1, max_size=5))
def test_no_cell_of_the_usable_list_is_a_formula(names: list[str]) -> None:
    rows = [(f"+4917604069{n:03}", name) for n, name in enumerate(names)]
    found = import_sheet(
        sheet_of(("Mobile", "=Name"), *rows), {"dst": "Mobile", "field:=Name": "=Name"}, SETTING
    )
    again = read_sheet("out.csv", usable_csv(found, use_doubtful=False), Reading(delimiter=","))
    assert again.frame["dst"].to_list() == [dst for dst, _ in rows]
    assert again.header[2] == "'=Name"
    for cell, name in zip(again.frame["'=Name"], names, strict=True):
        assert not cell.startswith(("=", "+", "-", "@", "\t"))
        assert cell in (name.strip(), "'" + name.strip())


def test_the_shipped_list() -> None:
    sheet = read_sheet("customers.csv", shipped("samples", "customers.csv").read_bytes())
    found = import_sheet(sheet, guess_mapping(sheet, "DE"), SETTING)
    counts = found.counts
    assert (sheet.encoding, sheet.delimiter, len(sheet)) == ("cp1252", ";", 41)
    assert (counts.valid, counts.doubtful, counts.invalid, counts.duplicates, counts.blank) == (
        34,
        2,
        3,
        1,
        1,
    )
    assert told(found) == [
        (7, "number_lookalike", "error"),
        (13, "number_landline", "warning"),
        (16, "number_empty", "error"),
        (20, "number_wrong_length", "warning"),
        (24, "number_scientific", "error"),
        (28, "duplicate", "warning"),
    ]
    assert (found.mapping["dst"], found.mapping["reference"]) == ("Mobil", "Kundennr")
    assert found.problems[5].values["first"] == 2
    assert {problem.level for problem in found.problems} == {Level.ERROR, Level.WARNING}


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"Vorname": " Jana ", "Nachname": "Brandt"}, "Jana Brandt"),
        ({"First name": "", "Surname": "Brandt", "Name": "x"}, "Brandt"),
        ({"Kunde": "Praxis Nord"}, "Praxis Nord"),
        ({"Prénom": "Zoë", "Nom": "Blanc"}, "Zoë Blanc"),
        ({"City": "Kiel"}, ""),
    ],
)
def test_the_name_of_a_person(fields: dict[str, str], name: str) -> None:
    assert display_name(fields) == name
