"""Dates, times and hours as people and programs write them, read by the country they come from."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from smsdesk.core.blackouts import DAYS, Period, parse_instant, parse_period
from smsdesk.core.numbers import tidied

MONTH_FIRST = frozenset({"US", "AS", "GU", "MP", "PR", "UM", "VI"})
"""Where 11/12/2026 is the 12th of November."""
_WEEKDAY = re.compile(r"^[^\W\d_]{2,10}[.,]?\s+(?=[0-9])")
_YEAR_FIRST = r"(?P<y>[0-9]{4})(?P<s>[-/.])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})"
_YEAR_LAST = r"(?P<a>[0-9]{1,2})(?P<t>[-/.])\s?(?P<b>[0-9]{1,2})(?P=t)\s?(?P<z>[0-9]{4}|[0-9]{2})"
_CLOCK = (
    r"(?P<hour>[0-9]{1,2})(?:\s?[:.h]\s?(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]+))?)?)?"
    r"\s?(?P<half>[ap]\.?\s?m\b\.?)?\s?(?:uhr|h\b)?"
)
_OFFSET = r"(?P<offset>z|utc|gmt|(?:utc|gmt)?[+-][0-9]{2}:?[0-9]{2})?"
_MOMENT = re.compile(
    rf"(?i)(?:{_YEAR_FIRST}|{_YEAR_LAST})(?:(?:t|,?\s+(?:um\s|at\s|a\s|alle\s)?){_CLOCK}\s?{_OFFSET})?"
)
_TIME = re.compile(rf"(?i){_CLOCK}")
_PLAIN_HOUR = re.compile(r"[0-9]{1,2}")
_BETWEEN = re.compile(
    r"(?i)\s*/\s*|\s*-\s*|\s+(?:bis|to|until|till|through|a|au|al|alle|hasta|fino a|jusqu'a)\s+"
)
_LEAD = re.compile(r"(?i)^(?:von|from|between|de|du|desde|dalle|dal|da|entre|zwischen)\s+")


class Unread(ValueError):
    """A text that is no period; ``code`` names the problem."""

    def __init__(self, code: str = "blackout_unreadable") -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Moment:
    """What is written: a day (without a clock: all of it), a clock (minutes since midnight may be 1440).

    ``offset`` is None where the time is that of the place.
    """

    day: date
    clock: timedelta | None = None
    offset: tzinfo | None = None

    @property
    def naive(self) -> bool:
        """Whether a zone is needed to know the instant."""
        return self.offset is None


@dataclass(frozen=True, slots=True)
class Hours:
    """Daily hours, each since midnight; they last over midnight where the end is not later."""

    start: timedelta
    end: timedelta


def folded(text: str) -> str:
    """Plain digits, spaces, dashes and no accents on the small words between times."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return tidied(text).replace("à", "a").replace("À", "a").replace("’", "'")


def read_moment(text: str, region: str) -> Moment:
    """Raises Unread: for what is no date, and with ``blackout_no_date`` for a date that does not exist."""
    text = _WEEKDAY.sub("", folded(text))
    found = _MOMENT.fullmatch(text)
    if found is None:
        return _exact(text)
    try:
        day = date(*_day(found, region))
    except ValueError:
        raise Unread("blackout_no_date") from None
    return Moment(day, _clock(found) if found["hour"] else None, _zone(found["offset"]))


def _exact(text: str) -> Moment:
    """ISO 8601 in its other forms."""
    try:
        instant = parse_instant(text)
    except ValueError:
        raise Unread from None
    return exactly(instant)


def exactly(instant: datetime) -> Moment:
    """An aware instant as it would be written."""
    clock = datetime.combine(instant.date(), instant.time()) - datetime.combine(instant.date(), time())
    return Moment(instant.date(), clock, timezone(instant.utcoffset() or timedelta()))


def _day(found: re.Match[str], region: str) -> tuple[int, int, int]:
    if found["y"]:
        return int(found["y"]), int(found["m"]), int(found["d"])
    first, second, year = int(found["a"]), int(found["b"]), int(found["z"])
    if found["t"] != "." and region in MONTH_FIRST:
        first, second = second, first
    return year + 2000 if year < 100 else year, second, first


def _clock(found: re.Match[str], half: str | None = None) -> timedelta:
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if half := (found["half"] or half):
        if not 1 <= hour <= 12:
            raise Unread("blackout_no_date")
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    part = timedelta(microseconds=int((found["part"] or "0")[:6].ljust(6, "0")))
    clock = timedelta(hours=hour, minutes=minute, seconds=second) + part
    if minute > 59 or second > 59 or clock > timedelta(days=1):
        raise Unread("blackout_no_date")
    return clock


def _zone(offset: str | None) -> tzinfo | None:
    if offset is None:
        return None
    digits = re.sub(r"[^0-9+-]", "", offset)
    if not digits:
        return UTC
    span = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
    if span >= timedelta(days=1) or int(digits[3:5]) > 59:
        raise Unread("blackout_no_date")
    return timezone(-span if digits[0] == "-" else span)


