"""Typing in the page Find, scrolling through who was found, and opening one: the window never waits.

Run on demand: ``pytest tests/bench/test_bench_typing.py -m bench -s``. Prints the gaps between turns of the
window's loop beside those while nothing is done, in milliseconds. ``SMSDESK_REPORTS`` names a folder with a
large workspace (see ``test_bench_find.py``); without it a smaller one is made.
"""

import asyncio
import os
from pathlib import Path

import pytest
import qasync
import reported
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from turns import AT_999, WORST, Turns, at_999

from smsdesk.app import collecting_here
from smsdesk.desk.desk import open_desk
from smsdesk.store.sqlite import FILE
from smsdesk.ui import theme
from smsdesk.ui.find import Find

COUNT = 100_000
TYPED = "müllerba", "0176 155", "4711", "zzzz", "jorg gross", "J.2030", "order 20000", "mehmet", "K-1000"
KEY, IDLE = 0.08, 3.0
"""Seconds between two keys; seconds in which nothing is done."""

pytestmark = pytest.mark.bench


def test_who_types_never_waits(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    folder = Path(os.environ.get("SMSDESK_REPORTS") or tmp_path / "workspace")
    if not (folder / FILE).exists():
        reported.fill(folder, COUNT)
    reported.index(folder)
    theme.apply(qapp, "light")

    async def act() -> None:
        async with open_desk(folder) as desk:
            page = Find(desk)
            qtbot.addWidget(page)
            page.resize(1360, 860)
            page.show()
            await measure(page)

    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)
    with loop, collecting_here():
        loop.run_until_complete(act())
    asyncio.set_event_loop(None)


async def measure(page: Find) -> None:
    turns = Turns()
    await asyncio.sleep(IDLE)
    turns.begin()
    await asyncio.sleep(IDLE)
    idle = turns.gaps()
    print(f"\nidle: {in_ms(idle)}")
    measured = {}
    for act in (show, type_all, scroll, step_and_open):
        turns.begin()
        await act(page)
        gaps = measured[act.__name__] = turns.gaps()
        print(f"{act.__name__}: {in_ms(gaps)}; the longest work of the window {turns.longest * 1000:.0f}")
    turns.stop()
    page.hidden()
    assert all(gaps[-1] <= WORST + idle[-1] for gaps in measured.values())
    assert at_999(measured["type_all"]) <= AT_999 + at_999(idle)


async def show(page: Find) -> None:
    page.shown()
    await asyncio.sleep(KEY)


async def type_all(page: Find) -> None:
    for text in TYPED:
        page.box.clear()
        for letter in text:
            pressed = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(page.box, pressed)
            await asyncio.sleep(KEY)
        await asyncio.sleep(KEY)
        print(f"{text}: {page.count.text() or 'nothing'}")


async def scroll(page: Find) -> None:
    page.look_for("müll")
    bar = page.hits.verticalScrollBar()
    for _ in range(40):
        bar.setValue(bar.maximum())
        await asyncio.sleep(KEY)
    print(page.count.text())


async def step_and_open(page: Find) -> None:
    for _ in range(20):
        QTest.keyClick(page.box, Qt.Key.Key_PageUp)
        await asyncio.sleep(KEY)
        page.open_person()
        await asyncio.sleep(KEY)
        QTest.keyClick(page.box, Qt.Key.Key_Escape)
        await asyncio.sleep(KEY)


def in_ms(gaps: list[float]) -> str:
    return f"{at_999(gaps) * 1000:.0f} at 99.9 %, {gaps[-1] * 1000:.0f} at most"
