"""The JSON of the SMS REST API as it is read: names, types, what may be absent. Touches nothing.

Keys that have no name here are overlooked; ``null`` is the same as absent.
"""

import msgspec


class Options(msgspec.Struct, rename="camel"):
    """The options of a job."""

    src: str | None = None
    encoding: str | None = None
    billcode: str | None = None
    status_requested: bool | None = None
    flash: bool | None = None
    customer_ref: str | None = None
    validity_min: int | None = None
    max_parts: int | None = None
    invalid_characters: str | None = None
    qos: str | None = None
    job_period: str | None = None
    duplicate_detection: bool | None = None
    blackout_periods: list[str] | None = None


class Recipient(msgspec.Struct, rename="camel"):
    """One recipient of a message."""

    dst: str
    customer_ref: str | None = None
    blackout_periods: list[str] | None = None


class Message(msgspec.Struct):
    """One text and who gets it."""

    text: str
    recipients: list[Recipient]


class Job(msgspec.Struct):
    """The body of ``POST /jobs``."""

    messages: list[Message]
    options: Options | None = None


class JobReport(msgspec.Struct, rename="camel"):
    """What ``GET /jobs/{jobId}`` answers."""

    job_id: str
    src: str | None = None
    encoding: str | None = None
    billcode: str | None = None
    status_requested: bool | None = None
    flash: bool | None = None
    validity_min: int | None = None
    customer_ref: str | None = None
    qos: str | None = None
    receipt_ts: str | None = None
    finished_ts: str | None = None
    recipient_ids: list[str] | None = None


class RecipientReport(msgspec.Struct, rename="camel"):
    """One row of what ``GET /sms`` answers."""

    sms_id: str
    dst: str
    process_status: str
    status: str | None = None
    customer_ref: str | None = None
    reason: str | None = None
    sent_ts: str | None = None
    finished_ts: str | None = None


class JobLine(msgspec.Struct, rename="camel"):
    """One line of what ``GET /jobs`` answers, and the answer to ``POST /jobs``."""

    job_id: str


class Version(msgspec.Struct, rename="camel"):
    """What ``GET /version`` answers."""

    build_number: int | str | None = None
    build_timestamp: str | None = None
    major_version: int | str | None = None
    minor_version: int | str | None = None
    version_info: str | None = None
    message: str | None = None
