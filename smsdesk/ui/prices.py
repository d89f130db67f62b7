"""The price list: what a part costs, by country. Opened, never executed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget
from shiboken6 import isValid

from smsdesk.core.amounts import read_currency, read_price
from smsdesk.core.errors import SmsDeskError
from smsdesk.core.folding import folded_name
from smsdesk.core.prices import Prices
from smsdesk.core.problem import Problem
from smsdesk.desk.desk import Desk
from smsdesk.ui.account import Field
from smsdesk.ui.inputs import Choice, text_input
from smsdesk.ui.layout import button, caption, card, hbox, holding, label, vbox
from smsdesk.ui.table import HEAD, ROW, Column, Table
from smsdesk.words import error_words, money, problem_words, say

_SIZE = (600, 620)
_CURRENCY_WIDTH, _SEARCH_WIDTH, _PRICE_WIDTH = 200, 260, 110
_EURO = "EUR"


@dataclass(frozen=True, slots=True)
class Line:
    """The price of a part to a country."""

    region: str
    country: str
    price: Decimal
    currency: str

    def matches(self, query: str) -> bool:
        """Whether the country's name or letters have the query in them."""
        return folded_name(query) in folded_name(f"{self.country} {self.region}")


def written(price: Decimal | None) -> str:
    """A price as one writes it in the language in use, without its currency."""
    return "" if price is None else money(price, "", exact=True)


