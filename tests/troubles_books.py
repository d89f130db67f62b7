"""Workbooks with troubles, for ``troubles``."""

from collections.abc import Iterator

from troubles import Case


def books() -> Iterator[Case]:
    """Every trouble of a workbook."""
    yield from ()
