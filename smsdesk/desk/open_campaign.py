"""The campaign that is open: every change saved as it is typed, checked in the background, undoable."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, LeftOut, Message, with_periods
from smsdesk.core.errors import InputError
from smsdesk.core.figures import Review, Totals
from smsdesk.core.handing import Handing
from smsdesk.core.options import Options
from smsdesk.core.outbox import EntryId
from smsdesk.core.plan import layout
from smsdesk.core.recipients import Added, Patch, Recipients, Removed
from smsdesk.core.replacing import columns_of
from smsdesk.core.rules import Rule
from smsdesk.core.shares import shares_of, totals_of_shares
from smsdesk.core.templates import MOST_SPLIT, split_message
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.checking import Checking, Look
from smsdesk.desk.context import Context
from smsdesk.desk.history import History, State, effort, is_idle
from smsdesk.desk.saving import Saving

if TYPE_CHECKING:
    from smsdesk.core.prices import Prices
    from smsdesk.desk.sending import Outbox
    from smsdesk.store.drafts import Opened

T = TypeVar("T")

TYPING_PAUSE = 0.4
"""Seconds without a key press after which the draft's texts and options are saved; soon in any case."""
AT_ONCE = 20_000
"""Up to so many cells to handle a change of a list is made at once; more leave the window's thread."""


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """One job that sending would make: its share of the campaign and its figures."""

    number: int
    of: int
    share: Campaign
    totals: Totals


def _planned(campaign: Campaign, checked: Review) -> tuple[PlannedJob, ...]:
    jobs = layout(campaign, checked.effective, checked.listed)
    made = shares_of(campaign, checked.effective, jobs)
    totals = totals_of_shares(campaign, checked.effective, checked.audits, jobs)
    pairs = zip(made, totals, strict=True)
    return tuple(PlannedJob(at, len(jobs), share, of) for at, (share, of) in enumerate(pairs, 1))


