"""The log of acts: every verb that a person causes is in it, with who, when and what, and no more."""

import asyncio
import csv
import getpass
import io
import json
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from near import Near
from sqlalchemy import Connection, select

from smsdesk.core.account import Account
from smsdesk.core.acts import VALUES, Act, ActId, What
from smsdesk.core.campaign import Message
from smsdesk.core.handing import Handing
from smsdesk.core.lists import Source
from smsdesk.core.outbox import EntryState
from smsdesk.core.recipients import Recipients
from smsdesk.desk.acts import COLUMNS, act_words, who
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.store import schema
from smsdesk.words import full_time, has, use_language

MAIN = Account("Main", "http://127.0.0.1:9/rest/v1", ("http://127.0.0.1:9/rest/v1",), "ada")
PEOPLE = ("+4917604069012", "+4917604069031")
PASSWORD = "correct horse"
MOMENT = datetime(2031, 3, 1, 9, tzinfo=UTC)


def on_desk(folder: Path, act: Callable[[Desk], Awaitable[None]]) -> None:
    async def scene() -> None:
        async with open_desk(folder / "workspace", Near.start) as desk:
            await act(desk)

    asyncio.run(scene())


async def queued(desk: Desk, name: str, how: Handing, account: str = "Main") -> Any:
    draft = await desk.campaigns.create(name, account)
    people = Recipients(PEOPLE, [""] * len(PEOPLE))
    return await desk.outbox.queue(draft.campaign.with_message(0, Message("Hello", people)), how)


async def told(desk: Desk) -> list[What | str]:
    return [act.what for act in await desk.acts.every()]


