"""The look as values: every colour has a role, light and dark; palette, fonts and the one style sheet.

The only module that sets a style, a palette or a style sheet, and it does so on the application.
Widgets are styled by properties (``kind``, ``role``, ``level``) that ``resources/style.qss`` knows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from string import Template
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAccessibilityHints, QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QWidget

from smsdesk.core.shipped import shipped

Scheme = Literal["system", "light", "dark"]

TOKENS: Mapping[str, tuple[str, str]] = {
    "window": ("#F5F6F8", "#14171C"),
    "surface": ("#FFFFFF", "#1B2027"),
    "raised": ("#FFFFFF", "#222831"),
    "hover": ("#F1F4F8", "#262D37"),
    "line": ("#E2E5EA", "#2C333D"),
    "faint": ("#EEF0F3", "#252B34"),
    "edge": ("#858E9A", "#6B7683"),
    "text": ("#1A1F26", "#E9ECF0"),
    "second": ("#56606D", "#A3ADB9"),
    "third": ("#5F6975", "#97A1AE"),
    "accent": ("#1F5FD6", "#7AA8FF"),
    "accent-tint": ("#E8F0FE", "#22324F"),
    "accent-deep": ("#174EB4", "#93B8FF"),
    "on-accent": ("#FFFFFF", "#0D1726"),
    "delivered": ("#167445", "#6FD49B"),
    "delivered-tint": ("#E3F4EA", "#173526"),
    "waiting": ("#8A5A00", "#F2C063"),
    "waiting-tint": ("#FFF3DB", "#3A2C10"),
    "sending": ("#1F5FD6", "#7AA8FF"),
    "sending-tint": ("#DCE7FC", "#182A4A"),
    "failed": ("#B3261E", "#FF8F86"),
    "failed-tint": ("#FDE9E7", "#43201D"),
    "unknown": ("#6B3FA0", "#C4A1F5"),
    "unknown-tint": ("#F1E9FB", "#32264A"),
    "cancelled": ("#56606D", "#A3ADB9"),
    "cancelled-tint": ("#EEF0F3", "#2A313B"),
    "neutral": ("#3B4450", "#C6CDD6"),
    "neutral-tint": ("#EEF0F3", "#2A313B"),
    "bar-delivered": ("#2E935C", "#3E9C69"),
    "bar-waiting": ("#B07C00", "#C9952F"),
    "bar-sending": ("#5B87DE", "#5F8AD9"),
    "bar-failed": ("#D9554C", "#C8574F"),
    "bar-unknown": ("#8A62BF", "#9A78D0"),
    "bar-cancelled": ("#858E9A", "#6B7683"),
    "blackout-job": ("#5B7FBF", "#6E93D6"),
    "blackout-own": ("#C77B1E", "#DD9A45"),
}
"""Role -> (light, dark). ``x-tint`` is the ground on which ``x`` is written; ``bar-x`` is a mark."""

STATES = ("delivered", "waiting", "sending", "failed", "unknown", "cancelled", "neutral")
"""The roles that a pill or a dot can have."""

BODY, CAPTION, WRITING, TITLE, FIGURE = 13, 12, 15, 20, 26
"""Type sizes in device-independent pixels."""

GLOW_MS = 600


@dataclass(slots=True)
class _Applied:
    """What is in force now: one application has one look."""

    dark: bool = False
    contrast: Mapping[str, str] = field(default_factory=dict)
    scheme: Scheme = "system"
    system: QPalette | None = None
    cache: dict[str, QColor] = field(default_factory=dict)


class _Announcer(QObject):
    """Tells that the look has changed."""

    changed = Signal()


_applied = _Applied()
_announcer = _Announcer()


def when_changed(call: Callable[[], object]) -> None:
    """Calls ``call`` after each change of the look, for what holds colours of its own.

    A method of a widget is forgotten with the widget.
    """
    _announcer.changed.connect(call)


def is_dark() -> bool:
    """Whether the dark column of the tokens is in force."""
    return _applied.dark


def colour(role: str) -> QColor:
    """The colour of a role now. Raises KeyError for a role that the tokens do not have."""
    found = _applied.cache.get(role)
    if found is None:
        found = _applied.cache[role] = QColor(_hex(role))
    return found


def _hex(role: str) -> str:
    return _applied.contrast.get(role) or TOKENS[role][_applied.dark]


def apply(app: QApplication, scheme: Scheme = "system") -> None:
    """Gives the application its look and follows the system's scheme while ``scheme`` is "system"."""
    hints = app.styleHints()
    if _applied.system is None:
        _applied.system = QPalette(app.palette())
        app.setStyle("fusion")
        app.setFont(body_font(app.font()))
        hints.colorSchemeChanged.connect(lambda _new: _refresh(app))
    _applied.scheme = scheme
    _refresh(app)


