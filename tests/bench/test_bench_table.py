"""The window while a million recipients are on its table: gaps between turns of the loop, beside an idle one.

Run on demand: ``pytest tests/bench/test_bench_table.py -m bench -s``. Prints, for each act, the gaps at the
99th percentile, the worst one and the longest work of the window's own thread between two turns (the rest is
waiting for a processor); then of all acts together the gap at the 99.9th percentile.
"""

import gc
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest
import qasync
from composing import until
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from screens import loop
from turns import AT_999, ROWS, WORST, Turns, at_999, people

from smsdesk.app import collecting_here
from smsdesk.core.recipients import Edited, Removed
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.ui import theme
from smsdesk.ui.compose_recipients import PeopleCard
from smsdesk.ui.shell import Shell
from smsdesk.ui.window import MainWindow

__all__ = ["loop"]

IDLE_SECONDS, STEPS = 5, 40


class Acts:
    """One act after the other, each with its gaps until everything that it set off has ended."""

    def __init__(self, desk: Desk, opened: OpenCampaign, card: PeopleCard, turns: Turns) -> None:
        self.desk, self.opened, self.card, self.turns = desk, opened, card, turns
        self.all: list[float] = []

    def _calm(self) -> bool:
        keys = ("judge ", "look at ", "draft:", "paste ", "copy ")
        return self.opened.saved and not any(key.startswith(keys) for key in self.desk.tasks._running)

    async def wait(self, seconds: float) -> None:
        end = perf_counter() + seconds
        await until(lambda: perf_counter() > end)

    async def act(self, name: str, do: Callable[[], object]) -> None:
        self.turns.begin()
        began = perf_counter()
        do()
        await self.wait(0.3)
        while not self._calm():
            await self.wait(0.2)
        self.told(name, perf_counter() - began)

    def told(self, name: str, took: float) -> None:
        gaps = self.turns.gaps()
        self.all += gaps
        late, worst = gaps[int(len(gaps) * 0.99)], gaps[-1]
        print(
            f"{name:34} {late * 1000:7.1f} {worst * 1000:8.1f} {self.turns.longest * 1000:8.1f} {took:7.1f}"
        )

    async def scroll(self) -> None:
        bar = self.card.table.verticalScrollBar()
        self.turns.begin()
        began = perf_counter()
        for step in range(STEPS):
            bar.setValue(bar.value() + (90 if step % 2 else bar.maximum() // (2 * STEPS)))
            await self.wait(0.02)
        self.told("scrolled, rows and far leaps", perf_counter() - began)


async def played(acts: Acts) -> None:
    opened, card = acts.opened, acts.card
    section = {column: at for at, column in enumerate(c.key for c in card.table.rows.columns)}
    await acts.scroll()
    await acts.act("sorted by a field", lambda: card.table.sort_column(section["field:Family"]))
    assert card.shown is not None
    assert card.shown[0].cells[1] == "Okonkwo 0"
    await acts.act("sorted down", lambda: card.table.sort_column(section["field:Family"], descending=True))
    await acts.act("sorted by state", lambda: card.table.sort_column(section["state"]))
    await acts.act("filtered: lacking", card.pills.pill("lacking").click)
    assert 0 < len(card.shown) < ROWS / 7
    await acts.scroll()
    await acts.act("edited in the filter", lambda: opened.patch(0, Edited(6, "field:Name", "Zed")))
    await acts.act("all again", card.look_at_all)
    await acts.act("found", lambda: card.finder.textEdited.emit("neuenahr"))
    assert len(card.shown) == ROWS // 3
    await acts.act("all again", card.look_at_all)
    await acts.act("as in the list", lambda: card.table.sort_column(None))
    await acts.act("a number edited", lambda: opened.patch(0, Edited(5, "dst", "+491760406900")))
    await acts.act("three removed", lambda: opened.patch(0, Removed((5, 9, 500_000))))
    await acts.act("undone", opened.undo)
    await acts.act("undone", opened.undo)
    await acts.act("done again", opened.redo)
    await acts.act("text written", lambda: opened.write_text(0, "Hello {Name} in {City}, order {Order}"))
    await acts.act("all chosen", card.table.selectAll)


@pytest.mark.bench
@pytest.mark.qt_log_ignore("propagateSizeHints", r"raise\(\)")
def test_no_stall_with_a_million_recipients(loop: qasync.QEventLoop, tmp_path: Path, qtbot: QtBot) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light")
    rows = people()

    async def main() -> tuple[list[float], list[float]]:
        async with open_desk(tmp_path / "workspace") as desk:
            window = MainWindow()
            qtbot.addWidget(window)
            window.resize(1360, 860)
            window.show()
            shell = Shell(app, window, desk)
            await shell.start()
            opened = await desk.campaigns.create("Autumn")
            shell.open_campaign(opened)
            composer = shell.composer
            composer.go_tab("recipients")
            turns = Turns()
            acts = Acts(desk, opened, composer.recipients.people, turns)
            print(f"\n{ROWS:,} recipients, ms: at the 99th percentile, worst, own work in a turn; s in all")
            await acts.wait(1)
            turns.begin()
            await acts.wait(IDLE_SECONDS)
            acts.told("idle", IDLE_SECONDS)
            idle, acts.all = sorted(acts.all), []
            await acts.act("text", lambda: opened.write_text(0, "Hello {Name} in {City}"))
            await acts.act("loaded", lambda: opened.add_recipients(0, rows))
            await played(acts)
            turns.stop()
            return idle, sorted(acts.all)

    with collecting_here():
        idle, busy = loop.run_until_complete(main())
    gc.disable()
    for name, gaps in (("idle", idle), ("busy", busy)):
        print(
            f"{name}: {at_999(gaps) * 1000:.1f} ms at the 99.9th percentile, worst {gaps[-1] * 1000:.1f} ms"
        )
    assert at_999(busy) <= AT_999
    assert busy[-1] <= WORST
