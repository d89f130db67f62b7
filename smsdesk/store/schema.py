"""The tables of a workspace, and the numbered steps that lead an older one here."""

from collections.abc import Callable
from datetime import MAXYEAR, UTC, datetime, timedelta
from typing import get_args

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    insert,
    inspect,
    literal_column,
    select,
    text,
    true,
    update,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateColumn, CreateIndex

from smsdesk.core.job_looks import JobSort

BLOCK_BITS = 2
"""The search index knows SMS by blocks of 4 consecutive ids."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """An aware time, stored as microseconds since 1970 in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To microseconds."""
        del dialect
        return None if value is None else (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """From microseconds."""
        del dialect
        return None if value is None else _EPOCH + timedelta(microseconds=value)


INSTANTS = tuple(
    (datetime(year, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1) for year in (1, MAXYEAR)
)
"""Between these there can be any."""
metadata = MetaData()

settings = Table("settings", metadata, Column("key", Text, primary_key=True), Column("value", Text))

accounts = Table(
    "accounts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("send_url", Text, nullable=False),
    Column("report_urls", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("sandbox", Boolean, nullable=False),
    Column("budget", Integer, nullable=False),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("sms_count", Integer, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("deleted", Boolean, nullable=False),
    Column("follows", Text),
)

bases = Table(
    "bases",
    metadata,
    Column("campaign_id", Text, ForeignKey("campaigns.id"), primary_key=True),
    Column("message", Integer, primary_key=True),
    Column("columns", LargeBinary, nullable=False),
)

patches = Table(
    "patches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=False),
    Column("message", Integer, nullable=False),
    Column("patch", LargeBinary, nullable=False),
    Index("patches_of", "campaign_id", "message", "id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=False),
    Column("campaign", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("of", Integer, nullable=False),
    Column("account", Text, nullable=False),
    Column("mark", Text, nullable=False, unique=True),
    Column("body_hash", LargeBinary, nullable=False),
    Column("sms_count", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("not_before", Instant),
    Column("reason", Text),
    Column("job_id", Text),
    Column("owner", Text),
    Column("lease", Integer),
    Column("hold", Text),
    Column("due_at", Instant),
    Column("final_at", Instant),
    Column("late_at", Instant),
    Column("pilot", Boolean, nullable=False, server_default="0"),
    Column("posted_at", Instant),
    Column("asked_at", Instant),
    Column("everywhere_at", Instant),
    Column("not_found_at", Instant),
    Column("adopted", Boolean, nullable=False, server_default="0"),
    Column("rows", LargeBinary),
    Index("outbox_campaign", "campaign_id", "number", unique=True),
    Index("outbox_state", "state", "account"),
    Index("outbox_ended", "state", "since"),
    Index("outbox_sums", "campaign_id", "state", "sms_count"),
)

steps = Table(
    "steps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry_id", Integer, ForeignKey("outbox.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("code", Text, nullable=False),
    Column("values", Text, nullable=False),
)

bodies = Table(
    "bodies",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

exchanges = Table(
    "exchanges",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry_id", Integer, ForeignKey("outbox.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("request", Text, nullable=False),
    Column("headers", Text, nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("answered_at", Instant),
    Column("status", Integer),
    Column("answer_headers", Text, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("error", Text),
)

pauses = Table(
    "pauses",
    metadata,
    Column("account", Text, primary_key=True),
    Column("hold", Text, primary_key=True),
    Column("reason", Text),
    Column("since", Instant, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("key", Text, primary_key=True),
    Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=False),
    Column("at", Instant, nullable=False),
)

acts = Table(
    "acts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("values", Text, nullable=False),
)

texts = Table(
    "texts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", Text, nullable=False, unique=True),
)

jobs = Table(
    "jobs",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("entry_id", Integer, ForeignKey("outbox.id"), unique=True),
    Column("job_id", Text, unique=True),
    Column("name", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("url", Text),
    Column("accepted_at", Instant),
    Column("asked_at", Instant),
    Column("changed_at", Instant),
    Column("next_ask_at", Instant),
    Column("finished_at", Instant),
    Column("final", Boolean, nullable=False),
    Column("sms_count", Integer, nullable=False),
    Column("delivered", Integer, nullable=False, default=0),
    Column("waiting", Integer, nullable=False, default=0),
    Column("sending", Integer, nullable=False, default=0),
    Column("failed", Integer, nullable=False, default=0),
    Column("cancelled", Integer, nullable=False, default=0),
    Column("unknown", Integer, nullable=False, default=0),
    Column("source", Text, nullable=False, server_default="own"),
    Column("starts_at", Instant),
    Column("give_up_at", Instant),
    Column("next_change_at", Instant),
    Column("closed_at", Instant),
    Column("asked_differs", Text),
    Column("status_requested", Boolean),
    Index("jobs_due", "final", "next_ask_at"),
)

USUAL_ORDER = {"failures": jobs.c.failed > literal_column("0"), "mine": jobs.c.entry_id.is_not(None)}
"""The kinds of jobs of which the usual order, the time at which they were accepted, has an index."""
for _kind, _these in USUAL_ORDER.items():
    Index(f"jobs_{_kind}", jobs.c.accepted_at, jobs.c.key, jobs.c.account, sqlite_where=_these)

for _column in get_args(JobSort):
    if _column not in jobs.c:
        continue
    # All keys in order are read from such an index alone, however many jobs there are.
    Index(
        f"jobs_by_{_column}",
        jobs.c[_column],
        jobs.c.key,
        jobs.c.account,
        sqlite_where=jobs.c.job_id.is_not(None),
    )

outcomes = Table(
    "outcomes",
    metadata,
    Column("campaign_id", Text, ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True),
    *(
        Column(name, Integer, nullable=False, server_default="0")
        for name in ("open", "sms", "delivered", "waiting", "failed", "unknown", "cancelled")
    ),
)
"""What the jobs of each campaign come to; ``open``: jobs that are not final, or still in the outbox."""

sms = Table(
    "sms",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job_key", Integer, ForeignKey("jobs.key"), nullable=False, index=True),
    Column("dst", Text, nullable=False, index=True),
    Column("reference", Text),
    Column("name", Text, nullable=False),
    Column("text_id", Integer, ForeignKey("texts.id")),
    Column("sms_id", Text, index=True),
    Column("process_status", Text),
    Column("status", Text),
    Column("reason", Text),
    Column("sent_at", Instant),
    Column("finished_at", Instant),
    Column("seen_at", Instant),
    Column("due_at", Instant),
    Column("flagged", Boolean, nullable=False, server_default="0"),
)
# A text goes when nobody has it any more: else each look for that would go through all SMS.
Index("sms_text", sms.c.text_id, sqlite_where=sms.c.text_id.is_not(None))

history = Table(
    "history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sms", Integer, ForeignKey("sms.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("process_status", Text, nullable=False),
    Column("status", Text),
    Column("reason", Text),
    Column("sent_at", Instant),
    Column("finished_at", Instant),
    Column("contradiction", Boolean, nullable=False, server_default="0"),
)

answers = Table(
    "answers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job_key", Integer, ForeignKey("jobs.key"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("answers_of", "job_key", "kind"),
)

feeds = Table(
    "feeds",
    metadata,
    Column("account", Text, primary_key=True),
    Column("url", Text, primary_key=True),
    Column("until", Instant, nullable=False),
)

unindexed = Table(
    "unindexed",
    metadata,
    Column("block", Integer, primary_key=True),
    Column("people", Boolean, nullable=False),
)
"""Blocks of SMS that the search index does not know yet; ``people``: their numbers, names and texts too."""

do_not_contact = Table(
    "do_not_contact",
    metadata,
    Column("number", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
)

lists = Table(
    "lists",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("count", Integer, nullable=False),
    Column("columns", LargeBinary, nullable=False),
    Column("deleted", Boolean, nullable=False),
)

layouts = Table(
    "layouts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("header", Text, nullable=False, unique=True),
    Column("mapping", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("used_at", Instant, nullable=False),
)

templates = Table(
    "templates",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("used_at", Instant, nullable=False),
    Column("deleted", Boolean, nullable=False),
)

option_sets = Table(
    "option_sets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("options", LargeBinary, nullable=False),
    Column("default", Boolean, nullable=False),
    Index("option_sets_of", "account", "name", unique=True),
)

views = Table(
    "views",
    metadata,
    Column("campaign_id", Text, ForeignKey("campaigns.id"), primary_key=True),
    Column("tab", Text, nullable=False),
    Column("message", Integer, nullable=False),
    Column("cursor", Integer, nullable=False),
    Column("anchor", Integer, nullable=False),
    Column("row", Integer, nullable=False),
    Column("scroll", Integer, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", Instant, nullable=False),
    Column("number", Integer, nullable=False, server_default="0"),
)

requests = Table(
    "requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("requests_of", "account", "at"),
)


def _first(connection: Connection) -> None:
    """Version 1: all tables."""
    metadata.create_all(connection)


def _second(connection: Connection) -> None:
    """Version 2: the do-not-contact list, saved lists, and how the columns of known tables are mapped."""
    metadata.create_all(connection, tables=[do_not_contact, lists, layouts])


def _third(connection: Connection) -> None:
    """Version 3: templates, sets of options, and how drafts were left."""
    metadata.create_all(connection, tables=[templates, option_sets, views])


def _fourth(connection: Connection) -> None:
    """Version 4: holds, pauses, keys, each try as it went over the wire, the log of acts, numbered leases."""
    metadata.create_all(connection, tables=[bodies, exchanges, pauses, keys, acts])
    for table in (outbox, leases):
        _add_columns(connection, table)
    if "body" in _columns(connection, outbox):
        # A row is written whole at each step of its entry: its body of some 100 kB stands apart.
        move = "INSERT INTO bodies (hash, body) SELECT body_hash, max(body) FROM outbox GROUP BY body_hash"
        connection.execute(text(move))
        connection.execute(text("ALTER TABLE outbox DROP COLUMN body"))
    c = outbox.c
    connection.execute(update(outbox).where(c.state == "left").values(state="cancelled"))
    sometimes_tried = c.state.in_(["sending", "accepted", "refused", "uncertain"])
    connection.execute(update(outbox).where(sometimes_tried).values(posted_at=c.since))
    # Nobody knows for how long nothing ran here: what is still to go asks first.
    connection.execute(update(outbox).where(c.state == "queued").values(late_at=c.since))
    tried_before = (c.state == "queued") & c.reason.is_not(None)
    connection.execute(update(outbox).where(tried_before).values(state="waiting"))


def _fifth(connection: Connection) -> None:
    """Version 5: answers of the service, all it said of a state, what jobs wait for, the search index."""
    metadata.create_all(connection, tables=[answers, feeds, unindexed])
    for table in (campaigns, jobs, sms, history):
        _add_columns(connection, table)
    connection.execute(update(jobs).where(jobs.c.entry_id.is_(None)).values(source="other"))
    block = sms.c.id.bitwise_rshift(BLOCK_BITS).label("block")
    every = select(block, true()).distinct()
    missing = insert(unindexed).prefix_with("OR IGNORE").from_select(["block", "people"], every)
    connection.execute(missing)
    for index in outbox.indexes | jobs.indexes:
        connection.execute(CreateIndex(index, if_not_exists=True))


def _sixth(connection: Connection) -> None:
    """Version 6: what campaigns come to, the usual order of two kinds of jobs, who has a text.

    The search index had these letters as they are; they are found by what is typed instead of them now.
    """
    metadata.create_all(connection, tables=[outcomes])
    for index in (*jobs.indexes, *sms.indexes):
        connection.execute(CreateIndex(index, if_not_exists=True))
    these = "*[łŁøØđĐðÐæÆœŒ]*"
    said = sms.c.text_id.in_(select(texts.c.id).where(texts.c.text.bool_op("GLOB")(these)))
    named = sms.c.name.bool_op("GLOB")(these) | sms.c.reference.bool_op("GLOB")(these)
    blocks = select(sms.c.id.bitwise_rshift(BLOCK_BITS), true()).where(said | named).distinct()
    again = insert(unindexed).prefix_with("OR REPLACE").from_select(["block", "people"], blocks)
    connection.execute(again)


def _columns(connection: Connection, table: Table) -> set[str]:
    return {column["name"] for column in inspect(connection).get_columns(table.name)}


def _add_columns(connection: Connection, table: Table) -> None:
    """Adds the columns that a table of an older version lacks."""
    known = _columns(connection, table)
    for column in table.columns:
        if column.name not in known:
            made = str(CreateColumn(column).compile(dialect=connection.dialect))
            connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {made}"))


STEPS: tuple[Callable[[Connection], None], ...] = (_first, _second, _third, _fourth, _fifth, _sixth)
"""Step ``n`` (from 0) leads from version ``n`` to ``n + 1``."""
VERSION = len(STEPS)
