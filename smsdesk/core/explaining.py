"""Explained waiting: why an SMS is not final yet, and what is expected next, by the request and the clock."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from smsdesk.core.blackouts import Period, covers, first_possible
from smsdesk.core.expanding import expansions
from smsdesk.core.numbers import region_of
from smsdesk.core.outbox import LEFT, READY, Entry, EntryState, Hold
from smsdesk.core.polling import GRACE
from smsdesk.core.rules import Rule, RuleKind
from smsdesk.core.status import meaning
from smsdesk.core.zones import zones_of

if TYPE_CHECKING:
    from smsdesk.core.request import JobRequest

SLACK = timedelta(minutes=10)
"""By how much the service may be behind before that is called later than expected."""
UNSEEN = timedelta(minutes=15)
"""No bound is promised for how soon a job shows; most show at once."""
LONGEST_VALIDITY = timedelta(minutes=2880)
"""The service takes no longer one: what it still tries after that is later than expected."""
MOST_OUTLIERS = 3_000
_AROUND = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the stored request says of the time of one SMS.

    ``job``: the job's periods; ``own``: those at its recipient; ``ruled``: those of both that rules made, in
    the zones ``zone`` (IANA, joined by a comma) where they are the recipient's own. ``holidays``: public
    holidays of a country (ISO 3166) in these. ``validity``: None where it is left to the service.
    ``confirmed``: whether a confirmation by the phone was asked for.
    """

    starts_at: datetime | None = None
    job: tuple[Period, ...] = ()
    own: tuple[Period, ...] = ()
    ruled: tuple[Period, ...] = ()
    zone: str = ""
    holidays: tuple[tuple[Period, str], ...] = ()
    validity: timedelta | None = None
    confirmed: bool | None = None

    def possible_from(self, at: datetime) -> datetime:
        """The first instant not before ``at`` at which it may leave."""
        start = at if self.starts_at is None else max(at, self.starts_at)
        return first_possible((*self.job, *self.own), start)


NOTHING_KNOWN = Wanted()
"""Of an SMS that another program sent."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one SMS that is not final.

    ``entry``: its outbox entry, None for one of another program; ``due_at``: when it was to leave, as
    reckoned before it was sent. ``known_at``: when the service answered last; ``finished_at``: when it was
    through with the job. ``paused``: nothing of the account goes for now.
    """

    process_status: str | None = None
    status: str | None = None
    sent_at: datetime | None = None
    accepted_at: datetime | None = None
    known_at: datetime | None = None
    due_at: datetime | None = None
    entry: Entry | None = None
    closed_at: datetime | None = None
    finished_at: datetime | None = None
    paused: bool = False
    wanted: Wanted = NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class Explained:
    """The cause; ``code`` chooses the sentence ``wait.<code>``, ``values`` fill it (instants in UTC).

    ``next_at``: when the next change is expected, None where nobody can say. ``overdue``: it has been later
    than expected since then, by what the service said after that.
    """

    code: str
    values: dict[str, datetime | str] = field(default_factory=dict, hash=False)
    next_at: datetime | None = None
    overdue: bool = False


def explain(facts: Standing, now: datetime) -> Explained | None:
    """Why an SMS is not final; None for one that is."""
    if meaning(facts.process_status, facts.status).final:
        return None
    entry = facts.entry
    if facts.process_status is None and entry is not None and entry.state is not EntryState.ACCEPTED:
        return _in_outbox(entry, now, paused=facts.paused)
    if (ended := _ended(facts)) is not None:
        return ended
    code = meaning(facts.process_status, facts.status, facts.wanted.confirmed).code
    if code == "unknown":
        return Explained("unknown")
    if code.startswith("running") or facts.sent_at is not None:
        return _sent(facts, now)
    return _not_left(facts, code, now)


def _ended(facts: Standing) -> Explained | None:
    """The service says no more: it has forgotten the job, or is through with it and told nothing of this."""
    if facts.closed_at is not None:
        return Explained("closed", {"at": facts.closed_at})
    if facts.finished_at and facts.known_at and facts.finished_at + GRACE <= facts.known_at:
        return Explained("finished", {"at": facts.finished_at})
    return None


def _in_outbox(entry: Entry, now: datetime, *, paused: bool) -> Explained:
    if entry.state is EntryState.HELD:
        hold = entry.hold or Hold.PERSON
        at = {Hold.TIME: entry.due_at, Hold.UNDO: entry.final_at}.get(hold)
        return _outbox_until(f"held.{hold.value}", at, now)
    if paused and entry.state in READY:
        return Explained("outbox.paused")
    if entry.state is EntryState.CANCELLED and entry.reason == LEFT:
        return Explained("outbox.left")
    return _outbox_until(f"outbox.{entry.state.value}", entry.not_before, now)


