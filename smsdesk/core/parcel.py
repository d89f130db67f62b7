"""Values with tables in them, on their way to another process: the tables lie in files beside the rest.

Pickling a table copies it some times over while no other thread can run; a file of Arrow is read as it is.
"""

import io
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

LEAST_ROWS = 1000
"""A smaller table is pickled like anything else."""


def pack(value: object, folder: Path) -> bytes:
    """The value in bytes, for :func:`unpack` while ``folder`` stays. Raises OSError on a full disk."""
    out = io.BytesIO()
    _Packer(out, folder).dump(value)
    return out.getvalue()


def unpack(content: bytes) -> Any:
    """What was packed: only of a process of our own. Its files are no longer needed then."""
    return pickle.loads(content)  # noqa: S301


class _Packer(pickle.Pickler):
    def __init__(self, out: io.BytesIO, folder: Path) -> None:
        super().__init__(out, pickle.HIGHEST_PROTOCOL)
        self._folder, self._files = folder, 0

    def reducer_override(self, value: object) -> Any:
        """A table or a column of many rows becomes a file; NotImplemented: pickled as always."""
        kind = type(value)
        if not kind.__module__.startswith("polars.") or kind.__name__ not in ("DataFrame", "Series"):
            return NotImplemented
        table: Any = value
        if len(table) < LEAST_ROWS:
            return NotImplemented
        self._files += 1
        path = self._folder / f"{self._files}.arrow"
        if kind.__name__ == "DataFrame":
            _write(table, path)
            return _table, (path,)
        _write(table.to_frame(_COLUMN), path)
        return _column, (path, table.name)


_COLUMN = "column"


def _write(table: "pl.DataFrame", path: Path) -> None:
    # One batch: a column in one piece is read faster, row by row, than one in many.
    table.write_ipc(path, record_batch_size=len(table))


def _table(path: Path) -> "pl.DataFrame":
    import polars as pl

    return pl.read_ipc(path).rechunk()


def _column(path: Path, name: str) -> "pl.Series":
    return _table(path)[_COLUMN].alias(name)
