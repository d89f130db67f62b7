"""Watching on the real sandbox: every fate, data centres that go and come back, reports out of order."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from near import Near
from sqlalchemy import select, update
from turning import ACCOUNT, Scene, on_scene

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Message
from smsdesk.core.errors import WorkspaceFull
from smsdesk.core.handing import Handing
from smsdesk.core.options import Options
from smsdesk.core.polling import MANY, WINDOW
from smsdesk.core.recipients import Recipients
from smsdesk.core.request import JobId
from smsdesk.core.status import meaning
from smsdesk.desk.changes import Change, Topic
from smsdesk.desk.context import utc_now
from smsdesk.desk.desk import Desk
from smsdesk.desk.polling import AT_ONCE, LEASE
from smsdesk.desk.tasks import Notice
from smsdesk.store import schema
from smsdesk.store.jobs import JobLine, SmsLine
from smsdesk.words.waiting import wait_words

EVERYONE = [f"+49176040690{ending:02}" for ending in range(100)]
"""Every fate that the sandbox has."""
DOWN = 2
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FINAL, UNKNOWN = 3, 2.5


class Watch(Scene):
    """A scene whose two clocks go together, and what a screen would have shown meanwhile."""

    def __init__(self, desk: Desk, box: Near, folder: Path) -> None:
        super().__init__(desk, box, folder)
        self.told: list[Change] = []
        self.desk.changes.listen(self.told.append)
        self.ranks: dict[int, float] = {}
        self.unsaid: list[str] = []
        desk.context.sleep = self.waits

    async def waits(self, seconds: float) -> None:
        """Whoever waits for room in the budget does so on the clocks of the test."""
        self.turn(seconds=seconds)
        await self.box.advance(seconds)

    async def queue(self, people: list[str], options: Options, name: str) -> None:
        draft = await self.draft(people, name)
        rows = Recipients(people, ["" for _ in people])
        await self.desk.outbox.queue(replace(draft, options=options).with_message(0, Message("Hi", rows)))

    def stand_still(self) -> None:
        """From now on only turns and pauses of the desk move its clock."""
        began = utc_now()
        self.desk.context.now = lambda: began + self.ahead

    async def drained(self) -> None:
        # A send waits for an answer too, which comes by no turn of a clock.
        self.desk.context.sleep = asyncio.sleep
        await self.desk.outbox.drain(ACCOUNT)
        self.desk.context.sleep = self.waits
        self.turn(seconds=10)

    async def passes(self, seconds: float, step: float) -> None:
        """Time goes by for the desk and its service; who watches sees no state go back unsaid."""
        for _ in range(int(seconds / step)):
            self.turn(seconds=step)
            await self.box.advance(step)
            await self.desk.jobs.ask_due()
            await self.look()

    async def look(self) -> None:
        for row in await self.rows():
            rank, before = _rank(row), self.ranks.get(row.id, 0)
            if rank != UNKNOWN:
                self.ranks[row.id] = rank
            if rank < before:
                self.unsaid.append(f"{row.dst}: {before} -> {row.process_status} {row.status}")

    async def lines(self) -> tuple[JobLine, ...]:
        return await self.desk.jobs.lines()

    async def rows(self) -> list[SmsLine]:
        return [row for line in await self.lines() for row in await self.desk.jobs.recipients(line.key)]


def _rank(row: SmsLine) -> float:
    """How far an SMS is by what is shown of it; an unknown status says nothing of that."""
    means = meaning(row.process_status, row.status)
    if means.final:
        return FINAL
    return {"not_reported": 0, "open": 0, "open_retried": 1, "running": 2}.get(means.code, UNKNOWN)


def watching(folder: Path, act: Callable[[Watch], Awaitable[None]], data_centres: int = 1) -> None:
    on_scene(folder, act, data_centres, rate=100_000, kind=Watch)


def test_whatever_happens_the_final_figures_are_those_of_the_service(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        now, box = watch.now(), watch.box
        asked = Options(status_requested=True, validity_min=5)
        quiet = Period(now, now + timedelta(minutes=30))
        kinds = {
            "plain": asked,
            "unasked": replace(asked, status_requested=False),
            "planned": replace(asked, start_at=now + timedelta(minutes=20)),
            "quiet": replace(asked, blackouts=(quiet,)),
            # Enough jobs that can move, so that each data centre has some of them.
            **{f"again {at}": asked for at in range(9)},
        }
        for name, options in kinds.items():
            few = EVERYONE[60::10] if name.startswith("again") else EVERYONE[60:]
            await watch.queue(EVERYONE if name in ("plain", "unasked") else few, options, name)
        await watch.drained()
        await watch.desk.jobs.ask_due()
        urls = {line.key: line.job_id for line in await watch.lines()}
        assert len(urls) == len(kinds)
        await box.fault_rate("sms", "late", 0.3, 40)
        await box.fault_rate("sms", "disorder", 0.3, 60)
        await box.fault_rate("job", "late", 0.3, 40)
        await box.fault_rate("sms", "unknown_status", 0.1)
        await watch.passes(20, 2)
        await box.fault_rate("every", "down", 1.0, DOWN)
        before = {line.key: line for line in await watch.lines()}
        await watch.passes(240, 12)
        after = {line.key: line for line in await watch.lines()}
        # What only the other data centre knows keeps its last report, and the age of that.
        stale = [key for key, line in before.items() if line.asked_at == after[key].asked_at]
        assert 0 < len(stale) < len(kinds)
        assert all(before[key].delivered == after[key].delivered for key in stale)
        assert all(after[key].job_id for key in stale)
        await box.fault_rate("every", "down", 0, DOWN)
        await watch.passes(600, 20)
        for kind in ("late", "disorder", "unknown_status"):
            await box.fault_rate("sms", kind, 0)
        await box.fault_rate("job", "late", 0)
        await watch.passes(5400, 60)
        assert watch.unsaid == []
        assert all(line.final for line in await watch.lines())
        await _equal(watch)

    watching(tmp_path, act, data_centres=2)


async def _equal(watch: Watch) -> None:
    """The desk's rows and figures against the service's own."""
    fates = {fate["fate"]: fate for fate in await watch.box.fates()}
    asked_of = {line.job_id: line.name != "unasked" for line in await watch.lines()}
    truth: dict[tuple[str, str], tuple[str, str | None]] = {}
    for sms in await watch.box.messages():
        fate = fates[sms["fate"]]
        end = fate["asked" if asked_of[sms["jobId"]] else "unasked"]
        truth[sms["jobId"], sms["dst"]] = (end[0], end[1])
    rows = await watch.rows()
    assert {(row.job_id, row.dst): (row.process_status, row.status) for row in rows} == truth
    figures: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (job_id, _), end in truth.items():
        figures[job_id][meaning(*end).outcome.value] += 1
    for line in await watch.lines():
        shown = {name: getattr(line, name) for name in ("delivered", "failed", "cancelled", "unknown")}
        assert shown == {name: figures[str(line.job_id)][name] for name in shown}
        assert line.waiting == line.sending == 0


def test_every_row_on_its_way_names_its_cause_at_any_time(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        told: Counter[str] = Counter()

        async def read(rows: Sequence[SmsLine], known_at: datetime | None = None) -> None:
            jobs = {row.job_key: await watch.desk.reports.waits(row, 1) for row in rows}
            for row in rows:
                explained = jobs[row.job_key].of(row, known_at, watch.now())
                assert (explained is None) == meaning(row.process_status, row.status).final
                if explained is not None:
                    words = wait_words(explained, UTC, watch.now())
                    assert words
                    assert "{" not in words
                    told[explained.code] += 1

        async def read_all() -> None:
            for line in await watch.lines():
                await read(await watch.desk.jobs.recipients(line.key), line.asked_at)

        asked = Options(status_requested=True, validity_min=60)
        quiet = Period(watch.now(), watch.now() + timedelta(hours=2))
        start = watch.now() + timedelta(hours=1)
        for name, options in {
            "plain": asked,
            "unasked": Options(status_requested=False),
            "planned": replace(asked, start_at=start),
            "quiet": replace(asked, blackouts=(quiet,)),
            "both": replace(asked, start_at=start, blackouts=(quiet,)),
        }.items():
            await watch.queue(EVERYONE[::9], options, name)
        ids = select(schema.sms.c.id).where(schema.sms.c.dst == EVERYONE[0])
        mine = await watch.desk.context.read(lambda connection: list(connection.scalars(ids)))
        await read(await watch.desk.reports.sms(mine))
        await watch.desk.outbox.pause(ACCOUNT)
        await read(await watch.desk.reports.sms(mine))
        assert told == {"outbox.queued": 5, "outbox.paused": 5}
        await watch.desk.outbox.resume(ACCOUNT)
        await watch.drained()
        await read_all()
        await watch.passes(20, 10)
        for _ in range(10):
            await read_all()
            await watch.passes(1200, 1200)
        causes = {"not_asked", "starts", "starts_then_blackout", "blackout", "sent_until"}
        assert {*told} >= causes

    watching(tmp_path, act)


def test_whom_the_service_forgot_when_it_closed_the_job_is_told_so(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        (key,) = await phones_off(watch, 1)
        await watch.passes(4, 2)
        closed_at = watch.now()
        close = update(schema.jobs).values(finished_at=closed_at)
        await watch.desk.context.write(lambda connection: connection.execute(close) and None)
        await watch.passes(20 * 60, 60)
        (line,) = await watch.lines()
        (row,) = await watch.desk.jobs.recipients(key)
        assert (line.final, line.sending) == (True, 1)
        waits = await watch.desk.reports.waits(row, 1)
        explained = waits.of(row, line.asked_at, watch.now())
        assert explained is not None
        assert (explained.code, explained.values) == ("finished", {"at": closed_at})
        person = await watch.desk.support.person(row.dst)
        answer = await watch.desk.support.answer(row, person)
        assert answer.facts.waits == explained

    watching(tmp_path, act)


def test_only_what_changed_is_told_and_of_which_job(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        await watch.queue(EVERYONE[:3], Options(status_requested=True), "one")
        await watch.drained()
        await asyncio.sleep(0)
        watch.told.clear()
        await watch.passes(2, 2)
        (line,) = await watch.lines()
        first = [change for change in watch.told if Topic.JOBS in change.topics]
        assert [change.jobs for change in first] == [frozenset({line.key})]
        rows = await watch.rows()
        assert first[0].sms == {row.id for row in rows}
        watch.told.clear()
        await watch.desk.jobs.ask_due()
        watch.turn(seconds=60)
        await watch.desk.jobs.ask_due()
        await asyncio.sleep(0)
        (told,) = [change for change in watch.told if Topic.JOBS in change.topics]
        assert told.jobs == {line.key}
        assert len(told.sms) <= 3

    watching(tmp_path, act)


def test_a_list_tells_of_many_quiet_jobs_which_have_closed(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        asked = Options(status_requested=True, validity_min=60)
        for n in range(MANY):
            await watch.queue([EVERYONE[70 + n % 5]], asked, f"off {n}")
        await watch.queue([EVERYONE[71]], replace(asked, validity_min=2880), "long")
        await watch.drained()
        await watch.passes(120, 10)
        assert not any(line.final for line in await watch.lines())
        unknown = update(schema.jobs).values(give_up_at=None)
        await watch.desk.context.write(lambda connection: connection.execute(unknown) and None)
        # Nothing changes for most of an hour, and each is asked for less and less.
        for _ in range(2):
            await watch.passes(1700, 1700)
        await watch.passes(30, 10)
        due = [line.next_ask_at for line in await watch.lines()]
        assert min(at for at in due if at) > watch.now() + timedelta(seconds=60)
        # As long as a list at its seldomest takes; each by itself is asked for later.
        await watch.passes(320, 20)
        left = [line for line in await watch.lines() if not line.final]
        assert [line.name for line in left] == ["long"]
        assert left[0].next_ask_at is not None
        assert left[0].next_ask_at > watch.now() + timedelta(seconds=60)

    watching(tmp_path, act)


def test_a_job_that_waits_is_seen_once_and_left_alone_until_it_can_move(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        start = watch.now() + timedelta(hours=3)
        await watch.queue(EVERYONE[:2], Options(start_at=start), "later")
        await watch.drained()
        await watch.passes(60, 10)
        (line,) = await watch.lines()
        assert line.asked_at is not None
        watch.desk.jobs.on_screen([line.key])
        await watch.passes(7200, 900)
        (same,) = await watch.lines()
        assert same.asked_at == line.asked_at
        assert same.next_ask_at == start
        await watch.passes(3600 + 60, 60)
        (done,) = await watch.lines()
        assert done.final

    watching(tmp_path, act)


async def phones_off(watch: Watch, count: int) -> list[int]:
    """The keys of so many jobs that stay open, the first one first."""
    for n in range(count):
        await watch.queue([EVERYONE[72]], Options(status_requested=True, validity_min=2880), f"job {n}")
    await watch.drained()
    return sorted(line.key for line in await watch.lines())


def test_the_budget_is_kept_and_what_is_on_screen_goes_first(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        keys = await phones_off(watch, 16)
        watch.stand_still()
        shown, oldest, used = keys[:12], timedelta(0), []
        watch.desk.jobs.on_screen(shown)
        for second in range(30):
            watch.turn(seconds=1)
            await watch.desk.jobs.ask_due()
            used.append(await watch.desk.jobs.used(ACCOUNT))
            if second > 10:
                lines = {line.key: line for line in await watch.lines()}
                ages = [watch.desk.now() - at for key in shown if (at := lines[key].asked_at)]
                assert len(ages) == len(shown)
                oldest = max(oldest, *ages)
        assert max(used) == 18, "two of 20 are left for a send that may begin"
        assert oldest <= timedelta(seconds=9), "before the next turn it is 10 s old"
        assert all(line.asked_at is not None for line in await watch.lines())

    watching(tmp_path, act)


def test_where_not_all_on_screen_can_be_fresh_the_job_that_is_read_is(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        keys = await phones_off(watch, 20)
        watch.stand_still()
        read, oldest = keys[10], timedelta(0)
        watch.desk.jobs.on_screen([read, *keys])
        for second in range(30):
            watch.turn(seconds=1)
            await watch.desk.jobs.ask_due()
            if second > 15:
                lines = {line.key: line for line in await watch.lines()}
                oldest = max(oldest, watch.desk.now() - (lines[read].asked_at or EPOCH))
                assert all(watch.desk.now() - (lines[key].asked_at or EPOCH) < 3 * WINDOW for key in keys)
        assert oldest <= timedelta(seconds=9)

    watching(tmp_path, act)


def test_while_there_is_something_to_send_a_quarter_is_left_for_it(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        keys = await phones_off(watch, 20)
        watch.stand_still()
        watch.desk.jobs.on_screen(keys)
        watch.turn(seconds=20)
        undo = Handing(undo=timedelta(seconds=25))
        await watch.desk.outbox.queue(await watch.draft(EVERYONE[:1], "soon"), undo)
        used = []
        for _ in range(26):
            await watch.desk.jobs.ask_due()
            used.append(await watch.desk.jobs.used(ACCOUNT))
            watch.turn(seconds=1)
        assert max(used[:15]) == 18, "what goes later needs nothing yet"
        assert used[25] <= 15, "when its time comes a quarter is free"
        await watch.drained()
        for _ in range(12):
            watch.turn(seconds=1)
            await watch.desk.jobs.ask_due()
        assert await watch.desk.jobs.used(ACCOUNT) > 15

    watching(tmp_path, act)


def test_a_laptop_that_slept_for_three_days_catches_up_in_order(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        keys = await phones_off(watch, 8)
        await watch.passes(10, 5)
        ages = dict(zip(keys, (30, 8, 300, 2, 90, 600, 1, 4000), strict=True))
        for key, minutes in ages.items():
            at = watch.now() - timedelta(minutes=minutes)
            aged = update(schema.jobs).where(schema.jobs.c.key == key)
            aged = aged.values(
                accepted_at=at, changed_at=at, next_ask_at=watch.now() + timedelta(minutes=minutes / 10)
            )
            await watch.desk.context.write(lambda connection, to=aged: connection.execute(to) and None)
        assert await watch.desk.context.hold("watch", LEASE)
        watch.desk.jobs.on_screen(keys[5:6])
        asked: list[int] = []
        polling = watch.desk.jobs.polling
        ask = polling.ask

        async def noted(account: Any, client: Any, one: Any, *, on_screen: bool) -> None:
            asked.append(one.watched.key)
            await ask(account, client, one, on_screen=on_screen)

        polling.ask = noted  # type: ignore[method-assign]
        watch.turn(days=3)
        await watch.box.advance(timedelta(days=3).total_seconds())
        assert await watch.desk.context.hold("watch", LEASE)
        await watch.desk.jobs.ask_due()
        assert asked[0] == keys[5], "what is on screen"
        assert asked[1:] == sorted({*keys} - {keys[5]}, key=lambda key: ages[key]), "the newest first"
        assert all(line.final for line in await watch.lines())

    watching(tmp_path, act)


def test_the_list_has_its_turn_however_many_jobs_are_on_screen(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        watch.desk.jobs.on_screen(await phones_off(watch, MANY))
        watch.stand_still()
        account = await watch.desk.accounts.named(ACCOUNT)
        await watch.desk.accounts.save(replace(account, budget=8), None)
        client, listed = await watch.desk.accounts.client(ACCOUNT), []
        ask = client.job_ids

        async def noted(*given: Any, **named: Any) -> tuple[JobId, ...]:
            listed.append(watch.desk.now())
            return await ask(*given, **named)

        client.job_ids = noted  # type: ignore[method-assign]
        for _ in range(90):
            watch.turn(seconds=1)
            await watch.desk.jobs.ask_due()
        assert len(listed) == 2, "at first and after a minute"

    watching(tmp_path, act)


def test_a_data_centre_that_is_down_keeps_none_of_the_other_from_being_asked_for(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        await watch.box.fault_rate("every", "down", 1.0, DOWN)
        keys = await phones_off(watch, 14)
        watch.stand_still()
        watch.desk.jobs.on_screen(keys)
        await watch.passes(30, 2)
        seen = [line for line in await watch.lines() if line.asked_at is not None]
        assert 0 < len(seen) < len(keys), "each data centre has some of them"
        oldest = timedelta(0)
        for _ in range(30):
            await watch.passes(1, 1)
            lines = {line.key: line for line in await watch.lines()}
            ages = [watch.desk.now() - at for one in seen if (at := lines[one.key].asked_at)]
            oldest = max(oldest, *ages)
        # Requests that fail count, too; whoever waited for the silent one would be a minute old.
        assert oldest <= 2 * WINDOW
        await watch.box.fault_rate("every", "down", 0, DOWN)
        await watch.passes(64, 4)
        assert all(line.asked_at is not None for line in await watch.lines())

    watching(tmp_path, act, data_centres=2)


def test_a_job_that_moved_to_another_data_centre_is_found_there_at_once(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        (key,) = await phones_off(watch, 1)
        await watch.passes(4, 2)
        account = await watch.desk.accounts.named(ACCOUNT)
        moved = [update(schema.jobs).values(url=url) for url in account.report_urls]
        for move in moved:
            await watch.desk.context.write(lambda connection, to=move: connection.execute(to) and None)
            watch.turn(seconds=10)
            assert (await watch.desk.jobs.ask_due()).error is None
            (line,) = await watch.lines()
            assert line.key == key
            assert watch.now() - (line.asked_at or watch.now()) < timedelta(seconds=5)

    watching(tmp_path, act, data_centres=2)


def test_a_quiet_job_on_screen_costs_one_request_each_time(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        (key,) = await phones_off(watch, 1)
        await watch.passes(60, 20)
        await watch.passes(5 * 3600, 600)
        watch.desk.jobs.on_screen([key])
        used = []
        for _ in range(20):
            watch.turn(seconds=11)
            await watch.desk.jobs.ask_due()
            used.append(await watch.desk.jobs.used(ACCOUNT))
        assert used.count(1) >= 19
        assert max(used) <= 2

    watching(tmp_path, act)


def test_a_storm_of_too_many_over_a_job_on_screen_is_fresh_again_at_once(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        (key,) = await phones_off(watch, 1)
        await watch.passes(4, 2)
        watch.stand_still()
        watch.desk.jobs.on_screen([key])
        await watch.box.fault_rate("every", "status", 1.0, 429)
        errors = 0
        for _ in range(120):
            watch.turn(seconds=1)
            errors += (await watch.desk.jobs.ask_due()).error is not None
        assert 10 <= errors <= 61, "it rests for 2 seconds each time"
        await watch.box.fault_rate("every", "status", 0, 429)
        ended_at = watch.desk.now()
        while (await watch.lines())[0].asked_at < ended_at:
            watch.turn(seconds=1)
            await watch.desk.jobs.ask_due()
        assert watch.desk.now() - ended_at <= WINDOW, "the job is not to blame"

    watching(tmp_path, act)


def test_what_runs_for_ever_goes_on_when_the_disk_has_room_again(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        desk, full, refused = watch.desk, [True], Counter[str]()
        await watch.queue(EVERYONE[:1], Options(), "one")
        told: list[Notice] = []
        desk.on_notice(told.append)
        write: Callable[..., Awaitable[Any]] = desk.context.write

        async def written(verb: Any, *given: Any, **named: Any) -> Any:
            if full[0]:
                refused[verb.__name__] += 1
                raise WorkspaceFull(folder="w")
            return await write(verb, *given, **named)

        desk.context.write = written  # type: ignore[method-assign,assignment]
        desk.context.sleep = lambda _: asyncio.sleep(0.001)
        desk.live()
        while min(refused["acquire"], refused["wake"]) < 20:
            await asyncio.sleep(0)
        full[0] = False
        while not any(line.asked_at for line in await watch.lines()):
            await asyncio.sleep(0)
        codes = Counter(one.error.code for one in told if one.error)
        assert codes == {"workspace_full": 3}, "by who watches, who looks for others' jobs, and who sends"

    watching(tmp_path, act)


def test_some_jobs_of_a_data_centre_are_asked_for_side_by_side(tmp_path: Path) -> None:
    """With 3,000 people an answer takes its time."""

    async def act(watch: Watch) -> None:
        await phones_off(watch, 2 * AT_ONCE)
        client, together = await watch.desk.accounts.client(ACCOUNT), asyncio.Barrier(AT_ONCE)
        ask = client.recipients_answer

        async def slow(job_id: JobId, url: str) -> bytes:
            await together.wait()
            return await ask(job_id, url)

        client.recipients_answer = slow  # type: ignore[method-assign]
        watch.turn(seconds=60)
        async with asyncio.timeout(20):
            assert (await watch.desk.jobs.ask_due()).answers == 2 * AT_ONCE

    watching(tmp_path, act)


def test_too_many_and_a_lost_network_slow_it_down_and_nothing_is_lost(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        await watch.queue(EVERYONE[:3], Options(status_requested=True), "one")
        await watch.drained()
        await watch.box.fault("job", "status", 429, 1)
        assert (await watch.desk.jobs.ask_due()).error is not None
        assert (await watch.desk.jobs.ask_due()) == (await watch.desk.jobs.ask_due())
        watch.turn(seconds=5)
        assert (await watch.desk.jobs.ask_due()).answers == 1
        (line,) = await watch.lines()
        await watch.box.fault_rate("every", "status", 1.0, 503)
        errors = 0
        for _ in range(60):
            watch.turn(seconds=5)
            errors += (await watch.desk.jobs.ask_due()).error is not None
        assert 4 <= errors <= 14, "ever less: some 9 times in five minutes"
        (same,) = await watch.lines()
        assert same.asked_at == line.asked_at
        await watch.box.fault_rate("every", "status", 0, 503)
        await watch.passes(120, 10)
        (done,) = await watch.lines()
        assert done.final

    watching(tmp_path, act)


def test_a_job_that_no_data_centre_knows_any_more_is_closed_with_its_last_reports(tmp_path: Path) -> None:
    async def act(watch: Watch) -> None:
        await watch.queue([EVERYONE[72]], Options(status_requested=True, validity_min=2880), "off")
        await watch.drained()
        await watch.passes(20, 5)
        (line,) = await watch.lines()
        await watch.box.reset()
        await watch.passes(86400, 3600)
        (still,) = await watch.lines()
        assert not still.final
        assert still.sending == line.sending == 1
        watch.turn(days=86)
        assert await watch.desk.jobs.expiring() == 1
        watch.turn(days=6)
        await watch.desk.jobs.ask_due()
        (closed,) = await watch.lines()
        assert closed.final
        assert closed.sending == 1
        assert await watch.desk.jobs.expiring() == 0

    watching(tmp_path, act, data_centres=2)
