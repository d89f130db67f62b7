"""The embedded sandbox from outside: starts the child process, speaks to its control surface."""

import asyncio
import json
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

START_SECONDS = 20.0
END_SECONDS = 5.0


class Remote:
    """A running child process; it ends with :meth:`stop`, or when this process does."""

    def __init__(self, process: asyncio.subprocess.Process, first: dict[str, str]) -> None:
        self._process = process
        self.url, self.user, self.password = first["url"], first["user"], first["password"]
        self._control, self._secret = first["control"], first["control_secret"]

    def __repr__(self) -> str:
        return f"Remote({self.url!r})"

    @classmethod
    async def start(cls, speed: float = 1.0, db: Path | None = None) -> "Remote":
        """Starts the service; ``speed``: seconds of service time a second. Raises OSError, TimeoutError."""
        command = [sys.executable, "-m", "smsdesk", "sandbox", "--port", "0", "--until-eof"]
        command += ["--speed", str(speed)]
        if db is not None:
            command += ["--db", str(db)]
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

    async def advance(self, seconds: float) -> None:
        """Turns the service's clock forward."""
        await self._call("advance", {"seconds": seconds})

    async def messages(self) -> list[dict[str, Any]]:
        """Every SMS of every accepted job; ``at`` is None until it has left."""
        return list(await self._call("messages"))

    async def phones(self) -> dict[str, list[dict[str, Any]]]:
        """What each phone has, by number."""
        return dict(await self._call("phones"))

    async def fault(self, endpoint: str, kind: str, value: float = 0, times: int = 1) -> None:
        """Sets a fault for the next requests of an endpoint."""
        await self._call("faults", {"endpoint": endpoint, "kind": kind, "value": value, "times": times})

    async def reset(self) -> None:
        """Forgets jobs and faults."""
        await self._call("reset", {})

    async def _call(self, path: str, told: dict[str, Any] | None = None) -> Any:
        import httpx

        headers = {"X-Control-Secret": self._secret}
        async with httpx.AsyncClient(trust_env=False, headers=headers) as client:
            url = f"{self._control}/{path}"
            answer = await (client.get(url) if told is None else client.post(url, json=told))
        answer.raise_for_status()
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
