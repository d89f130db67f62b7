"""The question before the window closes with something in the outbox: what becomes of it, how one goes on."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtWidgets import QDialog, QWidget

from smsdesk.core.outbox import READY, Entry, EntryState, Hold
from smsdesk.ui.entries import jobs_words
from smsdesk.ui.facts import Facts
from smsdesk.ui.layout import banner, button, hbox, sentence, vbox
from smsdesk.words import day_time, say
from smsdesk.words.entries import Scene

_WIDTH = 520


def moving(entries: Sequence[Entry], scene: Scene) -> list[Entry]:
    """What leaves by itself within short, as far as is known: nothing of it is stopped by anything."""

    def goes(entry: Entry) -> bool:
        if entry.state is EntryState.SENDING or entry.hold is Hold.UNDO:
            return True
        stopped = scene.paused(entry.account) or scene.trouble(entry.account) is not None
        return entry.state in READY and not stopped

    return [entry for entry in entries if goes(entry)]


def under_way(entries: Sequence[Entry], now: datetime) -> list[tuple[str, str]]:
    """Pairs of what there is and what becomes of it; empty where closing changes nothing."""
    kinds: dict[str, list[Entry]] = {}
    for entry in entries:
        kind = _kind(entry)
        if kind:
            kinds.setdefault(kind, []).append(entry)
    if not set(kinds) & {"sending", "ready", "undo", "time"}:
        return []
    order = [kind for kind in ("sending", "undo", "ready", "time", "uncertain") if kind in kinds]
    return [(jobs_words(kinds[kind]), _becomes(kind, kinds[kind], now)) for kind in order]


def _kind(entry: Entry) -> str:
    if entry.state is EntryState.HELD:
        return {Hold.UNDO: "undo", Hold.TIME: "time"}.get(entry.hold or Hold.PERSON, "")
    if entry.state in READY:
        return "ready"
    return entry.state.value if entry.state in (EntryState.SENDING, EntryState.UNCERTAIN) else ""


def _becomes(kind: str, entries: Sequence[Entry], now: datetime) -> str:
    due = [entry.due_at for entry in entries if entry.due_at is not None]
    return say(f"closing.{kind}", None, time=day_time(min(due, default=now), None, now))


class Closing(QDialog):
    """Asks: stay (Escape, Enter), close when all has left (``wait``, where it would), or now (``close``)."""

    def __init__(
        self,
        parent: QWidget,
        told: Sequence[tuple[str, str]],
        close: Callable[[], object],
        wait: Callable[[], object] | None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(say("closing.title"))
        self.setMinimumWidth(_WIDTH)
        bar = banner("waiting", say("closing.stake"))
        facts = Facts(say("closing.stake"), label_width=150, strong=False)
        self.setAccessibleName(" ".join([say("closing.stake"), *(f"{what}: {then}" for what, then in told)]))
        self.stay = button(say("closing.stay"), on_click=self.reject)
        self.wait = button(say("closing.wait"), on_click=self._then(wait or self.reject))
        self.now = button(say("closing.now"), on_click=self._then(close))
        for made in (self.stay, self.wait, self.now):
            made.setAutoDefault(False)
        self.stay.setDefault(True)
        row = hbox(None, self.stay, self.wait, self.now)
        column = vbox(bar, facts, sentence(say("closing.words")), row, gap=16, margins=20)
        self.setLayout(column)
        self.wait.setVisible(wait is not None)
        facts.show_facts(told)
        wide = max(_WIDTH, column.sizeHint().width())
        self.resize(wide, column.totalHeightForWidth(wide))
        self.finished.connect(lambda _: self.deleteLater())
        self.stay.setFocus()

    def _then(self, act: Callable[[], object]) -> Callable[[], object]:
        def done() -> None:
            self.accept()
            act()

        return done
