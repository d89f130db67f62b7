"""Explained waiting: why an SMS is not final yet, and what is expected next, by the request and the clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from smsdesk.core.blackouts import Period, covers, first_possible
from smsdesk.core.expanding import expansions
from smsdesk.core.outbox import Entry, EntryState, Hold
from smsdesk.core.rules import Rule
from smsdesk.core.status import meaning
from smsdesk.core.zones import zones_of

if TYPE_CHECKING:
    from smsdesk.core.request import JobRequest

SLACK = timedelta(minutes=10)
"""By how much the service may be behind before that is called later than expected."""
UNSEEN = timedelta(minutes=15)
"""No bound is promised for how soon a job shows; most show at once."""
MOST_OUTLIERS = 3_000
_AROUND = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the stored request says of the time of one SMS.

    ``job``: the job's periods; ``own``: those at its recipient; ``ruled``: those of both that rules made, in
    the zones ``zone`` (IANA, joined by a comma) where they are the recipient's own. ``validity``: None where
    it is left to the service. ``confirmed``: whether a confirmation by the phone was asked for.
    """

    starts_at: datetime | None = None
    job: tuple[Period, ...] = ()
    own: tuple[Period, ...] = ()
    ruled: tuple[Period, ...] = ()
    zone: str = ""
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
    reckoned before it was sent. ``known_at``: when the service answered last.
    """

    process_status: str | None = None
    status: str | None = None
    sent_at: datetime | None = None
    accepted_at: datetime | None = None
    known_at: datetime | None = None
    due_at: datetime | None = None
    entry: Entry | None = None
    closed_at: datetime | None = None
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
        return _in_outbox(entry)
    if facts.closed_at is not None:
        return Explained("closed", {"at": facts.closed_at})
    code = meaning(facts.process_status, facts.status, facts.wanted.confirmed).code
    if code == "unknown":
        return Explained("unknown")
    if code.startswith("running") or facts.sent_at is not None:
        return _sent(facts, now)
    return _not_left(facts, code, now)


def _in_outbox(entry: Entry) -> Explained:
    if entry.state is EntryState.HELD:
        hold = entry.hold or Hold.PERSON
        at = {Hold.TIME: entry.due_at, Hold.UNDO: entry.final_at}.get(hold)
        return Explained(f"held.{hold.value}", {} if at is None else {"at": at}, at)
    if entry.state is EntryState.WAITING and entry.not_before is not None:
        return Explained("outbox.waiting", {"at": entry.not_before}, entry.not_before)
    return Explained(f"outbox.{entry.state.value}")


def _not_left(facts: Standing, code: str, now: datetime) -> Explained:
    """The start, a blackout, or the provider; what should be over is not said to last."""
    wanted = facts.wanted
    goes_at = wanted.possible_from(now)
    if goes_at > now:
        return _kept(wanted, goes_at, now)
    due_at = facts.due_at or (facts.accepted_at and wanted.possible_from(facts.accepted_at))
    if due_at is not None and (facts.known_at is None or facts.known_at < due_at):
        if facts.known_at is None:
            return Explained("not_asked", {"at": due_at}, due_at, now - due_at > UNSEEN)
        return Explained("not_asked_since", {"at": due_at, "known": facts.known_at}, due_at)
    late = due_at is not None and facts.known_at is not None and facts.known_at - due_at > SLACK
    if code == "not_reported":
        return Explained("not_reported", {}, None, late)
    if code.startswith("open_retried"):
        until = _given_up(wanted, due_at)
        return Explained("retried_until", {"at": until}, until) if until else Explained("retried")
    return Explained("queued", {}, None, late)


def _kept(wanted: Wanted, goes_at: datetime, now: datetime) -> Explained:
    """By the start, or by the period that lasts the longest of those that keep it."""
    if wanted.starts_at is not None and wanted.starts_at > now:
        if goes_at > wanted.starts_at:
            return Explained("starts_then_blackout", {"at": wanted.starts_at, "until": goes_at}, goes_at)
        return Explained("starts", {"at": goes_at}, goes_at)
    around = [period for period in (*wanted.own, *wanted.job) if covers((period,), now)]
    last = max(around, key=lambda period: period.end)
    code = "rule" if last in wanted.ruled else "own_blackout" if last in wanted.own else "blackout"
    values: dict[str, datetime | str] = {"at": goes_at}
    if code == "rule" and wanted.zone and last in wanted.own:
        return Explained("rule_in_zone", values | {"zone": wanted.zone}, goes_at)
    return Explained(code, values, goes_at)


def _sent(facts: Standing, now: datetime) -> Explained:
    """It has left; a confirmation comes, or its validity ends."""
    at = facts.sent_at or facts.due_at or facts.accepted_at
    values: dict[str, datetime | str] = {} if at is None else {"at": at}
    if facts.wanted.confirmed is False:
        return Explained("sent_unasked" if at else "sent_some_time", values)
    until = _given_up(facts.wanted, at)
    if at is None or until is None:
        return Explained("sent" if at else "sent_some_time", values)
    late = facts.known_at is not None and facts.known_at - until > SLACK
    return Explained("sent_until", values | {"until": until}, until, late or now - until > 2 * SLACK)


def _given_up(wanted: Wanted, at: datetime | None) -> datetime | None:
    return at + wanted.validity if at is not None and wanted.validity else None


# --- the request


class Request:
    """The stored request of a job, to be asked about each of its SMS."""

    def __init__(
        self, request: "JobRequest", rules: Sequence[Rule] = (), drawn: Sequence[Period] | None = None
    ) -> None:
        options = request.options
        self._options, self._rules = options, rules
        self._validity = timedelta(minutes=options.validity_min) if options.validity_min else None
        made = () if drawn is None or not rules else set(options.blackouts) - set(drawn)
        self._ruled = tuple(made)
        self._own = {
            (one.dst, one.reference or ""): one.blackouts
            for message in request.messages
            for one in message.recipients
            if one.blackouts
        }

    def wanted(self, dst: str, reference: str | None) -> Wanted:
        """What it says of the SMS to a number, of those with this reference."""
        own = self._own.get((dst, reference or ""), ())
        zones = zones_of(dst) if own and self._rules else ()
        made = tuple(period for period in own if self._is_made(period, zones))
        return Wanted(
            self._options.start_at,
            self._options.blackouts,
            own,
            (*self._ruled, *made),
            ", ".join(zones) if made else "",
            self._validity,
            self._options.status_requested,
        )

    def _is_made(self, period: Period, zones: Sequence[str]) -> bool:
        """Whether a period at a recipient ends as a rule in one of the recipient's zones does."""
        around = Period(period.end - _AROUND, period.end + _AROUND)
        return any(
            one.period.end == period.end
            for at, rule in enumerate(self._rules)
            for zone in zones or ("UTC",)
            for one in expansions(at, rule, zone, around)
        )


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
