"""What one person gets: where parts begin, the phone, when it arrives; and the checks beside it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from smsdesk.core.campaign import Campaign, CampaignId
from smsdesk.core.effective import Cause, Way
from smsdesk.core.options import Options
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.rules import Rule, RuleKind
from smsdesk.desk.checking import shown_parts
from smsdesk.ui import theme
from smsdesk.ui.arrival_words import arrival_words
from smsdesk.ui.compose_borders import borders
from smsdesk.ui.compose_checks import Checks
from smsdesk.ui.phone import Bubble, PhonePreview

CAMPAIGN = Campaign(CampaignId("0" * 32), "Autumn")


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("Good morning, the shop is open. " * 12, Options()),
        ("Price [€] for all of you today. " * 12, Options()),
        ("Guten Tag 🎉 und bis bald. " * 12, Options()),
        ("Wait… the “shop” – is open ½ day. " * 12, Options(invalid_characters="TRANSLITERATE")),
        ("Ž is replaced by a mark of a question. " * 9, Options(invalid_characters="REPLACE")),
    ],
)
def test_borders_stand_where_the_parts_of_the_phone_begin(text: str, options: Options) -> None:
    campaign = replace(CAMPAIGN, options=options)
    parts = shown_parts(campaign, text)
    assert parts.parts > 2
    found = borders(text, {}, parts, options.invalid_characters or "TO_UTF16")
    assert [number for _, number in found] == [*range(2, parts.parts + 1)]
    units = text.encode("utf-16-le")
    for (place, _), at in zip(found, range(1, parts.parts), strict=True):
        before = units[: 2 * place].decode("utf-16-le")
        assert shown_parts(campaign, before).text == "".join(parts.texts[:at])


def test_a_border_within_a_value_is_in_the_middle_of_its_field() -> None:
    text = "x" * 150 + "{Name} and so on"
    parts = shown_parts(CAMPAIGN, "x" * 150 + "Bartholomew and so on")
    assert borders(text, {"Name": "Bartholomew"}, parts, "TO_UTF16") == ((153, 2),)
    assert borders("short", {}, shown_parts(CAMPAIGN, "short"), "TO_UTF16") == ()


# -- the phone ------------------------------------------------------------------------------------


def ink_columns(picture: QImage) -> list[int]:
    """The columns within the bubble that hold letters."""
    ground = theme.colour("surface").rgb()
    rows = range(12, 30)
    return [x for x in range(6, picture.width() - 6) if any(picture.pixel(x, y) != ground for y in rows)]


def test_a_text_from_right_to_left_begins_at_the_right(qapp: QApplication, qtbot: QtBot) -> None:
    made = Bubble()
    qtbot.addWidget(made)
    made.resize(260, 60)
    made.show()
    made.show_parts(["Hello"])
    assert max(ink_columns(made.grab().toImage())) < 130
    made.show_parts(["שלום 12"])
    assert min(ink_columns(made.grab().toImage())) > 130
    made.resize(260, 120)
    made.show_parts(["שלום", "12 ok"])
    assert min(ink_columns(made.grab().toImage().copy(0, 45, 260, 40))) > 130, "within its paragraph"


def test_a_very_long_text_ends_after_twenty_parts_and_says_so(qapp: QApplication, qtbot: QtBot) -> None:
    made = PhonePreview()
    qtbot.addWidget(made)
    parts = shown_parts(CAMPAIGN, "A very long text. " * 400)
    made.show_message("Nordlicht", parts.texts, "words")
    said = [label.text() for label in made.findChildren(QLabel)]
    assert "words\nOnly the first 20 of 48 parts are shown." in said
    assert made._bubble.accessibleName() == f"Text: {''.join(parts.texts[:20])}"
    assert made._reading.height() < 400
    assert made._reading.focusPolicy() == Qt.FocusPolicy.TabFocus


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
QUIET = Rule(RuleKind.HOURS, zone="UTC")


def way(cause: Cause, at: datetime | None = NOW, rule: int | None = None, *, assumed: bool = False) -> Way:
    return Way((), (), assumed, at, cause, rule, waits_again=False)


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (way(Cause.AT_ONCE), "Arrives at once"),
        (way(Cause.START), "Arrives from today 12:00: the planned start"),
        (way(Cause.RULE, rule=0), "Arrives from today 12:00, after quiet hours 20:00 to 08:00"),
        (
            way(Cause.RULE, rule=0, assumed=True),
            "Arrives from today 12:00, after quiet hours 20:00 to 08:00 · time zone assumed",
        ),
        (way(Cause.OWN), "Arrives from today 12:00, after the recipient's own period"),
        (way(Cause.OWN, None), "Never arrives: no time is left between the blackout periods"),
    ],
)
def test_when_an_sms_arrives_is_told_with_what_it_waits_for(of: Way, words: str) -> None:
    campaign = replace(CAMPAIGN, rules=(QUIET,))
    assert arrival_words(of, campaign, NOW, UTC) == words


# -- the checks -----------------------------------------------------------------------------------

COSTLY = Problem(
    Level.WARNING,
    "saving_characters",
    Where(field="text", message=0, column="Shop"),
    {"n": 17, "saves": 17, "characters": "“", "column": "Shop"},
)
NO_TEXT = Problem(Level.ERROR, "no_text", Where(field="text", message=0))


def test_a_check_keeps_its_widget_while_its_problem_stays(qapp: QApplication, qtbot: QtBot) -> None:
    acted: list[Problem] = []
    went: list[Problem] = []
    made = Checks(went.append, acted.append)
    qtbot.addWidget(made)
    made.show()
    made.show_problems((NO_TEXT, COSTLY), compared=True)
    first, second = made.lines
    made.show_problems((replace(COSTLY, values=COSTLY.values | {"saves": 12}),), compared=True)
    assert made.lines == [second]
    assert second.way.text() == "Replace, saves 12"
    made.show_problems((COSTLY, NO_TEXT), compared=True)
    assert made.lines[0] is second
    assert made.lines[1] is not first
    for line in made.lines:
        line.way.click()
    assert (acted, went) == ([COSTLY], [NO_TEXT])
