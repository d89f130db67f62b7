"""What each answer of the service becomes: through httpx's own stand-in for the network."""

import asyncio
import gzip
import json
import logging
from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest

from smsdesk.api import client as client_module
from smsdesk.api.client import Client
from smsdesk.core import errors
from smsdesk.core.account import Account
from smsdesk.core.request import JobId
from smsdesk.words import error_words, use_language

SEND = "https://send.example/rest/v1"
FIRST = "https://one.example/rest/v1"
SECOND = "https://two.example/rest/v1"
ACCOUNT = Account("Practice", SEND, (FIRST, SECOND), "ida")
JOB = JobId("J.20310301-090000.000-abc")
ACCEPTED = json.dumps({"jobId": JOB}).encode()
SINCE = datetime(2031, 3, 1, 9, tzinfo=timezone(timedelta(hours=1)))
UNTIL = SINCE + timedelta(days=1)
PASSWORD = "grüne-Wiese-47"


def ask(answer, verb, account=ACCOUNT):
    """Runs ``verb(client)`` against ``answer(request) -> Response``; the result and the requests seen."""
    seen = []

    def answered(request):
        seen.append(request)
        return answer(request)

    async def run():
        async with Client(account, PASSWORD, transport=httpx.MockTransport(answered)) as client:
            return await verb(client)

    return asyncio.run(run()), seen


def failure(answer, verb=lambda client: client.post_job(b"{}")):
    with pytest.raises(errors.ServiceError) as caught:
        ask(answer, verb)
    return caught.value


@pytest.mark.parametrize("status", [200, 201])
def test_a_job_is_posted_once_to_the_send_address(status):
    told, seen = ask(
        lambda request: httpx.Response(status, content=ACCEPTED), lambda c: c.post_job(b'{"messages":[]}')
    )
    assert told == JOB
    (request,) = seen
    assert (request.method, str(request.url)) == ("POST", f"{SEND}/jobs")
    assert request.content == b'{"messages":[]}'
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["User-Agent"].startswith("smsdesk/")
    assert httpx.BasicAuth("ida", PASSWORD)._auth_header == request.headers["Authorization"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (300, errors.Redirected),
        (301, errors.Redirected),
        (307, errors.Redirected),
        (400, errors.BadRequest),
        (401, errors.WrongPassword),
        (403, errors.BadRequest),
        (404, errors.NotFound),
        (407, errors.BadRequest),
        (408, errors.BadRequest),
        (409, errors.Duplicate),
        (413, errors.BadRequest),
        (422, errors.Unprocessable),
        (429, errors.TooManyRequests),
        (451, errors.BadRequest),
        (500, errors.ServerTrouble),
        (502, errors.ServerTrouble),
        (503, errors.ServerTrouble),
        (599, errors.ServerTrouble),
        (600, errors.Unreadable),
    ],
)
def test_each_status_is_an_error_with_a_name(status, kind):
    def answer(request):
        return httpx.Response(status, headers={"Location": "https://elsewhere.example/"}, content=ACCEPTED)

    error = failure(answer)
    assert type(error) is kind
    assert error.values == {"host": "send.example", "status": status}


@pytest.mark.parametrize("status", [429, 500, None])
def test_what_only_asked_is_not_told_as_if_something_might_have_been_sent(status):
    def answer(request):
        if status is None:
            raise httpx.ReadTimeout("")
        return httpx.Response(status)

    use_language("en")
    told = [" ".join(error_words(failure(answer, *verb))) for verb in ((), (lambda c: c.version(FIRST),))]
    assert told[0] != told[1]
    assert not any(word in told[1] for word in ("sent", "took", "send"))


