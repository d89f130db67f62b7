"""Checks of a campaign before it is sent: what the service would refuse, and what people would regret."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from smsdesk.core.blackouts import Period, covers, first_possible
from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.columns import column_of
from smsdesk.core.effective import arrivals, effective
from smsdesk.core.figures import Review, TextTotals, Totals
from smsdesk.core.numbering import DOUBTFUL, INVALID, VALID, read_column
from smsdesk.core.numbers import Standing, read_number
from smsdesk.core.options import check_options
from smsdesk.core.parts import BASIC, EXTENSION, Encoding, Parts, counted, measure, outside
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.request import MAX_SMS_PER_JOB
from smsdesk.core.templates import check_template, has_field, merged, missing

_ORDER = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTE: 2}
_STANDINGS = {Standing.VALID: VALID, Standing.DOUBTFUL: DOUBTFUL, Standing.INVALID: INVALID}
_FEW = 2_000
"""Up to so many recipients are cheaper to read one by one."""
_PLAIN = re.compile(f"[{re.escape(''.join(sorted(BASIC)))}]*")
"""A text of characters of one septet."""
_OUTSIDE = re.compile(f"[^{re.escape(''.join(sorted(BASIC | EXTENSION)))}]")
_BELOW = re.compile("[\0-\uffff]*")
"""A text of characters of one UTF-16 code unit."""
_SHOWN = 10
"""How many of the characters outside the alphabet are shown."""
_NAMED = 3
"""How many of those left out are named in the sentence."""


def review(
    campaign: Campaign, now: datetime, accounts: Collection[str], do_not_contact: Collection[str] = ()
) -> Review:
    """All checks, from red to grey, and the totals; ``accounts`` are the names that exist.

    The totals are those of what will be sent: without who is among ``do_not_contact`` (E.164).
    """
    people = read_people(campaign, do_not_contact)
    texts = [list(merged(message)) for message in campaign.messages]
    going = [_without(column, out) for column, out in zip(texts, people.listed, strict=True)]
    measured = parts_by_text(campaign, going)
    totals = _totals(campaign, now, texts, people, measured)
    problems = [
        *_account(campaign, accounts),
        *check_options(campaign.options),
        *(
            p
            for index, message in enumerate(campaign.messages)
            for p in _message(index, message, texts[index], people.listed[index])
        ),
        *_numbers(campaign, people),
        *_characters(campaign, texts, people.listed),
        *_schedule(campaign, now, totals),
        *_options(campaign, totals),
    ]
    ordered = tuple(sorted(problems, key=lambda problem: _ORDER[problem.level]))
    left_out = tuple(tuple(out) for out in people.listed)
    times = effective(campaign, now)
    return Review(ordered, totals, left_out, (), times, arrivals(times, left_out))


@dataclass(frozen=True, slots=True)
class People:
    """What the numbers of a campaign's recipients say; a place is message and row, from 0.

    ``listed``: of each message the rows on the do-not-contact list, with the number (E.164). Those
    are not asked whether they are doubtful or there twice.
    """

    listed: tuple[dict[int, str], ...]
    invalid: tuple[tuple[int, int], ...]
    doubtful: tuple[tuple[int, int], ...]
    distinct: int
    twice: int


def read_people(campaign: Campaign, do_not_contact: Collection[str]) -> People:
    """Reads all numbers of a campaign."""
    by_columns = campaign.sms_count > _FEW
    return (people_by_columns if by_columns else people_by_rows)(campaign, do_not_contact)


def people_by_rows(campaign: Campaign, do_not_contact: Collection[str]) -> People:
    """As :func:`read_people`, number by number."""
    listed: list[dict[int, str]] = []
    bad: dict[Standing, list[tuple[int, int]]] = {standing: [] for standing in Standing}
    seen: Counter[str] = Counter()
    numbers = frozenset(do_not_contact)
    for index, message in enumerate(campaign.messages):
        out: dict[int, str] = {}
        for row, dst in enumerate(message.recipients.dst):
            number = read_number(dst, campaign.region)
            if number.e164 in numbers:
                out[row] = number.e164
                continue
            seen[number.e164 or dst] += 1
            bad[number.standing].append((index, row))
        listed.append(out)
    twice = sum(count > 1 for count in seen.values())
    invalid, doubtful = (tuple(bad[standing]) for standing in (Standing.INVALID, Standing.DOUBTFUL))
    return People(tuple(listed), invalid, doubtful, len(seen), twice)


def people_by_columns(campaign: Campaign, do_not_contact: Collection[str]) -> People:
    """As :func:`read_people`, all numbers at once."""
    import polars as pl

    frames = []
    for index, message in enumerate(campaign.messages):
        dst = column_of(message.recipients.dst).series.rename("dst")
        read = read_column(dst, campaign.region).with_columns(dst, message=pl.lit(index, pl.Int64))
        frames.append(read.with_row_index("row"))
    rows = pl.concat(frames)
    numbers = pl.Series([*do_not_contact], dtype=pl.String)
    is_listed = pl.col("e164").is_in(numbers.implode()) & (pl.col("e164") != "")
    told, rest = rows.filter(is_listed), rows.filter(~is_listed)
    listed: list[dict[int, str]] = [{} for _ in campaign.messages]
    for index, row, number in told.select("message", "row", "e164").iter_rows():
        listed[index][row] = number
    who = pl.when(pl.col("e164") != "").then("e164").otherwise("dst").alias("who")
    count = rest.group_by(who).len()["len"]
    invalid, doubtful = (
        tuple(rest.filter(pl.col("standing") == standing).select("message", "row").iter_rows())
        for standing in (INVALID, DOUBTFUL)
    )
    return People(tuple(listed), invalid, doubtful, len(count), int((count > 1).sum()))


def _without(column: list[str], out: Collection[int]) -> list[str]:
    return [text for row, text in enumerate(column) if row not in out] if out else column


def _account(campaign: Campaign, accounts: Collection[str]) -> Iterator[Problem]:
    if not campaign.account:
        yield Problem(Level.ERROR, "no_account", Where(field="account"))
    elif campaign.account not in accounts:
        yield Problem(Level.ERROR, "unknown_account", Where(field="account", value=campaign.account))
    if not campaign.name.strip():
        yield Problem(Level.WARNING, "no_name", Where(field="name"))


def _message(index: int, message: Message, texts: list[str], out: Collection[int]) -> Iterator[Problem]:
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
    empty = [row for row, text in enumerate(texts) if not text.strip() and row not in out]
    if empty:
        where = Where(row=empty[0] + 1, field="text", message=index)
        yield Problem(Level.ERROR, "text_empty_for", where, {"n": len(empty)})


def _numbers(campaign: Campaign, people: People) -> Iterator[Problem]:
    for index, row in people.invalid:
        dst = campaign.messages[index].recipients.dst[row]
        where = Where(row=row + 1, value=dst, field="recipients", message=index)
        yield Problem(Level.ERROR, "recipient_invalid", where)
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


def _characters(
    campaign: Campaign, texts: list[list[str]], listed: Sequence[Collection[int]]
) -> Iterator[Problem]:
    options = campaign.options
    if options.encoding == "UTF-16" or options.invalid_characters in ("REPLACE", "TO_UTF16", "TRANSLITERATE"):
        return
    level = Level.ERROR if options.invalid_characters == "REFUSE" else Level.WARNING
    code = "characters_refused" if level is Level.ERROR else "characters_maybe_refused"
    for index, column in enumerate(texts):
        out = listed[index]
        rows = {text: row for row, text in enumerate(column) if row not in out}
        wrong = [(row, text) for text, row in rows.items() if _OUTSIDE.search(text)]
        if wrong:
            distinct = dict.fromkeys(c for _, text in wrong for c in _OUTSIDE.findall(text))
            shown = "".join(distinct)[:_SHOWN]
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


def _measurer(encoding: Encoding, rule: str) -> Callable[[str], Parts]:
    def parts(text: str) -> Parts:
        if rule == "REFUSE" and encoding is Encoding.STANDARD and outside(text):
            return measure(text, Encoding.UTF16)
        return counted(text, encoding, rule)

    return parts


def parts_by_text(campaign: Campaign, texts: list[list[str]]) -> dict[str, int]:
    """Parts of each distinct text; a bad option counts as the default."""
    distinct = {text for column in texts for text in column}
    if check_options(campaign.options):
        encoding, rule = Encoding.UTF16, "TO_UTF16"
    else:
        encoding = Encoding(campaign.options.encoding or "STANDARD")
        rule = campaign.options.invalid_characters or "TO_UTF16"
    parts = _measurer(encoding, rule)
    in_units = encoding is Encoding.UTF16
    outside_too = rule in ("TO_UTF16", "REFUSE")
    known: dict[tuple[bool, int], int] = {}
    out = {}
    for text in distinct:
        plain = not in_units and _PLAIN.fullmatch(text) is not None
        one_each = in_units or (outside_too and _OUTSIDE.search(text) is not None)
        if not plain and not (one_each and _BELOW.fullmatch(text)):
            out[text] = parts(text).parts
            continue
        # One unit a character: the length alone decides.
        key = (plain, len(text))
        if key not in known:
            known[key] = parts(text).parts
        out[text] = known[key]
    return out


def _totals(
    campaign: Campaign, now: datetime, texts: list[list[str]], people: People, parts: dict[str, int]
) -> Totals:
    each = tuple(_text_totals(column, out, parts) for column, out in zip(texts, people.listed, strict=True))
    histogram: Counter[int] = Counter()
    for one in each:
        histogram.update(one.histogram)
    rows = [(index, one.longest) for index, one in enumerate(each) if one.longest is not None]
    longest = max(rows, key=lambda at: len(texts[at[0]][at[1]]), default=None)
    limit = campaign.options.max_parts
    paid = sum(min(count, limit) * n if limit else count * n for count, n in histogram.items())
    sms = sum(histogram.values())
    first, last = _arrival(campaign, now, people.listed)
    jobs = -(-sms // MAX_SMS_PER_JOB)
    return Totals(
        people.distinct, sms, paid, jobs, first, last, dict(sorted(histogram.items())), longest, each
    )


def _text_totals(column: list[str], out: Collection[int], parts: dict[str, int]) -> TextTotals:
    histogram = Counter(map(parts.__getitem__, _without(column, out)))
    lengths = [*map(len, column)]
    for row in out:
        lengths[row] = 0
    most = max(lengths, default=0)
    return TextTotals(dict(sorted(histogram.items())), lengths.index(most) if most else None)


def _arrival(
    campaign: Campaign, now: datetime, listed: Sequence[Collection[int]]
) -> tuple[datetime, datetime]:
    """First and last instant at which an SMS may leave, by start and the union of its blackouts."""
    start = max(campaign.options.start_at or now, now)
    own: set[tuple[Period, ...]] = set()
    plain = False
    for message, out in zip(campaign.messages, listed, strict=True):
        blackouts = message.recipients.blackouts
        going = {row: periods for row, periods in blackouts.items() if row not in out} if out else blackouts
        own.update(going.values())
        plain = plain or len(going) < len(message.recipients) - len(out)
    if plain or not own:
        own.add(())
    instants = [first_possible((*campaign.options.blackouts, *periods), start) for periods in own]
    return min(instants), max(instants)