def _outbox_until(code: str, at: datetime | None, now: datetime) -> Explained:
    if at is None:
        return Explained(code)
    return Explained(code, {"at": at}, at, now - at > SLACK)


def _not_left(facts: Standing, code: str, now: datetime) -> Explained:
    """The start, a blackout, or the provider; what should be over is not said to last."""
    wanted = facts.wanted
    goes_at = wanted.possible_from(now)
    if goes_at > now:
        return _kept(wanted, goes_at, now)
    due_at = facts.due_at or (facts.accepted_at and wanted.possible_from(facts.accepted_at))
    if due_at is not None and due_at > now:
        if wanted == NOTHING_KNOWN and facts.entry is not None:
            # Its request is kept no longer, but what was reckoned of it.
            return Explained("starts", {"at": due_at}, due_at)
        # It went sooner than was reckoned, or clocks differ.
        due_at = None
    if due_at is not None and facts.known_at is None:
        return Explained("not_asked", {"at": due_at}, due_at, now - due_at > UNSEEN)
    if due_at is not None and facts.known_at is not None and facts.known_at < due_at:
        return Explained("not_asked_since", {"at": due_at, "known": facts.known_at}, due_at)
    return _at_the_provider(facts, code, due_at, now)


def _at_the_provider(facts: Standing, code: str, due_at: datetime | None, now: datetime) -> Explained:
    """It could have left, as far as is known here: of a job of another program that is little."""
    ours = facts.entry is not None
    late = ours and due_at is not None and facts.known_at is not None and facts.known_at - due_at > SLACK
    if code == "not_reported":
        return Explained("not_reported", {}, None, late)
    if code.startswith("open_retried"):
        return _retried(facts, due_at, now)
    return Explained("queued", {}, None, late) if ours else Explained("queued_elsewhere")


def _retried(facts: Standing, due_at: datetime | None, now: datetime) -> Explained:
    until = _given_up(facts.wanted, due_at)
    if until is None:
        return Explained("retried", {}, None, _is_over_all(due_at, facts.known_at))
    return Explained("retried_until", {"at": until}, until, _is_over(until, facts.known_at, now))


def _kept(wanted: Wanted, goes_at: datetime, now: datetime) -> Explained:
    """By the start, or by the period that lasts the longest of those that keep it."""
    if wanted.starts_at is not None and wanted.starts_at > now:
        if goes_at > wanted.starts_at:
            return Explained("starts_then_blackout", {"at": wanted.starts_at, "until": goes_at}, goes_at)
        return Explained("starts", {"at": goes_at}, goes_at)
    around = [period for period in (*wanted.own, *wanted.job) if covers((period,), now)]
    last = max(around, key=lambda period: period.end)
    values: dict[str, datetime | str] = {"at": goes_at}
    if last.end < goes_at:
        return Explained("blackouts", values, goes_at)
    if last not in wanted.ruled:
        return Explained("own_blackout" if last in wanted.own else "blackout", values, goes_at)
    for day, country in wanted.holidays:
        if covers((day,), now):
            return Explained("holiday", values | {"country": country}, goes_at)
    local: dict[str, datetime | str] = {"zone": wanted.zone} if wanted.zone and last in wanted.own else {}
    return Explained("rule_in_zone" if local else "rule", values | local, goes_at)


def _sent(facts: Standing, now: datetime) -> Explained:
    """It has left; a confirmation comes, or its validity ends."""
    at = facts.sent_at
    if at is None and facts.entry is not None:
        at = facts.due_at if facts.due_at and facts.due_at <= now else facts.accepted_at
    if at is None:
        return Explained("sent_some_time")
    values: dict[str, datetime | str] = {"at": at}
    if facts.wanted.confirmed is False:
        late = facts.known_at is not None and facts.known_at - at > SLACK
        return Explained("sent_unasked", values, None, late)
    until = _given_up(facts.wanted, at)
    if until is None:
        return Explained("sent", values, None, _is_over_all(at, facts.known_at))
    return Explained("sent_until", values | {"until": until}, until, _is_over(until, facts.known_at, now))


def _is_over(until: datetime, known_at: datetime | None, now: datetime) -> bool:
    """Whether the service should have given up: by what it said later, or the clock alone."""
    return (known_at is not None and known_at - until > SLACK) or now - until > 2 * SLACK


