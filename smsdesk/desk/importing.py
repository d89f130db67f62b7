"""Import: a file's bytes become a sheet, then recipients and problems, off the window's thread."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from smsdesk.core.importing import Imported, guess_mapping, import_sheet
from smsdesk.core.sheet import Sheet, read_sheet
from smsdesk.desk.context import Context
from smsdesk.desk.files import read_bytes

ROW_BYTES = 40
"""A short row's bytes: tells about how many rows a file holds before it is read."""


def _read(name: str, content: bytes, encoding: str | None, delimiter: str | None, region: str) -> Imported:
    sheet = read_sheet(name, content, encoding, delimiter)
    return import_sheet(sheet, guess_mapping(sheet, region), region)


class Importing:
    """The import of tables."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def read(
        self, path: Path, region: str, encoding: str | None = None, delimiter: str | None = None
    ) -> Imported:
        """Reads a file with guessed encoding, delimiter, header and mapping. Raises FileError."""
        content = await asyncio.to_thread(read_bytes, path)
        rows = len(content) // ROW_BYTES
        return await self._context.compute(rows, _read, path.name, content, encoding, delimiter, region)

    async def again(self, sheet: Sheet, mapping: Mapping[str, str], region: str) -> Imported:
        """The same sheet with another mapping or region."""
        return await self._context.compute(len(sheet), import_sheet, sheet, dict(mapping), region)
