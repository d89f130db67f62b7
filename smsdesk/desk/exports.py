"""Tables as they are shown, written to files: their columns as data, whichever screen or verb asks."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from smsdesk.core.book import Cell
from smsdesk.core.explaining import Explained
from smsdesk.core.exporting import write_table
from smsdesk.core.progress import Cancelled, Progress, silent
from smsdesk.core.status import meaning
from smsdesk.desk.context import INLINE_ROWS, Context
from smsdesk.desk.files import writing
from smsdesk.desk.reports import Waits, waits_by
from smsdesk.desk.telling import job_name, pill_word, text_words, why
from smsdesk.words import language, say, use_language
from smsdesk.words.entries import Scene, account_words, entry_name
from smsdesk.words.entries import why as why_entry

if TYPE_CHECKING:
    from smsdesk.store.do_not_contact import Listed
    from smsdesk.store.drafts import CampaignLine
    from smsdesk.store.jobs import JobLine, SmsLine
    from smsdesk.store.workspace import Store

T = TypeVar("T")
Sheet = Literal["jobs", "recipients", "person", "outbox", "campaigns", "do_not_contact"]
_AT_ONCE = 2_000
"""Rows that are read together."""
_IN_A_TURN = 100
"""Rows that the window tells at a time."""
_JOBS_KEPT = 64
"""So many requests of jobs, of 3,000 recipients each, are kept in mind."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What cells depend on beside their row: the scene, and why an SMS waits that is not final."""

    scene: Scene
    waiting: "Callable[[SmsLine], Explained | None]"

    def why(self, line: "SmsLine") -> str:
        """Why an SMS stands as it does."""
        return why(line, self.waiting(line), self.scene.now)


Column = tuple[str, Callable[[Any, Setting], Cell]]
"""The code of its head, and what stands in it."""


def instant(at: datetime | None) -> Cell:
    """A time by the clock of the screen."""
    return at.astimezone() if at else ""


def _job(column: Callable[["JobLine"], Cell]) -> Callable[["JobLine", Setting], Cell]:
    return lambda line, _: column(line)


def _sms(column: Callable[["SmsLine"], Cell]) -> Callable[["SmsLine", Setting], Cell]:
    return lambda line, _: column(line)


def _campaign(column: Callable[["CampaignLine"], Cell]) -> Callable[["CampaignLine", Setting], Cell]:
    return lambda line, _: column(line)


def _listed(column: Callable[["Listed"], Cell]) -> Callable[["Listed", Setting], Cell]:
    return lambda line, _: column(line)


_SMS: tuple[Column, ...] = (
    ("job.column.number", _sms(lambda line: line.dst)),
    ("job.column.name", _sms(lambda line: line.name)),
    ("job.export.reference", _sms(lambda line: line.reference or "")),
    ("job.column.state", _sms(pill_word)),
    ("job.column.sent", _sms(lambda line: instant(line.sent_at))),
    ("job.column.final", _sms(lambda line: instant(line.finished_at))),
    ("job.column.why", lambda line, setting: setting.why(line)),
    ("job.export.text", _sms(text_words)),
    ("job.export.sms_id", _sms(lambda line: line.sms_id or "")),
    ("job.export.job_id", _sms(lambda line: line.job_id or "")),
    (
        "job.export.status",
        _sms(lambda line: " ".join(filter(None, (line.process_status, line.status, line.reason)))),
    ),
)
COLUMNS: Mapping[Sheet, tuple[Column, ...]] = {
    "jobs": (
        ("jobs.column.job", _job(job_name)),
        ("job.export.count", _job(lambda line: line.sms_count)),
        ("jobs.column.delivered", _job(lambda line: line.delivered)),
        ("jobs.column.waiting", _job(lambda line: line.waiting + line.sending)),
        ("jobs.column.failed", _job(lambda line: line.failed)),
        ("job.export.other", _job(lambda line: line.cancelled + line.unknown)),
        ("jobs.column.known", _job(lambda line: say("jobs.final") if line.final else instant(line.asked_at))),
        ("jobs.column.account", _job(lambda line: account_words(line.account))),
        ("jobs.column.accepted", _job(lambda line: instant(line.accepted_at))),
        ("job.export.job_id", _job(lambda line: line.job_id or "")),
    ),
    "recipients": _SMS,
    "person": (("campaigns.column.name", _sms(lambda line: line.campaign or say("jobs.other"))), *_SMS),
    "outbox": (
        ("outbox.column.job", lambda entry, _: entry_name(entry)),
        ("outbox.column.sms", lambda entry, _: entry.sms_count),
        ("outbox.column.state", lambda entry, _: say(f"entry.{entry.state.value}")),
        ("outbox.column.since", lambda entry, _: instant(entry.since)),
        ("outbox.column.why", lambda entry, setting: why_entry(entry, setting.scene)),
        ("jobs.column.account", lambda entry, _: account_words(entry.account)),
        ("job.export.job_id", lambda entry, _: entry.job_id or ""),
    ),
    "campaigns": (
        ("campaigns.column.name", _campaign(lambda line: line.name or say("campaigns.unnamed"))),
        (
            "campaigns.column.state",
            _campaign(lambda line: say("campaigns.sent" if line.sent else "campaigns.draft")),
        ),
        ("campaigns.column.sms", _campaign(lambda line: line.sms_count)),
        ("outcome.delivered", _campaign(lambda line: line.delivered)),
        ("outcome.waiting", _campaign(lambda line: line.waiting)),
        ("outcome.failed", _campaign(lambda line: line.failed)),
        ("outcome.unknown", _campaign(lambda line: line.unknown)),
        ("outcome.cancelled", _campaign(lambda line: line.cancelled)),
        ("campaigns.column.account", _campaign(lambda line: account_words(line.account))),
        ("campaigns.column.when", _campaign(lambda line: instant(line.sent_at or line.saved_at))),
    ),
    "do_not_contact": (
        ("do_not_contact.column.number", _listed(lambda one: one.number)),
        ("do_not_contact.column.reason", _listed(lambda one: one.reason)),
        ("do_not_contact.column.source", _listed(lambda one: one.source)),
        ("do_not_contact.column.since", _listed(lambda one: instant(one.added_at))),
    ),
}


