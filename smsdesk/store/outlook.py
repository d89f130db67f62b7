"""The outbox as a screen needs it: however many entries are over, little is read."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, func, select

from smsdesk.core.campaign import CampaignId
from smsdesk.core.outbox import Entry, EntryState
from smsdesk.core.outlook import OVER, PAGE, Outlook, Sum, Sums
from smsdesk.store.outbox import entries
from smsdesk.store.schema import outbox

c = outbox.c
_OPEN = [state.value for state in EntryState if state not in OVER]


def look(connection: Connection, most: int = PAGE) -> Outlook:
    """All that is open, and ``most`` of what ended last."""
    open_ones = entries(connection, c.state.in_(_OPEN))
    newest = entries(connection, c.id == select(func.max(c.id)).scalar_subquery())
    counted = select(c.state, func.count()).group_by(c.state)
    return Outlook(
        open_ones,
        _ended(connection, most),
        newest[0] if newest else None,
        {EntryState(state): n for state, n in connection.execute(counted)},
        _sums(connection, {entry.campaign_id for entry in (*open_ones, *newest)}),
    )


def _ended(connection: Connection, most: int) -> tuple[Entry, ...]:
    """Each state is read by itself: so the index has them in order."""
    rows = [
        row
        for state in OVER
        for row in connection.execute(
            select(c.since, c.id).where(c.state == state.value).order_by(c.since.desc()).limit(most)
        )
    ]
    rows.sort(key=lambda row: (row.since, row.id), reverse=True)
    return entries(connection, c.id.in_([row.id for row in rows[:most]]))


def _sums(connection: Connection, campaigns: Collection[CampaignId]) -> dict[CampaignId, Sums]:
    found: dict[CampaignId, dict[EntryState, Sum]] = defaultdict(dict)
    query = select(c.campaign_id, c.state, func.count().label("jobs"), func.sum(c.sms_count).label("sms"))
    mine = query.where(c.campaign_id.in_(campaigns)).group_by(c.campaign_id, c.state)
    for row in connection.execute(mine):
        found[CampaignId(row.campaign_id)][EntryState(row.state)] = Sum(row.jobs, row.sms)
    return dict(found)
