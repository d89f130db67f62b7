"""The raw side of a job: the request as sent, each answer, what changed, a command without a password."""

import json
import shlex
from datetime import timedelta

from PySide6.QtGui import QGuiApplication
from screens import DELIVERED, NO_SUCH_NUMBER, Play, Scene

from smsdesk.core.account import Account
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
        assert shlex.split(command)[:3] == ["curl", "--user", account.user]
        assert await scene.desk.accounts.password(account.name) not in command
        dialog.copy.click()
        assert json.loads(QGuiApplication.clipboard().text()) == sent
        dialog.kinds._buttons["answers"].click()
        await scene.settled()
        assert "INVALID_DST" in dialog.text.toPlainText()
        dialog.kinds._buttons["difference"].click()
        await scene.settled()
        assert "+ processStatus: DONE" in dialog.text.toPlainText().splitlines()

    play(act)


def test_a_command_survives_a_quote() -> None:
    account = Account("Shop", "https://send.example/rest/v1/", (), "o'neill")
    command = as_curl(b'{"text": "It\'s"}', account)
    assert shlex.split(command) == [
        "curl",
        *("--user", "o'neill"),
        *("--header", "Content-Type:application/json"),
        *("--data-binary", '{"text": "It\'s"}'),
        "https://send.example/rest/v1/jobs",
    ]
