"""The JSON of answers: both ways, tolerant of the new, strict about what is promised."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.api import shapes, wire
from smsdesk.core.errors import Unreadable
from smsdesk.core.request import JobReport, RecipientReport

JOB = "J.20310301-090000.000-abc"

texts = st.text(st.characters(exclude_categories=("Cs",)))
instants = st.builds(
    lambda at, ms: at.replace(microsecond=ms * 1000),
    st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 999),
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


def unnamed(kind):
    named = set(kind.__struct_encode_fields__)
    return st.dictionaries(texts.filter(lambda key: key not in named), values, max_size=3)


maybe = st.none() | texts
job_reports = st.builds(
    JobReport,
    job_id=texts,
    src=maybe,
    encoding=maybe,
    billcode=maybe,
    status_requested=st.none() | st.booleans(),
    flash=st.none() | st.booleans(),
    validity_min=st.none() | st.integers(),
    reference=maybe,
    qos=maybe,
    receipt_at=st.none() | instants,
    finished_at=st.none() | instants,
    sms_ids=st.lists(texts, max_size=3).map(tuple),
    extra=unnamed(shapes.JobReport),
)
recipient_reports = st.builds(
    RecipientReport,
    sms_id=texts,
    dst=texts,
    process_status=texts,
    status=maybe,
    reference=maybe,
    reason=maybe,
    sent_at=st.none() | instants,
    finished_at=st.none() | instants,
    extra=unnamed(shapes.RecipientReport),
)


@given(job_reports)
def test_a_job_report_is_read_back_with_what_has_no_name_here(report):
    assert wire.decode_job_report(wire.encode_job_report(report)) == report


@given(st.lists(recipient_reports, max_size=4).map(tuple))
def test_recipient_reports_are_read_back_in_order(reports):
    assert wire.decode_recipient_reports(wire.encode_recipient_reports(reports)) == reports


def test_a_named_field_wins_over_one_in_extra():
    report = RecipientReport("S.1", "+49151", "DONE", extra={"dst": "other", "carrier": "x"})
    told = json.loads(wire.encode_recipient_reports((report,)))[0]
    assert told == {"smsId": "S.1", "dst": "+49151", "processStatus": "DONE", "carrier": "x"}


def test_unknown_status_values_and_null_fields():
    body = (
        b'[{"smsId":"S.1","dst":"+49151","processStatus":"PARKED","status":"NEW_ONE","reason":null,"hops":2}]'
    )
    (report,) = wire.decode_recipient_reports(body)
    assert (report.process_status, report.status, report.reason) == ("PARKED", "NEW_ONE", None)
    assert report.extra == {"hops": 2}


def test_times_are_utc():
    report = wire.decode_job_report(f'{{"jobId":"{JOB}","receiptTs":"2031-03-01T09:00:00.5+0100"}}'.encode())
    assert report.receipt_at == datetime(2031, 3, 1, 8, 0, 0, 500_000, tzinfo=UTC)
    assert report.receipt_at.tzinfo is UTC
    assert report.finished_at is None


def test_job_ids_keep_their_order_whatever_else_a_line_holds():
    assert wire.decode_job_ids(b'[{"jobId":"J.b","qos":"NORMAL"},{"jobId":"J.a"}]') == ("J.b", "J.a")


@pytest.mark.parametrize("tail", ["x" * 18, "x" * 38, "20310301-090000.000-0abcdefghijkLMN1"])
def test_a_job_id_is_taken(tail):
    assert wire.decode_accepted(f'{{"jobId" : "J.{tail}", "more": 1}}'.encode()) == f"J.{tail}"


def test_a_byte_order_mark_before_an_answer_is_overlooked():
    assert wire.decode_accepted(f'\ufeff{{"jobId":"{JOB}"}}'.encode()) == JOB


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"jobId":null}',
        b'{"jobId":7}',
        b'{"jobId":""}',
        b'{"jobId":"J.' + b"x" * 17 + b'"}',
        b'{"jobId":"J.' + b"x" * 39 + b'"}',
        b'{"jobId":"S.' + b"x" * 20 + b'"}',
        b'{"jobId":"J.' + b"x" * 20 + b'\\n"}',
        b"<html><body>Welcome</body></html>",
        b'{"jobId":"J.20310301-090000.000-abc',
        '{"jobId":"J.20310301-090000.000-ü"}'.encode("latin-1"),
        '{"jobId":"J.20310301-090000.000-abc"}'.encode("utf-16"),
        b"[" * 100_000,
    ],
)
def test_an_answer_without_a_job_id_is_unreadable(body):
    with pytest.raises(Unreadable):
        wire.decode_accepted(body)


DECODERS = [
    wire.decode_accepted,
    wire.decode_job_ids,
    wire.decode_job_report,
    wire.decode_recipient_reports,
    wire.decode_version,
]


@pytest.mark.parametrize("decode", DECODERS)
@given(body=st.binary() | values.map(lambda value: json.dumps(value).encode()))
def test_whatever_comes_is_read_or_unreadable(decode, body):
    try:
        told = decode(body)
    except Unreadable:
        return
    assert told == ()


@pytest.mark.parametrize(
    ("decode", "body"),
    [
        (wire.decode_job_ids, b'{"jobId":"J.a"}'),
        (wire.decode_job_ids, b'["J.a"]'),
        (wire.decode_job_report, b'{"src":"x"}'),
        (wire.decode_job_report, b'{"jobId":"J.a","receiptTs":"yesterday"}'),
        (wire.decode_job_report, b'{"jobId":"J.a","finishedTs":"0001-01-01T00:00:00+02:00"}'),
        (wire.decode_job_report, b'{"jobId":"J.a","recipientIds":[1]}'),
        (wire.decode_recipient_reports, b'[{"smsId":"S.1","dst":"1"}]'),
        (wire.decode_recipient_reports, b'[{"smsId":"S.1","dst":null,"processStatus":"OPEN"}]'),
        (wire.decode_recipient_reports, b'[{"smsId":"S.1","dst":"1","processStatus":"OPEN","sentTs":5}]'),
        (wire.decode_version, b'{"status":"ok"}'),
    ],
)
def test_what_breaks_a_promise_is_unreadable(decode, body):
    with pytest.raises(Unreadable):
        decode(body)


def test_a_version_is_read_as_far_as_it_is_told():
    told = wire.decode_version(
        b'{"majorVersion":3,"minorVersion":1,"buildNumber":77,"buildTimestamp":"2031-01-02 03:04:05 +0100",'
        b'"versionInfo":"Test","message":null}'
    )
    assert (told.number, told.built, told.text, told.message) == (
        "3.1.77",
        "2031-01-02 03:04:05 +0100",
        "Test",
        "",
    )
    assert wire.decode_version(b'{"versionInfo":"Test"}').number == ""
