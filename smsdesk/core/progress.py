"""How far a long work is: told as it goes on, and stopped by the one who is told."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called now and then with the rows done and the rows in all (0 while unknown); may raise Cancelled."""


class Cancelled(Exception):
    """The work was called off: nothing came of it. No error, so not part of the error tree."""


def silent(_done: int, _rows: int) -> None:
    """For work that nobody watches."""
