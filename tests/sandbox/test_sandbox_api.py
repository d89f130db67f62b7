"""The five endpoints, each rule by its name; the clock is a value."""

import base64
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from calling import DELIVERED, PASSWORD, SECRET, START, USER, Service, job


@pytest.fixture
def service() -> Service:
    return Service()


def test_a_job_gets_an_id_of_the_documented_form(service: Service) -> None:
    assert re.fullmatch(r"J\..{18,38}", service.accepted(job()))


@pytest.mark.parametrize(
    "auth", [None, (USER, "wrong"), ("other", PASSWORD), (USER, PASSWORD[:-1]), ("", "")]
)
def test_wrong_credentials_are_401_with_an_empty_body(service: Service, auth: Any) -> None:
    answer = service.get("/jobs", auth=auth)
    assert (answer.status_code, answer.content) == (401, b"")


def test_a_token_in_the_url_safe_alphabet_is_accepted(service: Service) -> None:
    token = base64.urlsafe_b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    assert "-" in token or "_" in token
    headers = {"Authorization": f"Basic {token}"}
    assert service.get("/version", auth=None, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe{}",
        b"[]",
        b"null",
        b'"' * 3,
        b"[" * 100_000,
        {"messages": {}},
        {"messages": ["x"]},
        {"messages": [{"text": 5, "recipients": [{"dst": "+49"}]}]},
        {"messages": [{"text": "x", "recipients": [{"dst": 5}]}]},
        {"messages": [{"text": "x", "recipients": [{}]}]},
        job(encoding="latin"),
        job(encoding=7),
        job(validityMin=4),
        job(validityMin=2881),
        job(validityMin="5"),
        job(validityMin=True),
        job(maxParts=0),
        job(maxParts=21),
        job(qos="FAST"),
        job(invalidCharacters="DROP"),
        job(src="twelve chars"),
        job(billcode="b" * 71),
        job(statusRequested="true"),
        job(jobPeriod="tomorrow"),
        job(jobPeriod="2026-11-24T09:00:00"),
        job(blackoutPeriods=["2026-11-24T09:00:00Z"]),
        job(blackoutPeriods=["2026-11-24T09:00:00Z/2026-11-24T09:00:00Z"]),
        job(blackoutPeriods="never"),
    ],
    ids=lambda body: repr(body)[:50],
)
def test_malformed_data_is_400(service: Service, body: Any) -> None:
    answer = service.post(body)
    assert (answer.status_code, answer.content) == (400, b"")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messages": []},
        {"messages": None},
        {"messages": [{"text": "", "recipients": [{"dst": DELIVERED}]}]},
        {"messages": [{"text": "x", "recipients": []}]},
        job(text="☎ call us", invalidCharacters="REFUSE"),
        job(*[DELIVERED] * 3001),
    ],
    ids=lambda body: repr(body)[:50],
)
def test_what_cannot_be_sent_is_422(service: Service, body: Any) -> None:
    answer = service.post(body)
    assert (answer.status_code, answer.content) == (422, b"")


def test_3000_sms_are_accepted_and_unknown_keys_overlooked(service: Service) -> None:
    body = {**job(*[DELIVERED] * 3000), "colour": "red"}
    assert len(service.rows(service.accepted(body))) == 3000


def test_an_identical_job_is_409_only_where_detection_is_asked_for(service: Service) -> None:
    assert service.post(job()).status_code == 200
    assert service.post(job()).status_code == 200
    assert service.post(job(duplicateDetection=True)).status_code == 409
    assert service.post(job(duplicateDetection=True, text="Another text")).status_code == 200


def test_too_many_requests_in_10_seconds_are_429() -> None:
    service = Service(rate=3)
    codes = [service.get("/version").status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]


def test_a_report_has_optional_fields_only_once_they_exist(service: Service) -> None:
    job_id = service.accepted(job(src="Nordlicht", encoding="utf-16", customerRef="C1", statusRequested=True))
    fresh = service.get(f"/jobs/{job_id}").json()
    assert fresh["encoding"] == "utf-16"
    assert "finishedTs" not in fresh
    assert "billcode" not in fresh
    (row,) = service.rows(job_id)
    assert set(row) == {"smsId", "dst", "processStatus", "customerRef"}
    assert row["customerRef"] == row["dst"]
    (done,) = service.rows(job_id, after=120)
    assert done["status"] == "SUC_FIN"
    assert done["sentTs"] < done["finishedTs"]
    report = service.get(f"/jobs/{job_id}").json()
    assert report["finishedTs"] == done["finishedTs"]
    assert report["recipientIds"] == [done["smsId"]]


