"""Somebody with very many messages: only what comes into sight is read, and one stays where one is."""

from datetime import timedelta

import pytest
from alone import alone
from composing import until
from painting import painted
from PySide6.QtCore import Qt
from screens import Play, Scene
from stored import NOW, Stored, store_job

from smsdesk.desk.changes import Topic
from smsdesk.ui.find import Find

offline = pytest.fixture(alone)
MONITOR = "+4917612340000"
COUNT = 3_000


async def watched(scene: Scene) -> Find:
    """The page with all messages of a number that a monitor writes to."""
    for at in range(3):
        some = [Stored(MONITOR, "Monitor", f"Ping {at}.{n}") for n in range(COUNT // 3)]
        await scene.desk.context.write(store_job, f"Round {at}", some, NOW + timedelta(hours=at))
    page = await scene.show(Find(scene.desk))
    page.look_for("1234 0000")
    await scene.settled()
    return page


def test_only_what_comes_into_sight_is_read(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await watched(scene)
        assert page.hits.count() == COUNT
        assert page.count.text().startswith("1 person, 3,000 messages, ")
        assert len(page._messages._known) < 200
        assert any(words.startswith("Ping 2.") for words in painted(page.hits))
        bar = page.hits.verticalScrollBar()
        bar.setValue(bar.maximum() // 2)
        assert not any(words.startswith("Ping 1.") for words in painted(page.hits))
        await scene.settled()
        assert any(words.startswith("Ping 1.") for words in painted(page.hits))
        assert len(page._messages._known) < 500

    offline(act)


def test_the_last_message_is_answered_for_and_stays_chosen_when_reports_come(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await watched(scene)
        page.hits.setFocus()
        scene.qtbot.keyClick(page.hits, Qt.Key.Key_End)
        await scene.settled()
        assert page.answer.text.text() == "Ping 0.0"
        line, place = page.hits.line(), page.hits.verticalScrollBar().value()
        scene.desk.context.changes.tell(Topic.JOBS)
        await scene.settled()
        await until(lambda: page.hits.line() == line)
        assert page.hits.verticalScrollBar().value() == place
        assert page.answer.text.text() == "Ping 0.0"

    offline(act)
