"""The accounts of the workspace; passwords are never here."""

from sqlalchemy import Connection, delete, func, insert, select

from smsdesk.core.account import Account
from smsdesk.store.schema import accounts, jobs


def every(connection: Connection) -> tuple[Account, ...]:
    """All accounts, by name."""
    rows = connection.execute(select(accounts).order_by(accounts.c.name))
    return tuple(
        Account(row.name, row.send_url, tuple(row.report_urls.split()), row.user, row.sandbox, row.budget)
        for row in rows
    )


def open_jobs_at(connection: Connection, name: str) -> dict[str, int]:
    """How many open jobs of an account each data centre has, by its address."""
    c = jobs.c
    mine = (c.account == name) & c.final.is_(False) & c.url.is_not(None)
    rows = connection.execute(select(c.url, func.count()).where(mine).group_by(c.url))
    return {row[0]: row[1] for row in rows}


def put(connection: Connection, account: Account) -> None:
    """Saves an account in place of the one of its name."""
    remove(connection, account.name)
    connection.execute(
        insert(accounts).values(
            name=account.name,
            send_url=account.send_url,
            report_urls=" ".join(account.report_urls),
            user=account.user,
            sandbox=account.sandbox,
            budget=account.budget,
        )
    )


def remove(connection: Connection, name: str) -> None:
    """Forgets an account; campaigns and jobs that name it stay."""
    connection.execute(delete(accounts).where(accounts.c.name == name))
