"""The one table of the program: the view over ``Rows``. Screens make one with columns as data.

Solves for all of them: Tab leaves the table, Ctrl+C copies the chosen rows, cut words show whole in a
tooltip, columns go by priority where the table is narrow, changed rows glow once. On wish cells are chosen
in blocks, and a person arranges the columns.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from itertools import islice
from time import perf_counter
from typing import Generic, TypeVar

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from smsdesk.ui import masking, theme
from smsdesk.ui.cells import Cells, Column, wanted_width
from smsdesk.ui.labels import FocusRing
from smsdesk.ui.marks import Pill
from smsdesk.ui.rows import COMPARED, Rows, runs
from smsdesk.ui.widths import Arrangement, fitted

__all__ = ["COMPARED", "Column", "Pill", "Rows", "Table"]

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex

ROW, DENSE_ROW, HEAD = 30, 24, 33
_MEASURED = 24
_WIDEST = 200
"""A column that nobody sized gets no wider for its cells where there is no room."""
_SLICE_SECONDS = 0.004
_DENSE = "dense-rows"


class Table(QTableView, Generic[R]):
    """A table of rows. ``name`` is its accessible name.

    Signals: ``row_opened`` (Enter or double click), ``row_chosen`` (the current row changed),
    ``link_clicked`` (row, column key), ``sort_wanted`` (column key, "" for the order as given, and whether
    descending) for the columns in ``own_sort``, by which the page sorts its rows itself; ``arranged``: a
    person moved, sized or hid columns; ``head_menu_asked``: the column and where; ``left_behind``: words
    that were refused and whose cell was left, what is wrong with them, what to do.

    ``blocks``: cells are chosen, not rows; ``arranging``: columns can be moved and hidden. ``own_export``:
    what writes the rows to a file, where the page knows more of them than the table.
    """

    row_opened = Signal(object)
    row_chosen = Signal(object)
    link_clicked = Signal(object, str)
    sort_wanted = Signal(str, bool)
    arranged = Signal()
    left_behind = Signal(str, str, str)
    head_menu_asked = Signal(int, QPoint)

    def __init__(
        self,
        name: str,
        columns: Sequence[Column[R]],
        *,
        dense: bool | None = None,
        own_sort: Collection[str] = (),
        many: bool = True,
        blocks: bool = False,
        arranging: bool = False,
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.rows: Rows[R] = Rows(columns, self)
        self.own_export: QAction | None = None
        self._own_sort, self._blocks, self._arranging = own_sort, blocks, arranging
        self._hover = -1
        self._sorted: tuple[int, bool] | None = None
        self._manual: dict[int, int] = {}
        self._hidden: frozenset[int] = frozenset()
        self._measured: list[float] = []
        self._digits = 0
        self._laying = self._reset = False
        self._copying: Iterator[None] | None = None
        self._fading = QTimer(self, interval=30)
        self._fading.timeout.connect(self._fade)
        self.setModel(self.rows)
        self.rows.in_sight = self.in_sight
        self.rows.modelReset.connect(self._note_reset)
        self._cells = Cells(self._look_up, self.rows.glow, lambda: self._hover, self.left_behind.emit)
        self.setItemDelegate(self._cells)
        self._behave(many=many)
        self._dress_headers(arranging=arranging)
        self.set_dense(dense=_app_dense() if dense is None else dense)
        self.rows.changed_rows.connect(self._begin_glow)
        self._ring = FocusRing(self)

    def _behave(self, *, many: bool) -> None:
        modes = QAbstractItemView.SelectionMode
        self.setSelectionMode(modes.ExtendedSelection if many else modes.SingleSelection)
        what = QAbstractItemView.SelectionBehavior
        self.setSelectionBehavior(what.SelectItems if self._blocks else what.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.activated.connect(lambda index: self.row_opened.emit(self.rows.row_at(index.row())))
        self.clicked.connect(self._click)

    def _dress_headers(self, *, arranging: bool) -> None:
        side = self.verticalHeader()
        side.setVisible(False)
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        top = self.horizontalHeader()
        top.setHighlightSections(False)
        top.setFixedHeight(HEAD)
        top.setMinimumSectionSize(36)
        top.setTextElideMode(Qt.TextElideMode.ElideRight)
        top.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        top.setSectionsClickable(True)
        top.setSortIndicatorShown(False)
        top.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # With the table's own selection each painted head would ask every row whether it is chosen.
        top.setSelectionModel(QItemSelectionModel(self.rows, self))
        if self._blocks:
            # A click on a head sorts; it would choose the column too, with the cursor.
            top.sectionPressed.disconnect()
        top.sectionClicked.connect(self._sort_by)
        top.sectionResized.connect(self._resized_by_hand)
        if arranging:
            top.setSectionsMovable(True)
            top.sectionMoved.connect(self._moved_by_hand)
            top.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            top.customContextMenuRequested.connect(
                lambda place: self.head_menu_asked.emit(top.logicalIndexAt(place), top.mapToGlobal(place))
            )

    def set_dense(self, *, dense: bool) -> None:
        """Rows of 24 px in place of 30."""
        self.verticalHeader().setMinimumSectionSize(DENSE_ROW)
        self.verticalHeader().setDefaultSectionSize(DENSE_ROW if dense else ROW)

    def set_rows(self, rows: Sequence[R], key: Callable[[R], Hashable] | None = None) -> None:
        """Shows other rows; the chosen rows (by key) and the place stay. See ``Rows.set_rows``."""
        self._keeping(lambda: self.rows.set_rows(rows, key))

    def _keeping(self, change: Callable[[], None]) -> None:
        """Changes the rows; choice, current row and place stay, by the rows' keys."""
        chosen, current, top = self._chosen_keys(), self.currentIndex(), self._top()
        current_key = self.rows.key_at(current.row()) if current.isValid() else None
        place = current.row(), max(0, current.column())
        self._reset = False
        quiet = self.selectionModel().blockSignals(True)
        change()
        if self._reset:
            self._choose_again(chosen, current_key, place)
        self.selectionModel().blockSignals(quiet)
        if self._wants_measure():
            self._measured = self._measure()
            self._lay_out()
        if self._reset:
            self._scroll_to_top(*top)
            if current_key is not None and not self.currentIndex().isValid():
                self.row_chosen.emit(None)

    def _wants_measure(self) -> bool:
        """Columns that a person arranges keep their widths, until there are ten times as many rows."""
        if self._arranging:
            return not any(self._measured) or len(str(self.rows.rowCount())) > self._digits
        return self._reset or self.rows.rowCount() <= COMPARED or not self._measured

    def _top(self) -> tuple[int, Hashable | None]:
        """How far the rows are scrolled, and the key of the uppermost in sight (none at the very top)."""
        value = self.verticalScrollBar().value()
        return value, self.rows.key_at(self.in_sight().start) if value and self.rows.rowCount() else None

    def _scroll_to_top(self, value: int, key: Hashable | None) -> None:
        """Lets the row that was uppermost stand where it stood, wherever it is among the rows now."""
        self.executeDelayedItemsLayout()
        height = self.verticalHeader().defaultSectionSize()
        at = None if key is None else self.rows.place_of(key, value // height)
        self.verticalScrollBar().setValue(value if at is None else at * height + value % height)

    def _note_reset(self) -> None:
        self._reset = True

    def _chosen_parts(self) -> list[QItemSelectionRange]:
        selection = self.selectionModel().selection()
        return [selection.at(at) for at in range(selection.count())]

    def chosen_ranges(self) -> list[range]:
        """The chosen rows, those of chosen cells too, as ranges from the top that do not touch."""
        parts = sorted((part.top(), part.bottom() + 1) for part in self._chosen_parts())
        joined: list[range] = []
        for first, after in parts:
            if joined and first <= joined[-1].stop:
                joined[-1] = range(joined[-1].start, max(after, joined[-1].stop))
            else:
                joined.append(range(first, after))
        return joined

    def chosen_columns(self) -> list[int]:
        """The columns in sight with a chosen cell, as they stand from the left."""
        chosen = {at for part in self._chosen_parts() for at in range(part.left(), part.right() + 1)}
        return [at for at in self.columns_in_sight() if at in chosen]

    def columns_in_sight(self) -> list[int]:
        """The columns that are not hidden, as they stand from the left."""
        top = self.horizontalHeader()
        standing = (top.logicalIndex(place) for place in range(top.count()))
        return [at for at in standing if not self.isColumnHidden(at)]

    def _chosen_keys(self) -> list[tuple[int, Hashable, int, int]]:
        """Of the chosen rows: where they stand, their keys, and the first and last column."""
        places = (
            (at, part.left(), part.right())
            for part in self._chosen_parts()
            for at in range(part.top(), part.bottom() + 1)
        )
        most = COMPARED if self.rows.rowCount() <= COMPARED else _MEASURED
        return [(at, self.rows.key_at(at), left, right) for at, left, right in islice(places, most)]

    def _choose_again(
        self,
        chosen: list[tuple[int, Hashable, int, int]],
        current: Hashable | None,
        was: tuple[int, int],
    ) -> None:
        model, flags = self.selectionModel(), QItemSelectionModel.SelectionFlag
        wide: dict[tuple[int, int], list[int]] = {}
        for near, key, left, right in chosen:
            at = self.rows.place_of(key, near)
            if at is not None:
                wide.setdefault((left, right), []).append(at)
        selection = QItemSelection()
        for (left, right), places in wide.items():
            for first, last in runs(sorted(places)):
                corners = self.rows.index(first, left), self.rows.index(last, right)
                selection.append(QItemSelectionRange(*corners))
        model.select(selection, flags.Select if self._blocks else flags.Select | flags.Rows)
        at = None if current is None else self.rows.place_of(current, was[0])
        if at is not None:
            model.setCurrentIndex(self.rows.index(at, was[1]), flags.NoUpdate)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tells which row is the current one now."""
        super().currentChanged(current, previous)
        if current.row() != previous.row():
            self.row_chosen.emit(self.rows.row_at(current.row()) if current.isValid() else None)

    def current_row(self) -> R | None:
        """The current row, None where there is none."""
        index = self.currentIndex()
        return self.rows.row_at(index.row()) if index.isValid() else None

    def chosen_rows(self) -> list[R]:
        """The chosen rows in their order."""
        return [self.rows.row_at(at) for part in self.chosen_ranges() for at in part]

    def choose(self, key: Hashable) -> bool:
        """Makes the row of a key the current one and shows it; False where it is not there."""
        at = self.rows.place_of(key, self.in_sight().start)
        if at is None:
            return False
        self.choose_at(at)
        return True

    def choose_at(self, at: int) -> None:
        """Makes the row at a position the current one and shows it."""
        index = self.rows.index(at, max(0, self.currentIndex().column()) if self._blocks else 0)
        flags = QItemSelectionModel.SelectionFlag
        # Only this one, whatever key is held down.
        wanted = flags.ClearAndSelect if self._blocks else flags.ClearAndSelect | flags.Rows
        self.selectionModel().setCurrentIndex(index, wanted)
        self.scrollTo(index)

    def in_sight(self) -> range:
        """The positions of the rows on the screen."""
        count = self.rows.rowCount()
        first = max(0, self.rowAt(0))
        height = self.viewport().height()
        last = self.rowAt(height - 1)
        if last < 0:
            # Below the last row there is room, or nothing is laid out yet.
            last = first + max(_MEASURED, height // self.verticalHeader().defaultSectionSize()) - 1
        return range(min(first, count), min(count, last + 1))

    # -- columns ---------------------------------------------------------------------------------

    def _measure(self) -> list[float]:
        """What the rows in sight would like each column to be wide."""
        count = self.rows.rowCount()
        self._digits = len(str(count))
        sight = self.in_sight()
        # The last row has the longest number.
        places = {*range(sight.start, min(count, sight.start + _MEASURED)), *range(count - 1, count)} - {-1}
        rows = [self.rows.row_at(at) for at in sorted(places)]
        return [max((wanted_width(column, row) for row in rows), default=0.0) for column in self.rows.columns]

    def _lay_out(self) -> None:
        """Gives each column its width; where they do not fit, drops the least important ones."""
        room = self.viewport().width()
        if room <= 0 or self._laying:
            return
        self._laying = True
        wanted = self._measured or [0.0] * len(self.rows.columns)
        least = self._least_widths()
        if self._arranging:
            # Where columns are arranged the table scrolls sideways: each gets what its cells want.
            wanted = [min(wish, _WIDEST) for wish in wanted]
            sight = (at for at in range(len(least)) if at not in self._hidden)
            room = max(room, sum(max(least[at], int(wanted[at]) + 1) for at in sight))
        widths = fitted(self.rows.columns, least, wanted, self._manual, room, self._hidden)
        for at in range(len(self.rows.columns)):
            self.setColumnHidden(at, at not in widths)
            if at in widths:
                self.setColumnWidth(at, widths[at])
        self._laying = False

    def _least_widths(self) -> list[int]:
        metrics = self.horizontalHeader().fontMetrics()
        heads = [
            metrics.horizontalAdvance(str(self.rows.headerData(at, Qt.Orientation.Horizontal))) + 24
            for at in range(len(self.rows.columns))
        ]
        return [
            self._manual.get(at, max(column.width, heads[at])) for at, column in enumerate(self.rows.columns)
        ]

    def _resized_by_hand(self, section: int, _old: int, new: int) -> None:
        if not self._laying and new > 0:
            self._manual[section] = new
            self.arranged.emit()

    def _moved_by_hand(self, *_places: int) -> None:
        if not self._laying:
            self.arranged.emit()

    def arrangement(self) -> Arrangement:
        """How the columns stand."""
        keys, top = [column.key for column in self.rows.columns], self.horizontalHeader()
        return Arrangement(
            tuple(keys[top.logicalIndex(place)] for place in range(len(keys))),
            frozenset(keys[at] for at in self._hidden),
            {keys[at]: width for at, width in self._manual.items()},
        )

    def arrange(self, wanted: Arrangement) -> None:
        """Moves, hides and sizes the columns; at least one stays in sight."""
        keys, top = [column.key for column in self.rows.columns], self.horizontalHeader()
        self._laying = True
        for place, key in enumerate(wanted.ordered(keys)):
            top.moveSection(top.visualIndex(keys.index(key)), place)
        self._laying = False
        hidden = frozenset(at for at, key in enumerate(keys) if key in wanted.hidden)
        self._hidden = hidden if len(hidden) < len(keys) else frozenset()
        self._manual = {keys.index(key): width for key, width in wanted.widths.items() if key in keys}
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lays the columns out anew."""
        super().resizeEvent(event)
        self._ring.setGeometry(self.rect())
        self._lay_out()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows the ring."""
        super().focusInEvent(event)
        self._ring.show()
        self._ring.raise_()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hides the ring."""
        super().focusOutEvent(event)
        self._ring.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Measures with the font that is in force on the screen."""
        super().showEvent(event)
        if not (self._arranging and any(self._measured)):
            self._measured = self._measure()
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        """Lays the columns out for another font or language."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.LanguageChange):
            self._measured = self._measure()
            self._lay_out()

    def _sort_by(self, section: int) -> None:
        """Rising, then falling, then as given."""
        if self._sorted is None or self._sorted[0] != section:
            self.sort_column(section, descending=False)
        elif self._sorted == (section, False):
            self.sort_column(section, descending=True)
        else:
            self.sort_column(None)

    def can_sort(self, section: int) -> bool:
        """Whether the rows can be sorted by a column."""
        return self.rows.columns[section].key in self._own_sort or self.rows.can_sort(section)

    def sort_column(self, section: int | None, *, descending: bool = False) -> None:
        """Sorts by a column, None for the order as given; the head shows it."""
        if section is not None and not self.can_sort(section):
            return
        self.show_sort(section, descending=descending)
        if self._own_sort:
            key = "" if section is None else self.rows.columns[section].key
            self.sort_wanted.emit(key, descending)
            return
        self._keeping(lambda: self.rows.sort(-1 if section is None else section, _order(descending)))

    def show_sort(self, section: int | None, *, descending: bool = False) -> None:
        """Lets the head show an order, without sorting."""
        top = self.horizontalHeader()
        self._sorted = None if section is None else (section, descending)
        top.setSortIndicatorShown(section is not None)
        if section is not None:
            # Qt points the other way than spreadsheets: its arrow follows the eye down a rising column.
            top.setSortIndicator(section, _order(not descending))

    # -- painting --------------------------------------------------------------------------------

    def _look_up(self, index: Index) -> tuple[Column[R], R] | None:
        if index.row() >= self.rows.rowCount():
            return None
        return self.rows.columns[index.column()], self.rows.row_at(index.row())

    def _begin_glow(self, _places: list[int]) -> None:
        if theme.moves(self):
            self._fading.start()

    def _fade(self) -> None:
        view, high = self.viewport(), self.verticalHeader().defaultSectionSize()
        for at in filter(self.rows.glows_at, self.in_sight()):
            view.update(0, self.rowViewportPosition(at), view.width(), high)
        if not self.rows.fade():
            self._fading.stop()

    # -- keys and mouse --------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies rows, Enter opens one; Escape is left to the window."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.row_opened.emit(self.current_row())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Goes to the row that begins so, in a list short enough to be read."""
        if self.rows.rowCount() <= COMPARED:
            super().keyboardSearch(search)

    def copy(self) -> None:
        """Copies the chosen rows, the columns in sight, as lines with tabs; many rows in slices of time."""
        ranges = self.chosen_ranges()
        if ranges:
            self._copying = self._copied(at for part in ranges for at in part)
            self._copy_on()

    def _copy_on(self) -> None:
        if self._copying is not None and next(self._copying, self) is not self:
            QTimer.singleShot(0, self, self._copy_on)

    def _copied(self, places: Iterable[int]) -> Iterator[None]:
        columns = [self.rows.columns[at] for at in self.columns_in_sight()]
        lines: list[str] = []
        began = perf_counter()
        for at in places:
            row = self.rows.row_at(at)
            with masking.whole():
                lines.append("\t".join(" ".join(column.text(row).split()) for column in columns))
            if perf_counter() - began > _SLICE_SECONDS:
                yield
                began = perf_counter()
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _click(self, index: Index) -> None:
        column = self.rows.columns[index.column()]
        if column.is_link(self.rows.row_at(index.row())):
            self.link_clicked.emit(self.rows.row_at(index.row()), column.key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Marks the row under the pointer."""
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        self._hover_on(index.row())
        over_link = index.isValid() and self.rows.columns[index.column()].is_link(
            self.rows.row_at(index.row())
        )
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if over_link else Qt.CursorShape.ArrowCursor
        )

    def leaveEvent(self, event: QEvent) -> None:
        """Unmarks it."""
        super().leaveEvent(event)
        self._hover_on(-1)

    def _hover_on(self, row: int) -> None:
        if row != self._hover:
            self._hover = row
            self.viewport().update()


def _order(descending: bool) -> Qt.SortOrder:  # noqa: FBT001 (Qt's own two orders)
    return Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder


def set_dense(within: QWidget, *, dense: bool) -> None:
    """Gives every table within a widget, and those made later, the dense or the roomy rows."""
    app = QCoreApplication.instance()
    if app is not None:
        app.setProperty(_DENSE, dense)
    for table in within.findChildren(QTableView):
        if isinstance(table, Table):
            table.set_dense(dense=dense)


def _app_dense() -> bool:
    app = QCoreApplication.instance()
    return app is not None and bool(app.property(_DENSE))
