"""A pilot with a brake: a few people first; the rest goes when their outcomes are good, else it is held.

The rest goes as soon as nothing that is still open can pass the limit any more; it is held as soon as the
limit is passed, or the pilot's job did not go: refused, or taken back.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from smsdesk.core.outbox import EntryState
from smsdesk.core.request import MAX_SMS_PER_JOB
from smsdesk.core.status import LEFT_OUT, Outcome, meaning

_FAILED = (Outcome.FAILED, Outcome.CANCELLED)


@dataclass(frozen=True, slots=True)
class Pilot:
    """``people``: SMS of the first job; ``most_failed``: if more per cent of it fail, the rest is held."""

    people: int = 200
    most_failed: int = 10

    def __post_init__(self) -> None:
        if not 1 <= self.people <= MAX_SMS_PER_JOB:
            raise ValueError("a pilot is one job")
        if not 0 <= self.most_failed < 100:
            raise ValueError("a share that can be passed")


class Verdict(Enum):
    """What becomes of the rest."""

    WAIT = "wait"
    GO_ON = "go_on"
    BRAKE = "brake"


@dataclass(frozen=True, slots=True)
class Tally:
    """The pilot's SMS: how many there are, how many failed for good, how many are not final."""

    sms: int
    failed: int = 0
    open: int = 0


def tally_of(statuses: Iterable[tuple[str | None, str | None, int]]) -> Tally:
    """Counts pairs of processStatus and status. Who is left out, being listed, does not count."""
    sms = failed = still_open = 0
    for process, status, n in statuses:
        if (process, status) == LEFT_OUT:
            continue
        means = meaning(process or "", status)
        sms += n
        failed += n if means.outcome in _FAILED else 0
        still_open += 0 if means.final else n
    return Tally(sms, failed, still_open)


def verdict(pilot: Pilot, state: EntryState, tally: Tally) -> Verdict:
    """What becomes of the rest, by the state of the pilot's entry and by its outcomes."""
    if state in (EntryState.REFUSED, EntryState.CANCELLED):
        return Verdict.BRAKE
    if state is not EntryState.ACCEPTED or not tally.sms:
        return Verdict.WAIT
    allowed = pilot.most_failed * tally.sms
    if 100 * tally.failed > allowed:
        return Verdict.BRAKE
    return Verdict.GO_ON if 100 * (tally.failed + tally.open) <= allowed else Verdict.WAIT


def chosen(sizes: Sequence[int], left_out: Sequence[Collection[int]], people: int) -> tuple[list[int], ...]:
    """Who is in the pilot, of each message the rows (from 0): evenly spread over all who are sent to.

    ``sizes``: of each message how many recipients it has; ``left_out``: the rows that are not sent.
    """
    outs = [frozenset(left_out[at]) if at < len(left_out) else frozenset() for at in range(len(sizes))]
    going = sum(sizes) - sum(map(len, outs))
    places, seen = {at * going // people for at in range(people)}, 0
    found: tuple[list[int], ...] = tuple([] for _ in sizes)
    for rows, n, out in zip(found, sizes, outs, strict=True):
        for row in range(n):
            if row in out:
                continue
            if seen in places:
                rows.append(row)
            seen += 1
    return found
