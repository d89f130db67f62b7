"""Import: a file's bytes become a sheet, then recipients and problems, off the window's thread."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from smsdesk.core.campaign import Campaign
from smsdesk.core.importing import Imported, Known, Setting, Taken, import_sheet, mended
from smsdesk.core.mapping import LOOKED_AT, Layout, Recalled, guess_mapping, recall
from smsdesk.core.progress import Progress, silent
from smsdesk.core.sheet import GUESSED, Reading, Sheet, read_sheet
from smsdesk.desk.context import Context
from smsdesk.desk.files import read_bytes, size_of, write_whole
from smsdesk.words import day, number, open_words, say

ROW_BYTES = 40
"""A short row's bytes: tells about how many rows a file holds before it is read."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to import, and what its rows are compared with.

    ``source`` is a file, or the text that was pasted; ``name`` stands for it in sentences. ``region`` (ISO
    3166) holds for numbers without a country code, ``zone`` (IANA; empty: this machine's) for times without
    an offset. Numbers of the ``campaign``, in its ``message`` (from 0) and in the others, count as
    duplicates, so do those of campaigns sent in the last ``recent_days``.
    """

    source: Path | str
    name: str
    region: str
    reading: Reading = GUESSED
    campaign: Campaign | None = None
    message: int = 0
    recent_days: int = 0
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What a file became; ``recalled`` is the layout by which it was mapped, None where that was guessed."""

    imported: Imported
    recalled: Recalled | None


def _read(
    name: str,
    source: Path | bytes,
    reading: Reading,
    layouts: Sequence[Layout],
    setting: Setting,
    known: Known,
    progress: Progress = silent,
) -> Read:
    content = read_bytes(source) if isinstance(source, Path) else source
    sheet = read_sheet(name, content, reading, progress)
    recalled = recall(sheet, layouts, setting.region)
    mapping = recalled.mapping if recalled else guess_mapping(sheet, setting.region)
    return Read(import_sheet(sheet, mapping, setting, known, progress), recalled)


def _mended(
    sheet: Sheet,
    row: int,
    column: str,
    value: str,
    mapping: Mapping[str, str],
    setting: Setting,
    known: Known,
) -> Imported:
    return import_sheet(mended(sheet, row, column, value), mapping, setting, known)


def write_rest(path: Path, imported: Imported, *, use_doubtful: bool) -> int:
    """As :meth:`Importing.save_rest`, at once."""
    words = {code: open_words(code) for code, _ in imported.problems.reasons()}
    return _write_rest(path, imported, words, use_doubtful)


def _write_rest(path: Path, imported: Imported, words: Mapping[str, tuple[str, str]], *chosen: bool) -> int:
    """``words`` by code: the worker process may speak another language."""
    from smsdesk.core.exporting import rest_csv, rest_table, rest_xlsx

    write = rest_xlsx if path.suffix.casefold() == ".xlsx" else rest_csv
    write_whole(path, write(imported, *chosen, words.__getitem__))
    return rest_table(imported, *chosen, words.__getitem__).height


def not_to_contact(folder: Path) -> list[str]:
    """The numbers on the do-not-contact list of the workspace in ``folder``. Raises WorkspaceError."""
    from smsdesk.store import do_not_contact
    from smsdesk.store.workspace import Store

    with Store.open(folder) as store:
        return store.read(do_not_contact.numbers).result()


class Importing:
    """The import of tables, from a file to the recipients of a message and what is left over."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def read(self, wanted: Wanted, progress: Progress = silent) -> Read:
        """Reads a file or what was pasted: what is not chosen is recalled from a table like it, or guessed.

        Cancelling it ends the work. Raises FileError.
        """
        from smsdesk.store import layouts

        reading = wanted.reading
        if isinstance(wanted.source, Path):
            source: Path | bytes = wanted.source
            rows = await asyncio.to_thread(size_of, wanted.source) // ROW_BYTES
        else:
            source, rows = _pasted(wanted.source), len(wanted.source) // ROW_BYTES
        kept = await self._context.read(layouts.every)
        setting, known = self._setting(wanted, wanted.region), await self._known(wanted)
        return await self._context.compute(
            rows, _read, wanted.name, source, reading, kept, setting, known, progress=progress
        )

    async def again(
        self,
        imported: Imported,
        mapping: Mapping[str, str],
        region: str,
        wanted: Wanted,
        progress: Progress = silent,
    ) -> Imported:
        """The same sheet with another mapping or region."""
        setting, known = self._setting(wanted, region), await self._known(wanted)
        sheet = imported.sheet
        return await self._context.compute(
            len(sheet), import_sheet, sheet, dict(mapping), setting, known, progress=progress
        )

    async def guessed(self, imported: Imported, region: str) -> dict[str, str]:
        """The mapping by the file's own headings and cells, whatever a table like it had."""
        sheet = imported.sheet
        rows = min(len(sheet), LOOKED_AT)
        head = replace(sheet, frame=sheet.frame.head(rows), lines=sheet.lines.head(rows))
        return await self._context.compute(rows, guess_mapping, head, region)

    async def mend(self, imported: Imported, row: int, column: str, value: str, wanted: Wanted) -> Imported:
        """The sheet with one cell written anew (row from 1), every row judged again."""
        known = await self._known(wanted)
        sheet, mapping, setting = imported.sheet, imported.mapping, imported.setting
        return await self._context.compute(
            len(sheet), _mended, sheet, row, column, value, mapping, setting, known
        )

    async def took(self, imported: Imported) -> None:
        """Remembers how the columns were mapped, for the next table with such a header."""
        from smsdesk.store import layouts

        sheet = imported.sheet
        layout = Layout(sheet.header, dict(imported.mapping), sheet.name, self._context.now())
        await self._context.write(layouts.remember, layout)

    async def save_rest(
        self,
        path: Path,
        imported: Imported,
        use_doubtful: bool,  # noqa: FBT001 (the contract's own switch)
    ) -> int:
        """Writes the rows that are not taken, each with its reason; the answer is how many.

        A workbook where the name ends so, else CSV in the file's own delimiter and encoding.
        Raises FileError; until all is written an older file of that name stays.
        """
        words = {code: open_words(code) for code, _ in imported.problems.reasons()}
        rows = len(imported.problems)
        return await self._context.compute(rows, _write_rest, path, imported, words, use_doubtful)

    def _setting(self, wanted: Wanted, region: str) -> Setting:
        return Setting(region, self._context.now(), wanted.zone or own_zone())

    async def _known(self, wanted: Wanted) -> Known:
        """The do-not-contact list and the numbers that are recipients already."""
        from smsdesk.store import do_not_contact, recent

        taken = _in_campaign(wanted.campaign, wanted.message)
        if wanted.recent_days > 0:
            since = self._context.now() - timedelta(days=wanted.recent_days)
            own = wanted.campaign.id if wanted.campaign else None
            taken += [
                Taken("duplicate_recent", one.numbers, {"campaign": one.campaign, "day": day(one.sent_at)})
                for one in await self._context.read(recent.written, since, own)
            ]
        return Known(await self._context.read(do_not_contact.numbers), tuple(taken))


def _in_campaign(campaign: Campaign | None, own: int) -> list[Taken]:
    """The numbers of its messages: those of the one that is imported into, then of the others by name."""
    messages = campaign.messages if campaign else ()
    taken = [Taken("duplicate_elsewhere", messages[own].recipients.dst, {})] if own < len(messages) else []
    for at, message in enumerate(messages):
        if at != own and len(message.recipients):
            text = message.name or say("compose.text_number", at=number(at + 1))
            taken.append(Taken("duplicate_text", message.recipients.dst, {"text": text}))
    return taken


def _pasted(text: str) -> bytes:
    """Rows of what was pasted; numbers in one line, with commas between them, are a row each."""
    rows = text if "\n" in text.strip() else re.sub(r"[,;]\s*", "\n", text)
    return rows.encode()


def own_zone() -> str:
    """The zone of this machine, by its name."""
    import tzlocal

    return tzlocal.get_localzone_name()
