"""Tables in files: the rows as they are shown, in both forms and languages, whole or not at all."""

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
import python_calamine as calamine
from sqlalchemy import Connection, update
from stored import NOW, Stored, store_job

from smsdesk.core.errors import FileError
from smsdesk.core.job_looks import JobLook
from smsdesk.core.progress import Cancelled
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.desk.exports import COLUMNS, Sheet
from smsdesk.store.schema import jobs
from smsdesk.words import use_language
from smsdesk.words.waiting import wait_words

ONE, TWO = "+4917604069012", "+4917604069031"


def on_desk(folder: Path, act: Callable[[Desk], Awaitable[None]]) -> None:
    async def run() -> None:
        async with open_desk(folder / "workspace") as desk:
            await act(desk)

    asyncio.run(run())


def filled(connection: Connection) -> None:
    store_job(connection, "Autumn", [Stored(ONE, "=Ada"), Stored(TWO, status="TIMEOUT", reference="-7")])
    later = NOW + timedelta(days=1)
    store_job(connection, "Winter", [Stored(ONE, process_status="OPEN", status=None)], later)
    connection.execute(
        update(jobs).where(jobs.c.name == "Winter").values(final=False, delivered=0, waiting=1)
    )


def table(path: Path, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter=delimiter))


def test_jobs_as_they_are_listed(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await desk.context.write(filled)
        keys = await desk.reports.keys(JobLook(sort="name", descending=False))
        assert await desk.exports.write(tmp_path / "jobs.csv", "jobs", keys) == 2
        head, first, second = table(tmp_path / "jobs.csv")
        assert head[:3] == ["Job", "SMS", "Delivered"]
        assert [first[:4], second[:4]] == [["Autumn", "2", "2", "0"], ["Winter", "1", "0", "1"]]
        keys = await desk.reports.keys(JobLook(words="wint"))
        assert await desk.exports.write(tmp_path / "jobs.xlsx", "jobs", keys) == 1
        book = calamine.CalamineWorkbook.from_path(tmp_path / "jobs.xlsx")
        assert book.get_sheet_by_index(0).to_python()[1][:3] == ["Winter", 1, 0]

    on_desk(tmp_path, act)


def test_recipients_with_reasons_and_no_bare_pending(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await desk.context.write(filled)
        winter, autumn = await desk.jobs.lines()
        ids = [line.id for line in await desk.jobs.recipients(autumn.key)][::-1]
        ids += [line.id for line in await desk.jobs.recipients(winter.key)]
        assert await desk.exports.write(tmp_path / "r.csv", "recipients", ids) == 3
        head, timeout, ada, waits = table(tmp_path / "r.csv")
        assert [row[:4] for row in (timeout, ada)] == [
            [TWO, "", "'-7", "failed"],
            [ONE, "'=Ada", "", "delivered"],
        ]
        why = head.index("Why, and what next")
        assert timeout[why].startswith("The phone")
        assert waits[why] not in ("", "pending", "waiting")
        ids = (await desk.support.person(ONE)).messages
        assert await desk.exports.write(tmp_path / "p.csv", "person", ids) == 2
        assert [row[0] for row in table(tmp_path / "p.csv")] == ["Campaign", "Winter", "Autumn"]

    on_desk(tmp_path, act)


def test_very_many_are_written_beside_the_window_in_the_language_of_the_window(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        many = [Stored(f"+49176{at:08}", f"Nr {at}") for at in range(2_500)]
        await desk.context.write(store_job, "Many", many)
        (line,) = await desk.jobs.lines()
        ids = [row.id for row in await desk.jobs.recipients(line.key)]
        assert await desk.exports.write(tmp_path / "many.csv", "recipients", ids) == 2_500
        rows = table(tmp_path / "many.csv", ";")
        assert rows[0][0] == "Nummer"
        assert [row[1] for row in rows[1:]] == [one.name for one in many]

    use_language("de")
    on_desk(tmp_path, act)


@pytest.mark.parametrize("sheet", [*COLUMNS])
@pytest.mark.parametrize("tag", ["en", "de"])
def test_each_table_has_a_head_of_words(tmp_path: Path, sheet: Sheet, tag: str) -> None:
    async def act(desk: Desk) -> None:
        assert await desk.exports.write(tmp_path / "empty.csv", sheet, []) == 0
        (head,) = table(tmp_path / "empty.csv", ";" if tag == "de" else ",")
        assert len(set(head)) == len(head) == len(COLUMNS[sheet])
        assert not [words for words in head if "." in words]

    use_language(tag)
    on_desk(tmp_path, act)


def test_a_file_is_whole_or_stays_as_it_was(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        (tmp_path / "folder").mkdir()
        with pytest.raises(FileError):
            await desk.exports.write(tmp_path / "folder", "jobs", [])
        with pytest.raises(FileError):
            await desk.exports.write(tmp_path / "none" / "jobs.csv", "jobs", [])

    on_desk(tmp_path, act)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "workspace"]


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_what_is_called_off_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / name).write_text("old")

    async def act(desk: Desk) -> None:
        await desk.context.write(store_job, "Many", [Stored(f"+49176{at:08}") for at in range(5_000)])
        (line,) = await desk.jobs.lines()
        ids = [row.id for row in await desk.jobs.recipients(line.key)]
        told: list[tuple[int, int]] = []

        def stop(done: int, rows: int) -> None:
            told.append((done, rows))
            raise Cancelled

        with pytest.raises(Cancelled):
            await desk.exports.write(folder / name, "recipients", ids, stop)
        assert told[0][1] == 5_000

    on_desk(tmp_path, act)
    assert [path.name for path in folder.iterdir()] == [name]
    assert (folder / name).read_text() == "old"


def test_while_a_table_is_written_other_work_goes_on(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await desk.context.write(store_job, "Many", [Stored(f"+49176{at:08}") for at in range(5_000)])
        (line,) = await desk.jobs.lines()
        ids = [row.id for row in await desk.jobs.recipients(line.key)] * 200
        begun = asyncio.Event()
        writes = asyncio.create_task(
            desk.exports.write(tmp_path / "out.xlsx", "recipients", ids, lambda *_: begun.set())
        )
        await begun.wait()
        assert await desk.context.compute(1_000, len, ids) == len(ids)
        assert not writes.done()
        writes.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writes

    on_desk(tmp_path, act)
    assert [path.name for path in tmp_path.iterdir()] == ["workspace"]


def test_what_waits_says_why_by_the_request_of_its_job(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await desk.context.write(filled)
        winter, _ = await desk.jobs.lines()
        (row,) = await desk.jobs.recipients(winter.key)
        waits = await desk.reports.waits(row, 1)
        explained = waits.of(row, winter.asked_at, desk.now())
        assert explained is not None
        await desk.exports.write(tmp_path / "w.csv", "recipients", [row.id])
        head, cells = table(tmp_path / "w.csv")
        assert cells[head.index("Why, and what next")] == wait_words(explained, None, desk.now())

    on_desk(tmp_path, act)
