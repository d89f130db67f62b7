"""How far the outbox is: what was handed over, at which pace, how long it takes yet, requests by account."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from smsdesk.core.campaign import CampaignId
from smsdesk.core.outbox import Entry, EntryState
from smsdesk.core.outlook import Outlook
from smsdesk.ui.charts import StackedBar
from smsdesk.ui.entries import ROLES, UNDER_WAY, sms_of
from smsdesk.ui.layout import hbox, head, label, link, relabel, vbox
from smsdesk.words import lasting, number, say
from smsdesk.words.entries import account_words

_SHARES = ("delivered", "sending", "waiting", "failed", "unknown", "cancelled")
_LOOKED_BACK = timedelta(minutes=2)
_LEAST_JOBS = 3
_LEAST_SPAN = timedelta(seconds=2)
"""A pace is told of so many jobs over so long at least."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far what is under way has come: shares of a bar, figures, SMS a minute, time left."""

    name: str
    shares: tuple[tuple[str, int], ...]
    done: int
    total: int
    pace: int | None
    left: timedelta | None


def on_their_way(outlook: Outlook) -> frozenset[CampaignId]:
    """The campaigns whose progress is told: those of which something moves, else the newest."""
    moving = frozenset(entry.campaign_id for entry in outlook.open if entry.state in UNDER_WAY)
    newest = frozenset({outlook.newest.campaign_id} if outlook.newest else ())
    return moving or newest


def progress(outlook: Outlook, allowed: int, now: datetime) -> Progress | None:
    """How far the campaigns that are told of have come; ``None`` where there is no entry.

    ``allowed``: requests in 10 seconds, by which the time left is told while no pace is known.
    """
    if outlook.newest is None:
        return None
    waiting = [entry for entry in outlook.open if entry.state in UNDER_WAY]
    first = waiting[0] if waiting else outlook.newest
    chosen = on_their_way(outlook)
    shares = dict.fromkeys(_SHARES, 0)
    for state, role in ROLES.items():
        shares[role] += outlook.of(chosen, (state,)).sms
    pace = _pace([entry for entry in outlook.over if entry.campaign_id in chosen], now) if waiting else None
    by_budget = len(waiting) * 10 / max(allowed, 1)
    left = timedelta(seconds=sms_of(waiting) * 60 / pace if pace else by_budget)
    name = first.campaign or say("outbox.unnamed")
    return Progress(
        name if len(chosen) == 1 else say("outbox.progress.campaigns", len(chosen)),
        tuple(shares.items()),
        shares["delivered"],
        outlook.of(chosen).sms,
        pace,
        left if waiting and left >= timedelta(seconds=2) else None,
    )


def _pace(over: Sequence[Entry], now: datetime) -> int | None:
    """SMS a minute, by what was accepted lately; a standstill makes it less."""
    accepted = (e for e in over if e.state is EntryState.ACCEPTED and now - e.since <= _LOOKED_BACK)
    lately = sorted(accepted, key=lambda entry: entry.since)
    if len(lately) < _LEAST_JOBS or now - lately[0].since < _LEAST_SPAN:
        return None
    minutes = (now - lately[0].since) / timedelta(minutes=1)
    return int(sms_of(lately[1:]) / minutes) or None


@dataclass(frozen=True, slots=True)
class Budget:
    """An account with something in the outbox: its requests in 10 seconds, and whether it is paused."""

    account: str
    used: int
    allowed: int
    paused: bool = False


class BudgetLine(QWidget):
    """The requests of one account, and a way to pause it alone where there are several."""

    def __init__(self, toggle: Callable[[str], object]) -> None:
        super().__init__()
        self._account = ""
        self.words = label("", "second")
        self.stop = link("", lambda: toggle(self._account))
        self.setLayout(hbox(None, self.words, self.stop, gap=10))

    def show_budget(self, budget: Budget, *, several: bool) -> None:
        """Shows another account, or other figures."""
        self._account = budget.account
        used, allowed = number(budget.used), number(budget.allowed)
        words = say("outbox.requests", used=used, allowed=allowed)
        name = account_words(budget.account)
        self.words.setText(f"{name}: {words}" if several else words)
        act = say("outbox.account.go_on" if budget.paused else "outbox.account.pause")
        relabel(self.stop, act)
        self.stop.setAccessibleName(f"{act}: {name}")
        self.stop.setVisible(several)


class ProgressCard(QFrame):
    """How far it is; ``toggle`` pauses one account of several or lets it go on."""

    def __init__(self, toggle: Callable[[str], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._toggle = toggle
        self.name = head("")
        self.figures, self.pace = label("", "second"), label("", "caption")
        self.bar = StackedBar()
        self.budgets: list[BudgetLine] = []
        self._column = vbox(gap=2)
        left = vbox(hbox(self.name, None, self.figures), self.bar, self.pace, gap=7)
        row = hbox(gap=24, margins=(16, 12, 16, 12))
        row.addLayout(left, 1)
        row.addLayout(self._column)
        self.setLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_progress(self, way: Progress) -> None:
        """Shows how far it is."""
        words = say("outbox.progress", way.total, done=number(way.done))
        if not way.total:
            words = say("outbox.progress.nobody")
        self.name.setText(way.name)
        self.figures.setText(words)
        self.figures.setMinimumWidth(self.figures.sizeHint().width())
        told = []
        if way.pace is not None:
            told.append(say("outbox.progress.pace", way.pace))
        if way.left is not None:
            told.append(say("outbox.progress.left", span=lasting(way.left)))
        self.pace.setText(", ".join(told))
        self.pace.setVisible(bool(told))
        spoken = ", ".join([words, *told])
        self.bar.show_shares(way.shares, f"{say('outbox.progress.name', name=way.name)}: {spoken}")

    def show_budgets(self, budgets: Sequence[Budget]) -> None:
        """Shows the requests of each account."""
        while len(self.budgets) < len(budgets):
            made = BudgetLine(self._toggle)
            self.budgets.append(made)
            self._column.addWidget(made)
        for at, line in enumerate(self.budgets):
            line.setVisible(at < len(budgets))
            if at < len(budgets):
                line.show_budget(budgets[at], several=len(budgets) > 1)
