"""Icons, marks, bars, charts and the phone: they follow the look and say what they show."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from smsdesk.core.delivery import Point
from smsdesk.core.shipped import shipped
from smsdesk.ui import theme
from smsdesk.ui.charts import CourseChart, StackedBar
from smsdesk.ui.icons import icon, pixmap
from smsdesk.ui.labels import Elided
from smsdesk.ui.layout import action, action_button, button, pill
from smsdesk.ui.marks import Pill, paint_bar, pill_width
from smsdesk.ui.phone import Bubble, PhonePreview

NAMES = sorted(path.stem for path in shipped("icons").glob("*.svg"))


def colours(image: QImage) -> set[str]:
    """The opaque colours of a picture."""
    places = [(x, y) for x in range(image.width()) for y in range(image.height())]
    found = [image.pixelColor(x, y) for x, y in places]
    return {one.name().upper() for one in found if one.alpha() == 255}


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_is_painted_in_the_colour_of_its_role(name: str, qapp: QApplication) -> None:
    image = icon(name, "accent").pixmap(QSize(32, 32)).toImage()
    assert theme.TOKENS["accent"][0] in colours(image)


def test_an_icon_follows_the_look(qapp: QApplication) -> None:
    kept = icon("check", "failed")
    theme.apply(qapp, "dark")
    assert theme.TOKENS["failed"][1] in colours(kept.pixmap(QSize(32, 32)).toImage())


def test_an_icon_is_sharp_on_a_fine_screen(qapp: QApplication) -> None:
    made = pixmap("check", "text", 16, 2.0)
    assert (made.width(), made.deviceIndependentSize().width()) == (32, 16)
    assert icon("check").pixmap(QSize(16, 16), 2.0, QIcon.Mode.Normal).width() == 32


def bar(shares: list[tuple[str, int]], width: int = 100) -> list[str]:
    """The colours of a bar along its middle."""
    image = QImage(width, 8, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint_bar(painter, shares, QRectF(0, 0, width, 8))
    painter.end()
    return [image.pixelColor(x, 4).name().upper() for x in range(width)]


def test_shares_of_a_bar_are_as_wide_as_their_numbers(qapp: QApplication) -> None:
    line = bar([("delivered", 75), ("failed", 25)])
    assert 72 <= line.count(theme.TOKENS["bar-delivered"][0]) <= 76
    assert 22 <= line.count(theme.TOKENS["bar-failed"][0]) <= 26


def test_a_small_share_of_a_bar_is_still_seen(qapp: QApplication) -> None:
    line = bar([("delivered", 100_000), ("waiting", 1), ("failed", 1)])
    assert line.count(theme.TOKENS["bar-waiting"][0]) >= 2
    assert line.count(theme.TOKENS["bar-failed"][0]) >= 1


def test_a_bar_of_nothing_is_an_empty_track(qapp: QApplication) -> None:
    assert set(bar([("delivered", 0)])[4:96]) == {theme.TOKENS["neutral-tint"][0]}


def test_a_pill_has_room_for_mark_and_word(qapp: QApplication, qtbot: QtBot) -> None:
    with_mark, without = Pill("failed", "failed"), Pill("failed", "failed", "")
    assert pill_width(with_mark) > pill_width(without)
    made = pill("failed", "failed")
    qtbot.addWidget(made)
    assert made.accessibleName() == "failed"
    made.show_pill(Pill("delivered", "delivered"))
    assert made.accessibleName() == "delivered"
    assert theme.TOKENS["delivered-tint"][0] in colours(made.grab().toImage())


def test_charts_say_what_they_show(qapp: QApplication, qtbot: QtBot) -> None:
    made, chart = StackedBar(), CourseChart()
    qtbot.addWidget(made)
    qtbot.addWidget(chart)
    made.show_shares([("delivered", 1)], "1 delivered")
    chart.show_course([], 0, "nothing yet", ("", ""))
    chart.grab()
    first, last = (datetime(2026, 11, 23, 14, minute, tzinfo=UTC) for minute in (0, 1))
    course = [Point(first, 1, 0, 0, 3), Point(last, 4, 4, 0, 0)]
    chart.show_course(course, 4, "4 of 4 delivered", ("14:00", "14:01"))
    assert (made.accessibleName(), chart.accessibleName()) == ("1 delivered", "4 of 4 delivered")
    seen = colours(chart.grab().toImage())
    assert theme.TOKENS["bar-delivered"][0] in seen
    assert theme.TOKENS["delivered-tint"][0] in seen


def test_a_bubble_grows_with_parts_and_narrow_room(qapp: QApplication, qtbot: QtBot) -> None:
    made = Bubble()
    qtbot.addWidget(made)
    words = "Your order is ready at our shop. Please bring this message. "
    made.show_parts([words])
    one = made.heightForWidth(260)
    assert made.heightForWidth(160) > one
    made.show_parts([words, words])
    assert made.heightForWidth(260) > 2 * one - 25
    assert made.accessibleName() == f"Text: {words}{words}"


def test_the_stepper_steps_within_its_ends(qapp: QApplication, qtbot: QtBot) -> None:
    steps: list[int] = []
    made = PhonePreview(steps.append)
    qtbot.addWidget(made)
    made.show()
    made.show_place(1, 6398)
    assert "1 of 6,398" in [label.text() for label in made.findChildren(QLabel)]
    for part in (made.previous, made.next):
        qtbot.mouseClick(part, Qt.MouseButton.LeftButton)
    assert steps == [1]
    made.show_place(1, 1)
    assert not made.next.isVisible()


def test_cut_words_show_whole_in_a_tooltip_as_text(qapp: QApplication, qtbot: QtBot) -> None:
    made = Elided("<i>a rather long name</i>")
    qtbot.addWidget(made)
    made.resize(60, 20)
    made.show()
    assert "&lt;i&gt;a rather long name" in made.toolTip()
    made.resize(600, 20)
    assert made.toolTip() == ""


def test_a_button_mirrors_its_action(qapp: QApplication, qtbot: QtBot) -> None:
    done: list[int] = []
    of = action("Send & go", lambda: done.append(1))
    made = action_button(of)
    qtbot.addWidget(made)
    made.show()
    of.setText("Send 6 SMS")
    of.setEnabled(False)
    assert (made.text(), made.accessibleName(), made.isEnabled()) == ("Send 6 SMS", "Send 6 SMS", False)
    of.setEnabled(True)
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton)
    assert done == [1]


def test_an_ampersand_is_no_shortcut(qapp: QApplication, qtbot: QtBot) -> None:
    made = button("Terms & more")
    qtbot.addWidget(made)
    assert made.shortcut().isEmpty()
    assert isinstance(made, QPushButton)