class Exports:
    """Writes tables. A million rows are read and written beside the window, some at a time."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def write(self, path: Path, sheet: Sheet, keys: Sequence[Any], progress: Progress = silent) -> int:
        """Writes the rows of these keys, in their order: .xlsx, else CSV; the answer is how many are there.

        Keys are those of jobs, the ids of SMS, entries or campaigns, numbers. The file is whole, or it is
        not touched. ``progress`` is told of rows and may call it off. Raises FileError.
        """
        from smsdesk.store import outbox

        now, paused = self._context.now(), await self._context.read(outbox.paused)
        scene, folder = Scene(now, paused, live=False), self._context.store.folder
        return await beside(
            self._context, len(keys), _write, folder, path, sheet, keys, scene, language(), progress=progress
        )

    async def write_shown(
        self,
        path: Path,
        head: Sequence[str],
        count: int,
        rows: Callable[[int, int], Sequence[Sequence[Cell]]],
        progress: Progress = silent,
    ) -> None:
        """Writes rows that only the window has; it is asked for some at a time: from one on, up to another.

        Raises FileError.
        """
        loop, stopped = asyncio.get_running_loop(), False

        async def some(at: int) -> Sequence[Sequence[Cell]]:
            if stopped:
                raise Cancelled
            progress(at, count)
            return rows(at, min(count, at + _IN_A_TURN))

        def table() -> Iterator[Sequence[Cell]]:
            yield head
            for at in range(0, count, _IN_A_TURN):
                yield from asyncio.run_coroutine_threadsafe(some(at), loop).result()

        def written() -> None:
            with writing(path) as file:
                write_table(table(), file, path.name, delimiter())

        try:
            await asyncio.to_thread(written)
        finally:
            stopped = True


def _write(
    folder: Path,
    path: Path,
    sheet: Sheet,
    keys: Sequence[Any],
    scene: Scene,
    tag: str,
    progress: Progress = silent,
) -> int:
    from smsdesk.store.workspace import Store

    # A worker process knows no language of its own.
    use_language(tag)
    columns, count = COLUMNS[sheet], 0
    with Store.open(folder, read_only=True, check_seconds=0) as store, writing(path) as file:
        setting = Setting(scene, _waiting(store, scene.now))

        def table() -> Iterator[Sequence[Cell]]:
            nonlocal count
            yield [say(code) for code, _ in columns]
            for at in range(0, len(keys), _AT_ONCE):
                progress(at, len(keys))
                for row in _rows(store, sheet, keys[at : at + _AT_ONCE]):
                    count += 1
                    yield [value(row, setting) for _, value in columns]

        write_table(table(), file, path.name, delimiter())
        progress(len(keys), len(keys))
    return count


def _waiting(store: "Store", now: datetime) -> "Callable[[SmsLine], Explained | None]":
    """Why an SMS waits, None where it is final; rows of one job mostly come together."""
    from smsdesk.store import exports

    known: dict[int, tuple[Waits, datetime | None]] = {}

    def waiting(line: "SmsLine") -> Explained | None:
        if meaning(line.process_status, line.status).final:
            return None
        if line.job_key not in known:
            if len(known) >= _JOBS_KEPT:
                known.clear()
            behind, body = store.read(exports.behind_job, line).result()
            known[line.job_key] = waits_by(behind, body), behind.known_at
        waits, known_at = known[line.job_key]
        return waits.of(line, known_at, now)

    return waiting


async def beside(
    context: Context, rows: int, work: Callable[..., T], *args: Any, progress: Progress | None = None
) -> T:
    """What opens the workspace once more, reads rows and counts or writes them, off the window's thread."""
    if rows <= INLINE_ROWS:
        return await asyncio.to_thread(work, *args)
    return await context.compute(rows, work, *args, progress=progress, lasting=True)


def delimiter() -> str:
    """What a spreadsheet takes for the end of a cell where people write numbers as in our language."""
    return ";" if say("job.decimal") == "," else ","


def _rows(store: "Store", sheet: Sheet, keys: Sequence[Any]) -> Iterable[Any]:
    """Rows by their keys; those that are gone are left out."""
    from smsdesk.store import do_not_contact, drafts, looks, outbox

    found: dict[Any, Any]
    match sheet:
        case "jobs":
            return store.read(looks.lines_of, keys).result()
        case "recipients" | "person":
            return store.read(looks.sms_lines_of, keys).result()
        case "outbox":
            found = {entry.id: entry for entry in store.read(outbox.these, keys).result()}
        case "campaigns":
            found = {line.id: line for line in store.read(drafts.lines).result()}
        case "do_not_contact":
            found = {one.number: one for one in store.read(do_not_contact.listed, keys).result()}
    return [found[key] for key in keys if key in found]
