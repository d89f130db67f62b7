"""What every test of a screen runs in: the light look, motion off, and Qt's offscreen remark left aside."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication
from screens import loop, play

from smsdesk.ui import theme

__all__ = ["loop", "play"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform warns that it keeps no size hints, raises no window and grabs no keyboard."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(
                pytest.mark.qt_log_ignore("propagateSizeHints", r"raise\(\)", "grabbing the keyboard")
            )


@pytest.fixture(autouse=True, scope="module")
def _collected_here() -> Iterator[None]:
    """A Qt object that a collection ends on a thread of the store takes Qt along: none runs by itself.

    What outlives its module no later collection looks at, on whatever thread.
    """
    gc.disable()
    yield
    for left in QApplication.topLevelWidgets():
        # A change of the look goes through all that there is.
        left.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, "light")
    QApplication.setEffectEnabled(Qt.UIEffect.UI_General, False)
    yield
    theme.apply(qapp, "light")
