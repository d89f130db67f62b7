"""Many rows at once: as fast as the driver is, for rows whose values are as they are stored."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    type_coerce,
    update,
)
from sqlalchemy import insert as inserting

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def stored(at: datetime | None) -> int | None:
    """An instant as it is stored."""
    return None if at is None else (at - _EPOCH) // _MICROSECOND


def instant(at: int | None) -> datetime | None:
    """The inverse of :func:`stored`."""
    return None if at is None else _EPOCH + timedelta(microseconds=at)


def as_stored(column: Column[datetime]) -> Any:
    """A column of instants, read as they are stored."""
    return type_coerce(column, BigInteger)


def rows(connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
    """All that a query finds, its values as they are stored."""
    found = connection.execute(query)
    assert found.cursor is not None
    try:
        return [*found.cursor.fetchall()]
    finally:
        found.close()


def insert(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Adds rows with the values of these columns."""
    _run(connection, inserting(table).values({name: bindparam(name) for name in names}), names, rows)


def change(
    connection: Connection, key: Column[int], names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Changes rows: of each the values of these columns, and last its key."""
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    statement = update(key.table).where(key == bindparam("this")).values(values)
    _run(connection, statement, [*(f"new_{name}" for name in names), "this"], rows)


def _run(
    connection: Connection, statement: Insert | Update, names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    if not rows:
        return
    compiled = statement.compile(dialect=connection.dialect)
    order = [names.index(name) for name in compiled.positiontup or ()]
    in_order = rows if order == [*range(len(names))] else [tuple(row[at] for at in order) for row in rows]
    connection.exec_driver_sql(str(compiled), [*in_order])
