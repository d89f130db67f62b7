"""A planned start in plain words, English or German: "tomorrow 9:00", "morgen um 9", "in 2 hours"."""

import re
from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from smsdesk.core.blackouts import parse_instant
from smsdesk.core.expanding import fixed, readings, zone_or_utc
from smsdesk.core.moments import folded

_LONGEST = 80
_DAY = timedelta(days=1)
_PAST = timedelta(days=60)
"""A day without a year that is over for longer is one of the next year."""
_NOW = {"now", "at once", "immediately", "jetzt", "sofort", "gleich"}


def _table(*rows: str) -> dict[str, int]:
    """Words and their place, from 0, of rows of words with one meaning."""
    return {word: at for at, row in enumerate(rows) for word in row.split()}


def _words(table: Mapping[str, int]) -> str:
    return "|".join(sorted(map(re.escape, table), key=len, reverse=True))


_NUMBERS = _table(
    "zero null", "one a an ein eine einer einem einen eins", "two zwei", "three drei", "four vier",
    "five fünf fuenf", "six sechs", "seven sieben", "eight acht", "nine neun", "ten zehn", "eleven elf",
    "twelve zwölf zwoelf",
)  # fmt: skip
_WEEKDAYS = _table(
    "monday mon mo montag montags", "tuesday tues tue tu di dienstag", "wednesday wed we mi mittwoch",
    "thursday thurs thur thu th do donnerstag", "friday fri fr freitag", "saturday sat sa samstag sonnabend",
    "sunday sun su so sonntag",
)  # fmt: skip
_MONTHS = _table(
    "", "january jan januar jänner", "february feb februar feber", "march mar märz maerz mär mrz",
    "april apr", "may mai", "june jun juni", "july jul juli", "august aug", "september sept sep",
    "october oct oktober okt", "november nov", "december dec dezember dez",
)  # fmt: skip
_UNITS = _table(
    "minutes minute mins min m minuten", "hours hour hrs hr h stunden stunde std",
    "days day d tage tagen tag", "weeks week w wochen woche",
)  # fmt: skip
_MINUTES, _HOURS, _DAYS, _WEEKS = range(4)
_COMING = {
    "day after tomorrow": 2,
    "übermorgen": 2,
    "uebermorgen": 2,
    "tomorrow": 1,
    "today": 0,
    "heute": 0,
}
_FORENOON = re.compile(r"\b(?:early|(?:in the )?mornings?|frühs?|frueh|vormittags?|morgens?)\b")
_AFTERNOON = re.compile(
    r"\b(?:(?:in the )?(?:afternoon|evening)s?|nachmittags?|abends?|tonight|(?:at )?night|nachts?)\b"
)
_CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2})(?:\s?[:.]\s?(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?)?"
    r"\s?(?P<half>[ap]\.?\s?m\.?)?\s?(?:uhr|h|o'clock)?\s?(?P<after>(?<=uhr )[0-9]{1,2}|(?<=h)[0-9]{2})?"
)
_FOUR = re.compile(r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?:\s?uhr|\s?h)?")
_NUMBER = rf"[0-9]{{1,2}}|{_words(_NUMBERS)}"
_QUARTERS = re.compile(
    rf"(?P<which>halb|half past|quarter past|viertel nach|quarter to|viertel vor|dreiviertel)\s"
    rf"(?P<hour>{_NUMBER})"
)
_QUARTER = {"half past": 30, "halb": -30, "quarter past": 15, "viertel nach": 15}
_IN_WORDS = re.compile(rf"(?P<hour>{_words(_NUMBERS)})(?:\s(?:uhr|o'clock))?")
_YEAR = r"(?:20[0-9]{2})"
_DAY_IN = r"(?P<d>[0-9]{1,2})"
_NAME = rf"(?P<name>{_words(_MONTHS)})"
_DAYS_WRITTEN = (
    re.compile(rf"(?<![0-9])(?P<y>[0-9]{{4}})-(?P<m>[0-9]{{1,2}})-{_DAY_IN}(?:t(?=[0-9]))?"),
    re.compile(
        rf"(?<![0-9:.]){_DAY_IN}\.\s?(?P<m>[0-9]{{1,2}})\.(?:\s?(?P<y>{_YEAR})|(?P<yy>[0-9]{{2}})(?![0-9:]))?"
    ),
    re.compile(rf"(?<![0-9]){_DAY_IN}/(?P<m>[0-9]{{1,2}})(?:/(?P<y>{_YEAR})|/(?P<yy>[0-9]{{2}}))?(?![0-9])"),
    re.compile(rf"(?<![0-9:.]){_DAY_IN}(?:\.|st|nd|rd|th)?\s?(?:of )?{_NAME}\b\.?,?(?:\s(?P<y>{_YEAR})\b)?"),
    re.compile(rf"\b{_NAME}\.?\s{_DAY_IN}(?:st|nd|rd|th)?(?![0-9:.])(?:,?\s(?P<y>{_YEAR})\b)?"),
    re.compile(rf"^{_DAY_IN}\.(?P<m>[0-9]{{1,2}})(?=\s.*[0-9])"),
)
_WEEKDAY = re.compile(
    rf"\b(?P<day>{_words(_WEEKDAYS)})(?:\b\.?|(?=morgen|früh|vormittag|mittag|nachmittag|abend|nacht))"
)
_NEXT = re.compile(r"\b(?:next|coming|nächste[nrs]?|naechste[nrs]?|kommende[nrs]?)\b")
_NEXT_WEEK = re.compile(r"\b(?:next week|(?:in der )?nächste[rn]? woche|(?:in der )?naechste[rn]? woche)\b")
_FILLING = re.compile(
    r"(?<![0-9])(?<![0-9] )\bam\b|\b(?:at|um|on|den|der|dem|the|ab|from|this|diesen|diesem|gegen|about)\b|,"
)
_OFFSET = re.compile(r"(?<=[0-9m ])(?P<utc>utc|gmt|z)?(?P<span>[+-][0-9]{2}:?[0-9]{2})?$")
_AMOUNT = re.compile(rf"(?P<n>[0-9]+(?:[.,][0-9]+)?|{_words(_NUMBERS)})\s?(?P<unit>{_words(_UNITS)})\b\.?")
_FROM_NOW = re.compile(r"(?:in |\+)\s?(?P<after>.+)|(?P<before>.+) from now")
_MORGEN = re.compile(r"\bmorgen\b")
_NIGHT = re.compile(r"\b(?:night|nachts?|tonight)\b")
_SMALL = timedelta(hours=5)
"""Before this it is still night."""
_NOON = {"noon", "midday", "mittag", "mittags"}
_MIDNIGHT = {"midnight", "mitternacht"}
_SPANS = {
    "half an hour": 30, "einer halben stunde": 30, "1/2 stunde": 30, "1/2 hour": 30,
    "a quarter of an hour": 15, "einer viertelstunde": 15, "einer dreiviertelstunde": 45,
    "an hour and a half": 90, "anderthalb stunden": 90, "eineinhalb stunden": 90,
}  # fmt: skip
"""Minutes."""


