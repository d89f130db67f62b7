"""The composer's options: every field of the API in plain words, with what holds where nothing is set."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from smsdesk.core.options import Options, check_options
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.ui import theme
from smsdesk.ui.inputs import Choice, text_input
from smsdesk.ui.layout import BETWEEN, caption, card, holding, label, scrolling, vbox
from smsdesk.words import problem_words, say

_LINE_WIDTH = 280
_YES_NO = ("", "yes", "no")
_TEXTS = ("src", "reference", "billcode")
_NUMBERS = ("validity_min", "max_parts")
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
    """One option: its name, the input, what it does, and what is wrong with it."""

    def __init__(self, name: str, box: QWidget) -> None:
        super().__init__()
        words = label(say(f"option.{name}"), "strong")
        words.setBuddy(box)
        box.setAccessibleName(say(f"option.{name}"))
        box.setFixedWidth(_LINE_WIDTH)
        self.box = box
        self.wrong = label("", "caption", "failed", wrap=True)
        self.wrong.hide()
        self.setLayout(vbox(words, caption(say(f"option.{name}.hint"), wrap=True), box, self.wrong, gap=4))

    def say_wrong(self, words: str) -> None:
        """Says what is wrong, "" for nothing."""
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))
        self.box.setAccessibleDescription(words)
        theme.restyle(self.box, wrong="true" if words else "false")


class OptionsTab(QWidget):
    """All options of an open campaign; a change is taken over at once, a wrong one with its reason."""

    def __init__(self) -> None:
        super().__init__()
        self._opened: OpenCampaign | None = None
        self.fields: dict[str, Field] = {"account": Field("account", Choice(say("option.account")))}
        for name in (*_TEXTS, *_NUMBERS):
            box = text_input(say(f"option.{name}"), placeholder=say("option.default"))
            box.textEdited.connect(lambda text, of=name: self._set(of, self._read(of, text)))
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
        self.setLayout(vbox(scrolling(holding(column)), gap=0))

    def show_campaign(self, opened: OpenCampaign, accounts: tuple[str, ...]) -> None:
        """Shows the options as they are; ``accounts`` are the names to choose from."""
        self._opened = opened
        campaign, options = opened.campaign, opened.campaign.options
        choice = self.fields["account"].box
        assert isinstance(choice, Choice)
        offered = dict.fromkeys([*accounts, *([campaign.account] if campaign.account else [])])
        choice.offer(
            [("", say("option.account.none")), *((name, name) for name in offered)], campaign.account
        )
        for name in (*_TEXTS, *_NUMBERS):
            box = self.fields[name].box
            assert isinstance(box, QLineEdit)
            value = getattr(options, name)
            words = "" if value is None else str(value)
            if box.text() != words and not (box.hasFocus() and self.fields[name].wrong.text()):
                box.setText(words)
        for name in _CHOICES:
            box = self.fields[name].box
            assert isinstance(box, Choice)
            box.choose(_key(getattr(options, name)))
        for field in self.fields.values():
            field.box.setEnabled(not opened.sent)
        self._show_wrong(options)

    def go_to(self, name: str) -> None:
        """Puts the cursor into an option."""
        if name in self.fields:
            self.fields[name].box.setFocus()

    def _show_wrong(self, options: Options) -> None:
        wrong = {p.where.field: " ".join(problem_words(p)) for p in check_options(options)}
        for name, field in self.fields.items():
            if name not in _NUMBERS or wrong.get(name) or not field.box.property("unread"):
                field.say_wrong(wrong.get(name, ""))

    def _read(self, name: str, text: str) -> Any:
        text = text.strip()
        if not text:
            return None
        if name in _NUMBERS:
            # What is no number is kept as one that the checks name as out of range.
            return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
        return text

    def _chooser(self, name: str) -> Callable[[str], None]:
        values: dict[str, object] = {"": None}
        if _CHOICES[name] is _YES_NO:
            values |= {"yes": True, "no": False}
        return lambda key: self._set(name, values.get(key, key))

    def _set(self, name: str, value: Any) -> None:
        if self._opened is not None:
            self._opened.set_options(replace(self._opened.campaign.options, **{name: value}))

    def _choose_account(self, name: str) -> None:
        if self._opened is not None:
            self._opened.choose_account(name)


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
