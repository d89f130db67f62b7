"""What has not left of a campaign becomes a draft again: in one transaction, so that nobody is in both."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, select

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.outbox import NOT_LEFT, Event
from smsdesk.core.recipients import Removed, patched
from smsdesk.store import drafts
from smsdesk.store.outbox import turn
from smsdesk.store.queueing import unpacked_rows
from smsdesk.store.schema import outbox


def withdraw(
    connection: Connection, campaign_id: CampaignId, new: CampaignId, name: str, now: datetime
) -> Campaign | None:
    """Cancels the entries of a campaign that have not left; their people are a new draft's.

    None, and nothing is done, where everything has left.
    """
    c = outbox.c
    here = c.state.in_([state.value for state in NOT_LEFT])
    found = connection.execute(select(c.id, c.rows).where(c.campaign_id == campaign_id, here)).all()
    if not found:
        return None
    turn(connection, and_(c.campaign_id == campaign_id, here), Event.CANCEL, now, "withdrawn", reason=None)
    sent = drafts.load(connection, campaign_id)
    kept: list[set[int]] = [set() for _ in sent.messages]
    for row in found:
        for of_message, rows in zip(kept, unpacked_rows(bytes(row.rows or b"")), strict=False):
            of_message.update(rows)
    messages = tuple(_part(*one) for one in zip(sent.messages, kept, strict=True) if one[1])
    draft = replace(sent, id=new, name=name, messages=messages or sent.messages)
    drafts.save_head(connection, draft, now)
    for index, message in enumerate(draft.messages):
        drafts.save_base(connection, draft.id, index, message.recipients, now)
    return draft


def _part(message: Message, kept: Collection[int]) -> Message:
    others = [row for row in range(len(message.recipients)) if row not in kept]
    return replace(message, recipients=patched(message.recipients, Removed(others)))
