"""The vocabulary of delivery: what a reported status means. The only place that knows it.

Source: the status table of the SMS REST API. Unknown values are shown as they are and never
break anything: they have the outcome ``UNKNOWN`` and are not final.
"""

from dataclasses import dataclass
from enum import Enum


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

    ``code`` chooses the sentences ``status.<code>`` (what happened) and ``status.<code>.next``
    (what to do); ``final`` says that the service will not report anything else.
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
_OPEN = Meaning(Outcome.WAITING, "open", False)
_RETRIED = Meaning(Outcome.WAITING, "open_retried", False)
_RUNNING = Meaning(Outcome.SENDING, "running", False)
_CANCELLED = Meaning(Outcome.CANCELLED, "cancelled", True)
_CANCELLED_LATE = Meaning(Outcome.CANCELLED, "cancelled_late", True)
_KILLED = Meaning(Outcome.UNKNOWN, "killed", True)
_UNKNOWN = Meaning(Outcome.UNKNOWN, "unknown", False)
NOT_REPORTED = Meaning(Outcome.WAITING, "not_reported", False)
"""Accepted, but the service has not reported this recipient yet."""
LEFT_OUT = ("NOT_SENT", "DO_NOT_CONTACT")
"""Our own pair, which no service reports: never sent, for the number is on the do-not-contact list."""
_LEFT_OUT = Meaning(Outcome.CANCELLED, "do_not_contact", True)


def meaning(process_status: str, status: str | None) -> Meaning:  # noqa: PLR0911 (a row of the table each)
    """The meaning of a report; never raises.

    ``process_status`` and ``status`` are compared as the service writes them (upper case).
    """
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
