"""A job as the API takes it, and reports as it gives them: values without any JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, NewType

from smsdesk.core.blackouts import Period
from smsdesk.core.options import Options

JobId = NewType("JobId", str)
SmsId = NewType("SmsId", str)

MAX_SMS_PER_JOB = 3000
"""Texts times recipients over all messages of a job; more is answered with 422."""


@dataclass(frozen=True, slots=True)
class RequestRecipient:
    """One recipient as sent: ``dst`` as it will go out, usually E.164."""

    dst: str
    reference: str | None = None
    blackouts: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestMessage:
    """One text, literally as sent (no merge fields), and who gets it."""

    text: str
    recipients: tuple[RequestRecipient, ...]


@dataclass(frozen=True, slots=True)
class JobRequest:
    """The body of one ``POST /jobs``."""

    messages: tuple[RequestMessage, ...]
    options: Options = field(default_factory=Options)

    @property
    def sms_count(self) -> int:
        """Texts times recipients."""
        return sum(len(message.recipients) for message in self.messages)


@dataclass(frozen=True, slots=True)
class JobReport:
    """``GET /jobs/{jobId}``: absent fields are ``None``; ``extra`` keeps fields not named here."""

    job_id: JobId
    src: str | None = None
    encoding: str | None = None
    billcode: str | None = None
    status_requested: bool | None = None
    flash: bool | None = None
    validity_min: int | None = None
    reference: str | None = None
    qos: str | None = None
    receipt_at: datetime | None = None
    finished_at: datetime | None = None
    sms_ids: tuple[SmsId, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict, hash=False)


class RecipientReport(NamedTuple):
    """One row of ``GET /sms``: absent fields are ``None``; ``extra`` keeps the others."""

    sms_id: SmsId
    dst: str
    process_status: str
    status: str | None = None
    reference: str | None = None
    reason: str | None = None
    sent_at: datetime | None = None
    finished_at: datetime | None = None
    extra: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Version:
    """``GET /version``; ``built`` is free text, not ISO 8601."""

    number: str
    built: str
    text: str
    message: str
