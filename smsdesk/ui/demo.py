"""The main job in the real window: guided, a person drives it; alone, it drives itself and is pictured."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from smsdesk.core.outbox import EntryState
from smsdesk.core.shipped import shipped
from smsdesk.desk import demo
from smsdesk.desk.sandbox import Dose
from smsdesk.ui import theme
from smsdesk.ui.ask import Question
from smsdesk.ui.handing import SETTING as UNDO
from smsdesk.ui.shell import Shell
from smsdesk.words import number, say

ROUND = 0.03
"""Seconds between two looks at what the window shows."""
STEP_SECONDS = 120.0
SIZE = (1360, 860)


async def guided(shell: Shell) -> None:
    """Makes account and campaign, opens the composer, and says at each step what comes next."""
    draft, _ = await demo.compose(shell.desk)
    shell.open_campaign(draft)
    composer, say_step = shell.composer, shell.window.notify
    say_step("guide", say("demo.step.text"), say("demo.step.text.hint"))
    composer.next.triggered.connect(
        lambda: say_step("guide", say("demo.step.review"), say("demo.step.review.hint"))
    )

    def sent() -> None:
        shell.window.go("jobs")
        say_step("guide", say("demo.step.sent"), say("demo.step.sent.hint"))

    composer.queued.connect(sent)


async def until(condition: Callable[[], bool]) -> None:
    """Waits until the window shows what is waited for. Raises TimeoutError after two minutes."""
    async with asyncio.timeout(STEP_SECONDS):
        while not condition():  # noqa: ASYNC110 (what a person would see is looked at, not told)
            await asyncio.sleep(ROUND)


class Pictures:
    """Writes a picture of each screen, light and dark, to a folder; to none without one."""

    def __init__(self, shell: Shell, folder: Path | None) -> None:
        self._shell, self._folder = shell, folder
        self._taken = 0
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    async def take(self, name: str) -> None:
        """A picture of the window as it is, in both schemes."""
        app = QApplication.instance()
        if self._folder is None or not isinstance(app, QApplication):
            return
        for scheme in ("light", "dark"):
            theme.apply(app, "light" if scheme == "light" else "dark")
            for _ in range(6):
                await asyncio.sleep(ROUND)
            self._shell.window.grab().save(str(self._folder / f"{name}-{scheme}.png"))
            self._taken += 1
        theme.apply(app, "light")

    def tell(self) -> None:
        """Says how many pictures there are."""
        if self._folder is not None:
            print(say("demo.shots", self._taken, folder=self._folder.name))


async def alone(shell: Shell, shots: Path | None) -> int:
    """Does the main job with the window's own widgets; 0 if every recipient ended exactly once."""
    shell.window.resize(*SIZE)
    pictures = Pictures(shell, shots)
    await pictures.take("campaigns-empty")
    await _account(shell, pictures)
    await _compose(shell, pictures)
    await _send(shell, pictures)
    code = await _watch(shell, pictures)
    pictures.tell()
    return code


async def _account(shell: Shell, pictures: Pictures) -> None:
    shell.try_out.trigger()
    await until(lambda: shell.desk.accounts.sandbox is not None)
    print(say("demo.account"))
    shell.window.go("phones")
    await until(shell.phones.empty.isVisible)
    await pictures.take("phones-empty")
    shell.window.go("accounts")
    await pictures.take("accounts")
    shell.window.go("campaigns")


async def _compose(shell: Shell, pictures: Pictures) -> None:
    composer = shell.composer
    shell.campaigns.new.trigger()
    await until(lambda: composer.opened is not None and composer.opened.campaign.account != "")
    await pictures.take("compose-empty")
    shell.open_file(shipped(*demo.SAMPLE), "DE")
    await until(shell.importing.take.isEnabled)
    table = shell.importing.result
    assert table is not None
    assert composer.opened is not None
    print(say("demo.imported", table.counts.rows, valid=number(table.counts.valid)))
    for problem in table.problems:
        print(f"  {say('demo.problem', line=problem.where.line or 0, value=problem.where.value or '')}")
    await pictures.take("import")
    shell.importing.take.trigger()
    composer.name.setText(say("demo.campaign"))
    composer.name.textEdited.emit(composer.name.text())
    composer.messages.editor.setPlainText(say("demo.text"))
    composer.opened.set_options(demo.options(composer.opened.campaign.options))
    await until(lambda: _checked(shell))
    composer.messages.choose_person(2)
    await pictures.take("compose-messages")
    for tab in ("recipients", "schedule", "options"):
        composer.go_tab(tab)
        await pictures.take(f"compose-{tab}")


def _checked(shell: Shell) -> bool:
    opened = shell.composer.opened
    return opened is not None and opened.saved and opened.review is not None and opened.review.sendable


async def _send(shell: Shell, pictures: Pictures) -> None:
    review = shell.composer.review
    shell.composer.next.trigger()
    await until(lambda: review.send.isEnabled() and review.table.rows.rowCount() > 0)
    await pictures.take("compose-review")
    await shell.desk.put_setting(UNDO, "0")
    review.send.click()
    await until(lambda: bool(review.findChildren(Question)))
    question = review.findChildren(Question)[0]
    question.yes.click()
    await until(lambda: shell.window.page_key() == "outbox")
    entries = await shell.desk.outbox.entries()
    print(say("demo.queued", len(entries)))
    await pictures.take("outbox")


async def _watch(shell: Shell, pictures: Pictures) -> int:
    desk, opened = shell.desk, shell.composer.opened
    assert opened is not None
    moving = (EntryState.QUEUED, EntryState.WAITING, EntryState.SENDING)
    while any(e.state in moving for e in (await desk.outbox.look(0)).open):  # noqa: ASYNC110 (as above)
        await asyncio.sleep(ROUND)
    shell.window.go("jobs")
    last, pictured = -1, False
    while waiting := await desk.outbox.progress(opened.campaign.id):
        if waiting != last:
            print(say("cli.waiting", waiting))
            last = waiting
        if not pictured and waiting < opened.campaign.sms_count:
            await pictures.take("jobs-live")
            pictured = True
        await asyncio.sleep(ROUND)
    await until(lambda: shell.jobs.table.rows.rowCount() > 0)
    await pictures.take("jobs")
    await _phones(shell, pictures)
    shell.window.ask("find", "040690")
    await until(lambda: shell.find.hits.rows.rowCount() > 0)
    await pictures.take("find")
    for page in ("outbox", "campaigns", "lists", "do_not_contact", "settings", "help"):
        shell.window.go(page)
        await asyncio.sleep(10 * ROUND)
        await pictures.take(page if page != "outbox" else "outbox-done")
    return await _count(shell)


async def _phones(shell: Shell, pictures: Pictures) -> None:
    """What the phones received, with a fault set; it is taken away again."""
    page, phones = shell.phones, shell.desk.phones
    await phones.set_fault("post", "lost_answer", 0, Dose(times=1))
    shell.window.go("phones")
    await until(lambda: page.handset.isVisible() and bool(page.handset.texts()))
    await pictures.take("phones")
    await phones.set_fault("post", "lost_answer", 0, Dose())


async def _count(shell: Shell) -> int:
    opened = shell.composer.opened
    assert opened is not None
    result = await demo.ended(shell.desk, opened.campaign)
    for outcome, count in result.outcomes.items():
        print(f"{say(f'outcome.{outcome}')}: {number(count)}")
    print(say("demo.complete" if result.complete else "demo.incomplete"))
    return 0 if result.complete else 1
