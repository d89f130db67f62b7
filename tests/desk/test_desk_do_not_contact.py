"""Do not contact on the real sandbox: nobody on the list is written to, and each suppression is told."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from near import Near

from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.errors import InputError
from smsdesk.core.outbox import Entry, EntryState
from smsdesk.core.recipients import Recipients
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.desk.do_not_contact import read_typed
from smsdesk.desk.importing import Wanted
from smsdesk.store import jobs, leases, outbox, schema

ACCOUNT = "Try-out"
ONE, TWO, THREE = "+4917604069012", "+4917604069031", "+4917604069005"
TABLE = "Nummer;Grund\n0176 04069012;Umzug\n+49 176 04069031;\n0431 5550104;privat\nkeine;x\n017604069012;y\n"


def on_desk(folder: Path, act: Callable[[Desk, Near], Awaitable[None]]) -> None:
    """Runs an act on a fresh desk with a sandbox of its own."""

    async def scene() -> None:
        async with open_desk(folder / "workspace", Near.start) as desk:
            await desk.accounts.try_out()
            box = desk.accounts.sandbox
            assert isinstance(box, Near)
            await act(desk, box)

    asyncio.run(scene())


async def drafted(desk: Desk, people: Sequence[str], text: str = "Hello {name}") -> Campaign:
    draft = await desk.campaigns.create("Autumn", ACCOUNT)
    names = {"name": [f"Ada {n}" for n in range(len(people))]}
    rows = Recipients(list(people), [f"R{n}" for n in range(len(people))], names)
    return draft.campaign.with_message(0, Message(text, rows))


async def queued(desk: Desk, people: Sequence[str]) -> Entry:
    await desk.outbox.queue(await drafted(desk, people))
    return await entry(desk)


async def entry(desk: Desk) -> Entry:
    return (await desk.outbox.entries())[0]


async def codes(desk: Desk) -> list[str]:
    return [step.code for step in await desk.outbox.steps((await entry(desk)).id)]


async def received(box: Near) -> list[str]:
    return sorted(message["dst"] for message in await box.messages())


async def told(desk: Desk, number: str) -> tuple[str, str | None, str | None, bool]:
    (line,) = (await desk.support.find(number)).lines
    return line.outcome, line.status, line.reason, line.listed_at is not None


def test_who_is_on_the_list_is_not_even_queued(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near) -> None:
        await desk.do_not_contact.add([TWO], "asked  by\nletter")
        made = await queued(desk, [ONE, "0176 0406 9031", THREE])
        assert made.sms_count == 2
        await desk.outbox.drain(ACCOUNT)
        assert await received(box) == sorted([ONE, THREE])
        assert await codes(desk) == ["queued", "left_out", "sending", "accepted"]
        assert await told(desk, "4069031") == ("cancelled", "DO_NOT_CONTACT", "asked by letter", True)
        (line,) = await desk.jobs.lines()
        assert (line.sms_count, line.waiting, line.cancelled) == (3, 2, 1)

    on_desk(tmp_path, act)


def test_who_comes_onto_the_list_after_queueing_is_taken_out_before_the_post(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near) -> None:
        before = await queued(desk, [ONE, "004917604069031", THREE])
        body = await desk.context.read(outbox.body, before.id)
        await desk.do_not_contact.add([TWO], "by telephone")
        await desk.outbox.drain(ACCOUNT)
        after = await entry(desk)
        assert (after.state, after.mark, after.sms_count) == (EntryState.ACCEPTED, before.mark, 2)
        sent = await desk.context.read(outbox.body, before.id)
        assert b"69031" in body and b"69031" not in sent and before.mark.encode() in sent
        assert await received(box) == sorted([ONE, THREE])
        assert await codes(desk) == ["queued", "left_out", "sending", "accepted"]
        steps = await desk.outbox.steps(after.id)
        assert steps[1].values == {"n": 1}
        assert await told(desk, "4069031") == ("cancelled", "DO_NOT_CONTACT", "by telephone", True)

    on_desk(tmp_path, act)


def test_the_figures_of_a_job_add_up_before_and_after_its_reports(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near) -> None:
        await desk.do_not_contact.add([ONE], "")
        await queued(desk, [ONE, TWO, THREE, "+4917604069013"])
        await desk.do_not_contact.add([TWO], "")
        await desk.outbox.drain(ACCOUNT)
        (line,) = await desk.jobs.lines()
        assert (line.sms_count, line.waiting, line.cancelled, line.final) == (4, 2, 2, False)
        await box.advance(4 * 24 * 3600)
        await desk.jobs.ask_due()
        (line,) = await desk.jobs.lines()
        ended = line.delivered + line.failed + line.unknown
        assert (line.sms_count, line.waiting, line.cancelled, ended, line.final) == (4, 0, 2, 2, True)
        rows = await desk.context.read(jobs.recipients, line.key)
        assert sorted(row.dst for row in rows if row.listed_at) == sorted([ONE, TWO])

    on_desk(tmp_path, act)


def test_a_job_with_nobody_left_is_not_posted_and_the_next_one_is(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near) -> None:
        await queued(desk, [ONE, "0176/04069031"])
        await queued(desk, [THREE])
        await desk.do_not_contact.add([ONE, TWO], "both")
        await desk.outbox.drain(ACCOUNT)
        second, first = await desk.outbox.entries()
        assert (first.state, first.reason, first.sms_count, first.tries) == (
            EntryState.CANCELLED,
            "do_not_contact",
            0,
            0,
        )
        assert second.state is EntryState.ACCEPTED
        assert await received(box) == [THREE]
        assert [s.code for s in await desk.outbox.steps(first.id)] == ["queued", "left_out", "nobody_left"]
        await desk.outbox.send_again(first.id)
        await desk.outbox.drain(ACCOUNT)
        assert await received(box) == [THREE]
        assert await told(desk, "4069012") == ("cancelled", "DO_NOT_CONTACT", "both", True)
        assert await desk.outbox.progress(first.campaign_id) == 0

    on_desk(tmp_path, act)


def test_an_uncertain_job_that_is_sent_again_keeps_its_mark_and_heeds_the_list(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near) -> None:
        before = await queued(desk, [ONE, TWO])
        await box.fault("post", "reset")
        await desk.outbox.drain(ACCOUNT)
        assert (await entry(desk)).state is EntryState.UNCERTAIN
        await desk.do_not_contact.add([TWO], "")
        (left,) = await desk.outbox.look_up(ACCOUNT)
        await desk.outbox.send_again(left.id)
        await desk.outbox.drain(ACCOUNT)
        after = await entry(desk)
        assert (after.state, after.mark, after.tries) == (EntryState.ACCEPTED, before.mark, 2)
        assert await received(box) == [ONE]

    on_desk(tmp_path, act)


async def taken(desk: Desk, owner: str, without: Callable[[bytes, frozenset[str]], bytes]) -> None:
    """Another sender of that name takes the next entry."""
    write, now = desk.context.write, desk.now()
    lease = await write(leases.acquire, f"send:{ACCOUNT}", owner, now, timedelta(0))
    assert lease and await write(outbox.take, ACCOUNT, now, lease, without)


def test_what_the_service_says_goes_before_what_we_meant(tmp_path: Path) -> None:
    """The first POST had arrived: who was left out of the second is reported as sent."""

    async def act(desk: Desk, box: Near) -> None:
        await queued(desk, [ONE, TWO])
        await box.fault("post", "lost_answer")
        await desk.outbox.drain(ACCOUNT)
        uncertain = await entry(desk)
        await desk.do_not_contact.add([TWO], "")
        await desk.outbox.send_again(uncertain.id)
        await taken(desk, "somebody who died", _same)
        await desk.context.write(outbox.abandon, desk.now(), desk.context.owner)
        assert await told(desk, "4069031") == ("cancelled", "DO_NOT_CONTACT", "", True)
        assert await desk.outbox.look_up(ACCOUNT) == ()
        await box.advance(4 * 24 * 3600)
        await desk.jobs.ask_due()
        (line,) = (await desk.support.find("4069031")).lines
        assert (line.outcome != "cancelled", line.listed_at) == (True, None)
        assert await received(box) == sorted([ONE, TWO])

    on_desk(tmp_path, act)


def _same(body: bytes, _numbers: frozenset[str]) -> bytes:
    return body


def test_a_list_that_changes_while_a_campaign_is_planned_is_seen_when_it_is_queued(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near) -> None:
        campaign, context = await drafted(desk, [ONE, TWO]), desk.context
        names = [ACCOUNT]
        assert await desk.outbox._queued_by([TWO], campaign, names) is None
        await desk.do_not_contact.add([ONE], "")
        assert await desk.outbox._queued_by([], campaign, names) is None
        assert await context.read(lambda c: c.execute(schema.outbox.select()).all()) == []
        (queued_entry,) = await desk.outbox.queue(campaign)
        assert (await entry(desk)).sms_count == 1
        assert await desk.outbox.queue(campaign) == (queued_entry,)

    on_desk(tmp_path, act)


def test_a_campaign_with_nobody_left_is_refused(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near) -> None:
        await desk.do_not_contact.add([ONE], "")
        with pytest.raises(InputError):
            await desk.outbox.queue(await drafted(desk, ["0176 04069012"]))
        assert await desk.outbox.entries() == ()

    on_desk(tmp_path, act)


def test_the_composer_shows_what_is_sent(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near) -> None:
        await desk.do_not_contact.add([TWO], "")
        opened = await desk.campaigns.adopt(await drafted(desk, [ONE, TWO]))
        assert opened.review is not None
        assert (opened.review.totals.sms, opened.review.left_out) == (1, 1)
        (planned,) = await opened.planned()
        assert (planned.totals.sms, planned.share.sms_count) == (1, 1)

    on_desk(tmp_path, act)


def test_a_sent_campaign_shows_what_was_sent_whatever_the_list_says_later(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near) -> None:
        await desk.do_not_contact.add([ONE], "")
        opened = await desk.campaigns.adopt(await drafted(desk, [ONE, "0176/04069031", THREE]))
        await opened.send(desk.outbox)
        await desk.do_not_contact.add([TWO], "")
        await desk.outbox.drain(ACCOUNT)
        await desk.do_not_contact.add([THREE], "")
        await desk.do_not_contact.remove([ONE])
        later = await desk.campaigns.open(opened.campaign.id)
        assert later.review is not None
        assert (later.review.totals.sms, later.review.listed) == (1, ((0, 1),))

    on_desk(tmp_path, act)


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_what_is_exported_can_be_imported(tmp_path: Path, name: str) -> None:
    async def act(desk: Desk, box: Near) -> None:
        listing, reasons = desk.do_not_contact, ["=1+1", 'Umzug; "neu"', "", "日本 😀"]
        numbers = [ONE, TWO, THREE, "+494315550104"]
        for one, reason in zip(numbers, reasons, strict=True):
            await listing.add([one], reason)
        file = tmp_path / name
        assert await desk.exports.write(file, "do_not_contact", numbers) == 4
        await listing.remove(numbers)
        read = await desk.importing.read(Wanted(file, name, "DE"))
        assert set(await listing.add_table(read.imported, "", name)) == set(numbers)
        rows = await listing.rows(numbers)
        assert [rows[one].reason for one in numbers] == reasons

    on_desk(tmp_path, act)


def test_added_removed_found_and_taken_back(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near) -> None:
        listing = desk.do_not_contact
        typed = read_typed("0176 04069012, 0043 664 12345678\n0176O4069012; +4917604069012\n\n", "DE")
        assert typed.numbers == (ONE, "+4366412345678")
        (wrong,) = typed.problems
        assert (wrong.where.line, wrong.where.value) == (2, "0176O4069012")
        assert await listing.add(typed.numbers, "Wants no mail") == typed.numbers
        assert await listing.add([ONE, THREE], "Later") == (THREE,)
        assert await listing.count() == 3
        for words in ("0176/0406 9012", "+49 (0)176 04069012", "4069012", "004917604069012"):
            assert await listing.find(words) == (ONE,)
        assert set(await listing.find("wants NO")) == set(typed.numbers)
        assert await listing.find("", "number", descending=False) == ("+4366412345678", THREE, ONE)
        (gone,) = await listing.remove([ONE, "+4900"])
        assert (gone.number, gone.reason, gone.source) == (ONE, "Wants no mail", "")
        assert await listing.count() == 2
        await listing.put_back([gone])
        assert (await listing.rows([ONE]))[ONE] == gone

    on_desk(tmp_path, act)


def test_a_table_of_numbers_and_reasons(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near) -> None:
        await desk.do_not_contact.add([TWO], "before")
        read = await desk.importing.read(Wanted(TABLE, "opt-out.csv", "DE"))
        counts = read.imported.counts
        assert (counts.valid, counts.doubtful, counts.invalid) == (1, 1, 1)
        assert (counts.do_not_contact, counts.duplicates) == (1, 1)
        new = await desk.do_not_contact.add_table(read.imported, "opted out", "opt-out.csv")
        assert set(new) == {ONE, "+494315550104"}
        rows = await desk.do_not_contact.rows([ONE, TWO, "+494315550104"])
        assert {n: (r.reason, r.source) for n, r in rows.items()} == {
            ONE: ("Umzug", "opt-out.csv"),
            TWO: ("before", ""),
            "+494315550104": ("privat", "opt-out.csv"),
        }

    on_desk(tmp_path, act)


def test_bytes_without_somebody_are_those_that_were_never_with_them(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near) -> None:
        made = await queued(desk, [ONE, TWO])
        await desk.do_not_contact.add([TWO], "")
        await taken(desk, "me", _without)
        row = await desk.context.read(lambda c: c.execute(schema.outbox.select()).one())
        assert hashlib.sha256(await desk.outbox.body(made.id)).digest() == row.body_hash
        assert row.mark == made.mark

    def _without(body: bytes, numbers: frozenset[str]) -> bytes:
        from smsdesk.api.wire import decode_job, encode_job
        from smsdesk.desk.sending import without

        reduced = without(body, numbers)
        request = decode_job(reduced)
        assert [p.dst for m in request.messages for p in m.recipients] == [ONE]
        assert encode_job(request) == reduced
        return reduced

    on_desk(tmp_path, act)
