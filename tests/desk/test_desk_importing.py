"""The desk of the import: files and pastes beside what is known, called off, mended, remembered."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from planned import made_ready

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.errors import FileError, WorkLost
from smsdesk.core.progress import Cancelled, Progress
from smsdesk.core.recipients import Recipients
from smsdesk.desk.context import INLINE_ROWS, Context
from smsdesk.desk.importing import Importing, Wanted
from smsdesk.store import queueing
from smsdesk.store.workspace import Store
from smsdesk.words import use_language

NOW = datetime(2031, 3, 1, 9, tzinfo=UTC)
LARGE = INLINE_ROWS + 1
"""Rows enough for the worker process."""


def on_desk(folder: Path, act: Callable[[Importing, Context], Awaitable[None]]) -> None:
    async def scene() -> None:
        with Store.open(folder / "workspace") as store:
            context = Context(store, "host/1/a", now=lambda: NOW)
            try:
                await act(Importing(context), context)
            finally:
                await context.close()

    asyncio.run(scene())


def table(folder: Path, *numbers: str, header: str = "Name;Mobil") -> Path:
    path = folder / "list.csv"
    rows = [f"Person {n};{number}" for n, number in enumerate(numbers)]
    path.write_text("\r\n".join([header, *rows]) + "\r\n", "utf-8")
    return path


def many(folder: Path, rows: int) -> Path:
    return table(folder, *(f"0151{n:08}" for n in range(rows)))


def wanted(source: Path | str, **named: Any) -> Wanted:
    return Wanted(source, source.name if isinstance(source, Path) else "pasted", "DE", **named)


def campaign(*texts: tuple[str, list[str]]) -> Campaign:
    messages = tuple(Message("Hi", Recipients(dst, [""] * len(dst)), name) for name, dst in texts)
    return Campaign(CampaignId("1" * 32), "Autumn", "Main", messages)


def codes(problems: Any) -> list[tuple[int | None, str]]:
    return [(problem.where.row, problem.code) for problem in problems]


def test_a_file_is_read_mapped_and_judged(tmp_path: Path) -> None:
    async def act(importing: Importing, _: Context) -> None:
        found = await importing.read(wanted(table(tmp_path, "0176 04069012", "none")))
        assert found.recalled is None
        assert list(found.imported.recipients.dst) == ["+4917604069012"]
        assert codes(found.imported.problems) == [(2, "number_letters")]

    on_desk(tmp_path, act)


@pytest.mark.parametrize(
    "text",
    [
        "0176 04069012\n0176 04069031",
        "0176 04069012, 0176 04069031",
        "Name\tMobil\nA\t017604069012\nB\t017604069031",
    ],
)
def test_a_paste_is_read_as_rows(tmp_path: Path, text: str) -> None:
    async def act(importing: Importing, _: Context) -> None:
        found = await importing.read(wanted(text))
        assert list(found.imported.recipients.dst) == ["+4917604069012", "+4917604069031"]

    on_desk(tmp_path, act)


def test_what_is_known_is_told_apart(tmp_path: Path) -> None:
    numbers = [f"+4917604069{n:03}" for n in range(10, 14)]

    async def act(importing: Importing, context: Context) -> None:
        sent = replace(campaign(("", [numbers[2]])), id=CampaignId("2" * 32), name="Summer")
        ready = tuple(made_ready(sent))
        await context.write(queueing.commit, sent, ready, NOW)
        into = campaign(("English", [numbers[0]]), ("German", [numbers[1]]))
        want = wanted(table(tmp_path, *numbers), campaign=into)
        found = await importing.read(want)
        assert codes(found.imported.problems) == [(1, "duplicate_elsewhere"), (2, "duplicate_text")]
        assert found.imported.problems[1].values["text"] == "German"
        assert list(found.imported.recipients.dst) == numbers[2:]
        found = await importing.read(replace(want, recent_days=7))
        assert codes(found.imported.problems)[2:] == [(3, "duplicate_recent")]
        assert found.imported.problems[2].values["campaign"] == "Summer"
        other = await importing.read(replace(want, message=1))
        assert codes(other.imported.problems) == [(1, "duplicate_text"), (2, "duplicate_elsewhere")]

    on_desk(tmp_path, act)


def test_recipients_of_a_request_are_known_in_their_spelling(tmp_path: Path) -> None:
    async def act(importing: Importing, _: Context) -> None:
        into = campaign(("", ["004917604069012", "0176/04069031", "not a number"]))
        found = await importing.read(wanted(table(tmp_path, "+4917604069012", "017604069031"), campaign=into))
        assert [code for _, code in codes(found.imported.problems)] == ["duplicate_elsewhere"] * 2

    on_desk(tmp_path, act)


@pytest.mark.parametrize("rows", [3, LARGE])
def test_a_cell_is_mended_and_the_rows_judged_anew(tmp_path: Path, rows: int) -> None:
    async def act(importing: Importing, _: Context) -> None:
        want = wanted(table(tmp_path, *(f"0151{n:08}" for n in range(rows)), "0176O4069012"))
        found = (await importing.read(want)).imported
        assert codes(found.problems) == [(rows + 1, "number_lookalike")]
        mended = await importing.mend(found, rows + 1, "Mobil", "017604069012", want)
        assert not mended.problems
        assert mended.recipients.dst[rows] == "+4917604069012"
        twice = await importing.mend(mended, rows + 1, "Mobil", "015100000001", want)
        assert codes(twice.problems) == [(rows + 1, "duplicate")]

    on_desk(tmp_path, act)


def test_another_mapping_or_region_judges_anew(tmp_path: Path) -> None:
    async def act(importing: Importing, _: Context) -> None:
        want = wanted(table(tmp_path, "0664 1234567"))
        found = (await importing.read(want)).imported
        again = await importing.again(found, found.mapping, "AT", want)
        assert list(again.recipients.dst) == ["+436641234567"]
        assert again.sheet is found.sheet
        none = await importing.again(found, {"dst": "Name"}, "AT", want)
        assert none.counts.invalid == 1

    on_desk(tmp_path, act)


def test_the_next_table_of_that_shape_is_mapped_as_the_last(tmp_path: Path) -> None:
    async def act(importing: Importing, _: Context) -> None:
        want = wanted(table(tmp_path, "0176 04069012"))
        found = (await importing.read(want)).imported
        mapping = {"dst": "Mobil", "reference": "Name"}
        await importing.took(await importing.again(found, mapping, "DE", want))
        recalled = (await importing.read(want)).recalled
        assert recalled is not None
        assert (recalled.mapping, recalled.layout.name) == (mapping, "list.csv")

    on_desk(tmp_path, act)


def test_a_table_without_a_header_is_not_remembered(tmp_path: Path) -> None:
    async def act(importing: Importing, _: Context) -> None:
        want = wanted("A\t017604069012\nB\t017604069031")
        await importing.took((await importing.read(want)).imported)
        assert (await importing.read(want)).recalled is None

    on_desk(tmp_path, act)


@pytest.mark.parametrize("bad", [2, LARGE])
@pytest.mark.parametrize("name", ["rest.csv", "rest.xlsx"])
def test_the_rest_is_saved_in_the_language_in_use(tmp_path: Path, bad: int, name: str) -> None:
    use_language("de")

    async def act(importing: Importing, _: Context) -> None:
        want = wanted(table(tmp_path, "017604069012", "0431 5550104", *["0176O4069012"] * bad))
        found = (await importing.read(want)).imported
        assert await importing.save_rest(tmp_path / name, found, True) == bad
        assert await importing.save_rest(tmp_path / name, found, False) == bad + 1
        again = (await importing.read(wanted(tmp_path / name))).imported
        assert (again.counts.doubtful, again.counts.invalid) == (1, bad)
        assert again.sheet.frame.row(-1)[-2].startswith("Sie enthält einen Buchstaben")

    on_desk(tmp_path, act)


@pytest.mark.parametrize("bad", [2, LARGE])
def test_a_rest_without_room_leaves_the_older_file(tmp_path: Path, bad: int) -> None:
    async def act(importing: Importing, _: Context) -> None:
        found = (await importing.read(wanted(table(tmp_path, *["x"] * bad)))).imported
        (tmp_path / "rest.csv").mkdir()
        with pytest.raises(FileError):
            await importing.save_rest(tmp_path / "rest.csv", found, False)
        with pytest.raises(FileError) as error:
            await importing.save_rest(tmp_path / "nowhere" / "rest.xlsx", found, False)
        assert error.value.values["name"] == "rest.xlsx"

    on_desk(tmp_path, act)
    assert {path.name for path in tmp_path.iterdir()} == {"list.csv", "rest.csv", "workspace"}


def test_a_cancelled_import_leaves_the_next_its_turn(tmp_path: Path) -> None:
    async def act(importing: Importing, _: Context) -> None:
        begun = asyncio.Event()
        large = wanted(many(tmp_path, 200_000))
        first = asyncio.create_task(importing.read(large, lambda _done, _rows: begun.set()))
        await begun.wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        found = await importing.read(wanted(many(tmp_path, LARGE)))
        assert found.imported.counts.valid == LARGE

    on_desk(tmp_path, act)


def test_the_worker_gives_the_same_answer_and_tells_how_far_it_is(tmp_path: Path) -> None:
    async def act(importing: Importing, _: Context) -> None:
        told: list[tuple[int, int]] = []
        found = await importing.read(
            wanted(many(tmp_path, 50_000)), lambda done, rows: told.append((done, rows))
        )
        assert found.imported.counts.valid == len(found.imported.recipients) == 50_000
        assert found.imported.recipients.dst[49_999] == "+4915100049999"
        assert all(done <= rows or not rows for done, rows in told)

    on_desk(tmp_path, act)


def test_errors_of_the_worker_are_those_of_the_verb(tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes(LARGE * 60))

    async def act(importing: Importing, _: Context) -> None:
        with pytest.raises(FileError) as error:
            await importing.read(wanted(path))
        assert error.value.values == {"name": "broken.xlsx", "reason": "broken_workbook"}

    on_desk(tmp_path, act)


# -- the worker ------------------------------------------------------------------------------------


def endless(progress: Progress) -> None:
    rows = 0
    while True:
        rows += 1
        progress(rows, 0)


def deaf() -> None:
    while True:
        pass


def dying() -> None:
    os._exit(9)


def pid() -> int:
    return os.getpid()


async def _begun(context: Context) -> "asyncio.Task[None]":
    begun = asyncio.Event()
    job = asyncio.create_task(context.compute(LARGE, endless, progress=lambda _done, _rows: begun.set()))
    await begun.wait()
    return job


def test_a_cancelled_job_stops_in_the_worker_which_goes_on(tmp_path: Path) -> None:
    async def act(_: Importing, context: Context) -> None:
        worker = await context.compute(LARGE, pid)
        job = await _begun(context)
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        assert await context.compute(LARGE, pid) == worker

    on_desk(tmp_path, act)


def test_who_is_told_may_call_the_work_off(tmp_path: Path) -> None:
    def enough(_done: int, _rows: int) -> None:
        raise Cancelled

    async def act(_: Importing, context: Context) -> None:
        with pytest.raises(Cancelled):
            await context.compute(LARGE, endless, progress=enough)

    on_desk(tmp_path, act)


def test_a_job_that_does_not_listen_is_ended_with_its_process(tmp_path: Path) -> None:
    async def act(_: Importing, context: Context) -> None:
        worker = await context.compute(LARGE, pid)
        job = asyncio.create_task(context.compute(LARGE, deaf))
        await asyncio.sleep(0)
        job.cancel()
        other = asyncio.create_task(context.compute(LARGE, deaf))
        await asyncio.sleep(0)
        other.cancel()
        async with asyncio.timeout(600):
            assert await context.compute(LARGE, pid) != worker

    on_desk(tmp_path, act)


def test_a_worker_that_dies_is_replaced_and_said(tmp_path: Path) -> None:
    async def act(_: Importing, context: Context) -> None:
        with pytest.raises(WorkLost):
            await context.compute(LARGE, dying)
        assert await context.compute(LARGE, pid) != os.getpid()

    on_desk(tmp_path, act)


def test_leaving_ends_what_is_under_way(tmp_path: Path) -> None:
    async def act(_: Importing, context: Context) -> None:
        context.tasks.start("import", context.compute(LARGE, deaf))
        await asyncio.sleep(0)

    on_desk(tmp_path, act)
