"""The rules of the API that no other test is about, each by its name."""

import re
from datetime import timedelta
from typing import Any

import pytest
from calling import DELIVERED, START, Service, job

OPTIONS = (
    "src",
    "encoding",
    "billcode",
    "statusRequested",
    "flash",
    "customerRef",
    "validityMin",
    "maxParts",
    "invalidCharacters",
    "qos",
    "jobPeriod",
    "duplicateDetection",
    "blackoutPeriods",
)


@pytest.fixture
def service() -> Service:
    return Service()


def span(start: float, end: float) -> str:
    """A period from so many hours from now to so many."""
    times = [(START + timedelta(hours=hours)).isoformat() for hours in (start, end)]
    return "/".join(times)


def status(service: Service, **options: Any) -> int:
    return service.post(job(**options)).status_code


@pytest.mark.parametrize("path", ["/jobs", "/jobs/x", "/sms?jobId=x", "/version"])
def test_every_request_needs_credentials(service: Service, path: str) -> None:
    answer = service.get(path, auth=None)
    assert (answer.status_code, answer.content) == (401, b"")


def test_null_means_absent(service: Service) -> None:
    people = [{"dst": DELIVERED, "customerRef": None, "blackoutPeriods": None}]
    options = dict.fromkeys(OPTIONS)
    with_nulls = service.accepted({"messages": [{"text": "a", "recipients": people}], "options": options})
    without = service.accepted(job(text="a"))
    own = {"jobId": "", "recipientIds": []}
    first, second = (service.get(f"/jobs/{job_id}").json() | own for job_id in (with_nulls, without))
    assert first == second


def test_messages_that_are_missing_are_422(service: Service) -> None:
    assert service.post({}).status_code == 422


def test_the_limit_counts_people_over_all_messages_and_no_parts(service: Service) -> None:
    def texts(*people: int) -> dict[str, Any]:
        return {
            "messages": [{"text": "x" * 400, "recipients": [{"dst": DELIVERED}] * count} for count in people]
        }

    assert service.post(texts(1500, 1500)).status_code == 200
    assert service.post(texts(1500, 1501)).status_code == 422


def test_a_reference_is_the_number_where_there_is_none_and_may_be_long(service: Service) -> None:
    people = [{"dst": DELIVERED}, {"dst": DELIVERED, "customerRef": "r" * 200}]
    job_id = service.accepted({"messages": [{"text": "a", "recipients": people}]})
    assert [row["customerRef"] for row in service.rows(job_id)] == [DELIVERED, "r" * 200]


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("Nordlicht", 200),
        ("ElevenChars", 200),
        ("TwelveChars!", 400),
        ("123456789012345", 200),
        ("+123456789012345", 200),
        ("1234567890123456", 400),
        ("Größe", 200),
        ("Łódź", 400),
        ("", 400),
    ],
)
def test_a_sender_has_11_characters_or_15_digits(service: Service, sender: str, expected: int) -> None:
    assert status(service, src=sender) == expected


@pytest.mark.parametrize(("encoding", "echoed"), [("standard", "standard"), ("Utf-16", "utf-16")])
def test_encoding_is_read_in_any_case_and_echoed_in_lower(
    service: Service, encoding: str, echoed: str
) -> None:
    job_id = service.accepted(job(encoding=encoding))
    assert service.get(f"/jobs/{job_id}").json()["encoding"] == echoed


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("validityMin", (0, 5, 2880), (-1, 1, 4, 2881)),
        ("maxParts", (1, 20), (0, 21)),
        ("billcode", ("b" * 70,), ("b" * 71,)),
        ("invalidCharacters", ("REFUSE", "REPLACE", "TO_UTF16", "TRANSLITERATE"), ("refuse", "")),
        ("qos", ("EXPRESS", "NORMAL"), ("SLOW",)),
    ],
)
def test_options_have_their_ranges(
    service: Service, name: str, good: tuple[Any, ...], bad: tuple[Any, ...]
) -> None:
    assert [status(service, **{name: value}) for value in good] == [200] * len(good)
    assert [status(service, **{name: value}) for value in bad] == [400] * len(bad)


def test_a_planned_start_in_the_past_starts_at_once(service: Service) -> None:
    job_id = service.accepted(job(jobPeriod=(START - timedelta(days=1)).isoformat()))
    (row,) = service.rows(job_id, after=10)
    assert "sentTs" in row


