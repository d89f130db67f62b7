"""Whatever a cell holds: a draft on disk gives it back as it was."""

from smsdesk.core.columns import Column
from smsdesk.core.recipients import Added, Edited, Recipients, patched
from smsdesk.store.packing import pack_patch, pack_recipients, unpack_patch, unpack_recipients
from tests.naughty import NAUGHTY


def a_list() -> Recipients:
    import polars as pl

    def column(cells: list[str]) -> Column:
        return Column(pl.Series(cells, dtype=pl.String))

    numbers = [f"+491760406{n:04}" for n in range(len(NAUGHTY))]
    fields = {name or "empty": column([*NAUGHTY]) for name in NAUGHTY if len(name) < 100}
    return Recipients(column(numbers), column([*NAUGHTY]), fields)


def same(found: Recipients, wanted: Recipients) -> None:
    assert [*found.fields] == [*wanted.fields]
    for name, cells in wanted.fields.items():
        assert list(found.fields[name]) == list(cells)
    assert (list(found.dst), list(found.reference)) == (list(wanted.dst), list(wanted.reference))


def test_a_list_and_its_patches_are_read_back_unharmed() -> None:
    rows = a_list()
    same(unpack_recipients(pack_recipients(rows)), rows)
    edited = rows
    for at, cell in enumerate(NAUGHTY):
        patch = Edited(at, "field:null", cell[::-1])
        edited = patched(edited, unpack_patch(pack_patch(patch)))
    assert list(edited.fields["null"]) == [cell[::-1] for cell in NAUGHTY]
    same(unpack_recipients(pack_recipients(edited)), edited)
    added = patched(rows, unpack_patch(pack_patch(Added(rows))))
    assert list(added.reference) == [*NAUGHTY, *NAUGHTY]
