"""The sandbox as a process: its first line, its ends, what it keeps, and connections cut on purpose."""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from smsdesk.api.client import Client
from smsdesk.core.account import Account
from smsdesk.core.errors import NoAnswer, NotFound, Unreadable
from smsdesk.core.request import JobId
from smsdesk.sandbox.remote import Remote

BODY = json.dumps({"messages": [{"text": "Hello", "recipients": [{"dst": "+4917604069012"}]}]}).encode()


def started(*options: str) -> tuple[subprocess.Popen[str], dict[str, str]]:
    command = [sys.executable, "-m", "smsdesk", "sandbox", *options]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    assert process.stdout
    return process, json.loads(process.stdout.readline())


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit code and what it said on standard error."""
    assert process.stderr
    assert process.stdout
    assert process.stdin
    process.stdin.close()
    code, words = process.wait(300), process.stderr.read()
    process.stdout.close()
    process.stderr.close()
    return code, words


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_on_a_signal(sign: signal.Signals) -> None:
    process, first = started("--user", "me")
    assert first["url"].startswith("http://127.0.0.1:")
    assert first["url"].endswith("/rest/v1")
    assert first["user"] == "me"
    assert len(first["password"]) >= 12
    process.send_signal(sign)
    assert ended(process) == (0, "")


def test_embedded_it_ends_when_its_standard_input_closes() -> None:
    process, first = started("--until-eof", "--password", "mine")
    assert "password" not in first
    assert ended(process) == (0, "")


def test_a_port_in_use_is_said_in_a_sentence() -> None:
    process, first = started()
    port = first["url"].split(":")[2].split("/")[0]
    command = [sys.executable, "-m", "smsdesk", "--language", "en", "sandbox", "--port", port]
    second = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    process.terminate()
    assert ended(process)[0] == 0
    assert second.returncode == 1
    assert "Choose another port" in second.stderr
    assert "Traceback" not in second.stderr


def test_accepted_jobs_survive_kill_9(tmp_path: Path) -> None:
    options = ("--db", str(tmp_path / "jobs.db"), "--user", "u", "--password", "p")

    async def posted(url: str) -> JobId:
        async with Client(Account("a", url, (url,), "u"), "p") as client:
            return await client.post_job(BODY)

    async def recipients(url: str, job_id: JobId) -> Any:
        async with Client(Account("a", url, (url,), "u"), "p") as client:
            return await client.recipients(job_id, url)

    process, first = started(*options)
    job_id = asyncio.run(posted(first["url"]))
    before = asyncio.run(recipients(first["url"], job_id))
    process.kill()
    ended(process)
    process, first = started(*options)
    after = asyncio.run(recipients(first["url"], job_id))
    process.terminate()
    assert ended(process)[0] == 0
    assert [row.sms_id for row in after] == [row.sms_id for row in before]


def test_faults_as_the_program_sees_them() -> None:
    """A lost answer leaves a job behind, a reset does not; a page in place of JSON is unreadable."""

    async def scene() -> None:
        async with await Remote.start() as box:
            account = Account("box", box.url, (box.url,), box.user)
            async with Client(account, box.password) as client:
                for kind, error, jobs in (("lost_answer", NoAnswer, 1), ("reset", NoAnswer, 1)):
                    await box.fault("post", kind)
                    with pytest.raises(error):
                        await client.post_job(BODY)
                    assert len(await box.messages()) == jobs
                await box.fault("post", "html")
                with pytest.raises(Unreadable):
                    await client.post_job(BODY)
                with pytest.raises(NotFound):
                    await client.find_job(JobId("J.20260101-000000.000-none"), None)
                assert await client.post_job(BODY)

    asyncio.run(scene())
