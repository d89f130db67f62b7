"""The import screen: what was understood of a file, what each row became, and what to do about the rest."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QInputDialog, QPushButton, QSizePolicy

from smsdesk.core.campaign import Campaign
from smsdesk.core.errors import SmsDeskError
from smsdesk.core.importing import Imported
from smsdesk.core.sheet import Reading
from smsdesk.desk.desk import Desk
from smsdesk.desk.importing import Wanted
from smsdesk.ui.importing_columns import PREVIEW_ROWS, MappingTable, remapped, roles_of
from smsdesk.ui.importing_drops import files_in
from smsdesk.ui.importing_problems import ProblemsCard
from smsdesk.ui.importing_reading import ReadingCard, Trouble
from smsdesk.ui.importing_rest import ask_rest
from smsdesk.ui.importing_source import SourceCard
from smsdesk.ui.importing_steps import Kind, State, Steps, by_own_names, checking, mending, reading
from smsdesk.ui.importing_sums import Sums
from smsdesk.ui.layout import (
    BETWEEN,
    SIDES,
    action,
    banner,
    button,
    card,
    grow,
    hbox,
    holding,
    label,
    vbox,
)
from smsdesk.ui.page import Page
from smsdesk.words import file_size, number, say

Source = Path | str
Target = tuple[Campaign | None, int]
"""Where recipients go: a campaign, and which of its messages."""
_WIDE, _HIGH, _GAP = 1050, 700, 8
_TIMES = ("blackouts", "blackout_start", "blackout_end")


def _nowhere() -> Target:
    return None, 0


class ImportPage(Page):
    """Files on their way into a message, one after the other.

    ``taken``: the import and whether its doubtful numbers go too; ``finished``: no file is left;
    ``cancelled``: neither this file nor the rest; ``file_asked``: another file is wanted; ``noticed`` as
    Campaigns'. ``target`` tells into which message of which campaign they go.
    """

    taken = Signal(object, bool)
    finished = Signal()
    cancelled = Signal()
    file_asked = Signal()
    noticed = Signal(str, str, str, object)

    def __init__(self, desk: Desk, target: Callable[[], Target] = _nowhere) -> None:
        super().__init__(say("import.title"))
        self._desk, self._target = desk, target
        self._sources: list[Source] = []
        self._at = 0
        self._region, self._recent = "DE", 0
        self._wanted: Wanted | None = None
        self._mapping: dict[str, str] = {}
        self._shown: State | None = None
        self._with_doubtful = False
        self._steps = Steps(desk.tasks)
        self.setAcceptDrops(True)
        self._make_actions()
        self._make_parts()
        self._lay_out()
        self._join()

    def _make_actions(self) -> None:
        self.cancel = action(say("dialog.cancel"), self._cancel, parent=self)
        self.take = action(say("import.take", 0), self._take, shortcut="Ctrl+Return", parent=self)
        self.undo = action(say("compose.undo"), self._steps.undo, shortcut="Ctrl+Z", parent=self)
        self.redo = action(say("compose.redo"), self._steps.redo, shortcut="Ctrl+Shift+Z", parent=self)
        self.save_rest = action(say("import.save"), self._ask_rest, shortcut="Ctrl+S", parent=self)
        self.set_actions(self.cancel, primary=self.take)
        self.offer(self.undo, self.redo, self.save_rest)

    def _make_parts(self) -> None:
        self.source, self.mapping, self.sums = SourceCard(), MappingTable(), Sums()
        self.reading, self.problems = ReadingCard(), ProblemsCard()
        self.none = label("", "second")
        self.no_number = banner("waiting", say("import.no_number"), say("import.no_number.hint"))
        self.trouble = Trouble()

    def _lay_out(self) -> None:
        mapped = card(body=vbox(self.mapping, gap=0), flush=True)
        for low in (mapped, self.no_number):
            low.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._sum_row = hbox(self.sums, None, gap=_GAP)
        lower = vbox(mapped, self.no_number, self._sum_row, self.none, self.problems, gap=BETWEEN)
        lower.addStretch(0)
        self._lower = holding(grow(lower, self.problems))
        for part in (self.trouble, self.reading, self.source):
            self.body.addWidget(part)
        self.body.addWidget(self._lower, 1)
        self.body.addStretch(0)

    def _join(self) -> None:
        steps, source = self._steps, self.source
        steps.became.connect(self._show)
        steps.failed.connect(self._fail)
        steps.busy.connect(lambda busy: self._show_busy(busy=busy))
        steps.told.connect(self.reading.tell)
        self.reading.stopped.connect(self._stop)
        source.read_wanted.connect(self._read_again)
        source.region_chosen.connect(self._choose_region)
        source.zone_chosen.connect(self._choose_zone)
        source.recent_chosen.connect(self._choose_recent)
        source.names_asked.connect(self._use_names)
        self.mapping.role_chosen.connect(self._choose_role)
        self.mapping.name_asked.connect(self._ask_name)
        self.sums.kind_chosen.connect(self.problems.show_kind)
        self.sums.use_asked.connect(self._toggle_doubtful)
        self.sums.save_asked.connect(self.save_rest.trigger)
        self.problems.mend_asked.connect(self._mend)

    def shown(self) -> None:
        """The keys go to what comes next: what can be done about a file, else what its columns are."""
        first = [*self.trouble.acts, self.reading.stop if self._shown is None else self.mapping][0]
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- one file after the other ----------------------------------------------------------------

    def open_sources(self, sources: Sequence[Source], region: str) -> None:
        """Reads files, or texts that were pasted, one after the other; what was in sight is given up."""
        self._sources, self._at, self._region = [*sources], 0, region
        self._begin()

    def add_sources(self, sources: Sequence[Source]) -> None:
        """Puts files behind those that are under way; where none is, they are read now."""
        if not self._sources:
            self.open_sources(sources, self._region)
            return
        self._sources += sources
        self._show_title()
        self._show_take()

    @property
    def result(self) -> Imported | None:
        """What the file in sight became, once it is read."""
        return self._steps.state.imported if self._steps.state else None

    @property
    def _left(self) -> int:
        """How many files come after this one."""
        return len(self._sources) - self._at - 1

    def _begin(self) -> None:
        self._steps.forget()
        self._shown, self._with_doubtful = None, False
        source = self._sources[self._at]
        name = source.name if isinstance(source, Path) else say("compose.paste.name")
        self._wanted = Wanted(source, name, self._region, Reading(), *self._target(), self._recent)
        self.trouble.clear()
        for part in (self.source, self._lower):
            part.setVisible(False)
        self.header.set_subtitle(say("import.reading", name=name))
        self._show_actions()
        self._steps.do(Kind.READ, reading(self._desk.importing, self._wanted))
        self.shown()

    def _next(self) -> None:
        """The next file, where there is one."""
        if self._left > 0:
            self._at += 1
            self._begin()
        else:
            self._close()
            self.finished.emit()

    def _close(self) -> None:
        self._steps.forget()
        self._sources, self._shown = [], None
        self._show_actions()

    def _cancel(self) -> None:
        """Nothing of this file is taken, and the rest is not read."""
        self._close()
        self.cancelled.emit()

    def _stop(self) -> None:
        """Ends the reading: of the file as a whole, or of it in another way."""
        if self._shown is None:
            self._cancel()
        else:
            self._steps.call_off()
            self._show_as_it_was()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is short, less is shown of the file, so that more is of its problems."""
        super().resizeEvent(event)
        self.mapping.show_lines(PREVIEW_ROWS if self.height() >= _HIGH else PREVIEW_ROWS - 1)
        self._place_acts()

    def _place_acts(self) -> None:
        """What can be done about the rest stands beside the sum where both are whole there."""
        needed = self.sums.sizeHint().width() + self.sums.acts.sizeHint().width() + _GAP
        wide = self.width() >= _WIDE and self.width() - 2 * SIDES >= needed
        self.problems.hold_acts(self.sums.acts, held=not wide)
        if wide:
            self._sum_row.addWidget(self.sums.acts)

    # -- the steps -------------------------------------------------------------------------------

    def _read_again(self, chosen: Reading) -> None:
        assert self._wanted is not None
        self._wanted = replace(self._wanted, reading=chosen)
        self._steps.do(Kind.READ, reading(self._desk.importing, self._wanted))

    def _check(self) -> None:
        """Judges the rows by what is chosen now."""
        wanted, mapping = self._wanted, dict(self._mapping)
        assert wanted is not None
        self.mapping.show_mapping(mapping)
        self._steps.do(Kind.CHECK, checking(self._desk.importing, wanted, mapping))

    def _mend(self, row: int, column: str, value: str) -> None:
        self._steps.do(Kind.MEND, mending(self._desk.importing, row, column, value))

    def _use_names(self) -> None:
        """Maps by the file's own headings, not as the layout was mapped before."""
        self._steps.do(Kind.CHECK, by_own_names(self._desk.importing))

    def _choose_region(self, region: str) -> None:
        assert self._wanted is not None
        self._region = region
        self._wanted = replace(self._wanted, region=region)
        self._check()

    def _choose_zone(self, zone: str) -> None:
        assert self._wanted is not None
        self._wanted = replace(self._wanted, zone=zone)
        self._check()

    def _choose_recent(self, days: int) -> None:
        assert self._wanted is not None
        self._recent = days
        self._wanted = replace(self._wanted, recent_days=days)
        self._check()

    def _choose_role(self, column: str, role: str, name: str = "") -> None:
        self._mapping = remapped(self._mapping, self.mapping.columns.header, column, role, name)
        self._check()

    def _ask_name(self, column: str) -> None:
        """Asks by which name the text uses a column; the fields that the message has are offered."""
        campaign, at = self._target()
        known = list(campaign.messages[at].recipients.fields) if campaign else []
        own = roles_of(self._mapping).get(column, ("", ""))[1] or column
        dialog = QInputDialog(self)
        dialog.setWindowTitle(say("import.column.rename"))
        dialog.setLabelText(say("import.column.rename.words"))
        dialog.setComboBoxEditable(True)
        dialog.setComboBoxItems([*dict.fromkeys([own, *known])])
        dialog.textValueSelected.connect(lambda name: self._choose_role(column, "field", name.strip()))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    # -- painting --------------------------------------------------------------------------------

    def _show(self) -> None:
        """Shows the state in sight."""
        state = self._steps.state
        if state is None:
            return
        before, self._shown = self._shown, state
        imported, sheet = state.imported, state.imported.sheet
        if not self._steps.waits_for(Kind.CHECK):
            self._wanted, self._mapping = state.wanted, dict(imported.mapping)
            self._region, self._recent = state.wanted.region, state.wanted.recent_days
        self.trouble.clear()
        if before is None or before.wanted.reading != state.wanted.reading:
            self._show_source(state)
        if before is None or before.imported.sheet is not sheet:
            self.mapping.show_sheet(sheet, self._mapping)
        else:
            self.mapping.show_mapping(self._mapping)
        self.source.show_setting(self._region, self._recent)
        self.source.show_zone(imported.setting.zone, asked=any(key in imported.mapping for key in _TIMES))
        self.source.show_known(state.recalled)
        self.problems.show_problems(imported.problems, with_sheet=len(sheet.sheets) > 1)
        self._show_rows(imported)
        for part in (self.source, self._lower):
            part.setVisible(True)
        self._show_title()
        self._show_actions()
        if before is None:
            self.mapping.walk_to(0)
            self.shown()

    def _show_source(self, state: State) -> None:
        pasted = not isinstance(state.wanted.source, Path)
        self.source.show_sheet(state.imported.sheet, state.wanted.reading, state.letters, pasted=pasted)

    def _show_rows(self, imported: Imported) -> None:
        counts = imported.counts
        self.problems.setVisible(bool(imported.problems))
        self.none.setText(say("import.no_problems" if counts.rows else "import.no_rows"))
        self.none.setVisible(counts.valid + counts.blank == counts.rows)
        self.no_number.setVisible("dst" not in imported.mapping and bool(imported.counts.rows))
        self.sums.show_counts(imported.counts, self.problems.kinds(), with_doubtful=self._with_doubtful)
        self._place_acts()
        self.sums.choose(self.problems.kind)

    def _show_title(self) -> None:
        state = self._steps.state
        if state is None:
            return
        name = state.wanted.name
        words = f"{name}, {file_size(state.size)}" if state.size else name
        if len(self._sources) > 1:
            of = say("import.file_of", len(self._sources), at=number(self._at + 1))
            words = f"{of}: {words}"
        self.header.set_subtitle(words)

    def _show_actions(self) -> None:
        state = self._steps.state
        self.undo.setEnabled(self._steps.can_undo)
        self.redo.setEnabled(self._steps.can_redo)
        self.save_rest.setEnabled(state is not None and self._rest(state.imported) > 0)
        self._show_take()

    def _show_take(self) -> None:
        result = self.result
        counts = result.counts if result else None
        total = 0 if counts is None else counts.valid + (counts.doubtful if self._with_doubtful else 0)
        self.take.setText(say("import.take.more" if self._left > 0 else "import.take", total))
        self.take.setEnabled(total > 0 and self._steps.idle)

    def _rest(self, imported: Imported) -> int:
        counts = imported.counts
        used = counts.valid + (counts.doubtful if self._with_doubtful else 0)
        return counts.rows - counts.blank - used

    def _show_busy(self, *, busy: bool) -> None:
        """While the file is read in another way, what is in sight is of the earlier way."""
        again = self._shown is not None and self._steps.waits_for(Kind.READ)
        self._lower.setEnabled(not (busy and again))
        if busy and self._wanted is not None:
            self.reading.begin(say("import.reading", name=self._wanted.name), at_once=self._shown is None)
        elif not busy:
            self.reading.end()
        self._show_take()

    def _show_as_it_was(self) -> None:
        """What was chosen in between is not so: the choices go back."""
        if self._steps.state is not None:
            self._show_source(self._steps.state)
        self._show()

    def _fail(self, error: SmsDeskError) -> None:
        """Says what is wrong with the file and what can be done; what was in sight stays."""
        self._show_as_it_was()
        acts: list[QPushButton] = []
        if self._shown is None:
            acts.append(button(say("import.another"), "upload", self.file_asked.emit))
            self.header.set_subtitle(self._wanted.name if self._wanted else "")
            if self._left > 0:
                acts.append(button(say("import.skip", self._left), on_click=self._next))
        self.trouble.show_error(error, acts)
        self.shown()

    # -- acting ----------------------------------------------------------------------------------

    def _toggle_doubtful(self) -> None:
        self._with_doubtful = not self._with_doubtful
        if self.result is not None:
            self._show_rows(self.result)
            self._show_actions()

    def _take(self) -> None:
        state = self._steps.state
        if state is None or not self.take.isEnabled():
            return
        if _lists(*self._target()) != _lists(state.wanted.campaign, state.wanted.message):
            # What it was compared with is not what is there now.
            campaign, message = self._target()
            self._wanted = replace(state.wanted, campaign=campaign, message=message)
            self._check()
            return
        self._desk.tasks.start("layout of an import", self._desk.importing.took(state.imported))
        self.taken.emit(state.imported, self._with_doubtful)
        self._next()

    def _ask_rest(self) -> None:
        """Asks where what is not taken goes: as the file itself is made, or as a workbook."""
        state = self._steps.state
        if state is None:
            return
        book = state.imported.sheet.sheet is not None
        ask_rest(self, Path(state.wanted.name).stem, self.write_rest, as_book=book)

    def write_rest(self, path: Path) -> None:
        """Writes the rows that are not taken, each with its reason and remedy."""
        result = self.result
        if result is not None:
            self._desk.tasks.start("rest of an import", self._write_rest(path, result))

    async def _write_rest(self, path: Path, result: Imported) -> None:
        written = await self._desk.importing.save_rest(path, result, self._with_doubtful)
        self.noticed.emit("done", say("import.saved", written, name=path.name), "", None)

    # -- files dropped on it ---------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Takes local files."""
        if files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Puts them behind the one in sight."""
        self.add_sources(files_in(event.mimeData()))
        event.acceptProposedAction()


def _lists(campaign: Campaign | None, message: int) -> tuple[list[int], int]:
    """The lists of a campaign, as they are now, and which of them is gone into."""
    return [id(one.recipients) for one in campaign.messages] if campaign else [], message
