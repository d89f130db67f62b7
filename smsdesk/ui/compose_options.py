"""The composer's options: every field of the API in plain words, with what holds where nothing is set."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QRegularExpression
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from smsdesk.core.options import check_options
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk
from smsdesk.ui import theme
from smsdesk.ui.facts import flowing
from smsdesk.ui.inputs import Choice, text_input
from smsdesk.ui.labels import account_words
from smsdesk.ui.layout import BETWEEN, card, hbox, holding, label, scrolling, vbox
from smsdesk.words import problem_words, say

_LINE_WIDTH = 280
_YES_NO = ("", "yes", "no")
_TEXTS = ("src", "reference", "billcode")
_NUMBERS = ("validity_min", "max_parts")
_DIGITS = QRegularExpression("[0-9]{0,6}")
_CHOICES = {
    "encoding": ("", "STANDARD", "UTF-16"),
    "invalid_characters": ("", "REFUSE", "REPLACE", "TO_UTF16", "TRANSLITERATE"),
    "qos": ("", "EXPRESS", "NORMAL"),
    "status_requested": _YES_NO,
    "flash": _YES_NO,
    "duplicate_detection": _YES_NO,
}
_CARDS = (
    ("sender", ("account", "src")),
    ("delivery", ("status_requested", "validity_min", "flash", "qos")),
    ("text", ("encoding", "invalid_characters", "max_parts")),
    ("books", ("reference", "billcode", "duplicate_detection")),
)


class Field(QWidget):
    """One option: at the left its name and what it does, at the right the input and what is wrong with it."""

    def __init__(self, name: str, box: QWidget) -> None:
        super().__init__()
        words = label(say(f"option.{name}"), "strong")
        words.setBuddy(box)
        box.setAccessibleName(say(f"option.{name}"))
        box.setFixedWidth(_LINE_WIDTH)
        self.box = box
        hint = flowing("caption")
        hint.setText(say(f"option.{name}.hint"))
        self.wrong = flowing("caption", "failed")
        self.wrong.hide()
        row = hbox(gap=24)
        row.addLayout(vbox(words, hint, None, gap=2), 1)
        right = vbox(box, self.wrong, None, gap=4)
        row.addLayout(right)
        self.setLayout(row)

    def say_wrong(self, words: str) -> None:
        """Says what is wrong, "" for nothing."""
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))
        self.box.setAccessibleDescription(words)
        theme.restyle(self.box, wrong="true" if words else "false")


class OptionsTab(QWidget):
    """All options of an open campaign; a change is taken over at once, a wrong one with its reason."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._opened: OpenCampaign | None = None
        self._offered: list[tuple[str, str]] = []
        self.fields: dict[str, Field] = {"account": Field("account", Choice(say("option.account")))}
        for name in (*_TEXTS, *_NUMBERS):
            box = text_input(say(f"option.{name}"), placeholder=say("option.default"))
            if name in _NUMBERS:
                box.setValidator(QRegularExpressionValidator(_DIGITS, box))
            box.textEdited.connect(lambda text, of=name: self._set(of, _read(of, text), of))
            self.fields[name] = Field(name, box)
        for name, keys in _CHOICES.items():
            offered = [(key, say(_choice_code(name, key))) for key in keys]
            choice = Choice(say(f"option.{name}"), offered, "", self._chooser(name))
            self.fields[name] = Field(name, choice)
        account = self.fields["account"].box
        assert isinstance(account, Choice)
        account.activated.connect(lambda _: self._choose_account(account.key()))
        cards = [
            card(say(f"options.{key}"), body=vbox(*(self.fields[name] for name in names), gap=16))
            for key, names in _CARDS
        ]
        column = vbox(*cards, None, gap=BETWEEN)
        column.setContentsMargins(0, 0, 6, 0)
        self._area = scrolling(holding(column))
        self.setLayout(vbox(self._area, gap=0))

    def show_campaign(self, opened: OpenCampaign, accounts: tuple[str, ...]) -> None:
        """Shows the options as they are; ``accounts`` are the names to choose from."""
        self._opened = opened
        campaign, options = opened.campaign, opened.campaign.options
        choice = self.fields["account"].box
        assert isinstance(choice, Choice)
        names = dict.fromkeys([*accounts, *([campaign.account] if campaign.account else [])])
        offered = [("", say("option.account.none")), *((name, account_words(name)) for name in names)]
        if offered != self._offered:
            self._offered = offered
            choice.offer(offered, campaign.account)
        choice.choose(campaign.account)
        for name in (*_TEXTS, *_NUMBERS):
            box = self.fields[name].box
            assert isinstance(box, QLineEdit)
            value = getattr(options, name)
            if _read(name, box.text()) != value:
                box.setText("" if value is None else str(value))
        for name in _CHOICES:
            box = self.fields[name].box
            assert isinstance(box, Choice)
            box.choose(_key(getattr(options, name)))
        for field in self.fields.values():
            field.box.setEnabled(not opened.sent)
        wrong = {p.where.field: " ".join(problem_words(p)) for p in check_options(options)}
        if opened.review is not None:
            found = [p for p in opened.review.problems if p.where.field == "account"]
            wrong["account"] = " ".join(words for p in found for words in problem_words(p))
        for name, field in self.fields.items():
            field.say_wrong(wrong.get(name, ""))

    def go_to(self, name: str) -> None:
        """Puts the cursor into an option."""
        if name in self.fields:
            self._area.ensureWidgetVisible(self.fields[name])
            self.fields[name].box.setFocus()

    def _chooser(self, name: str) -> Callable[[str], None]:
        values: dict[str, object] = {"": None}
        if _CHOICES[name] is _YES_NO:
            values |= {"yes": True, "no": False}
        return lambda key: self._set(name, values.get(key, key))

    def _set(self, name: str, value: Any, typing: str = "") -> None:
        if self._opened is not None:
            self._opened.set_options(replace(self._opened.campaign.options, **{name: value}), typing)

    def _choose_account(self, name: str) -> None:
        if self._opened is not None:
            self._opened.choose_account(name)


def _read(name: str, text: str) -> str | int | None:
    """What is written in an input as a value; nothing is the account's default."""
    text = text.strip()
    if not text:
        return None
    return int(text) if name in _NUMBERS else text


def _key(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _choice_code(name: str, key: str) -> str:
    if not key:
        return "option.default"
    if key in _YES_NO:
        return f"option.{key}"
    return f"option.{name}.{key.lower()}"
