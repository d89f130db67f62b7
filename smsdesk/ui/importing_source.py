"""How the file was read: encoding, separator, heading, sheet, country; all can be changed."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from smsdesk.core.mapping import Recalled
from smsdesk.core.sheet import Reading, Sheet
from smsdesk.ui.compose_periods import zones
from smsdesk.ui.inputs import Choice
from smsdesk.ui.layout import caption, card, hbox, holding, label, link, vbox
from smsdesk.ui.settings import regions
from smsdesk.words import day, say, visible_words

_ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": "Windows-1252",
    "iso8859-15": "ISO-8859-15",
    "cp1250": "Windows-1250",
    "iso8859-2": "ISO-8859-2",
    "cp1251": "Windows-1251",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
    "utf-16": "UTF-16",
    "mac-roman": "Mac Roman",
    "cp850": "CP850",
    "cp437": "CP437",
}
_SAME = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16", "latin-1": "cp1252"}
"""Encodings under the name by which they are offered; the reader itself sees a byte-order mark."""
_CERTAIN = ("utf-8", "utf-16")
"""Encodings in which nothing else reads without an error."""
_DELIMITERS = (";", ",", "\t", "|")
RECENT = (0, 7, 30, 90)
"""Within how many days a message from an earlier campaign makes a number a duplicate; 0: not asked."""
_SIDE_BY_SIDE, _PEEKED = 960, 70
_GAP, _NARROW_GAP = 14, 9
_REGIONS_WIDTH, _DELIMITERS_WIDTH = 220, 170
_LONG = Qt.ItemDataRole.UserRole + 1


class _Long(QStyledItemDelegate):
    """Lists the long words of a choice."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Puts them in place of the short ones."""
        super().initStyleOption(option, index)
        option.text = str(index.data(_LONG))


class Peek(Choice):
    """A choice that is short while it is closed, and says more in its list."""

    def __init__(self, name: str, on_change: Callable[[str], object]) -> None:
        super().__init__(name, on_change=on_change)
        self.setItemDelegate(_Long(self))

    def offer_pairs(self, options: Sequence[tuple[str, str, str]], chosen: str) -> None:
        """Offers (key, short words, long words)."""
        self.offer([(key, short) for key, short, _ in options], chosen)
        widest = 0
        for at, (_, _, long) in enumerate(options):
            self.setItemData(at, long, _LONG)
            self.setItemData(at, long, Qt.ItemDataRole.AccessibleTextRole)
            widest = max(widest, self.fontMetrics().horizontalAdvance(long))
        self.view().setMinimumWidth(widest + 32)