def test_a_redirect_is_not_followed():
    seen = []

    def answer(request):
        seen.append(request.url.host)
        return httpx.Response(302, headers={"Location": "https://elsewhere.example/rest/v1/jobs"})

    assert type(failure(answer)) is errors.Redirected
    assert seen == ["send.example"]


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (httpx.ConnectError, errors.NoConnection),
        (httpx.ConnectTimeout, errors.NoConnection),
        (httpx.PoolTimeout, errors.NoConnection),
        (httpx.UnsupportedProtocol, errors.NoConnection),
        (httpx.ProxyError, errors.NoConnection),
        (httpx.InvalidURL, errors.NoConnection),
        (httpx.ReadTimeout, errors.NoAnswer),
        (httpx.WriteTimeout, errors.NoAnswer),
        (httpx.ReadError, errors.NoAnswer),
        (httpx.WriteError, errors.NoAnswer),
        (httpx.CloseError, errors.NoAnswer),
        (httpx.RemoteProtocolError, errors.NoAnswer),
        (httpx.LocalProtocolError, errors.NoAnswer),
        (ConnectionResetError, errors.NoAnswer),
        (TimeoutError, errors.NoAnswer),
        (httpx.DecodingError, errors.Unreadable),
    ],
)
def test_each_failure_of_the_network_is_an_error_with_a_name(raised, kind):
    def answer(request):
        raise raised("ida:" + PASSWORD)

    error = failure(answer)
    assert type(error) is kind
    assert error.values["host"] == "send.example"
    assert PASSWORD not in f"{error!r} {error} {error.values}"
    assert error.__cause__ is None
    assert error.__suppress_context__


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"<!doctype html><title>Hotel wifi</title>", '{"jobId":"J.ü'.encode("latin-1")]
)
def test_success_without_a_job_id_is_unreadable(body):
    error = failure(lambda request: httpx.Response(200, content=body))
    assert type(error) is errors.Unreadable
    assert error.values == {"host": "send.example"}


def test_a_packed_answer_counts_unpacked(monkeypatch):
    monkeypatch.setattr(client_module, "MAX_ANSWER", 5_000)
    body = gzip.compress(b" " * 6_000 + ACCEPTED)

    def answer(request):
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=body)

    assert type(failure(answer)) is errors.Unreadable


def test_a_badly_packed_answer_is_unreadable():
    def answer(request):
        return httpx.Response(
            200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip at all")
        )

    assert type(failure(answer)) is errors.Unreadable


def test_the_list_of_jobs_asks_as_the_api_wants_it():
    told, seen = ask(
        lambda request: httpx.Response(200, json=[{"jobId": "J.a"}]),
        lambda c: c.job_ids(FIRST + "/", SINCE, UNTIL, open_only=False, limit=7, offset=14),
    )
    assert told == ("J.a",)
    assert seen[0].url.path == "/rest/v1/jobs"
    assert dict(seen[0].url.params) == {
        "jobIdsOnly": "true",
        "fromTs": "2031-03-01T08:00:00.000+00:00",
        "toTs": "2031-03-02T08:00:00.000+00:00",
        "limit": "7",
        "offset": "14",
        "open": "false",
    }
    assert "+" not in seen[0].url.query.decode()


def test_both_open_and_finished_jobs_are_asked_for_by_saying_nothing():
    _, seen = ask(lambda request: httpx.Response(200, json=[]), lambda c: c.job_ids(FIRST, SINCE, UNTIL))
    assert "open" not in seen[0].url.params


def test_recipients_and_version():
    def answer(request):
        if request.url.path.endswith("/version"):
            return httpx.Response(200, json={"majorVersion": 3, "minorVersion": 1})
        assert request.url.params["jobId"] == JOB
        return httpx.Response(200, json=[{"smsId": "S.1", "dst": "+49151", "processStatus": "OPEN"}])

    (reports, version), _ = ask(answer, lambda c: both(c.recipients(JOB, FIRST), c.version(SECOND)))
    assert reports[0].sms_id == "S.1"
    assert version.number == "3.1"


async def both(first, second):
    return await first, await second


@pytest.mark.parametrize("body", [b"", b"[]", b" null "])
def test_an_empty_answer_for_recipients_is_nobody(body):
    told, _ = ask(lambda request: httpx.Response(200, content=body), lambda c: c.recipients(JOB, FIRST))
    assert told == ()


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b" null "])
def test_an_empty_answer_for_a_job_is_not_found(body):
    error = failure(lambda request: httpx.Response(200, content=body), lambda c: c.job(JOB, FIRST))
    assert type(error) is errors.NotFound


@pytest.mark.parametrize("job_id", ["", ".", ".."])
def test_a_job_id_of_dots_asks_nobody(job_id):
    def answer(request):
        raise AssertionError(request.url)

    assert type(failure(answer, lambda c: c.job(JobId(job_id), FIRST))) is errors.NotFound


def test_a_job_id_stays_one_piece_of_the_path():
    odd = JobId("J./../../x?y=1#ä")
    _, seen = ask(lambda request: httpx.Response(200, json={"jobId": odd}), lambda c: c.job(odd, FIRST))
    assert seen[0].url.raw_path == b"/rest/v1/jobs/J.%2F..%2F..%2Fx%3Fy%3D1%23%C3%A4"


