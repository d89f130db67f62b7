"""Gaps between turns of the window's loop, and a crowd of recipients, for the benches of the window."""

import random
from collections.abc import Sequence
from time import perf_counter, thread_time

from PySide6.QtCore import Qt, QTimer

from smsdesk.core.recipients import Recipients, in_columns

ROWS = 1_000_000
AT_999, WORST = 0.016, 0.050
"""Seconds that a turn of the loop may come late."""


class Turns:
    """When the loop had its turns: a timer of a millisecond."""

    def __init__(self) -> None:
        self._gaps: list[float] = []
        self._last = perf_counter()
        self._spent, self.longest = thread_time(), 0.0
        self._timer = QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._turn)
        self._timer.start()

    def _turn(self) -> None:
        now, spent = perf_counter(), thread_time()
        self._gaps.append(now - self._last)
        self.longest = max(self.longest, spent - self._spent)
        self._last, self._spent = now, spent

    def begin(self) -> None:
        """Counts from now on; ``longest`` is the longest work of the window's own thread in one turn."""
        self._gaps.clear()
        self._last, self._spent, self.longest = perf_counter(), thread_time(), 0.0

    def gaps(self) -> list[float]:
        return sorted(self._gaps)

    def stop(self) -> None:
        self._timer.stop()


def people(count: int = ROWS) -> Recipients:
    """Numbers of which some are doubtful and some none, names of which some are empty."""
    chance = random.Random(7)
    numbers = [f"+4917{at:08}" for at in chance.sample(range(60_000_000, 99_999_999), count)]
    numbers[::40] = [f"+4943{at:07}" for at in range(1_000_000, 1_000_000 + len(numbers[::40]))]
    numbers[7::1000] = ["0176 12O4567"] * len(numbers[7::1000])
    first, city = ("Mira", "Jörg", "Zoë", "Li", "Anna", "Bob", "", "Łukasz"), ("Kiel", "Bad Neuenahr", "Bonn")
    fields = {
        "Name": [first[at % 8] for at in range(count)],
        "Family": [f"Okonkwo {at % 977}" for at in range(count)],
        "City": [city[at % 3] for at in range(count)],
        "Order": [str(at) for at in range(count)],
    }
    return in_columns(Recipients(numbers, [f"ref-{at}" for at in range(count)], fields))


def at_999(gaps: Sequence[float]) -> float:
    return gaps[int(len(gaps) * 0.999)]