@dataclass(frozen=True, slots=True)
class Start:
    """``asked``: the clock of the place shows that time twice or never; then ``at`` is the earlier one.

    Instants have the offset of the zone they were read in.
    """

    at: datetime
    asked: bool = False
    other_at: datetime | None = None


def read_start(text: str, now: datetime, zone: str) -> Start | None:
    """What somebody means by ``text`` in a zone (IANA); None where it is not understood.

    A time alone and a weekday are the next ones to come; a start that was named by its day may be over.
    """
    if len(text) > _LONGEST:
        return None
    place = zone_or_utc(zone)
    words = " ".join(folded(text).casefold().split())
    try:
        if words in _NOW:
            return Start(_shown(now, place))
        return _exact(words) or _from_now(words, now, place) or _on_the_clock(words, now, place)
    except (ValueError, OverflowError):
        return None


def _exact(words: str) -> Start | None:
    """ISO 8601 with an offset."""
    try:
        return Start(parse_instant(words.upper()))
    except ValueError:
        return None


def _shown(instant: datetime, zone: tzinfo) -> datetime:
    """The instant as the clocks of a zone show it, without parts of a second."""
    return fixed(instant.astimezone(UTC).replace(microsecond=0).astimezone(zone))


def _number(word: str) -> float:
    return _NUMBERS[word] if word in _NUMBERS else float(word.replace(",", "."))


def _from_now(words: str, now: datetime, zone: tzinfo) -> Start | None:
    """Some time on: hours are exact, days keep the clock unless one is named."""
    found = _FROM_NOW.fullmatch(words)
    if found is None:
        return None
    amounts, rest = _amounts(found["before"] or found["after"])
    clock = _clock(rest) if rest else None
    spent = timedelta(minutes=amounts[_MINUTES]) + timedelta(hours=amounts[_HOURS])
    days = amounts[_DAYS] + amounts[_WEEKS] * 7
    if not any(amounts.values()) or (rest and (clock is None or spent or not days)) or days != int(days):
        return None
    if not days:
        return Start(_shown(now + spent, zone))
    local = _shown(now, zone) + spent
    return _at(local.date() + timedelta(days=days), clock or _since_midnight(local.time()), zone)


def _amounts(text: str) -> tuple[dict[int, float], str]:
    """How much of each unit a text begins with, and what follows."""
    amounts, rest = dict.fromkeys(range(4), 0.0), text
    if text in _SPANS:
        return {**amounts, _MINUTES: _SPANS[text]}, ""
    while found := _AMOUNT.match(rest):
        amounts[_UNITS[found["unit"]]] += _number(found["n"])
        rest = re.sub(r"^\s*(?:and |und |, )?\s*", "", rest[found.end() :])
    return amounts, rest.strip()


