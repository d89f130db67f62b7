"""The help page: topics at the left, one page to read. Reads the shipped help pages only."""

from functools import cache

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QResizeEvent, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QListWidget, QTextBrowser

from smsdesk.core.shipped import shipped
from smsdesk.ui import theme
from smsdesk.ui.layout import card, hbox
from smsdesk.ui.page import Page
from smsdesk.words import language, say

TOPICS = (
    "first-campaign",
    "importing",
    "lists",
    "do-not-contact",
    "texts",
    "blackouts",
    "options",
    "states",
    "jobs",
    "find",
    "accounts",
    "sandbox",
)
"""The help pages in the order of reading: ``resources/help/<language>/<topic>.md``."""

_LIST_WIDTH = 240
_READING_WIDTH = 700
_LINE_HEIGHT = 135.0


class _Reader(QTextBrowser):
    """Lines are no longer than one reads well, and no longer than there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.setLineWrapMode(QTextBrowser.LineWrapMode.FixedPixelWidth)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Breaks the lines anew."""
        self.setLineWrapColumnOrWidth(min(_READING_WIDTH, self.viewport().width()))
        super().resizeEvent(event)


class HelpPage(Page):
    """Shows a topic of the shipped help; a link inside leads to another topic, never out of the program."""

    def __init__(self) -> None:
        super().__init__(say("page.help"))
        self.topics = QListWidget()
        self.topics.setAccessibleName(say("help.topics"))
        self.topics.setWordWrap(True)
        self.topics.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.topics.currentRowChanged.connect(self._show_row)
        self.reader = _Reader()
        self.reader.setProperty("kind", "reader")
        self.reader.setOpenLinks(False)
        self.reader.setAccessibleName(say("help.reader"))
        self.reader.anchorClicked.connect(self._follow)
        left = card(body=self.topics, flush=True)
        left.setFixedWidth(_LIST_WIDTH)
        row = hbox(left, card(body=self.reader, flush=True), gap=12)
        row.setStretch(1, 1)
        self.body.addLayout(row, 1)

    def shown(self) -> None:
        """Reads the pages when they are asked for the first time."""
        if self.topics.count() == 0:
            self.topics.addItems([_title(topic, language()) for topic in TOPICS])
            self.topics.setCurrentRow(0)

    def asked(self, words: str) -> None:
        """Opens a topic; an unknown one leaves the page as it is."""
        self.shown()
        if words in TOPICS:
            self.topics.setCurrentRow(TOPICS.index(words))

    def _show_row(self, at: int) -> None:
        if 0 <= at < len(TOPICS):
            self.reader.setMarkdown(_text(TOPICS[at], language()))
            _dress(self.reader.document())
            self.reader.moveCursor(QTextCursor.MoveOperation.Start)

    def _follow(self, url: QUrl) -> None:
        self.asked(url.toString())


def _dress(document: QTextDocument) -> None:
    """Gives the page the type sizes and the space of the program."""
    document.setIndentWidth(22)
    block = document.begin()
    while block.isValid():
        cursor = QTextCursor(block)
        level = block.blockFormat().headingLevel()
        made = block.blockFormat()
        made.setLineHeight(_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        made.setTopMargin(0 if level == 1 else 16 if level else 0)
        made.setBottomMargin(8 if level else 10 if block.textList() is None else 4)
        cursor.setBlockFormat(made)
        if level:
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            words = QTextCharFormat()
            words.setFont(theme.font(theme.TITLE if level == 1 else theme.WRITING, 600))
            cursor.setCharFormat(words)
        block = block.next()


@cache
def _text(topic: str, tag: str) -> str:
    return shipped("help", tag, f"{topic}.md").read_text("utf-8")


def _title(topic: str, tag: str) -> str:
    return _text(topic, tag).splitlines()[0].removeprefix("# ")
