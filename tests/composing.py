"""The window with a new campaign open, driven as a person would, for the tests of the composer."""

from dataclasses import replace

from PySide6.QtWidgets import QApplication
from screens import Scene, until

from smsdesk.core.recipients import Recipients
from smsdesk.core.shipped import shipped
from smsdesk.desk import demo
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.ui.handing import SETTING as UNDO
from smsdesk.ui.shell import Shell
from smsdesk.ui.window import MainWindow


async def at_work(scene: Scene, language: str | None = None) -> Shell:
    """The whole window, everything live."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    window = MainWindow()
    scene.qtbot.addWidget(window)
    window.resize(1360, 860)
    window.show()
    shell = Shell(app, window, scene.desk)
    await shell.start(language)
    return shell


async def opened(scene: Scene) -> Shell:
    """The window with a new campaign open; what is sent goes at once."""
    await scene.desk.put_setting(UNDO, "0")
    shell = await at_work(scene)
    shell.campaigns.new.trigger()
    await until(lambda: shell.composer.opened is not None and shell.window.page_key() == "composer")
    return shell


def campaign_of(shell: Shell) -> OpenCampaign:
    """The campaign under work."""
    assert shell.composer.opened is not None
    return shell.composer.opened


async def with_people(shell: Shell) -> None:
    """Imports the shipped table the way a person does."""
    shell.open_file(shipped("samples", "customers.csv"), "DE")
    await until(shell.importing.take.isEnabled)
    shell.importing.take.trigger()


def add_many(shell: Shell, count: int) -> None:
    """Adds generated people, without the import."""
    numbers = [f"+4917640{at:06}" for at in range(count)]
    fields = {"Name": [f"Ada {at}" for at in range(count)], "City": ["Kiel"] * count}
    campaign_of(shell).add_recipients(0, Recipients(numbers, [f"ref-{at}" for at in range(count)], fields))


async def sendable(shell: Shell, text: str = "Hello {Vorname}") -> None:
    """People from the shipped table, a text, and options with which nothing red is left."""
    await with_people(shell)
    draft = campaign_of(shell)
    draft.write_text(0, text)
    draft.set_options(replace(demo.options(draft.campaign.options), src="Nordlicht"))
    await until(lambda: draft.review is not None and draft.review.sendable and draft.saved)
