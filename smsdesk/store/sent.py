"""What was sent from this workspace until now, test messages and try-outs included."""

from sqlalchemy import Connection, func, select

from smsdesk.core.numbers import read_number, region_of
from smsdesk.core.unusual import Before
from smsdesk.store.schema import campaigns, sms

_HEAD = 7
"""So many first characters of a number, the plus included, tell its country."""
_AFTER_DIGITS = ":"


def before(connection: Connection) -> Before:
    """Campaigns, the size of the largest, and all countries written to."""
    c = campaigns.c
    count, largest = connection.execute(
        select(func.count(), func.max(c.sms_count)).where(c.sent_at.is_not(None))
    ).one()
    regions = {region_of(read_number(dst, "").e164) for dst in _one_of_each_head(connection)}
    return Before(count, largest or 0, frozenset(region for region in regions if region))


def _one_of_each_head(connection: Connection) -> list[str]:
    """A number for each way in which numbers begin: by leaps along the index, not over all rows."""
    lowest = select(func.min(sms.c.dst).label("dst")).cte("heads", recursive=True)
    leap = func.substr(lowest.c.dst, 1, _HEAD).concat(_AFTER_DIGITS)
    following = select(func.min(sms.c.dst)).where(sms.c.dst >= leap).correlate(lowest).scalar_subquery()
    heads = lowest.union_all(select(following).where(lowest.c.dst.is_not(None)))
    return [dst for dst in connection.scalars(select(heads.c.dst)) if dst is not None]