# --- which data centre has the job


def centres(one, two):
    """Answers by host: a status, or 200 with the report."""

    def answer(request):
        status = one if request.url.host == "one.example" else two
        return httpx.Response(status, json={"jobId": JOB} if status == 200 else None)

    return answer


@pytest.mark.parametrize(
    ("one", "two", "hint", "hosts", "found"),
    [
        (200, 404, None, ["one.example"], FIRST),
        (404, 200, None, ["one.example", "two.example"], SECOND),
        (200, 200, SECOND, ["two.example"], SECOND),
        (200, 404, SECOND + "/", ["two.example", "one.example"], FIRST),
        (500, 200, None, ["one.example", "two.example"], SECOND),
        (200, 404, "https://gone.example/rest/v1", ["one.example"], FIRST),
    ],
)
def test_data_centres_are_asked_in_turn(one, two, hint, hosts, found):
    (url, report), seen = ask(centres(one, two), lambda c: c.find_job(JOB, hint))
    assert (url, report.job_id) == (found, JOB)
    assert [request.url.host for request in seen] == hosts


@pytest.mark.parametrize(
    ("one", "two", "kind", "host"),
    [
        (404, 404, errors.NotFound, "two.example"),
        (503, 404, errors.ServerTrouble, "one.example"),
        (404, 503, errors.ServerTrouble, "two.example"),
        (401, 503, errors.WrongPassword, "one.example"),
    ],
)
def test_not_found_only_where_every_data_centre_says_so(one, two, kind, host):
    error = failure(centres(one, two), lambda c: c.find_job(JOB, None))
    assert (type(error), error.values["host"]) == (kind, host)


# --- secrets and addresses


@pytest.mark.parametrize(
    ("send", "report"),
    [
        ("http://send.example/rest/v1", FIRST),
        (SEND, "http://one.example/rest/v1"),
        ("https://ida:secret@send.example/", FIRST),
        ("send.example", FIRST),
    ],
)
def test_an_address_that_cannot_be_used_is_told_at_once(send, report):
    with pytest.raises(errors.AddressError) as caught:
        Client(Account("Practice", send, (report,), "ida"), PASSWORD)
    assert "secret" not in str(caught.value)


def test_a_data_centre_without_encryption_is_not_asked():
    with pytest.raises(errors.AddressError):
        ask(lambda request: httpx.Response(200, json=[]), lambda c: c.version("http://one.example/rest/v1"))


def test_the_password_is_in_no_repr_and_no_log(caplog):
    caplog.set_level(logging.DEBUG)
    header = httpx.BasicAuth("ida", PASSWORD)._auth_header.removeprefix("Basic ")
    client = Client(ACCOUNT, PASSWORD, transport=httpx.MockTransport(lambda r: httpx.Response(500)))

    async def run():
        async with client:
            with pytest.raises(errors.ServerTrouble):
                await client.post_job(b"{}")
            return [repr(client), str(client), str(vars(client))]

    told = "\n".join([*asyncio.run(run()), caplog.text])
    assert "Practice" in told
    assert PASSWORD not in told
    assert header not in told


def test_a_password_that_is_no_text_is_a_wrong_password():
    async def run():
        transport = httpx.MockTransport(lambda request: httpx.Response(401))
        async with Client(ACCOUNT, "caf\udce9", transport=transport) as client:
            await client.version(FIRST)

    with pytest.raises(errors.WrongPassword):
        asyncio.run(run())


@pytest.mark.parametrize("proxy", ["nonsense://proxy.example:1", "http://[proxy"])
def test_a_proxy_that_cannot_be_used_is_no_connection(monkeypatch, proxy):
    monkeypatch.setenv("HTTPS_PROXY", proxy)

    async def run():
        async with Client(ACCOUNT, PASSWORD) as client:
            await client.post_job(b"{}")

    with pytest.raises(errors.NoConnection) as caught:
        asyncio.run(run())
    assert caught.value.values == {"host": "send.example", "reason": "proxy"}


def test_times_are_written_in_utc_whatever_the_zone():
    _, seen = ask(
        lambda request: httpx.Response(200, json=[]),
        lambda c: c.job_ids(FIRST, datetime(2031, 3, 1, tzinfo=UTC), UNTIL),
    )
    assert seen[0].url.params["fromTs"] == "2031-03-01T00:00:00.000+00:00"
