"""The fault dial: what goes wrong on purpose, for the next n requests of an endpoint."""

from collections import deque
from dataclasses import dataclass, field

KINDS = ("status", "lost_answer", "reset", "delay", "html")
ENDPOINTS = ("post", "jobs", "job", "sms", "version")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: ``value`` is a status code for ``status``, seconds for ``delay``."""

    kind: str
    value: float = 0


@dataclass(slots=True)
class Dial:
    """What is set, by endpoint; each fault is used up by one request."""

    _next: dict[str, deque[Fault]] = field(default_factory=dict)

    def put(self, endpoint: str, fault: Fault, times: int) -> None:
        """The next ``times`` requests of an endpoint meet this fault. Raises ValueError."""
        if endpoint not in ENDPOINTS or fault.kind not in KINDS or not 0 < times <= 10_000:
            raise ValueError(endpoint)
        self._next.setdefault(endpoint, deque()).extend([fault] * times)

    def take(self, endpoint: str) -> Fault | None:
        """The fault of this request, if any."""
        waiting = self._next.get(endpoint)
        return waiting.popleft() if waiting else None

    def clear(self) -> None:
        """Everything works again."""
        self._next.clear()
