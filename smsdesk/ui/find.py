"""The page Find: one box; who was written to, what became of each message, and what to tell the caller."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit

from smsdesk.desk.changes import Topic
from smsdesk.desk.desk import Desk
from smsdesk.ui.answer import AnswerCard
from smsdesk.ui.answers import answer
from smsdesk.ui.hits import Hits
from smsdesk.ui.inputs import text_input
from smsdesk.ui.layout import action, empty_page, hbox, holding, label, splitter, vbox
from smsdesk.ui.live import Live
from smsdesk.ui.page import Page
from smsdesk.words import say

if TYPE_CHECKING:
    from smsdesk.desk.watching import SmsLine

FEWEST = 3
"""Characters below which nothing is searched."""
MOST = 200
"""Hits that a search gives at most."""
_PAUSE = 0.08
"""Seconds without a key press before the search begins."""


class Find(Page):
    """The search of the support desk."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("find.title"))
        self._desk = desk
        self._live = Live(desk, "find page", frozenset({Topic.JOBS, Topic.OUTBOX}), self._find)
        self.box: QLineEdit = text_input(say("find.box"), "", say("find.placeholder"), self._typed, "large")
        self.box.setClearButtonEnabled(False)
        self.box.installEventFilter(self)
        self.count = label("", "caption")
        self.box.setLayout(hbox(None, self.count, margins=(0, 0, 14, 0)))
        self.copy = action(say("find.copy"), self._copy, "copy", "Ctrl+Return", self)
        self.offer(self.copy)
        self.hits = Hits(desk.now)
        self.hits.chosen.connect(self._show)
        self.answer = AnswerCard(self.copy)
        self._lay_out()
        self._paint(())

    def _lay_out(self) -> None:
        left = QFrame()
        left.setProperty("kind", "card")
        left.setLayout(vbox(self.hits, gap=0, margins=1))
        left.setMinimumWidth(260)
        self.answer.setMinimumWidth(400)
        self._parts = splitter(left, self.answer, shares=(1, 2))
        self._parts.setSizes([365, 720])
        hint = label(say("find.empty.hint"), "caption")
        self.empty = empty_page(say("find.empty"), hint, icon_name="search")
        self._nothing_words = label("", "head")
        other = label(say("find.nothing.hint"), "second")
        for words in (self._nothing_words, other):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing = holding(vbox(None, self._nothing_words, other, None, gap=8), "")
        self.body.addWidget(self.box)
        for part in (self._parts, self.empty, self.nothing):
            self.body.addWidget(part, 1)

    def shown(self) -> None:
        """The box is ready to be typed into; what is found is followed."""
        self._live.shown()
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def hidden(self) -> None:
        """Stops following."""
        self._live.hidden()

    def asked(self, words: str) -> None:
        """Searches for what the command palette was asked for."""
        self.look_for(words)

    def look_for(self, text: str) -> None:
        """Searches for a text, as if it were typed."""
        self.box.setText(text)
        self._typed(text)

    def _typed(self, _text: str) -> None:
        self._desk.tasks.start("find", self._find_soon())

    async def _find_soon(self) -> None:
        await self._desk.context.sleep(_PAUSE)
        await self._find()

    async def _find(self) -> None:
        text = self.box.text().strip()
        lines = await self._desk.jobs.find(text) if len(text) >= FEWEST else ()
        if text == self.box.text().strip():
            self._paint(lines)

    def _paint(self, lines: "tuple[SmsLine, ...]") -> None:
        text = self.box.text().strip()
        enough = len(text) >= FEWEST
        self.hits.show_lines(lines)
        self._parts.setVisible(bool(lines))
        self.empty.setVisible(not enough)
        self.nothing.setVisible(enough and not lines)
        self._nothing_words.setText(say("find.nothing", text=text))
        self.count.setText(_counted(lines) if enough else say("find.few") if text else "")
        self.copy.setEnabled(bool(lines))

    def _copy(self) -> None:
        self.answer.copy_answer()

    def _show(self, line: "SmsLine | None") -> None:
        if line is not None:
            self.answer.show_answer(answer(line, self._desk.now()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the box, the arrow keys go through the hits."""
        if watched is self.box and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if steps is not None:
                self.hits.step(steps)
                return True
        return super().eventFilter(watched, event)


def _counted(lines: "tuple[SmsLine, ...]") -> str:
    if not lines:
        return ""
    people = say("find.people", len({line.dst for line in lines}))
    messages = say("find.messages", len(lines))
    return say("find.more" if len(lines) >= MOST else "find.count", people=people, messages=messages)
