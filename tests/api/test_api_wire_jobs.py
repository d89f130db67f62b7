"""A job's JSON: both ways, and what is wrong with a file is said with its place."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.api import wire
from smsdesk.core.blackouts import Period
from smsdesk.core.errors import InputError
from smsdesk.core.options import API_NAMES, ENCODINGS, INVALID_CHARACTERS, QOS, Options
from smsdesk.core.request import JobRequest, RequestMessage, RequestRecipient

offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.builds(
    lambda at, ms: at.replace(microsecond=ms * 1000),
    st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1), timezones=offsets),
    st.integers(0, 999),
)
periods = st.builds(
    lambda start, ms: Period(start, start + timedelta(milliseconds=ms)), instants, st.integers(1, 10**10)
)
some_periods = st.lists(periods, max_size=3).map(tuple)
texts = st.text(st.characters(exclude_categories=("Cs",)))


def optional(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | values


options = st.builds(
    Options,
    src=optional(texts),
    encoding=optional(st.sampled_from(ENCODINGS)),
    billcode=optional(texts),
    status_requested=optional(st.booleans()),
    flash=optional(st.booleans()),
    reference=optional(texts),
    validity_min=optional(st.integers()),
    max_parts=optional(st.integers()),
    invalid_characters=optional(st.sampled_from(INVALID_CHARACTERS)),
    qos=optional(st.sampled_from(QOS)),
    start_at=optional(instants),
    duplicate_detection=optional(st.booleans()),
    blackouts=some_periods,
)
recipients = st.builds(RequestRecipient, dst=texts, reference=optional(texts), blackouts=some_periods)
messages = st.builds(RequestMessage, text=texts, recipients=st.lists(recipients, max_size=3).map(tuple))
jobs = st.builds(JobRequest, messages=st.lists(messages, min_size=1, max_size=3).map(tuple), options=options)

PAGE = b"""\xef\xbb\xbf{
"options":{ "src":"Praxis Nord", "encoding":"Utf-16", "qos":"express", "flash":null, "someday":[1],
"jobPeriod":"2031-03-01T09:00:00.000+01:00",
"blackoutPeriods":["2031-03-01T12:00:00.000+01:00/2031-03-
01T13:00:00.000+01:00"] },
"messages":[ { "text":"Two
lines", "recipients":[
{ "dst":"+4915112345678", "customerRef":null },
{ "dst":"0049151999", "blackoutPeriods":["2031-03-01T20:00:00Z/2031-03-
02T06:00:00Z"] } ] } ] }"""


@given(jobs)
def test_what_is_written_is_read_back(job):
    assert wire.decode_job(wire.encode_job(job)) == job


@given(jobs)
def test_equal_requests_are_equal_bytes(job):
    body = wire.encode_job(job)
    assert wire.encode_job(wire.decode_job(body)) == body


def test_the_bytes_are_compact_and_in_the_order_of_the_api():
    at = datetime(2031, 3, 1, 9, 0, 0, 123456, timezone(timedelta(hours=1)))
    period = Period(at, datetime(2031, 3, 1, 9, 0, tzinfo=UTC))
    job = JobRequest(
        (RequestMessage("Ä €", (RequestRecipient("+4915112345678", "r1", (period,)),)),),
        Options("Nord", "STANDARD", "b", True, False, "ref", 0, 2, "REPLACE", "NORMAL", at, True, (period,)),
    )
    written = "2031-03-01T09:00:00.123+01:00"
    interval = f"{written}/2031-03-01T09:00:00.000+00:00"
    assert (
        wire.encode_job(job).decode() == '{"messages":[{"text":"Ä €","recipients":[{"dst":"+4915112345678",'
        f'"customerRef":"r1","blackoutPeriods":["{interval}"]}}]}}],"options":{{"src":"Nord",'
        '"encoding":"STANDARD","billcode":"b","statusRequested":true,"flash":false,"customerRef":"ref",'
        '"validityMin":0,"maxParts":2,"invalidCharacters":"REPLACE","qos":"NORMAL",'
        f'"jobPeriod":"{written}","duplicateDetection":true,"blackoutPeriods":["{interval}"]}}}}'
    )


def test_what_is_not_set_is_not_written():
    job = JobRequest((RequestMessage("x", (RequestRecipient("+49151"),)),))
    assert json.loads(wire.encode_job(job)) == {
        "messages": [{"text": "x", "recipients": [{"dst": "+49151"}]}]
    }


def test_a_page_with_line_breaks_in_its_strings_is_read_and_survives_a_round_trip():
    job = wire.decode_job(PAGE)
    assert job.options.encoding == "UTF-16"
    assert job.options.qos == "EXPRESS"
    assert job.options.flash is None
    assert job.options.blackouts[0].end == datetime(2031, 3, 1, 12, tzinfo=UTC)
    assert job.messages[0].text == "Two\nlines"
    assert job.messages[0].recipients[0].reference is None
    assert job.messages[0].recipients[1].blackouts[0].end == datetime(2031, 3, 2, 6, tzinfo=UTC)
    assert wire.decode_job(wire.encode_job(job)) == job


def test_every_option_of_the_api_is_read():
    told = dict.fromkeys(API_NAMES, "A") | {
        "statusRequested": True,
        "flash": True,
        "validityMin": 5,
        "maxParts": 1,
        "jobPeriod": "2031-03-01T09:00:00Z",
        "duplicateDetection": True,
        "blackoutPeriods": ["2031-03-01T09:00:00Z/2031-03-01T10:00:00Z"],
    }
    body = json.dumps({"messages": [{"text": "", "recipients": []}], "options": told}).encode()
    read = wire.decode_job(body).options
    assert all(getattr(read, ours) for ours in API_NAMES.values())


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("[]", "$"),
        ("{}", "$.messages"),
        ('{"messages":null}', "$.messages"),
        ('{"messages":[]}', "$.messages"),
        ('{"messages":[{"recipients":[]}]}', "$.messages[0].text"),
        ('{"messages":[{"text":"a","recipients":[]},{"text":"a"}]}', "$.messages[1].recipients"),
        ('{"messages":[{"text":5,"recipients":[]}]}', "$.messages[0].text"),
        ('{"messages":[{"text":"","recipients":[{"dst":49151}]}]}', "$.messages[0].recipients[0].dst"),
        (
            '{"messages":[{"text":"","recipients":[{"dst":"1","blackoutPeriods":["soon"]}]}]}',
            "$.messages[0].recipients[0].blackoutPeriods[0]",
        ),
        ('{"messages":[{"text":"","recipients":[]}],"options":{"flash":"no"}}', "$.options.flash"),
        ('{"messages":[{"text":"","recipients":[]}],"options":{"maxParts":"2"}}', "$.options.maxParts"),
        (
            '{"messages":[{"text":"","recipients":[]}],"options":{"jobPeriod":"2031-03-01T09:00:00"}}',
            "$.options.jobPeriod",
        ),
        (
            '{"messages":[{"text":"","recipients":[]}],"options":{"jobPeriod":"0001-01-01T00:00+02:00"}}',
            "$.options.jobPeriod",
        ),
        (
            (
                '{"messages":[{"text":"","recipients":[]}],'
                '"options":{"blackoutPeriods":["2031-03-01T09:00Z/2031-03-01T09:00Z"]}}'
            ),
            "$.options.blackoutPeriods[0]",
        ),
    ],
)
def test_the_wrong_field_is_named(text, path):
    with pytest.raises(InputError) as caught:
        wire.decode_job(text.encode())
    assert caught.value.values == {"reason": "request", "path": path}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"dst;name\r\n+49151;Ida",
        b'{"messages":[',
        b"\xff\xfe\x00",
        b'{"messages":[{"text":"\\ud83d","recipients":[]}]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_json_is_said_to_be_none(content):
    with pytest.raises(InputError) as caught:
        wire.decode_job(content)
    assert caught.value.values == {"reason": "not_json", "path": "$"}


@given(st.binary())
def test_no_bytes_raise_anything_but_input_error(content):
    with pytest.raises(InputError):
        wire.decode_job(content)


def test_half_a_character_cannot_be_written():
    job = JobRequest((RequestMessage("\ud83d", (RequestRecipient("+49151"),)),))
    with pytest.raises(InputError) as caught:
        wire.encode_job(job)
    assert caught.value.values == {"reason": "characters"}
