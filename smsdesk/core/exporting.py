"""Tables for spreadsheets: what is text stays text, nothing in them runs."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from smsdesk.core.blackouts import format_period
from smsdesk.core.columns import Column
from smsdesk.core.formulas import defused, defused_cells
from smsdesk.core.importing import Imported
from smsdesk.core.recipients import Recipients

if TYPE_CHECKING:
    import polars as pl

_OWN_NAMES = ("dst", "customerref", "blackoutperiods")


def usable_csv(imported: Imported, use_doubtful: bool) -> bytes:  # noqa: FBT001 (the contract's own switch)
    """The usable list as CSV: ``dst``, ``customerRef``, then the other columns; formulas are defused."""
    import polars as pl

    lists = (imported.recipients, imported.doubtful) if use_doubtful else (imported.recipients,)
    # The reference has its column already; periods have one where somebody has some.
    names = [name for name in imported.recipients.fields if name.casefold() not in _OWN_NAMES]
    has_periods = any(rows.blackouts for rows in lists)
    table = pl.concat([_as_table(rows, names, has_periods=has_periods) for rows in lists])
    out = io.BytesIO()
    table.write_csv(out, line_terminator="\r\n")
    return out.getvalue()


def _as_table(rows: Recipients, names: list[str], *, has_periods: bool) -> "pl.DataFrame":
    import polars as pl

    columns = {"customerRef": rows.reference} | {name: rows.fields[name] for name in names}
    made = {"dst": _series(rows.dst)}
    made |= {defused(name): _series(column) for name, column in columns.items()}
    safe = defused_cells(pl.exclude("dst"))
    table = pl.LazyFrame(made).select("dst", safe).collect(engine="streaming")
    if has_periods:
        texts = (", ".join(map(format_period, rows.blackouts.get(at, ()))) for at in range(len(rows)))
        table = table.with_columns(blackoutPeriods=pl.Series(texts, dtype=pl.String))
    return table


def _series(column: Sequence[str]) -> "pl.Series":
    import polars as pl

    return column.series if isinstance(column, Column) else pl.Series(column, dtype=pl.String)
