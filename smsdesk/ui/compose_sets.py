"""Saved sets of options of an account: use one, save these, let new campaigns begin with one."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from smsdesk.core.options import Options, check_options
from smsdesk.core.remembered import OptionSet, lasting_options
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.changes import Topic
from smsdesk.desk.desk import Desk
from smsdesk.ui.inputs import Choice
from smsdesk.ui.layout import button, hbox, icon_button, label, relabel
from smsdesk.ui.live import Live
from smsdesk.words import say

_NARROWEST = 140


def with_set(options: Options, chosen: OptionSet) -> Options:
    """The options of a set; start and blackout periods stay as they are."""
    return replace(chosen.options, start_at=options.start_at, blackouts=options.blackouts)


class SetsBar(QWidget):
    """The sets of the account that the campaign is sent from. ``noticed`` as Campaigns'."""

    noticed = Signal(str, str, str, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._opened: OpenCampaign | None = None
        self._account, self._sets = "", tuple[OptionSet, ...]()
        self.choice = Choice(say("option_sets.choice"))
        self.choice.setMinimumWidth(_NARROWEST)
        self.choice.activated.connect(lambda _: self._paint())
        self.use = button(say("option_sets.use"), on_click=self.use_chosen)
        self.keep = button(say("option_sets.save"), on_click=self.ask_name)
        self.more = icon_button("ellipsis", say("option_sets.more"), self.open_menu)
        words = label(say("option_sets.choice"), "strong")
        words.setBuddy(self.choice)
        row = hbox(words, self.choice, self.use, self.keep, self.more)
        row.setStretchFactor(self.choice, 1)
        self.setLayout(row)
        self._live = Live(desk, "option sets", frozenset({Topic.SETTINGS, Topic.ACCOUNTS}), self._load)
        self.destroyed.connect(self._live.hidden)

    def show_campaign(self, opened: OpenCampaign) -> None:
        """Shows the sets of its account."""
        other = opened is not self._opened
        self._opened = opened
        if not self._live.in_sight:
            self._live.shown()
        elif opened.campaign.account != self._account:
            self._live.ask()
        self._paint(following=other)

    async def _load(self) -> None:
        opened = self._opened
        if opened is None:
            return
        account = opened.campaign.account
        sets = await self._desk.option_sets.of(account) if account else ()
        if opened is self._opened and account == opened.campaign.account:
            self._account, self._sets = account, sets
            self._offer()

    def _offer(self) -> None:
        kept = self.choice.key()
        offered = [(str(one.id), _words(one)) for one in self._sets]
        self.choice.offer(offered or [("", say("option_sets.none"))], kept)
        self._paint(following=True)

    def _paint(self, *, following: bool = False) -> None:
        """What can be done now; ``following``: the set that the options are is the chosen one."""
        opened = self._opened
        if opened is None:
            return
        now = lasting_options(opened.campaign.options)
        if following:
            self.choice.choose(next((str(one.id) for one in self._sets if one.options == now), ""))
        chosen, free = self.chosen(), not opened.sent
        in_use = chosen is not None and chosen.options == now
        self.choice.setEnabled(bool(self._sets) and free)
        self.use.setEnabled(chosen is not None and not in_use and free)
        relabel(self.use, say("option_sets.used" if in_use else "option_sets.use"))
        why = _unsaved(opened)
        self.keep.setEnabled(not why)
        self.keep.setToolTip(why)
        self.more.setEnabled(chosen is not None)

    def chosen(self) -> OptionSet | None:
        """The set that is chosen, in use or not."""
        return next((one for one in self._sets if str(one.id) == self.choice.key()), None)

    # -- acting ----------------------------------------------------------------------------------

    def use_chosen(self) -> None:
        """Takes the options of the chosen set; one undo step."""
        opened, chosen = self._opened, self.chosen()
        if opened is None or chosen is None or opened.sent:
            return
        opened.set_options(with_set(opened.campaign.options, chosen))
        self._tell(say("option_sets.taken", name=chosen.name), opened.undo)

    def ask_name(self) -> None:
        """Asks for the name; that of a set there is replaces it."""
        dialog = QInputDialog(self)
        dialog.setWindowTitle(say("option_sets.save"))
        dialog.setLabelText(say("option_sets.name"))
        chosen = self.chosen()
        dialog.setComboBoxEditable(True)
        names = [one.name for one in self._sets]
        dialog.setComboBoxItems(names)
        dialog.setTextValue(chosen.name if chosen else say("option_sets.unnamed"))
        dialog.textValueSelected.connect(self.save_as)
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def save_as(self, name: str) -> None:
        """Puts the options as they are away under a name."""
        opened = self._opened
        if opened is not None and not _unsaved(opened):
            account, options = opened.campaign.account, opened.campaign.options
            self._desk.tasks.start("save option set", self._save(account, name, options))

    async def _save(self, account: str, name: str, options: Options) -> None:
        before = {one.id: one for one in await self._desk.option_sets.of(account)}
        made = await self._desk.option_sets.save(account, name, options)
        older = before.get(made.id)

        async def taken_back() -> None:
            if older is None:
                await self._desk.option_sets.remove(made.id)
            else:
                await self._desk.option_sets.save(account, older.name, older.options)

        code = "option_sets.saved" if older is None else "option_sets.replaced"
        self._tell(say(code, name=made.name), self._task(taken_back))
        self.choice.choose(str(made.id))

    def open_menu(self) -> QMenu:
        """What else can be done with the chosen set."""
        menu, chosen = QMenu(self), self.chosen()
        if chosen is not None:
            code = "option_sets.no_default" if chosen.default else "option_sets.make_default"
            first = menu.addAction(say(code))
            first.triggered.connect(lambda: self.make_default(chosen))
            last = menu.addAction(say("option_sets.remove"))
            last.triggered.connect(lambda: self.remove(chosen))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))
        return menu

    def make_default(self, chosen: OptionSet) -> None:
        """Lets new campaigns of the account begin with the set, or not any more."""
        wanted = None if chosen.default else chosen.id
        work = self._desk.option_sets.make_default(chosen.account, wanted)
        self._desk.tasks.start("default option set", work)
        code = "option_sets.not_default" if chosen.default else "option_sets.is_default"
        self.noticed.emit("done", say(code, name=chosen.name), "", None)

    def remove(self, chosen: OptionSet) -> None:
        """Forgets a set; the notice brings it back."""

        async def brought_back() -> None:
            again = await self._desk.option_sets.save(chosen.account, chosen.name, chosen.options)
            if chosen.default:
                await self._desk.option_sets.make_default(chosen.account, again.id)

        self._desk.tasks.start("remove option set", self._desk.option_sets.remove(chosen.id))
        self._tell(say("option_sets.removed", name=chosen.name), self._task(brought_back))

    def _task(self, work: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], object]:
        return lambda: self._desk.tasks.start("undo option set", work())

    def _tell(self, words: str, undo: Callable[[], object]) -> None:
        act = QAction(say("compose.undo"), self)
        act.triggered.connect(lambda: undo())  # noqa: PLW0108 (the signal would hand in a flag)
        self.noticed.emit("done", words, "", act)


def _unsaved(opened: OpenCampaign) -> str:
    """Why the options cannot be saved as they are; "" where they can."""
    if not opened.campaign.account:
        return say("option_sets.no_account")
    return say("option_sets.wrong") if check_options(opened.campaign.options) else ""


def _words(one: OptionSet) -> str:
    return say("option_sets.marked", name=one.name) if one.default else one.name


async def begin_with_default(desk: Desk, opened: OpenCampaign) -> OptionSet | None:
    """A campaign in which no option was set yet takes the default set of its account; the answer is that."""
    options = opened.campaign.options
    if opened.sent or not opened.campaign.account or lasting_options(options) != Options():
        return None
    chosen = await desk.option_sets.default_of(opened.campaign.account)
    if chosen is not None and opened.campaign.options is options:
        opened.set_options(with_set(options, chosen))
    return chosen
