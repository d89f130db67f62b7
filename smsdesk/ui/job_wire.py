"""The raw side of a job: the request as it was sent, each distinct answer, and what differs between two."""

import shlex
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from smsdesk.core.account import Account
from smsdesk.desk.desk import Desk
from smsdesk.desk.telling import job_name
from smsdesk.ui import masking
from smsdesk.ui.compose_request import laid_out
from smsdesk.ui.facts import flowing
from smsdesk.ui.inputs import Choice, Segments
from smsdesk.ui.labels import Reading
from smsdesk.ui.layout import button, hbox, label, vbox
from smsdesk.words import clock, day_time, file_size, say

if TYPE_CHECKING:
    from smsdesk.desk.reports import Answered
    from smsdesk.desk.watching import JobLine


def as_curl(body: bytes, account: Account) -> str:
    """The request as a command for a terminal. It has no password: ``curl`` asks for that.

    The body goes through a pipe: as an argument a long one would be refused by the system.
    """
    header, url = "Content-Type:application/json", f"{account.send_url.rstrip('/')}/jobs"
    printed = ["printf", "%s", body.decode()]
    asked = ["curl", "--user", account.user, "--header", header, "--data-binary", "@-", url]
    return f"{shlex.join(printed)} | {shlex.join(asked)}"


class RawDialog(QDialog):
    """Shows the wire side of a job; opened, not executed."""

    def __init__(self, parent: QWidget, desk: Desk, line: "JobLine") -> None:
        super().__init__(parent)
        self._desk, self._line = desk, line
        self._account: Account | None = None
        self._body = b""
        self._answers: tuple[Answered, ...] = ()
        self._texts: dict[int, str] = {}
        masking.title(self, say("raw.title", job=job_name(line)))
        self.kinds = Segments(
            say("raw.kinds"),
            [(key, say(f"raw.{key}")) for key in ("request", "answers", "difference")],
            on_change=lambda _: self._show(),
            kind="tab",
        )
        self.words = flowing("second")
        self.first = Choice(say("raw.answer"), on_change=lambda _: self._show())
        self.second = Choice(say("raw.against"), on_change=lambda _: self._show())
        for choice in (self.first, self.second):
            # What they offer comes late.
            choice.setSizeAdjustPolicy(choice.SizeAdjustPolicy.AdjustToContents)
        self.text = Reading(say("raw.title", job=job_name(line)))
        self.told = label("", "second")
        self.curl = button(say("raw.curl"), on_click=self._copy_curl)
        self.copy = button(say("raw.copy"), on_click=self._copy)
        close = button(say("dialog.close"), on_click=self.accept)
        close.setDefault(True)
        for made in (self.curl, self.copy):
            made.setAutoDefault(False)
        column = vbox(
            self.kinds, self.words, hbox(self.first, self.second, None), self.text, gap=10, margins=20
        )
        column.setStretchFactor(self.text, 1)
        column.addLayout(hbox(self.told, None, self.curl, self.copy, close))
        self.setLayout(column)
        self.resize(820, 620)
        self._loaded = False
        self._reading = desk.tasks.start("raw side", self._load())
        self.finished.connect(self._close)

    def _close(self) -> None:
        self._reading.cancel()
        self.deleteLater()

    async def _load(self) -> None:
        desk, key = self._desk, self._line.key
        self._body = await desk.reports.request(key)
        accounts = {one.name: one for one in await desk.accounts.every()}
        self._account = accounts.get(self._line.account)
        self._answers = await desk.reports.answers(key)
        # Those about the recipients first, the newest on top.
        ordered = sorted(self._answers, key=lambda one: (one.kind != "recipients", -one.id))
        named = [(str(one.id), _name(one, desk.now())) for one in ordered]
        self.first.offer(named, named[0][0] if named else "")
        self.second.offer(named, named[1][0] if len(named) > 1 else "")
        self._loaded = True
        await self._read()

    def _show(self) -> None:
        """Another side is wanted; while all is still being read, that is shown at its end."""
        if self._loaded:
            self._reading = self._desk.tasks.start("raw side", self._read())

    async def _read(self) -> None:
        kind = self.kinds.key()
        for choice, wanted in ((self.first, kind != "request"), (self.second, kind == "difference")):
            choice.setVisible(wanted and bool(self._answers))
        self.curl.setVisible(kind == "request" and bool(self._body) and self._account is not None)
        if kind == "request":
            self._paint(laid_out(self._body.decode()), "raw.request.words", len(self._body))
        elif not self._answers:
            self._paint(("", False), "raw.answers.none", 0)
        elif kind == "answers":
            text = await self._text(self.first)
            self._paint((text, False), "raw.answers.words", len(text.encode()))
        else:
            await self._compare()

    async def _compare(self) -> None:
        older, newer = (int(choice.key() or 0) for choice in (self.second, self.first))
        found = await self._desk.reports.difference(older, newer)
        self._paint((found, False), "raw.difference.words" if found else "raw.difference.none", len(found))

    async def _text(self, choice: Choice) -> str:
        number = int(choice.key() or 0)
        if number not in self._texts:
            body = await self._desk.reports.answer(number)
            self._texts[number] = laid_out(body.decode(errors="replace"))[0]
        return self._texts[number]

    def _paint(self, shown: tuple[str, bool], code: str, size: int) -> None:
        text, cut = shown
        missing = not text and code == "raw.request.words"
        words = say("raw.request.none") if missing else say(code)
        self.words.setText(f"{words} {say('raw.cut', size=file_size(size))}" if cut else words)
        self.text.setPlainText(text)
        self.copy.setEnabled(bool(text))
        self.told.setText("")

    def _copy(self) -> None:
        whole = self._body.decode() if self.kinds.key() == "request" else self.text.whole
        QGuiApplication.clipboard().setText(whole)
        self.told.setText(say("raw.copied"))

    def _copy_curl(self) -> None:
        if self._account is not None:
            QGuiApplication.clipboard().setText(as_curl(self._body, self._account))
            self.told.setText(say("raw.curl.copied"))


def _name(one: "Answered", now: datetime) -> str:
    day = day_time(one.at, None, now).rpartition(" ")[0]
    return say(f"raw.answer.{one.kind}", time=f"{day} {clock(one.at)}")


def show_raw(parent: QWidget, desk: Desk, line: "JobLine") -> RawDialog:
    """Opens the raw side of a job over ``parent``."""
    made = RawDialog(parent, desk, line)
    made.open()
    return made
