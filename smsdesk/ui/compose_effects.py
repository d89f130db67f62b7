"""What each option does to the campaign at hand, in figures: what it costs, cuts, or may lose.

Pure: a campaign and its review in, words out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from smsdesk.core.campaign import Campaign
from smsdesk.core.figures import Review
from smsdesk.core.options import MAX_BILLCODE, USER_REFERENCE_LIMIT, Options, check_options, is_sender
from smsdesk.core.prices import Cost
from smsdesk.words import lasting, money, say

MAX_SENDER, MAX_DIGITS = 11, 15
_LOST = 60
"""How many characters of the words that are cut off are shown."""
_NUMBER = re.compile(r"\+?[0-9]+")


@dataclass(frozen=True, slots=True)
class Effect:
    """What an option does; ``heeded``: something that a person may not want."""

    words: str
    heeded: bool = False


Effects = Mapping[str, Effect | None]
"""By the option's name."""


def written_effects(options: Options) -> Effects:
    """What can be said of an option from its words alone, while they are being written."""
    return {
        "src": _sender(options.src),
        "reference": _room(options.reference, USER_REFERENCE_LIMIT),
        "billcode": _room(options.billcode, MAX_BILLCODE),
    }


def _sender(src: str | None) -> Effect | None:
    if not src:
        return Effect(say("effect.src.none"))
    if not is_sender(src):
        return None
    if _NUMBER.fullmatch(src):
        return Effect(say("effect.src.digits", n=len(src.lstrip("+")), of=MAX_DIGITS))
    return Effect(say("effect.src.letters", n=len(src), of=MAX_SENDER))


def _room(text: str | None, limit: int) -> Effect | None:
    return Effect(say("effect.room", n=len(text), of=limit)) if text and len(text) <= limit else None


def campaign_effects(campaign: Campaign, review: Review) -> Effects:
    """What the other options do to the texts, the wait and the outcomes of this campaign."""
    if not review.totals.sms:
        return {}
    effects = {
        "status_requested": _confirmation(campaign.options, review),
        "validity_min": _validity(campaign.options, review),
        "flash": _flash(campaign.options, review),
        "encoding": _encoding(campaign.options, review),
        "invalid_characters": _characters(campaign.options, review),
        "max_parts": _cut(campaign.options, review),
    }
    wrong = {problem.where.field for problem in check_options(campaign.options)}
    return {name: effect for name, effect in effects.items() if name not in wrong}


def _confirmation(options: Options, review: Review) -> Effect | None:
    if options.status_requested:
        return None
    code = "account" if options.status_requested is None else "off"
    return Effect(say(f"effect.status_requested.{code}", review.totals.sms), heeded=True)


def _validity(options: Options, review: Review) -> Effect | None:
    if not review.arrivals:
        return None
    waits = [(at - review.effective.start_at, n) for at, n in review.arrivals]
    longest = max(span for span, _ in waits)
    if not options.validity_min:
        return Effect(say("effect.validity.wait", span=lasting(longest))) if longest else None
    validity = timedelta(minutes=options.validity_min)
    late = sum(n for span, n in waits if span > validity)
    spans = {"span": lasting(validity), "longest": lasting(longest)}
    if late:
        return Effect(say("effect.validity.late", late, **spans), heeded=True)
    return Effect(say("effect.validity.enough" if longest else "effect.validity", **spans))


def _flash(options: Options, review: Review) -> Effect | None:
    long = sum(n for parts, n in review.totals.histogram.items() if parts > 1)
    if not options.flash or not long:
        return None
    return Effect(say("effect.flash.long", long), heeded=True)


def _encoding(options: Options, review: Review) -> Effect | None:
    if options.encoding == "UTF-16":
        extra = sum(audit.paid - audit.parts_as_standard for audit in review.audits)
        if extra <= 0:
            return Effect(say("effect.encoding.free"))
        price = _one_price(review.totals.cost)
        if review.totals.cost is None or price is None:
            return Effect(say("effect.encoding.costs", extra), heeded=True)
        more = money(price * extra, review.totals.cost.currency)
        return Effect(say("effect.encoding.costs.money", extra, cost=more), heeded=True)
    unicode = sum(audit.utf16 for audit in review.audits)
    return Effect(say("effect.encoding.unicode", unicode)) if unicode else None


def _one_price(cost: Cost | None) -> Decimal | None:
    """What each part costs, where that is the same for all."""
    each = (
        {one.amount / one.parts for one in cost.by_region.values() if one.amount is not None and one.parts}
        if cost
        else ()
    )
    return next(iter(each)) if cost and len(each) == 1 and not cost.unpriced else None


def _characters(options: Options, review: Review) -> Effect | None:
    if options.encoding == "UTF-16":
        return Effect(say("effect.characters.idle"))
    texts = sum(audit.refused for audit in review.audits)
    if not texts:
        return Effect(say("effect.characters.none"))
    found = "".join(dict.fromkeys("".join(audit.refused_characters for audit in review.audits)))
    rule = (options.invalid_characters or "account").lower()
    heeded = rule in ("refuse", "replace", "account")
    return Effect(say(f"effect.characters.{rule}", texts, characters=found), heeded=heeded)


def _cut(options: Options, review: Review) -> Effect | None:
    most = max(review.totals.histogram, default=0)
    cut = sum(audit.cut for audit in review.audits)
    if options.max_parts and cut:
        lost = max((audit.cut_words for audit in review.audits), key=len).strip()
        shown = lost if len(lost) <= _LOST else f"{lost[:_LOST].rstrip()}…"
        return Effect(say("effect.max_parts.cuts", cut, lost=" ".join(shown.split())), heeded=True)
    if not most:
        return None
    code = "effect.max_parts.enough" if options.max_parts else "effect.max_parts.longest"
    return Effect(say(code, most))
