"""Checks of a campaign before it is sent: what the service would refuse, and what people would regret."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta

from smsdesk.core.blackouts import Period, covers, first_possible
from smsdesk.core.campaign import Campaign, Message, Review, TextTotals, Totals
from smsdesk.core.numbers import Standing, read_number
from smsdesk.core.options import check_options
from smsdesk.core.parts import Encoding, Parts, counted, measure, outside
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.request import MAX_SMS_PER_JOB
from smsdesk.core.templates import check_template, has_field, merged, missing

_ORDER = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTE: 2}


def review(campaign: Campaign, now: datetime, accounts: Collection[str]) -> Review:
    """All checks, from red to grey, and the totals; ``accounts`` are the names that exist."""
    texts = [list(merged(message)) for message in campaign.messages]
    measured = _measured(campaign, texts)
    totals = _totals(campaign, now, texts, measured)
    problems = [
        *_account(campaign, accounts),
        *check_options(campaign.options),
        *(
            p
            for index, message in enumerate(campaign.messages)
            for p in _message(index, message, texts[index])
        ),
        *_numbers(campaign),
        *_characters(campaign, texts),
        *_schedule(campaign, now, totals),
        *_options(campaign, totals),
    ]
    return Review(tuple(sorted(problems, key=lambda problem: _ORDER[problem.level])), totals)


def _account(campaign: Campaign, accounts: Collection[str]) -> Iterator[Problem]:
    if not campaign.account:
        yield Problem(Level.ERROR, "no_account", Where(field="account"))
    elif campaign.account not in accounts:
        yield Problem(Level.ERROR, "unknown_account", Where(field="account", value=campaign.account))
    if not campaign.name.strip():
        yield Problem(Level.WARNING, "no_name", Where(field="name"))


def _message(index: int, message: Message, texts: list[str]) -> Iterator[Problem]:
    at = Where(field="text", message=index)
    if not message.recipients:
        yield Problem(Level.ERROR, "no_recipients", Where(field="recipients", message=index))
    if not message.text.strip():
        yield Problem(Level.ERROR, "no_text", at)
        return
    if message.literal:
        return
    for problem in check_template(message.text):
        yield Problem(
            problem.level, problem.code, Where(field="text", message=index, value=problem.where.value)
        )
    for name, rows in missing(message.text, message.recipients).items():
        absent = not has_field(message.recipients, name)
        code, level = ("no_such_field", Level.ERROR) if absent else ("field_empty", Level.WARNING)
        where = Where(row=rows[0] + 1, field="text", message=index, value=name)
        yield Problem(level, code, where, {"n": len(rows), "field": name})
    empty = [row for row, text in enumerate(texts) if not text.strip()]
    if empty:
        where = Where(row=empty[0] + 1, field="text", message=index)
        yield Problem(Level.ERROR, "text_empty_for", where, {"n": len(empty)})


def _numbers(campaign: Campaign) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    doubtful: list[tuple[int, int]] = []
    for index, message in enumerate(campaign.messages):
        for row, dst in enumerate(message.recipients.dst):
            number = read_number(dst, campaign.region)
            seen[number.e164 or dst] += 1
            if number.standing is Standing.INVALID:
                where = Where(row=row + 1, value=dst, field="recipients", message=index)
                yield Problem(Level.ERROR, "recipient_invalid", where)
            elif number.standing is Standing.DOUBTFUL:
                doubtful.append((index, row))
    if doubtful:
        index, row = doubtful[0]
        where = Where(row=row + 1, field="recipients", message=index)
        yield Problem(Level.WARNING, "recipients_doubtful", where, {"n": len(doubtful)})
    twice = sum(count > 1 for count in seen.values())
    if twice:
        yield Problem(Level.WARNING, "number_twice", Where(field="recipients"), {"n": twice})


def _characters(campaign: Campaign, texts: list[list[str]]) -> Iterator[Problem]:
    options = campaign.options
    if options.encoding == "UTF-16" or options.invalid_characters in ("REPLACE", "TO_UTF16", "TRANSLITERATE"):
        return
    level = Level.ERROR if options.invalid_characters == "REFUSE" else Level.WARNING
    code = "characters_refused" if level is Level.ERROR else "characters_maybe_refused"
    for index, column in enumerate(texts):
        wrong = [(row, outside(text)) for text, row in {text: row for row, text in enumerate(column)}.items()]
        wrong = [(row, found) for row, found in wrong if found]
        if wrong:
            shown = "".join(dict.fromkeys(c for _, found in wrong for _, c in found))[:10]
            where = Where(row=wrong[0][0] + 1, field="text", message=index, value=shown)
            yield Problem(level, code, where, {"n": len(wrong)})


def _schedule(campaign: Campaign, now: datetime, totals: Totals) -> Iterator[Problem]:
    options = campaign.options
    start = options.start_at
    if start is not None and start < now:
        yield Problem(Level.WARNING, "start_past", Where(field="start"))
    over = sum(period.end <= max(start or now, now) for period in options.blackouts)
    if over:
        yield Problem(Level.WARNING, "blackout_over", Where(field="blackouts"), {"n": over})
    if covers(options.blackouts, max(start or now, now)):
        yield Problem(Level.WARNING, "start_in_blackout", Where(field="blackouts"))
    wait = totals.last_at - max(start or now, now)
    if options.validity_min and wait > timedelta(minutes=options.validity_min):
        yield Problem(Level.WARNING, "validity_short", Where(field="validity_min"))


def _options(campaign: Campaign, totals: Totals) -> Iterator[Problem]:
    options = campaign.options
    most = max(totals.histogram, default=0)
    if options.flash and most > 1:
        yield Problem(Level.WARNING, "flash_long", Where(field="flash"))
    if options.max_parts is not None and most > options.max_parts:
        count = sum(n for parts, n in totals.histogram.items() if parts > options.max_parts)
        yield Problem(Level.WARNING, "text_cut", Where(field="max_parts"), {"n": count})
    if not options.status_requested:
        yield Problem(Level.NOTE, "no_confirmation", Where(field="status_requested"))


def _measurer(campaign: Campaign) -> Callable[[str], Parts]:
    encoding = Encoding(campaign.options.encoding or "STANDARD")
    rule = campaign.options.invalid_characters or "TO_UTF16"

    def parts(text: str) -> Parts:
        if rule == "REFUSE" and encoding is Encoding.STANDARD and outside(text):
            return measure(text, Encoding.UTF16)
        return counted(text, encoding, rule)

    return parts


def _measured(campaign: Campaign, texts: list[list[str]]) -> dict[str, int]:
    """Parts of each distinct text; a bad option counts as the default."""
    distinct = {text for column in texts for text in column}
    if check_options(campaign.options):
        return {text: measure(text, Encoding.UTF16).parts for text in distinct}
    parts = _measurer(campaign)
    return {text: parts(text).parts for text in distinct}


def _totals(campaign: Campaign, now: datetime, texts: list[list[str]], parts: dict[str, int]) -> Totals:
    each = tuple(_text_totals(column, parts) for column in texts)
    histogram: Counter[int] = Counter()
    for one in each:
        histogram.update(one.histogram)
    rows = [(index, one.longest) for index, one in enumerate(each) if one.longest is not None]
    longest = max(rows, key=lambda at: len(texts[at[0]][at[1]]), default=None)
    limit = campaign.options.max_parts
    paid = sum(min(count, limit) * n if limit else count * n for count, n in histogram.items())
    sms = sum(histogram.values())
    first, last = _arrival(campaign, now)
    people = len({dst for message in campaign.messages for dst in message.recipients.dst})
    jobs = -(-sms // MAX_SMS_PER_JOB)
    return Totals(people, sms, paid, jobs, first, last, dict(sorted(histogram.items())), longest, each)


def _text_totals(column: list[str], parts: dict[str, int]) -> TextTotals:
    histogram = Counter(parts[text] for text in column)
    longest = max(range(len(column)), key=lambda row: len(column[row]), default=None)
    if longest is not None and not column[longest]:
        longest = None
    return TextTotals(dict(sorted(histogram.items())), longest)


def _arrival(campaign: Campaign, now: datetime) -> tuple[datetime, datetime]:
    """First and last instant at which an SMS may leave, by start and the union of its blackouts."""
    start = max(campaign.options.start_at or now, now)
    own: set[tuple[Period, ...]] = set()
    plain = False
    for message in campaign.messages:
        own.update(message.recipients.blackouts.values())
        plain = plain or len(message.recipients.blackouts) < len(message.recipients)
    if plain or not own:
        own.add(())
    instants = [first_possible((*campaign.options.blackouts, *periods), start) for periods in own]
    return min(instants), max(instants)
