"""The request budget of an account: at most so many requests in 10 seconds, over all programs."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from smsdesk.store.schema import requests

WINDOW = timedelta(seconds=10)


def take(connection: Connection, account: str, now: datetime, allowed: int, reserve: int) -> timedelta:
    """Counts one request and answers zero, or how long to wait.

    ``reserve`` requests of ``allowed`` are left for others (sends go before reports).
    """
    mine = requests.c.account == account
    connection.execute(delete(requests).where(mine, requests.c.at <= now - WINDOW))
    # What is yet to come was counted before the clock was set back.
    connection.execute(update(requests).where(mine, requests.c.at > now).values(at=now))
    times: list[datetime] = list(
        connection.scalars(select(requests.c.at).where(mine).order_by(requests.c.at))
    )
    room = max(1, allowed - reserve)
    if len(times) < room:
        connection.execute(insert(requests).values(account=account, at=now))
        return timedelta(0)
    return max(times[len(times) - room] + WINDOW - now, timedelta(milliseconds=1))


def used(connection: Connection, account: str, now: datetime) -> int:
    """Requests of the last 10 seconds."""
    at = requests.c.at
    recent = (requests.c.account == account) & (at > now - WINDOW) & (at <= now + WINDOW)
    return connection.scalar(select(func.count()).where(recent)) or 0
