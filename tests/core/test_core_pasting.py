"""Blocks pasted into a list: what is copied can be pasted anywhere, and nothing is lost or made up."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.blackouts import Period
from smsdesk.core.block import read_block, write_block
from smsdesk.core.pasting import OWN, Pasted, block_of, pasted, read_periods
from smsdesk.core.recipients import Recipients, patched

NIGHT = Period(datetime(2026, 12, 1, 20, tzinfo=UTC), datetime(2026, 12, 2, 8, tzinfo=UTC))
COLUMNS = ("dst", "reference", "field:Name", OWN)
WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=6)
PEOPLE = st.lists(st.tuples(st.integers(0, 99), WORDS, WORDS, st.booleans()), min_size=1, max_size=6).map(
    lambda rows: Recipients(
        [f"+49176040690{at:02}" for at, *_ in rows],
        [row[1] for row in rows],
        {"Name": [row[2] for row in rows]},
        {at: (NIGHT,) for at, row in enumerate(rows) if row[3]},
    )
)


def people() -> Recipients:
    numbers = ["+4917604069000", "+4917604069001", "+4917604069002"]
    return Recipients(numbers, ["a", "b", "c"], {"Name": ["Ada", "Bo", "Cy"], "City": ["Kiel"] * 3})


def after(rows: Recipients, made: Pasted) -> Recipients:
    for patch in made.patches:
        rows = patched(rows, patch)
    return rows


@given(PEOPLE)
def test_a_list_that_is_copied_and_pasted_below_itself_is_there_twice(rows: Recipients) -> None:
    every = range(len(rows))
    text = write_block(block_of(rows, every, COLUMNS))
    made = pasted(rows, read_block(text + "\n"), COLUMNS, (), "DE")
    assert (made.refused, made.added) == ((), len(rows))
    twice = after(rows, made)
    assert list(twice) == [*rows, *rows]
    over = pasted(rows, read_block(text + "\n"), COLUMNS, every, "DE")
    assert list(after(rows, over)) == list(rows)


def test_rows_are_written_as_they_are_shown_and_the_rest_is_added() -> None:
    block = [["0176 04069009", "x"], ["nonsense", "y"], ["0176 04069008", "z"], ["zz", "w"], ["", ""]]
    made = pasted(people(), block, ("dst", "reference"), [2, 0], "DE")
    rows = after(people(), made)
    assert list(rows.dst) == ["+4917604069000", "+4917604069001", "+4917604069009", "+4917604069008"]
    assert list(rows.reference) == ["y", "b", "x", "z"]
    assert list(rows.fields["City"]) == ["Kiel", "Kiel", "Kiel", ""]
    assert [(r.row, r.column, r.value, r.code) for r in made.refused] == [
        (1, "dst", "nonsense", "number_letters"),
        (3, "dst", "zz", "number_letters"),
    ]
    assert (made.cells, made.added, made.left) == (3, 1, (("zz", "w"),))


def test_a_row_beyond_the_end_without_a_number_is_left() -> None:
    made = pasted(people(), [["Zoe"]], ("field:Name",), (), "DE")
    assert (made.patches, made.left) == ((), (("Zoe",),))
    assert [refused.code for refused in made.refused] == ["number_empty"]


def test_cells_beyond_the_last_column_and_short_rows() -> None:
    made = pasted(people(), [["X", "much", "more"], []], ("field:City",), [0, 1], "DE")
    assert list(after(people(), made).fields["City"]) == ["X", "Kiel", "Kiel"]
    assert made.refused == ()


def test_periods_are_read_as_intervals_and_others_are_refused() -> None:
    text = "2026-12-01T20:00:00+00:00/2026-12-02T08:00:00+00:00"
    assert read_periods(f"{text}; {text}") == (NIGHT, NIGHT)
    assert read_periods(" ") == ()
    assert read_periods("tonight") is None
    rows = after(people(), pasted(people(), [[text], ["tonight"]], (OWN,), [0, 1], "DE"))
    assert rows.blackouts == {0: (NIGHT,)}
    made = pasted(people(), [["tonight"]], (OWN,), [0], "DE")
    assert (made.patches, [r.code for r in made.refused]) == ((), ["own_periods"])
    emptied = after(rows, pasted(rows, [[""]], (OWN,), [0], "DE"))
    assert emptied.blackouts == {}


def test_a_copied_number_stays_whole_in_a_spreadsheet() -> None:
    rows = Recipients(["+4917604069000", "+12025550123", "+35312345678", "17"], [""] * 4)
    copied = [cells[0] for cells in block_of(rows, range(4), ("dst",))]
    assert copied == ["+49 17604069000", "+1 2025550123", "+353 12345678", "17"]
