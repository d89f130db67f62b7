"""When an SMS may first arrive and what it waits for, in words: for the preview and for the schedule."""

from datetime import datetime, tzinfo

from smsdesk.core.campaign import Campaign
from smsdesk.core.effective import Cause, Way
from smsdesk.core.rules import WEEKEND, Rule, RuleKind
from smsdesk.words import day_time, say


def cause_words(way: Way, campaign: Campaign) -> str:
    """What the recipients of a way wait for last: ``quiet hours 20:00 to 08:00``; "" for nothing."""
    match way.cause:
        case Cause.AT_ONCE:
            return ""
        case Cause.START:
            return say("arrival.cause.start")
        case Cause.DRAWN:
            ends = (p for p in campaign.options.blackouts if p.end == way.arrives_at)
            named = (campaign.period_names.get(period) for period in ends)
            return next((name for name in named if name), say("arrival.cause.drawn"))
        case Cause.OWN:
            return say("arrival.cause.own")
        case Cause.RULE:
            known = way.rule is not None and way.rule < len(campaign.rules)
            return rule_kind_words(campaign.rules[way.rule or 0]) if known else say("arrival.cause.drawn")


def rule_kind_words(rule: Rule) -> str:
    """A rule in a few words, its zone and days apart."""
    match rule.kind:
        case RuleKind.HOURS:
            return say("arrival.cause.hours", start=f"{rule.start:%H:%M}", end=f"{rule.end:%H:%M}")
        case RuleKind.DAYS:
            return say("arrival.cause.weekend" if rule.weekdays == WEEKEND else "arrival.cause.days")
        case RuleKind.HOLIDAYS:
            return say("arrival.cause.holidays")


def arrival_words(way: Way, campaign: Campaign, now: datetime, zone: tzinfo | None = None) -> str:
    """When it may first arrive, and why not before: ``Wed 25 Nov, 08:00, after quiet hours ...``.

    A time zone that is not known for the number is marked as assumed.
    """
    words = _arrival(way, campaign, now, zone)
    return f"{words} · {say('arrival.assumed')}" if way.assumed else words


def _arrival(way: Way, campaign: Campaign, now: datetime, zone: tzinfo | None) -> str:
    if way.arrives_at is None:
        return say("arrival.never")
    cause = cause_words(way, campaign)
    if not cause:
        return say("arrival.at_once")
    when = day_time(way.arrives_at, zone, now)
    return say("arrival.from" if way.cause is Cause.START else "arrival.after", when=when, cause=cause)