def test_an_sms_walks_open_running_done_with_a_confirmation_asked(service: Service) -> None:
    job_id = service.accepted(job(statusRequested=True))
    seen = [service.rows(job_id, after=0.25)[0]["processStatus"] for _ in range(200)]
    assert list(dict.fromkeys(seen)) == ["OPEN", "RUNNING", "DONE"]


def test_without_a_confirmation_it_is_never_running(service: Service) -> None:
    job_id = service.accepted(job())
    seen = [service.rows(job_id, after=0.25)[0] for _ in range(200)]
    assert list(dict.fromkeys(row["processStatus"] for row in seen)) == ["OPEN", "DONE"]
    assert seen[-1]["status"] == "SUC_ACC"


FATES = {
    70: ("DONE", "TIMEOUT"),
    75: ("DONE", "BLOCKED"),
    78: ("DONE", "CON_ERR"),
    80: ("DONE", "FAILED_FIN"),
    83: ("DONE", "NOT_ACC_FIN"),
    85: ("DONE", "SEND_ERR"),
    88: ("DONE", "STATUS_ERR"),
    90: ("CANCELED", None),
    92: ("CANCELED", "NOT_ACC_REC"),
    95: ("KILL", "SUC_ACC"),
    98: ("DONE", "INVALID_DST"),
    10: ("DONE", "SUC_FIN"),
}


@pytest.mark.parametrize("last", FATES)
def test_a_number_reserved_for_drama_has_a_known_fate(service: Service, last: int) -> None:
    job_id = service.accepted(job(f"+49176040690{last:02d}", statusRequested=True))
    (row,) = service.rows(job_id, after=1000)
    assert (row["processStatus"], row.get("status")) == FATES[last]


def test_a_malformed_number_is_accepted_and_ends_as_invalid(service: Service) -> None:
    (row,) = service.rows(service.accepted(job("hello")), after=100)
    assert row["status"] == "INVALID_DST"


def test_nothing_leaves_before_the_planned_start(service: Service) -> None:
    start = START + timedelta(hours=3)
    job_id = service.accepted(job(jobPeriod=start.isoformat()))
    assert service.rows(job_id, after=3 * 3600)[0]["processStatus"] == "OPEN"
    assert datetime.fromisoformat(service.rows(job_id, after=60)[0]["sentTs"]) > start


def test_an_sms_in_a_blackout_leaves_when_the_union_of_both_ends(service: Service) -> None:
    hour = [(START + timedelta(hours=n)).isoformat() for n in range(6)]
    body = job(blackoutPeriods=[f"{hour[0]}/{hour[1]}", f"{hour[3]}/{hour[4]}"])
    body["messages"][0]["recipients"] = [
        {"dst": DELIVERED, "blackoutPeriods": [f"{hour[1]}/{hour[2]}"]},
        {"dst": DELIVERED},
    ]
    rows = service.rows(service.accepted(body), after=5 * 3600)
    assert [datetime.fromisoformat(row["sentTs"]) for row in rows] == [
        START + timedelta(hours=2),
        START + timedelta(hours=1),
    ]


def test_validity_ends_a_phone_that_is_off(service: Service) -> None:
    job_id = service.accepted(job("+4917604069070", statusRequested=True, validityMin=30))
    assert service.rows(job_id, after=1700)[0]["processStatus"] == "RUNNING"
    assert service.rows(job_id, after=120)[0]["status"] == "TIMEOUT"


def test_a_text_is_cut_to_its_parts_and_shown_as_the_rule_says(service: Service) -> None:
    service.accepted(job(text="☎" + "a" * 400, maxParts=2, invalidCharacters="REPLACE"))
    (message,) = service.engine.messages()
    assert (message["text"], message["parts"]) == ("?" + "a" * 305, 2)