def _on_the_clock(words: str, now: datetime, zone: tzinfo) -> Start | None:
    """A day and a time, either in front; a time alone; a weekday."""
    words, zone = _without_offset(words, zone)
    today = now.astimezone(zone).date()
    day, rest, weekday = _day(words, today)
    clock = _clock(rest)
    if clock is None:
        return None
    if day is None or (weekday and day == today):
        # The next one to come.
        start = _at(day or today, clock, zone)
        if max(start.at, start.other_at or start.at) > now:
            return start
        return _at(today + timedelta(days=7 if weekday else 1), clock, zone)
    # The night of today ends tomorrow.
    is_late = day == today and clock < _SMALL and _NIGHT.search(words)
    return _at(day + _DAY if is_late else day, clock, zone)


def _without_offset(words: str, zone: tzinfo) -> tuple[str, tzinfo]:
    found = _OFFSET.search(words)
    if not found or not found[0]:
        return words, zone
    digits = (found["span"] or "+0000").replace(":", "")
    span = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
    return words[: found.start()].strip(), timezone(-span if digits[0] == "-" else span)


def _day(words: str, today: date) -> tuple[date | None, str, bool]:
    """The day that is named, the words without it, and whether it is named by its weekday alone.

    Raises ValueError for a day that does not exist, and for a weekday that it is not.
    """
    for name, ahead in _COMING.items():
        if found := re.search(rf"\b{name}\b", words):
            return today + timedelta(days=ahead), _cut(words, found), False
    day, rest = _dated(words, today)
    found = _WEEKDAY.search(rest)
    if found is None:
        if day is None and (found := _MORGEN.search(rest)):
            return today + _DAY, _cut(rest, found), False
        return day, rest, False
    weekday, rest = _WEEKDAYS[found["day"]], _cut(rest, found)
    if day is not None:
        if day.weekday() != weekday:
            raise ValueError(words)
        return day, rest, False
    return _coming(weekday, rest, today)


def _coming(weekday: int, rest: str, today: date) -> tuple[date, str, bool]:
    if found := _NEXT_WEEK.search(rest):
        monday = today + timedelta(days=7 - today.weekday())
        return monday + timedelta(days=weekday), _cut(rest, found), False
    ahead = (weekday - today.weekday()) % 7
    if found := _NEXT.search(rest):
        return today + timedelta(days=ahead or 7), _cut(rest, found), False
    return today + timedelta(days=ahead), rest, True


def _dated(words: str, today: date) -> tuple[date | None, str]:
    for pattern in _DAYS_WRITTEN:
        if found := pattern.search(words):
            return _calendar_day(found.groupdict(), today), _cut(words, found)
    return None, words


def _calendar_day(found: Mapping[str, str | None], today: date) -> date:
    """Raises ValueError for none. Without a year: of this one, or of the next if it is long over."""
    day, month = int(found["d"] or 0), int(found.get("m") or _MONTHS.get(found.get("name") or "", 0))
    if month > 12 >= day:
        day, month = month, day
    year = found.get("y") or (f"20{found['yy']}" if found.get("yy") else None)
    if year:
        return date(int(year), month, day)
    this = date(today.year, month, day) if (month, day) != (2, 29) else _leap_day(today.year)
    return this if this >= today - _PAST else _of_next_year(this)


def _leap_day(year: int) -> date:
    while not isleap(year):
        year += 1
    return date(year, 2, 29)


def _of_next_year(day: date) -> date:
    return _leap_day(day.year + 1) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)


def _cut(words: str, found: re.Match[str]) -> str:
    return f"{words[: found.start()]} {words[found.end() :]}".strip()


def _clock(text: str) -> timedelta | None:
    """The time since midnight; None for what is none."""
    afternoon = _AFTERNOON.search(text)
    part = afternoon or _FORENOON.search(text)
    bare = " ".join(_FILLING.sub(" ", _cut(text, part) if part else text).split())
    if bare in _NOON:
        return timedelta(hours=12)
    if bare in _MIDNIGHT:
        return _DAY
    clock = _of_the_clock(bare)
    half = timedelta(hours=12)
    if clock is not None and afternoon and timedelta(hours=1) <= clock < half:
        return clock if _NIGHT.search(text) and clock < _SMALL else clock + half
    return clock


def _of_the_clock(text: str) -> timedelta | None:
    if found := _QUARTERS.fullmatch(text):
        minutes = int(_number(found["hour"])) % 24 * 60 + _QUARTER.get(found["which"], -15)
        return timedelta(minutes=minutes % (24 * 60))
    if found := _IN_WORDS.fullmatch(text):
        return timedelta(hours=_NUMBERS[found["hour"]])
    found = _FOUR.fullmatch(text) or _CLOCK.fullmatch(text)
    if found is None:
        return None
    parts = found.groupdict()
    hour, minute = int(parts["hour"] or 0), int(parts.get("minute") or parts.get("after") or 0)
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    clock = timedelta(hours=hour, minutes=minute, seconds=int(parts.get("second") or 0))
    return clock if minute < 60 and clock <= _DAY else None


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)


def _at(day: date, clock: timedelta, zone: tzinfo) -> Start:
    local = datetime.combine(day, time()) + clock
    earlier, *later = readings(local.date(), local.time(), zone)
    return Start(earlier, bool(later), later[-1] if later else None)