@pytest.mark.parametrize(
    "period",
    [
        span(2, 2),
        span(3, 2),
        "2026-11-25T09:00:00/2026-11-25T10:00:00",
        "2026-11-25T09:00:00Z",
        "2026-11-25T09:00:00Z/PT1H",
        "",
    ],
)
def test_a_blackout_has_a_start_and_a_later_end_with_offsets(service: Service, period: str) -> None:
    assert status(service, blackoutPeriods=[period]) == 400
    people = [{"dst": DELIVERED, "blackoutPeriods": [period]}]
    assert service.post({"messages": [{"text": "a", "recipients": people}]}).status_code == 400


def test_line_breaks_inside_an_interval_are_overlooked(service: Service) -> None:
    period = span(0, 1).replace("/", "/\n ").replace("T", "T\n")
    job_id = service.accepted(job(blackoutPeriods=[period]))
    assert "sentTs" not in service.rows(job_id, after=3599)[0]
    assert "sentTs" in service.rows(job_id, after=1)[0]


def test_reports_never_give_back_what_only_the_request_knows(service: Service) -> None:
    told = job(text="secret words", maxParts=3, invalidCharacters="REPLACE", blackoutPeriods=[span(5, 6)])
    job_id = service.accepted(told)
    words = service.get(f"/jobs/{job_id}").text + service.get(f"/sms?jobId={job_id}").text
    for name in ("secret", "maxParts", "invalidCharacters", "lackout", "jobPeriod"):
        assert name not in words


def test_ids_have_their_forms(service: Service) -> None:
    job_id = service.accepted(job())
    assert re.fullmatch(r"J\..{18,38}", job_id)
    report = service.get(f"/jobs/{job_id}").json()
    (row,) = service.rows(job_id)
    assert report["recipientIds"] == [row["smsId"]]
    assert re.fullmatch(r"S\.20261124-090000-00001", row["smsId"])


def test_a_list_ends_now_and_is_30_days_long_where_nothing_is_said(service: Service) -> None:
    first = service.accepted(job())
    service.engine.advance(timedelta(days=30))
    second = service.accepted(job())
    ids = [one["jobId"] for one in service.get("/jobs").json()]
    assert ids == [first, second]
    service.engine.advance(timedelta(milliseconds=1))
    assert [one["jobId"] for one in service.get("/jobs").json()] == [second]
    until = (START + timedelta(days=1)).isoformat()
    assert [one["jobId"] for one in service.get("/jobs", params={"toTs": until}).json()] == [first]


@pytest.mark.parametrize(
    ("since", "until", "expected"), [(0, 30 * 24, 200), (0, 30 * 24 + 1, 400), (1, 1, 400), (2, 1, 400)]
)
def test_a_window_is_at_most_30_days_and_not_empty(
    service: Service, since: int, until: int, expected: int
) -> None:
    start, end = span(since, until).split("/")
    assert service.get("/jobs", params={"fromTs": start, "toTs": end}).status_code == expected


@pytest.mark.parametrize(("limit", "expected"), [(0, 400), (1, 200), (1000, 200), (1001, 400)])
def test_a_limit_is_1_to_1000(service: Service, limit: int, expected: int) -> None:
    assert service.get("/jobs", params={"limit": limit}).status_code == expected


def test_100_jobs_are_listed_where_no_limit_is_said(service: Service) -> None:
    ids = [service.accepted(job()) for _ in range(105)]
    assert [one["jobId"] for one in service.get("/jobs").json()] == ids[:100]
    assert [one["jobId"] for one in service.get("/jobs?offset=100").json()] == ids[100:]


def test_reports_of_a_job_past_three_months_are_404(service: Service) -> None:
    job_id = service.accepted(job())
    service.engine.advance(timedelta(days=92) - timedelta(milliseconds=1))
    assert service.get(f"/jobs/{job_id}").status_code == 200
    service.engine.advance(timedelta(milliseconds=1))
    for path in (f"/jobs/{job_id}", f"/sms?jobId={job_id}"):
        answer = service.get(path)
        assert (answer.status_code, answer.content) == (404, b"")


def test_no_job_id_is_400(service: Service) -> None:
    assert service.get("/jobs/").status_code == 400


def test_the_build_has_a_time_that_is_not_iso(service: Service) -> None:
    built = service.get("/version").json()["buildTimestamp"]
    assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} [+-][0-9]{4}", built)
