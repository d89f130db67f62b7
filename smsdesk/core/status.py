"""The vocabulary of delivery: what a reported status means. The only place that knows it.

Source: the status table of the SMS REST API. Unknown values are shown as they are and never
break anything: they have the outcome ``UNKNOWN`` and are not final.
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache


class Outcome(Enum):
    """What became of one SMS, in the words of the screen. Its value is its colour role too."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a pair (processStatus, status) means.

    ``code`` chooses the sentences ``status.<code>`` (what happened), ``.means`` (what that means) and
    ``.next`` (what to do), and ``answer.<code>.tell`` (what to tell the customer); ``final`` says that the
    service will not report anything else.
    """

    outcome: Outcome
    code: str
    final: bool


_DONE = {
    "SUC_ACC": Meaning(Outcome.DELIVERED, "suc_acc", True),
    "SUC_FIN": Meaning(Outcome.DELIVERED, "suc_fin", True),
    "INVALID_DST": Meaning(Outcome.FAILED, "invalid_dst", True),
    "BLOCKED": Meaning(Outcome.FAILED, "blocked", True),
    "TIMEOUT": Meaning(Outcome.FAILED, "timeout", True),
    "CON_ERR": Meaning(Outcome.FAILED, "con_err", True),
    "FAILED_FIN": Meaning(Outcome.FAILED, "failed_fin", True),
    "NOT_ACC_FIN": Meaning(Outcome.FAILED, "not_acc_fin", True),
    "SEND_ERR": Meaning(Outcome.UNKNOWN, "send_err", True),
    "STATUS_ERR": Meaning(Outcome.UNKNOWN, "status_err", True),
}
DELIVERED = tuple(status for status, means in _DONE.items() if means.outcome is Outcome.DELIVERED)
"""The statuses of a DONE SMS that was delivered."""
_OPEN = Meaning(Outcome.WAITING, "open", False)
_RETRIED = Meaning(Outcome.WAITING, "open_retried", False)
_RUNNING = Meaning(Outcome.SENDING, "running", False)
_CANCELLED = Meaning(Outcome.CANCELLED, "cancelled", True)
_CANCELLED_LATE = Meaning(Outcome.CANCELLED, "cancelled_late", True)
_KILLED = Meaning(Outcome.UNKNOWN, "killed", True)
_UNKNOWN = Meaning(Outcome.UNKNOWN, "unknown", False)
_UNASKED = {
    "open_retried": Meaning(Outcome.WAITING, "open_retried_unasked", False),
    "running": Meaning(Outcome.SENDING, "running_unasked", False),
}
"""What means something else where no confirmation by the phone was asked for: none will come."""
_UNCONFIRMED = Meaning(Outcome.DELIVERED, "suc_acc_asked", True)
"""A confirmation was asked for, and the service is content without one."""
NOT_REPORTED = Meaning(Outcome.WAITING, "not_reported", False)
"""Accepted, but the service has not reported this recipient yet."""
LEFT_OUT = ("NOT_SENT", "DO_NOT_CONTACT")
"""Our own pair, which no service reports: never sent, for the number is on the do-not-contact list."""
_LEFT_OUT = Meaning(Outcome.CANCELLED, "do_not_contact", True)


@lru_cache(maxsize=1000)
def meaning(process_status: str | None, status: str | None, asked: bool | None = None) -> Meaning:  # noqa: FBT001 (a column of the table)
    """The meaning of a report; never raises. Without ``process_status``: not reported yet.

    ``process_status`` and ``status`` are compared as the service writes them (upper case). ``asked``: whether
    a confirmation by the phone was asked for (statusRequested), None where that is not known. It changes
    what is said, never the outcome.
    """
    means = NOT_REPORTED if process_status is None else _meaning(process_status, status)
    if asked is False:
        return _UNASKED.get(means.code, means)
    return _UNCONFIRMED if asked and means.code == "suc_acc" else means


State = tuple[str | None, str | None]
"""What a report says: processStatus and status."""
_BEFORE = {"open": 0, "open_retried": 1, "running": 2}
"""How far an SMS is that is not final."""


def goes_back(before: State, after: State) -> bool:
    """Whether a report that came later says what was so earlier, or contradicts what is final."""
    was, then = meaning(*before), meaning(*after)
    if was.final:
        return then.code != was.code
    return then.code == "open" and _BEFORE.get(was.code, 0) > 0


def _meaning(process_status: str, status: str | None) -> Meaning:  # noqa: PLR0911 (a row of the table each)
    match process_status, status:
        case "OPEN", None:
            return _OPEN
        case "OPEN", _:
            return _RETRIED
        case "RUNNING", _:
            return _RUNNING
        case "DONE", str():
            return _DONE.get(status, _UNKNOWN)
        case "CANCELED", None:
            return _CANCELLED
        case "CANCELED", "NOT_ACC_REC":
            return _CANCELLED_LATE
        case "KILL", _:
            return _KILLED
        case "NOT_SENT", "DO_NOT_CONTACT":
            return _LEFT_OUT
    return _UNKNOWN
