"""Sets of options on disk: each belongs to an account, and one of them may be where its campaigns begin."""

from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from smsdesk.core.errors import WorkspaceBroken
from smsdesk.core.options import Options
from smsdesk.core.remembered import OptionSet, OptionSetId
from smsdesk.store.packing import packed, unpacked
from smsdesk.store.plain_options import plain_options, read_options
from smsdesk.store.schema import option_sets


def of(connection: Connection, account: str) -> tuple[OptionSet, ...]:
    """The sets of an account that can be read, by name."""
    c = option_sets.c
    rows = connection.execute(select(option_sets).where(c.account == account).order_by(c.name))
    return tuple(filter(None, map(_set, rows)))


def _set(row: Any) -> OptionSet | None:
    try:
        options = read_options(unpacked(row.options))
    except (WorkspaceBroken, ValueError, KeyError, TypeError):
        return None
    return OptionSet(OptionSetId(row.id), row.account, row.name, options, row.default)


def save(connection: Connection, account: str, name: str, options: Options) -> OptionSetId:
    """Puts options away, in place of those of the same name; these stay the default where they were it."""
    c = option_sets.c
    same = (c.account == account) & (c.name == name)
    content = packed(plain_options(options))
    kept = connection.scalar(select(c.id).where(same))
    if kept is not None:
        connection.execute(update(option_sets).where(same).values(options=content))
        return OptionSetId(kept)
    row = {"account": account, "name": name, "options": content, "default": False}
    (set_id,) = connection.execute(insert(option_sets).values(row)).inserted_primary_key or (0,)
    return OptionSetId(set_id)


def remove(connection: Connection, set_id: OptionSetId) -> None:
    """Forgets a set."""
    connection.execute(delete(option_sets).where(option_sets.c.id == set_id))


def make_default(connection: Connection, account: str, set_id: OptionSetId | None) -> None:
    """New campaigns of an account begin with this set; with None they begin with none."""
    c = option_sets.c
    connection.execute(update(option_sets).where(c.account == account).values(default=False))
    if set_id is not None:
        mine = (c.account == account) & (c.id == set_id)
        connection.execute(update(option_sets).where(mine).values(default=True))
