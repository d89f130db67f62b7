"""The card of the settings that removes old personal data: how much that is first, then a person's word."""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime

from PySide6.QtWidgets import QDialog, QWidget

from smsdesk.core.retention import Figures
from smsdesk.desk.desk import Desk
from smsdesk.ui.facts import Facts, flowing
from smsdesk.ui.inputs import Choice, Segments
from smsdesk.ui.layout import button, hbox, label, relabel, vbox
from smsdesk.words import number, say

_DAYS = (30, 90, 180, 365, 730, 1095)
_USUAL = 365
_HOW = ("delete", "anonymise")
_WIDTH = 480


class RemovalDialog(QDialog):
    """Shows what would go and asks what shall happen to it; ``then`` hears whether it is anonymised only."""

    def __init__(self, parent: QWidget, days: int, found: Figures, then: Callable[[bool], object]) -> None:
        super().__init__(parent)
        self._sms = found.sms
        title = say("settings.retention.title", days=str(days))
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self.facts = Facts(title, strong=True, aside=True)
        counts = {one.name: getattr(found, one.name) for one in fields(found)}
        self.facts.show_facts([(say(f"retention.{name}"), number(n)) for name, n in counts.items() if n])
        self.how = Segments(
            say("settings.retention.how"),
            [(how, say(f"settings.retention.{how}")) for how in _HOW],
            on_change=lambda _: self._follow(),
        )
        self.means = flowing("second")
        warning = flowing("body", "failed")
        warning.setText(say("settings.retention.warning"))
        self.go = button("", on_click=self.accept, kind="danger")
        self.go.setAutoDefault(False)
        cancel = button(say("dialog.cancel"), on_click=self.reject)
        cancel.setDefault(True)
        acts = hbox(None, cancel, self.go)
        self.setLayout(vbox(self.facts, self.how, self.means, warning, acts, gap=16, margins=20))
        self.accepted.connect(lambda: then(self.how.key() == "anonymise"))
        self.finished.connect(lambda _: self.deleteLater())
        self._follow()

    def _follow(self) -> None:
        self.means.setText(say(f"settings.retention.{self.how.key()}.words"))
        words = f"settings.retention.go.{self.how.key()}"
        relabel(self.go, say(words, self._sms, count=number(self._sms)))


class Removal(QWidget):
    """How old, a look at what would go, and how far its removal is."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        options = [(str(days), say("settings.retention.older", days)) for days in _DAYS]
        self.days = Choice(say("settings.retention.days"), options, str(_USUAL))
        self.look = button(say("settings.retention.look"), on_click=self._look)
        self.said = label("", "second")
        self.stop = button(say("settings.retention.stop"), on_click=self._stop)
        self._halt: Callable[[], object] = lambda: None
        self._gone = 0
        self.setLayout(vbox(hbox(self.days, self.look, self.stop, None), self.said, gap=8))
        self.said.hide()
        self.stop.hide()

    def _say(self, words: str) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))

    def _look(self) -> None:
        self._desk.tasks.start("retention", self._counted(int(self.days.key())))

    async def _counted(self, days: int) -> None:
        before = self._desk.retention.before(days)
        found = await self._desk.retention.figures(before)
        self._say(say("settings.retention.nothing", days=number(days)) if found.nothing else "")

        def remove(anonymise: bool) -> None:  # noqa: FBT001 (a person's choice)
            removed = self._removed(days, before, found, anonymise=anonymise)
            self._halt = self._desk.tasks.start("retention", removed).cancel

        if not found.nothing:
            RemovalDialog(self, days, found, remove).open()

    async def _removed(self, days: int, before: datetime, found: Figures, *, anonymise: bool) -> None:
        def told(gone: int) -> None:
            self._gone = gone
            self._say(say("settings.retention.running", found.sms, count=number(gone), all=number(found.sms)))

        self._gone = 0
        self._follow(running=True)
        try:
            await self._desk.retention.forget(days, before, found, anonymise=anonymise, told=told)
            self._say(say("settings.retention.done", found.sms, count=number(found.sms), days=str(days)))
        finally:
            self._follow(running=False)

    def _follow(self, *, running: bool) -> None:
        self.look.setEnabled(not running)
        self.days.setEnabled(not running)
        self.stop.setVisible(running)

    def _stop(self) -> None:
        self._halt()
        self._desk.tasks.start("retention", self._stopped())

    async def _stopped(self) -> None:
        await self._desk.retention.give_up()
        self._say(say("settings.retention.stopped", self._gone, count=number(self._gone)))
