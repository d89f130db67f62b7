"""The fault dial: what goes wrong on purpose, for the next n requests of an endpoint."""

import math
from collections import deque
from dataclasses import dataclass, field

ENDPOINTS = ("post", "jobs", "job", "sms", "version")
MAX_TIMES = 10_000
MAX_DELAY = 3600.0
_STATUSES = range(400, 600)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: ``value`` is a status code for ``status``, seconds for ``delay``.

    ``lost_answer``: the request is carried out, then the connection ends without an answer.
    ``reset``: the connection is reset and nothing is carried out. ``html``: a page in place of JSON.
    """

    kind: str
    value: float = 0

    def possible(self) -> bool:
        """Whether kind and value make sense."""
        match self.kind:
            case "status":
                return self.value in _STATUSES
            case "delay":
                return math.isfinite(self.value) and 0 <= self.value <= MAX_DELAY
            case "lost_answer" | "reset" | "html":
                return True
        return False


@dataclass(slots=True)
class Dial:
    """What is set, by endpoint; each fault is used up by one request."""

    _next: dict[str, deque[Fault]] = field(default_factory=dict)

    def put(self, endpoint: str, fault: Fault, times: int) -> None:
        """The next ``times`` requests of an endpoint meet this fault. Raises ValueError."""
        if endpoint not in ENDPOINTS or not fault.possible() or not 0 < times <= MAX_TIMES:
            raise ValueError(endpoint)
        self._next.setdefault(endpoint, deque()).extend([fault] * times)

    def take(self, endpoint: str) -> Fault | None:
        """The fault of this request, if any."""
        waiting = self._next.get(endpoint)
        return waiting.popleft() if waiting else None

    def clear(self) -> None:
        """Everything works again."""
        self._next.clear()
