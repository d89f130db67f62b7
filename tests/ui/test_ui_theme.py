"""The tokens: every text can be read, every mark seen, and the sheet knows each of them."""

import re
from itertools import product

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from smsdesk.core.shipped import shipped
from smsdesk.ui import theme

GROUNDS = ("window", "surface", "raised", "hover", "faint", "accent-tint")
TEXTS = ("text", "second", "third")
MARKS = tuple(role for role in theme.TOKENS if role.startswith(("bar-", "blackout-")))


def luminance(code: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def pairs() -> list[tuple[str, str]]:
    """Each text with each ground on which it is written."""
    made = list(product(TEXTS, GROUNDS))
    made += [(role, f"{role}-tint") for role in theme.STATES]
    made += list(
        product(("delivered", "waiting", "failed", "unknown", "accent"), ("surface", "window", "accent-tint"))
    )
    made += [
        (text, f"{role}-tint") for text in ("text", "accent") for role in theme.STATES if role != "neutral"
    ]
    return [*made, ("on-accent", "accent"), ("on-accent", "accent-deep")]


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), pairs())
def test_every_text_can_be_read_on_its_ground(text: str, ground: str, mode: int) -> None:
    if text == "accent" and ground == "accent-tint":
        assert contrast(theme.TOKENS[text][mode], theme.TOKENS[ground][mode]) >= 4.5
    assert contrast(theme.TOKENS[text][mode], theme.TOKENS[ground][mode]) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("mark", [*MARKS, "edge", "accent"])
def test_every_mark_can_be_seen(mark: str, mode: int) -> None:
    for ground in ("surface", "window"):
        assert contrast(theme.TOKENS[mark][mode], theme.TOKENS[ground][mode]) >= 3


def test_the_sheet_uses_only_tokens() -> None:
    text = shipped("style.qss").read_text("utf-8")
    assert not re.findall(r"#[0-9A-Fa-f]{3,8}\b", text)


def test_both_schemes_reach_palette_and_sheet(qapp: QApplication) -> None:
    for scheme, mode in (("light", 0), ("dark", 1)):
        theme.apply(qapp, scheme)  # type: ignore[arg-type]  # the names of the two schemes
        window = theme.TOKENS["window"][mode]
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(window)
        assert window in qapp.styleSheet()
        assert theme.colour("window") == QColor(window)


def test_a_change_of_scheme_restyles_what_is_in_sight(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, "light")
    made = QPushButton("Go")
    made.setProperty("kind", "primary")
    qtbot.addWidget(made)
    made.show()
    light = made.grab().toImage().pixelColor(6, made.height() // 2)
    theme.apply(qapp, "dark")
    dark = made.grab().toImage().pixelColor(6, made.height() // 2)
    assert (light, dark) == (QColor(theme.TOKENS["accent"][0]), QColor(theme.TOKENS["accent"][1]))
    theme.apply(qapp, "light")


def test_no_style_sheet_is_set_elsewhere() -> None:
    folder = shipped("style.qss").parent.parent / "smsdesk" / "ui"
    setters = {path.name for path in folder.glob("*.py") if "setStyleSheet(" in path.read_text("utf-8")}
    assert setters == {"theme.py"}
