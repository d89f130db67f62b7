"""A rehearsal: what a campaign came to in the sandbox, against what was forecast, and a stamp that it was.

The stamp is bound to all requests as they go over the wire, their marks apart: any change of one voids it.
"""

import hashlib
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from smsdesk.core.errors import Value
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.request import RecipientReport
from smsdesk.core.status import Outcome, meaning

IN_TIME = timedelta(minutes=1)
"""What leaves within this after its first possible instant leaves when it was forecast to."""
TOO_EARLY = timedelta(seconds=1)
Status = tuple[str, str | None]
"""A pair of processStatus and status."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a campaign was rehearsed, and the digest of its requests.

    ``pilot``: so many people had a first job of their own, which cuts all other jobs differently; 0 for none.
    """

    digest: str
    at: datetime
    pilot: int = 0


@dataclass(frozen=True, slots=True)
class Stamped:
    """The stamp of a draft as it is now; ``holds``: with that ``pilot`` no request has changed since."""

    at: datetime
    holds: bool
    pilot: int = 0


@dataclass(frozen=True, slots=True)
class Expected:
    """An SMS of a job: its number as written there, and the first instant at which it may leave."""

    dst: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What the sandbox made of a campaign, or of some of its jobs.

    ``early``, ``late``: SMS that left before they may, or well after the first instant at which they may;
    ``missing``: of which no report came; ``refused``: whose jobs were. ``braked``: SMS that were held because
    too many of the pilot failed, until the rehearsal let them go. ``forecast`` and ``left`` are the first and
    the last instant; None where nothing was to leave, or left. ``until``: the sandbox's time when every
    outcome was final.
    """

    jobs: int = 0
    sms: int = 0
    statuses: Counter[Status] = field(default_factory=Counter)
    early: int = 0
    late: int = 0
    missing: int = 0
    refused: int = 0
    braked: int = 0
    forecast: tuple[datetime, datetime] | None = None
    left: tuple[datetime, datetime] | None = None
    until: datetime | None = None

    def __add__(self, other: "Rehearsed") -> "Rehearsed":
        return Rehearsed(
            self.jobs + other.jobs,
            self.sms + other.sms,
            self.statuses + other.statuses,
            self.early + other.early,
            self.late + other.late,
            self.missing + other.missing,
            self.refused + other.refused,
            self.braked + other.braked,
            _both(self.forecast, other.forecast),
            _both(self.left, other.left),
            other.until or self.until,
        )

    @property
    def outcomes(self) -> dict[Outcome, int]:
        """How many SMS came to which outcome."""
        found: Counter[Outcome] = Counter()
        for (process, status), n in self.statuses.items():
            found[meaning(process, status).outcome] += n
        return dict(found)

    @property
    def sound(self) -> bool:
        """Whether it may be stamped: every SMS is reported, and none left before it may."""
        return not (self.early or self.missing or self.refused)

    @property
    def as_forecast(self) -> bool:
        """Whether each SMS left when it was forecast to."""
        return self.sound and not self.late


def _both(
    one: tuple[datetime, datetime] | None, other: tuple[datetime, datetime] | None
) -> tuple[datetime, datetime] | None:
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), max(one[1], other[1])


def digest_of(bodies: Iterable[bytes]) -> str:
    """One digest over the requests of a campaign, in their order, without their marks."""
    whole = hashlib.sha256()
    for body in bodies:
        whole.update(hashlib.sha256(body).digest())
    return whole.hexdigest()


def compared(
    expected: Sequence[Expected], told: Iterable[RecipientReport], accepted_at: datetime
) -> Rehearsed:
    """What became of one job. Nothing could leave before the service had it, at ``accepted_at``."""
    coming: dict[str, deque[datetime]] = defaultdict(deque)
    for one in expected:
        coming[_number(one.dst)].append(max(one.at or accepted_at, accepted_at))
    forecasts = [at for instants in coming.values() for at in instants]
    statuses: Counter[Status] = Counter()
    left, early, late = [], 0, 0
    for report in told:
        statuses[report.process_status, report.status] += 1
        instants = coming[_number(report.dst)]
        forecast = instants.popleft() if instants else accepted_at
        if report.sent_at is not None:
            left.append(report.sent_at)
            early += report.sent_at < forecast - TOO_EARLY
            late += report.sent_at > forecast + IN_TIME
    return Rehearsed(
        1,
        len(expected),
        statuses,
        early,
        late,
        max(0, len(expected) - statuses.total()),
        forecast=(min(forecasts), max(forecasts)) if forecasts else None,
        left=(min(left), max(left)) if left else None,
    )


def _number(dst: str) -> str:
    """A number as the service may spell it: ``00`` is a plus."""
    return "+" + dst[2:] if dst.startswith("00") else dst


def remarks(
    stamped: Stamped | None, now: datetime, *, sandbox: bool, piloted: bool = False
) -> tuple[Problem, ...]:
    """What is said once more before a campaign that was rehearsed is sent.

    ``sandbox``: it goes to the sandbox, not to a real account. ``piloted``: with a pilot, of which is said
    elsewhere whether it is that of the rehearsal.
    """
    if stamped is None:
        return ()
    values: dict[str, Value] = {"seconds": int((now - stamped.at).total_seconds())}
    void = () if stamped.holds else (Problem(Level.NOTE, "rehearsal_void", Where(), values),)
    cut: tuple[Problem, ...] = ()
    if stamped.holds and stamped.pilot and not piloted:
        cut = (Problem(Level.NOTE, "rehearsal_pilot", Where(), {"people": stamped.pilot}),)
    real = () if sandbox else (Problem(Level.NOTE, "rehearsal_real"),)
    return void + cut + real
