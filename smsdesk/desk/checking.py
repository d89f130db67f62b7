"""The review of a draft that follows its changes: in the background, the newest state only.

A review is put together from pieces (numbers, people, the audit of each text, times); a change makes only
those anew that depend on what it touched.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from smsdesk.core.audit import Audit, audit
from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.checks import assemble, counted_options
from smsdesk.core.columns import Column, column_of
from smsdesk.core.effective import Effective, Way, effective
from smsdesk.core.expressible import looked_at, within_reason
from smsdesk.core.figures import Review
from smsdesk.core.options import MAX_PARTS, Options
from smsdesk.core.parts import Encoding, Parts, counted, measure, outside
from smsdesk.core.people import FEW, Numbers, People, people_of, read_numbers
from smsdesk.core.standing import plain_name
from smsdesk.core.templates import fields_of, fill
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.context import Context
from smsdesk.desk.do_not_contact import concerned
from smsdesk.desk.importing import own_zone

if TYPE_CHECKING:
    from smsdesk.core.prices import Prices

T = TypeVar("T")

PAUSE = 0.15
"""Seconds without a change after which a draft is checked."""
TIMES_HOLD = timedelta(minutes=1)
"""So long a campaign that starts at once is reckoned from the same instant."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one recipient gets, and how they stand with time; None where that is not known yet."""

    text: str
    parts: Parts | None
    way: Way | None


@dataclass(slots=True)
class _Kept(Generic[T]):
    """A value and what it was made of."""

    of: tuple[Any, ...] = ()
    value: T | None = None

    def holds(self, of: tuple[Any, ...]) -> bool:
        """Whether it was made of the same things."""
        return self.value is not None and len(of) == len(self.of) and all(map(_same, of, self.of))

    def made(self, of: tuple[Any, ...], make: Callable[[T | None], T]) -> T:
        """The value; made anew, from the one before, where it would be made of something else."""
        if self.value is None or not self.holds(of):
            self.value, self.of = make(self.value), of
        return self.value


def _same(one: object, other: object) -> bool:
    """Whether nothing has changed; columns and values with columns are told apart by identity."""
    plain = not isinstance(one, Column | dict | Numbers | People) and type(one).__module__ != "polars"
    return one is other or (plain and one == other)


@dataclass(slots=True)
class Pieces:
    """What was found about a draft. One review at a time may be made of them, in any thread."""

    numbers: dict[int, _Kept[Numbers]] = field(default_factory=dict)
    people: _Kept[People] = field(default_factory=_Kept)
    audits: dict[int, _Kept[Audit]] = field(default_factory=dict)
    times: _Kept[Effective] = field(default_factory=_Kept)
    times_at: datetime | None = None

    def review(
        self,
        campaign: Campaign,
        now: datetime,
        accounts: Collection[str],
        listed: Collection[str],
        prices: "Prices | None",
        zone: str,
        still: Callable[[], bool],
    ) -> Review | None:
        """The review; None where ``still`` says on the way that nobody wants it any more."""
        if not still():
            return None
        sound = within_reason(campaign)
        people = self._people(sound, listed)
        audits = []
        for index, message in enumerate(sound.messages):
            if not still():
                return None
            audits.append(self._audit(index, message, sound.options, people.left_out[index]))
        times = self._times(sound, now, zone)
        return assemble(campaign, now, accounts, people, audits, times, prices) if still() else None

    def _people(self, campaign: Campaign, listed: Collection[str]) -> People:
        read = [
            self._read(index, m.recipients.dst, campaign.region) for index, m in enumerate(campaign.messages)
        ]
        return self.people.made((listed, *read), lambda _: people_of(read, listed))

    def _read(self, index: int, dst: Sequence[str], region: str) -> Numbers:
        kept = self.numbers.setdefault(index, _Kept())
        return kept.made((dst, region), lambda before: read_numbers(dst, region, before))

    def _audit(self, index: int, message: Message, options: Options, out: Sequence[int]) -> Audit:
        counted = counted_options(options)
        columns = used_columns(message)
        of = (message.text, message.literal, len(message.recipients), counted, tuple(out), *columns)
        kept = self.audits.setdefault(index, _Kept())
        return kept.made(of, lambda _: audit(message, counted, out))

    def _times(self, campaign: Campaign, now: datetime, zone: str) -> Effective:
        options, at = campaign.options, self.times_at or now
        held = self.times_at is not None and at <= now < at + TIMES_HOLD
        if not held or (options.start_at is not None and options.start_at > at):
            at = now
        rows = [message.recipients for message in campaign.messages]
        numbers = [one.dst for one in rows] if campaign.rules else [len(one) for one in rows]
        start = max(options.start_at or at, at)
        of = (start, options.blackouts, campaign.rules, campaign.region, zone, *numbers)
        times = self.times.made(
            (*of, *(one.blackouts for one in rows)), lambda _: effective(campaign, at, zone)
        )
        self.times_at = at
        return times


def used_columns(message: Message) -> tuple[object, ...]:
    """The names and columns that a text uses, in turn: all that its audit depends on in a list."""
    if message.literal:
        return ()
    used = {plain_name(name) for name in fields_of(message.text)}
    named = ((name, cells) for name, cells in message.recipients.fields.items() if plain_name(name) in used)
    return tuple(one for pair in named for one in pair)


