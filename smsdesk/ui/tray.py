"""The system tray: news while the window is in the background, where the system has a tray."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from smsdesk.ui.icons import icon


class Tray(QObject):
    """Tells news by the system; a click on it brings the window back, to what the news is about."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._icon: QSystemTrayIcon | None = None
        self._look: Callable[[], object] = lambda: None

    def tell(self, sentence: str, hint: str, look: Callable[[], object]) -> bool:
        """Tells it where the window is in the background and the system can; whether it did."""
        if self._window.isActiveWindow() or not QSystemTrayIcon.isSystemTrayAvailable():
            return False
        if self._icon is None:
            self._icon = QSystemTrayIcon(icon("send", "accent"), self)
            self._icon.messageClicked.connect(self._go)
            self._icon.activated.connect(lambda _: self._back())
            self._icon.show()
        self._look = look
        self._icon.showMessage(sentence, hint)
        return True

    def _go(self) -> None:
        self._back()
        self._look()

    def _back(self) -> None:
        self._window.showNormal()
        self._window.raise_()
        self._window.activateWindow()
