"""The client against a real socket that misbehaves: the line between "not sent" and "perhaps sent"."""

import asyncio
import contextlib
import socket
import ssl
import struct
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from smsdesk.api import client as client_module
from smsdesk.api.client import Client
from smsdesk.core import errors
from smsdesk.core.account import Account

ACCEPTED = b'{"jobId":"J.20310301-090000.000-abc"}'
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def sized(body, status=b"200 OK"):
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


async def read_request(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        ),
        0,
    )
    return head + await reader.readexactly(length)


def reset(writer):
    """Closes with RST, as a crashed peer does."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextlib.asynccontextmanager
async def serving(answer):
    """``answer(reader, writer)`` for each connection; yields the base URL and the list of connections."""
    seen = []
    tasks = set()

    async def connected(reader, writer):
        seen.append(writer)
        tasks.add(asyncio.current_task())
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await answer(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/rest/v1", seen
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


def account_at(url):
    return Account("Sandbox", url, (url,), "ida", sandbox=True)


def post(answer, *, seconds=5.0, body=b'{"messages":[]}'):
    async def run():
        async with serving(answer) as (url, _), Client(account_at(url), "secret", seconds=seconds) as client:
            async with asyncio.timeout(60):
                return await client.post_job(body)

    return asyncio.run(run())


def saying(*pieces, read=True, then=None):
    """Reads the request, writes the pieces, then ``then(writer)`` (close if none)."""

    async def answer(reader, writer):
        if read:
            await read_request(reader)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if then is not None:
            await then(writer)

    return answer


async def by_reset(writer):
    reset(writer)


async def by_silence(writer):
    await asyncio.Event().wait()


async def by_trickle(writer):
    while True:
        writer.write(b"x")
        await writer.drain()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 0.02)


def test_a_plain_answer_is_read():
    assert post(saying(sized(ACCEPTED))) == "J.20310301-090000.000-abc"


def test_an_answer_in_chunks_is_read():
    chunks = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (ACCEPTED[:9], ACCEPTED[9:])]
    assert post(saying(OK + b"Transfer-Encoding: chunked\r\n\r\n", *chunks, b"0\r\n\r\n"))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(saying(), id="closed without a word"),
        pytest.param(saying(then=by_reset), id="reset without a word"),
        pytest.param(saying(read=False, then=by_reset), id="reset before the request was read"),
        pytest.param(saying(b"HTTP/1.1 200 O", then=by_reset), id="reset in the head"),
        pytest.param(saying(sized(ACCEPTED)[:-5], then=by_reset), id="reset in the body"),
        pytest.param(saying(sized(ACCEPTED)[:-5]), id="closed in the body"),
        pytest.param(
            saying(OK + b"Transfer-Encoding: chunked\r\n\r\n25\r\n" + ACCEPTED), id="chunk without an end"
        ),
        pytest.param(saying(b"\x00\x01\x02 garbage\r\n\r\n"), id="no HTTP at all"),
        pytest.param(saying(b"SSH-2.0-OpenSSH_9.2\r\n"), id="another protocol"),
    ],
)
def test_a_connection_lost_after_the_request_is_no_answer(answer):
    with pytest.raises(errors.NoAnswer) as caught:
        post(answer)
    assert caught.value.values["host"].startswith("127.0.0.1:")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(saying(then=by_silence), id="silence"),
        pytest.param(saying(b"HTTP/1.1 200 OK\r\n", then=by_silence), id="silence in the head"),
        pytest.param(saying(sized(ACCEPTED)[:-5], then=by_silence), id="silence in the body"),
        pytest.param(saying(OK + b"Content-Length: 9999\r\n\r\n", then=by_trickle), id="trickled body"),
        pytest.param(saying(b"HTTP/1.1 200 OK\r\nX: ", then=by_trickle), id="trickled head"),
    ],
)
def test_the_whole_answer_has_its_time(answer):
    with pytest.raises(errors.NoAnswer):
        post(answer, seconds=0.1)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(saying(sized(b"<html><h1>It works</h1></html>")), id="HTML"),
        pytest.param(saying(sized(b"")), id="nothing"),
        pytest.param(saying(OK + b"\r\n" + ACCEPTED[:-5]), id="cut, length unknown"),
        pytest.param(saying(sized('{"jobId":"J.ü"}'.encode("latin-1"))), id="another charset"),
        pytest.param(saying(b"HTTP/1.1 204 No Content\r\n\r\n"), id="no content"),
    ],
)
def test_success_that_cannot_be_read_is_unreadable(answer):
    with pytest.raises(errors.Unreadable) as caught:
        post(answer)
    assert caught.value.values["host"].startswith("127.0.0.1:")


def test_an_answer_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(client_module, "MAX_ANSWER", 2**20)

    async def endless(writer):
        while True:
            writer.write(b" " * 2**16)
            await writer.drain()

    with pytest.raises(errors.Unreadable):
        post(saying(OK + b"\r\n", then=endless))


def test_a_refusal_before_the_body_was_read_is_a_refusal():
    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(sized(b"", b"413 Content Too Large"))
        await writer.drain()
        await reader.read()

    with pytest.raises(errors.BadRequest) as caught:
        post(answer, body=b" " * 2**20)
    assert caught.value.values["status"] == 413


# --- certainly not sent


def failing(url, seconds=5.0):
    async def run():
        async with Client(account_at(url), "secret", seconds=seconds) as client:
            await client.post_job(b"{}")

    with pytest.raises(errors.NoConnection) as caught:
        asyncio.run(run())
    assert caught.value.values["host"] == urlsplit(url).netloc
    return caught.value.values["reason"]


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert failing(f"http://127.0.0.1:{port}") == "refused"


@pytest.mark.parametrize("host", [f"{'a' * 70}.example", "send..example"])
def test_a_host_name_that_cannot_be_one(monkeypatch, host):
    for name in ("HTTPS_PROXY", "ALL_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert failing(f"https://{host}") == "name"


def test_a_peer_that_speaks_no_tls():
    async def run():
        async with serving(saying(b"hello, who is there?\r\n", read=False)) as (url, _):
            secure = url.replace("http:", "https:")
            async with Client(account_at(secure), "secret") as client:
                await client.post_job(b"{}")

    with pytest.raises(errors.NoConnection) as caught:
        asyncio.run(run())
    assert caught.value.values["reason"] == "certificate"


@pytest.mark.parametrize("end", [by_silence, by_reset])
def test_a_peer_that_ends_in_the_tls_handshake(end):
    async def run():
        async with serving(saying(read=False, then=end)) as (url, _):
            secure = url.replace("http:", "https:")
            async with Client(account_at(secure), "secret", seconds=0.2) as client:
                await client.post_job(b"{}")

    with pytest.raises(errors.NoConnection):
        asyncio.run(run())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (saying(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"), "proxy"),
        (saying(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"), "proxy"),
        (saying(then=by_silence), "proxy"),
        (saying(then=by_reset), "proxy"),
    ],
)
def test_a_proxy_that_does_not_let_through_has_sent_nothing(monkeypatch, answer, kind):
    async def run():
        async with serving(answer) as (url, seen):
            monkeypatch.setenv("https_proxy", url.removesuffix("/rest/v1"))
            monkeypatch.delenv("no_proxy", raising=False)
            async with Client(account_at("https://send.example"), "secret", seconds=0.2) as client:
                try:
                    await client.post_job(b"{}")
                finally:
                    assert len(seen) == 1

    with pytest.raises(errors.NoConnection) as caught:
        asyncio.run(run())
    assert caught.value.values == {"host": "send.example", "reason": kind}


def test_the_loopback_is_never_asked_through_a_proxy(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert post(saying(sized(ACCEPTED)))


# --- connections and cancelling


async def one_after_another(reader, writer):
    while True:
        request = await read_request(reader)
        writer.write(sized(ACCEPTED if request.startswith(b"POST") else b'[{"jobId":"J.a"}]'))
        await writer.drain()


def test_a_job_never_goes_over_a_connection_used_before():
    async def run():
        async with serving(one_after_another) as (url, seen), Client(account_at(url), "secret") as client:
            for _ in range(3):
                await client.post_job(b"{}")
            jobs = len(seen)
            for _ in range(3):
                await client.job_ids(url, datetime(2031, 3, 1, tzinfo=UTC), datetime(2031, 3, 2, tzinfo=UTC))
            return jobs, len(seen) - jobs

    assert asyncio.run(run()) == (3, 1)


def test_cancelling_passes_through_and_closes_the_connection():
    async def run():
        asked, gone = asyncio.Event(), asyncio.Event()

        async def answer(reader, writer):
            await read_request(reader)
            asked.set()
            await reader.read()
            gone.set()

        async with serving(answer) as (url, _), Client(account_at(url), "secret") as client:
            task = asyncio.ensure_future(client.post_job(b"{}"))
            await asked.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.wait_for(gone.wait(), 60)
            return task.cancelled()

    assert asyncio.run(run())


def test_the_trust_of_the_system_checks_certificates():
    context = client_module._system_trust()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
