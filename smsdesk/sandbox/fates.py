"""What becomes of an SMS: numbers with a known fate, and a seeded mix for all others."""

import re
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Fate:
    """How an SMS ends: with and without a delivery notification asked, and how long it takes.

    Each end is (processStatus, status or None); ``leaves``: it was sent at all; ``reaches``: a phone got it.
    """

    name: str
    asked: tuple[str, str | None]
    unasked: tuple[str, str | None]
    leaves: bool = True
    reaches: bool = False
    reason: str = ""


def _done(status: str) -> tuple[str, str | None]:
    return "DONE", status


def _same(name: str, end: tuple[str, str | None], reason: str, *, leaves: bool = True) -> Fate:
    return Fate(name, end, end, leaves=leaves, reason=reason)


_ACCEPTED = _done("SUC_ACC")
DELIVERED = Fate("delivered", _done("SUC_FIN"), _ACCEPTED, reaches=True, reason="Reached the phone.")
INVALID = _same("no such number", _done("INVALID_DST"), "No such number.", leaves=False)
BLOCKED = _same("blocked", _done("BLOCKED"), "Number is blocked.", leaves=False)
PHONE_OFF = Fate("phone off", _done("TIMEOUT"), _ACCEPTED, reason="Validity period passed.")
UNREACHABLE = _same("no connection", _done("CON_ERR"), "Every attempt failed.", leaves=False)
FAILED = Fate("failed at the phone", _done("FAILED_FIN"), _ACCEPTED, reason="The network reports a failure.")
NOT_ACCEPTED = _same("not accepted", _done("NOT_ACC_FIN"), "The network did not take it.", leaves=False)
SEND_ERROR = Fate(
    "error while sending", _done("SEND_ERR"), _done("SEND_ERR"), reaches=True, reason="Internal error."
)
STATUS_ERROR = Fate(
    "error while asking", _done("STATUS_ERR"), _ACCEPTED, reaches=True, reason="No status known."
)
CANCELLED = _same("cancelled", ("CANCELED", None), "Cancelled.", leaves=False)
CANCELLED_LATE = _same(
    "cancelled late", ("CANCELED", "NOT_ACC_REC"), "Cancelled after an attempt.", leaves=False
)
KILLED = Fate("killed", ("KILL", "SUC_ACC"), _ACCEPTED, reason="Cancelled after it was sent.")

TABLE: dict[int, Fate] = {
    70: PHONE_OFF,
    75: BLOCKED,
    78: UNREACHABLE,
    80: FAILED,
    83: NOT_ACCEPTED,
    85: SEND_ERROR,
    88: STATUS_ERROR,
    90: CANCELLED,
    92: CANCELLED_LATE,
    95: KILLED,
    98: INVALID,
}
"""By the last two digits of a number reserved for drama; each holds from its key to the next one."""
_DRAMA = re.compile(r"\+4917604069[0-9]{3}|\+4917604069[0-9]{2}|\+1[2-9][0-9]{2}55501[0-9]{2}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_MIX = ((0.97, DELIVERED), (0.98, PHONE_OFF), (0.99, INVALID), (1.0, FAILED))


def normal(dst: str) -> str:
    """The number in its international form: ``0049...`` is ``+49...``."""
    return "+" + dst[2:] if dst.startswith("00") else dst


def fate_of(dst: str, luck: Random) -> Fate:
    """The fate of an SMS to ``dst``; ``luck`` decides where the number does not."""
    number = normal(dst)
    if not _NUMBER.fullmatch(number):
        return INVALID
    if _DRAMA.fullmatch(number):
        last = int(number[-2:])
        keys = [key for key in TABLE if key <= last]
        return TABLE[max(keys)] if keys else DELIVERED
    roll = luck.random()
    return next(fate for share, fate in _MIX if roll < share)
