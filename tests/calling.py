"""The sandbox's REST service without a socket, on a clock that stands still until it is turned."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from smsdesk.sandbox.app import make_app
from smsdesk.sandbox.engine import Engine

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
USER, PASSWORD, SECRET = "desk", "pass:wörd~~?>", "control me"
DELIVERED = "+4917604069012"


class Service:
    """The application without a socket, on a clock that stands still until it is turned."""

    def __init__(self, rate: int = 1000) -> None:
        self.engine = Engine(lambda: START, seed=7)
        self.app = make_app(self.engine, USER, PASSWORD, rate, SECRET)

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request with the right credentials."""

        async def called() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://box", auth=options.pop("auth", (USER, PASSWORD))
            ) as client:
                return await client.request(method, path, **options)

        return asyncio.run(called())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.call("GET", f"/rest/v1{path}", **options)

    def post(self, body: Any) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.call("POST", "/rest/v1/jobs", content=content)

    def accepted(self, body: Any) -> str:
        answer = self.post(body)
        assert answer.status_code in (200, 201), answer.status_code
        return str(answer.json()["jobId"])

    def rows(self, job_id: str, after: float = 0) -> list[dict[str, Any]]:
        """The recipients of a job, so many seconds later."""
        self.engine.advance(timedelta(seconds=after))
        rows: list[dict[str, Any]] = self.get("/sms", params={"jobId": job_id}).json()
        return rows


def job(*numbers: str, text: str = "Your parcel is here", **options: Any) -> dict[str, Any]:
    people = [{"dst": number} for number in numbers or (DELIVERED,)]
    return {"messages": [{"text": text, "recipients": people}], "options": options}
