"""Old personal data in the settings: what would go is shown first, then removed by a person's word alone."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from alone import alone
from screens import Play, Scene
from stored import Stored, store_job

from smsdesk.store import retention
from smsdesk.ui.page import Page
from smsdesk.ui.settings_retention import Removal, RemovalDialog

play = pytest.fixture(alone)
OLD = datetime.now(UTC) - timedelta(days=400)


class Holder(Page):
    """A page with nothing but the card's content."""

    def __init__(self, removal: Removal) -> None:
        super().__init__("Settings")
        self.removal = removal
        self.body.addWidget(removal)


def dialog_of(removal: Removal) -> RemovalDialog:
    found = removal.findChild(RemovalDialog)
    assert found is not None
    return found


def test_figures_first_then_gone(play: Play[None]) -> None:
    # The program ends with its last window.
    kept: list[Holder] = []

    async def act(scene: Scene) -> None:
        desk = scene.desk
        await desk.context.write(store_job, "Old", [Stored("+4917604069012", "Ada")] * 3, OLD)
        kept.append(await scene.show(Holder(Removal(desk))))
        removal = kept[0].removal
        removal.look.click()
        await scene.settled()
        dialog = dialog_of(removal)
        assert dialog.facts.pairs() == [
            ("Jobs", "1"),
            ("SMS", "3"),
            ("People (numbers)", "1"),
            ("Texts", "1"),
        ]
        assert dialog.go.text() == "Delete 3 SMS for good"
        dialog.reject()
        await scene.settled()
        assert len(await desk.jobs.lines()) == 1
        removal.look.click()
        await scene.settled()
        dialog = next(made for made in removal.findChildren(RemovalDialog) if made.isVisible())
        dialog.how.choose("anonymise")
        dialog.how.changed.emit("anonymise")
        assert dialog.go.text() == "Anonymise 3 SMS for good"
        dialog.go.click()
        await scene.settled()
        assert removal.said.text() == "3 SMS older than 365 days: what was personal is removed"
        assert (await desk.support.find("Ada")).lines == ()
        removal.look.click()
        await scene.settled()
        assert removal.said.text() == "Nothing personal is older than 365 days."

    play(act)


def test_it_shows_how_far_it_is_and_can_be_stopped(play: Play[None], monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[Holder] = []
    monkeypatch.setattr(retention, "ROWS", 1)

    async def act(scene: Scene) -> None:
        desk = scene.desk
        await desk.context.write(store_job, "Old", [Stored(f"+49176040690{at}") for at in range(10, 15)], OLD)
        kept.append(await scene.show(Holder(Removal(desk))))
        removal = kept[0].removal
        assert not removal.stop.isVisible()
        seen: list[str] = []

        async def sleep(_: float) -> None:
            seen.append(removal.said.text())
            if len(seen) == 2:
                removal.stop.click()
                await asyncio.Event().wait()

        monkeypatch.setattr(desk.context, "sleep", sleep)
        removal.look.click()
        await scene.settled()
        dialog_of(removal).go.click()
        await scene.settled()
        assert seen == ["1 of 5 SMS so far", "2 of 5 SMS so far"]
        assert removal.said.text() == (
            "Stopped. What is personal of 2 SMS is removed, the rest is as it was."
        )
        assert removal.look.isEnabled()
        assert not removal.stop.isVisible()
        (line,) = await desk.jobs.lines()
        assert len(await desk.jobs.recipients(line.key)) == 3
        assert await desk.context.read(retention.under_way, desk.now()) is None

    play(act)