class SourceCard(QWidget):
    """How the table in sight was read.

    ``read_wanted``: another Reading; ``region_chosen``; ``recent_chosen``: days; ``names_asked``: the mapping
    by the file's own names in place of the remembered one.
    """

    read_wanted = Signal(object)
    region_chosen = Signal(str)
    zone_chosen = Signal(str)
    recent_chosen = Signal(int)
    names_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._reading = Reading()
        self.encoding = self._choice("encoding", lambda key: self._want(encoding=key))
        self.delimiter = self._choice("delimiter", lambda key: self._want(delimiter=key))
        self.sheet = self._choice("sheet", self._choose_sheet)
        self.header = Peek(say("import.header"), on_change=lambda key: self._want(header_line=int(key)))
        self.cells = Peek(say("import.cells"), on_change=lambda key: self._want(as_shown=key == "shown"))
        self.region = self._choice("region", self.region_chosen.emit)
        for choice, letters in ((self.region, 13), (self.delimiter, 7)):
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.setMinimumContentsLength(letters)
        self.recent = Choice(say("import.recent"), on_change=lambda key: self.recent_chosen.emit(int(key)))
        self._named = {
            key: _named(say(f"import.{key}"), getattr(self, key))
            for key in ("encoding", "delimiter", "sheet", "header", "cells", "region", "recent")
        }
        self.letters = label("", "second")
        self._letters_room = holding(hbox(caption(say("import.letters")), self.letters), "")
        self.zone = self._choice("zone", self.zone_chosen.emit)
        self.zone.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.zone.setMinimumContentsLength(16)
        self._zone_room = holding(hbox(caption(say("import.zone")), self.zone), "")
        self._second_row = holding(hbox(self._zone_room, self._letters_room, None, gap=20), "")
        self.known = label("", "second", wrap=True)
        self.names = link(say("import.known.names"), self.names_asked.emit)
        self._known_row: QBoxLayout = vbox(self.known, hbox(self.names, None), gap=2)
        self._known_row.setStretch(0, 1)
        self._known_room = holding(self._known_row, "")
        self._choices = hbox(*self._named.values(), gap=_GAP)
        self._top: QBoxLayout = hbox(self._choices, gap=20)
        self._top.addStretch(1)
        self._top.addWidget(self._known_room, 8)
        self.setLayout(vbox(card(body=vbox(self._top, self._second_row, gap=10)), gap=0))

    def _choice(self, key: str, on_change: Callable[[str], object]) -> Choice:
        return Choice(say(f"import.{key}"), on_change=on_change)

    # -- choosing --------------------------------------------------------------------------------

    def _want(self, **chosen: object) -> None:
        self.read_wanted.emit(replace(self._reading, **chosen))  # type: ignore[arg-type]  # its own fields

    def _choose_sheet(self, name: str) -> None:
        """Another sheet is read from scratch: heading and formats are its own."""
        self.read_wanted.emit(Reading(sheet=name))

    # -- painting --------------------------------------------------------------------------------

    def show_sheet(self, sheet: Sheet, reading: Reading, letters: Sequence[str], *, pasted: bool) -> None:
        """Shows how a table was read; ``letters``: cells by which one sees whether the encoding is right."""
        self._reading = reading
        book = sheet.sheet is not None
        self._show_text(sheet)
        self.sheet.offer([(name, name) for name in sheet.sheets], sheet.sheet or "")
        self.sheet.setEnabled(len(sheet.sheets) > 1)
        self._show_header(sheet)
        self._show_cells(sheet)
        shown = {
            "encoding": not book and not pasted,
            "delimiter": not book,
            "sheet": book,
            "cells": bool(sheet.shown),
        }
        for key, is_shown in shown.items():
            self._named[key].setVisible(is_shown)
        self.letters.setText("  ·  ".join(letters))
        self._letters_room.setVisible(bool(letters))
        self._show_second_row()

    def _show_text(self, sheet: Sheet) -> None:
        found = _SAME.get(sheet.encoding or "", sheet.encoding or "utf-8")
        offered = _ENCODINGS if found in _ENCODINGS else {found: found.upper(), **_ENCODINGS}
        self.encoding.offer([*offered.items()], found)
        delimiter = sheet.delimiter or ","
        offered_too = dict.fromkeys([*_DELIMITERS, delimiter])
        self.delimiter.offer([(key, _delimiter_words(key)) for key in offered_too], delimiter)
        self.delimiter.view().setMinimumWidth(_DELIMITERS_WIDTH)

    def _show_header(self, sheet: Sheet) -> None:
        rows = dict(sheet.rows_above)
        options = [("0", say("import.header.none"), say("import.header.none.words"))]
        for line, cells in rows.items():
            short = say("import.header.line", line, line=line)
            options.append((str(line), short, f"{short}: {_peeked(cells)}"))
        if sheet.header_line and sheet.header_line not in rows:
            short = say("import.header.line", sheet.header_line, line=sheet.header_line)
            options.append((str(sheet.header_line), short, f"{short}: {_peeked(sheet.header)}"))
        self.header.offer_pairs(options, str(sheet.header_line))

    def _show_cells(self, sheet: Sheet) -> None:
        formats = ", ".join(dict.fromkeys(sheet.shown.values()))
        shown = say("import.cells.shown.words", format=formats)
        self.cells.offer_pairs(
            [
                ("stored", say("import.cells.stored"), say("import.cells.stored.words")),
                ("shown", say("import.cells.shown"), shown),
            ],
            "shown" if sheet.as_shown else "stored",
        )

    def _show_second_row(self) -> None:
        self._second_row.setVisible(not (self._letters_room.isHidden() and self._zone_room.isHidden()))

    def show_setting(self, region: str, recent_days: int) -> None:
        """Shows the country of numbers without one, and how far back is looked."""
        if (self.region.key(), self.recent.key()) == (region, str(recent_days)):
            return
        self.region.offer(regions(region), region)
        self.region.view().setMinimumWidth(_REGIONS_WIDTH)
        options = [
            (str(days), say("import.recent.days", days) if days else say("import.recent.off"))
            for days in RECENT
        ]
        self.recent.offer(options, str(recent_days))

    def show_zone(self, zone: str, *, asked: bool) -> None:
        """Shows by which zone times without an offset are read, where a column has times."""
        if asked and self.zone.key() != zone:
            named = dict(zones())
            self.zone.offer([*({"": named[""], zone: zone} | named).items()], zone)
            self.zone.view().setMinimumWidth(_REGIONS_WIDTH)
        self._zone_room.setVisible(asked)
        self._show_second_row()

    def show_known(self, recalled: Recalled | None) -> None:
        """Says whose mapping is used, and which column has another name now."""
        self._known_room.setVisible(recalled is not None)
        if recalled is not None:
            words = say("import.known", name=recalled.layout.name, day=day(recalled.layout.used_at))
            drift = [say("import.known.drift", old=old, new=new) for old, new in recalled.drift]
            self.known.setText(" ".join([words, *drift]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is short, what is known stands below the choices."""
        super().resizeEvent(event)
        wide, ways = self.width() >= _SIDE_BY_SIDE, QBoxLayout.Direction
        way, across = (ways.LeftToRight, ways.TopToBottom) if wide else (ways.TopToBottom, ways.LeftToRight)
        if self._top.direction() != way:
            self._top.setDirection(way)
            self._top.setSpacing(20 if wide else 8)
            self._known_row.setDirection(across)
            self._choices.setSpacing(_GAP if wide else _NARROW_GAP)


def doubts_encoding(sheet: Sheet, reading: Reading) -> bool:
    """Whether a text was read in an encoding that may be another one."""
    certain = _SAME.get(sheet.encoding or "", sheet.encoding) in _CERTAIN
    return sheet.encoding is not None and not (certain and reading.encoding is None)


def letters_of(found: Sequence[tuple[int, str, str]]) -> tuple[str, ...]:
    """Cells by whose letters one sees whether the encoding is right."""
    cells = (cell.strip()[:_PEEKED] for _, _, cell in found)
    foreign = [cell for cell in cells if any(c.isalpha() and not c.isascii() for c in cell)]
    return tuple(dict.fromkeys(map(visible_words, foreign)))


def _delimiter_words(key: str) -> str:
    return say(f"import.delimiter.{ord(key)}") if key in _DELIMITERS else key


def _peeked(cells: Sequence[str]) -> str:
    words = " · ".join(cell.strip() for cell in cells if cell.strip())
    return visible_words(words if len(words) <= _PEEKED else f"{words[:_PEEKED]}…")


def _named(words: str, box: QWidget) -> QWidget:
    name = caption(words)
    name.setBuddy(box)
    return holding(vbox(name, box, gap=4), "")
