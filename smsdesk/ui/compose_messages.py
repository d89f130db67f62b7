"""The composer's first tab: the texts, and below each text the people who get it."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.figures import TextTotals
from smsdesk.core.templates import fill
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk
from smsdesk.ui.compose_people import PeopleTable
from smsdesk.ui.compose_recipients import PeopleCard
from smsdesk.ui.compose_side import shown_parts
from smsdesk.ui.compose_texts import Editor, TextTabs
from smsdesk.ui.layout import BETWEEN, button, card, hbox, hline, holding, label, splitter, vbox
from smsdesk.words import number, say


class Messages(QWidget):
    """Texts and their recipients. ``text_chosen`` tells which text is in sight, from 0."""

    text_chosen = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._opened: OpenCampaign | None = None
        self._at = 0
        self.tabs = TextTabs()
        self.tabs.chosen.connect(self.choose_message)
        self.insert = button(say("compose.insert"), on_click=self._offer_fields, kind="quiet")
        self.add = button(say("compose.add_text"), "plus", self._add_text, kind="quiet")
        self.rename = button(say("compose.rename_text"), on_click=self._ask_name, kind="quiet")
        self.drop = button(say("compose.remove_text"), on_click=self._remove_text, kind="quiet")
        self.editor = Editor()
        self.editor.textChanged.connect(self._typed)
        self.alphabet, self.counts = label("", "caption-head"), label("", "caption")
        foot = holding(hbox(self.alphabet, self.counts, None, gap=16, margins=(16, 8, 16, 6)), "")
        writing = vbox(self.editor, hline(), foot, gap=0)
        writing.setStretch(0, 1)
        acts = (self.add, self.rename, self.drop, self.insert)
        upper = card(self.tabs, *acts, body=writing, flush=True)
        self.people = PeopleCard(desk)
        self.parts = splitter(upper, self.people, vertical=True, shares=(2, 3))
        self.parts.setSizes([260, 400])
        self.setLayout(vbox(self.parts, gap=BETWEEN))

    @property
    def at(self) -> int:
        """The message shown."""
        return self._at

    @property
    def table(self) -> PeopleTable:
        """The table of its recipients."""
        return self.people.table

    def show_campaign(self, opened: OpenCampaign) -> None:
        """Shows an open campaign as it is now."""
        if opened is not self._opened:
            self._opened, self._at = opened, 0
        messages = opened.campaign.messages
        self._at = min(self._at, len(messages) - 1)
        self.tabs.show_texts(opened.campaign, self._at)
        self.editor.show_message(messages[self._at])
        self.editor.setReadOnly(opened.sent)
        for act in (self.add, self.insert):
            act.setVisible(not opened.sent)
        for act in (self.drop, self.rename):
            act.setVisible(len(messages) > 1 and not opened.sent)
        self.insert.setEnabled(not messages[self._at].literal)
        self.people.show_message(opened, self._at)
        self._show_count(opened)

    def choose_message(self, at: int) -> None:
        """Shows another text and its people."""
        if self._opened is not None and 0 <= at < len(self._opened.campaign.messages):
            self._at = at
            self.show_campaign(self._opened)
            self.text_chosen.emit(at)

    def choose_person(self, row: int) -> None:
        """Makes a row of the table current."""
        self.people.choose(row)

    def _show_count(self, opened: OpenCampaign) -> None:
        campaign = opened.campaign
        message = campaign.messages[self._at]
        parts = shown_parts(campaign, message.text)
        self.alphabet.setText(say(f"compose.alphabet.{parts.encoding.name.lower()}"))
        each = opened.review.totals.texts if opened.review else ()
        if self._at < len(each) and each[self._at].histogram:
            words = _figures(campaign, message, each[self._at])
        elif message.text:
            words = [say("compose.parts", parts.parts)]
        else:
            words = [say("compose.no_text_yet")]
        self.counts.setText("   ".join(words))

    # -- acting ----------------------------------------------------------------------------------

    def _typed(self) -> None:
        # Out of sight the editor may hold an older text, which another look only paints anew.
        if self._opened is not None and self.editor.isVisible():
            self._opened.write_text(self._at, self.editor.toPlainText())

    def _add_text(self) -> None:
        if self._opened is not None:
            self._opened.add_message("")
            self.choose_message(len(self._opened.campaign.messages) - 1)
            self.editor.setFocus()

    def _remove_text(self) -> None:
        if self._opened is not None:
            at, self._at = self._at, max(0, self._at - 1)
            self._opened.remove_message(at)
            self.text_chosen.emit(self._at)

    def _ask_name(self) -> None:
        opened, at = self._opened, self._at
        if opened is None:
            return
        dialog = QInputDialog(self)
        dialog.setWindowTitle(say("compose.rename_text"))
        dialog.setLabelText(say("compose.rename_text.words"))
        dialog.setTextValue(opened.campaign.messages[at].name)
        dialog.textValueSelected.connect(lambda name: opened.name_message(at, name.strip()))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def _offer_fields(self) -> None:
        if self._opened is None:
            return
        menu = QMenu(self)
        for name in self._opened.campaign.messages[self._at].recipients.fields:
            entry = menu.addAction(name.replace("&", "&&"))
            entry.triggered.connect(lambda _=False, field=name: self._insert_field(field))
        if menu.isEmpty():
            menu.addAction(say("compose.no_fields")).setEnabled(False)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.insert.mapToGlobal(QPoint(0, self.insert.height())))

    def _insert_field(self, name: str) -> None:
        self.editor.insertPlainText(f"{{{name}}}")
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)


def _figures(campaign: Campaign, message: Message, totals: TextTotals) -> list[str]:
    """How many people get how many parts, and who gets the longest text."""
    words = [say("compose.histogram", count, people=number(n)) for count, n in totals.histogram.items()]
    row = totals.longest
    if row is not None and row < len(message.recipients):
        one = message.recipients.row(row)
        text = message.text if message.literal else fill(message.text, one.fields)
        longest = shown_parts(campaign, text).units
        words.append(say("compose.longest", longest=number(longest), row=number(row + 1)))
    return words
