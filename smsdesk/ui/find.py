"""The page Find: one box; who was written to, what became of each message, and what to tell the caller.

What is found stands newest first. Where it is all of one person, or a person was opened, everything that
was sent to them stands on a time line. The card at the right answers for the chosen message.
"""

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit

from smsdesk.desk.changes import Topic
from smsdesk.desk.desk import Desk
from smsdesk.desk.files import save
from smsdesk.desk.support import JOB_ID, PAGE, Asked, Person, blank_message
from smsdesk.ui.answer import AnswerCard
from smsdesk.ui.exporting import ask_file, safe_name, write_table
from smsdesk.ui.find_words import count_words, led_by, nobody_words
from smsdesk.ui.hits import Hits
from smsdesk.ui.inputs import text_input
from smsdesk.ui.layout import action, button, empty_page, hbox, holding, label, pill, splitter, vbox
from smsdesk.ui.live import Live
from smsdesk.ui.marks import Pill
from smsdesk.ui.page import Page
from smsdesk.ui.paged import Paged
from smsdesk.ui.person import PersonHead
from smsdesk.ui.printing import ask_path, ask_printer, painted, pdf
from smsdesk.words import say
from smsdesk.words.answers import answer_words

if TYPE_CHECKING:
    from smsdesk.core.answering import Answer
    from smsdesk.desk.support import Found, Place
    from smsdesk.desk.watching import SmsLine

FEWEST = 3
"""Characters below which nothing is searched."""
FURTHER = 200
"""So many people come at once as one scrolls."""
_PAUSE, _ASK_PAUSE = 0.05, 0.4
"""Seconds without a key press before the search begins, and before the service is asked."""


