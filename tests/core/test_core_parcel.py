"""Values with tables in them go to another process and come as they were."""

from pathlib import Path

import polars as pl
import pytest

from smsdesk.core.errors import FileError
from smsdesk.core.parcel import LEAST_ROWS, pack, unpack


def table(rows: int) -> pl.DataFrame:
    return pl.DataFrame({"n": range(rows), "text": [f"Zoë {at}" for at in range(rows)]})


@pytest.mark.parametrize(("rows", "files"), [(0, 0), (LEAST_ROWS - 1, 0), (LEAST_ROWS, 2), (5000, 2)])
def test_tables_of_many_rows_are_files_beside_the_rest(tmp_path: Path, rows: int, files: int) -> None:
    whole = table(rows)
    content = pack({"table": whole, "column": whole["text"], "rest": [1, "x", None]}, tmp_path)
    assert len(list(tmp_path.iterdir())) == files
    assert (len(content) < 2000) == (rows == 0 or files > 0)
    found = unpack(content)
    assert found["table"].equals(whole)
    assert found["column"].equals(whole["text"]) and found["column"].name == "text"
    assert found["rest"] == [1, "x", None]


def test_an_error_comes_with_its_values(tmp_path: Path) -> None:
    error = unpack(pack(FileError(name="a.csv", reason="no_table"), tmp_path))
    assert (type(error), error.values) == (FileError, {"name": "a.csv", "reason": "no_table"})


def test_what_is_no_table_is_pickled_as_always(tmp_path: Path) -> None:
    assert unpack(pack((pl.Int64, Path("a"), {1}), tmp_path)) == (pl.Int64, Path("a"), {1})
    assert not list(tmp_path.iterdir())
