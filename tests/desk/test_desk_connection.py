"""With one data centre down the account is not fine because the other one answers."""

import asyncio
from datetime import timedelta
from pathlib import Path

from near import Near
from turning import ACCOUNT, Scene

from smsdesk.core.errors import NoConnection, Refused
from smsdesk.desk.desk import open_desk

DOWN = 2


def test_a_data_centre_that_is_down_stays_so_while_the_other_answers(tmp_path: Path) -> None:
    async def act() -> None:
        async def start() -> Near:
            return await Near.start(data_centres=2, rate=100_000)

        async with open_desk(tmp_path / "workspace", start) as desk:
            await desk.accounts.try_out()
            box, accounts = desk.accounts.sandbox, desk.accounts
            assert isinstance(box, Near)
            scene = Scene(desk, box, tmp_path / "workspace")
            while set(await accounts.jobs_at(ACCOUNT)) != set(box.report_urls):
                await desk.outbox.queue(await scene.draft())
                await desk.outbox.drain(ACCOUNT)
                scene.turn(seconds=15)
                await desk.jobs.ask_due()
            assert accounts.silent(ACCOUNT) == {}
            await box.fault_rate("every", "down", 1.0, DOWN)
            scene.turn(seconds=20)
            began = scene.now()
            for _ in range(5):
                await desk.jobs.ask_due()
                scene.turn(seconds=15)
            (silent,) = accounts.silent(ACCOUNT).items()
            assert silent[0] == box.report_urls[DOWN - 1]
            assert 0 <= (silent[1].since - began).total_seconds() < 20, "since the first time, not the last"
            assert silent[1].at > silent[1].since
            assert accounts.contacts[ACCOUNT].error is None, "the account itself answers"
            await box.fault_rate("every", "down", 0, DOWN)
            while accounts.silent(ACCOUNT):
                scene.turn(seconds=120)
                await desk.jobs.ask_due()
            assert scene.now() - silent[1].at < timedelta(minutes=20)

    asyncio.run(act())


def test_where_no_data_centre_answers_or_the_account_is_refused_it_is_the_account(tmp_path: Path) -> None:
    async def act() -> None:
        async with open_desk(tmp_path / "workspace") as desk:
            heard, contacts = desk.accounts.heard, desk.accounts.contacts
            gone = NoConnection(host="de1")
            heard("Shop", gone, "https://de1")
            assert contacts["Shop"].error is gone, "nothing else is known to answer"
            heard("Shop", None, "https://de2")
            assert contacts["Shop"].error is None
            assert [*desk.accounts.silent("Shop")] == ["https://de1"]
            refused = Refused(host="de2", status=401)
            heard("Shop", refused, "https://de1")
            assert contacts["Shop"].error is refused, "the same name and password are asked for everywhere"

    asyncio.run(act())
