"""The changes of an import in sight, one after the other, each undoable; a newer one ends an older."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import QObject, Signal

from smsdesk.core.errors import SmsDeskError
from smsdesk.core.importing import Imported
from smsdesk.core.mapping import Recalled
from smsdesk.core.progress import Progress
from smsdesk.desk.importing import Importing, Wanted
from smsdesk.desk.tasks import Tasks
from smsdesk.ui.importing_source import doubts_encoding, letters_of

UNDO_DEPTH = 100
_KEY = "import"


@dataclass(frozen=True, slots=True)
class State:
    """What was asked for, and what became of it.

    ``size``: the file's bytes, 0 for a paste; ``letters``: cells by which to judge the encoding.
    """

    wanted: Wanted
    imported: Imported
    recalled: Recalled | None = None
    size: int = 0
    letters: tuple[str, ...] = ()


class Kind(Enum):
    """What a step does. A reading ends all others, a check those of its kind; every mend counts."""

    READ = "read"
    CHECK = "check"
    MEND = "mend"


Step = Callable[[State | None, Progress], Awaitable[State]]


class Steps(QObject):
    """Works steps off, one at a time.

    ``became``: another state is in sight; ``failed``: a step came to nothing, the state is as it was, and
    what waited is called off; ``busy``: whether some step is under way; ``told``: rows done, rows in all.
    """

    became = Signal()
    failed = Signal(object)
    busy = Signal(bool)
    told = Signal(int, int)

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self._tasks = tasks
        self.state: State | None = None
        self._waiting: list[tuple[Kind, Step]] = []
        self._undo: list[State] = []
        self._redo: list[State] = []
        self._run = 0
        self._running = False

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._waiting

    def waits_for(self, kind: Kind) -> bool:
        """Whether a step of a kind is under way or about to be."""
        return any(of is kind for of, _ in self._waiting)

    def do(self, kind: Kind, step: Step) -> None:
        """Takes a step on."""
        called_off = self._running and kind is not Kind.MEND and self._waiting[0][0] is kind
        if kind is Kind.READ:
            called_off, self._waiting = True, []
        elif kind is Kind.CHECK:
            self._waiting = [(of, other) for of, other in self._waiting if of is not kind]
        self._waiting.append((kind, step))
        if called_off or not self._running:
            self._run += 1
            self._running = True
            self.busy.emit(True)
            self._tasks.start(_KEY, self._work(self._run))

    def call_off(self) -> None:
        """Ends what is under way; the state stays as it is."""
        self._waiting = []
        if self._running:
            self._run += 1
            self._running = False
            self.busy.emit(False)
            self._tasks.start(_KEY, _nothing())

    def forget(self) -> None:
        """Ends everything: the next file begins anew."""
        self.call_off()
        self.state = None
        self._undo, self._redo = [], []

    async def _work(self, run: int) -> None:
        try:
            while self._waiting:
                kind, step = self._waiting[0]
                state = await step(self.state, self.told.emit)
                if run == self._run:
                    self._waiting.pop(0)
                    self._become(kind, state)
        except SmsDeskError as error:
            if run == self._run:
                self._waiting = []
                self.failed.emit(error)
        finally:
            if run == self._run:
                self._waiting, self._running = [], False
                self.busy.emit(False)

    def _become(self, kind: Kind, state: State) -> None:
        before, self.state = self.state, state
        if before is not None:
            # Mends share the columns that stay; another reading has its own, so only the last one is kept.
            kept = [] if kind is Kind.READ else self._undo[1 - UNDO_DEPTH :]
            self._undo, self._redo = [*kept, before], []
        self.became.emit()

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to bring back."""
        return bool(self._redo)

    def undo(self) -> None:
        """Takes the last change back, and calls off what is under way."""
        self._swap(self._undo, self._redo)

    def redo(self) -> None:
        """Brings back what was taken back."""
        self._swap(self._redo, self._undo)

    def _swap(self, source: list[State], other: list[State]) -> None:
        self.call_off()
        if source and self.state is not None:
            other.append(self.state)
            self.state = source.pop()
            self.became.emit()


async def _nothing() -> None:
    """Takes the place of a task, which ends it."""


# -- what there is to do ---------------------------------------------------------------------------


def reading(verbs: Importing, wanted: Wanted) -> Step:
    """Reads a file, or what was pasted."""

    async def step(_state: State | None, progress: Progress) -> State:
        read = await verbs.read(wanted, progress)
        if isinstance(wanted.source, str):
            return State(wanted, read.imported, read.recalled)
        sheet = read.imported.sheet
        asked = doubts_encoding(sheet, wanted.reading)
        letters = letters_of(await verbs.foreign(sheet)) if asked else ()
        return State(wanted, read.imported, read.recalled, await verbs.size(wanted.source), letters)

    return step


def checking(verbs: Importing, wanted: Wanted, mapping: dict[str, str]) -> Step:
    """Judges the same rows by another mapping, country, zone, or beside other lists."""

    async def step(state: State | None, progress: Progress) -> State:
        assert state is not None
        imported = await verbs.again(state.imported, mapping, wanted.region, wanted, progress)
        return replace(state, wanted=wanted, imported=imported)

    return step


def by_own_names(verbs: Importing) -> Step:
    """Maps by the file's own headings and cells, not as a table like it was."""

    async def step(state: State | None, progress: Progress) -> State:
        assert state is not None
        wanted = state.wanted
        mapping = await verbs.guessed(state.imported, wanted.region)
        imported = await verbs.again(state.imported, mapping, wanted.region, wanted, progress)
        return replace(state, imported=imported, recalled=None)

    return step


def mending(verbs: Importing, row: int, column: str, value: str) -> Step:
    """Writes one cell anew."""

    async def step(state: State | None, _progress: Progress) -> State:
        assert state is not None
        return replace(state, imported=await verbs.mend(state.imported, row, column, value, state.wanted))

    return step