class Checking:
    """Checks a draft. ``current`` gives the draft as it is, ``told`` is called after each review.

    ``key`` begins the keys of its tasks.
    """

    def __init__(
        self,
        context: Context,
        accounts: Accounts,
        key: str,
        current: Callable[[], Campaign],
        told: Callable[[], None],
    ) -> None:
        self._context, self._accounts, self._current, self._told = context, accounts, current, told
        self._key = key
        self.review: Review | None = None
        self.prices: Prices | None = None
        self._of: Campaign | None = None
        self._pieces = Pieces()
        self._reading: dict[str, tuple[tuple[Any, ...], asyncio.Task[None]]] = {}
        self._listed: _Kept[Collection[str]] = _Kept()
        self._making: asyncio.Future[Review | None] | None = None

    @property
    def fresh(self) -> bool:
        """Whether the review is of the draft as it is now."""
        return self._of is self._current()

    def forget_listed(self) -> None:
        """The do-not-contact list has changed."""
        self._listed = _Kept()

    async def check_later(self) -> None:
        """Checks after a pause."""
        await self._context.sleep(PAUSE)
        await self.check()

    async def check(self) -> Review:
        """Checks the draft as it is, until nothing changes meanwhile."""
        while True:
            campaign, prices = self._current(), self.prices
            checked = await self._checked(campaign)
            if checked is not None and campaign is self._current() and prices == self.prices:
                self.review, self._of = checked, campaign
                self._told()
                return checked

    async def _checked(self, campaign: Campaign) -> Review | None:
        names = [account.name for account in await self._accounts.every()]
        listed = await self._numbers_listed(campaign)
        await self._read_numbers(campaign)
        while self._making is not None:
            # What is under way in its thread cannot be stopped; it ends at the next piece.
            await asyncio.wait([self._making])
        now, zone = self._context.now(), own_zone()
        of = (campaign, now, names, listed, self.prices, zone, lambda: campaign is self._current())
        self._making = asyncio.ensure_future(asyncio.to_thread(self._pieces.review, *of))
        self._making.add_done_callback(self._made)
        return await asyncio.shield(self._making)

    async def _read_numbers(self, campaign: Campaign) -> None:
        """Reads long lists that nothing is known of in the worker: some numbers are read one by one.

        It goes on while texts are typed.
        """
        for index, message in enumerate(campaign.messages):
            dst, region = message.recipients.dst, campaign.region
            known = self._pieces.numbers.get(index)
            cold = known is None or known.value is None or known.value.region != region
            if len(dst) <= FEW or not cold:
                continue
            key, of = f"{self._key}:numbers {index}", (dst, region)
            if key not in self._reading or not all(map(_same, self._reading[key][0], of)):
                task = self._context.tasks.start(key, self._read_apart(index, dst, region))
                self._reading[key] = of, task
            await asyncio.wait([self._reading[key][1]])

    async def _read_apart(self, index: int, dst: Sequence[str], region: str) -> None:
        read = await self._context.compute(len(dst), read_numbers, dst, region)
        kept = self._pieces.numbers.setdefault(index, _Kept())
        kept.made((dst, region), lambda _: replace(read, dst=column_of(dst).series))

    def _made(self, done: "asyncio.Future[Review | None]") -> None:
        self._making = None
        if not done.cancelled():
            # Whoever called it off does not ask any more.
            done.exception()

    async def _numbers_listed(self, campaign: Campaign) -> Collection[str]:
        """The numbers of the do-not-contact list that matter, looked up again where it may be otherwise."""
        of = (campaign.region, *(message.recipients.dst for message in campaign.messages))
        kept = self._listed
        if not kept.holds(of):
            found = await concerned(self._context, campaign)
            kept.made(of, lambda _: found)
        return kept.value or ()

    def person(self, message: int, row: int) -> Look:
        """What a recipient gets by the draft as it is, and when; at once."""
        campaign = self._current()
        one = campaign.messages[message]
        people = one.recipients
        fields = people.row(row).fields if 0 <= row < len(people) else {}
        text = looked_at(one) if one.literal else fill(looked_at(one), fields)
        return Look(text, shown_parts(campaign, text) if text else None, self._way(message, row))

    def _way(self, message: int, row: int) -> Way | None:
        times = self.review.effective if self.review else None
        if times is None or message >= len(times.which):
            return None
        which = times.which[message]
        same = len(which) == len(self._current().messages[message].recipients)
        return times.ways[which[row]] if same and 0 <= row < len(which) else None


def shown_parts(campaign: Campaign, text: str) -> Parts:
    """A text as the phone shows it under the campaign's options; a refused one as UTF-16."""
    options = campaign.options
    encoding = Encoding.UTF16 if options.encoding == "UTF-16" else Encoding.STANDARD
    rule = options.invalid_characters or "TO_UTF16"
    if rule == "REFUSE" and encoding is Encoding.STANDARD and outside(text):
        return measure(text, Encoding.UTF16)
    low, high = MAX_PARTS
    limit = options.max_parts if options.max_parts and low <= options.max_parts <= high else None
    return counted(text, encoding, rule, limit)
