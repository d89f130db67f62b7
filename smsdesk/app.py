"""The composition root: wires store, desk, window and sandbox, and runs the loop. Knows every room."""

import argparse
import asyncio
import gc
import os
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Any

from smsdesk.core.errors import WorkspaceError
from smsdesk.core.problem import Level
from smsdesk.desk.tasks import Notice, bug_notice, trace_of
from smsdesk.words import error_words, say, use_language

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from smsdesk.desk.sandbox import Sandbox
    from smsdesk.ui.shell import Shell
    from smsdesk.ui.window import MainWindow

DEMO_SPEED = 6.0
HEADLESS_SPEED = 30.0
"""Seconds of service time a second: slow enough to watch, fast enough to wait for."""
REHEARSAL_RATE = 100_000
"""So many requests a rehearsal may make in ten seconds: no budget is shared with anybody."""
FELT_SECONDS = 0.01
"""What outlives a round of the garbage collector that takes longer is not looked through again."""


def start_sandbox(speed: float, folder: Path) -> "Callable[[], Coroutine[Any, Any, Sandbox]]":
    """Starts the embedded sandbox as a child process; its jobs are kept beside the workspace."""

    async def started() -> "Sandbox":
        from smsdesk.sandbox.remote import Remote

        return await Remote.start(speed, folder / "sandbox.db")

    return started


async def rehearse_in() -> "Sandbox":
    """Starts a sandbox for one rehearsal: nothing of it is kept, and it asks for no pauses."""
    from smsdesk.sandbox.remote import Remote

    return await Remote.start(rate=REHEARSAL_RATE)


def main(arguments: Sequence[str] | None = None) -> int:
    """The program. Returns the exit code: 0 all well, 1 failed, 2 bad input or usage, 3 outcome unknown."""
    sys.excepthook = _bug
    # What polars has done with goes back to the system at once: a quarter less at the peak. A thread beside
    # the work would cost less, but does not keep up on a busy machine.
    os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0")
    try:
        return _main(list(sys.argv[1:] if arguments is None else arguments))
    except Exception as error:  # noqa: BLE001 (no traceback ever reaches a person)
        return _bug(type(error), error, error.__traceback__)


def _bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> int:
    """Says that the program itself is wrong, and where, without any value."""
    del kind, trace
    print(f"{say('notice.bug')} {say('notice.bug.hint')}\n{trace_of(error)}", file=sys.stderr)
    return 1


def _main(given: Sequence[str]) -> int:
    if _plain_window(given):
        use_language(None)
        return _window(Path(given[1]) if given else None)
    from smsdesk.cli import main as cli

    parsed = cli.parse(given)
    if parsed.verb == "demo":
        return cli.guarded(lambda: _demo(parsed))
    if parsed.verb is None:
        return cli.guarded(lambda: _window(parsed.workspace, parsed.language))
    return cli.run(parsed)


def _plain_window(given: Sequence[str]) -> bool:
    """Just the window: then the command line's parser need not be loaded before the first paint."""
    return not given or (len(given) == 2 and given[0] == "--workspace")


def has_display() -> bool:
    """Whether there is a screen, or a platform was chosen; Qt would abort the process otherwise."""
    names = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in names)


def _window(folder: Path | None, language: str | None = None) -> int:
    if not has_display():
        print(say("app.no_display"), file=sys.stderr)
        return 1
    if folder is None:
        import platformdirs

        folder = platformdirs.user_data_path("smsdesk", appauthor=False)
    return run_window(lambda app: _run(app, folder, language))


def _demo(arguments: argparse.Namespace) -> int:
    headless = bool(arguments.headless or arguments.shots)
    if not headless and not has_display():
        print(say("demo.no_display"), file=sys.stderr)
        headless = True
    if headless:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    own = arguments.workspace
    place = nullcontext(str(own)) if own else tempfile.TemporaryDirectory(prefix="smsdesk-demo-")
    with place as folder:
        from smsdesk.ui.demo import alone, guided

        if headless:
            shots = arguments.shots
            act = Act(lambda shell: alone(shell, shots), HEADLESS_SPEED)
        else:
            act = Act(guided, DEMO_SPEED)
        return run_window(lambda app: _run(app, Path(folder), arguments.language, act))


def run_window(main_of: "Callable[[QApplication], Coroutine[Any, Any, int]]") -> int:
    """Makes the application and runs ``main_of`` on qasync's loop over it."""
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    qInstallMessageHandler(_quiet)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("SMS Desk")
    app.setQuitOnLastWindowClosed(False)
    os.environ.setdefault("QT_API", "pyside6")
    import qasync

    loop = qasync.QEventLoop(app)
    with collecting_here(), loop:
        return int(loop.run_until_complete(main_of(app)))


