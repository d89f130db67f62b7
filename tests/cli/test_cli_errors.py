"""What goes wrong is said in one plain sentence with a remedy; no traceback reaches anybody."""

import asyncio
import json
import secrets
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from smsdesk.cli import finishing
from smsdesk.core.campaign import Campaign
from smsdesk.core.errors import SmsDeskError, WorkspaceFull, WorkspaceReadOnly
from smsdesk.desk.desk import Desk
from smsdesk.store.workspace import Store
from smsdesk.words import error_words

SEND = ("send", "--text", "Hello", "--user", "desk")


def plain(done: subprocess.CompletedProcess[str]) -> str:
    """The words on standard error: few lines, no traceback, no code."""
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr
    last = done.stderr.strip().splitlines()
    assert 0 < len(last) <= 3, done.stderr
    return done.stderr


def test_an_unplugged_network(terminal: Any, customers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finishing, "TRIES", 2)
    file, _ = customers(5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    done = terminal.run(*SEND, "--to", str(file), "--url", f"http://127.0.0.1:{port}/rest/v1")
    assert done.returncode == 1
    words = plain(done)
    assert "127.0.0.1" in words
    assert "smsdesk resume" in words
    assert json.loads(done.stdout)["jobs"][0]["state"] == "waiting"
    assert json.loads(terminal.run("outbox", "--json").stdout)["entries"][0]["tries"] == 2


def test_a_wrong_password(terminal: Any, customers: Any, near_box: Any) -> None:
    file, _ = customers(5)
    box = near_box("--password", "another one")
    done = terminal.run(*SEND, "--to", str(file), "--url", box.url)
    assert done.returncode == 1
    assert "password" in plain(done)
    assert not box.accepted()


def test_a_wrong_address(terminal: Any, customers: Any, near_box: Any) -> None:
    file, _ = customers(5)
    box = near_box()
    done = terminal.run(*SEND, "--to", str(file), "--url", box.url.replace("rest", "nowhere"))
    assert done.returncode == 1
    assert "address" in plain(done)


@pytest.mark.parametrize("url", ["http://sms.example.org/rest/v1", "ftp://127.0.0.1", "nonsense"])
def test_an_address_that_would_leak_or_is_none(terminal: Any, customers: Any, url: str) -> None:
    file, _ = customers(5)
    done = terminal.run(*SEND, "--to", str(file), "--url", url)
    assert done.returncode == 2
    plain(done)


class _Page(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._page()

    def do_GET(self) -> None:
        self._page()

    def _page(self) -> None:
        page = b"<html><body>Please log in to the hotel network</body></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Nothing: the test reads standard error."""


@pytest.fixture
def login_page() -> Iterator[str]:
    """A server that answers everything with an HTML page."""
    server = HTTPServer(("127.0.0.1", 0), _Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/rest/v1"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_page_in_place_of_json_leaves_the_outcome_unknown(
    terminal: Any, customers: Any, login_page: str
) -> None:
    file, _ = customers(5)
    done = terminal.run(*SEND, "--to", str(file), "--url", login_page)
    assert done.returncode == 3
    assert "may or may not" in plain(done)


def test_no_password(terminal: Any, customers: Any, near_box: Any) -> None:
    file, _ = customers(5)
    box = near_box()
    terminal.password = None
    done = terminal.run(*SEND, "--to", str(file), "--url", box.url)
    assert done.returncode == 2
    assert "SMSDESK_PASSWORD" in plain(done)


def _save_large_draft(store: Store) -> None:
    async def scene() -> None:
        async with Desk(store, _none) as desk:
            draft = await desk.campaigns.create("Autumn")
            draft.write_text(0, secrets.token_hex(2_000_000))
            await draft.save()

    asyncio.run(scene())


async def _none() -> Any:
    raise AssertionError


def _raised(store: Store, act: Callable[[Store], None]) -> SmsDeskError:
    with store, pytest.raises(SmsDeskError) as caught:
        act(store)
    sentence, hint = error_words(caught.value)
    assert sentence.endswith(".")
    assert hint.endswith(".")
    return caught.value


def test_a_full_disk(tmp_path: Path) -> None:
    error = _raised(Store.open(tmp_path / "w", max_pages=100), _save_large_draft)
    assert isinstance(error, WorkspaceFull)


def test_a_read_only_workspace(tmp_path: Path) -> None:
    Store.open(tmp_path / "w").close()
    error = _raised(Store.open(tmp_path / "w", read_only=True), _save_large_draft)
    assert isinstance(error, WorkspaceReadOnly)


def test_what_was_saved_before_the_disk_was_full_is_still_there(tmp_path: Path) -> None:
    async def scene() -> Campaign:
        with Store.open(tmp_path / "w", max_pages=200) as store:
            async with Desk(store, _none) as desk:
                draft = await desk.campaigns.create("Autumn")
                draft.write_text(0, "Hello")
                await draft.save()
                draft.write_text(0, secrets.token_hex(2_000_000))
                with pytest.raises(WorkspaceFull):
                    await draft.save()
        with Store.open(tmp_path / "w") as store:
            async with Desk(store, _none) as desk:
                return (await desk.campaigns.open(draft.campaign.id)).campaign

    campaign = asyncio.run(scene())
    assert (campaign.name, campaign.messages[0].text) == ("Autumn", "Hello")