def _is_over_all(since: datetime | None, known_at: datetime | None) -> bool:
    """Whether the longest validity there is has passed."""
    return since is not None and known_at is not None and known_at - since > LONGEST_VALIDITY + SLACK


def _given_up(wanted: Wanted, at: datetime | None) -> datetime | None:
    return at + wanted.validity if at is not None and wanted.validity else None


# --- the request


class Request:
    """The stored request of a job, to be asked about each of its SMS.

    All of it is worked out at once: reading holidays takes its time, and screens ask row by row.
    """

    def __init__(
        self, request: "JobRequest", rules: Sequence[Rule] = (), drawn: Sequence[Period] | None = None
    ) -> None:
        options, self._rules = request.options, rules
        by_rules = () if drawn is None or not rules else set(options.blackouts) - set(drawn)
        ruled = tuple(sorted(by_rules, key=lambda period: period.start))
        people = [one for message in request.messages for one in message.recipients]
        first = _place(people[0].dst if ruled and people else "", rules)
        self._common = Wanted(
            options.start_at,
            options.blackouts,
            ruled=ruled,
            holidays=self._holidays(ruled, first),
            validity=timedelta(minutes=options.validity_min) if options.validity_min else None,
            confirmed=options.status_requested,
        )
        alike = cache(self._theirs)
        self._own = {
            (one.dst, one.reference or ""): alike(one.blackouts, _place(one.dst, rules))
            for one in people
            if one.blackouts
        }

    def wanted(self, dst: str, reference: str | None) -> Wanted:
        """What it says of the SMS to a number, of those with this reference."""
        return self._own.get((dst, reference or ""), self._common)

    def _theirs(self, own: tuple[Period, ...], place: "_Place") -> Wanted:
        """What it says of recipients with periods of their own, some of which rules made."""
        common = self._common
        made = tuple(period for period in own if self._is_made(period, place))
        return replace(
            common,
            own=own,
            ruled=(*common.ruled, *made),
            zone=", ".join(place.zones) if made else "",
            holidays=(*common.holidays, *self._holidays(made, place)),
        )

    def _is_made(self, period: Period, place: "_Place") -> bool:
        """Whether a period at a recipient ends as a rule in one of the recipient's zones does."""
        around = Period(period.end - _AROUND, period.end + _AROUND)
        return any(
            made.end == period.end
            for at, rule in enumerate(self._rules)
            for made in _periods(at, rule, place, around)
        )

    def _holidays(self, made: Sequence[Period], place: "_Place") -> tuple[tuple[Period, str], ...]:
        """The holidays that lie in periods which rules made: nights around a day are one with it."""
        return tuple(
            (day, rule.country or place.country)
            for at, rule in enumerate(self._rules)
            if rule.kind is RuleKind.HOLIDAYS
            for period in made
            for day in _periods(at, rule, place, period)
            if period.start <= day.start and day.end <= period.end
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a recipient is, by the number, as far as rules ask."""

    zones: tuple[str, ...] = ()
    country: str = ""


def _place(dst: str, rules: Sequence[Rule]) -> _Place:
    if not rules:
        return _Place()
    local = any(rule.kind is RuleKind.HOLIDAYS and not rule.country for rule in rules)
    return _Place(zones_of(dst), (region_of(dst) or "") if local else "")


def _periods(at: int, rule: Rule, place: _Place, around: Period) -> Iterator[Period]:
    for zone in place.zones or ("UTC",):
        for one in expansions(at, rule, zone, around, place.country):
            yield one.period


# --- the forecast, held against what came


@dataclass(frozen=True, slots=True)
class Forecast:
    """How the reckoned times held: of ``known`` SMS that left ``held`` did as reckoned.

    ``outliers``: the ids of the others and by how much they were late (or early), the worst first.
    """

    known: int
    held: int
    outliers: tuple[tuple[int, timedelta], ...]

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where nothing is known. 1 only where all held."""
        return self.held / self.known if self.known else None


def forecast(rows: Iterable[tuple[int, datetime | None, datetime | None]]) -> Forecast:
    """Of SMS (id, reckoned, left): who left when it was reckoned, with ``SLACK`` for the service."""
    known, off = 0, []
    for key, due_at, sent_at in rows:
        if due_at is None or sent_at is None:
            continue
        known += 1
        late = sent_at - due_at
        if not -timedelta(minutes=1) <= late <= SLACK:
            off.append((key, late))
    off.sort(key=lambda one: (-abs(one[1]), one[0]))
    return Forecast(known, known - len(off), tuple(off[:MOST_OUTLIERS]))
