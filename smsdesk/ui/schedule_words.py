"""Periods, rules and zones in words, as the schedule writes them."""

from collections.abc import Sequence
from datetime import date, datetime, time, tzinfo
from functools import lru_cache

from PySide6.QtCore import QLocale

from smsdesk.core import country_names as names
from smsdesk.core.blackouts import Period
from smsdesk.core.holidays import subdivision_names
from smsdesk.core.rules import EVERY_DAY, Rule, RuleKind
from smsdesk.words import day, language, say

_TRANSLATED = frozenset(
    {
        *("de-bw", "de-by", "de-he", "de-mv", "de-ni", "de-nw", "de-rp", "de-sn", "de-st", "de-th"),
        *("at-1", "at-2", "at-3", "at-4", "at-5", "at-6", "at-7", "at-8", "at-9"),
    }
)
"""Parts of countries that have another name in English."""


def minute(at: datetime, zone: tzinfo) -> str:
    """Day and minute: ``Tue 24 Nov 20:00``."""
    return f"{day(at, zone)} {at.astimezone(zone):%H:%M}"


def exact(at: datetime, zone: tzinfo, now: datetime) -> str:
    """Day, minute and offset; the year where it is another: ``Tue 24 Nov, 20:00 +01:00``."""
    return _exact(at, zone, now.astimezone(zone).year, language())


@lru_cache(maxsize=1024)
def _exact(at: datetime, zone: tzinfo, this_year: int, _language: str) -> str:
    local = at.astimezone(zone)
    year = "" if local.year == this_year else f" {local.year}"
    return f"{day(local, zone)}{year}, {local:%H:%M} {local.isoformat()[-6:]}"


def span_words(period: Period, zone: tzinfo) -> str:
    """From when to when, the second day where it is another: ``Tue 24 Nov 20:00 to Wed 25 Nov 08:00``."""
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    until = f"{end:%H:%M}" if start.date() == end.date() else minute(end, zone)
    return say("schedule.span", start=minute(start, zone), end=until)


def rule_words(rule: Rule) -> str:
    """What a rule is called: ``Every night 20:00 to 08:00``, ``Saturdays and Sundays``; its zone apart."""
    words = _kind_words(rule)
    words = words[:1].upper() + words[1:]
    if rule.first and rule.last:
        return say("rule.between", rule=words, first=date_words(rule.first), last=date_words(rule.last))
    if rule.first:
        return say("rule.first", rule=words, first=date_words(rule.first))
    return say("rule.last", rule=words, last=date_words(rule.last)) if rule.last else words


def _kind_words(rule: Rule) -> str:
    match rule.kind:
        case RuleKind.HOURS:
            span = {"start": clock_words(rule.start), "end": clock_words(rule.end)}
            if rule.weekdays != EVERY_DAY:
                return say("rule.hours.days", days=weekdays_words(rule.weekdays), **span)
            return say("rule.hours.night" if rule.end <= rule.start else "rule.hours.day", **span)
        case RuleKind.DAYS:
            return weekdays_words(rule.weekdays) if rule.weekdays != EVERY_DAY else say("rule.days.every")
        case RuleKind.HOLIDAYS:
            return say("rule.holidays", place=place_words(rule)) if rule.country else say("rule.holidays.own")


def place_words(rule: Rule) -> str:
    """The country or its part by name."""
    if not rule.subdivision:
        return country_name(rule.country)
    key = f"{rule.country}-{rule.subdivision}".lower()
    if key in _TRANSLATED:
        return say(f"place.{key}")
    return subdivision_names(rule.country).get(rule.subdivision, rule.subdivision)


def country_name(country: str) -> str:
    """A country's name in the language in use, else its own; its letters where there is none."""
    known = names.country_name(country, language())
    native = QLocale(QLocale.Language.AnyLanguage, QLocale.codeToTerritory(country)).nativeTerritoryName()
    return known or native or country


def clock_words(at: time) -> str:
    """``20:00``."""
    return f"{at:%H:%M}"


def date_words(at: date) -> str:
    """A day with its year: ``Tue 24 Nov 2026``."""
    return f"{day(datetime(at.year, at.month, at.day, 12), None)} {at.year}"  # noqa: DTZ001 (a day, no instant)


def weekdays_words(days: Sequence[int]) -> str:
    """Days of the week: ``Saturdays and Sundays``, ``Mondays to Fridays``."""
    names = [say(f"weekdays.{at}") for at in days]
    if len(days) >= 3 and list(days) == list(range(days[0], days[-1] + 1)):
        return say("weekdays.range", first=names[0], last=names[-1])
    if len(names) < 2:
        return "".join(names)
    return say("list.and", most=", ".join(names[:-1]), last=names[-1])


def zone_words(rule: Rule, zones: int = 0, assumed: int = 0) -> str:
    """Whose clock a rule goes by.

    ``zones``: how many the recipients have, 0 where that is not known; for how many people it is ``assumed``.
    """
    if rule.zone:
        return say("rule.zone.fixed", zone=rule.zone)
    words = say("rule.zone.own", zones) if zones else say("rule.zone.own.unknown")
    return say("rule.zone.assumed", assumed, zone=words) if assumed else words
