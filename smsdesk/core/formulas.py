"""Cells that a spreadsheet would run: written so that it does not, and read back as they were."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_RUN = r"[=+\-@\t\r\n＝＋－＠]"
"""How a cell begins that a spreadsheet would run; East Asian ones run the full-width signs too."""
_DEFUSE, _UNDEFUSE = f"^'*{_RUN}", f"^'+{_RUN}"
_RUNS = re.compile(_DEFUSE).match
ODD = rf"{_DEFUSE}|\x00"
"""A cell that is written otherwise than it is."""


def defused(cell: str) -> str:
    """A cell that a spreadsheet takes for text: an apostrophe stands before it."""
    return f"'{cell}" if _RUNS(cell) else cell


def undefused(cell: str) -> str:
    """The inverse of :func:`defused`: of the apostrophes before such a cell one is dropped."""
    return cell[1:] if re.match(_UNDEFUSE, cell) else cell


def defused_cells(cells: "pl.Expr") -> "pl.Expr":
    """:func:`defused` for columns."""
    import polars as pl

    return pl.when(cells.str.contains(_DEFUSE)).then("'" + cells).otherwise(cells).name.keep()


def undefused_cells(cells: "pl.Expr") -> "pl.Expr":
    """:func:`undefused` for columns."""
    import polars as pl

    return pl.when(cells.str.contains(_UNDEFUSE)).then(cells.str.slice(1)).otherwise(cells).name.keep()