class PricesDialog(QDialog):
    """Writes the workspace's price list; ``saved`` tells that there is another one.

    ``made = PricesDialog(parent, desk)``, connect ``made.saved``, ``made.open()``.
    """

    saved = Signal()

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        self._desk = desk
        self._prices: dict[str, Decimal] = {}
        self._countries: Mapping[str, str] = {}
        self._make_parts()
        self._lay_out()
        self._paint()
        desk.tasks.start("prices", self._load())

    def _make_parts(self) -> None:
        self.currency = Field(say("prices.currency"), text_input("", _EURO))
        self.currency.box.setMaxLength(3)
        self.currency.setFixedWidth(_CURRENCY_WIDTH)
        self.currency.box.textEdited.connect(lambda _: self._paint())
        self.other = Field(say("prices.other"), text_input("", placeholder=say("prices.other.none")))
        self.search = text_input(say("prices.search"), placeholder=say("prices.search"))
        self.search.setMinimumWidth(_SEARCH_WIDTH)
        self.search.textChanged.connect(lambda _: self._paint())
        self.table: Table[Line] = Table(say("prices.table"), _columns(), many=False)
        self.table.setMinimumHeight(HEAD + 4 * ROW)
        self.table.row_chosen.connect(self._show_chosen)
        self.table.row_opened.connect(lambda _: self._write_price())
        self.none = label("", "second", wrap=True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.country = Choice(say("prices.country"), on_change=lambda _: self._show_country())
        self.put = button(say("prices.set"), on_click=self._set_price)
        self.drop = button(say("prices.remove"), on_click=self._remove, kind="quiet")
        self.price = Field(say("prices.price"), text_input(""), self.put, self.drop)
        self.price.box.setMinimumWidth(_PRICE_WIDTH)
        self.price.box.returnPressed.connect(self._set_price)
        self.wrong = label("", "body", "failed", wrap=True)
        self.cancel = button(say("dialog.cancel"), on_click=self.reject)
        self.save = button(say("prices.save"), on_click=self._save, primary=True)
        for made in (self.put, self.drop, self.cancel, self.save):
            made.setAutoDefault(False)
        QShortcut(
            QKeySequence(QKeySequence.StandardKey.Delete),
            self.table,
            self._remove,
            context=Qt.ShortcutContext.WidgetShortcut,
        )

    def _lay_out(self) -> None:
        self.setWindowTitle(say("prices.title"))
        self.setAccessibleName(say("prices.title"))
        self.room = QStackedWidget()
        self.room.addWidget(self.table)
        self.room.addWidget(holding(vbox(None, self.none, None, margins=24), ""))
        name = label(say("prices.country"), "strong")
        name.setBuddy(self.country)
        choice = vbox(name, self.country, None, gap=4)
        one = hbox(choice, vbox(self.price, None, gap=0), gap=12, margins=(12, 10, 12, 10))
        one.setStretch(0, 1)
        one.setStretch(1, 1)
        inside = vbox(self.room, holding(one, ""), gap=0)
        inside.setStretch(0, 1)
        by_country = card(self.search, body=inside, flush=True)
        top = hbox(vbox(self.currency, None, gap=0), vbox(self.other, None, gap=0), gap=12)
        top.setStretch(1, 1)
        acts = hbox(None, self.cancel, self.save)
        column = vbox(
            caption(say("prices.words"), wrap=True), top, by_country, self.wrong, acts, gap=12, margins=20
        )
        column.setStretch(2, 1)
        self.setLayout(column)
        self.resize(*_SIZE)
        self.wrong.hide()
        self.finished.connect(lambda _: self.deleteLater())

    # -- showing ---------------------------------------------------------------------------------

    async def _load(self) -> None:
        prices, region = await self._desk.prices.load(), (await self._desk.settings()).get("region", "DE")
        if not isValid(self):
            return
        if prices is not None:
            self.currency.box.setText(prices.currency)
            self.other.box.setText(written(prices.other))
            self._prices = dict(prices.by_region)
        self._offer({code: code for code in (region, *self._prices)}, region)
        # Their names take a second the first time; the list is there without.
        countries = await self._desk.prices.countries()
        if isValid(self):
            self._offer(countries, self.country.key())

    def _offer(self, countries: Mapping[str, str], chosen: str) -> None:
        # A list may have a price for what is no country to us.
        self._countries = {**{code: code for code in self._prices}, **countries}
        named = sorted(self._countries.items(), key=lambda pair: folded_name(pair[1]))
        words = ((code, code if name == code else f"{name} ({code})") for code, name in named)
        self.country.offer(tuple(words), chosen)
        self._paint()
        if not self.price.box.isModified():
            self._show_country()

    def _paint(self, wanted: str = "") -> None:
        currency = self.currency.text.upper()
        found = (
            Line(region, self._countries.get(region, region), price, currency)
            for region, price in self._prices.items()
        )
        lines = [line for line in found if line.matches(self.search.text())]
        lines.sort(key=lambda line: folded_name(line.country))
        self.table.set_rows(lines, key=lambda line: line.region)
        self.room.setCurrentIndex(0 if lines else 1)
        if self._prices:
            self.none.setText(say("prices.not_found", text=self.search.text().strip()))
        else:
            self.none.setText(say("prices.none"))
        if wanted:
            self.table.choose(wanted)
        self.drop.setEnabled(self.country.key() in self._prices)

    def _show_chosen(self, line: Line | None) -> None:
        if line is not None and self.country.key() != line.region:
            self.country.choose(line.region)
            self._show_country()

    def _show_country(self) -> None:
        """The price of the chosen country stands in the line, to be changed."""
        region = self.country.key()
        self.price.box.setText(written(self._prices.get(region)))
        self.price.say_wrong("")
        self.drop.setEnabled(region in self._prices)
        if region in self._prices:
            self.table.choose(region)

    def _write_price(self) -> None:
        self.price.box.setFocus(Qt.FocusReason.OtherFocusReason)
        self.price.box.selectAll()

    # -- acting ----------------------------------------------------------------------------------

    def _set_price(self) -> bool:
        price, region = _read(self.price), self.country.key()
        if price is None or not region:
            return False
        self._prices[region] = price
        if not Line(region, self._countries.get(region, region), price, "").matches(self.search.text()):
            self.search.clear()
        self._paint(region)
        self._show_country()
        return True

    def _remove(self) -> None:
        region = self.country.key()
        if self._prices.pop(region, None) is not None:
            self._paint()
            self._show_country()
            line = self.table.current_row()
            if line is not None:
                self._show_chosen(line)

    def _save(self) -> None:
        currency = read_currency(self.currency.text)
        if isinstance(currency, Problem):
            self.currency.say_wrong(" ".join(problem_words(currency)))
            self.currency.box.setFocus()
            return
        other = _read(self.other) if self.other.text else None
        if self.other.text and other is None:
            self.other.box.setFocus()
            return
        # A price that was written but not set is meant all the same.
        pending = self.price.text and self.price.text != written(self._prices.get(self.country.key()))
        if pending and not self._set_price():
            self.price.box.setFocus()
            return
        prices = Prices(currency, self._prices, other) if self._prices or other is not None else None
        self.save.setEnabled(False)
        self._desk.tasks.start("save prices", self._put(prices))

    async def _put(self, prices: Prices | None) -> None:
        try:
            await self._desk.prices.save(prices)
        except SmsDeskError as error:
            if isValid(self):
                self.wrong.setText(" ".join(error_words(error)))
                self.wrong.show()
                self.save.setEnabled(True)
            return
        if isValid(self):
            self.saved.emit()
            self.accept()


def _read(field: Field) -> Decimal | None:
    """The price in a line; None where it is none, which is said below it."""
    price = read_price(field.text)
    if isinstance(price, Problem):
        field.say_wrong(" ".join(problem_words(price)))
        return None
    return price


def _columns() -> list[Column[Line]]:
    return [
        Column("country", "prices.country", lambda line: line.country, 160, stretch=1, strong=True),
        Column("region", "prices.letters", lambda line: line.region, 60, priority=1, role=lambda _: "second"),
        Column(
            "price",
            "prices.price",
            lambda line: money(line.price, line.currency, exact=True),
            120,
            kind="number",
        ),
    ]
