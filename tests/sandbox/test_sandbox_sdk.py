"""The service's own public SDK, unchanged and in an environment of its own, works against the sandbox."""

import base64
import json
import subprocess
import sys
import urllib.request
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from processes import Box

pytestmark = pytest.mark.slow

# The first is the SDK; the others it needs but does not name, or names without a version.
PACKAGES = ("retarus-sms==1.0.1", "pydantic<2", "aiohttp", "aiohttp-retry", "requests")
CALLS = Path(__file__).with_name("sdk_calls.py")
PASSWORD = "pass~~~???wörd"
"""Its token differs between the two alphabets of base64; the SDK writes the URL-safe one."""
ALL_OPTIONS = {
    "src": "Nordlicht",
    "encoding": "STANDARD",
    "billcode": "B1",
    "statusRequested": True,
    "flash": False,
    "customerRef": "autumn",
    "validityMin": 60,
    "qos": "NORMAL",
}


@pytest.fixture(scope="module")
def sdk() -> Path:
    """The interpreter of an environment with the SDK, made once."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    home = platformdirs.user_cache_path("smsdesk-tests") / f"sdk-{version}"
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not (home / "whole").exists():
        venv.create(home, clear=True, with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
        done = subprocess.run(install, capture_output=True, text=True, timeout=600, check=False)
        if "No matching distribution found for retarus-sms" in done.stderr:
            pytest.skip("the package index is out of reach")
        assert done.returncode == 0, done.stderr
        (home / "whole").touch()
    return python


def asked(box: Box, path: str, body: dict[str, Any] | None = None) -> Any:
    """A call of the REST API beside the SDK."""
    token = base64.b64encode(f"desk:{PASSWORD}".encode()).decode()
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{box.url}{path}", content, {"Authorization": f"Basic {token}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def turned(box: Box) -> None:
    order = json.dumps({"seconds": 7200}).encode()
    request = urllib.request.Request(f"{box.control}/advance", order, {"X-Control-Secret": box.secret})
    urllib.request.urlopen(request, timeout=10).close()


def called(sdk: Path, box: Box, reports: tuple[str, ...], finished: str) -> dict[str, Any]:
    """What the SDK answers; it writes ``/rest/v1`` itself."""
    hosts = [url.removesuffix("/rest/v1") for url in (box.url, *reports)]
    command = [str(sdk), str(CALLS), hosts[0], ",".join(hosts[1:]), "desk", PASSWORD, finished]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    answered: dict[str, Any] = json.loads(done.stdout)
    return answered


@pytest.mark.parametrize("centres", [1, 2])
def test_the_sdk_sends_lists_and_reads(sdk: Path, start_box: Callable[..., Box], centres: int) -> None:
    box = start_box("--password", PASSWORD, "--rate", "1000", "--data-centres", str(centres))
    recipients = [{"dst": "+4917604069001", "customerRef": "K-1"}]
    message = {"text": "All options", "recipients": recipients}
    finished = asked(box, "/jobs", {"messages": [message], "options": ALL_OPTIONS})["jobId"]
    turned(box)
    # The SDK only ever asks its first report address: that of the data centre with the job goes first.
    here = [url for url in box.report_urls if finished in ids_at(url)]
    told = called(sdk, box, (*here, *box.report_urls), finished)
    sent = [*told["sync"]["sent"], told["async"]["sent"]]
    messages = {message["jobId"]: message for message in box.asked("messages")}
    assert set(messages) == {finished, *sent}
    assert [messages[job]["text"] for job in sent] == [
        "Hello from the SDK",
        "With options",
        "Hello, asynchronously",
    ]
    options = {name: messages[sent[1]][name] for name in ("src", "encoding", "flash")}
    assert options == {"src": "Nordlicht", "encoding": "utf-16", "flash": True}
    assert told["sync"]["finished"] == [finished]
    assert told["sync"]["report"]["customer_ref"] == "autumn"
    assert told["sync"]["report"]["encoding"] == "standard"
    assert (told["sync"]["unknown"], told["sync"]["wrong"]) == (False, "ApiInvalidPayload")
    assert told["sync"]["version"]["versionInfo"]
    assert set(told["async"]["listed"]) <= set(messages)
    assert finished in told["async"]["listed"]
    assert told["async"]["denied"] == "ApiAuthorizationError"


def ids_at(url: str) -> list[str]:
    """The jobs of one data centre."""
    token = base64.b64encode(f"desk:{PASSWORD}".encode()).decode()
    request = urllib.request.Request(f"{url}/jobs", headers={"Authorization": f"Basic {token}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return [job["jobId"] for job in json.load(answer)]
