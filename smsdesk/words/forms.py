"""Figures, times and spans as a person writes them, in the language in use."""

from datetime import datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from math import ceil

from smsdesk.words.catalogue import language, number, say

_DAYS = {
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    "de": ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
}
_MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "de": ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sep.", "Okt.", "Nov.", "Dez."],
}
_LONG_DAYS = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "de": ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
}
_LONG_MONTHS = {
    "en": [
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ],
    "de": [
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ],
}
MINUTE, HOUR, DAY = 60, 3600, 86400
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
_CENT = Decimal("0.01")
_FIRM = "\u00a0"
"""A blank at which no line ends."""


def clock(at: datetime, zone: tzinfo | None = None) -> str:
    """The time of day to the second, in ``zone`` (``None``: the system's)."""
    return f"{at.astimezone(zone):%H:%M:%S}"


def _date(at: datetime, year: int | None) -> str:
    """The day; with its year where that is not ``year``."""
    tag = language()
    day, month = _DAYS[tag][at.weekday()], _MONTHS[tag][at.month - 1]
    date = f"{day} {at.day} {month}" if tag == "en" else f"{day} {at.day}. {month}"
    return date if at.year == year else f"{date} {at.year}"


def day(at: datetime, zone: tzinfo | None = None) -> str:
    """The day: ``Tue 24 Nov``."""
    local = at.astimezone(zone)
    return _date(local, local.year)


def short_time(at: datetime, zone: tzinfo | None, now: datetime) -> str:
    """As short as can be: to the second of today's (``14:00:41``), the day and the minute of an older one.

    ``23 Nov 14:00``; of another year its day alone.
    """
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return clock(at, zone)
    tag = language()
    date = f"{local.day}{'' if tag == 'en' else '.'} {_MONTHS[tag][local.month - 1]}"
    return f"{date} {local:%H:%M}" if local.year == today.year else f"{date} {local.year}"


def whole_day(at: datetime, zone: tzinfo | None = None) -> str:
    """The day with nothing left out: ``Tuesday 24 November 2026``."""
    local, tag = at.astimezone(zone), language()
    day, month = _LONG_DAYS[tag][local.weekday()], _LONG_MONTHS[tag][local.month - 1]
    return f"{day}{'' if tag == 'en' else ','} {local.day}{'' if tag == 'en' else '.'} {month} {local.year}"


def day_time(at: datetime, zone: tzinfo | None, now: datetime) -> str:
    """The minute, with its day in words where that is near (``today 14:00``), its year where it differs."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    near = {0: "time.today", 1: "time.tomorrow", -1: "time.yesterday"}
    code = near.get((local.date() - today).days)
    return f"{say(code)} {local:%H:%M}" if code else f"{_date(local, today.year)}, {local:%H:%M}"


def full_time(at: datetime, zone: tzinfo | None = None) -> str:
    """Date, minute and offset, for what must not be mistaken: ``Tue 24 Nov 2026, 09:00 +01:00``."""
    local = at.astimezone(zone)
    return f"{_date(local, None)}, {local:%H:%M} {local.isoformat()[-6:]}"


def utc_offset(at: datetime, zone: tzinfo | None) -> str:
    """How far a zone is from UTC at an instant: ``UTC+2``, ``UTC-3:30``."""
    minutes = int((at.astimezone(zone).utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}" if minutes else "UTC"


def lasting(span: timedelta) -> str:
    """How long, in its two largest units: ``18 h 58 min``."""
    seconds = max(0, int(span.total_seconds()))
    for unit, smaller, long, short in (
        (DAY, HOUR, "time.d", "time.h"),
        (HOUR, MINUTE, "time.h", "time.min"),
        (MINUTE, 1, "time.min", "time.s"),
    ):
        if seconds >= unit:
            first, rest = divmod(seconds, unit)
            second = rest // smaller
            words = say(long, first)
            return f"{words} {say(short, second)}" if second else words
    return say("time.s", seconds)


def ago(span: timedelta) -> str:
    """How long ago, in its largest unit: ``4 s ago``."""
    seconds = max(0, int(span.total_seconds()))
    if seconds >= DAY:
        return say("time.ago.d", seconds // DAY)
    for unit, code in ((HOUR, "time.h"), (MINUTE, "time.min")):
        if seconds >= unit:
            return say("time.ago", span=say(code, seconds // unit))
    return say("time.ago", span=say("time.s", seconds))


def countdown(span: timedelta) -> str:
    """What is left, as a clock that runs down: ``0:08``, ``1:02:03``; 0:00 is over."""
    seconds = max(0, ceil(span.total_seconds()))
    hours, rest = divmod(seconds, HOUR)
    minutes, last = divmod(rest, MINUTE)
    return f"{hours}:{minutes:02}:{last:02}" if hours else f"{minutes}:{last:02}"


def file_size(n: int) -> str:
    """Bytes in the unit that keeps the figure short: ``42 kB``."""
    size, unit = float(n), "B"
    for larger in ("kB", "MB", "GB"):
        if round(size) < 1000:
            break
        size, unit = size / 1000, larger
    return f"{size:.0f} {unit}"


def money(amount: Decimal, currency: str, *, exact: bool = False) -> str:
    """An amount with its currency (ISO 4217): ``€ 683.40``, in German ``683,40 €``.

    To the cent, and where a price is less than one, or is wanted ``exact``, to its last digit.
    """
    small = exact or 0 < abs(amount) < _CENT
    rounded = amount.normalize() if small else amount.quantize(_CENT, ROUND_HALF_UP)
    whole, _, cents = f"{abs(rounded):f}".partition(".")
    sign = _SIGNS.get(currency, currency)
    minus = "-" if rounded < 0 else ""
    if language() == "de":
        return f"{minus}{number(int(whole))},{cents:0<2}{_FIRM}{sign}".rstrip()
    return f"{minus}{sign}{_FIRM}{number(int(whole))}.{cents:0<2}".strip()
