"""The embedded sandbox from outside: starts the child process, speaks to its control surface."""

import asyncio
import errno
import json
import sys
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

START_SECONDS = 20.0
END_SECONDS = 5.0
PATIENCE = 60.0
"""How many seconds the control surface may take to answer."""


class Remote:
    """A running child process; it ends with :meth:`stop`, or when this process does."""

    def __init__(self, process: asyncio.subprocess.Process, first: dict[str, Any]) -> None:
        self._process = process
        self.url, self.user, self.password = first["url"], first["user"], first["password"]
        self.report_urls = tuple(first["report_urls"])
        self._control, self._secret = first["control"], first["control_secret"]

    def __repr__(self) -> str:
        return f"Remote({self.url!r})"

    @classmethod
    async def start(
        cls, speed: float = 1.0, db: Path | None = None, data_centres: int = 1, rate: int | None = None
    ) -> "Remote":
        """Starts the service. Raises OSError, TimeoutError.

        ``speed``: seconds of service time a second; ``rate``: requests that it takes in ten seconds.
        """
        command = [sys.executable, "-m", "smsdesk", "sandbox", "--port", "0", "--until-eof"]
        command += ["--speed", str(speed), "--data-centres", str(data_centres)]
        if db is not None:
            command += ["--db", str(db)]
        if rate is not None:
            command += ["--rate", str(rate)]
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
        assert process.stdout
        try:
            async with asyncio.timeout(START_SECONDS):
                line = await process.stdout.readline()
            return cls(process, json.loads(line))
        except ValueError:
            await _ended(process)
            raise OSError(process.returncode, "the sandbox did not start") from None
        except BaseException:
            await _ended(process)
            raise

    async def stop(self) -> None:
        """Ends the process and waits for it."""
        await _ended(self._process)

    async def state(self) -> dict[str, Any]:
        """``now``, ``speed``, how many ``jobs`` there are and are ``open``, ``centres``, ``faults``."""
        return dict(await self._call("state"))

    async def advance(self, seconds: float) -> None:
        """Turns the service's clock forward."""
        await self._call("advance", {"seconds": seconds})

    async def advance_to_next(self) -> None:
        """Turns the service's clock to the next change of a report, if one is to come."""
        await self._call("advance", {"to_next": True})

    async def messages(self) -> list[dict[str, Any]]:
        """Every SMS of every accepted job; ``at`` is None until it has left."""
        return list(await self._call("messages"))

    async def phones(self, find: str = "", limit: int = 100) -> list[dict[str, Any]]:
        """Phones, that of the latest SMS first, by number, fate or text."""
        return list(await self._call("phones", asked={"find": find, "limit": limit}))

    async def phone(self, number: str) -> dict[str, Any]:
        """What one phone has and waits for; KeyError for one that nothing was sent to."""
        return dict(await self._call(f"phones/{quote(number, safe='')}"))

    async def fates(self) -> list[dict[str, Any]]:
        """The numbers with a known fate, by their last two digits."""
        return list(await self._call("fates"))

    async def fault(self, endpoint: str, kind: str, value: float = 0, times: int = 1) -> None:
        """Sets a fault for the next requests of an endpoint, after those set already; 0 takes it away."""
        await self._call("faults", {"endpoint": endpoint, "kind": kind, "value": value, "times": times})

    async def fault_rate(self, endpoint: str, kind: str, probability: float, value: float = 0) -> None:
        """Sets a fault for a share of all requests of an endpoint; 0 takes it away."""
        told = {"endpoint": endpoint, "kind": kind, "value": value, "probability": probability}
        await self._call("faults", told)

    async def reset(self) -> None:
        """Forgets jobs, phones and faults."""
        await self._call("reset", {})

    async def _call(
        self, path: str, told: dict[str, Any] | None = None, asked: dict[str, Any] | None = None
    ) -> Any:
        import httpx

        headers = {"X-Control-Secret": self._secret}
        url, method = f"{self._control}/{path}", "GET" if told is None else "POST"
        try:
            # Plain HTTP on loopback: no certificates to load.
            async with httpx.AsyncClient(
                trust_env=False,
                verify=False,  # noqa: S501 (no TLS at all)
                headers=headers,
                timeout=PATIENCE,
            ) as client:
                answer = await client.request(method, url, params=asked, json=told)
        except httpx.TransportError as error:
            raise OSError(errno.ECONNABORTED, "the sandbox does not answer") from error
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise KeyError(path)
        if answer.is_error:
            raise ValueError(path)
        return answer.json()

    async def __aenter__(self) -> "Remote":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Closes the child's input, which ends it; kills it where that takes too long."""
    if process.stdin:
        process.stdin.close()
    try:
        async with asyncio.timeout(END_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
