"""Painting the time line: 60 bars, 40 groups of recipients, and who is reached in each of 720 hours.

Run on demand: ``pytest tests/bench/test_bench_timeline.py -m bench -s``. Prints the median and the worst of
a hundred repaints for each zoom; the median stays under 4 ms, so that a drag follows the hand.
"""

from datetime import UTC, date, datetime, timedelta
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smsdesk.core.blackouts import Period, union
from smsdesk.ui import theme
from smsdesk.ui.timeline import TimeLine
from smsdesk.ui.timeline_bars import Bar, Key, Of, Shown
from smsdesk.ui.timeline_scale import ZOOMS

MOST_MS = 4.0
NOW = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def shown() -> Shown:
    periods = [Period(NOW + 11 * at * HOUR, NOW + (11 * at + 4) * HOUR) for at in range(60)]
    bars = tuple(
        Bar(Key(Of.RULE, at, start=period.start) if at % 2 else Key(Of.DRAWN, at), period, "Maintenance")
        for at, period in enumerate(periods)
    )
    own = tuple(Bar(Key(Of.OWN, at), Period(NOW + at * HOUR, NOW + (at + 9) * HOUR)) for at in range(40))
    first = int(NOW.timestamp()) // 3600
    reached = tuple((first + at, at * 7919 % 900 + 1) for at in range(720))
    labels = ((Period(NOW, NOW + 49 * HOUR), "3,000 people"),)
    holidays = {date(2026, 12, 25): "Christmas Day"}
    return Shown(NOW, NOW + 20 * HOUR, bars, own, union(periods), reached, holidays, labels)


@pytest.mark.bench
@pytest.mark.qt_log_ignore("propagateSizeHints", r"raise\(\)")
def test_a_full_line_is_painted_at_once(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, "light")
    line = TimeLine(ZoneInfo("Europe/Berlin"))
    qtbot.addWidget(line)
    line.resize(1000, 300)
    line.begin_at(NOW, None)
    line.show_times(shown())
    line.show()
    image = QImage(line.size(), QImage.Format.Format_ARGB32_Premultiplied)
    while line.scale.days > ZOOMS[0]:
        line.zoom(-1)
    for days in ZOOMS:
        times = []
        for _ in range(100):
            began = perf_counter()
            line.render(image)
            times.append((perf_counter() - began) * 1000)
        print(f"{days:>3} days: {median(times):.2f} ms, at worst {max(times):.2f} ms")
        assert median(times) < MOST_MS
        line.zoom(1)