def _quiet(_kind: object, _place: object, message: str) -> None:
    """Qt's words for developers; without a screen it says at each window what it cannot do there."""
    if "propagateSizeHints" not in message:
        print(message, file=sys.stderr)


@contextmanager
def collecting_here() -> Iterator[None]:
    """Collects garbage on this thread only: a Qt object that dies on another thread takes Qt along.

    Libraries, and what has outlived a round that was felt, are not looked through again: a round over all
    of them would hold the window up for a tenth of a second.
    """
    from PySide6.QtCore import QTimer

    def collect() -> None:
        for generation, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)):
            if count > most:
                began = perf_counter()
                gc.collect(generation)
                if perf_counter() - began > FELT_SECONDS:
                    gc.freeze()

    gc.freeze()
    gc.disable()
    timer = QTimer(interval=1000)
    timer.timeout.connect(collect)
    timer.start()
    try:
        yield
    finally:
        timer.stop()
        gc.unfreeze()
        gc.enable()


@dataclass(frozen=True, slots=True)
class Act:
    """What drives the window in a demo, and how fast the sandbox's clock runs meanwhile.

    Where ``drive`` answers a number, that is the exit code; otherwise the window stays open.
    """

    drive: "Callable[[Shell], Coroutine[Any, Any, int | None]]"
    speed: float


async def _run(app: "QApplication", folder: Path, language: str | None, act: Act | None = None) -> int:
    """Window first, then the workspace: the first paint does not wait for SQL.

    A ``language`` of the command line goes before the one that is set in the workspace.
    """
    from smsdesk.desk.backups import put_back
    from smsdesk.ui import theme
    from smsdesk.ui.window import MainWindow

    theme.apply(app, "system")
    window = MainWindow()
    closed = asyncio.Event()
    window.closing.connect(closed.set)
    window.show()
    await _painted()
    backup = None
    while True:
        try:
            if backup is not None:
                await asyncio.to_thread(put_back, folder, backup, datetime.now(UTC))
            return await _work(app, window, folder, language, act, closed, restored=backup is not None)
        except WorkspaceError as error:
            print(" ".join(error_words(error)), file=sys.stderr)
            backup = None if act else await _chosen_backup(window, error, closed)
            if backup is None:
                return 1


async def _chosen_backup(window: "MainWindow", error: WorkspaceError, closed: asyncio.Event) -> Path | None:
    """Says why the workspace cannot be opened; the backup that is to be opened in its place, if any."""
    from smsdesk.ui.shell import show_error

    offered, chosen = error.values.get("backup"), asyncio.Event()

    def choose() -> None:
        chosen.set()
        closed.set()

    show_error(window, error, window.close, choose if offered else None)
    await closed.wait()
    if not chosen.is_set():
        return None
    closed.clear()
    return Path(str(offered))


async def _work(
    app: "QApplication",
    window: "MainWindow",
    folder: Path,
    language: str | None,
    act: Act | None,
    closed: asyncio.Event,
    *,
    restored: bool = False,
) -> int:
    from smsdesk.desk.desk import open_desk
    from smsdesk.ui.rehearsing import RehearsalWindow
    from smsdesk.ui.shell import Shell

    speed = act.speed if act else DEMO_SPEED
    async with open_desk(folder, start_sandbox(speed, folder), rehearse_in) as desk:
        shell = Shell(app, window, desk)
        sys.excepthook = lambda _kind, error, _trace: shell.show_notice(bug_notice(error))
        await shell.start(language)
        shell.composer.review.rehearsing.watch = partial(RehearsalWindow, app)
        if restored:
            window.notify("warning", say("restored"), say("restored.hint"))
        code = await act.drive(shell) if act else None
        if code is None:
            await _left(shell, closed)
        return code or 0


async def _left(shell: "Shell", closed: asyncio.Event) -> None:
    """Waits until the window is closed. Where drafts can't be saved then, it comes back once and says why."""
    await closed.wait()
    try:
        await shell.desk.campaigns.save_all()
    except WorkspaceError as error:
        closed.clear()
        shell.window.show()
        shell.show_notice(Notice(Level.ERROR, error))
        await closed.wait()


async def _painted() -> None:
    """Lets the window paint before anything else is loaded."""
    for _ in range(3):
        await asyncio.sleep(0)
