"""Each mapped cell is checked: periods, zones, countries, texts, references; and each row is told of once."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsdesk.core.blackouts import Period
from smsdesk.core.import_telling import Became
from smsdesk.core.importing import Imported, Known, Setting, Taken, import_sheet, mended
from smsdesk.core.mapping import guess_mapping
from smsdesk.core.numbers import read_number
from smsdesk.core.problem import Level
from smsdesk.core.progress import Cancelled
from smsdesk.core.sheet import Sheet, read_sheet
from smsdesk.words import hours_words, open_words, problem_words, use_language, visible_words

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
SETTING = Setting("DE", NOW, "Europe/Berlin")
A, B, C = "017604069012", "017604069013", "017604069014"


def sheet_of(header: tuple[str, ...], *rows: tuple[str, ...]) -> Sheet:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")
    return Sheet("list.csv", frame, pl.Series(range(2, len(rows) + 2), dtype=pl.UInt32), "utf-8", ";")


def imported(text: str, known: Known | None = None, setting: Setting = SETTING) -> Imported:
    sheet = read_sheet("list.csv", text.encode())
    return import_sheet(sheet, guess_mapping(sheet, "DE"), setting, known or Known())


def told(found: Imported) -> list[tuple[int | None, str, str]]:
    return [(problem.where.row, problem.code, problem.level.value) for problem in found.problems]


def one(header: str, *cells: str) -> Imported:
    return imported(f"Handy;{header}\n+49{A[1:]};{';'.join(cells)}\n")


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Sperrzeit", ("2026-11-26T20:00+01:00/2026-11-27T08:00+01:00",)),
        ("Sperrzeit", ("26.11.2026 20:00 - 27.11.2026 08:00",)),
        ("Sperrzeit von;Sperrzeit bis", ("26.11.2026 20:00", "27.11.2026 08:00")),
        ("Sperrzeit von;Sperrzeit bis", ("2026-11-26 20:00:00", "2026-11-27 08:00:00")),
        ("Sperrzeit von;Sperrzeit bis;Land", ("11/26/2026 8:00 PM", "11/27/2026 8:00 AM", "USA")),
        (
            "Sperrzeit von;Sperrzeit bis;Zeitzone",
            ("26.11.2026 14:00", "27.11.2026 02:00", "America/New_York"),
        ),
        ("Sperrzeit;Zeitzone", ("26.11.2026 19:00 / 27.11.2026 07:00", "UTC")),
    ],
)
def test_a_period_is_read_by_the_zone_and_country_of_its_row(header: str, cells: tuple[str, ...]) -> None:
    found = one(header, *cells)
    assert told(found) == []
    rows = found.recipients
    assert rows.blackouts == {0: (Period(utc(26, 19), utc(27, 7)),)}


def test_hours_become_exact_periods_of_the_coming_days() -> None:
    found = one("Ruhezeit", "18:00-08:00")
    assert (told(found), found.by_hours) == ([], 1)
    periods = found.recipients.blackouts[0]
    assert periods[0] == Period(utc(25, 17), utc(26, 7))
    assert periods[-1] == Period(datetime(2026, 12, 1, 17, tzinfo=UTC), datetime(2026, 12, 2, 7, tzinfo=UTC))
    use_language("en")
    assert hours_words(found).startswith("Daily hours of 1 recipient are taken as exact blackout periods")
    assert hours_words(one("Name", "Ada")) == ""
    assert one("Ruhezeit von;Ruhezeit bis", "18:00", "08:00").recipients.blackouts[0] == periods
    assert one("Ruhezeit", "6 pm - 8 am").recipients.blackouts[0] == periods


def test_several_periods_and_columns_go_together() -> None:
    found = one(
        "Sperrzeit;Sperrzeit von;Sperrzeit bis",
        "26.11.2026, 20:00 - 27.11.2026, 08:00 | 24.12.2026",
        "28.11.2026",
        "29.11.2026",
    )
    assert [period.end for period in found.recipients.blackouts[0]] == [
        utc(27, 7),
        datetime(2026, 12, 24, 23, tzinfo=UTC),
        utc(29, 23),
    ]


def test_an_end_alone_holds_from_now_on() -> None:
    assert one("Nicht vor", "26.11.2026 08:00").recipients.blackouts == {0: (Period(NOW, utc(26, 7)),)}
    past = one("Nicht vor", "24.11.2026 08:00")
    assert (told(past), past.recipients.blackouts) == ([(1, "blackout_past", "note")], {})


@pytest.mark.parametrize(
    ("header", "cells", "code", "column"),
    [
        ("Sperrzeit", ("abends",), "blackout_unreadable", "Sperrzeit"),
        ("Sperrzeit", ("27.11.2026 20:00 - 26.11.2026 08:00",), "blackout_backwards", "Sperrzeit"),
        ("Sperrzeit", ("2026-13-01/2026-13-02",), "blackout_no_date", "Sperrzeit"),
        ("Sperrzeit", ("18:00-18:00",), "blackout_backwards", "Sperrzeit"),
        ("Sperrzeit", ("18:00-08:00, abends",), "blackout_unreadable", "Sperrzeit"),
        ("Sperrzeit von;Sperrzeit bis", ("26.11.2026", ""), "blackout_no_end", "Sperrzeit von"),
        ("Sperrzeit von;Sperrzeit bis", ("2026-13-01", "2026-12-01"), "blackout_no_date", "Sperrzeit von"),
        ("Sperrzeit von;Sperrzeit bis", ("2026-12-01", "2026-13-01"), "blackout_no_date", "Sperrzeit bis"),
        ("Sperrzeit von;Sperrzeit bis", ("2026-12-02", "2026-12-01"), "blackout_backwards", "Sperrzeit bis"),
        ("Sperrzeit von;Sperrzeit bis", ("18:00", "2026-12-01"), "blackout_unreadable", "Sperrzeit bis"),
        ("Sperrzeit von;Sperrzeit bis", ("", "18:00"), "blackout_unreadable", "Sperrzeit bis"),
        ("Sperrzeit bis", ("31.12.9999",), "blackout_no_date", "Sperrzeit bis"),
        ("Sperrzeit bis;Zeitzone", ("2026-12-01 08:00", "Berlin Zeit"), "zone_unknown", "Zeitzone"),
        ("Sperrzeit;Zeitzone", ("18-8 Uhr", "MEZ"), "zone_unknown", "Zeitzone"),
    ],
)  # fmt: skip
def test_a_period_that_cannot_be_used_stops_its_row(
    header: str, cells: tuple[str, ...], code: str, column: str
) -> None:
    sheet = sheet_of(("Handy", *header.split(";")), (A, *cells))
    roles = {"Sperrzeit": "blackouts", "Sperrzeit von": "blackout_start", "Sperrzeit bis": "blackout_end"}
    roles |= {"Zeitzone": "zone"}
    mapping = {"dst": "Handy"} | {roles[name]: name for name in header.split(";")}
    found = import_sheet(sheet, mapping, SETTING)
    assert told(found) == [(1, code, "error")]
    problem = found.problems[0]
    wanted = dict(zip(header.split(";"), cells, strict=True))[column]
    assert (problem.where.column, problem.where.value) == (column, wanted)
    assert (found.counts.invalid, len(found.recipients)) == (1, 0)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("28.03.2027 02:30 - 28.03.2027 08:00", "blackout_gap"),
        ("31.10.2027 02:30 - 31.10.2027 08:00", "blackout_twice"),
        ("2026-11-20/2026-11-21", "blackout_past"),
    ],
)
def test_what_is_only_told_of_a_period(cell: str, code: str) -> None:
    found = one("Sperrzeit", cell)
    level = "note" if code == "blackout_past" else "warning"
    assert (told(found), found.counts.valid) == ([(1, code, level)], 1)
    assert len(found.recipients.blackouts[0]) == 1


def test_a_zone_that_is_not_known_is_told_where_nothing_hangs_on_it() -> None:
    sheet = sheet_of(
        ("Handy", "Zeitzone", "Sperrzeit"), (A, "MEZ", ""), (B, "MEZ", "2027-01-01T00:00Z/2027-01-02T00:00Z")
    )
    found = import_sheet(sheet, {"dst": "Handy", "zone": "Zeitzone", "blackouts": "Sperrzeit"}, SETTING)
    assert told(found) == [(1, "zone_unknown", "warning"), (2, "zone_unknown", "warning")]
    assert (found.counts.valid, [*found.recipients.blackouts]) == (2, [1])


def test_numbers_are_read_by_the_country_of_their_row() -> None:
    rows = [
        ("06 12 34 56 78", "Frankreich"),
        ("0664 1234567", "at"),
        (A, ""),
        ("079 123 45 67", "+41"),
        ("0176 04069015", "Nirgendwo"),
        ("+49 176 04069016", "Nirgendwo"),
        ("n/a", "Nirgendwo"),
        ("2015550123", "USA"),
    ]
    sheet = sheet_of(("Handy", "Land"), *rows)
    found = import_sheet(sheet, {"dst": "Handy", "region": "Land"}, SETTING)
    assert [*found.recipients.dst] == [
        "+33612345678", "+436641234567", "+4917604069012", "+41791234567", "+4917604069016", "+12015550123"
    ]  # fmt: skip
    assert told(found) == [
        (5, "region_unknown", "error"),
        (6, "region_unknown", "warning"),
        (7, "number_letters", "error"),
    ]
    problem = found.problems[0]
    assert (problem.where.column, problem.where.value) == ("Land", "Nirgendwo")


SPELLED = [A, "06 12 34 56 78", "2015550123", "+43 664 1234567", "x"]
PLACES = ["DE", "FR", "US", "AT", "", "Mars"]


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from(SPELLED), st.sampled_from(PLACES)), max_size=12))
def test_by_country_each_row_is_read_as_alone(rows: list[tuple[str, str]]) -> None:
    found = import_sheet(sheet_of(("Handy", "Land"), *rows), {"dst": "Handy", "region": "Land"}, SETTING)
    usable = {read_number(cell, {"": "DE", "Mars": "ZZ"}.get(region, region)).e164 for cell, region in rows}
    assert {*found.recipients.dst, *found.doubtful.dst} == usable - {""}
    assert found.counts.rows == len(rows)


def test_totals_below_the_table_are_nobodys_row() -> None:
    found = imported(
        f"Name;Handy;Betrag\nAda;{A};1\nSumme;;0\nJo;{B};2\nEva;;3\nSumme;;6\n3 Datensätze;;\n;Gesamt: 3;\n"
    )
    assert told(found) == [
        (2, "number_empty", "error"),
        (4, "number_empty", "error"),
        (5, "totals_row", "note"),
        (6, "totals_row", "note"),
        (7, "totals_row", "note"),
    ]
    assert (found.counts.invalid, found.counts.valid) == (5, 2)
    assert (found.problems[2].where.column, found.problems[2].where.value) == ("Name", "Summe")
    assert ("totals_row", 3, "invalid") in found.problems.kinds()


def test_a_cell_that_only_looks_empty_is_told_by_name() -> None:
    found = imported(f"Name;Handy\nAda;\u200b\xa0\nJo;\nEva;  \nMia;{A}\n")
    assert [code for _, code, _ in told(found)] == ["number_invisible", "number_empty", "number_empty"]
    use_language("en")
    assert problem_words(found.problems[0])[0].endswith("[zero-width space][no-break space].")
    lines = found.problems.json_lines(open_words, visible_words).decode().splitlines()
    assert "[zero-width space][no-break space]" in lines[0]


def test_who_has_no_own_text_and_a_long_reference_is_told_and_taken() -> None:
    rows = [(A, "Hallo", "x" * 65), (B, " ", "R2"), ("n/a", "", "x" * 65)]
    sheet = sheet_of(("Handy", "Text", "Kundennr"), *rows)
    found = import_sheet(sheet, {"dst": "Handy", "text": "Text", "reference": "Kundennr"}, SETTING)
    assert told(found) == [
        (1, "reference_long", "warning"),
        (2, "text_empty", "warning"),
        (3, "number_letters", "error"),
    ]
    assert found.counts.valid == 2
    assert list(found.recipients.fields["Text"]) == ["Hallo", ""]


def test_numbers_that_are_taken_say_where() -> None:
    taken = (
        Taken("duplicate_elsewhere", ["+4917604069012"]),
        Taken("duplicate_text", ["+4917604069012", "+4917604069013"], {"text": "2"}),
        Taken("duplicate_recent", ["+4917604069014"], {"campaign": "{day} Mai", "day": "1 May"}),
    )
    found = imported(f"Handy\n{A}\n{B}\n{C}\n{C}\n", Known(["+4917604069013"], taken))
    assert [(problem.code, problem.values) for problem in found.problems] == [
        ("duplicate_elsewhere", {}),
        ("do_not_contact", {}),
        ("duplicate_recent", {"campaign": "{day} Mai", "day": "1 May"}),
        ("duplicate_recent", {"campaign": "{day} Mai", "day": "1 May"}),
    ]
    assert (found.counts.duplicates, found.counts.do_not_contact) == (3, 1)
    use_language("en")
    sentences = [problem_words(problem) for problem in found.problems]
    assert sentences == list(found.problems.told(open_words).select("problem", "hint").iter_rows())
    assert sentences[2][0] == "The number got campaign “{day} Mai” on 1 May."


def test_a_duplicate_is_a_pair_and_says_which_one_is_kept() -> None:
    found = imported(f"Handy;Sperrzeit\n{A};abends\n0176/04069012;\n+4917604069012;\n")
    assert [(p.code, p.values) for p in found.problems] == [
        ("blackout_unreadable", {}),
        ("duplicate", {"first": 3, "first_value": "0176/04069012"}),
    ]
    use_language("en")
    assert problem_words(found.problems[1])[0] == "Same number as in row 3, written there as 0176/04069012."
    assert [list(row) for row in found.problems.told(open_words).select("problem", "hint").iter_rows()][
        1
    ] == list(problem_words(found.problems[1]))


def test_reasons_are_counted_the_most_serious_first() -> None:
    found = imported(f"Handy\n{A}\n{A}\n030 1234567\nx\ny\n+\n4917604069013\n")
    assert found.problems.reasons() == (
        ("number_letters", 2),
        ("number_empty", 1),
        ("duplicate", 1),
        ("number_landline", 1),
        ("number_read_with_plus", 1),
    )
    assert [p.where.row for p in found.problems.of("number_letters")] == [4, 5]
    assert len(found.problems.of("nothing")) == 0
    assert [p.code for p in found.problems[1:3]] == [p.code for p in found.problems][1:3]
    assert [p.code for p in found.problems.among(["duplicate", "number_letters"])] == [
        *("duplicate", "number_letters", "number_letters")
    ]
    assert [p.code for p in found.problems.among(["duplicate", "number_letters"], Level.WARNING)] == [
        "duplicate"
    ]
    assert [p.where.value for p in found.problems.ordered("value", descending=True)][:2] == ["y", "x"]
    assert {code: kind for code, _, kind in found.problems.kinds()}["duplicate"] == "duplicates"
    assert [p.code for p in found.problems.of_kind("duplicates")] == ["duplicate"]


cells = {
    "Handy": [
        A, "0176 04069012", B, "+49 176 04069013", C, "030 1234567", "", " ", "-", "x", "\u200b", "4,9E+12",
        "Summe",
    ],
    "Sperrzeit": [
        "", "", "18-8 Uhr", "abends", "2026-13-01", "26.11.2026", "2026-11-20T00:00Z/2026-11-21T00:00Z",
    ],
    "von": ["", "", "27.11.2026 20:00", "18:00", "31.02.2027"],
    "bis": ["", "", "28.11.2026 08:00", "08:00", "28.03.2027 02:30"],
    "Zone": ["", "Europe/Berlin", "Mars"],
    "Land": ["", "DE", "US", "Mars"],
    "Text": ["", "Hallo"],
    "Nr": ["", "x" * 65],
}  # fmt: skip
MAPPING = {
    "dst": "Handy", "blackouts": "Sperrzeit", "blackout_start": "von", "blackout_end": "bis", "zone": "Zone",
    "region": "Land", "text": "Text", "reference": "Nr", "field:Text": "Text",
}  # fmt: skip
tables = st.lists(st.tuples(*(st.sampled_from(values) for values in cells.values())), max_size=12)
KNOWN = Known(["+4917604069013"], (Taken("duplicate_text", ["+4917604069014"], {"text": "1"}),))


@given(tables, st.sets(st.sampled_from([*MAPPING])))
def test_every_row_is_counted_once_and_told_why(rows: list[tuple[str, ...]], unmapped: set[str]) -> None:
    sheet = sheet_of((*cells,), *rows)
    mapping = {key: column for key, column in MAPPING.items() if key not in unmapped}
    found = import_sheet(sheet, mapping, SETTING, KNOWN)
    counts, problems = found.counts, found.problems
    assert counts.rows == len(rows)
    assert (len(found.recipients), len(found.doubtful)) == (counts.valid, counts.doubtful)
    became = dict(problems.frame.select("row", "became").iter_rows())
    kinds = [Became(kind).kind for kind in became.values()]
    for kind in ("doubtful", "invalid", "duplicates", "do_not_contact"):
        assert kinds.count(kind) == getattr(counts, kind)
    assert len(became) <= len(rows) - counts.blank
    assert sum(n for _, n in problems.reasons()) == len(problems) == sum(n for _, n, _ in problems.kinds())
    lines = [problem.where.row or 0 for problem in problems]
    assert lines == sorted(lines)
    for at, problem in enumerate(problems):
        where = problem.where
        assert where.row is not None
        assert where.line == where.row + 1
        if where.column is not None:
            assert sheet.frame[where.column][where.row - 1].strip() == str(where.value).strip()
        decides = at == 0 or lines[at - 1] != where.row
        if problem.level.value == "error":
            assert decides
    assert all(at < counts.valid for at in found.recipients.blackouts)


def test_a_mended_cell_is_read_again() -> None:
    sheet = sheet_of(("Handy", "Name"), (A, "Ada"), ("x", "Jo"))
    mapping = {"dst": "Handy", "field:Name": "Name"}
    again = mended(sheet, 2, "Handy", B)
    assert import_sheet(again, mapping, SETTING).counts.valid == 2
    assert sheet.frame["Handy"][1] == "x"
    assert (again.lines.to_list(), again.header) == (sheet.lines.to_list(), sheet.header)


def test_progress_is_told_and_may_stop_the_import() -> None:
    seen: list[tuple[int, int]] = []
    sheet = sheet_of(("Handy",), (A,), (B,))
    import_sheet(sheet, {"dst": "Handy"}, SETTING, progress=lambda done, rows: seen.append((done, rows)))
    assert seen[0] == (0, 2)
    assert seen[-1] == (2, 2)

    def stop(done: int, rows: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        import_sheet(sheet, {"dst": "Handy"}, SETTING, progress=stop)


def test_a_table_without_rows_becomes_nothing() -> None:
    found = import_sheet(sheet_of((*cells,)), MAPPING, SETTING, KNOWN)
    assert (found.counts.rows, len(found.problems), len(found.recipients)) == (0, 0, 0)
