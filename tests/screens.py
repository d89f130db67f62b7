"""A real desk on the embedded sandbox, on the loop of Qt, for the tests of screens."""

import asyncio
import gc
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
import qasync
from near import Near
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.desk.tasks import Notice
from smsdesk.ui.page import Page

T = TypeVar("T")
P = TypeVar("P", bound=Page)

DELIVERED = [f"+4917604069{last:02}" for last in range(10)]
NO_SUCH_NUMBER = "+491760406998"
PHONE_OFF = "+491760406970"
FINAL = timedelta(days=4).total_seconds()
"""Service time after which every report is final."""
LONG = 600
"""Seconds: what takes as long hangs, and is not slow."""


@dataclass
class Scene:
    """A desk, its sandbox, and what a person was told."""

    desk: Desk
    box: Near
    notices: list[Notice]
    qtbot: QtBot

    async def settled(self) -> None:
        """Waits until no task runs any more and all changes are delivered."""
        await asyncio.sleep(0)
        while running := list(self.desk.tasks._running.values()):
            await asyncio.gather(*running, return_exceptions=True)
            await asyncio.sleep(0)

    async def settled_of(self, key: str) -> None:
        """Waits until the task of a key has ended."""
        while self.desk.tasks.runs(key):
            await asyncio.sleep(0)

    async def show(self, page: P) -> P:
        """Brings a page to the screen, loaded."""
        self.qtbot.addWidget(page)
        page.resize(1150, 800)
        page.show()
        page.shown()
        await self.settled()
        return page

    async def queue(
        self,
        numbers: Sequence[str],
        text: str = "Your parcel is here",
        name: str = "Autumn",
        start_at: datetime | None = None,
    ) -> None:
        """Puts a campaign into the outbox; the people are called Ada 0, Ada 1 ..."""
        fields = {"Name": [f"Ada {at}" for at in range(len(numbers))]}
        people = Recipients(list(numbers), [f"ref-{at}" for at in range(len(numbers))], fields)
        options = Options(src="Nordlicht", status_requested=True, start_at=start_at)
        campaign = Campaign(CampaignId(uuid.uuid4().hex), name, "Try-out", (Message(text, people),), options)
        await self.desk.outbox.queue(campaign)

    async def send(
        self,
        numbers: Sequence[str],
        text: str = "Your parcel is here",
        name: str = "Autumn",
        start_at: datetime | None = None,
    ) -> None:
        """Queues and sends a campaign."""
        await self.queue(numbers, text, name, start_at)
        await self.desk.outbox.drain("Try-out")

    async def report(self, seconds: float = FINAL) -> None:
        """Lets service time pass and asks for the reports."""
        await self.box.advance(seconds)
        await self.desk.jobs.ask_due()
        await self.settled()


@asynccontextmanager
async def scene(folder: Path, qtbot: QtBot) -> AsyncIterator[Scene]:
    """A fresh workspace with an account on a sandbox of its own."""
    async with open_desk(folder / "workspace", Near.start) as desk:
        notices: list[Notice] = []
        desk.on_notice(notices.append)
        await desk.accounts.try_out()
        box = desk.accounts.sandbox
        assert isinstance(box, Near)
        yield Scene(desk, box, notices, qtbot)


async def until(there: Callable[[], T]) -> T:
    """Lets the loop turn until it is so, however busy the machine is; answers what is there then."""
    async with asyncio.timeout(LONG):
        while not (found := there()):
            await asyncio.sleep(0.005)
        return found


Play = Callable[[Callable[[Scene], Awaitable[T]]], T]


class Loop(qasync.QEventLoop):
    """The loop of the program; when it has ended, nothing that was to follow in a moment follows any more."""

    def run_until_complete(self, future: Any) -> Any:
        """Runs until a future is done."""
        try:
            return super().run_until_complete(future)
        finally:
            for widget in QApplication.topLevelWidgets():
                for timer in widget.findChildren(QTimer):
                    timer.stop()


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[qasync.QEventLoop]:
    """The loop of the program: asyncio on Qt's; widgets of a page are garbage in cycles, and end with it."""
    made = Loop(qapp)
    asyncio.set_event_loop(made)
    yield made
    made.close()
    asyncio.set_event_loop(None)
    gc.collect()


@pytest.fixture
def play(loop: qasync.QEventLoop, tmp_path: Path, qtbot: QtBot) -> Play:
    """Runs an act on a fresh scene; nothing unexpected may be noticed."""

    def played(act: Callable[[Scene], Awaitable[T]]) -> T:
        async def on_scene() -> T:
            async with scene(tmp_path, qtbot) as made:
                result = await act(made)
                assert [n for n in made.notices if n.code] == []
                return result

        return loop.run_until_complete(on_scene())

    return played
