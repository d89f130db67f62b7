"""The layouts of known tables: how the columns under a header were mapped, to be used again."""

import json

from sqlalchemy import Connection, delete, insert, select

from smsdesk.core.mapping import Layout
from smsdesk.store.schema import layouts

MOST = 200
"""So many are kept: those used last."""


def remember(connection: Connection, layout: Layout) -> None:
    """Keeps a layout, in place of an older one of the same header."""
    header = json.dumps(layout.header, ensure_ascii=False)
    mapping = json.dumps(layout.mapping, ensure_ascii=False)
    connection.execute(delete(layouts).where(layouts.c.header == header))
    row = {"header": header, "mapping": mapping, "name": layout.name, "used_at": layout.used_at}
    connection.execute(insert(layouts).values(row))
    newest = select(layouts.c.id).order_by(layouts.c.used_at.desc(), layouts.c.id.desc())
    connection.execute(delete(layouts).where(layouts.c.id.in_(newest.limit(-1).offset(MOST))))


def every(connection: Connection) -> tuple[Layout, ...]:
    """All layouts, the one used last first."""
    rows = connection.execute(select(layouts).order_by(layouts.c.used_at.desc(), layouts.c.id.desc()))
    return tuple(
        Layout(tuple(json.loads(row.header)), dict(json.loads(row.mapping)), row.name, row.used_at)
        for row in rows
    )
