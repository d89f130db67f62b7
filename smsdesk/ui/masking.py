"""The mask for a shared screen: phone numbers show only their country and their last two digits.

Whatever shows words asks here, so that the mask comes and goes at once. Copies, exports and prints are whole.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from smsdesk.core.masking import masked, masked_number
from smsdesk.core.numbers import as_shown

_NAME, _TITLE, _TIP = "whole-name", "whole-title", "whole-tip"
_on = False


@runtime_checkable
class Masked(Protocol):
    """A widget that keeps words and must show them anew when the mask comes or goes."""

    def show_masked(self) -> None:
        """Shows the same words, by the mask as it is now."""


def is_on() -> bool:
    """Whether numbers are masked now."""
    return _on


def shown(words: str) -> str:
    """Words as they may be seen now."""
    return masked(words) if _on else words


def shown_number(e164: str) -> str:
    """A phone number as it may be seen now, grouped as its country does."""
    return masked_number(e164) if _on else as_shown(e164)


@contextmanager
def whole() -> Iterator[None]:
    """Without the mask, for what is copied."""
    global _on  # noqa: PLW0603 (there is one screen)
    before, _on = _on, False
    try:
        yield
    finally:
        _on = before


def name(widget: QWidget, words: str) -> None:
    """What a widget is called aloud, where a number may stand in that."""
    widget.setProperty(_NAME, words)
    widget.setAccessibleName(shown(words))


def title(window: QWidget, words: str) -> None:
    """What stands over a window, and what it is called aloud, where a number may stand in that."""
    window.setProperty(_TITLE, words)
    window.setWindowTitle(shown(words))
    name(window, words)


def tip(widget: QWidget, words: str) -> None:
    """A tooltip in which a number may stand."""
    widget.setProperty(_TIP, words)
    widget.setToolTip(shown(words))


def turn(*, on: bool) -> None:
    """Puts the mask on or takes it off, everywhere at once."""
    global _on  # noqa: PLW0603 (there is one screen)
    if on == _on:
        return
    _on = on
    for widget in QApplication.allWidgets():
        if isinstance(widget, Masked):
            widget.show_masked()
        kept = (
            (_NAME, widget.setAccessibleName),
            (_TITLE, widget.setWindowTitle),
            (_TIP, widget.setToolTip),
        )
        for key, tell in kept:
            words = widget.property(key)
            if isinstance(words, str):
                tell(shown(words))
        (widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget).update()
