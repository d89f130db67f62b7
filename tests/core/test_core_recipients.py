"""Recipient lists against a plain model: patches, what they share, hostile text."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.blackouts import Period
from smsdesk.core.columns import Column, column_of, well_formed
from smsdesk.core.recipients import (
    Added,
    Blackened,
    Edited,
    Patch,
    Recipient,
    Recipients,
    Removed,
    Written,
    in_columns,
    patched,
)

START = datetime(2031, 3, 1, 20, tzinfo=UTC)
NIGHT, NOON = (Period(START + timedelta(hours=h), START + timedelta(hours=h + 8)) for h in (0, 16))
HOSTILE = [
    "",
    "\ud800",
    "a\udfffb\ud800",
    "\ud83d\ude00",
    "\0",
    "x" * 10_000,
    "\u202egnp.exe",
    "Z̵͎͑a̶l̴g̵o",
    "=1+1",
    "'; DROP TABLE sms; --",
    "\r\n",
    "\ufeff",
    "\U0010ffff",
]
texts = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=()), max_size=4)
names = st.sampled_from(["name", "city", "\ud800", "", "dst", "field:x"])
own = st.sampled_from([(), (NIGHT,), (NIGHT, NOON)])


@dataclass(frozen=True)
class Model:
    """A list as one would write it down: a row is number, reference, fields, periods."""

    names: tuple[str, ...]
    rows: tuple[Recipient, ...]


def read(rows: Recipients) -> Model:
    return Model(tuple(rows.fields), tuple(rows))


def clean(text: str) -> str:
    return "".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in text)


def cleaned(row: Recipient, all_names: tuple[str, ...]) -> Recipient:
    fields = {name: clean(row.fields.get(name, "")) for name in all_names}
    return Recipient(clean(row.dst), clean(row.reference or "") or None, fields, row.blackouts)


def modelled(model: Model, patch: Patch) -> Model:
    """What a patch means, in plain Python."""
    rows = list(model.rows)
    match patch:
        case Added(new):
            added = [replace(r, fields={clean(n): v for n, v in r.fields.items()}) for r in new]
            every = tuple(dict.fromkeys([*model.names, *map(clean, new.fields)]))
            return Model(every, tuple(cleaned(row, every) for row in [*rows, *added]))
        case Removed(indices):
            rows = [row for at, row in enumerate(rows) if at not in indices]
        case Blackened(periods):
            rows = [replace(row, blackouts=periods.get(at, row.blackouts)) for at, row in enumerate(rows)]
        case Edited(index, column, value):
            return modelled_cells(model, column, {index: value})
        case Written(column, values):
            return modelled_cells(model, column, values)
    return Model(model.names, tuple(rows))


def modelled_cells(model: Model, column: str, values: Mapping[int, str]) -> Model:
    name = clean(column.removeprefix("field:"))
    plain = column in ("dst", "reference")
    every = model.names if plain else tuple(dict.fromkeys([*model.names, name]))
    rows = [cleaned(row, every) for row in model.rows]
    for at, value in values.items():
        cell = clean(value)
        changed = {column: cell or None} if column == "reference" else {column: cell}
        rows[at] = replace(rows[at], **(changed if plain else {"fields": {**rows[at].fields, name: cell}}))
    return Model(every, tuple(rows))


@st.composite
def lists(draw: Any, most: int = 5) -> Recipients:
    height = draw(st.integers(0, most))
    column = st.lists(texts, min_size=height, max_size=height)
    fields = draw(st.dictionaries(names, column, max_size=3))
    periods = draw(st.dictionaries(st.integers(0, height - 1), own.filter(bool))) if height else {}
    return Recipients(draw(column), draw(column), fields, periods)


@st.composite
def patches(draw: Any, height: int) -> Patch:
    kinds = ["added", "removed", "edited", "written", "blackened"] if height else ["added"]
    kind = draw(st.sampled_from(kinds))
    at = st.integers(0, max(height - 1, 0))
    column = draw(st.sampled_from(["dst", "reference"]) | names.map("field:{}".format))
    match kind:
        case "added":
            return Added(draw(lists()))
        case "removed":
            return Removed(tuple(sorted(draw(st.sets(at)))))
        case "edited":
            return Edited(draw(at), column, draw(texts))
        case "written":
            return Written(column, draw(st.dictionaries(at, texts)))
        case _:
            return Blackened(draw(st.dictionaries(at, own)))


@given(lists(), st.data())
def test_patches_do_what_the_plain_model_does_and_leave_the_earlier_lists_alone(
    rows: Recipients, data: st.DataObject
) -> None:
    rows = in_columns(rows)
    model, history = read(rows), []
    for _ in range(data.draw(st.integers(1, 6))):
        history.append((rows, model))
        patch = data.draw(patches(len(rows)))
        rows, model = patched(rows, patch), modelled(model, patch)
        assert read(rows) == model
    for earlier, then in history:
        assert read(earlier) == then


ROWS = 5_000


def long_list() -> Recipients:
    numbers = [f"+49176{row:08}" for row in range(ROWS)]
    return in_columns(
        Recipients(
            numbers, numbers, {"name": [f"Ada {row}" for row in range(ROWS)]}, {0: (NIGHT,), 4_000: (NOON,)}
        )
    )


@pytest.mark.parametrize("step", [1, 2, 7, 13, 1000])
def test_many_rows_apart_as_few_of_them(step: int) -> None:
    rows, chosen = long_list(), range(3, ROWS, step)
    rest = patched(rows, Removed(tuple(chosen)))
    kept = [row for row in range(ROWS) if row not in chosen]
    assert list(rest.dst) == [rows.dst[row] for row in kept]
    assert rest.blackouts == {kept.index(row): rows.blackouts[row] for row in (0, 4_000) if row in kept}
    other = patched(rows, Written("field:name", {row: str(row) for row in reversed(chosen)}))
    assert list(other.fields["name"]) == [str(r) if r in chosen else f"Ada {r}" for r in range(ROWS)]
    assert list(rows.fields["name"]) == [f"Ada {row}" for row in range(ROWS)]


def test_a_thousand_small_changes_keep_the_columns_in_few_pieces() -> None:
    rows, model = long_list(), [f"Ada {row}" for row in range(ROWS)]
    for change in range(1000):
        at = change * 37 % ROWS
        rows = patched(rows, Edited(at, "field:name", str(change)))
        model[at] = str(change)
    assert list(rows.fields["name"]) == model
    assert rows.fields["name"].series.n_chunks() < 400


def test_what_a_change_does_not_touch_is_shared() -> None:
    rows = long_list()
    edited = patched(rows, Edited(7, "dst", "+49"))
    assert edited.reference is rows.reference
    assert edited.fields is rows.fields
    assert in_columns(edited) is edited


@pytest.mark.parametrize(
    "patch",
    [
        Edited(ROWS, "dst", "x"),
        Edited(-1, "dst", "x"),
        Written("field:name", {0: "x", ROWS: "y"}),
        Written("field:new", {-1: "x"}),
        Removed((0, ROWS)),
        Removed((-1, 0)),
        Blackened({ROWS: (NIGHT,)}),
        Blackened({-1: ()}),
    ],
)
def test_a_row_that_is_not_there(patch: Patch) -> None:
    with pytest.raises(IndexError):
        patched(long_list(), patch)


@given(texts)
def test_half_a_surrogate_pair_becomes_the_sign_for_it_and_nothing_else_changes(text: str) -> None:
    assert well_formed(text) == clean(text) == column_of([text])[0]
    assert len(clean(text)) == len(text)
    clean(text).encode()


@given(st.lists(texts))
def test_a_column_reads_as_the_list_it_was_made_of(values: list[str]) -> None:
    column, plain = column_of(values), [clean(value) for value in values]
    assert column == plain
    assert column == column_of(plain)
    assert plain == column
    assert list(column) == plain
    assert list(column[1:]) == plain[1:]
    assert column_of(column) is column
    assert (column == column_of([*plain, "more"])) is False


def test_a_list_and_its_columns_have_no_hash_but_are_equal_by_value() -> None:
    assert long_list() == long_list()
    assert long_list() != patched(long_list(), Edited(4_999, "reference", "other"))
    with pytest.raises(TypeError):
        hash(long_list())
    with pytest.raises(TypeError):
        hash(Column(column_of(["a"]).series))