def _refresh(app: QApplication) -> None:
    _applied.dark = _wants_dark(app)
    _applied.contrast = _system_colours(app) if _high_contrast(app) else {}
    _applied.cache.clear()
    sheet = style_sheet()
    if sheet == app.styleSheet():
        # Every widget would be dressed anew, in what it wears.
        return
    app.setPalette(palette())
    app.setStyleSheet(sheet)
    _announcer.changed.emit()


def _wants_dark(app: QApplication) -> bool:
    if _applied.scheme != "system":
        return _applied.scheme == "dark"
    system = app.styleHints().colorScheme()
    if system == Qt.ColorScheme.Unknown and _applied.system is not None:
        return _applied.system.color(QPalette.ColorRole.Window).lightness() < 128
    return system == Qt.ColorScheme.Dark


def _high_contrast(app: QApplication) -> bool:
    hints = app.styleHints()
    wish: QAccessibilityHints | None = hints.accessibility()
    return wish is not None and wish.contrastPreference() == Qt.ContrastPreference.HighContrast


def _system_colours(app: QApplication) -> dict[str, str]:
    """The system's own colours for every role: where the system asks for high contrast, it wins."""
    system = app.style().standardPalette() if _applied.system is None else _applied.system
    ground = system.color(QPalette.ColorRole.Window).name()
    ink = system.color(QPalette.ColorRole.WindowText).name()
    accent = system.color(QPalette.ColorRole.Highlight).name()
    on_accent = system.color(QPalette.ColorRole.HighlightedText).name()
    grounds = {"window", "surface", "raised", "hover", "faint"}
    colours = {role: ground if role in grounds or role.endswith("-tint") else ink for role in TOKENS}
    return colours | {"accent": accent, "accent-deep": accent, "on-accent": on_accent}


def palette() -> QPalette:
    """The palette of the tokens in force, for what Qt paints without the style sheet."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, token in (
        (roles.Window, "window"),
        (roles.WindowText, "text"),
        (roles.Base, "surface"),
        (roles.AlternateBase, "faint"),
        (roles.Text, "text"),
        (roles.Button, "raised"),
        (roles.ButtonText, "text"),
        (roles.BrightText, "failed"),
        (roles.Highlight, "accent"),
        (roles.HighlightedText, "on-accent"),
        (roles.Accent, "accent"),
        (roles.Link, "accent"),
        (roles.LinkVisited, "unknown"),
        (roles.PlaceholderText, "third"),
        (roles.ToolTipBase, "raised"),
        (roles.ToolTipText, "text"),
        (roles.Light, "raised"),
        (roles.Midlight, "line"),
        (roles.Mid, "line"),
        (roles.Dark, "edge"),
    ):
        made.setColor(role, colour(token))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, colour("third"))
    return made


def style_sheet() -> str:
    """The one style sheet, filled with the tokens in force."""
    values = {role.replace("-", "_"): _hex(role) for role in TOKENS}
    sizes = {"body": BODY, "caption": CAPTION, "writing": WRITING, "title": TITLE, "figure": FIGURE}
    template = Template(shipped("style.qss").read_text("utf-8"))
    return template.substitute(values, **sizes)


def body_font(system: QFont) -> QFont:
    """The system's font at the size of the body."""
    made = QFont(system)
    made.setPixelSize(BODY)
    return made


def font(size: int = BODY, weight: int = 400, *, tabular: bool = False) -> QFont:
    """The system's font in one of the type sizes; ``tabular`` gives each figure the same width."""
    made = QFont(QApplication.font())
    made.setPixelSize(size)
    made.setWeight(QFont.Weight(weight) if weight in _WEIGHTS else QFont.Weight.DemiBold)
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


_WEIGHTS = frozenset(weight.value for weight in QFont.Weight)


def restyle(widget: QWidget, **properties: object) -> None:
    """Sets properties that the style sheet asks for and lets the widget take the new style."""
    changed = False
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed:
        style = widget.style()
        style.unpolish(widget)
        style.polish(widget)
        widget.update()


def moves(widget: QWidget) -> bool:
    """Whether motion is wanted: false where the system has animations off."""
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    return QApplication.isEffectEnabled(Qt.UIEffect.UI_General) and widget.style().styleHint(hint) > 0
