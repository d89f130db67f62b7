"""The JSON of the SMS REST API and our values: pure functions, both ways. Touches nothing.

Absent fields are left out when written; read, ``null`` is the same as absent. Fields that have no
name here are overlooked in a request and kept in ``extra`` of a report. Values of a status are
passed on as they are. Times are ISO 8601 with milliseconds and offset.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

import msgspec

from smsdesk.api import shapes
from smsdesk.core.blackouts import Period, format_instant, format_period, parse_instant, parse_period
from smsdesk.core.errors import InputError, Unreadable
from smsdesk.core.options import API_NAMES, Options
from smsdesk.core.plan import JobColumns
from smsdesk.core.request import (
    JobId,
    JobReport,
    JobRequest,
    RecipientReport,
    RequestMessage,
    RequestRecipient,
    SmsId,
    Version,
)

JOB_ID = re.compile(r"J\..{18,38}")
"""What the service promises of a job id; an answer to a job without one is no success."""

_T = TypeVar("_T")
_BOM = b"\xef\xbb\xbf"


# --- a job, written


def encode_job(request: JobRequest) -> bytes:
    """The body of ``POST /jobs``: the same bytes for equal requests, compact, in the API's field order.

    Raises InputError (``reason`` "characters") where a text holds half a surrogate pair.
    """
    return _encoded([_message_out(message) for message in request.messages], request.options)


def _encoded(messages: list[dict[str, object]], options: Options) -> bytes:
    job = _present(messages=messages, options=_options_out(options) or None)
    try:
        return msgspec.json.encode(job)
    except UnicodeEncodeError:
        raise InputError(reason="characters") from None


def encode_columns(job: JobColumns, options: Options) -> bytes:
    """As :func:`encode_job`, of a request in columns and with these options."""
    people: list[dict[str, object]] = [
        {"dst": dst, "customerRef": reference} if reference else {"dst": dst}
        for dst, reference in zip(job.dst, job.reference, strict=True)
    ]
    known: dict[int, list[str] | None] = {}
    for at, periods in job.blackouts.items():
        if id(periods) not in known:
            known[id(periods)] = _periods_out(periods)
        people[at]["blackoutPeriods"] = known[id(periods)]
    starts = (0, *(end for _, end in job.texts))
    messages: list[dict[str, object]] = [
        {"text": text, "recipients": people[start:end]}
        for start, (text, end) in zip(starts, job.texts, strict=False)
    ]
    return _encoded(messages, options)


def _message_out(message: RequestMessage) -> dict[str, object]:
    return {"text": message.text, "recipients": [_recipient_out(r) for r in message.recipients]}


def _recipient_out(recipient: RequestRecipient) -> dict[str, object]:
    return _present(
        dst=recipient.dst,
        customerRef=recipient.reference,
        blackoutPeriods=_periods_out(recipient.blackouts),
    )


def _options_out(options: Options) -> dict[str, object]:
    values = {api_name: getattr(options, ours) for api_name, ours in API_NAMES.items()}
    values["jobPeriod"] = options.start_at and format_instant(options.start_at)
    values["blackoutPeriods"] = _periods_out(options.blackouts)
    return _present(**values)


def _periods_out(periods: tuple[Period, ...]) -> list[str] | None:
    return [format_period(period) for period in periods] or None


def _present(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


# --- a job, read


def decode_job(content: bytes) -> JobRequest:
    """A request in the API's own form, as a person's file holds it.

    Takes line breaks inside strings (a page's layout leaves them in intervals), byte order marks and
    choices in any case. Raises InputError: ``reason`` "not_json", or "request" with the ``path`` of
    the field that is wrong (``$.messages[0].text``).
    """
    try:
        job = msgspec.convert(_tolerant(content), shapes.Job)
    except msgspec.ValidationError as error:
        raise _bad_request(_path_of(error)) from None
    if not job.messages:
        raise _bad_request("$.messages")
    return JobRequest(
        tuple(_message_in(m, f"$.messages[{i}]") for i, m in enumerate(job.messages)),
        _options_in(job.options or shapes.Options()),
    )


def _tolerant(content: bytes) -> object:
    try:
        return msgspec.json.decode(content)
    except (ValueError, RecursionError):
        pass
    try:
        value = json.loads(content, strict=False)
        # Once through the strict form: half surrogate pairs end here.
        return msgspec.json.decode(msgspec.json.encode(value))
    except (ValueError, RecursionError):
        raise InputError(reason="not_json", path="$") from None


def _bad_request(path: str) -> InputError:
    return InputError(reason="request", path=path)


def _path_of(error: msgspec.ValidationError) -> str:
    """``$...`` of the field that is wrong; a missing field is named itself."""
    text = str(error)
    place = re.search(r" - at `(.+)`$", text)
    missing = re.match(r"Object missing required field `(.+?)`", text)
    return (place[1] if place else "$") + (f".{missing[1]}" if missing else "")


def _message_in(message: shapes.Message, path: str) -> RequestMessage:
    return RequestMessage(
        message.text,
        tuple(
            RequestRecipient(
                recipient.dst,
                recipient.customer_ref,
                _periods_in(recipient.blackout_periods, f"{path}.recipients[{i}]"),
            )
            for i, recipient in enumerate(message.recipients)
        ),
    )


def _options_in(options: shapes.Options) -> Options:
    return Options(
        src=options.src,
        encoding=_upper(options.encoding),
        billcode=options.billcode,
        status_requested=options.status_requested,
        flash=options.flash,
        reference=options.customer_ref,
        validity_min=options.validity_min,
        max_parts=options.max_parts,
        invalid_characters=_upper(options.invalid_characters),
        qos=_upper(options.qos),
        start_at=_read(_instant_in, options.job_period, "$.options.jobPeriod"),
        duplicate_detection=options.duplicate_detection,
        blackouts=_periods_in(options.blackout_periods, "$.options"),
    )


def _upper(text: str | None) -> str | None:
    return None if text is None else text.upper()


def _periods_in(texts: list[str] | None, path: str) -> tuple[Period, ...]:
    return tuple(_period(text, f"{path}.blackoutPeriods[{index}]") for index, text in enumerate(texts or ()))


def _period(text: str, path: str) -> Period:
    try:
        period = parse_period(text)
        _in_utc(period.start)
        _in_utc(period.end)
    except ValueError:
        raise _bad_request(path) from None
    return period


def _read(reader: Callable[[str], _T], text: str | None, path: str) -> _T | None:
    try:
        return None if text is None else reader(text)
    except ValueError:
        raise _bad_request(path) from None


def _instant_in(text: str) -> datetime:
    """With the offset as it was written; an instant that UTC cannot express is a ValueError."""
    instant = parse_instant(text)
    _in_utc(instant)
    return instant


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError from None


# --- reports, written


def encode_job_report(report: JobReport) -> bytes:
    """What ``GET /jobs/{jobId}`` answers."""
    named = _present(
        jobId=report.job_id,
        src=report.src,
        encoding=report.encoding,
        billcode=report.billcode,
        statusRequested=report.status_requested,
        flash=report.flash,
        validityMin=report.validity_min,
        customerRef=report.reference,
        qos=report.qos,
        receiptTs=report.receipt_at and format_instant(report.receipt_at),
        finishedTs=report.finished_at and format_instant(report.finished_at),
        recipientIds=list(report.sms_ids) or None,
    )
    return msgspec.json.encode(_with_extra(named, report.extra))


def encode_recipient_reports(reports: tuple[RecipientReport, ...]) -> bytes:
    """What ``GET /sms`` answers, in the order given."""
    return msgspec.json.encode([_recipient_report_out(report) for report in reports])


def _recipient_report_out(report: RecipientReport) -> dict[str, object]:
    named = _present(
        smsId=report.sms_id,
        dst=report.dst,
        processStatus=report.process_status,
        status=report.status,
        customerRef=report.reference,
        reason=report.reason,
        sentTs=report.sent_at and format_instant(report.sent_at),
        finishedTs=report.finished_at and format_instant(report.finished_at),
    )
    return _with_extra(named, report.extra)


def _with_extra(named: dict[str, object], extra: Mapping[str, Any]) -> dict[str, object]:
    return {**named, **{name: value for name, value in extra.items() if name not in named}}


# --- answers, read. Each raises Unreadable where the answer is not what the API promises.


def decode_accepted(body: bytes) -> JobId:
    """The answer to ``POST /jobs``; without a well-formed job id nothing is known of the job."""
    job_id = _typed(_answer(body), shapes.JobLine).job_id
    if not JOB_ID.fullmatch(job_id):
        raise Unreadable
    return JobId(job_id)


def decode_job_ids(body: bytes) -> tuple[JobId, ...]:
    """The answer to ``GET /jobs``, in its order; further fields of a line are overlooked."""
    return tuple(JobId(line.job_id) for line in _typed(_answer(body), list[shapes.JobLine]))


def decode_job_report(body: bytes) -> JobReport:
    """The answer to ``GET /jobs/{jobId}``; times in UTC."""
    raw = _answer(body)
    told = _typed(raw, shapes.JobReport)
    return JobReport(
        job_id=JobId(told.job_id),
        src=told.src,
        encoding=told.encoding,
        billcode=told.billcode,
        status_requested=told.status_requested,
        flash=told.flash,
        validity_min=told.validity_min,
        reference=told.customer_ref,
        qos=told.qos,
        receipt_at=_told_at(told.receipt_ts),
        finished_at=_told_at(told.finished_ts),
        sms_ids=tuple(SmsId(sms_id) for sms_id in told.recipient_ids or ()),
        extra=_unnamed(raw, shapes.JobReport),
    )


def decode_recipient_reports(body: bytes) -> tuple[RecipientReport, ...]:
    """The answer to ``GET /sms``, in its order; times in UTC."""
    raw, at = _answer(body), cache(_told_at)
    every = _typed(raw, list[shapes.RecipientReport])
    assert isinstance(raw, list)
    return tuple(
        RecipientReport(
            SmsId(told.sms_id),
            told.dst,
            told.process_status,
            told.status,
            told.customer_ref,
            told.reason,
            at(told.sent_ts),
            at(told.finished_ts),
            _unnamed(row, shapes.RecipientReport),
        )
        for row, told in zip(raw, every, strict=True)
    )


def decode_version(body: bytes) -> Version:
    """The answer to ``GET /version``: ``number`` is major.minor.build, as far as they are told."""
    told = _typed(_answer(body), shapes.Version)
    numbers = (told.major_version, told.minor_version, told.build_number)
    version = Version(
        number=".".join(str(number) for number in numbers if number is not None),
        built=told.build_timestamp or "",
        text=told.version_info or "",
        message=told.message or "",
    )
    if not (version.number or version.text):
        raise Unreadable
    return version


def _answer(body: bytes) -> object:
    try:
        return msgspec.json.decode(body.removeprefix(_BOM))
    except (ValueError, RecursionError):
        raise Unreadable from None


def _typed(raw: object, kind: type[_T]) -> _T:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError:
        raise Unreadable from None


def _told_at(text: str | None) -> datetime | None:
    try:
        return None if text is None else _in_utc(parse_instant(text))
    except ValueError:
        raise Unreadable from None


def _unnamed(raw: object, kind: type[msgspec.Struct]) -> dict[str, Any]:
    if not isinstance(raw, dict) or raw.keys() <= _named(kind):
        return {}
    return {name: value for name, value in raw.items() if name not in _named(kind)}


@cache
def _named(kind: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(kind.__struct_encode_fields__)
