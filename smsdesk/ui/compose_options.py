"""The composer's options: every field of the API in plain words, with what holds where nothing is set."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from smsdesk.core.options import MAX_PARTS, VALIDITY_MIN, check_options
from smsdesk.core.problem import Level
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk
from smsdesk.ui.compose_effects import campaign_effects, written_effects
from smsdesk.ui.compose_fields import Field, Figure
from smsdesk.ui.compose_sets import SetsBar
from smsdesk.ui.inputs import Choice, text_input
from smsdesk.ui.layout import BETWEEN, button, card, hbox, holding, scrolling, vbox
from smsdesk.words import problem_words, say
from smsdesk.words.entries import account_words

_YES_NO = ("", "yes", "no")
_TEXTS = ("src", "reference", "billcode")
_NUMBERS: dict[str, dict[str, Any]] = {
    "validity_min": {"limits": VALIDITY_MIN, "step": 5, "below": 0},
    "max_parts": {"limits": MAX_PARTS},
}
_COUNTED = ("status_requested", "validity_min", "flash", "encoding", "invalid_characters", "max_parts")
"""The options whose effect depends on the texts and the schedule."""
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


class OptionsTab(QWidget):
    """All options of an open campaign; a change is taken over at once, a wrong one with its reason.

    ``noticed`` as Campaigns'; ``prices_asked``: the price list is wanted.
    """

    noticed = Signal(str, str, str, object)
    prices_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._opened: OpenCampaign | None = None
        self._offered: list[tuple[str, str]] = []
        self.sets = SetsBar(desk)
        self.sets.noticed.connect(self.noticed)
        self.prices = button(say("options.prices"), on_click=self.prices_asked.emit)
        self.fields: dict[str, Field] = {"account": Field("account", Choice(say("option.account")))}
        for name in (*_TEXTS, *_NUMBERS):
            self.fields[name] = Field(name, self._line(name))
        for name, keys in _CHOICES.items():
            offered = [(key, say(_choice_code(name, key))) for key in keys]
            choice = Choice(say(f"option.{name}"), offered, "", self._chooser(name))
            self.fields[name] = Field(name, choice)
        account = self.fields["account"].box
        assert isinstance(account, Choice)
        account.activated.connect(lambda _: self._choose_account(account.key()))
        top = hbox(self.sets, self.prices, gap=24)
        top.setStretch(0, 1)
        cards = [
            card(say(f"options.{key}"), body=vbox(*(self.fields[name] for name in names), gap=16))
            for key, names in _CARDS
        ]
        column = vbox(card(body=top), *cards, None, gap=BETWEEN)
        column.setContentsMargins(0, 0, 6, 0)
        self._area = scrolling(holding(column))
        self.setLayout(vbox(self._area, gap=0))

    def _line(self, name: str) -> QLineEdit:
        made = Figure(**_NUMBERS[name]) if name in _NUMBERS else text_input(say(f"option.{name}"))
        made.setPlaceholderText(say("option.default"))
        made.textEdited.connect(lambda text: self._set(name, _read(name, text), name))
        return made

    def show_campaign(self, opened: OpenCampaign, accounts: tuple[str, ...]) -> None:
        """Shows the options as they are; ``accounts`` are the names to choose from."""
        if opened is not self._opened:
            for field in self.fields.values():
                field.say_effect(None)
        self._opened = opened
        self.sets.show_campaign(opened)
        self._show_account(opened.campaign.account, accounts)
        self._show_values(opened)
        self._show_wrong(opened)
        self._show_effects(opened)

    def _show_account(self, account: str, accounts: tuple[str, ...]) -> None:
        choice = self.fields["account"].box
        assert isinstance(choice, Choice)
        names = dict.fromkeys([*accounts, *([account] if account else [])])
        offered = [("", say("option.account.none")), *((name, account_words(name)) for name in names)]
        if offered != self._offered:
            self._offered = offered
            choice.offer(offered, account)
        choice.choose(account)

    def _show_values(self, opened: OpenCampaign) -> None:
        options = opened.campaign.options
        for name in (*_TEXTS, *_NUMBERS):
            box = self.fields[name].box
            assert isinstance(box, QLineEdit)
            value = getattr(options, name)
            if _read(name, box.text()) != value:
                box.setText("" if value is None else str(value))
        for name in _CHOICES:
            box = self.fields[name].box
            assert isinstance(box, Choice)
            key = _key(getattr(options, name))
            if box.findData(key) < 0:
                # A request from elsewhere has it; what is wrong with it stands below.
                box.addItem(key, key)
            box.choose(key)
        for field in self.fields.values():
            field.box.setEnabled(not opened.sent)

    def _show_wrong(self, opened: OpenCampaign) -> None:
        found = check_options(opened.campaign.options)
        if opened.review is not None:
            red = (p for p in opened.review.problems if p.level is Level.ERROR)
            now = [p for p in red if opened.fresh or p.where.field == "account"]
            found += [p for p in now if p.where.field not in {one.where.field for one in found}]
        wrong = {p.where.field: " ".join(problem_words(p)) for p in found}
        for name, field in self.fields.items():
            field.say_wrong("" if opened.sent else wrong.get(name, ""))

    def _show_effects(self, opened: OpenCampaign) -> None:
        """What is said of texts and waits stays as it is until the checks have followed."""
        effects = dict(written_effects(opened.campaign.options))
        if opened.review is not None and opened.fresh:
            known = campaign_effects(opened.campaign, opened.review)
            effects |= dict.fromkeys(_COUNTED) | dict(known)
        for name, effect in effects.items():
            self.fields[name].say_effect(effect)

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
