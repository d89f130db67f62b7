"""What a person does with outbox entries: asked first, with figures, where it cannot be taken back."""

from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from smsdesk.core.outbox import NOT_LEFT, Entry, EntryState, Hold
from smsdesk.core.outlook import Outlook
from smsdesk.desk.desk import Desk
from smsdesk.ui.ask import Question, Stake, ask
from smsdesk.ui.entries import ids, sms_of, unsent
from smsdesk.ui.handing import LaterDialog
from smsdesk.ui.outbox_wire import WireDialog
from smsdesk.words import say
from smsdesk.words.entries import account_words, entry_name

_OPEN = frozenset({EntryState.SENDING, EntryState.UNCERTAIN})


class Acts(QObject):
    """Does it over ``parent``.

    ``job_asked`` (a job id): the job is to be shown; ``account_asked``: the accounts are; ``drafted``: what
    had not left of a campaign is a draft again (its id).
    """

    job_asked = Signal(str)
    drafted = Signal(object)
    account_asked = Signal()

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        self._parent, self._desk = parent, desk

    def do(self, act: str, entries: Sequence[Entry], outlook: Outlook) -> Question | None:
        """Does ``act`` with entries that allow it, or opens the question for it.

        By the ``outlook`` is told what becomes of the rest of their campaigns.
        """
        first = entries[0]
        stakes: dict[str, Callable[[], tuple[Stake, Callable[[], object]]]] = {
            "cancel": lambda: (cancel_stake(entries, outlook), partial(self._cancel, entries)),
            "retry": lambda: (retry_stake(entries), partial(self._retry, entries)),
            "again": lambda: (again_stake(first), partial(self._again, first)),
            "release": lambda: (release_stake(first), partial(self._release, first)),
            "now": lambda: (now_stake(entries), partial(self._send_now, entries)),
            "draft": lambda: (draft_stake(first, outlook), partial(self._take_back, first)),
            "leave": lambda: (leave_stake(first), partial(self._leave, first)),
        }
        if act in stakes and not _harmless(act, entries, outlook):
            return ask(self._parent, *stakes[act]())
        self._at_once(act, entries)
        return None

    def _at_once(self, act: str, entries: Sequence[Entry]) -> None:
        match act:
            case "now":
                self._send_now(entries)
            case "leave":
                self._leave(entries[0])
            case "draft":
                self._take_back(entries[0])
            case "hold":
                self._start("hold", entries, self._desk.outbox.hold(ids(entries)))
            case "move":
                self.move(entries)
            case _:
                self._with_one(act, entries[0])

    def _with_one(self, act: str, entry: Entry) -> None:
        match act:
            case "show":
                self.job_asked.emit(entry.job_id or "")
            case "copy":
                QGuiApplication.clipboard().setText(entry.job_id or "")
            case "account":
                self.account_asked.emit()
            case "ask":
                if not self.asks(entry):
                    look_up = self._desk.outbox.look_up(entry.account)
                    self._desk.tasks.start(f"look up:{entry.account}", look_up)
            case "wire":
                self.show_wire(entry)

    def asks(self, entry: Entry) -> bool:
        """Whether the service is being asked for an account's uncertain entries right now."""
        return self._desk.tasks.runs(f"look up:{entry.account}")

    def _start(self, act: str, entries: Iterable[Entry], work: Coroutine[Any, Any, object]) -> None:
        """A second click while it is being done does nothing."""
        key = f"{act}:{ids(entries)}"
        if self._desk.tasks.runs(key):
            work.close()
        else:
            self._desk.tasks.start(key, work)

    # -- each ------------------------------------------------------------------------------------

    def _send_now(self, entries: Sequence[Entry]) -> None:
        self._start("now", entries, self._desk.outbox.send_now(ids(entries)))

    def _cancel(self, entries: Sequence[Entry]) -> None:
        self._start("cancel", entries, self._desk.outbox.cancel(ids(entries)))

    def _retry(self, entries: Sequence[Entry]) -> None:
        async def each() -> None:
            for entry in entries:
                await self._desk.outbox.retry(entry.id)

        self._start("retry", entries, each())

    def _again(self, entry: Entry) -> None:
        self._start("again", (entry,), self._desk.outbox.send_again(entry.id))

    def _leave(self, entry: Entry) -> None:
        self._start("leave", (entry,), self._desk.outbox.leave(entry.id))

    def _take_back(self, entry: Entry) -> None:
        async def taken_back() -> None:
            draft = await self._desk.outbox.withdraw(entry.campaign_id)
            if draft is not None:
                self.drafted.emit(draft.id)

        self._start("draft", (entry,), taken_back())

    def _release(self, entry: Entry) -> None:
        self._start("release", (entry,), self._desk.outbox.release(entry.account))

    def move(self, entries: Sequence[Entry]) -> LaterDialog:
        """Asks for a new time, until which entries are held here."""

        def moved() -> None:
            at = made.at()
            if at is not None:
                self._start("move", entries, self._desk.outbox.missed(ids(entries), at))

        made = LaterDialog(self._parent, self._desk.now, sms_of(entries))
        made.accepted.connect(moved)
        made.open()
        return made

    def show_wire(self, entry: Entry, at: datetime | None = None) -> None:
        """Shows what went over the wire, that of the try at an instant first."""
        outbox = self._desk.outbox

        async def shown() -> None:
            tries = await outbox.exchanges(entry.id)
            body = await outbox.body(entry.id) if not tries or at is not None else b""
            WireDialog(self._parent, entry, tries, body, self._desk.now(), at).open()

        self._desk.tasks.start("show wire", shown())


