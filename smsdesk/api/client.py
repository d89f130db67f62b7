"""The REST API over the network: one coroutine an endpoint. The only module that imports httpx.

Every failure becomes an error of ``smsdesk.core.errors``, in one place (:class:`_Exchange`). The line
that matters runs between "certainly not sent" and "perhaps sent": only what failed before the first
byte of the request could leave is NoConnection.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlsplit

import httpx

from smsdesk import __version__
from smsdesk.api import wire
from smsdesk.core import errors
from smsdesk.core.account import LOOPBACK, Account, checked_url
from smsdesk.core.blackouts import format_instant
from smsdesk.core.request import JobId, JobReport, RecipientReport, Version

MAX_ANSWER = 64 * 2**20
"""Bytes of an answer, unpacked; more is Unreadable."""

_WHOLE = 3
"""A whole exchange may take this many times the longest silence."""
_SLOWEST_UPLOAD = 32 * 2**10
"""Bytes a second: a large job on a slow line is given the time it needs, or it would end uncertain."""

_BY_STATUS: dict[int, type[errors.ServiceError]] = {
    401: errors.WrongPassword,
    404: errors.NotFound,
    409: errors.Duplicate,
    422: errors.Unprocessable,
    429: errors.TooManyRequests,
}
_BY_CLASS: dict[int, type[errors.ServiceError]] = {
    3: errors.Redirected,
    4: errors.BadRequest,
    5: errors.ServerTrouble,
}
SHOWN = 64 * 2**10
"""Bytes of an answer that a person may look at."""
_GLANCE = 1.0
_SECRET = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
_EMPTY = frozenset({b"", b"null", b"{}", b"[]"})


class Client:
    """The service as one account sees it, for one event loop; close it with :meth:`aclose`.

    ``seconds`` bounds each silence (connecting, waiting for an answer), a whole exchange takes at
    most three times as long. ``transport`` stands in for the network in tests. Raises AddressError
    for an account whose addresses cannot be used. The password goes nowhere but into the
    ``Authorization`` header.
    """

    def __init__(
        self,
        account: Account,
        password: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        seconds: float = 10.0,
    ) -> None:
        self._name = account.name
        self._send_url = checked_url(account.send_url)
        self._report_urls = tuple(checked_url(url) for url in account.report_urls)
        # A character without UTF-8 form (a stray byte in an environment variable) becomes "?", and
        # the service then says that the password is wrong.
        self._auth = httpx.BasicAuth(
            account.user.encode("utf-8", "replace"), password.encode("utf-8", "replace")
        )
        self._transport = transport
        self._seconds = seconds
        self._connections: dict[tuple[str, bool, bool], httpx.AsyncClient] = {}
        self._under_way = 0
        self._retired = False

    def __repr__(self) -> str:
        return f"<Client of account {self._name!r}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def retire(self) -> None:
        """Closes every connection as soon as nothing is under way any more."""
        self._retired = True
        if not self._under_way:
            await self.aclose()

    async def aclose(self) -> None:
        """Closes every connection; what is still under way ends with an error."""
        while self._connections:
            await self._connections.popitem()[1].aclose()

    # --- endpoints

    async def post_job(self, body: bytes, seen: "Seen | None" = None) -> JobId:
        """``POST /jobs`` with a body made by ``wire.encode_job``; asked once, never repeated here.

        ``seen`` is told what goes over the wire and what comes back.
        """
        url = f"{self._send_url}/jobs"
        answer = await self._ask("POST", url, content=body, seen=seen)
        with _told_by(url):
            return wire.decode_accepted(answer)

    async def job_ids(
        self,
        url: str,
        since: datetime,
        until: datetime,
        *,
        open_only: bool | None = None,
        limit: int = 1000,
        offset: int = 0,
    ) -> tuple[JobId, ...]:
        """``GET /jobs`` of one data centre: one page, oldest first, of at most 30 days.

        ``open_only`` True asks for open jobs, False for finished ones, None for both.
        """
        query: dict[str, str | int] = {
            "jobIdsOnly": "true",
            "fromTs": format_instant(since.astimezone(UTC)),
            "toTs": format_instant(until.astimezone(UTC)),
            "limit": limit,
            "offset": offset,
        }
        if open_only is not None:
            query["open"] = "true" if open_only else "false"
        address = f"{checked_url(url)}/jobs"
        answer = await self._ask("GET", address, params=query)
        with _told_by(url):
            return wire.decode_job_ids(answer)

    async def job(self, job_id: JobId, url: str) -> JobReport:
        """``GET /jobs/{jobId}`` of one data centre; NotFound says nothing about the others."""
        return self.read_job(await self.job_answer(job_id, url), url)

    async def job_answer(self, job_id: JobId, url: str) -> bytes:
        """As :meth:`job`, the answer as it came."""
        if not job_id.strip("."):
            raise errors.NotFound(host=_host(url), status=404)
        answer = await self._ask("GET", f"{checked_url(url)}/jobs/{quote(job_id, safe='')}")
        if answer.strip() in _EMPTY:
            raise errors.NotFound(host=_host(url), status=404)
        return answer

    @staticmethod
    def read_job(answer: bytes, url: str) -> JobReport:
        """The report in an answer of a data centre."""
        with _told_by(url):
            return wire.decode_job_report(answer)

    async def recipients(self, job_id: JobId, url: str) -> tuple[RecipientReport, ...]:
        """``GET /sms?jobId=``: every recipient of a job; empty where the data centre has none."""
        return self.read_recipients(await self.recipients_answer(job_id, url), url)

    async def recipients_answer(self, job_id: JobId, url: str) -> bytes:
        """As :meth:`recipients`, the answer as it came: reading thousands takes its time."""
        return await self._ask("GET", f"{checked_url(url)}/sms", params={"jobId": job_id})

    @staticmethod
    def read_recipients(answer: bytes, url: str) -> tuple[RecipientReport, ...]:
        """The reports in an answer of a data centre. Touches nothing: any thread may do it."""
        if answer.strip() in _EMPTY:
            return ()
        with _told_by(url):
            return wire.decode_recipient_reports(answer)

    async def version(self, url: str) -> Version:
        """``GET /version``; it may answer whatever the password."""
        answer = await self._ask("GET", f"{checked_url(url)}/version")
        with _told_by(url):
            return wire.decode_version(answer)

    async def find_job(self, job_id: JobId, hint: str | None) -> tuple[str, JobReport]:
        """The data centre that has the job, and its report.

        ``hint`` is asked first, if it still belongs to the account (no other address gets the
        password). Raises NotFound only where every data centre says so; else the first failure.
        """
        failure: errors.ServiceError | None = None
        for url in sorted(self._report_urls, key=lambda known: known != (hint or "").rstrip("/")):
            try:
                return url, await self.job(job_id, url)
            except errors.ServiceError as error:
                if failure is None or isinstance(failure, errors.NotFound):
                    failure = error
        raise failure or errors.NotFound(host="", status=404)

    # --- one exchange

    async def _ask(
        self,
        method: str,
        url: str,
        *,
        params: dict[str, str | int] | None = None,
        content: bytes | None = None,
        seen: "Seen | None" = None,
    ) -> bytes:
        self._under_way += 1
        try:
            return await self._exchange(method, url, params, content, seen or Seen())
        finally:
            self._under_way -= 1
            if self._retired and not self._under_way:
                await self.aclose()

    async def _exchange(
        self, method: str, url: str, params: dict[str, str | int] | None, content: bytes | None, seen: "Seen"
    ) -> bytes:
        exchange = _Exchange(url, seen)
        longest = _WHOLE * self._seconds + len(content or b"") / _SLOWEST_UPLOAD
        headers = {"Content-Type": "application/json"} if content is not None else {}
        with exchange.translated():
            async with asyncio.timeout(longest):
                connection = self._connection(method, url, exchange)
                request = connection.build_request(
                    method,
                    url,
                    params=params,
                    content=content,
                    headers=headers,
                    extensions={"trace": exchange.follow},
                )
                seen.goes(request)
                response = await connection.send(request, stream=True)
                try:
                    seen.comes(response)
                    await exchange.judge(response)
                    return await exchange.body_of(response)
                finally:
                    await response.aclose()

    def _connection(self, method: str, url: str, exchange: "_Exchange") -> httpx.AsyncClient:
        parts = urlsplit(url)
        loopback, sends = parts.hostname in LOOPBACK, method == "POST"
        key = (parts.scheme, loopback, sends)
        if key not in self._connections:
            try:
                self._connections[key] = self._connect(parts.scheme, loopback=loopback, sends=sends)
            except (ValueError, ImportError, httpx.HTTPError, httpx.InvalidURL):
                # httpx looks at the system's proxies here, and raises for those it cannot use.
                raise exchange.not_sent("proxy") from None
        return self._connections[key]

    def _connect(self, scheme: str, *, loopback: bool, sends: bool) -> httpx.AsyncClient:
        # A job never travels over a connection used before: if the service has closed an idle one,
        # nobody can tell whether the request was read, and a needless "uncertain" is the result.
        # Without idle connections a failure to connect is certain.
        return httpx.AsyncClient(
            auth=self._auth,
            headers={"User-Agent": f"smsdesk/{__version__}", "Accept": "application/json"},
            timeout=httpx.Timeout(self._seconds),
            limits=httpx.Limits(max_connections=20, max_keepalive_connections=0 if sends else 10),
            follow_redirects=False,
            trust_env=not loopback,
            # http is for loopback alone: no certificates to load.
            verify=_system_trust() if scheme == "https" else False,
            transport=self._transport,
        )


async def _at_once() -> None:
    """Nothing keeps the request."""


class Seen:
    """One exchange as it goes over the wire, credentials apart.

    ``before`` is awaited on the brink of the first byte of the request; what it raises keeps it from leaving.
    """

    def __init__(self, before: Callable[[], Awaitable[None]] = _at_once) -> None:
        self.before = before
        self.request = ""
        self.headers: tuple[tuple[str, str], ...] = ()
        self.status: int | None = None
        self.answer_headers: tuple[tuple[str, str], ...] = ()
        self.answer = b""

    def goes(self, request: httpx.Request) -> None:
        """What is about to go; the credentials are not in it yet."""
        self.request = f"{request.method} {request.url}"
        self.headers = _shown(request.headers)

    def comes(self, response: httpx.Response) -> None:
        """The head of the answer."""
        self.status = response.status_code
        self.answer_headers = _shown(response.headers)


def _shown(headers: httpx.Headers) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in headers.multi_items() if name.lower() not in _SECRET)


class _Exchange:
    """One request and its answer: what is known of it, and the error that a failure becomes."""

    def __init__(self, url: str, seen: Seen) -> None:
        self._url = url
        self._seen = seen
        self._host = _host(url)
        self._towards = ""
        self._left = False

    async def follow(self, event: str, values: dict[str, Any]) -> None:
        """Told by httpcore of each step, before it is taken."""
        if event.endswith("connect_tcp.started"):
            self._towards = values["host"]
        elif event.endswith("send_request_headers.started") and values["request"].method != b"CONNECT":
            # A proxy's CONNECT carries nothing of the request.
            await self._seen.before()
            self._left = True

    @contextmanager
    def translated(self) -> Iterator[None]:
        """The one place where failures of the network become errors of ours."""
        try:
            yield
        except (httpx.DecodingError, httpx.TooManyRedirects):
            raise errors.Unreadable(host=self._host) from None
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError) as error:
            if self._certainly_not_sent(error):
                raise self.not_sent(self._reason(error)) from None
            raise errors.NoAnswer(host=self._host, **self._asked()) from None

    def _asked(self) -> dict[str, str]:
        """What only asks leaves nothing uncertain, and is not told as if it did."""
        return {"reason": "read"} if self._seen.request.startswith("GET") else {}

    def not_sent(self, reason: str) -> errors.NoConnection:
        """Certain: nothing left."""
        return errors.NoConnection(host=self._host, reason=reason)

    def _certainly_not_sent(self, error: Exception) -> bool:
        if self._towards:
            return not self._left
        return not self._left and isinstance(error, _BEFORE_SENDING)

    def _reason(self, error: Exception) -> str:
        """Why there was no connection: name, refused, certificate, proxy, timeout or network."""
        causes = list(_causes(error))
        reason = next((r for r, kind in _REASONS if any(isinstance(c, kind) for c in causes)), "network")
        through_proxy = bool(self._towards) and self._towards != httpx.URL(self._url).raw_host.decode()
        return "proxy" if through_proxy and reason != "certificate" else reason

    async def judge(self, response: httpx.Response) -> None:
        """Raises what a status outside 2xx means, whatever becomes of the body that comes with it."""
        status = response.status_code
        family = status // 100
        if family == 2:
            return
        if self._seen.request.startswith("POST"):
            await self._glance(response)
        kind = _BY_STATUS.get(status) or _BY_CLASS.get(family, errors.Unreadable)
        raise kind(host=self._host, status=status, **self._asked())

    async def _glance(self, response: httpx.Response) -> None:
        """The first of an error's body, for a person to look at; the status alone decides."""
        with suppress(httpx.HTTPError, httpx.StreamError, TimeoutError, OSError):
            async with asyncio.timeout(_GLANCE):
                async for chunk in response.aiter_bytes():
                    self._seen.answer += chunk[: SHOWN - len(self._seen.answer)]
                    if len(self._seen.answer) >= SHOWN:
                        break

    async def body_of(self, response: httpx.Response) -> bytes:
        """The whole body, unpacked, if it is not larger than MAX_ANSWER."""
        body = bytearray()
        try:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_ANSWER:
                    raise errors.Unreadable(host=self._host)
        finally:
            self._seen.answer = bytes(body[:SHOWN])
        return bytes(body)


_BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.ProxyError,
    httpx.InvalidURL,
)
_REASONS: tuple[tuple[str, tuple[type[BaseException], ...]], ...] = (
    ("proxy", (httpx.ProxyError,)),
    ("name", (socket.gaierror, httpx.InvalidURL)),
    ("certificate", (ssl.SSLError,)),
    ("refused", (ConnectionRefusedError,)),
    ("timeout", (TimeoutError, httpx.TimeoutException)),
)


def _system_trust() -> ssl.SSLContext:
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


@contextmanager
def _told_by(url: str) -> Iterator[None]:
    """Adds the host to what ``wire`` says of an answer."""
    try:
        yield
    except errors.Unreadable:
        raise errors.Unreadable(host=_host(url)) from None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that led to it."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _causes(one)
    cause = error.__cause__ or error.__context__
    if cause is not None:
        yield from _causes(cause)
