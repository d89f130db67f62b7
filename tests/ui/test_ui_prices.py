"""The price list by keyboard: read as people write, errors named, kept for the workspace."""

from decimal import Decimal

import pytest
from alone import alone
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from screens import Play, Scene

from smsdesk.core.prices import Prices
from smsdesk.ui.prices import PricesDialog
from smsdesk.words import use_language

play = pytest.fixture(alone)
HOSTS: list[QWidget] = []
"""What the dialogs stand over lives as long as its test."""


async def opened(scene: Scene) -> tuple[PricesDialog, list[None]]:
    parent = QWidget()
    HOSTS.append(parent)
    scene.qtbot.addWidget(parent, before_close_func=HOSTS.remove)
    parent.show()
    dialog = PricesDialog(parent, scene.desk)
    saved: list[None] = []
    dialog.saved.connect(lambda: saved.append(None))
    dialog.open()
    await scene.settled()
    return dialog, saved


def lines(dialog: PricesDialog) -> list[tuple[str, str]]:
    rows = dialog.table.rows
    return [(row.country, str(row.price)) for row in map(rows.row_at, range(rows.rowCount()))]


def write(dialog: PricesDialog, region: str, price: str) -> None:
    dialog.country.choose(region)
    dialog._show_country()
    dialog.price.box.selectAll()
    QTest.keyClicks(dialog.price.box, price)
    QTest.keyClick(dialog.price.box, Qt.Key.Key_Return)


def test_prices_are_written_sorted_found_and_kept(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        dialog, saved = await opened(scene)
        assert dialog.none.isVisible()
        assert (dialog.country.key(), dialog.currency.text, dialog.drop.isEnabled()) == ("DE", "EUR", False)
        QTest.keyClicks(dialog.price.box, "0,075")
        QTest.keyClick(dialog.price.box, Qt.Key.Key_Return)
        write(dialog, "AT", "0.08 EUR")
        write(dialog, "CH", "1")
        write(dialog, "DE", "0.0765")
        assert lines(dialog) == [("Austria", "0.08"), ("Germany", "0.0765"), ("Switzerland", "1.0")]
        assert dialog.isVisible()
        QTest.keyClicks(dialog.search, "germ")
        assert lines(dialog) == [("Germany", "0.0765")]
        dialog.search.setText("x x")
        assert dialog.none.text() == "No price for “x x”."
        write(dialog, "FR", "0.09")
        assert len(lines(dialog)) == 4 and dialog.search.text() == ""
        dialog.table.choose("CH")
        assert (dialog.country.key(), dialog.price.text) == ("CH", "1.00")
        dialog.table.setFocus()
        QTest.keyClick(dialog.table, Qt.Key.Key_Delete)
        QTest.keyClicks(dialog.other.box, ".2")
        dialog.save.click()
        await scene.settled()
        assert len(saved) == 1
        kept = {"DE": Decimal("0.0765"), "AT": Decimal("0.08"), "FR": Decimal("0.09")}
        assert await scene.desk.prices.load() == Prices("EUR", kept, Decimal("0.2"))

    play(act)


def test_prices_are_shown_as_the_language_writes_them(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        use_language("de")
        await scene.desk.prices.save(Prices("CHF", {"CH": Decimal("0.075")}, Decimal("1234.5")))
        dialog, saved = await opened(scene)
        assert dialog.table.rows.columns[2].text(dialog.table.rows.row_at(0)) == "0,075\u00a0CHF"
        assert dialog.other.text == "1.234,50"
        assert lines(dialog) == [("Schweiz", "0.075")]
        dialog.save.click()
        await scene.settled()
        assert saved
        assert await scene.desk.prices.load() == Prices("CHF", {"CH": Decimal("0.075")}, Decimal("1234.50"))

    play(act)


def test_a_price_for_what_is_no_country_can_be_taken_away(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.prices.save(Prices("EUR", {"DE": Decimal("0.07"), "QQ": Decimal("0.5")}))
        dialog, _ = await opened(scene)
        dialog.table.choose("QQ")
        assert (dialog.country.key(), dialog.price.text) == ("QQ", "0.50")
        dialog.drop.click()
        assert lines(dialog) == [("Germany", "0.07")]
        dialog.reject()

    play(act)


def test_what_is_no_price_is_named_and_nothing_is_saved(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        dialog, saved = await opened(scene)
        dialog.currency.box.clear()
        QTest.keyClicks(dialog.currency.box, "e1")
        dialog.save.click()
        assert dialog.currency.wrong.text().startswith("A currency has three letters.")
        dialog.currency.box.setText("eur")
        QTest.keyClicks(dialog.other.box, "-1")
        dialog.save.click()
        assert dialog.other.wrong.text().startswith("A price is not less than nothing.")
        dialog.other.box.clear()
        QTest.keyClicks(dialog.price.box, "cheap")
        dialog.save.click()
        assert dialog.price.wrong.text().startswith("This is no price.")
        assert dialog.price.box.accessibleDescription() == dialog.price.wrong.text()
        assert saved == [] and dialog.isVisible()
        dialog.price.box.selectAll()
        QTest.keyClicks(dialog.price.box, "0.07")
        dialog.save.click()
        await scene.settled()
        assert saved and await scene.desk.prices.load() == Prices("EUR", {"DE": Decimal("0.07")})

    play(act)


def test_without_any_price_there_is_no_list(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.prices.save(Prices("EUR", {"DE": Decimal("0.07")}))
        dialog, saved = await opened(scene)
        dialog.drop.click()
        dialog.save.click()
        await scene.settled()
        assert saved and await scene.desk.prices.load() is None

    play(act)


def test_whatever_takes_the_focus_has_a_name_and_tab_follows_reading(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.prices.save(Prices("EUR", {"DE": Decimal("0.07")}))
        dialog, _ = await opened(scene)
        for widget in dialog.findChildren(QWidget):
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible():
                assert widget.accessibleName(), widget
        order = [dialog.currency.box, dialog.other.box, dialog.search, dialog.table, dialog.country]
        order += [dialog.price.box, dialog.put, dialog.drop, dialog.cancel, dialog.save]
        dialog.currency.box.setFocus()
        for wanted in order[1:]:
            focused = dialog.focusWidget()
            assert focused is not None
            QTest.keyClick(focused, Qt.Key.Key_Tab)
            assert dialog.focusWidget() is wanted

    play(act)
