"""The composition root: wires store, desk, window and sandbox, and runs the loop. Knows every room."""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from smsdesk.desk.accounts import Sandbox
    from smsdesk.ui.shell import Shell

DEMO_SPEED = 6.0
HEADLESS_SPEED = 30.0
"""Seconds of service time a second: slow enough to watch, fast enough to wait for."""


def start_sandbox(speed: float, folder: Path) -> "Callable[[], Coroutine[Any, Any, Sandbox]]":
    """Starts the embedded sandbox as a child process; its jobs are kept beside the workspace."""

    async def started() -> "Sandbox":
        from smsdesk.sandbox.remote import Remote  # noqa: PLC0415 (needed only when there is one)

        return await Remote.start(speed, folder / "sandbox.db")

    return started


def main(arguments: Sequence[str] | None = None) -> int:
    """The program. Returns the exit code: 0 all well, 1 failed, 2 bad input or usage, 3 outcome unknown."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if _plain_window(given):
        from smsdesk.words import use_language  # noqa: PLC0415

        use_language(None)
        return _window(Path(given[1]) if given else None)
    from smsdesk.cli import main as cli  # noqa: PLC0415 (the window alone starts without it)

    parsed = cli.parse(given)
    if parsed.verb == "demo":
        return cli.guarded(lambda: _demo(parsed))
    if parsed.verb is None:
        return cli.guarded(lambda: _window(parsed.workspace))
    return cli.run(parsed)


def _plain_window(given: Sequence[str]) -> bool:
    """Just the window: then the command line's parser need not be loaded before the first paint."""
    return not given or (len(given) == 2 and given[0] == "--workspace")  # noqa: PLR2004


def has_display() -> bool:
    """Whether there is a screen, or a platform was chosen; Qt would abort the process otherwise."""
    names = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in names)


def _window(folder: Path | None) -> int:
    if not has_display():
        from smsdesk.words import say  # noqa: PLC0415

        print(say("app.no_display"), file=sys.stderr)
        return 1
    if folder is None:
        import platformdirs  # noqa: PLC0415

        folder = platformdirs.user_data_path("smsdesk", appauthor=False)
    return run_window(lambda app: _run(app, folder, DEMO_SPEED, None))


def _demo(arguments: argparse.Namespace) -> int:
    from smsdesk.words import say  # noqa: PLC0415

    headless = bool(arguments.headless or arguments.shots)
    if not headless and not has_display():
        print(say("demo.no_display"), file=sys.stderr)
        headless = True
    if headless:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    own = arguments.workspace
    place = nullcontext(str(own)) if own else tempfile.TemporaryDirectory(prefix="smsdesk-demo-")
    with place as folder:
        from smsdesk.ui.demo import alone, guided  # noqa: PLC0415

        if headless:
            shots = arguments.shots
            return run_window(
                lambda app: _run(app, Path(folder), HEADLESS_SPEED, lambda shell: alone(shell, shots))
            )
        return run_window(lambda app: _run(app, Path(folder), DEMO_SPEED, guided))


def run_window(main_of: "Callable[[QApplication], Coroutine[Any, Any, int]]") -> int:
    """Makes the application and runs ``main_of`` on qasync's loop over it."""
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("SMS Desk")
    app.setQuitOnLastWindowClosed(False)
    os.environ.setdefault("QT_API", "pyside6")
    import qasync  # noqa: PLC0415

    loop = qasync.QEventLoop(app)
    with loop:
        return int(loop.run_until_complete(main_of(app)))


async def _run(
    app: "QApplication",
    folder: Path,
    speed: float,
    act: "Callable[[Shell], Coroutine[Any, Any, int | None]] | None",
) -> int:
    """Window first, then the workspace: the first paint does not wait for SQL.

    ``act`` drives the window (a demo); where it answers a number, that is the exit code.
    """
    from smsdesk.ui import theme  # noqa: PLC0415
    from smsdesk.ui.window import MainWindow  # noqa: PLC0415

    theme.apply(app, "system")
    window = MainWindow()
    closed = asyncio.Event()
    window.closing.connect(closed.set)
    window.show()
    await _painted()
    if closed.is_set():
        return 0
    from smsdesk.desk.desk import open_desk  # noqa: PLC0415
    from smsdesk.ui.shell import Shell  # noqa: PLC0415

    async with open_desk(folder, start_sandbox(speed, folder)) as desk:
        shell = Shell(app, window, desk)
        await shell.start()
        if act is not None:
            code = await act(shell)
            if code is not None:
                return code
        await closed.wait()
        return 0


async def _painted() -> None:
    """Lets the window paint before anything else is loaded."""
    for _ in range(3):
        await asyncio.sleep(0)
