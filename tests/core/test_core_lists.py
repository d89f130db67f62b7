"""Saved lists against a plain model: sets of people by number, the first row wins, columns are joined."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsdesk.core.blackouts import Period, format_period
from smsdesk.core.exporting import list_csv
from smsdesk.core.lists import Figures, difference, figures, followed, intersection, union, which
from smsdesk.core.outbox import EntryState
from smsdesk.core.recipients import Recipient, Recipients

NUMBERS = [f"+4917604069{last:03}" for last in range(6)]
NIGHT = Period(datetime(2031, 3, 1, 20, tzinfo=UTC), datetime(2031, 3, 2, 8, tzinfo=UTC))
NOON = Period(NIGHT.start + timedelta(days=1), NIGHT.end + timedelta(days=1))
SPELLINGS = {
    "plus": str,
    "zeros": lambda number: "00" + number[1:],
    "grouped": lambda number: f"{number[:3]} {number[3:6]}/{number[6:]}",
    "brackets": lambda number: f"{number[:3]} (0) {number[3:]}",
    "no plus": lambda number: number[1:] if number in NUMBERS else number,
    "blanks": lambda number: f" {number}\u00a0",
}


def people(*numbers: str, **fields: list[str]) -> Recipients:
    return Recipients(list(numbers), [f"R{at}" for at in range(len(numbers))], fields)


def lists(names: list[str]) -> st.SearchStrategy[Recipients]:
    """Lists over few numbers, so that they meet, with twins inside, in any spelling."""
    cells = st.sampled_from(["", "Ada", "Zoë", "=1+1"])

    def of(height: int) -> st.SearchStrategy[Recipients]:
        spelled = st.builds(
            lambda spell, number: SPELLINGS[spell](number) if len(number) > 3 else number,
            st.sampled_from([*SPELLINGS]),
            numbers,
        )

        def column(of: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
            return st.lists(of, min_size=height, max_size=height)

        periods = st.sampled_from([(NIGHT,), (NOON, NIGHT), ()])
        places = st.dictionaries(st.integers(0, height - 1), periods) if height else st.just({})
        fields = st.dictionaries(st.sampled_from(names), column(cells))
        return st.builds(Recipients, column(spelled), column(cells), fields, places)

    numbers = st.sampled_from([*NUMBERS, "+4943155501", "+10"])
    return st.integers(0, 7).flatmap(of)


def key(dst: str) -> str:
    digits = "".join(c for c in dst.replace("(0)", "") if c.isdigit()).lstrip("0")
    return f"+{digits}"


def model(rows: Recipients) -> dict[str, Recipient]:
    """Each person by number; the first row is theirs."""
    out: dict[str, Recipient] = {}
    for row in rows:
        out.setdefault(key(row.dst), row)
    return out


def plain(rows: Recipients) -> list[tuple[str, str, dict[str, str], set[Period]]]:
    return [(r.dst, r.reference or "", dict(r.fields), set(r.blackouts)) for r in rows]


def joined(mine: Recipient | None, theirs: Recipient | None, names: list[str]) -> tuple:
    own = mine or theirs
    assert own is not None
    cells = {**dict.fromkeys(names, ""), **(theirs.fields if theirs else {}), **(mine.fields if mine else {})}
    periods = {*(mine.blackouts if mine else ()), *(theirs.blackouts if theirs else ())}
    return own.dst, own.reference or "", cells, periods


@settings(max_examples=30)
@given(lists(["Name", "City"]), lists(["Name", "Branch"]))
def test_lists_are_sets_of_people(a: Recipients, b: Recipients) -> None:
    first, second = model(a), model(b)
    names = list(dict.fromkeys([*a.fields, *b.fields]))
    both = [joined(first[n], second[n], names) for n in first if n in second]
    either = [joined(first[n], second.get(n), names) for n in first]
    either += [joined(None, second[n], names) for n in second if n not in first]
    assert plain(union(a, b)) == either
    assert plain(intersection(a, b)) == both
    assert plain(difference(a, b)) == [joined(first[n], None, [*a.fields]) for n in first if n not in second]
    assert list(union(a, b).fields) == names
    told = figures(a, b)
    assert (told.first, told.second, told.both) == (len(first), len(second), len(both))
    assert told.either == len(either)
    assert told.only_first == len(difference(a, b))
    assert told.only_second == len(difference(b, a))


@settings(max_examples=12)
@given(lists(["Name"]), lists(["Name", "City"]), lists(["City"]))
def test_what_holds_for_sets_holds_for_lists(a: Recipients, b: Recipients, c: Recipients) -> None:
    def numbers(rows: Recipients) -> set[str]:
        return set(model(rows))

    assert numbers(union(difference(a, b), intersection(a, b))) == numbers(a)
    assert numbers(difference(a, union(b, c))) == numbers(difference(difference(a, b), c))
    assert numbers(union(a, b)) == numbers(union(b, a))
    assert list(union(union(a, b), c).dst) == list(union(a, union(b, c)).dst)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_one_person_in_two_spellings_is_one_person(spelling: str) -> None:
    other = people(SPELLINGS[spelling](NUMBERS[0]), NUMBERS[1])
    mine = people(NUMBERS[0], NUMBERS[2])
    assert list(intersection(mine, other).dst) == [NUMBERS[0]]
    assert list(difference(mine, other).dst) == [NUMBERS[2]]
    assert list(union(mine, other).dst) == [NUMBERS[0], NUMBERS[2], NUMBERS[1]]


def test_a_number_without_a_country_code_needs_a_region() -> None:
    written, mine = people("0176 04069000"), people(NUMBERS[0])
    assert len(union(mine, written)) == 2
    assert list(union(mine, written, "DE").dst) == [NUMBERS[0]]


def test_what_is_no_number_is_compared_as_it_stands() -> None:
    mine, other = people("n/a", "12"), people(" n/a", "13")
    assert list(union(mine, other).dst) == ["n/a", "12", "13"]


def test_columns_that_a_text_takes_for_one_become_one() -> None:
    mine = people(NUMBERS[0], **{"First name": ["Ada"]})
    other = people(NUMBERS[1], **{"first  NAME": ["Mira"], "City": ["Kiel"]})
    both = union(mine, other)
    assert {name: list(column) for name, column in both.fields.items()} == {
        "First name": ["Ada", "Mira"],
        "City": ["", "Kiel"],
    }


def test_columns_of_one_list_stay_apart() -> None:
    mine = people(NUMBERS[0], Name=["Ada"], name=["ada"])
    other = people(NUMBERS[1], NAME=["MIRA"], Name=["Mira"])
    both = union(mine, other)
    assert {name: list(column) for name, column in both.fields.items()} == {
        "Name": ["Ada", "Mira"],
        "name": ["ada", "MIRA"],
    }


def test_followed_takes_fields_by_reference_where_a_number_occurs_twice() -> None:
    twice = [NUMBERS[0], NUMBERS[0], NUMBERS[1]]
    sent = Recipients(twice, ["A", "B", "C"], {"Name": ["Ada", "Bert", "Cleo"]}, {1: (NIGHT,)})
    found = Recipients([NUMBERS[0], NUMBERS[1]], ["B", "other"], {"Name": ["x", "y"]})
    assert plain(followed(found, sent)) == [
        (NUMBERS[0], "B", {"Name": "Bert"}, {NIGHT}),
        (NUMBERS[1], "other", {"Name": "Cleo"}, set()),
    ]


def test_followed_keeps_the_name_of_somebody_who_is_not_in_the_campaign() -> None:
    sent = people(NUMBERS[0], Vorname=["Ada"])
    found = people(SPELLINGS["zeros"](NUMBERS[0]), NUMBERS[1], Name=["Ada L.", "Mira"])
    assert [dict(row.fields) for row in followed(found, sent)] == [
        {"Name": "", "Vorname": "Ada"},
        {"Name": "Mira", "Vorname": ""},
    ]
    known = Recipients(found.dst[:1], found.reference[:1], {"Name": found.fields["Name"][:1]})
    assert list(followed(known, sent).fields) == ["Vorname"]


@given(lists(["Name", "DST", "customerRef", "=cmd"]))
def test_a_list_is_written_as_a_table_that_no_spreadsheet_runs(rows: Recipients) -> None:
    table = list(csv.DictReader(io.StringIO(list_csv(rows).decode(), newline="")))
    assert [row["dst"] for row in table] == list(rows.dst)
    assert [row["customerRef"].removeprefix("'") for row in table] == list(rows.reference)
    assert all(not row[name].startswith("=") for row in table for name in row if name != "dst")
    if rows.blackouts:
        periods = [[format_period(p) for p in rows.blackouts.get(at, ())] for at in range(len(rows))]
        assert [row["blackoutPeriods"].split(", ") if row["blackoutPeriods"] else [] for row in table] == (
            periods
        )


def test_long_lists_are_combined_in_their_columns() -> None:
    """No cell is looked at one by one: the columns stay tables."""
    import polars as pl

    from smsdesk.core.columns import Column

    def many(start: int, count: int) -> Recipients:
        dst = pl.select("+491" + (pl.int_range(start, start + count) + 7_000_000_000).cast(pl.String))
        column = Column(dst.to_series())
        return Recipients(column, column, {"Name": column})

    count = 50_000
    both = union(many(0, count), many(count // 2, count))
    assert len(both) == count * 3 // 2
    assert isinstance(both.dst, Column)
    assert both.dst[count] == f"+491{7_000_000_000 + count}"


def test_half_a_surrogate_pair_stops_nothing() -> None:
    """A request in JSON may hold one; a table may not."""
    mine = people(NUMBERS[0], **{"Na\ud800me": ["A\udfff"]})
    both = union(mine, people(NUMBERS[1]))
    assert dict(both.row(0).fields) == {"Na\ufffdme": "A\ufffd"}
    assert b"A\xef\xbf\xbd" in list_csv(mine)


def test_of_two_lists_how_many_are_where() -> None:
    found = Figures(10, 7, 3)
    assert (found.either, found.only_first, found.only_second) == (14, 7, 4)
    assert figures(people(*NUMBERS[:3]), people(*NUMBERS[2:3])) == Figures(3, 1, 1)


@pytest.mark.parametrize(
    ("process", "status", "state", "tried", "kind"),
    [
        (None, None, EntryState.REFUSED, True, "not_sent"),
        (None, None, EntryState.CANCELLED, False, "not_sent"),
        (None, None, EntryState.CANCELLED, True, "unknown"),
        (None, None, EntryState.ACCEPTED, True, "open"),
        (None, None, EntryState.UNCERTAIN, True, "open"),
        (None, None, EntryState.QUEUED, False, "open"),
        ("OPEN", None, EntryState.ACCEPTED, True, "open"),
        ("DONE", "SUC_FIN", EntryState.ACCEPTED, True, "delivered"),
        ("DONE", "INVALID_DST", EntryState.ACCEPTED, True, "failed"),
        ("CANCELED", None, EntryState.ACCEPTED, True, "not_sent"),
        ("NOT_SENT", "DO_NOT_CONTACT", EntryState.ACCEPTED, True, "not_sent"),
        ("DONE", "SEND_ERR", EntryState.ACCEPTED, True, "unknown"),
        ("DONE", "SUC_FIN", EntryState.REFUSED, True, "delivered"),
        ("DONE", "SUC_FIN", EntryState.CANCELLED, True, "delivered"),
    ],
)
def test_of_which_kind_an_sms_is(
    process: str | None, status: str | None, state: EntryState, tried: bool, kind: str
) -> None:
    assert which(process, status, state, tried=tried) == kind
