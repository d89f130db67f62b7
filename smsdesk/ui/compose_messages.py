"""The composer's first tab: the texts, and below each text the people who get it."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from smsdesk.core.characters import replaceable
from smsdesk.core.options import Options
from smsdesk.desk.checking import Look
from smsdesk.desk.desk import Desk
from smsdesk.desk.open_campaign import OpenCampaign
from smsdesk.ui.compose_audit import AuditDialog, audit_of, characters_words
from smsdesk.ui.compose_borders import borders
from smsdesk.ui.compose_editor import Editor
from smsdesk.ui.compose_foot import TextFoot
from smsdesk.ui.compose_insert import offer_fields
from smsdesk.ui.compose_marks import Ground
from smsdesk.ui.compose_people import PeopleTable
from smsdesk.ui.compose_recipients import PeopleCard
from smsdesk.ui.compose_split import SplitDialog
from smsdesk.ui.compose_texts import TextTabs
from smsdesk.ui.emoji import EmojiPicker
from smsdesk.ui.layout import BETWEEN, button, card, hbox, hline, holding, icon_button, splitter, vbox
from smsdesk.ui.templates import TemplatesDialog
from smsdesk.words import number, say

_LOOKED_AT = 20_000
"""So much of a text is searched for characters to replace while it is written."""


class Messages(QWidget):
    """Texts and their recipients.

    ``text_chosen`` tells which text is in sight, from 0; ``person_asked`` a row to be shown in the preview;
    ``told`` a notice as level, sentence, hint and action.
    """

    text_chosen = Signal(int)
    person_asked = Signal(int)
    told = Signal(str, str, str, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._opened: OpenCampaign | None = None
        self._at = 0
        self._searched: tuple[str, tuple[str, ...]] = ("", ())
        self.tabs = TextTabs()
        self.tabs.chosen.connect(self.choose_message)
        self.add = button(say("compose.add_text"), "plus", self._add_text, kind="quiet")
        self.insert = button(say("compose.insert"), on_click=self._offer_fields, kind="quiet")
        self.templates = button(say("compose.templates"), on_click=self._open_templates, kind="quiet")
        self.emoji = icon_button("smile", say("compose.emoji"), self._open_emoji)
        self.more = icon_button("ellipsis", say("compose.more_texts"), self._open_more)
        self.editor = Editor()
        self.editor.textChanged.connect(self._typed)
        self.foot = TextFoot()
        self.people = PeopleCard(desk)
        self.parts = splitter(self._upper(), self.people, vertical=True, shares=(2, 3))
        self.parts.setSizes([280, 390])
        self.setLayout(vbox(self.parts, gap=BETWEEN))
        self.editor.explained.connect(self.foot.explain)
        self.foot.replace_asked.connect(self._replace)
        self.foot.row_asked.connect(self._go_row)
        self.foot.details_asked.connect(self.open_audit)

    def _upper(self) -> QWidget:
        writing = vbox(self.editor, hline(), self.foot, gap=0)
        writing.setStretch(0, 1)
        left = hbox(self.tabs, self.add, gap=6)
        acts = (self.insert, self.templates, self.emoji, self.more)
        return card(holding(left, ""), *acts, body=writing, flush=True)

    @property
    def at(self) -> int:
        """The message shown."""
        return self._at

    @property
    def table(self) -> PeopleTable:
        """The table of its recipients."""
        return self.people.table

    # -- showing ---------------------------------------------------------------------------------

    def show_campaign(self, opened: OpenCampaign) -> None:
        """Shows an open campaign as it is now."""
        if opened is not self._opened:
            self._opened, self._at = opened, 0
        campaign = opened.campaign
        self._at = min(self._at, len(campaign.messages) - 1)
        message = campaign.messages[self._at]
        self.tabs.show_texts(campaign, self._at)
        self.editor.show_text(message.text, Ground.of(campaign, message))
        self.editor.setReadOnly(opened.sent)
        for act in (self.add, self.insert, self.templates, self.emoji, self.more):
            act.setVisible(not opened.sent)
        self.insert.setEnabled(not message.literal)
        self.people.show_message(opened, self._at)
        audit = audit_of(opened, self._at)
        self.foot.show_audit(audit, fresh=opened.fresh, changeable=not opened.sent)
        self.foot.show_replaceable("" if opened.sent else self._replaceable(message.text))

    def show_look(self, message: int, row: int, look: Look) -> None:
        """Counts what one recipient gets, and shows in the text where their parts begin."""
        if self._opened is None or message != self._at:
            return
        campaign = self._opened.campaign
        one = campaign.messages[message]
        personal = not one.literal and "{" in one.text and row < len(one.recipients)
        self.foot.show_look(look, row if personal else None)
        if look.parts is None:
            self.editor.show_borders((), "")
            return
        fields = one.recipients.row(row).fields if row < len(one.recipients) else {}
        rule = campaign.options.invalid_characters or "TO_UTF16"
        found = borders(one.text, None if one.literal else fields, look.parts, rule)
        whose = say("compose.border.row", row=number(row + 1)) if personal else say("compose.border.all")
        self.editor.show_borders(found, whose)

    def choose_message(self, at: int) -> None:
        """Shows another text and its people."""
        if self._opened is not None and 0 <= at < len(self._opened.campaign.messages):
            self._at = at
            self.show_campaign(self._opened)
            self.text_chosen.emit(at)

    def choose_person(self, row: int) -> None:
        """Makes a row of the table current."""
        self.people.choose(row)

    def _replaceable(self, text: str) -> str:
        if text != self._searched[0]:
            self._searched = text, replaceable(text[:_LOOKED_AT])
        return characters_words("".join(self._searched[1]))

    # -- acting on the text ----------------------------------------------------------------------

    def _typed(self) -> None:
        # Out of sight the editor may hold an older text, which another look only paints anew.
        if self._opened is not None and self.editor.isVisible():
            self._opened.write_text(self._at, self.editor.toPlainText())

    def _offer_fields(self) -> None:
        if self._opened is not None:
            fields = self._opened.campaign.messages[self._at].recipients.fields
            offer_fields(self.insert, tuple(fields), self.editor.insert)

    def _open_emoji(self) -> None:
        picker = EmojiPicker(self, self._desk)
        picker.chosen.connect(self.editor.insert)
        picker.open_at(self.emoji)

    def _open_templates(self) -> None:
        if self._opened is not None:
            campaign = self._opened.campaign
            dialog = TemplatesDialog(self, self._desk, campaign.messages[self._at], campaign.options)
            dialog.chosen.connect(self._use_template)
            dialog.open()

    def _use_template(self, text: str, options: Options | None) -> None:
        if self._opened is not None and not self._opened.sent:
            self._opened.use_template(self._at, text, options)
            self._done(say("compose.template_used"))
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _replace(self, source: str) -> None:
        if self._opened is not None and not self._opened.sent:
            self._opened.replace_characters(self._at, source)
            self._done(say("compose.in_gsm.column" if source else "compose.in_gsm"))

    def _done(self, sentence: str) -> None:
        opened, undo = self._opened, QAction(say("compose.undo"), self)
        if opened is not None:
            undo.triggered.connect(lambda: opened.undo())  # noqa: PLW0108 (the signal would hand in a flag)
        self.told.emit("done", sentence, "", undo)

    # -- acting on texts -------------------------------------------------------------------------

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

    def _open_more(self) -> None:
        if self._opened is None:
            return
        several = len(self._opened.campaign.messages) > 1
        columns = bool(self._opened.campaign.messages[self._at].recipients.fields)
        menu = QMenu(self.more)
        for words, act, offered in (
            (say("compose.rename_text"), self._ask_name, True),
            (say("compose.split.menu"), self.ask_split, columns),
            (say("compose.remove_text"), self._remove_text, several),
        ):
            entry = menu.addAction(words)
            entry.triggered.connect(act)
            entry.setEnabled(offered)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

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

    def ask_split(self) -> SplitDialog | None:
        """Asks for the column whose values get texts of their own."""
        if self._opened is None:
            return None
        rows = self._opened.campaign.messages[self._at].recipients
        dialog = SplitDialog(self, self._desk, rows, self._split)
        dialog.open()
        return dialog

    def _split(self, column: str, texts: int) -> None:
        if self._opened is not None and not self._opened.sent:
            self._opened.split_message(self._at, column)
            self._done(say("compose.split.done", texts))

    # -- figures of the list ---------------------------------------------------------------------

    def open_audit(self) -> AuditDialog | None:
        """Opens the card with chart, figures and savings."""
        if self._opened is None:
            return None
        dialog = AuditDialog(self, self._opened, self._at, self._replace)
        dialog.row_asked.connect(self._go_row)
        dialog.open()
        return dialog

    def _go_row(self, row: int) -> None:
        self.people.reveal(row)
        self.person_asked.emit(row)
