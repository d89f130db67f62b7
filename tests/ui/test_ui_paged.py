"""Rows that are fetched as they come into sight, and many jobs on the page of jobs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from alone import alone
from screens import Play, Scene
from sqlalchemy import Connection, insert

from smsdesk.store.schema import jobs as table
from smsdesk.ui.jobs import Jobs
from smsdesk.ui.paged import AROUND, Paged

play = pytest.fixture(alone)
NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
MANY = 20_000


def test_only_what_is_around_the_sight_is_missing_and_what_changed_is_told() -> None:
    wanted: list[int] = []
    rows = Paged(range(1000, 2000), lambda key: f"blank {key}", wanted.append)
    assert (len(rows), rows[5], wanted) == (1000, "blank 1005", [5])
    missing = rows.missing(range(500, 520))
    assert missing == [*range(1500 - AROUND, 1520 + AROUND)]
    assert rows.take((key, f"row {key}") for key in missing) == []
    assert rows.missing(range(500, 520)) == []
    assert rows[505] == "row 1505"
    assert rows.take([(1505, "row 1505"), (1506, "other")]) == [506]
    assert rows.known([1, 1505, 1999]) == [1505]
    assert (rows.place_of(1999), rows.place_of(3)) == (999, None)


class Sought(list[int]):
    """Keys that count how often one is sought among all."""

    times = 0

    def index(self, *args: Any) -> int:
        self.times += 1
        return super().index(*args)


def test_where_a_row_stands_is_sought_once_at_most() -> None:
    keys = Sought(range(1000, 2000))
    rows = Paged(keys, str, str)
    rows.take((key, str(key)) for key in rows.missing(range(500, 520)))
    assert rows.take((key, "other") for key in (1500, 1519)) == [500, 519]
    assert keys.times == 0, "it is known of what came into sight"
    assert [rows.place_of(key) for key in (1999, 1999, 7, 7)] == [999, 999, None, None]
    assert keys.times == 2


def written(connection: Connection) -> None:
    rows = [
        {
            "job_id": f"J.{at:040}",
            "name": f"Job {at}",
            "account": "Shop",
            "accepted_at": NOW + timedelta(seconds=at),
            "final": True,
            "sms_count": at,
            "delivered": at,
        }
        for at in range(MANY)
    ]
    connection.execute(insert(table), rows)


def test_of_many_jobs_those_in_sight_are_read(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.context.write(written)
        page = await scene.show(Jobs(scene.desk))
        rows = page.table.rows
        assert rows.rowCount() == MANY
        assert rows.row_at(0).name == f"Job {MANY - 1}"
        page.table.scrollTo(rows.index(MANY // 2, 0))
        for _ in range(3):
            page.table.viewport().repaint()
            await scene.settled()
        assert rows.row_at(MANY // 2).name == f"Job {MANY // 2 - 1}"
        assert len(page._paged()._known) < 1000
        page.table.sort_wanted.emit("delivered", False)
        await scene.settled()
        assert page.table.rows.key_at(0) == 1
        page.words.setText("Job 1234")
        page._look_on()
        await scene.settled()
        assert page.table.rows.rowCount() == 11

    play(act)
