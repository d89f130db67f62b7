"""What a request cannot express: times without an offset or outside the calendar, periods that end too soon.

A value may hold them all the same (a screen half filled in, a file by hand); the checks name them, and what
else is reckoned leaves them out.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from smsdesk.core.blackouts import Period, format_instant, format_period, parse_instant, parse_period
from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.recipients import Recipients

LONGEST_TEXT = 40_000
"""A text of so many characters has more parts than any SMS; longer ones are not looked at any further."""
MOST_FIELDS = 100
"""So many merge fields a text may have; what comes after them is not looked at any further."""
_FIELD = re.compile(r"\{\{|\{[^{}]*\}")
_MINUTE = timedelta(minutes=1)


def is_instant(at: datetime) -> bool:
    """Whether the API's form of an instant says it: with an offset in minutes, within the calendar."""
    offset = at.utcoffset()
    if offset is None or offset % _MINUTE:
        return False
    try:
        parse_instant(format_instant(at))
    except ValueError:
        return False
    return True


def is_period(period: Period) -> bool:
    """Whether the API's form of a period says it, to the millisecond, with an end after its start."""
    if not (is_instant(period.start) and is_instant(period.end)):
        return False
    try:
        parse_period(format_period(period))
    except ValueError:
        return False
    return True


def within_reason(campaign: Campaign) -> Campaign:
    """The campaign without what cannot be expressed, and without the rest of a text that never ends."""
    options = campaign.options
    start = options.start_at if options.start_at and is_instant(options.start_at) else None
    blackouts = tuple(filter(is_period, options.blackouts))
    if (start, blackouts) != (options.start_at, options.blackouts):
        options = replace(options, start_at=start, blackouts=blackouts)
    return replace(campaign, options=options, messages=tuple(map(_message_within_reason, campaign.messages)))


def _message_within_reason(message: Message) -> Message:
    rows = message.recipients
    if _bad_rows(rows):
        own = {row: tuple(filter(is_period, of)) for row, of in rows.blackouts.items()}
        rows = replace(rows, blackouts={row: of for row, of in own.items() if of})
    text = looked_at(message)
    same = rows is message.recipients and len(text) == len(message.text)
    return message if same else replace(message, text=text, recipients=rows)


def looked_at(message: Message) -> str:
    """As much of a text as is looked at."""
    text = message.text[:LONGEST_TEXT]
    if message.literal or text.count("{") <= MOST_FIELDS:
        return text
    fields = (found.end() for found in _FIELD.finditer(text) if found[0] != "{{")
    return text[: next(islice(fields, MOST_FIELDS - 1, None), len(text))]


def expressible(campaign: Campaign) -> Iterator[Problem]:
    """What of a campaign cannot be expressed, times above all."""
    options = campaign.options
    if options.start_at is not None and not is_instant(options.start_at):
        where = Where(field="start", value=str(options.start_at))
        yield Problem(Level.ERROR, "start_impossible", where)
    if bad := [period for period in options.blackouts if not is_period(period)]:
        where = Where(field="blackouts", value=_shown(bad[0]))
        yield Problem(Level.ERROR, "blackout_impossible", where, {"n": len(bad)})
    for index, message in enumerate(campaign.messages):
        if not message.literal and len(looked_at(message)) < len(message.text[:LONGEST_TEXT]):
            where = Where(field="text", message=index)
            yield Problem(Level.ERROR, "fields_many", where, {"limit": MOST_FIELDS})
        if rows := _bad_rows(message.recipients):
            of = message.recipients.blackouts[rows[0]]
            where = Where(
                row=rows[0] + 1,
                field="recipients",
                message=index,
                value=next(_shown(one) for one in of if not is_period(one)),
            )
            yield Problem(Level.ERROR, "own_blackout_impossible", where, {"n": len(rows)})


def _bad_rows(rows: Recipients) -> list[int]:
    """The rows with own periods that cannot be expressed; many recipients share the same periods."""
    values = {id(periods): periods for periods in rows.blackouts.values()}
    bad = {key for key, periods in values.items() if not all(map(is_period, periods))}
    return sorted(row for row, periods in rows.blackouts.items() if id(periods) in bad) if bad else []


def _shown(period: Period) -> str:
    return f"{period.start.isoformat()}/{period.end.isoformat()}"
