"""Import: a file's bytes become a sheet, then recipients and problems, off the window's thread."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

from smsdesk.core.importing import Imported, guess_mapping, import_sheet
from smsdesk.core.sheet import Reading, Sheet, read_sheet
from smsdesk.desk.context import Context
from smsdesk.desk.files import read_bytes

ROW_BYTES = 40
"""A short row's bytes: tells about how many rows a file holds before it is read."""


def _read(
    name: str,
    content: bytes,
    encoding: str | None,
    delimiter: str | None,
    chosen: str | None,
    region: str,
    taken: frozenset[str],
) -> Imported:
    sheet = read_sheet(name, content, Reading(encoding, delimiter, chosen))
    return import_sheet(sheet, guess_mapping(sheet, region), region, taken=taken)


class Importing:
    """The import of tables. ``taken`` are numbers (E.164) that are recipients already."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def read(
        self,
        path: Path,
        region: str,
        encoding: str | None = None,
        delimiter: str | None = None,
        sheet: str | None = None,
        taken: frozenset[str] = frozenset(),
    ) -> Imported:
        """Reads a file; encoding, delimiter or sheet, header and mapping are guessed. Raises FileError."""
        content = await asyncio.to_thread(read_bytes, path)
        return await self._computed(path.name, content, encoding, delimiter, sheet, region, taken)

    async def read_text(
        self,
        name: str,
        text: str,
        region: str,
        delimiter: str | None = None,
        taken: frozenset[str] = frozenset(),
    ) -> Imported:
        """As :meth:`read` for a table, or a list of numbers, that was pasted. Raises FileError."""
        rows = text if "\n" in text.strip() else re.sub(r"[,;]\s*", "\n", text)
        return await self._computed(name, rows.encode(), "utf-8", delimiter, None, region, taken)

    async def _computed(self, name: str, content: bytes, *others: object) -> Imported:
        rows = len(content) // ROW_BYTES
        return await self._context.compute(rows, _read, name, content, *others)

    async def again(
        self, sheet: Sheet, mapping: Mapping[str, str], region: str, taken: frozenset[str] = frozenset()
    ) -> Imported:
        """The same sheet with another mapping or region."""
        return await self._context.compute(
            len(sheet), import_sheet, sheet, dict(mapping), region, frozenset(), taken
        )