class Find(Page):
    """The search of the support desk. ``noticed``: level, sentence, hint, an action or None."""

    noticed = Signal(str, str, str, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("find.title"))
        self._desk = desk
        topics = frozenset({Topic.JOBS, Topic.OUTBOX, Topic.DO_NOT_CONTACT})
        self._live = Live(desk, "find page", topics, self._load, self._load_some)
        self._found: tuple[SmsLine, ...] = ()
        self._after: Place | None = None
        self._kind, self._took = "", 0.0
        self._opened = ""
        self._person: Person | None = None
        self._messages = self._paged(())
        self._nobody: Person | None = None
        self._answer: Answer | None = None
        self._ready = self._copy_wanted = self._anew = self._asking = False
        self._asked: Asked | None = None
        self.box: QLineEdit = text_input(say("find.box"), "", say("find.placeholder"), self._typed, "large")
        self.box.setClearButtonEnabled(False)
        self.box.installEventFilter(self)
        self.box.returnPressed.connect(self.open_person)
        self.kind, self.count = pill("unknown", "", ""), label("", "caption")
        self.kind.setParent(self.box)
        self.box.setLayout(hbox(None, self.count, margins=(0, 0, 14, 0)))
        self.copy = action(say("find.copy"), self._copy, "copy", "Ctrl+Return", self)
        self.save_pdf = action(say("find.pdf"), self._ask_path, "download", parent=self)
        self.print = action(say("find.print"), self._ask_printer, "file-text", parent=self)
        self.table = action(say("find.table"), self._ask_table, "download", parent=self)
        self.offer(self.copy, self.save_pdf, self.print, self.table)
        self.own_export = self.table
        self.hits = Hits(desk.now)
        self.hits.chosen.connect(self._choose)
        self.hits.near_end.connect(self._ask_more)
        self.hits.opened.connect(self.open_person)
        self.head = PersonHead(desk.now, self._turn_list, self._close_person)
        self.answer = AnswerCard(self.copy, (self.save_pdf, self.print, self.table), self._tell)
        self._lay_out()
        self._paint()

    def _lay_out(self) -> None:
        self._several = label(say("find.several"), "caption")
        self._several.setContentsMargins(15, 9, 12, 9)
        left = QFrame()
        left.setProperty("kind", "card")
        left.setLayout(vbox(self.head, self._several, self.hits, gap=0, margins=1))
        left.setMinimumWidth(316)
        self.answer.setMinimumWidth(400)
        self._parts = splitter(left, self.answer, shares=(1, 2))
        self._parts.setSizes([365, 720])
        hint = label(say("find.empty.hint"), "caption")
        self.empty = empty_page(say("find.empty"), hint, icon_name="search")
        self.nothing_words, self.nothing_hint = label("", "head"), label("", "second")
        for words in (self.nothing_words, self.nothing_hint):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.ask_again = button(say("find.ask_again"), on_click=lambda: self._ask_service(0))
        again = hbox(None, self.ask_again, None)
        column = vbox(None, self.nothing_words, self.nothing_hint, again, None, gap=8)
        self.nothing = holding(column, "")
        self.body.addWidget(self.box)
        for part in (self._parts, self.empty, self.nothing):
            self.body.addWidget(part, 1)

    def shown(self) -> None:
        """The box is ready to be typed into; what is found is followed."""
        self._live.shown()
        self._next_call()

    def hidden(self) -> None:
        """Stops following."""
        self._live.hidden()

    def asked(self, words: str) -> None:
        """Searches for what the command palette was asked for; without words the box is ready again."""
        if words:
            self.look_for(words)
        else:
            self._next_call()

    def look_for(self, text: str) -> None:
        """Searches for a text, as if it were typed."""
        self.box.setText(text)
        self._typed(text)

    def _next_call(self) -> None:
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    # -- searching -------------------------------------------------------------------------------

    def _text(self) -> str:
        return " ".join(self.box.text().split())

    def _typed(self, _text: str) -> None:
        self._ready = self._copy_wanted = False
        self._anew, self._asking = True, False
        self._opened, self._asked = "", None
        self.kind.hide()
        self._desk.tasks.start("find", self._find_soon())

    async def _find_soon(self) -> None:
        await self._desk.context.sleep(_PAUSE)
        await self._find()

    async def _load(self) -> None:
        """Loads again what is found, and what is told of it."""
        await self._renew([line.id for line in self._found])

    async def _load_some(self, _jobs: frozenset[int], changed: frozenset[int]) -> None:
        await self._renew([line.id for line in self._found if line.id in changed])

    async def _renew(self, ids: Sequence[int]) -> None:
        """Searches again; where one has scrolled on, all who were found stay, and these messages are read."""
        if len(self._found) <= PAGE:
            await self._find()
            return
        text, before = self._text(), self._found
        new = {line.id: line for line in await self._desk.reports.sms(ids)}
        if text == self._text() and self._found[: len(before)] == before:
            self._found = tuple(new.get(line.id, line) for line in self._found)
            await self._load_person(self._opened)

    async def _find(self) -> None:
        text, began = self._text(), monotonic()
        found = await self._desk.support.find(text) if len(text) >= FEWEST else None
        nobody = None if found is None or found.lines else await self._desk.support.nobody(text)
        # Who was found meanwhile by scrolling on stays.
        if text != self._text() or (len(self._found) > PAGE and not self._anew):
            return
        self._took = monotonic() - began
        self._nobody = nobody
        self._take(found)
        if not self._found and not self._asking and self._asked is None and JOB_ID.fullmatch(text):
            self._ask_service(_ASK_PAUSE)
        await self._load_person(self._opened or self._only_one())

    def _take(self, found: "Found | None") -> None:
        self._found = found.lines if found else ()
        self._after = found.after if found else None
        self._kind = led_by(self._text(), found) if found and found.lines else ""

    def _only_one(self) -> str:
        """The number of the one person whom the text leads to; "" where there are several."""
        return self._found[0].dst if len(self._found) == 1 and self._after is None else ""

    async def _load_person(self, dst: str) -> None:
        text = self._text()
        person = await self._desk.support.person(dst) if dst else None
        messages = self._paged(person.messages if person else ())
        await self._fetch(messages, self._to_choose(), anew=self._person is None or self._anew)
        if text == self._text():
            self._person, self._messages = person, messages
            self._paint()
            await self._load_answer()

    def _ask_more(self) -> None:
        if self._wants_more() and not self._desk.tasks.runs("find more"):
            self._desk.tasks.start("find more", self._load_more())

    def _wants_more(self) -> bool:
        there = self._after is not None and self._person is None and not self._anew
        return there and self.hits.is_near_end()

    async def _load_more(self) -> None:
        # What was asked for may be of an older search by then.
        while self._wants_more():
            text, after = self._text(), self._after
            found = await self._desk.support.find(text, after, FURTHER)
            if text == self._text() and self._after == after and self._person is None:
                self._found = (*self._found, *found.lines)
                self._after = found.after
                self.hits.add_lines(found.lines)
                self.count.setText(self._counted())
                return

    # -- a person --------------------------------------------------------------------------------

    def _paged(self, messages: Sequence[int]) -> "Paged[SmsLine]":
        return Paged(messages, blank_message, self._want)

    async def _fetch(
        self, messages: "Paged[SmsLine]", chosen: int | None = None, *, anew: bool = False
    ) -> list[int]:
        """Reads messages of a person: the chosen one, and those in sight; ``anew``: those around it will be.

        The answer is the places of those that are other ones now.
        """
        at = messages.place_of(chosen)
        sight = range(at or 0, (at or 0) + 1) if anew else self.hits.in_sight()
        keys = messages.missing(sight) + ([] if at is None else messages.missing(range(at, at + 1)))
        return messages.take((line.id, line) for line in await self._desk.reports.sms(keys)) if keys else []

    def _want(self, _at: int) -> None:
        """A message came into sight that is not read yet."""
        if not self._desk.tasks.runs("find sight"):
            self._desk.tasks.start("find sight", self._load_sight())

    async def _load_sight(self) -> None:
        messages, last = self._messages, list[int]()
        while (keys := messages.missing(self.hits.in_sight())) and keys != last:
            last = keys
            self.hits.rows.tell(await self._fetch(messages))
            self.hits.viewport().update()

    def open_person(self) -> None:
        """Shows all messages of the person of the chosen one."""
        line = self.hits.line()
        if line is not None and self._person is None and self._text():
            self._opened = line.dst
            self._desk.tasks.start("find", self._load_person(line.dst))

    def _close_person(self) -> None:
        self._opened = ""
        self._desk.tasks.start("find", self._load_person(self._only_one()))

    def _turn_list(self) -> None:
        person = self._person
        if person is not None:
            self._desk.tasks.start("find list", self._turned(person))

    async def _turned(self, person: Person) -> None:
        listed, who = self._desk.do_not_contact, [person.number]
        if person.listed is None:
            await listed.add(who, say("find.person.reason"))
            self._undoable("find.person.added", lambda: listed.remove(who))
        else:
            gone = await listed.remove(who)
            self._undoable("find.person.removed", lambda: listed.put_back(gone))

    def _undoable(self, code: str, undo: Callable[[], Coroutine[Any, Any, object]]) -> None:
        made = QAction(say("do_not_contact.undo"), self)
        made.triggered.connect(lambda: self._desk.tasks.start("find list", undo()))
        self.noticed.emit("done", say(code), "", made)

    # -- the service -----------------------------------------------------------------------------

    def _ask_service(self, pause: float) -> None:
        self._asking = True
        self._paint_nothing()
        self._desk.tasks.start("find service", self._ask(self._text(), pause))

    async def _ask(self, text: str, pause: float) -> None:
        await self._desk.context.sleep(pause)
        asked = await self._desk.support.ask_service(text)
        if text != self._text():
            return
        if asked.known:
            await self._find()
        self._asking, self._asked = False, asked
        self._paint_nothing()

    # -- the answer ------------------------------------------------------------------------------

    def _choose(self) -> None:
        self._ready = False
        self._desk.tasks.start("find answer", self._load_answer())

    async def _load_answer(self) -> None:
        line, text = self.hits.line(), self._text()
        if line is None:
            return
        if not line.dst:
            self.hits.rows.tell(await self._fetch(self._messages, line.id))
            line = self.hits.line()
        if line is None or not line.dst:
            return
        person = self._person or await self._desk.support.person(line.dst)
        answer = await self._desk.support.answer(line, person)
        now = self.hits.line()
        if text == self._text() and answer is not None and now is not None and now.id == line.id:
            self._answer = answer
            self._tell()
            self._ready = True
            if self._copy_wanted:
                self._copy()

    def _tell(self) -> None:
        if self._answer is not None:
            self.answer.show_answer(answer_words(self._answer, self.answer.tag, None, self._desk.now()))

    def _copy(self) -> None:
        """Copies; while the answer to what stands in the box is still looked for, as soon as it is there."""
        self._copy_wanted = not self._ready
        if self._ready:
            self.answer.copy_answer()

    def _ask_path(self) -> None:
        words = self.answer.words
        if words is not None:
            name = say("find.pdf.name", number=words.number)
            ask_path(self, name, lambda path: self._desk.tasks.start("find pdf", self._save(path)))

    async def _save(self, path: Path) -> None:
        words = self.answer.words
        if words is not None:
            await save(path, await pdf(words, self._desk.context.sleep))
            self.noticed.emit("done", say("find.pdf.saved", name=path.name), "", None)

    def _ask_table(self) -> None:
        person = self._person
        name = self._text() if person is None else say("find.table.name", number=person.number)
        ask_file(self, say("find.table"), safe_name(name, say("find.title")), self.write_table)

    def write_table(self, path: Path) -> None:
        """Writes all messages of the person as a table, of several people those that are listed."""
        person = self._person
        ids = [line.id for line in self._found] if person is None else person.messages

        def done(count: int) -> None:
            self.noticed.emit("done", say("find.table.written", count, name=path.name), "", None)

        write_table(self, self._desk, path, "person", ids, done)

    def _ask_printer(self) -> None:
        words, sleep = self.answer.words, self._desk.context.sleep
        if words is not None:
            ask_printer(self, lambda to: self._desk.tasks.start("find print", painted(words, to, sleep)))

    # -- painting --------------------------------------------------------------------------------

    def _paint(self) -> None:
        text, person = self._text(), self._person
        enough, any_ = len(text) >= FEWEST, bool(self._found)
        self.head.setVisible(person is not None)
        self._several.setVisible(person is None)
        if person is not None:
            self.head.show_person(person, len(self._found) if self._opened else 0)
        lines = self._messages if person is not None else self._found
        one_person = person is not None
        self.hits.show_lines(lines, one_person=one_person, choose=self._to_choose(), anew=self._anew)
        self._anew = False
        self._parts.setVisible(any_)
        self.empty.setVisible(not enough)
        self.nothing.setVisible(enough and not any_)
        self._paint_nothing()
        self.count.setText(self._counted() if enough else say("find.few") if text else "")
        for offered in (self.copy, self.save_pdf, self.print):
            offered.setEnabled(any_)
        self.table.setEnabled(any_)
        self._paint_kind()

    def _to_choose(self) -> int | None:
        """The message that stays chosen; after typing the one that was found."""
        line = self.hits.line()
        if line is not None and not self._anew:
            return line.id
        return self._found[0].id if self._found else None

    def _paint_kind(self) -> None:
        self.kind.setVisible(bool(self._kind and self._found))
        if self._kind:
            self.kind.show_pill(Pill("unknown", say(f"find.kind.{self._kind}"), ""))
            self.kind.adjustSize()
            left = self.box.fontMetrics().horizontalAdvance(self.box.text()) + 30
            self.kind.move(left, (self.box.height() - self.kind.height()) // 2)
            self.kind.setVisible(left + self.kind.width() < self.count.x())

    def _paint_nothing(self) -> None:
        asked, now = self._asked, self._desk.now()
        words, hint = nobody_words(self._text(), asked, self._nobody, now, asking=self._asking)
        self.nothing_words.setText(words)
        self.nothing_hint.setText(hint)
        self.ask_again.setVisible(asked is not None and not self._asking)

    def _counted(self) -> str:
        if not self._found:
            return ""
        alone = self._person if self._only_one() else None
        messages = None if alone is None else len(alone.messages)
        return count_words(len(self._found), messages, self._took, more=self._after is not None)

    # -- keys ------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the box, the arrow keys go through the messages."""
        if watched is self.box and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            page = max(1, self.hits.viewport().height() // 82)
            steps = {
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: page,
                Qt.Key.Key_PageUp: -page,
            }
            step = steps.get(Qt.Key(event.key()))
            if step is not None:
                self.hits.step(step)
                return True
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Escape is this page's own while there is something to step back from."""
        if event.type() == QEvent.Type.ShortcutOverride and self._is_step_back(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leads from a person to all who were found, then to the box for the next call."""
        if self._is_step_back(event):
            if self._opened:
                self._close_person()
            self._next_call()
            return
        super().keyPressEvent(event)

    def _is_step_back(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
            return False
        is_selected = self.box.hasFocus() and self.box.selectedText() == self.box.text()
        return bool(self._opened) or not is_selected
