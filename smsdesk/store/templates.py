"""Templates on disk, and the texts of campaigns that were sent."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from smsdesk.core.campaign import CampaignId
from smsdesk.core.errors import WorkspaceBroken
from smsdesk.core.options import Options
from smsdesk.core.remembered import Template, TemplateId
from smsdesk.core.templates import fields_of
from smsdesk.store.packing import packed, unpack_head, unpacked
from smsdesk.store.plain_options import plain_options, read_options
from smsdesk.store.schema import campaigns, templates

LOOKED_INTO = 500
"""So many sent campaigns are looked into for their texts: the newest."""


def every(connection: Connection) -> tuple[Template, ...]:
    """All templates that are not deleted and can be read, the one used last first."""
    c = templates.c
    query = select(templates).where(c.deleted.is_(False)).order_by(c.used_at.desc(), c.id.desc())
    return tuple(filter(None, map(_template, connection.execute(query))))


def _template(row: Any) -> Template | None:
    try:
        plain = unpacked(row.body)
        text, options = plain["text"], plain["options"] and read_options(plain["options"])
    except (WorkspaceBroken, ValueError, KeyError, TypeError):
        return None
    return Template(TemplateId(row.id), row.name, text, options, fields_of(text), row.used_at)


def save(
    connection: Connection,
    name: str,
    text: str,
    options: Options | None,
    now: datetime,
    replaced: TemplateId | None = None,
) -> TemplateId:
    """Puts a text away, in place of another template where that is named; :func:`restore` brings it back."""
    if replaced is not None:
        discard(connection, replaced)
    body = packed({"text": text, "options": None if options is None else plain_options(options)})
    row = {"name": name, "body": body, "used_at": now, "deleted": False}
    (template_id,) = connection.execute(insert(templates).values(row)).inserted_primary_key or (0,)
    return TemplateId(template_id)


def rename(connection: Connection, template_id: TemplateId, name: str) -> None:
    """Gives a template another name."""
    connection.execute(update(templates).where(templates.c.id == template_id).values(name=name))


def use(connection: Connection, template_id: TemplateId, now: datetime) -> None:
    """Notes that a template was used: it stands first from then on."""
    connection.execute(update(templates).where(templates.c.id == template_id).values(used_at=now))


def discard(connection: Connection, template_id: TemplateId) -> None:
    """Takes a template away; :func:`restore` brings it back."""
    connection.execute(update(templates).where(templates.c.id == template_id).values(deleted=True))


def restore(connection: Connection, template_id: TemplateId) -> None:
    """Brings a deleted template back."""
    connection.execute(update(templates).where(templates.c.id == template_id).values(deleted=False))


def recent_texts(connection: Connection, limit: int) -> tuple[str, ...]:
    """The texts of sent campaigns with their merge fields, the newest first, each once.

    Those that came from a request are left out: they are no texts that a person composed here.
    """
    found: dict[str, None] = {}
    for text in _texts(connection):
        found.setdefault(text)
        if len(found) >= limit:
            break
    return tuple(found)


def _texts(connection: Connection) -> Iterator[str]:
    c = campaigns.c
    query = select(c.id, c.head).where(c.sent_at.is_not(None)).order_by(c.sent_at.desc(), c.id)
    for row in connection.execute(query.limit(LOOKED_INTO)):
        try:
            campaign = unpack_head(CampaignId(row.id), row.head)
        except WorkspaceBroken:
            continue
        yield from (one.text for one in campaign.messages if one.text.strip() and not one.literal)
