"""What only a real socket or a real process can show."""

import asyncio
import base64
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from smsdesk.sandbox.edge import MAX_BODY
from smsdesk.sandbox.remote import Remote

COMMAND = [sys.executable, "-m", "smsdesk", "--language", "en", "sandbox"]
TOKEN = "Authorization: Basic ZGVzazpjb3JyZWN0IGhvcnNl\r\n"  # as the fixture's user and password


def raw(port: int, request: str) -> bytes:
    """Everything that the service answers before it closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=300) as connection:
        connection.sendall(request.encode())
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


def post(length: int, body: str = "") -> str:
    return f"POST /rest/v1/jobs HTTP/1.1\r\nHost: x\r\n{TOKEN}Content-Length: {length}\r\n\r\n{body}"


@pytest.mark.parametrize(
    "garbage",
    [
        "\x16\x03\x01\x02\r\n\r\n",
        "GET /jobs\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: x\r\nX: {'a' * 70_000}",
        "GET / HTTP/1.1\r\nHost: x\r\nX\0: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
    ],
    ids=range(6),
)
def test_what_is_not_http_is_400_with_an_empty_body(near_box: Any, garbage: str) -> None:
    head, _, content = raw(near_box().port, garbage).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert content in (b"", b"0\r\n\r\n")


def test_a_body_announced_as_too_long_is_not_waited_for(near_box: Any) -> None:
    answer = raw(near_box().port, post(MAX_BODY + 1))
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.endswith(b"\r\n\r\n")


def test_a_client_that_goes_in_the_middle_of_its_body_leaves_nothing(near_box: Any) -> None:
    box = near_box()
    with socket.create_connection(("127.0.0.1", box.port), timeout=300) as connection:
        connection.sendall(post(1000, '{"messages":').encode())
    assert box.asked("messages") == []


def test_a_reset_fault_resets_the_connection() -> None:
    async def scene() -> None:
        async with await Remote.start() as box:
            await box.fault("version", "reset")
            with pytest.raises(ConnectionResetError):
                await asyncio.to_thread(raw, urlsplit(box.url).port, request_of(box, "GET /rest/v1/version"))
            assert box.password not in repr(box)

    asyncio.run(scene())


def request_of(box: Remote, line: str) -> str:
    token = base64.b64encode(f"{box.user}:{box.password}".encode()).decode()
    return f"{line} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {token}\r\nConnection: close\r\n\r\n"


def test_an_embedded_sandbox_is_turned_read_and_reset() -> None:
    body = {"messages": [{"text": "Hello", "recipients": [{"dst": "+4917604069011"}]}]}

    async def scene() -> None:
        async with await Remote.start(speed=60) as box:
            text = json.dumps(body)
            request = request_of(box, "POST /rest/v1/jobs").replace(
                "Connection", f"Content-Length: {len(text)}\r\nConnection"
            )
            answer = await asyncio.to_thread(raw, urlsplit(box.url).port, request + text)
            assert answer.startswith(b"HTTP/1.1 200 ")
            await box.advance(3600)
            assert [phone["number"] for phone in await box.phones()] == ["+4917604069011"]
            await box.reset()
            assert await box.messages() == []

    asyncio.run(scene())


def test_with_standard_input_closed_from_the_start_it_ends_at_once() -> None:
    done = subprocess.run(
        [*COMMAND, "--until-eof"], stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_first_line_is_the_only_one_on_standard_output() -> None:
    done = subprocess.run([*COMMAND, "--until-eof"], input=b"", capture_output=True, timeout=300, check=False)
    first = json.loads(done.stdout)
    assert set(first) == {"url", "report_urls", "user", "password", "control", "control_secret"}
    assert done.stdout.count(b"\n") == 1


def test_a_file_that_is_no_sandbox_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear all, " * 200)
    done = subprocess.run(
        [*COMMAND, "--db", str(file)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "not a sandbox file" in done.stderr
    assert "Traceback" not in done.stderr
    assert file.read_text() == "Dear all, " * 200


@pytest.mark.parametrize(
    "wrong", [("--port", "70000"), ("--speed", "0"), ("--speed", "nan"), ("--rate", "0"), ("--user", "a:b")]
)
def test_an_option_that_makes_no_sense_is_bad_usage(wrong: tuple[str, str]) -> None:
    done = subprocess.run([*COMMAND, *wrong], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 2
    assert wrong[0] in done.stderr
