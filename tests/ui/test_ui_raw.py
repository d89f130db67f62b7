"""The raw side of a job: the request as sent, each answer, what changed, a command without a password."""

import asyncio
import json
import os
import select
import shlex
import shutil
import subprocess
import uuid
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from screens import DELIVERED, NO_SUCH_NUMBER, Play, Scene

from smsdesk.core.account import Account
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.desk.context import utc_now
from smsdesk.ui.job_wire import RawDialog, as_curl
from smsdesk.ui.jobs import Jobs


def test_the_raw_side_of_a_job(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([DELIVERED[0], NO_SUCH_NUMBER], "It's here")
        await scene.desk.jobs.ask_due()
        page = await scene.show(Jobs(scene.desk))
        scene.desk.context.now = lambda: utc_now() + timedelta(minutes=1)
        await scene.report()
        assert page.recipients.raw.isVisible()
        page.recipients.raw.click()
        await scene.settled()
        dialog = page.findChild(RawDialog)
        assert dialog is not None
        sent = json.loads(dialog.text.toPlainText())
        assert sent["messages"][0]["text"] == "It's here"
        dialog.curl.click()
        command = QGuiApplication.clipboard().text()
        account = (await scene.desk.accounts.every())[0]
        words = shlex.split(command)
        assert words[words.index("curl") : words.index("curl") + 3] == ["curl", "--user", account.user]
        assert await scene.desk.accounts.password(account.name) not in command
        dialog.copy.click()
        assert json.loads(QGuiApplication.clipboard().text()) == sent
        dialog.kinds._buttons["answers"].click()
        await scene.settled()
        assert "INVALID_DST" in dialog.text.toPlainText()
        words = dialog.first.fontMetrics().horizontalAdvance(dialog.first.currentText())
        assert words < dialog.first.width()
        dialog.kinds._buttons["difference"].click()
        await scene.settled()
        assert "+ processStatus: DONE" in dialog.text.toPlainText().splitlines()

    play(act)


def test_another_side_is_chosen_while_it_loads_and_it_is_closed_before_it_has_loaded(
    play: Play[None],
) -> None:
    async def act(scene: Scene) -> None:
        await scene.send(DELIVERED[:1])
        await scene.report()
        page = await scene.show(Jobs(scene.desk))
        for closes in (False, True):
            page.recipients.raw.click()
            dialog = page.findChild(RawDialog)
            assert dialog is not None
            dialog.kinds._buttons["answers"].click()
            if closes:
                dialog.reject()
            await scene.settled()
            if not closes:
                assert "SUC_FIN" in dialog.text.toPlainText()
                for kind in ("difference", "request", "answers"):
                    dialog.kinds._buttons[kind].click()
                await scene.settled()
                assert "SUC_FIN" in dialog.text.toPlainText()
                dialog.reject()
            await asyncio.sleep(0)

    play(act)


def test_a_command_survives_a_quote() -> None:
    account = Account("Shop", "https://send.example/rest/v1/", (), "o'neill")
    command = as_curl(b'{"text": "It\'s"}', account)
    assert shlex.split(command) == [
        *("printf", "%s", '{"text": "It\'s"}', "|", "curl"),
        *("--user", "o'neill"),
        *("--header", "Content-Type:application/json"),
        *("--data-binary", "@-"),
        "https://send.example/rest/v1/jobs",
    ]


def typed_in(command: str, password: str, folder: Path) -> str:
    """What a terminal shows where somebody runs a command and types the password that it asks for."""
    import pty  # there is none on Windows

    script = folder / "command.sh"
    script.write_text(command, "utf-8")
    here, there = pty.openpty()
    # Who leads a session and opens a terminal has it for questions, whatever is piped.
    begin = 'exec < "$0" > "$0" 2>&1; . "$1"'
    bash = ["bash", "-c", begin, os.ttyname(there), str(script)]
    shown = b""

    def read() -> bytes:
        assert select.select([here], [], [], 30)[0], shown
        return os.read(here, 4096)

    with subprocess.Popen(bash, start_new_session=True):
        while b"password" not in shown:
            shown += read()
        os.write(here, f"{password}\n".encode())
        while b"jobId" not in shown:
            shown += read()
    os.close(there)
    os.close(here)
    return shown.decode(errors="replace")


HARD = "It's \"so\" \\ $HOME `id` !! %s %n\nsecond line\ttab Größe 😀 'q'"


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="no curl here")
@pytest.mark.parametrize("count", [2, 2500])
def test_the_command_makes_the_same_request_again(play: Play[None], tmp_path: Path, count: int) -> None:
    async def act(scene: Scene) -> None:
        # So long that it could be no argument of a command.
        numbers = [f"+4917604{at:04}00" for at in range(count)]
        people = Recipients(numbers, [f"ref's {at}" for at in range(count)])
        message, options = Message(HARD + "x" * 100, people), Options(encoding="UTF-16")
        campaign = Campaign(CampaignId(uuid.uuid4().hex), "It's", "Try-out", (message,), options)
        await scene.desk.outbox.queue(campaign)
        await scene.desk.outbox.drain("Try-out")
        (entry,) = await scene.desk.outbox.entries()
        (line,) = await scene.desk.jobs.lines()
        (account,) = await scene.desk.accounts.every()
        body = await scene.desk.reports.request(line.key)
        password = await scene.desk.accounts.password(account.name)
        before = await scene.box.messages()
        command = as_curl(body, account)
        assert password not in command
        shown = await asyncio.to_thread(typed_in, command, password, tmp_path)
        assert '"jobId"' in shown, shown
        after = await scene.box.messages()
        assert len(before) == count
        assert len(after) == 2 * count
        assert entry.job_id is not None and shown.count(entry.job_id) == 0
        texts = Counter((one["dst"], one["text"]) for one in after)
        assert {*texts.values()} == {2}
        assert all(text.startswith(HARD) for _, text in texts)

    play(act)