def test_what_a_person_does_is_written_down_with_who_and_when(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        begun = desk.now()
        await desk.accounts.save(MAIN, PASSWORD)
        await desk.do_not_contact.add(["+436601234567"], "asked")
        (removed,) = await desk.do_not_contact.remove(["+436601234567"])
        await desk.do_not_contact.put_back([removed])
        template = await desk.templates.save("Greeting", "Hello {Name}")
        await desk.templates.remove(template.id)
        await desk.templates.restore(template.id)
        line = await desk.lists.save("North", Recipients(PEOPLE, ["", ""]), Source("file"))
        await desk.lists.delete(line.id)
        await desk.lists.restore(line.id)
        (entry,) = await queued(desk, "Autumn", Handing(undo=timedelta(minutes=10)))
        await desk.outbox.pause()
        await desk.outbox.resume()
        await desk.outbox.pause("Main")
        await desk.outbox.send_now((entry,))
        await desk.outbox.hold((entry,))
        at = desk.now() + timedelta(hours=1)
        await desk.outbox.missed((entry,), at)
        await desk.outbox.cancel((entry,))
        await desk.outbox.release("Main")
        await desk.accounts.remove("Main")
        assert await told(desk) == [
            What.ACCOUNT_SAVED,
            What.LISTED,
            What.UNLISTED,
            What.LISTED,
            What.TEMPLATE_REMOVED,
            What.TEMPLATE_RESTORED,
            What.LIST_REMOVED,
            What.LIST_RESTORED,
            What.QUEUED,
            What.PAUSED,
            What.RESUMED,
            What.PAUSED,
            What.SENT_NOW,
            What.HELD,
            What.MOVED,
            What.CANCELLED,
            What.RELEASED,
            What.ACCOUNT_REMOVED,
        ]
        (moved,) = [one for one in await desk.acts.every() if one.what is What.MOVED]
        assert moved.values["at"] == at.isoformat()
        assert full_time(at) in act_words(moved)
        for one in await desk.acts.every():
            assert one.who == f"{getpass.getuser()}@{socket.gethostname()}"
            assert begun <= one.at <= desk.now()

    on_desk(tmp_path, act)


def _rows(connection: Connection) -> str:
    return repr(connection.execute(select(schema.acts)).all())


def test_no_number_no_text_and_no_password_gets_into_it(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await desk.accounts.save(MAIN, PASSWORD)
        await desk.do_not_contact.add(PEOPLE[:1], "she wrote to us")
        await queued(desk, "Autumn", Handing(key="secret key"))
        written = await desk.context.read(_rows)
        for private in (*PEOPLE, PASSWORD, "Hello", "she wrote", "ada'", "secret key"):
            assert private not in written

    on_desk(tmp_path, act)


def test_what_is_not_done_is_not_told(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await desk.accounts.save(MAIN, PASSWORD)
        (entry,) = await queued(desk, "Autumn", Handing(key="daily"))
        assert await queued(desk, "Winter", Handing(key="daily")) == (entry,)
        await desk.do_not_contact.add([], "nobody")
        await desk.do_not_contact.remove(["+436601234567"])
        await desk.outbox.send_now((entry,))
        await desk.outbox.send_again(entry)
        await desk.outbox.retry(entry)
        assert await told(desk) == [What.ACCOUNT_SAVED, What.QUEUED]

    on_desk(tmp_path, act)


def test_sending_again_and_leaving_what_is_uncertain_are_told(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        account = (await desk.accounts.try_out()).name
        box = desk.accounts.sandbox
        assert isinstance(box, Near)
        assert await told(desk) == []
        for fault in (("reset", 0), ("status", 400)):
            await box.fault("post", *fault)
            (entry,) = await queued(desk, "Autumn", Handing(), account)
            await desk.outbox.drain(account)
            state = next(e.state for e in await desk.outbox.entries() if e.id == entry)
            await (desk.outbox.retry if state is EntryState.REFUSED else desk.outbox.send_again)(entry)
            await box.fault("post", "reset")
            await desk.outbox.drain(account)
            await desk.outbox.leave(entry)
        assert await told(desk) == [
            What.QUEUED,
            What.SENT_AGAIN,
            What.LEFT,
            What.QUEUED,
            What.RETRIED,
            What.LEFT,
        ]

    on_desk(tmp_path, act)


def test_what_is_withdrawn_is_told_by_how_many_it_reaches(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await desk.accounts.save(MAIN, PASSWORD)
        (entry,) = await queued(desk, "Autumn", Handing(undo=timedelta(minutes=10)))
        (found,) = await desk.outbox.entries()
        assert found.id == entry
        assert await desk.outbox.withdraw(found.campaign_id)
        assert await desk.outbox.withdraw(found.campaign_id) is None
        told = [(one.what, dict(one.values)) for one in (await desk.acts.every())[2:]]
        assert told == [(What.WITHDRAWN, {"campaign": "Autumn", "account": "Main", "n": 2})]

    on_desk(tmp_path, act)


def test_the_log_is_exported(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await desk.accounts.save(MAIN, PASSWORD)
        await queued(desk, "=1+1", Handing())
        for name in ("log.csv", "log.json", "log.xlsx"):
            assert await desk.acts.export(tmp_path / name) == 2
        text = (tmp_path / "log.csv").read_text("utf-8-sig")
        head, first, second = csv.reader(io.StringIO(text))
        assert (head, len(head)) == (["When", "Who", "What"], len(COLUMNS))
        assert first[1:] == [who(), "Saved the account Main."]
        assert second[2] == "Handed “=1+1” over to the outbox of Main: 1 job, 2 SMS."
        saved, handed = json.loads((tmp_path / "log.json").read_bytes())
        assert (saved["what"], saved["values"]) == ("account_saved", {"account": "Main"})
        assert (handed["words"], handed["values"]["sms"]) == (second[2], 2)
        assert (tmp_path / "log.xlsx").read_bytes().startswith(b"PK")

    on_desk(tmp_path, act)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("what", What, ids=lambda what: what.value)
def test_every_act_has_a_sentence(what: What, language: str) -> None:
    use_language(language)
    values = dict.fromkeys(VALUES[what], "Main") | {name: 2 for name in ("n", "sms") if name in VALUES[what]}
    values |= {name: MOMENT.isoformat() for name in ("at", "made") if name in VALUES[what]}
    act = Act(ActId(1), MOMENT, "ada", what, values)
    for one in (act, replace(act, values=values | ({"n": 1} if "n" in values else {}))):
        words = act_words(one)
        assert words.endswith(".") and "…" not in words and "{" not in words and "act." not in words
    if values.keys() == {"account"} and has(f"act.{what.value}.every"):
        assert act_words(replace(act, values={"account": ""})) != act_words(act)


def test_an_act_of_a_newer_program_is_shown_by_its_name() -> None:
    assert act_words(Act(ActId(1), MOMENT, "ada", "flown", {})) == "flown"
    assert act_words(Act(ActId(1), MOMENT, "ada", What.PAUSED, {"when": "now"})) == "paused"


def test_an_older_program_did_not_write_the_new_time_down() -> None:
    values = {"campaign": "Autumn", "account": "Main", "jobs": "1", "n": 1, "sms": 3}
    words = act_words(Act(ActId(1), MOMENT, "ada", What.MOVED, values))
    assert words == "Gave a job of “Autumn” another time: job 1, 3 SMS."
