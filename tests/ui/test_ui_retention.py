"""Old personal data in the settings: what would go is shown first, then removed by a person's word alone."""

from datetime import UTC, datetime, timedelta

import pytest
from alone import alone
from screens import Play, Scene
from stored import Stored, store_job

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
