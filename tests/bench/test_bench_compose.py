"""Typing in a campaign of a million recipients: the window's gaps meanwhile, and figures of the whole list.

Run on demand: ``pytest tests/bench/test_bench_compose.py -m bench -s``. Prints, for each act, the gaps at
the 99th percentile, the worst one, the longest work of the window's own thread between two turns, and the
time from the last key press to fresh figures.
"""

import gc
import statistics
from collections.abc import Awaitable, Callable
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
from smsdesk.core.rules import Rule, RuleKind
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import open_desk
from smsdesk.ui import theme
from smsdesk.ui.shell import Shell
from smsdesk.ui.window import MainWindow

__all__ = ["loop"]

IDLE_SECONDS, ROUNDS = 4, 5
MOST_FIGURES = 1.0
"""Seconds from the last key press to figures of the whole list."""
KEY = 0.08
"""Seconds between two key presses of a quick typist."""
TEXT = "Dear {Name} {Family}, your order {Order} waits in {City|our shop} – come soon"
LONG = "A text without an end. " * 35_000


class Typing:
    """Types into a draft in the window, and waits for figures."""

    def __init__(
        self,
        opened: OpenCampaign,
        turns: Turns,
        write: Callable[[str], object],
        wait: Callable[[float], Awaitable[None]],
    ) -> None:
        self.opened, self.turns, self.write, self.wait = opened, turns, write, wait
        self.gaps: list[float] = []
        self.figures: list[float] = []

    async def typed(self, name: str, texts: list[str], *, counted: bool = True) -> None:
        self.turns.begin()
        for text in texts:
            self.write(text)
            await self.wait(KEY)
        began = perf_counter() - KEY
        await until(lambda: self.opened.fresh and self.opened.saved)
        took = perf_counter() - began
        gaps = self.turns.gaps()
        if counted:
            self.figures.append(took)
            self.gaps += gaps
        late, worst = gaps[int(len(gaps) * 0.99)], gaps[-1]
        print(
            f"{name:34} {late * 1000:7.1f} {worst * 1000:8.1f} {self.turns.longest * 1000:8.1f} {took:7.2f}"
        )


def grown(text: str) -> list[str]:
    """A text as it is typed, key by key, with fields that are not finished yet."""
    return [text[: end + 1] for end in range(len(text))]


@pytest.mark.bench
@pytest.mark.qt_log_ignore("propagateSizeHints", r"raise\(\)")
def test_typing_with_a_million_recipients(loop: qasync.QEventLoop, tmp_path: Path, qtbot: QtBot) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light")
    rows = people(ROWS)

    async def wait(seconds: float) -> None:
        end = perf_counter() + seconds
        await until(lambda: perf_counter() > end)

    async def main() -> tuple[list[float], Typing]:
        async with open_desk(tmp_path / "workspace") as desk:
            window = MainWindow()
            qtbot.addWidget(window)
            window.resize(1360, 860)
            window.show()
            shell = Shell(app, window, desk)
            await shell.start()
            opened = await desk.campaigns.create("Autumn")
            shell.open_campaign(opened)
            editor = shell.composer.messages.editor
            turns = Turns()
            typing = Typing(opened, turns, editor.setPlainText, wait)
            print(f"\n{len(rows):,} recipients, ms: 99th percentile, worst, own work in a turn; s to figures")
            await wait(2)
            turns.begin()
            await wait(IDLE_SECONDS)
            idle = turns.gaps()
            opened.add_recipients(0, rows)
            await typing.typed("first key after the list came", ["H"], counted=False)
            assert opened.review is not None
            assert opened.review.totals.sms == len(rows)
            for number in range(ROUNDS):
                await typing.typed(f"typed, round {number + 1}", grown(f"{TEXT}{'.' * number}"))
            opened.set_rules([Rule(RuleKind.HOURS)])
            await typing.typed("a rule for each recipient's zone", [TEXT], counted=False)
            await typing.typed("typed with a rule", grown(f"{TEXT} now"))
            await typing.typed("a text of 800,000 characters", [LONG], counted=False)
            await typing.typed("short again", grown("Hello {Name}"))
            turns.stop()
            return idle, typing

    with collecting_here():
        idle, typing = loop.run_until_complete(main())
    gc.disable()
    busy = sorted(typing.gaps)
    for name, gaps in (("idle", idle), ("busy", busy)):
        print(
            f"{name}: {at_999(gaps) * 1000:.1f} ms at the 99.9th percentile, worst {gaps[-1] * 1000:.1f} ms"
        )
    print(f"figures: median {statistics.median(typing.figures):.2f} s, longest {max(typing.figures):.2f} s")
    assert max(typing.figures) <= MOST_FIGURES
    assert at_999(busy) <= AT_999
    assert busy[-1] <= WORST