class OpenCampaign:
    """A draft under work: every change is saved by itself, checked in the background, undoable.

    ``on_change`` is called on the loop after each change, review and save. A change of very many rows
    is made off the window's thread: it is there a moment after the call, and what is asked of lists and
    messages meanwhile waits for its turn; texts and options do not wait.
    """

    def __init__(
        self,
        context: Context,
        accounts: Accounts,
        state: State,
        *,
        sent: bool = False,
        opened: "Opened | None" = None,
    ) -> None:
        self._context = context
        self._history = History(state)
        self._saving = Saving(context, self._history, self._tell, opened)
        self.sent = sent
        self._typing = ""
        self._listeners: list[Callable[[], None]] = []
        self._key = f"draft:{state.campaign.id}"
        self._checking = Checking(context, accounts, self._key, lambda: self.campaign, self._tell)
        self._order, self._idle, self._turns, self._numbers = asyncio.Lock(), asyncio.Event(), 0, count()
        self._idle.set()

    @property
    def campaign(self) -> Campaign:
        """The campaign as it is now."""
        return self._history.state.campaign

    @property
    def busy(self) -> bool:
        """Whether a change of very many rows is under way."""
        return self._turns > 0

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls ``listener`` from now on; the answer ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def saved_at(self) -> datetime | None:
        """When all of it was saved; None while something is not on disk."""
        return self._saving.saved_at

    @property
    def saved(self) -> bool:
        """Whether everything is on disk."""
        return self.saved_at is not None

    @property
    def review(self) -> Review | None:
        """The newest review; see :attr:`fresh`."""
        return self._checking.review

    @property
    def fresh(self) -> bool:
        """Whether the review is of the campaign as it is now."""
        return self._checking.fresh

    @property
    def prices(self) -> "Prices | None":
        """The prices that parts are counted in; others are checked again."""
        return self._checking.prices

    @prices.setter
    def prices(self, prices: "Prices | None") -> None:
        if prices != self._checking.prices:
            self._checking.prices = prices
            self.check()

    def person(self, message: int, row: int) -> Look:
        """What a recipient gets and when, at once; a row that is not there has empty fields."""
        return self._checking.person(message, row)

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return (self._history.can_undo or self.busy) and not self.sent

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to bring back."""
        return self._history.can_redo and not self.sent

    def rename(self, name: str) -> None:
        """Gives the campaign another name."""
        self._become_head(replace(self.campaign, name=name), "name")

    def choose_account(self, name: str) -> None:
        """Chooses the account it is sent from."""
        self._become_head(replace(self.campaign, account=name))

    def choose_region(self, region: str) -> None:
        """Chooses the country of numbers without a country code (ISO 3166, two letters)."""
        self._become_head(replace(self.campaign, region=region))

    def set_options(self, options: Options, typing: str = "") -> None:
        """Replaces the options, schedule and blackout periods included.

        ``typing`` names the option that is being written: all its key presses are one change to undo.
        """
        self._become_head(replace(self.campaign, options=options), typing)

    def set_rules(self, rules: Sequence[Rule], typing: str = "") -> None:
        """Replaces the rules that make blackout periods; ``typing`` as in :meth:`set_options`."""
        self._become_head(replace(self.campaign, rules=tuple(rules)), typing)

    def set_periods(
        self,
        blackouts: Sequence[Period],
        rules: Sequence[Rule],
        names: Mapping[Period, str] | None = None,
        typing: str = "",
    ) -> None:
        """Replaces drawn periods and rules together; without ``names`` periods that stay keep theirs.

        ``typing`` as in :meth:`set_options`.
        """
        self._become_head(with_periods(self.campaign, blackouts, rules, names), typing)

    def name_period(self, period: Period, name: str) -> None:
        """Names a drawn period for people; an empty name takes it away."""
        names = {**self.campaign.period_names, period: name}
        self._become_head(
            with_periods(self.campaign, self.campaign.options.blackouts, self.campaign.rules, names)
        )

    def write_text(self, index: int, text: str) -> None:
        """Changes the text of a message (from 0)."""
        message = self.campaign.messages[index]
        if text != message.text:
            self._become_head(self.campaign.with_message(index, replace(message, text=text)), f"text {index}")

    def name_message(self, index: int, name: str) -> None:
        """Names a message for people."""
        message = replace(self.campaign.messages[index], name=name)
        self._become_head(self.campaign.with_message(index, message))

    def add_message(self, name: str) -> None:
        """Puts an empty message at the end."""
        self._do(lambda: self._become(self._history.state.with_added(Message(name=name))))

    def remove_message(self, index: int) -> None:
        """Takes a message and its recipients away; a campaign keeps at least one."""
        self._do(lambda: self._become(self._history.state.without(index)))

    def add_recipients(self, index: int, rows: Recipients, left_out: LeftOut | None = None) -> None:
        """Adds recipients to a message and counts what an import left out."""
        self._lay(index, (Added(rows),), left_out)

    def patch(self, index: int, *patches: Patch) -> None:
        """Changes the recipients of a message; several patches are one change to undo."""
        self._lay(index, patches)

    def leave_out(self, rows: Sequence[Sequence[int]]) -> None:
        """Takes rows (from 0, rising) of each message away; all of it is one change to undo."""
        gone = [(index, Removed(some)) for index, some in enumerate(rows) if len(some)]

        def without(state: State) -> State:
            for index, patch in gone:
                state = state.patched(index, (patch,))
            return state

        messages = self.campaign.messages
        cells = sum(effort(messages[index].recipients, patch) for index, patch in gone)
        if gone:
            self._alter(cells, without, lambda now, after: after.rebased(now))

    def split_message(self, index: int, column: str) -> None:
        """Makes a message of each value of a column out of one message.

        A column of very many values is told as an error, and nothing changes.
        """

        def cut(state: State) -> tuple[Message, ...]:
            try:
                return split_message(state.campaign.messages[index], column)
            except ValueError:
                raise InputError(reason="split", column=column, most=MOST_SPLIT) from None

        self._alter(AT_ONCE + 1, cut, lambda now, cuts: now.split(index, cuts))

    def replace_characters(self, index: int, source: str) -> None:
        """Writes characters in their GSM form: in the text (""), a column (its name) or both ("*")."""
        message = self.campaign.messages[index]
        self._alter(
            len(message.recipients) * len(columns_of(message, source)),
            lambda state: state.replaced(index, source),
            lambda now, after: after.rebased(now).in_gsm(index, source),
        )

    def use_template(self, index: int, text: str, options: Options | None = None) -> None:
        """Takes a text, and options where there are some; start and blackout periods stay."""
        campaign = self.campaign
        if options is not None:
            kept = campaign.options
            options = replace(options, start_at=kept.start_at, blackouts=kept.blackouts)
            campaign = replace(campaign, options=options)
        message = replace(campaign.messages[index], text=text, literal=False)
        self._become_head(campaign.with_message(index, message))

    def undo(self) -> None:
        """Takes the last change back."""
        self._do(self._undo_now)

    def redo(self) -> None:
        """Brings back what was taken back."""
        self._do(self._redo_now)

    def _undo_now(self) -> None:
        self._typing = ""
        if self._history.can_undo and not self.sent:
            self._history.undo()
            self._changed()

    def _redo_now(self) -> None:
        self._typing = ""
        if self._history.can_redo and not self.sent:
            self._history.redo()
            self._changed()

    def _lay(self, index: int, patches: tuple[Patch, ...], left_out: LeftOut | None = None) -> None:
        """Lays patches over a list: at once, or in a thread where that would hold up the window."""
        rows = self.campaign.messages[index].recipients
        if not self.busy and not left_out and all(is_idle(rows, patch) for patch in patches):
            return
        self._alter(
            sum(effort(rows, patch) for patch in patches),
            lambda state: state.patched(index, patches),
            lambda now, after: after.rebased(now).leaving_out(left_out),
        )

    def _alter(self, cells: int, work: Callable[[State], T], settle: Callable[[State, T], State]) -> None:
        """Changes lists: at once, or in a thread where that would hold up the window.

        ``settle`` makes the next state of the one now, in which other texts may stand by then, and what
        ``work`` made.
        """

        async def altered() -> None:
            made = await asyncio.to_thread(work, self._history.state)
            self._become(settle(self._history.state, made))

        if self.busy or cells > AT_ONCE:
            self._in_turn(altered)
        else:
            state = self._history.state
            self._become(settle(state, work(state)))

    def _do(self, act: Callable[[], None]) -> None:
        """Does something to the lists now, or after what is under way with them."""

        async def acted() -> None:
            act()

        if self.busy:
            self._in_turn(acted)
        else:
            act()

    def _in_turn(self, act: Callable[[], Awaitable[None]]) -> None:
        async def acted() -> None:
            async with self._order:
                await act()

        self._turns += 1
        self._idle.clear()
        task = self._context.tasks.start(f"{self._key}:turn:{next(self._numbers)}", acted())
        task.add_done_callback(lambda _: self._turn_over())
        self._tell()

    def _turn_over(self) -> None:
        self._turns -= 1
        if not self._turns:
            self._idle.set()
        self._tell()

    def _become_head(self, campaign: Campaign, typing: str = "") -> None:
        """Other texts, options or names; key presses in one place (``typing``) are one change to undo."""
        if campaign != self.campaign:
            self._become(self._history.state.head(campaign), typing, TYPING_PAUSE)

    def _become(self, state: State, typing: str = "", pause: float = 0) -> None:
        if self.sent or state is self._history.state:
            return
        self._history.become(state, more_of_the_same=bool(typing) and typing == self._typing)
        self._typing = typing
        self._changed(pause)

    def _changed(self, pause: float = 0) -> None:
        pause = min(pause, self._saving.changed())
        self._tell()
        self._context.tasks.start(f"{self._key}:save", self._save_later(pause))
        self.check()

    def forget_listed(self) -> None:
        """The do-not-contact list has changed: the next check looks again."""
        self._checking.forget_listed()

    def check(self) -> None:
        """Checks in the background; only the newest check is kept."""
        self._context.tasks.start(f"{self._key}:review", self._checking.check_later())

    async def check_now(self) -> Review:
        """Checks the campaign as it is."""
        return await self._checking.check()

    async def _save_later(self, pause: float) -> None:
        if pause:
            await self._context.sleep(pause)
        await self.save()

    async def save(self) -> None:
        """Saves what is not on disk yet, in one transaction; changes under way are waited for."""
        await self._idle.wait()
        if not self.sent:
            await self._saving.save()

    async def planned(self) -> "tuple[PlannedJob, ...]":
        """The jobs that sending it now would make."""
        checked = self.review if self.fresh else None
        checked = checked or await self.check_now()
        return await asyncio.to_thread(_planned, self.campaign, checked)

    async def distinct_texts(self) -> int:
        """How many different texts sending it now would send: each is a message of its own in a request."""
        from smsdesk.core.texts import distinct_texts

        listed = self.review.listed if self.review is not None else ()
        return await asyncio.to_thread(distinct_texts, self.campaign, listed)

    async def send(self, outbox: "Outbox", how: Handing = Handing()) -> tuple[EntryId, ...]:  # noqa: B008 (a frozen value)
        """Saves it, then queues it in one transaction; from then on it is read only."""
        await self.save()
        entries = await outbox.queue(self.campaign, how)
        self.sent = True
        self._tell()
        return entries

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()
