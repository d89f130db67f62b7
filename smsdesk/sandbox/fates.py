"""What becomes of an SMS: numbers with a known fate, and a seeded mix for all others."""

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import NormalDist

End = tuple[str, str | None]
"""processStatus and status; the status may be absent."""


@dataclass(frozen=True, slots=True)
class Fate:
    """How an SMS ends: ``asked`` with a delivery notification requested, ``unasked`` without.

    ``retries``: the first attempt fails and a second one follows. ``leaves``: it was sent at all.
    ``reaches``: a phone got it. ``waits``: its end comes only when its validity has passed.
    """

    name: str
    reason: str
    asked: End
    unasked: End
    retries: bool = False
    leaves: bool = True
    reaches: bool = False
    waits: bool = False


def _done(status: str) -> End:
    return "DONE", status


_ACCEPTED = _done("SUC_ACC")
_ARRIVED = _done("SUC_FIN")
_NO_NUMBER, _ON_LIST, _NO_WAY = _done("INVALID_DST"), _done("BLOCKED"), _done("CON_ERR")
_NOT_TAKEN, _BROKEN = _done("NOT_ACC_FIN"), _done("SEND_ERR")
_GONE: End = ("CANCELED", None)
_GONE_LATE: End = ("CANCELED", "NOT_ACC_REC")

DELIVERED = Fate("delivered", "Reached the phone.", _ARRIVED, _ACCEPTED, reaches=True)
RETRIED = Fate("retried", "Reached the phone.", _ARRIVED, _ACCEPTED, retries=True, reaches=True)
PHONE_OFF = Fate("phone_off", "Validity period passed.", _done("TIMEOUT"), _ACCEPTED, waits=True)
BLOCKED = Fate("blocked", "Number is on the blocklist.", _ON_LIST, _ON_LIST, leaves=False)
UNREACHABLE = Fate("unreachable", "Every attempt failed.", _NO_WAY, _NO_WAY, retries=True, leaves=False)
FAILED = Fate("failed", "The network reports a failure.", _done("FAILED_FIN"), _ACCEPTED)
NOT_TAKEN = Fate("not_taken", "The network does not take it.", _NOT_TAKEN, _NOT_TAKEN, leaves=False)
BROKEN = Fate("send_error", "Internal error while sending.", _BROKEN, _BROKEN, reaches=True)
UNCLEAR = Fate("status_error", "Internal error while asking.", _done("STATUS_ERR"), _ACCEPTED, reaches=True)
CANCELLED = Fate("cancelled", "Cancelled before it was tried.", _GONE, _GONE, leaves=False)
CANCELLED_LATE = Fate(
    "cancelled_late", "Cancelled after an attempt.", _GONE_LATE, _GONE_LATE, retries=True, leaves=False
)
KILLED = Fate("killed", "Cancelled after it was sent.", ("KILL", "SUC_ACC"), _ACCEPTED)
INVALID = Fate("invalid", "No such number.", _NO_NUMBER, _NO_NUMBER, leaves=False)

TABLE: dict[int, Fate] = {
    0: DELIVERED,
    60: RETRIED,
    65: DELIVERED,
    70: PHONE_OFF,
    75: BLOCKED,
    78: UNREACHABLE,
    80: FAILED,
    83: NOT_TAKEN,
    85: BROKEN,
    88: UNCLEAR,
    90: CANCELLED,
    92: CANCELLED_LATE,
    95: KILLED,
    98: INVALID,
}
"""By the last two digits of a number reserved for drama; each holds from its key to the next one."""
FATES = tuple(dict.fromkeys(TABLE.values()))
_NUMBER = re.compile(
    r"\+(?:4917604069(?P<germany>0?[0-9]{2})|1[2-9][0-9]{2}55501(?P<america>[0-9]{2})|[1-9][0-9]{6,14})"
)
"""A number; those reserved for drama: Germany 0176 040690-xx (and without its last zero), US 555-01xx."""
_MIX_ENDS = (63570, 64225, 64880, 65208)
_MIX = (DELIVERED, INVALID, FAILED, NOT_TAKEN, UNREACHABLE)
"""Of other numbers 97 % delivered, 1 % no such number, 1 % failed, 0.5 % each of the last two."""


def normal(dst: str) -> str:
    """The number in its international form: ``0049...`` is ``+49...``."""
    return "+" + dst[2:] if dst.startswith("00") else dst


def fate_of(dst: str, roll: int) -> Fate:
    """The fate of an SMS to ``dst``; ``roll`` (0 to 65,535) decides where the number does not."""
    found = _NUMBER.fullmatch(dst if dst[:1] == "+" else normal(dst))
    if found is None:
        return INVALID
    if found.lastgroup:
        return TABLE[max(key for key in TABLE if key <= int(found[0][-2:]))]
    return _MIX[bisect_right(_MIX_ENDS, roll)]


def ranges() -> Iterator[tuple[int, int, Fate]]:
    """The table as first and last ending of two digits, and the fate of both and all between."""
    for first, after in pairwise([*TABLE, 100]):
        yield first, after - 1, TABLE[first]


BETWEEN = 5000
"""Milliseconds from the first attempt to the next."""
LONGEST_QUEUE = 10_000
_FIRST = 500
_MEDIAN, _WIDTH, _LONGEST_ANSWER = 1.2, 0.7, 22_000


def queueing(rolls: Iterable[int]) -> list[int]:
    """Milliseconds from receipt to the first attempt: half a second to ten; each roll is 0 to 65,535."""
    return [_FIRST + (roll * (LONGEST_QUEUE - _FIRST) >> 16) for roll in rolls]


def answering(rolls: Iterable[int]) -> list[int]:
    """Milliseconds until the network says what became of an SMS: mostly few, some times many more.

    Each roll is 0 to 65,535.
    """
    answers = _answers()
    return [answers[roll >> 4] for roll in rolls]


@cache
def _answers() -> tuple[int, ...]:
    """4,096 equally likely answers, from a lognormal distribution."""
    shape = NormalDist(_MEDIAN, _WIDTH)
    quantiles = (shape.inv_cdf((at + 0.5) / 4096) for at in range(4096))
    return tuple(min(round(math.exp(one) * 1000), _LONGEST_ANSWER) for one in quantiles)