def test_job_ids_come_oldest_first_in_pages(service: Service) -> None:
    ids = []
    for _ in range(5):
        ids.append(service.accepted(job()))
        service.engine.advance(timedelta(seconds=1))
    pages = [service.get("/jobs", params={"limit": 2, "offset": at}).json() for at in (0, 2, 4)]
    assert [entry["jobId"] for page in pages for entry in page] == ids


def test_open_tells_open_jobs_from_finished_ones(service: Service) -> None:
    old = service.accepted(job())
    service.engine.advance(timedelta(hours=1))
    new = service.accepted(job())
    assert service.get("/jobs", params={"open": "true"}).json() == [{"jobId": new}]
    assert service.get("/jobs", params={"open": "False"}).json() == [{"jobId": old}]


@pytest.mark.parametrize("spelling", ["true", "True", "1"])
def test_job_ids_only_is_true_in_its_spellings(service: Service, spelling: str) -> None:
    assert service.get("/jobs", params={"jobIdsOnly": spelling}).json() == []


@pytest.mark.parametrize(
    "query",
    [
        {"jobIdsOnly": "false"},
        {"limit": "0"},
        {"limit": "1001"},
        {"limit": "many"},
        {"offset": "-1"},
        {"open": "maybe"},
        {"fromTs": "yesterday"},
        {"fromTs": "2026-11-20T00:00:00Z", "toTs": "2026-11-20T00:00:00Z"},
        {"fromTs": "2026-10-01T00:00:00Z", "toTs": "2026-11-20T00:00:00Z"},
    ],
    ids=str,
)
def test_a_wrong_parameter_is_400(service: Service, query: dict[str, str]) -> None:
    answer = service.get("/jobs", params=query)
    assert (answer.status_code, answer.content) == (400, b"")


def test_a_window_older_than_three_months_is_empty(service: Service) -> None:
    job_id = service.accepted(job())
    service.engine.advance(timedelta(days=100))
    window = {"fromTs": START.isoformat(), "toTs": (START + timedelta(days=1)).isoformat()}
    assert service.get("/jobs", params=window).json() == []
    assert service.get(f"/jobs/{job_id}").status_code == 404
    assert service.get("/sms", params={"jobId": job_id}).status_code == 404


@pytest.mark.parametrize("path", ["/jobs/J.none", "/sms?jobId=J.none", "/sms", "/nowhere"])
def test_what_is_unknown_is_404_with_an_empty_body(service: Service, path: str) -> None:
    answer = service.get(path)
    assert (answer.status_code, answer.content) == (404, b"")


def test_the_version_has_every_field(service: Service) -> None:
    names = {"buildNumber", "buildTimestamp", "majorVersion", "minorVersion", "versionInfo", "message"}
    assert set(service.get("/version").json()) == names


def test_the_control_surface_needs_its_own_secret(service: Service) -> None:
    assert service.call("GET", "/control/messages").status_code == 403
    headers = {"X-Control-Secret": SECRET}
    turned = service.call("POST", "/control/advance", headers=headers, json={"seconds": 60})
    assert datetime.fromisoformat(turned.json()["now"]) == START + timedelta(minutes=1)
    for wrong in ({}, {"seconds": "x"}, []):
        assert service.call("POST", "/control/advance", headers=headers, json=wrong).status_code == 400


def test_a_fault_meets_the_next_requests_and_then_is_over(service: Service) -> None:
    headers = {"X-Control-Secret": SECRET}
    fault = {"endpoint": "post", "kind": "status", "value": 503, "times": 2}
    assert service.call("POST", "/control/faults", headers=headers, json=fault).status_code == 200
    assert [service.post(job()).status_code for _ in range(3)] == [503, 503, 200]


def test_phones_keep_what_reached_them(service: Service) -> None:
    service.accepted(job(DELIVERED, "+4917604069098", src="Nordlicht", statusRequested=True))
    service.engine.advance(timedelta(minutes=5))
    phones = service.call("GET", "/control/phones", headers={"X-Control-Secret": SECRET}).json()
    told = [(phone["number"], phone["received"], phone["waiting"]) for phone in phones]
    assert told == [(DELIVERED, 1, 0), ("+4917604069098", 0, 0)]
