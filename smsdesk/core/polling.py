"""The poll planner: which jobs are asked for their reports, and when. Pure; the clock is a parameter.

The request budget of an account goes where it tells most: jobs on screen first, then whichever is most
overdue by its own measure, so that young jobs go before quiet ones and none is forgotten. A job that cannot
change yet (it starts later, all of it waits in a blackout) is not asked for before it can.

``GET /jobs?open=true`` is the change feed: one list of a data centre tells which of many jobs have closed
since, and those are asked for at once; so quiet ones can be left alone for long.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from smsdesk.core.errors import NotFound, ServiceError, TooManyRequests
from smsdesk.core.pace import Pace, first_pace, slowed, sped

WINDOW = timedelta(seconds=10)
"""The service counts the requests of so long."""
SHORTEST = timedelta(seconds=2)
LONGEST = timedelta(hours=1)
SHARE = 10
"""A job is asked for again after a tenth of the time it has been quiet."""
SELDOM = timedelta(minutes=10)
"""Who is asked for no more often is asked whole: whether the job is finished, too."""
FRESH = timedelta(seconds=8)
"""A job on screen is asked for again after this: its answer is there before the old one is 10 s old."""
KEPT = timedelta(days=92)
"""After three months the service no longer knows a job."""
SOON = timedelta(days=7)
"""Jobs whose reports end within this are told as a figure."""
GRACE = timedelta(minutes=15)
"""A finished job whose people are not all final is asked for so long: reports come late and out of order."""
MANY = 10
"""From so many open jobs on a list costs less than it saves."""
SPARE = 2
"""So many requests are left for a send that may begin at any time."""
LIST_OFTEN, LIST_SELDOM = timedelta(minutes=1), timedelta(minutes=5)
_LONGEST_TROUBLE = timedelta(minutes=1)
_NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Watched:
    """An open job as the planner sees it.

    ``asked_at``: when it answered last; ``changed_at``: when that last brought something new. ``moves_at``:
    before this no SMS of it can change, by the request. ``gives_up_at``: the next instant at which the
    validity of SMS that have left ends.
    """

    key: int
    accepted_at: datetime
    next_ask_at: datetime
    asked_at: datetime | None = None
    changed_at: datetime | None = None
    moves_at: datetime | None = None
    gives_up_at: datetime | None = None

    def waits(self, now: datetime) -> bool:
        """Whether it was seen and nothing of it can change yet.

        Nothing is told by a clock that was set back: by it the job itself is yet to come.
        """
        if self.asked_at is None or self.moves_at is None or self.accepted_at > now:
            return False
        return self.moves_at > now

    def is_due(self, now: datetime) -> bool:
        """Whether its time has come. A pause longer than any comes of a clock that was set back."""
        if self.waits(now):
            return False
        return self.next_ask_at <= now or self.next_ask_at - now > LONGEST

    @property
    def is_quiet(self) -> bool:
        """Whether nothing has been new for long."""
        return self.asked_at is not None and self.next_ask_at - self.asked_at >= SELDOM

    def is_stale(self, now: datetime) -> bool:
        """Whether it is to be asked for again while it is on screen."""
        if self.waits(now):
            return False
        return self.asked_at is None or not _NONE <= now - self.asked_at < FRESH

    def overdue(self, now: datetime) -> float:
        """How many of its own pauses it is late; one that nobody has seen yet has the shortest."""
        asked_at = self.asked_at or self.next_ask_at
        since = max(asked_at, self.moves_at or asked_at)
        return (now - self.next_ask_at) / max(self.next_ask_at - since, SHORTEST)


def next_ask(job: Watched, now: datetime) -> datetime:
    """When a job that was just asked for is asked for again, while it is not on screen.

    Not before it can change; then soon, and ever less the longer it is quiet. When a validity ends something
    is expected, too.
    """
    if job.waits(now) and job.moves_at is not None:
        return job.moves_at
    stirs = (job.accepted_at, job.changed_at, job.moves_at, job.gives_up_at)
    quiet = now - max((at for at in stirs if at is not None and at <= now), default=now)
    again = now + min(max(quiet / SHARE, SHORTEST), LONGEST)
    if job.gives_up_at is not None and now < job.gives_up_at < again:
        return job.gives_up_at
    return again


@dataclass(frozen=True, slots=True)
class Plan:
    """The jobs to ask for now, in this order: those on screen, the others. ``lists``: those due go too."""

    on_screen: tuple[int, ...]
    others: tuple[int, ...]
    lists: bool = False


@dataclass(frozen=True, slots=True)
class Spent:
    """When requests were made for jobs on screen, and for all else."""

    on_screen: tuple[datetime, ...] = ()
    others: tuple[datetime, ...] = ()

    def at(self, now: datetime, *, on_screen: bool) -> "Spent":
        """With one more; those that no longer count are forgotten."""
        shown, others = _recent(self.on_screen, now), _recent(self.others, now)
        return Spent((*shown, now), others) if on_screen else Spent(shown, (*others, now))


def reports_room(allowed: int, *, sends: bool) -> int:
    """Of the requests allowed in 10 seconds those that reports may use; ``sends``: one may go now or soon."""
    quarter = allowed // 4
    return allowed - (quarter if sends else min(quarter, SPARE))


def plan(
    jobs: Sequence[Watched],
    on_screen: Iterable[int],
    room: int,
    now: datetime,
    spent: Spent = Spent(),
    lists: int = 0,
) -> Plan:
    """The jobs of one account to ask for now, one request each.

    ``room``: requests that reports may use in 10 seconds. What the jobs ``on_screen`` need is left for them,
    four fifths at most, so that none of the others starves. The first of them is the one that somebody reads:
    it goes before all; the rest take turns. ``lists``: requests for lists that are due; of what is not for
    the screen they come first, for they tell most.
    """
    watched = dict.fromkeys(on_screen) if room > 1 else {}
    read = next(iter(watched), None) if room > 2 else None
    shown = [job for job in jobs if job.key in watched and not job.waits(now)]
    stale = [job for job in shown if job.is_stale(now)]
    stale.sort(
        key=lambda job: (job.key != read, job.asked_at is not None, job.asked_at or job.accepted_at, job.key)
    )
    hidden = [job for job in jobs if job.key not in watched and job.is_due(now)]
    hidden.sort(key=lambda job: (-job.overdue(now), -job.accepted_at.timestamp(), job.key))
    for_others, used = others_room(len(shown), room), len(_recent(spent.others, now))
    lists = min(lists, for_others)
    left = room - min(for_others, used + lists + len(hidden))
    first = max(left - len(_recent(spent.on_screen, now)), 0)
    then = max(for_others - used - lists, 0)
    return Plan(
        tuple(job.key for job in stale[:first]),
        tuple(job.key for job in hidden[:then]),
        lists=0 < lists <= for_others - used,
    )


def others_room(shown: int, room: int) -> int:
    """Requests in 10 seconds for what is not on screen, while so many jobs are."""
    need = -int(-shown * WINDOW // FRESH)
    return room - min(need, room * 4 // 5)


def _recent(times: Collection[datetime], now: datetime) -> tuple[datetime, ...]:
    return tuple(at for at in times if now - WINDOW < at <= now)


# --- the change feed


def list_is_due(open_jobs: int, stirred_at: datetime, listed_at: datetime | None, now: datetime) -> bool:
    """Whether the open jobs of a data centre are listed now.

    ``open_jobs``: how many of those there can change; ``stirred_at``: when any of them last did.
    """
    if open_jobs < MANY:
        return False
    if listed_at is None or listed_at > now:
        return True
    return now - listed_at >= min(max((now - stirred_at) / SHARE, LIST_OFTEN), LIST_SELDOM)


# --- trouble


@dataclass(frozen=True, slots=True)
class Trouble:
    """A data centre that failed: so many times in a row, and not asked again before ``until``."""

    times: int
    until: datetime

    def rests(self, now: datetime) -> bool:
        """Whether it is left alone. A rest longer than any comes of a clock that was set back."""
        return _NONE < self.until - now <= _LONGEST_TROUBLE


def after_failure(before: Trouble | None, now: datetime, spread: float) -> Trouble:
    """One more failure in a row; ``spread`` (0..1) jitters the pause of 2 seconds to a minute."""
    times = before.times + 1 if before is not None else 1
    pause = min(timedelta(seconds=2.0 ** min(times, 6)), _LONGEST_TROUBLE)
    return Trouble(times, now + pause * (0.5 + spread / 2))


def learnt(pace: Pace | None, error: ServiceError | None, budget: int, now: datetime) -> Pace:
    """What an answer, or what came instead, says of how fast an account may be asked."""
    pace = pace or first_pace(budget)
    if isinstance(error, TooManyRequests):
        return slowed(pace, now)
    return sped(pace, budget) if error is None or isinstance(error, NotFound) else pace
