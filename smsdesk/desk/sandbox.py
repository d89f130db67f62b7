"""The embedded sandbox as the desk sees it: its phones, its clock and its faults, as values and verbs.

What a sandbox must offer is the protocol declared here; the composition root hands one in.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol

from smsdesk.core.account import TRY_OUT
from smsdesk.core.errors import AccountError, SmsDeskError

SHOWN = 100
"""Phones that a list holds at most."""
COUNTED = 1000
"""Phones that are counted at most."""
DOWN = "down"
"""The kind of fault that a data centre is out of reach."""


class Sandbox(Protocol):
    """What the desk needs of an embedded sandbox. Once it has ended, all but ``stop`` raise OSError.

    Answers are plain dicts, as its control surface gives them.
    """

    url: str
    report_urls: tuple[str, ...]
    user: str
    password: str

    async def stop(self) -> None:
        """Ends the child process."""

    async def state(self) -> dict[str, Any]:
        """Its time, how fast that runs, its jobs, its data centres, what is set to go wrong."""

    async def advance(self, seconds: float) -> None:
        """Turns its clock forward."""

    async def advance_to_next(self) -> None:
        """Turns its clock to the next change of a report."""

    async def phones(self, find: str = "", limit: int = 100) -> list[dict[str, Any]]:
        """Its phones, that of the latest SMS first."""

    async def phone(self, number: str) -> dict[str, Any]:
        """The SMS of one phone, the oldest first; KeyError where it has none."""

    async def fates(self) -> list[dict[str, Any]]:
        """The numbers with a known fate."""

    async def fault(self, endpoint: str, kind: str, value: float = 0, times: int = 1) -> None:
        """Sets a fault for the next requests; 0 times takes it away."""

    async def fault_rate(self, endpoint: str, kind: str, probability: float, value: float = 0) -> None:
        """Sets a fault for a share of all requests; 0 takes it away."""

    async def reset(self) -> None:
        """Forgets jobs, phones and faults."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is set to go wrong: for the ``left`` next requests, or a share of all of them."""

    endpoint: str
    kind: str
    value: float = 0
    left: int | None = None
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class SandboxState:
    """``at`` is the service's time, ``speed`` its seconds a second.

    ``is_open``: some job is not finished, so an event is to come.
    """

    at: datetime
    speed: float
    jobs: int
    is_open: bool
    centres: tuple[str, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone: its fate by name, how many SMS it has, how many still may reach it, the last text."""

    number: str
    fate: str
    received: int
    waiting: int
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """Phones that match, the latest first; ``all_of_them`` says that there are no others."""

    phones: tuple[Phone, ...]
    all_of_them: bool = True


class Arrival(Enum):
    """How far an SMS is on its way to a phone."""

    ARRIVED = "arrived"
    QUEUED = "queued"
    ON_ITS_WAY = "on_its_way"
    PHONE_OFF = "phone_off"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class PhoneMessage:
    """One SMS to a phone; ``left_at`` is None until it has left, ``received_at`` where it is not there."""

    text: str
    parts: int
    encoding: str
    src: str | None
    flash: bool
    sms_id: str
    fate: str
    left_at: datetime | None
    received_at: datetime | None
    arrival: Arrival

    @property
    def shown_at(self) -> datetime | None:
        """When the phone got it; before that when it left; before that nothing."""
        return self.received_at or self.left_at


@dataclass(frozen=True, slots=True)
class FateRange:
    """Numbers whose last two digits are ``first`` to ``last`` share a fate."""

    first: int
    last: int
    fate: str


@dataclass(frozen=True, slots=True)
class Dose:
    """How much of a fault: the next ``times`` requests, or ``share`` of all of them; neither is none."""

    times: int = 0
    share: float = 0.0


class Phones:
    """The verbs over the sandbox that runs. All raise AccountError where none does, or it has ended.

    ``turned`` is awaited when its clock was turned: nothing that waits there goes by our clock any more.
    """

    def __init__(self, box: Callable[[], Sandbox | None], turned: Callable[[], Awaitable[object]]) -> None:
        self._box, self._turned = box, turned

    @property
    def runs(self) -> bool:
        """Whether a sandbox was started."""
        return self._box() is not None

    async def state(self) -> SandboxState:
        """Clock, jobs, data centres, faults."""
        box = self._running()
        return _state(await _told(box.state()))

    async def find(self, words: Sequence[str] = ("",), limit: int = SHOWN) -> Found:
        """Phones that have any of ``words`` in number, fate or last text, the latest first."""
        box = self._running()
        found: dict[str, Phone] = {}
        for word in words:
            for raw in await _told(box.phones(word, limit + 1)):
                found.setdefault(raw["number"], _phone(raw))
        return Found(tuple(found.values())[:limit], len(found) <= limit)

    async def count(self, words: Sequence[str] = ("",)) -> int:
        """How many phones match, counted up to ``COUNTED``."""
        box = self._running()
        return len({raw["number"] for word in words for raw in await _told(box.phones(word, COUNTED))})

    async def messages(self, number: str) -> tuple[PhoneMessage, ...]:
        """The SMS of a phone, the oldest first; none for a phone that nothing was sent to."""
        box = self._running()
        try:
            raw = await _told(box.phone(number))
        except KeyError:
            return ()
        return tuple(map(_message, raw["messages"]))

    async def fates(self) -> tuple[FateRange, ...]:
        """The numbers with a known fate, by their last two digits."""
        box = self._running()
        return tuple(FateRange(raw["first"], raw["last"], raw["fate"]) for raw in await _told(box.fates()))

    async def advance(self, span: timedelta) -> None:
        """Turns the clock forward."""
        await _told(self._running().advance(span.total_seconds()))
        await self._turned()

    async def advance_to_next(self) -> None:
        """Turns the clock to the next event, if one is to come."""
        await _told(self._running().advance_to_next())
        await self._turned()

    async def set_fault(self, endpoint: str, kind: str, value: float, dose: Dose) -> None:
        """Sets how much of a fault there is, in place of what was set of its kind at that endpoint."""
        if kind == DOWN:
            value, dose = await self._down(value, dose)
        box = self._running()
        await _told(box.fault(endpoint, kind, value, times=0))
        await _told(box.fault_rate(endpoint, kind, dose.share, value))
        if dose.times:
            await _told(box.fault(endpoint, kind, value, times=dose.times))

    async def _down(self, centre: float, dose: Dose) -> tuple[float, Dose]:
        """Which data centres are down when one of them is set: the dial holds one, or 0 for all."""
        state = await self.state()
        fallen = {fault.value for fault in state.faults if fault.kind == DOWN} - {centre}
        if dose != Dose():
            fallen.add(centre)
        if len(fallen) == 1:
            return fallen.pop(), Dose(share=1)
        return 0, Dose(share=1) if fallen else Dose()

    async def start_afresh(self) -> None:
        """Lets the sandbox forget jobs, phones and faults; its clock stays."""
        await _told(self._running().reset())

    def _running(self) -> Sandbox:
        box = self._box()
        if box is None:
            raise AccountError(account=TRY_OUT, reason="sandbox_not_started")
        return box


async def _told(answer: Any) -> Any:
    """What the sandbox answers; a connection that fails says that it has ended."""
    try:
        return await answer
    except OSError:
        raise gone() from None


def gone() -> SmsDeskError:
    """The error of a sandbox that has ended."""
    return AccountError(account=TRY_OUT, reason="sandbox_ended")


def _state(raw: dict[str, Any]) -> SandboxState:
    return SandboxState(
        datetime.fromisoformat(raw["now"]),
        float(raw["speed"]),
        raw["jobs"],
        raw["open"] > 0,
        tuple(raw["centres"]),
        tuple(fault for one in raw["faults"] for fault in _faults(one, raw["centres"])),
    )


def _faults(raw: dict[str, Any], centres: Sequence[str]) -> tuple[Fault, ...]:
    """The fault; one for each data centre where all of several are down."""
    fault = Fault(raw["endpoint"], raw["kind"], float(raw["value"]), raw["left"], raw["probability"])
    if fault.kind != DOWN or fault.value or len(centres) == 1:
        return (fault,)
    return tuple(replace(fault, value=float(centre)) for centre in centres)


def _phone(raw: dict[str, Any]) -> Phone:
    return Phone(raw["number"], raw["fate"], raw["received"], raw["waiting"], raw["text"])


def _arrival(raw: dict[str, Any]) -> Arrival:
    if raw["received"] is not None:
        return Arrival.ARRIVED
    if raw["over"]:
        return Arrival.NEVER
    if raw["at"] is None:
        return Arrival.QUEUED
    return Arrival.PHONE_OFF if raw["fate"] == "phone_off" else Arrival.ON_ITS_WAY


def _message(raw: dict[str, Any]) -> PhoneMessage:
    return PhoneMessage(
        raw["text"],
        raw["parts"],
        raw["encoding"],
        raw["src"] or None,
        bool(raw["flash"]),
        raw["smsId"],
        raw["fate"],
        _at(raw["at"]),
        _at(raw["received"]),
        _arrival(raw),
    )


def _at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
