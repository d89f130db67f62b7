"""The rehearsal of a draft: how far it is, what came of it, and the stamp among the checks."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QProgressBar, QWidget

from smsdesk.core.errors import SmsDeskError
from smsdesk.core.pilot import Pilot
from smsdesk.core.problem import Problem
from smsdesk.core.rehearsal import Rehearsed, Stamped, remarks
from smsdesk.core.status import Outcome
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk
from smsdesk.desk.rehearsing import Rehearsal, Stage, rehearsing
from smsdesk.ui.compose_pilot import offered
from smsdesk.ui.facts import Facts, Pair, flowing
from smsdesk.ui.inputs import Choice
from smsdesk.ui.labels import Dot
from smsdesk.ui.layout import button, hbox, holding, label, vbox
from smsdesk.words import day_time, error_words, number, say

_WIDTH, _LABELS = 520, 150
_STEPS = 1000
_SHARES = {"plan": (0, 50), "post": (50, 350), "turn": (400, 300), "ask": (700, 300)}
"""Where in the bar each stage begins, and how much of it is its own."""


class Watching(Protocol):
    """A window on a rehearsal that is under way."""

    async def start(self) -> None:
        """Comes into sight, its pages loaded."""

    def end(self) -> None:
        """Goes, once the desk that it shows is closed."""


Watch = Callable[[Rehearsal], Watching]


class RehearsalDialog(QDialog):
    """Rehearses at once; closing it calls a rehearsal off that is not over.

    With ``watch`` one can follow it, from its beginning, in a window of its own. Another pilot, or watching
    it, begins anew.
    """

    def __init__(
        self, parent: QWidget, desk: Desk, opened: OpenCampaign, watch: Watch | None, sms: int
    ) -> None:
        super().__init__(parent)
        self._desk, self._opened, self._watch, self._turns = desk, opened, watch, 0
        self._key = f"rehearse:{opened.campaign.id}"
        self.setWindowTitle(say("rehearsal.title"))
        self.setMinimumWidth(_WIDTH)
        words = flowing("second")
        words.setText(say("rehearsal.words"))
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(say("rehearsal.title"))
        self.stage = label("", "second")
        self._running = holding(vbox(self.bar, self.stage, gap=6), "")
        self._dot, self.verdict = Dot(), flowing("strong")
        self.facts = Facts(say("rehearsal.facts"), label_width=_LABELS)
        fates = flowing("second")
        fates.setText(say("rehearsal.fates"))
        told = hbox(gap=10)
        told.addLayout(vbox(5, self._dot, None, gap=0))
        told.addWidget(self.verdict, 1)
        self._inside = vbox(holding(told, ""), self.facts, fates, gap=14)
        self._result = holding(self._inside, "")
        self._result.hide()
        pilots = [("0", say("rehearsal.pilot.none")), *((str(n), number(n)) for n in offered(sms))]
        self.pilot = Choice(say("rehearsal.pilot"), pilots, "0", lambda _: self.begin())
        self.watch_button = button(say("rehearsal.watch"), on_click=lambda: self.begin(watched=True))
        self.watch_button.setToolTip(say("rehearsal.watch.tip"))
        self.watch_button.setVisible(watch is not None)
        self.close_button = button(say("dialog.cancel"), on_click=self.reject)
        for made in (self.watch_button, self.close_button):
            made.setAutoDefault(False)
        asked = holding(hbox(label(say("rehearsal.pilot"), "second"), self.pilot, None, gap=12), "")
        asked.setVisible(len(pilots) > 1)
        ways = hbox(self.watch_button, None, self.close_button)
        self._column = vbox(words, asked, self._running, self._result, None, ways, gap=16, margins=20)
        self.setLayout(self._column)
        self.resize(_WIDTH, self.height())
        self.finished.connect(lambda _: self._end())
        self.begin()

    def begin(self, *, watched: bool = False) -> None:
        """Rehearses from the beginning; what is under way is called off."""
        self._turns = 0
        self._result.hide()
        self._running.show()
        self.close_button.setText(say("dialog.cancel"))
        self.watch_button.setEnabled(not watched)
        self._fit()
        self._task = self._desk.tasks.start(self._key, self._run(watched=watched))

    async def _run(self, *, watched: bool) -> None:
        people, window = int(self.pilot.key()), None
        self._show_stage(Stage("plan"))
        try:
            async with rehearsing(
                self._desk, self._opened.campaign, Pilot(people) if people else None
            ) as rehearsal:
                if watched and self._watch is not None:
                    window = self._watch(rehearsal)
                    await window.start()
                self._show_result(await rehearsal.run(self._show_stage))
                if window is not None:
                    await rehearsal.left()
        except SmsDeskError as error:
            sentence, hint = error_words(error)
            self._show_verdict("failed", f"{sentence} {hint}".strip())
        finally:
            if window is not None:
                window.end()
        self.watch_button.setEnabled(True)

    def _end(self) -> None:
        if not self._task.done():
            self._task.cancel()
        self.deleteLater()

    def _show_stage(self, stage: Stage) -> None:
        start, share = _SHARES[stage.name]
        if stage.at is not None:
            # How long the clock has to be turned is not known: half of what is left each time.
            self._turns += 1
            done = 1 - 0.93**self._turns
            words = say("rehearsal.turn", time=day_time(stage.at, None, self._desk.now()))
        else:
            done = stage.done / stage.of if stage.of else 0
            words = say(f"rehearsal.{stage.name}", n=number(stage.done + 1), of=number(stage.of))
        self.bar.setValue(start + round(share * done))
        self.stage.setText(words)

    def _show_result(self, found: Rehearsed) -> None:
        if found.refused:
            self._show_verdict("failed", say("rehearsal.refused", found.refused))
        elif found.early:
            self._show_verdict("failed", say("rehearsal.early", found.early))
        elif found.missing:
            self._show_verdict("failed", say("rehearsal.missing", found.missing))
        elif found.late:
            self._show_verdict("waiting", say("rehearsal.late", found.late))
        else:
            self._show_verdict("delivered", say("rehearsal.in_time", found.sms))
        self.facts.show_facts(facts_of(found, self._desk.now()))
        self._fit()

    def _show_verdict(self, role: str, words: str) -> None:
        self._running.hide()
        self._dot.show_role(role)
        self.verdict.setText(words)
        self.facts.show_facts(())
        self._result.show()
        self._fit()
        self.close_button.setText(say("dialog.close"))
        self.close_button.setDefault(True)

    def _fit(self) -> None:
        """As high as the words take."""
        self._inside.activate()
        self._column.activate()
        self.resize(self.width(), self._column.totalHeightForWidth(self.width()))


def facts_of(found: Rehearsed, now: datetime) -> list[Pair]:
    """What came of it: jobs, when the first and the last left, outcomes."""
    pairs = [(say("rehearsal.jobs"), say("rehearsal.jobs.accepted", found.jobs, sms=number(found.sms)))]
    if found.braked:
        pairs.append((say("rehearsal.braked"), say("rehearsal.braked.words", found.braked)))
    if found.left is not None and found.forecast is not None:
        names = (say("rehearsal.first"), say("rehearsal.last"))
        for name, left, forecast in zip(names, found.left, found.forecast, strict=True):
            times = {"time": day_time(left, None, now), "forecast": day_time(forecast, None, now)}
            pairs.append((name, say("rehearsal.left", **times)))
    outcomes = found.outcomes
    counts = [f"{number(outcomes[one])} {say(f'outcome.{one.value}')}" for one in Outcome if one in outcomes]
    pairs.append((say("rehearsal.outcomes"), ", ".join(counts)))
    if found.until is not None:
        pairs.append((say("rehearsal.until"), day_time(found.until, None, now)))
    return pairs


class Rehearsing(QObject):
    """Follows a draft's stamp. ``found``: something else is known of it.

    ``watch`` opens a window on a rehearsal, where there is one who can.
    """

    found = Signal()
    watch: Watch | None = None

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        self._parent, self._desk = parent, desk
        self._of: object = None
        self._known: Stamped | None = None

    def follow(self, opened: OpenCampaign) -> None:
        """Looks whether the draft is as it was rehearsed, in the background."""
        self._desk.tasks.start("rehearsal stamp", self._look(opened))

    async def _look(self, opened: OpenCampaign) -> None:
        campaign = opened.campaign
        stamped = await self._desk.rehearsals.stamped(campaign)
        if campaign is opened.campaign:
            self._of, self._known = campaign, stamped
            self.found.emit()

    def start(self, opened: OpenCampaign, sms: int) -> RehearsalDialog:
        """Rehearses it; ``sms``: so many go."""
        dialog = RehearsalDialog(self._parent, self._desk, opened, self.watch, sms)
        dialog.finished.connect(lambda _: self.follow(opened))
        dialog.open()
        return dialog

    def _stamped(self, opened: OpenCampaign) -> Stamped | None:
        return self._known if opened.campaign is self._of else None

    def words(self, opened: OpenCampaign) -> str:
        """That it was rehearsed and is unchanged; "" where it is not so, or not known yet."""
        stamped = self._stamped(opened)
        if stamped is None or not stamped.holds:
            return ""
        time = day_time(stamped.at, None, self._desk.now())
        if stamped.pilot:
            return say("rehearsal.stamp.pilot", stamped.pilot, time=time)
        return say("rehearsal.stamp", time=time)

    def problems(self, opened: OpenCampaign) -> tuple[Problem, ...]:
        """That it has changed since it was rehearsed."""
        # Whether with a pilot or without it is asked when it is sent.
        return remarks(self._stamped(opened), self._desk.now(), sandbox=True, piloted=True)

    async def asked_once_more(
        self, opened: OpenCampaign, *, piloted: bool
    ) -> tuple[tuple[Problem, ...], int | None]:
        """What is said of it in the question before it is sent; how many people its pilot had (0: no pilot).

        None where it was not rehearsed, or has changed since.
        """
        campaign = opened.campaign
        stamped = await self._desk.rehearsals.stamped(campaign)
        account = await self._desk.accounts.named(campaign.account)
        told = remarks(stamped, self._desk.now(), sandbox=account.sandbox, piloted=piloted)
        return told, stamped.pilot if stamped is not None and stamped.holds else None
