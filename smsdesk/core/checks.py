"""Checks of a campaign before it is sent: what the service would refuse, and what people would regret."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from smsdesk.core.audit import Audit, audit
from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.columns import column_of
from smsdesk.core.contradictions import contradictions
from smsdesk.core.effective import Effective, arrivals, effective
from smsdesk.core.errors import Value
from smsdesk.core.expressible import expressible, looked_at, within_reason
from smsdesk.core.figures import Review
from smsdesk.core.options import HALVES, MAX_REFERENCE, Options, check_options
from smsdesk.core.people import People, read_people
from smsdesk.core.prices import Prices
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.standing import needed_fields, plain_name
from smsdesk.core.templates import check_template, has_field, near_fields
from smsdesk.core.totals import MOST_PARTS, totals_of

_ORDER = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTE: 2}
_NAMED = 3
"""How many of those left out, and how many rows, are named in a sentence."""
_MOST = 50
"""So many invalid numbers, and braces, have a problem of their own."""
_REPLACED = ("REPLACE", "TO_UTF16", "TRANSLITERATE")


def review(
    campaign: Campaign,
    now: datetime,
    accounts: Collection[str],
    do_not_contact: Collection[str] = (),
    prices: Prices | None = None,
    sender_zone: str = "UTC",
) -> Review:
    """All checks, from red to grey, and the totals; ``accounts`` are the names that exist.

    The totals are those of what will be sent: without who is among ``do_not_contact`` (E.164).
    """
    people = read_people(campaign, do_not_contact)
    sound = within_reason(campaign)
    counted = counted_options(campaign.options)
    audits = [
        audit(message, counted, out) for message, out in zip(sound.messages, people.listed, strict=True)
    ]
    return assemble(campaign, now, accounts, people, audits, effective(sound, now, sender_zone), prices)


def counted_options(options: Options) -> Options:
    """Only the options that the parts of a text depend on."""
    return Options(
        encoding=options.encoding,
        invalid_characters=options.invalid_characters,
        max_parts=options.max_parts,
    )


def assemble(
    campaign: Campaign,
    now: datetime,
    accounts: Collection[str],
    people: People,
    audits: Sequence[Audit],
    effective: Effective,
    prices: Prices | None = None,
) -> Review:
    """The review out of its pieces, each of which may have been made before what else changed.

    ``audits`` and ``effective`` are of :func:`smsdesk.core.expressible.within_reason` of the campaign.
    """
    left_out = people.left_out
    totals = totals_of(campaign, people, audits, effective, prices)
    read = (replace(message, text=looked_at(message)) for message in campaign.messages)
    each = zip(read, audits, people.listed, strict=True)
    problems = [
        *_account(campaign, accounts),
        *check_options(campaign.options),
        *expressible(campaign),
        *(p for index, (message, of, out) in enumerate(each) for p in _message(index, message, of, out)),
        *_numbers(campaign, people),
        *_references(campaign),
        *_characters(campaign, audits),
        *contradictions(campaign, now, audits, effective, left_out),
    ]
    ordered = tuple(sorted(problems, key=lambda problem: _ORDER[problem.level]))
    return Review(ordered, totals, left_out, tuple(audits), effective, arrivals(effective, left_out))


def _account(campaign: Campaign, accounts: Collection[str]) -> Iterator[Problem]:
    if not campaign.account:
        yield Problem(Level.ERROR, "no_account", Where(field="account"))
    elif campaign.account not in accounts:
        yield Problem(Level.ERROR, "unknown_account", Where(field="account", value=campaign.account))
    if not campaign.name.strip():
        yield Problem(Level.WARNING, "no_name", Where(field="name"))


def _message(index: int, message: Message, of: Audit, out: Collection[int]) -> Iterator[Problem]:
    at = Where(field="text", message=index)
    if not message.recipients:
        yield Problem(Level.ERROR, "no_recipients", Where(field="recipients", message=index))
    if not message.text.strip():
        yield Problem(Level.ERROR, "no_text", at)
        return
    if half := HALVES.search(message.text):
        yield Problem(Level.ERROR, "half_character", at, {"at": half.start() + 1})
    if max(of.histogram, default=0) > MOST_PARTS:
        where = Where(row=_row(of.longest), field="text", message=index)
        yield Problem(Level.ERROR, "text_endless", where, {"limit": MOST_PARTS})
    elif not message.literal:
        yield from _template(index, message, out)
    count, first = of.empty
    if count and not message.literal:
        where = Where(row=_row(first), field="text", message=index)
        yield Problem(Level.ERROR, "text_empty_for", where, {"n": count})


def _template(index: int, message: Message, out: Collection[int]) -> Iterator[Problem]:
    for problem in islice(check_template(message.text), _MOST):
        where = Where(field="text", message=index, value=problem.where.value)
        yield Problem(problem.level, problem.code, where, problem.values)
    for name in needed_fields(message):
        if has_field(message.recipients, name):
            yield from _empty(index, message, name, out)
        elif count := len(message.recipients):
            near = near_fields(name, [*message.recipients.fields])
            values: dict[str, Value] = {"n": count, "field": name}
            if near:
                values |= {"near": near, "reason": "near"}
            where = Where(row=1, field="text", message=index, value=name)
            yield Problem(Level.ERROR, "no_such_field", where, values)


def _empty(index: int, message: Message, name: str, out: Collection[int]) -> Iterator[Problem]:
    """Rows that have nothing in a column, those apart who get nothing."""
    columns = {plain_name(column): cells for column, cells in message.recipients.fields.items()}
    empty = (column_of(columns[plain_name(name)]).series == "").arg_true()
    rows = [row for row in empty.head(_NAMED + len(out)) if row not in out]
    count = len(empty) - sum(int(row in out) for row in empty) if out else len(empty)
    if count:
        where = Where(row=rows[0] + 1, field="text", message=index, value=name)
        named = ", ".join(str(row + 1) for row in rows[:_NAMED]) + (", ..." if count > _NAMED else "")
        yield Problem(Level.WARNING, "field_empty", where, {"n": count, "field": name, "rows": named})


def _numbers(campaign: Campaign, people: People) -> Iterator[Problem]:
    for index, row in people.invalid[:_MOST]:
        dst = campaign.messages[index].recipients.dst[row]
        where = Where(row=row + 1, value=dst, field="recipients", message=index)
        yield Problem(Level.ERROR, "recipient_invalid", where)
    if more := people.invalid[_MOST:]:
        where = Where(row=more[0][1] + 1, field="recipients", message=more[0][0])
        yield Problem(Level.ERROR, "recipients_invalid", where, {"n": len(more)})
    if people.doubtful:
        index, row = people.doubtful[0]
        where = Where(row=row + 1, field="recipients", message=index)
        yield Problem(Level.WARNING, "recipients_doubtful", where, {"n": len(people.doubtful)})
    if people.twice:
        yield Problem(Level.WARNING, "number_twice", Where(field="recipients"), {"n": people.twice})
    yield from _left_out(campaign, people)


def _left_out(campaign: Campaign, people: People) -> Iterator[Problem]:
    """Who is on the do-not-contact list: a note, unless nobody else is there."""
    n = sum(map(len, people.listed))
    if not n:
        return
    index, rows = next((index, rows) for index, rows in enumerate(people.listed) if rows)
    where = Where(row=next(iter(rows)) + 1, field="recipients", message=index)
    numbers = dict.fromkeys(number for out in people.listed for number in out.values())
    named = ", ".join([*numbers][:_NAMED]) + (", ..." if len(numbers) > _NAMED else "")
    everybody = n == campaign.sms_count
    level = Level.ERROR if everybody else Level.NOTE
    code = "all_do_not_contact" if everybody else "some_do_not_contact"
    yield Problem(level, code, where, {"n": n, "numbers": named})


def _references(campaign: Campaign) -> Iterator[Problem]:
    """References of recipients that are longer than is recommended."""
    for index, message in enumerate(campaign.messages):
        column = column_of(message.recipients.reference).series
        long = (column.str.len_chars() > MAX_REFERENCE).arg_true()
        if len(long):
            where = Where(row=long[0] + 1, field="recipients", message=index, column="reference")
            yield Problem(Level.WARNING, "references_long", where, {"n": len(long), "limit": MAX_REFERENCE})


def _characters(campaign: Campaign, audits: Sequence[Audit]) -> Iterator[Problem]:
    """Characters that are refused, or would be by an account that says nothing else."""
    options = campaign.options
    if options.encoding == "UTF-16" or options.invalid_characters in _REPLACED:
        return
    code = "characters_refused" if options.invalid_characters == "REFUSE" else "characters_maybe_refused"
    for index, of in enumerate(audits):
        if of.refused:
            shown = of.refused_characters
            where = Where(row=_row(of.first_refused), field="text", message=index, value=shown)
            yield Problem(Level.ERROR, code, where, {"n": of.refused, "characters": shown})


def _row(row: int | None) -> int | None:
    return None if row is None else row + 1
