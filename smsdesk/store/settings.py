"""Settings of the workspace: plain text by key."""

from sqlalchemy import Connection, delete, insert, select

from smsdesk.store.schema import settings


def get(connection: Connection) -> dict[str, str]:
    """All settings that were ever put."""
    rows = connection.execute(select(settings.c.key, settings.c.value))
    return {key: value for key, value in rows}  # noqa: C416 (rows are no pairs for the type checker)


def put(connection: Connection, key: str, value: str) -> None:
    """Sets one."""
    connection.execute(delete(settings).where(settings.c.key == key))
    connection.execute(insert(settings).values(key=key, value=value))
