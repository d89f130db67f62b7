"""What becomes of an SMS: numbers with a known fate, and a seeded mix for all others."""

import re
from dataclasses import dataclass
from datetime import timedelta
from random import Random

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
_DRAMA = re.compile(r"\+4917604069(0?[0-9]{2})|\+1[2-9][0-9]{2}55501[0-9]{2}")
"""Germany 0176 040690-xx (and the block's form without its zero), US 555-01xx."""
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_MIX = ((0.97, DELIVERED), (0.98, INVALID), (0.99, FAILED), (0.995, NOT_TAKEN), (1.0, UNREACHABLE))


def normal(dst: str) -> str:
    """The number in its international form: ``0049...`` is ``+49...``."""
    return "+" + dst[2:] if dst.startswith("00") else dst


def fate_of(dst: str, luck: Random) -> Fate:
    """The fate of an SMS to ``dst``; ``luck`` decides where the number does not."""
    roll = luck.random()
    number = normal(dst)
    if not _NUMBER.fullmatch(number):
        return INVALID
    if _DRAMA.fullmatch(number):
        return TABLE[max(key for key in TABLE if key <= int(number[-2:]))]
    return next(fate for share, fate in _MIX if roll < share)


QUEUE = (0.5, 10.0)
"""Seconds from receipt to the first attempt."""
BETWEEN = timedelta(seconds=5)
"""From the first attempt to the next."""
_LONGEST_ANSWER = 22.0


def queueing(luck: Random) -> timedelta:
    """How long an SMS waits for its turn."""
    return timedelta(milliseconds=round(luck.uniform(*QUEUE) * 1000))


def answering(luck: Random) -> timedelta:
    """How long the network takes to say what became of an SMS: mostly seconds, a few much longer."""
    return timedelta(milliseconds=round(min(luck.lognormvariate(1.2, 0.7), _LONGEST_ANSWER) * 1000))
