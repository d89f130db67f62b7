"""What a person looks at of all jobs, or of the SMS of one: only some, in an order of their choice."""

from dataclasses import dataclass
from typing import Literal

JobKind = Literal["all", "open", "failures", "mine"]
JobSort = Literal[
    "accepted_at",
    "name",
    "account",
    "job_id",
    "sms_count",
    "delivered",
    "waiting",
    "sending",
    "failed",
    "cancelled",
    "unknown",
    "asked_at",
    "changed_at",
    "finished_at",
    "next_ask_at",
    "share",
]
"""What jobs are sorted by: what is kept of each, or the ``share`` of its SMS that are delivered."""
SmsSort = Literal[
    "id", "dst", "name", "reference", "outcome", "sent_at", "finished_at", "seen_at", "reason", "due_at"
]


@dataclass(frozen=True, slots=True)
class JobLook:
    """Accepted jobs of a kind, of one account, with ``words`` in their name, account or id."""

    kind: JobKind = "all"
    words: str = ""
    account: str | None = None
    sort: JobSort = "accepted_at"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class SmsLook:
    """SMS of a job: of an outcome, a status code of the vocabulary, a country (ISO 3166, "" unknown), words.

    Sorted by ``id`` they stand as in the request.
    """

    outcome: str | None = None
    code: str | None = None
    country: str | None = None
    words: str = ""
    sort: SmsSort = "id"
    descending: bool = False