def read_clock(text: str) -> timedelta | None:
    """A time of day alone; None where it is something else. Raises Unread for one that does not exist."""
    text = folded(text)
    found = _TIME.fullmatch(text)
    return _clock(found) if found and not _PLAIN_HOUR.fullmatch(text) else None


def read_hours(text: str) -> Hours | None:
    """Daily hours such as ``18:00-08:00`` or ``18-8 Uhr``; None where it is something else. Raises Unread."""
    text = _LEAD.sub("", folded(text))
    for between in _BETWEEN.finditer(text):
        start, end = _TIME.fullmatch(text[: between.start()]), _TIME.fullmatch(text[between.end() :])
        if start and end:
            return hours_between(_clock(start, _half_of(start, end)), _clock(end))
    return None


def _half_of(start: re.Match[str], end: re.Match[str]) -> str | None:
    """In ``6-8 pm`` both are in the afternoon, in ``10-6 pm`` the first is in the morning."""
    half: str | None = end["half"]
    if half and int(start["hour"]) % 12 > int(end["hour"]) % 12:
        return "a" if half[0] in "pP" else "p"
    return half


def hours_between(start: timedelta, end: timedelta) -> Hours:
    """Raises Unread where they are one and the same."""
    if start == end:
        raise Unread("blackout_backwards")
    return Hours(start, end)


def read_pair(text: str, region: str) -> tuple[Moment, Moment]:
    """Start and end of one period; a date alone is that whole day. Raises Unread."""
    if not _BETWEEN.search(text) or _is_day(text):
        day = read_moment(text, region)
        if day.clock is None:
            return day, day
        raise Unread
    text, worst = _LEAD.sub("", folded(text)), Unread()
    for between in _BETWEEN.finditer(text):
        try:
            return read_moment(text[: between.start()], region), read_moment(text[between.end() :], region)
        except Unread as unread:
            if unread.code != Unread().code:
                worst = unread
    raise worst


def _is_day(text: str) -> bool:
    found = _MOMENT.fullmatch(_WEEKDAY.sub("", folded(text)))
    return found is not None and found["hour"] is None


def is_exact_interval(text: str) -> bool:
    """Whether it is an ISO 8601 interval with offsets."""
    try:
        parse_period(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Placed:
    """A period in time, and the problem of a local time that the clocks skip or show twice."""

    period: Period
    code: str | None = None


def placed(start: Moment, end: Moment, zone: tzinfo) -> Placed:
    """Moments as instants: of two readings of a time the one that makes the period longer.

    Raises Unread for an end that is not after the start.
    """
    try:
        starts, start_code = _readings(start, zone, timedelta())
        ends, end_code = _readings(end, zone, timedelta(days=1))
        period = Period(_fixed(min(starts)), _fixed(max(ends)))
    except OverflowError:
        raise Unread("blackout_no_date") from None
    if period.end <= period.start:
        raise Unread("blackout_backwards")
    return Placed(period, start_code or end_code)


def _readings(moment: Moment, zone: tzinfo, whole: timedelta) -> tuple[list[datetime], str | None]:
    """The instants that a moment may be; ``whole`` is the clock of one that is a whole day."""
    clock = whole if moment.clock is None else moment.clock
    local = datetime.combine(moment.day, time()) + clock
    if moment.offset is not None:
        return [local.replace(tzinfo=moment.offset)], None
    both = [local.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    if both[0].utcoffset() == both[1].utcoffset():
        return both[:1], None
    exists = both[0].astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local
    # Compared as instants: two times of one zone compare by what the clock shows.
    return [_through_utc(one, zone) for one in both], "blackout_twice" if exists else "blackout_gap"


def _through_utc(instant: datetime, zone: tzinfo) -> datetime:
    """The same instant as a time that the clocks do show, with a fixed offset."""
    return _fixed(instant.astimezone(UTC).astimezone(zone))


def _fixed(instant: datetime) -> datetime:
    """The same instant by its offset alone. Raises OverflowError beyond the years 1 to 9999 in UTC."""
    instant.astimezone(UTC)
    offset = instant.utcoffset() or timedelta()
    return instant.replace(tzinfo=timezone(offset) if offset else UTC, fold=0)


def daily(hours: Hours, zone: tzinfo, now: datetime) -> tuple[list[Period], str | None]:
    """The exact periods of daily hours that touch the coming ``DAYS`` days; the problem of one of them."""
    today = now.astimezone(zone).date()
    over = timedelta(days=1) if hours.end <= hours.start else timedelta()
    periods, codes = [], []
    for ahead in range(-1, DAYS + 1):
        day = today + timedelta(days=ahead)
        one = placed(Moment(day, hours.start), Moment(day, hours.end + over), zone)
        if one.period.end > now and one.period.start < now + timedelta(days=DAYS):
            periods.append(one.period)
            codes.append(one.code)
    return periods, next(filter(None, codes), None)
