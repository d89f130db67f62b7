"""Send me a test: one recipient's text, as it will arrive, to one's own number."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QWidget

from smsdesk.core.columns import column_of
from smsdesk.core.errors import InputError
from smsdesk.core.importing import display_name
from smsdesk.core.numbers import Standing, as_shown, read_number
from smsdesk.core.options import check_options
from smsdesk.core.parts import Parts, outside
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk
from smsdesk.ui import theme
from smsdesk.ui.facts import Facts, flowing
from smsdesk.ui.inputs import text_input
from smsdesk.ui.layout import button, grow, hbox, holding, label, relabel, scrolling, vbox
from smsdesk.ui.phone import PhonePreview
from smsdesk.words import error_words, money, problem_words, say
from smsdesk.words.entries import account_words

Told = Callable[[str, str, str, QAction | None], object]
"""What takes a notice: level, sentence, hint, action."""
Place = tuple[int, int]
"""A recipient of the campaign: message and row, from 0."""

_WIDTH, _HEIGHT, _LABELS = 500, 560, 110


class SendTest(QDialog):
    """Shows what the test will be and asks for the number; a test goes through the outbox like any SMS.

    ``told`` takes the notice, whose link calls ``show_outbox``.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        opened: OpenCampaign,
        place: Place,
        told: Told,
        show_outbox: Callable[[], object],
    ) -> None:
        super().__init__(parent)
        self._desk, self._opened, self._told, self._show_outbox = desk, opened, told, show_outbox
        self._home, self._open = parent, True
        self._message = min(place[0], len(opened.campaign.messages) - 1)
        self._row = 0
        self.setWindowTitle(say("test.title"))
        self.resize(_WIDTH, _HEIGHT)
        self.phone = PhonePreview(lambda by: self.show_row(self._row + by))
        self.facts = Facts(say("test.facts"), label_width=_LABELS)
        self.number = text_input(say("test.number"), placeholder=say("test.number.example"))
        self.number.textChanged.connect(lambda _: self._judge())
        self.wrong = flowing("caption")
        self.cancel = button(say("dialog.cancel"), on_click=self.reject)
        self.send = button("", on_click=self.send_now, primary=True)
        self.cancel.setAutoDefault(False)
        self.send.setDefault(True)
        words = flowing("second")
        words.setText(say("test.words"))
        name = label(say("test.number"), "strong")
        name.setBuddy(self.number)
        asked = vbox(name, self.number, self.wrong, gap=4)
        acts = hbox(None, self.cancel, self.send)
        reading = vbox(words, self.phone, self.facts, None, gap=12)
        reading.setContentsMargins(0, 0, 6, 0)
        self._reading = scrolling(holding(reading))
        column = vbox(self._reading, asked, acts, gap=12, margins=20)
        self.setLayout(grow(column, self._reading))
        self.finished.connect(lambda _: self._close())
        self.show_row(place[1])
        self.number.setFocus(Qt.FocusReason.OtherFocusReason)
        desk.tasks.start("own number", self._load_number())

    async def _load_number(self) -> None:
        number = await self._desk.own_number.load()
        if self._open and not self.number.text():
            self.number.setText(number)
            self.number.selectAll()

    def show_row(self, row: int) -> None:
        """Shows the text of another recipient."""
        count = len(self._opened.campaign.messages[self._message].recipients)
        self._row = max(0, min(row, count - 1))
        self._look = look = self._opened.person(self._message, self._row)
        campaign, parts = self._opened.campaign, look.parts
        sender = campaign.options.src or say("compose.default_sender")
        self.phone.show_message(sender, parts.texts if parts else (look.text,), "")
        self.phone.show_place(self._row + 1, count)
        self._judge()

    # -- what is sent, and why not ---------------------------------------------------------------

    def _judge(self) -> None:
        """Says what the test costs, or why it cannot go."""
        reason = self._refusal()
        wrong = "" if reason else _wrong_number(self.number.text(), self._opened.campaign.region)
        empty = not self.number.text().strip()
        self.wrong.setText(reason or wrong or self._number_words())
        theme.restyle(self.wrong, role="failed" if reason or (wrong and not empty) else "")
        theme.restyle(self.number, wrong="true" if wrong and not empty else "false")
        self.number.setAccessibleDescription(self.wrong.text())
        self.send.setEnabled(not reason and not wrong)
        relabel(self.send, say("test.send", self._parts))
        self._show_facts()

    @property
    def _parts(self) -> int:
        return self._look.parts.parts if self._look.parts else 0

    def _refusal(self) -> str:
        """What has to be mended in the campaign first; "" for nothing."""
        campaign, look = self._opened.campaign, self._look
        if not campaign.account:
            return say("test.no_account")
        if not len(campaign.messages[self._message].recipients):
            return say("test.nobody")
        if not look.text.strip():
            return say("test.no_text")
        wrong = check_options(campaign.options)
        if wrong:
            return " ".join(problem_words(wrong[0]))
        if campaign.options.invalid_characters == "REFUSE" and campaign.options.encoding != "UTF-16":
            found = "".join(dict.fromkeys(character for _, character in outside(look.text)))
            return say("test.refused", characters=found[:10]) if found else ""
        return ""

    def _number_words(self) -> str:
        """How the number was read; a doubtful one is sent to all the same."""
        found = read_number(self.number.text(), self._opened.campaign.region)
        code = "test.number.doubtful" if found.standing is Standing.DOUBTFUL else "test.number.read"
        return say(code, number=as_shown(found.e164))

    def _show_facts(self) -> None:
        campaign = self._opened.campaign
        account = account_words(campaign.account) if campaign.account else say("option.account.none")
        rows = [
            (say("test.text_of"), self._whose()),
            (say("option.account"), account),
            (say("option.src"), campaign.options.src or say("compose.default_sender")),
            (say("test.parts"), self._cost_words(self._look.parts)),
        ]
        self.facts.show_facts(rows)

    def _whose(self) -> str:
        people = self._opened.campaign.messages[self._message].recipients
        if not len(people):
            return ""
        one = people.row(self._row)
        return ", ".join(filter(None, (display_name(one.fields), as_shown(one.dst))))

    def _cost_words(self, parts: Parts | None) -> str:
        if parts is None or not self._look.text:
            return say("test.nothing")
        words = say("test.parts.n", parts.parts)
        prices = self._opened.prices
        number = read_number(self.number.text(), self._opened.campaign.region)
        if prices is None or not number.e164:
            return words
        from smsdesk.core.prices import regions_column

        region = regions_column(column_of([number.e164]).series, self._opened.campaign.region)[0]
        price = prices.of(region)
        if price is None:
            return say("test.parts.unpriced", parts=words)
        return say(
            "test.parts.cost", parts=words, cost=money(price * parts.parts, prices.currency, exact=True)
        )

    # -- sending ---------------------------------------------------------------------------------

    def send_now(self) -> None:
        """Queues the test, once, and remembers the number; what stands against it is said here."""
        if not self.send.isEnabled():
            return
        self.send.setEnabled(False)
        number = self.number.text().strip()
        self._desk.tasks.start(f"test:{self._opened.campaign.id}", self._queue(number))

    async def _queue(self, number: str) -> None:
        campaign, place = self._opened.campaign, (self._message, self._row)
        e164 = read_number(number, campaign.region).e164
        await self._desk.own_number.save(number)
        try:
            await self._desk.outbox.send_test(campaign, *place, e164)
        except InputError as error:
            if self._open:
                self.wrong.setText(" ".join(error_words(error)))
                theme.restyle(self.wrong, role="failed")
            return
        show = QAction(say("test.show_outbox"), self._home)
        show.triggered.connect(lambda: self._show_outbox())  # noqa: PLW0108 (the signal would hand in a flag)
        self._told("done", say("test.queued", number=as_shown(e164)), say("test.queued.hint"), show)
        if self._open:
            self.accept()

    def _close(self) -> None:
        self._open = False
        self.deleteLater()


def _wrong_number(text: str, region: str) -> str:
    """What is wrong with the number as it is written; "" for nothing."""
    if not text.strip():
        return say("test.number.ask")
    if read_number(text, region).standing is Standing.INVALID:
        return say("test.number.wrong")
    return ""


def ask_test(
    parent: QWidget,
    desk: Desk,
    opened: OpenCampaign,
    place: Place,
    told: Told,
    show_outbox: Callable[[], object],
) -> SendTest:
    """Opens the dialog for the recipient at ``place``."""
    made = SendTest(parent, desk, opened, place, told, show_outbox)
    made.open()
    return made