# --- what is asked


def _harmless(act: str, entries: Sequence[Entry], outlook: Outlook) -> bool:
    """What needs no question: what can be done again, or comes anyhow."""
    states = {entry.state for entry in entries}
    if act == "draft":
        campaign = (entries[0].campaign_id,)
        return outlook.of(campaign) == outlook.of(campaign, NOT_LEFT)
    return (act, states) in (("now", {EntryState.WAITING}), ("leave", {EntryState.REFUSED}))


def now_stake(entries: Sequence[Entry]) -> Stake:
    """Before entries go that are held."""
    holds = {entry.hold for entry in entries}
    more = [say(f"outbox.now.{hold.value}") for hold in (Hold.BRAKE, Hold.PILOT) if hold in holds]
    n = sms_of(entries)
    return Stake(
        say("outbox.now.title"),
        say("outbox.now", n, account=_accounts(entries)),
        " ".join([*more, say("review.final")]),
        say("outbox.now.yes", n),
        "failed" if Hold.BRAKE in holds else "waiting",
    )


def cancel_stake(entries: Sequence[Entry], outlook: Outlook) -> Stake:
    """Before entries are cancelled: what it means, for the rest of their campaigns too."""
    n = sms_of(entries)
    return Stake(
        say("outbox.cancel.title"),
        say("outbox.cancel", n, jobs=say("outbox.jobs", len(entries))),
        " ".join([*_rest(entries, outlook), say("outbox.cancel.for_good")]),
        say("outbox.cancel.yes", n),
        "failed",
    )


def draft_stake(entry: Entry, outlook: Outlook) -> Stake:
    """Before what has not left of a campaign becomes a draft, where some of it has left."""
    here = unsent(outlook.open, (entry,))
    n = sms_of(here)
    return Stake(
        say("outbox.draft.title"),
        say("outbox.draft", n, jobs=say("outbox.jobs", len(here))),
        " ".join([*_rest(here, outlook), say("outbox.draft.text")]),
        say("outbox.draft.yes", n),
    )


def _rest(entries: Sequence[Entry], outlook: Outlook) -> list[str]:
    """What becomes of the rest of the campaigns of entries that do not go."""
    campaigns = {entry.campaign_id for entry in entries}

    def rest(states: Collection[EntryState]) -> int:
        return outlook.of(campaigns, states).sms - sms_of(e for e in entries if e.state in states)

    kinds = {"goes": rest(NOT_LEFT), "gone": rest((EntryState.ACCEPTED,)), "open": rest(_OPEN)}
    told = [say(f"outbox.cancel.{kind}", n) for kind, n in kinds.items() if n]
    return told or [say("outbox.cancel.nothing_gone")]


def retry_stake(entries: Sequence[Entry]) -> Stake:
    """Before refused entries go once more."""
    n = sms_of(entries)
    one = len(entries) == 1
    title = say("outbox.again.title", name=entry_name(entries[0])) if one else say("outbox.retry.title")
    return Stake(
        title, say("outbox.again.refused", n), say("outbox.again.refused.text"), say("outbox.again.yes", n)
    )


def again_stake(entry: Entry) -> Stake:
    """Before an uncertain entry goes once more: what that risks."""
    known = "not_found" if entry.not_found_at is not None else "text"
    n = entry.sms_count
    return Stake(
        say("outbox.again.title", name=entry_name(entry)),
        say("outbox.again.uncertain", n),
        say(f"outbox.again.uncertain.{known}"),
        say("outbox.again.yes", n),
        "failed",
    )


def leave_stake(entry: Entry) -> Stake:
    """Before an uncertain entry is not looked for any more."""
    return Stake(
        say("outbox.leave.title", name=entry_name(entry)),
        say("outbox.leave", entry.sms_count),
        say("outbox.leave.text"),
        say("outbox.leave.yes"),
    )


def release_stake(entry: Entry) -> Stake:
    """Before what an account held up goes."""
    name = account_words(entry.account)
    return Stake(
        say("outbox.release.title", account=name),
        say("outbox.release", account=name),
        say("outbox.release.text"),
        say("outbox.release.yes"),
    )


def _accounts(entries: Iterable[Entry]) -> str:
    return ", ".join(dict.fromkeys(account_words(entry.account) for entry in entries))
