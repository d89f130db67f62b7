"""Following up: a new campaign to those whom another one did not reach, and who is left out of it and why.

Whom it makes no sense to write to again, who has probably got the message and who has been reached since are
left out unless a person says otherwise; who was reached by the SMS itself, or must not be written to, always.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, LeftOut, Message
from smsdesk.core.columns import column_of
from smsdesk.core.recipients import Recipients, Removed, patched
from smsdesk.core.status import Meaning, Outcome
from smsdesk.core.templates import merged_column


class Reach(Enum):
    """Whether an SMS has reached its recipient, as far as following up goes."""

    MISSED = "missed"
    """Not reached, and another try may: the phone was off, the network gave up, it was cancelled."""
    HOPELESS = "hopeless"
    """The number does not exist or is blocked."""
    PROBABLE = "probable"
    """It has probably arrived, or nobody can know."""
    OPEN = "open"
    """Not final yet: it may still arrive."""
    SINCE = "since"
    """Reached by a later SMS, or one is under way in a follow-up."""
    REACHED = "reached"
    LISTED = "listed"
    """On the do-not-contact list: left out of the campaign itself for that, or there by now."""


CHOICES = (Reach.MISSED, Reach.HOPELESS, Reach.PROBABLE, Reach.OPEN, Reach.SINCE)
"""What a person can include, in the order of the screen; the first is included by default."""
BY_DEFAULT = frozenset({Reach.MISSED})

_HOPELESS = frozenset({"invalid_dst", "blocked"})


def reach_of(means: Meaning, *, since: bool, closed: bool = False) -> Reach:
    """Of one SMS. ``since``: its number was reached later, or a follow-up to it is under way.

    ``closed``: the service no longer reports its job, so that what is open stays unknown.
    """
    if means.code == "do_not_contact":
        return Reach.LISTED
    if means.outcome is Outcome.DELIVERED:
        return Reach.REACHED
    if since:
        return Reach.SINCE
    if not means.final:
        return Reach.PROBABLE if closed else Reach.OPEN
    if means.code in _HOPELESS:
        return Reach.HOPELESS
    return Reach.PROBABLE if means.outcome is Outcome.UNKNOWN else Reach.MISSED


@dataclass(frozen=True, slots=True)
class Sent:
    """One SMS that may be followed up; ``text`` is None where another program sent it."""

    dst: str
    reference: str
    name: str
    text: str | None
    reach: Reach


def counted(some: Collection[Sent]) -> Mapping[Reach, int]:
    """How many there are of each."""
    return Counter(one.reach for one in some)


def follow_up(
    first: Campaign | None,
    some: Sequence[Sent],
    include: Collection[Reach],
    new: Campaign,
    now: datetime,
) -> Campaign:
    """The draft ``new`` to those whose reach is included, with the texts, fields and options of ``first``.

    Its start stays behind, and so do periods that are over. Without ``first`` (another program sent it, or
    its campaign is gone) each distinct text makes a message, and a text that nobody knows an empty one.
    """
    chosen = [one for one in some if one.reach in include and one.reach in CHOICES]
    if first is None:
        return replace(new, messages=_messages(chosen))
    wanted = Counter((one.dst, one.reference, one.text) for one in chosen)
    messages = tuple(_kept(message, wanted, now) for message in first.messages)
    blackouts = _to_come(first.options.blackouts, now)
    return replace(
        first,
        id=new.id,
        name=new.name,
        account=new.account,
        messages=tuple(one for one in messages if len(one.recipients)) or messages[:1],
        options=replace(first.options, start_at=None, blackouts=blackouts),
        left_out=LeftOut(),
        period_names={one: name for one, name in first.period_names.items() if one in blackouts},
        follows=first.id,
    )


def _to_come(periods: Sequence[Period], now: datetime) -> tuple[Period, ...]:
    return tuple(one for one in periods if one.end > now)


def _kept(message: Message, wanted: "Counter[tuple[str, str, str | None]]", now: datetime) -> Message:
    """A message to those of its recipients who are wanted; each is taken once."""
    people = message.recipients
    numbers = {dst for dst, _, _ in wanted}
    column = column_of(people.dst).series
    near = column.is_in([*numbers]).arg_true().to_list() if numbers else []
    cells = merged_column(message).gather(near).to_list() if near else []
    kept = set()
    for row, text in zip(near, cells, strict=True):
        key = people.dst[row], people.reference[row], text
        if wanted[key] > 0:
            wanted[key] -= 1
            kept.add(row)
    rows = patched(people, Removed(tuple(row for row in range(len(people)) if row not in kept)))
    own = {row: left for row, periods in rows.blackouts.items() if (left := _to_come(periods, now))}
    return replace(message, recipients=replace(rows, blackouts=own))


def _messages(chosen: Sequence[Sent]) -> tuple[Message, ...]:
    by_text: dict[str, list[Sent]] = {}
    for one in chosen:
        by_text.setdefault(one.text or "", []).append(one)
    return tuple(
        Message(
            text,
            Recipients(
                [one.dst for one in of], [one.reference for one in of], {"Name": [one.name for one in of]}
            ),
            literal=bool(text),
        )
        for text, of in by_text.items()
    ) or (Message(),)
