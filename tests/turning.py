"""A desk with a sandbox of its own on a clock that can be turned, for tests of the outbox."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from near import Near

from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.handing import AT_ONCE, Handing
from smsdesk.core.outbox import Entry, EntryId, EntryState, Hold
from smsdesk.core.recipients import Recipients
from smsdesk.desk.context import utc_now
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.store import outbox

ACCOUNT = "Try-out"
PEOPLE = ["+4917604069012", "+4917604069031", "+4917604069005"]


class Scene:
    """A desk, its sandbox, and how far the desk's clock is ahead."""

    def __init__(self, desk: Desk, box: Near, folder: Path) -> None:
        self.desk, self.box, self.folder = desk, box, folder
        self.ahead = timedelta(0)
        desk.context.now = self.now

    def now(self) -> datetime:
        return utc_now() + self.ahead

    def turn(self, **span: float) -> None:
        """Turns the desk's clock forward, or back."""
        self.ahead += timedelta(**span)

    async def draft(self, people: list[str] | None = None, name: str = "Autumn") -> Campaign:
        opened = await self.desk.campaigns.create(name, ACCOUNT)
        rows = Recipients(people or PEOPLE, [""] * len(people or PEOPLE))
        return opened.campaign.with_message(0, Message("Hello", rows))

    async def queued(self, how: Handing = AT_ONCE, people: list[str] | None = None) -> tuple[EntryId, ...]:
        return await self.desk.outbox.queue(await self.draft(people), how)

    async def entry(self) -> Entry:
        """The newest entry."""
        return (await self.desk.outbox.entries())[0]

    async def standing(self) -> tuple[EntryState, Hold | None]:
        found = await self.entry()
        return found.state, found.hold

    async def codes(self) -> list[str]:
        """What happened to the newest entry."""
        return [step.code for step in await self.desk.outbox.steps((await self.entry()).id)]

    async def went(self) -> int:
        """How many SMS the service has."""
        return len(await self.box.messages())


S = TypeVar("S", bound=Scene)


def around_writes(desk: Desk, verb: object, act: Callable[[Callable[[], Awaitable[Any]]], Any]) -> None:
    """Has ``act`` stand around each write of a verb."""
    write: Callable[..., Awaitable[Any]] = desk.context.write

    async def watched(first: object, *args: Any, **named: Any) -> Any:
        if first is not verb:
            return await write(first, *args, **named)
        return await act(lambda: write(first, *args, **named))

    desk.context.write = watched  # type: ignore[method-assign,assignment]


def pragma(desk: Desk, words: str) -> int:
    """Sets something on the connection that writes, from now on; answers what SQLite says."""
    raw = desk.context.store._to_write.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return int((raw.execute(f"PRAGMA {words}").fetchone() or (0,))[0])


def held(desk: Desk) -> asyncio.Event:
    """What each POST came to is written only once this is set: until then its answer is not there."""
    there = asyncio.Event()

    async def waits(write: Callable[[], Awaitable[Any]]) -> Any:
        await there.wait()
        return await write()

    around_writes(desk, outbox.settle, waits)
    return there


def on_scene(
    folder: Path,
    act: Callable[[S], Awaitable[None]],
    data_centres: int = 1,
    rate: int | None = None,
    kind: type[S] = Scene,  # type: ignore[assignment]
) -> None:
    """Runs an act on a fresh desk with a sandbox of its own; ``rate``: requests in 10 s of the real clock."""

    async def start() -> Near:
        return await Near.start(data_centres=data_centres, rate=rate)

    async def scene() -> None:
        async with open_desk(folder / "workspace", start) as desk:
            await desk.accounts.try_out()
            box = desk.accounts.sandbox
            assert isinstance(box, Near)
            await act(kind(desk, box, folder / "workspace"))

    asyncio.run(scene())
