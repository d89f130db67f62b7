"""How drafts were left: a line a campaign, forgotten with it."""

from dataclasses import asdict

from sqlalchemy import Connection, delete, func, insert, select

from smsdesk.core.campaign import CampaignId
from smsdesk.core.remembered import View
from smsdesk.store.schema import campaigns, views


def load(connection: Connection, campaign_id: CampaignId) -> View | None:
    """How a campaign was left, None where nobody looked at it yet."""
    c = views.c
    kept = select(c.tab, c.message, c.cursor, c.anchor, c.row, c.scroll)
    row = connection.execute(kept.where(c.campaign_id == campaign_id)).one_or_none()
    return None if row is None else View(*row)


def keep(connection: Connection, campaign_id: CampaignId, view: View) -> None:
    """Keeps how a campaign is left; those of discarded drafts go. One that is on no disk is not kept."""
    gone = select(campaigns.c.id).where(campaigns.c.deleted.is_(True), campaigns.c.id != campaign_id)
    mine = views.c.campaign_id == campaign_id
    connection.execute(delete(views).where(mine | views.c.campaign_id.in_(gone)))
    if connection.scalar(select(func.count()).where(campaigns.c.id == campaign_id)):
        connection.execute(insert(views).values(campaign_id=campaign_id, **asdict(view)))
