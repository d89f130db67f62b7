"""Import: a file's bytes become a sheet, then recipients and problems, off the window's thread."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from smsdesk.core.campaign import Campaign
from smsdesk.core.columns import column_of
from smsdesk.core.importing import Imported, Known, Setting, Taken, import_sheet, mended
from smsdesk.core.mapping import LOOKED_AT, Layout, Recalled, guess_mapping, recall
from smsdesk.core.numbering import as_e164
from smsdesk.core.progress import Progress, silent
from smsdesk.core.sheet import GUESSED, Reading, Sheet, foreign_cells, read_sheet
from smsdesk.desk.context import INLINE_ROWS, Context
from smsdesk.desk.files import read_bytes, size_of, write_whole
from smsdesk.words import day, language, number, open_words, say, use_language, visible_words

T = TypeVar("T")

ROW_BYTES, PACKED_ROW_BYTES = 40, 4
"""A short row's bytes, and those in a workbook: tells about how many rows a file holds before it is read."""
_BOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


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
    content = read_bytes(source, progress) if isinstance(source, Path) else source
    sheet = read_sheet(name, content, reading, progress)
    recalled = recall(sheet, layouts, setting.region)
    mapping = recalled.mapping if recalled else guess_mapping(sheet, setting.region)
    return Read(_judged(sheet, mapping, setting, known, progress), recalled)


def _judged(
    sheet: Sheet, mapping: Mapping[str, str], setting: Setting, known: Known, progress: Progress = silent
) -> Imported:
    """Recipients that came with a request are spelled as it spelled them."""
    taken = tuple(replace(one, numbers=as_e164(one.numbers, setting.region)) for one in known.taken)
    return import_sheet(sheet, mapping, setting, replace(known, taken=taken), progress)


def _again(
    sheet: Sheet, mapping: Mapping[str, str], setting: Setting, known: Known, progress: Progress = silent
) -> Imported:
    """Without its rows: whoever asked has them."""
    found = _judged(sheet, mapping, setting, known, progress)
    return replace(found, sheet=replace(sheet, frame=sheet.frame.clear(), lines=sheet.lines.clear()))


def _mended(
    sheet: Sheet,
    row: int,
    column: str,
    value: str,
    mapping: Mapping[str, str],
    setting: Setting,
    known: Known,
) -> Imported:
    return _judged(mended(sheet, row, column, value), mapping, setting, known)


def write_rest(path: Path, imported: Imported, use_doubtful: bool, tag: str) -> int:  # noqa: FBT001 (as below)
    """As :meth:`Importing.save_rest`, at once, in the language of ``tag``: a worker process has none yet."""
    from smsdesk.core.exporting import rest_csv, rest_xlsx

    use_language(tag)
    write = rest_xlsx if path.suffix.casefold() == ".xlsx" else rest_csv
    write_whole(path, write(imported, use_doubtful, open_words, visible_words))
    counts = imported.counts
    held = 0 if use_doubtful else counts.doubtful
    return held + counts.invalid + counts.duplicates + counts.do_not_contact


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

    async def warm(self) -> None:
        """Loads what tables are made of: a twentieth of a second that the first import need not take."""
        await asyncio.to_thread(column_of, [])

    async def read(self, wanted: Wanted, progress: Progress = silent) -> Read:
        """Reads a file or what was pasted: what is not chosen is recalled from a table like it, or guessed.

        Cancelling it ends the work. Raises FileError.
        """
        from smsdesk.store import layouts

        source = _pasted(wanted.source) if isinstance(wanted.source, str) else wanted.source
        rows = await asyncio.to_thread(_about_rows, source)
        kept = await self._context.read(layouts.every)
        setting, known = await self._setting(wanted, wanted.region), await self._known(wanted)
        work = partial(_read, wanted.name, source, wanted.reading, kept, setting, known)
        return await self._done(rows, work, progress)

    async def again(
        self,
        imported: Imported,
        mapping: Mapping[str, str],
        region: str,
        wanted: Wanted,
        progress: Progress = silent,
    ) -> Imported:
        """The same sheet with another mapping or region."""
        setting, known = await self._setting(wanted, region), await self._known(wanted)
        work = partial(_again, imported.sheet, dict(mapping), setting, known)
        found = await self._done(len(imported.sheet), work, progress)
        return replace(found, sheet=imported.sheet)

    async def guessed(self, imported: Imported, region: str) -> dict[str, str]:
        """The mapping by the file's own headings and cells, whatever a table like it had."""
        sheet = imported.sheet
        rows = min(len(sheet), LOOKED_AT)
        head = replace(sheet, frame=sheet.frame.head(rows), lines=sheet.lines.head(rows))
        return await self._done(rows, partial(guess_mapping, head, region))

    async def foreign(self, sheet: Sheet) -> list[tuple[int, str, str]]:
        """Cells with letters by which one sees whether the encoding is right."""
        return await asyncio.to_thread(foreign_cells, sheet)

    async def size(self, path: Path) -> int:
        """The bytes of a file. Raises FileError."""
        return await asyncio.to_thread(size_of, path)

    async def mend(self, imported: Imported, row: int, column: str, value: str, wanted: Wanted) -> Imported:
        """The sheet with one cell written anew (row from 1), every row judged again."""
        known = await self._known(wanted)
        sheet, mapping, setting = imported.sheet, imported.mapping, imported.setting
        return await self._done(
            len(sheet), partial(_mended, sheet, row, column, value, mapping, setting, known)
        )

    async def took(self, imported: Imported) -> None:
        """Remembers how the columns were mapped, for the next table with such a header."""
        from smsdesk.store import layouts

        sheet = imported.sheet
        if not sheet.header_line:
            # Tables without a header are alike in nothing but their width.
            return
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
        work = partial(write_rest, path, imported, use_doubtful, language())
        return await self._done(len(imported.problems), work)

    async def _done(self, rows: int, work: Callable[..., T], progress: Progress | None = None) -> T:
        """Little work is done on a thread: what it is done with is loaded when it is first needed."""
        if rows <= INLINE_ROWS:
            return await asyncio.to_thread(work)
        return await self._context.compute(rows, work, progress=progress)

    async def _setting(self, wanted: Wanted, region: str) -> Setting:
        return Setting(region, self._context.now(), wanted.zone or await asyncio.to_thread(own_zone))

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


def _about_rows(source: Path | bytes) -> int:
    if isinstance(source, bytes):
        return len(source) // ROW_BYTES
    return size_of(source) // (PACKED_ROW_BYTES if source.suffix.casefold() in _BOOKS else ROW_BYTES)


def _pasted(text: str) -> bytes:
    """Rows of what was pasted; numbers in one line, with commas between them, are a row each."""
    rows = text if "\n" in text.strip() else re.sub(r"[,;]\s*", "\n", text)
    return rows.encode()


def own_zone() -> str:
    """The zone of this machine, by its name."""
    import tzlocal

    return tzlocal.get_localzone_name()
