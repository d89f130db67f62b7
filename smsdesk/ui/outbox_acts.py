"""What a person does with outbox entries: asked first, with figures, where it cannot be taken back."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from smsdesk.core.outbox import Entry, EntryState, Hold
from smsdesk.desk.desk import Desk
from smsdesk.ui.ask import Question, Stake, ask
from smsdesk.ui.entries import entry_name, ids, sms_of
from smsdesk.ui.handing import LaterDialog
from smsdesk.ui.labels import account_words
from smsdesk.ui.outbox_wire import WireDialog
from smsdesk.words import say

_GONE = frozenset({EntryState.ACCEPTED})
_OPEN = frozenset({EntryState.SENDING, EntryState.UNCERTAIN})


class Acts(QObject):
    """Does it over ``parent``.

    ``job_asked`` (a job id): the job is to be shown; ``account_asked``: the accounts are.
    """

    job_asked = Signal(str)
    account_asked = Signal()

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        self._parent, self._desk = parent, desk

    def do(self, act: str, entries: Sequence[Entry], every: Sequence[Entry] = ()) -> Question | None:
        """Does ``act`` with entries that allow it, or opens the question for it.

        ``every``: all entries, by which is told what becomes of the rest of their campaigns.
        """
        first = entries[0]
        stakes: dict[str, Callable[[], tuple[Stake, Callable[[], object]]]] = {
            "cancel": lambda: (cancel_stake(entries, every), partial(self._cancel, entries)),
            "retry": lambda: (retry_stake(entries), partial(self._retry, entries)),
            "again": lambda: (again_stake(first), partial(self._again, first)),
            "release": lambda: (release_stake(first), partial(self._release, first)),
            "now": lambda: (now_stake(entries), partial(self._send_now, entries)),
            "leave": lambda: (leave_stake(first), partial(self._leave, first)),
        }
        if act in stakes and not _harmless(act, entries):
            return ask(self._parent, *stakes[act]())
        self._at_once(act, entries)
        return None

    def _at_once(self, act: str, entries: Sequence[Entry]) -> None:
        match act:
            case "now":
                self._send_now(entries)
            case "leave":
                self._leave(entries[0])
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


def _harmless(act: str, entries: Sequence[Entry]) -> bool:
    """What needs no question: a try that is due anyhow, letting be what certainly did not go."""
    states = {entry.state for entry in entries}
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


def cancel_stake(entries: Sequence[Entry], every: Sequence[Entry]) -> Stake:
    """Before entries are cancelled: what it means, for what has left of their campaigns too."""
    chosen, campaigns = set(ids(entries)), {entry.campaign_id for entry in entries}
    rest = [e for e in every if e.campaign_id in campaigns and e.id not in chosen]
    gone = sms_of(e for e in rest if e.state in _GONE)
    unknown = sms_of(e for e in rest if e.state in _OPEN)
    told = (
        [say("outbox.cancel.gone", gone)] if gone else [] if unknown else [say("outbox.cancel.nothing_gone")]
    )
    if unknown:
        told.append(say("outbox.cancel.open", unknown))
    n = sms_of(entries)
    return Stake(
        say("outbox.cancel.title"),
        say("outbox.cancel", n, jobs=say("outbox.jobs", len(entries))),
        " ".join([*told, say("outbox.cancel.for_good")]),
        say("outbox.cancel.yes", n),
        "failed",
    )


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
