"""The fault dial: what goes wrong on purpose, for the next n requests of an endpoint or a share of all."""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

ENDPOINTS = ("post", "jobs", "job", "sms", "version", "every")
MAX_TIMES = 10_000
_STATUSES = range(400, 600)
_CENTRES = (0, 1, 2)
_HOUR, _LONG = 3600.0, 100 * 86400.0
_SPANS = {"delay": _HOUR, "trickle": _HOUR, "late": _LONG, "disorder": _LONG, "hidden": _LONG}
"""Faults that take a time, and the longest in seconds."""
_PLAIN = frozenset(
    {
        "lost_answer",
        "reset",
        "reset_body",
        "truncated",
        "html",
        "unknown_status",
        "extra_fields",
        "hidden_people",
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; ``value`` is a status for ``status``, a data centre for ``down`` (0: all), else seconds.

    ``lost_answer``: the request is carried out, then the connection ends without an answer.
    ``reset``: the connection is reset and nothing is carried out; ``reset_body``: in the middle of the
    answer. ``truncated``: a whole answer whose JSON is cut short. ``html``: a page in place of JSON.
    ``trickle``: the answer takes so many seconds, drop by drop. ``unknown_status``, ``extra_fields``:
    in reports. ``down``: a data centre resets every connection. ``late``: reports as they were some time
    ago; ``disorder``: as they were at any instant of that time. ``hidden``: a job shows only some time
    after its receipt; ``hidden_people``: its recipients only when it starts.
    """

    kind: str
    value: float = 0

    def possible(self) -> bool:
        """Whether kind and value make sense."""
        if self.kind == "status":
            return self.value in _STATUSES
        if self.kind == "down":
            return self.value in _CENTRES
        if self.kind in _SPANS:
            return math.isfinite(self.value) and 0 <= self.value <= _SPANS[self.kind]
        return self.kind in _PLAIN


class Dial:
    """What is set, by endpoint: a queue, of which each request uses up one, and rates for all requests."""

    def __init__(self, seed: int = 1) -> None:
        self._luck = Random(seed)  # noqa: S311 (weather, not a secret)
        self._next: dict[str, deque[Fault]] = {}
        self._rates: dict[tuple[str, str], tuple[Fault, float]] = {}

    def put(self, endpoint: str, fault: Fault, times: int) -> None:
        """The next ``times`` requests of an endpoint meet this fault, after those that are set already.

        0 takes faults of its kind away. Raises ValueError.
        """
        if endpoint not in ENDPOINTS or not fault.possible() or not 0 <= times <= MAX_TIMES:
            raise ValueError(endpoint)
        queue = self._next.setdefault(endpoint, deque())
        if times == 0:
            self._next[endpoint] = deque(one for one in queue if one.kind != fault.kind)
        queue.extend([fault] * times)

    def put_rate(self, endpoint: str, fault: Fault, probability: float) -> None:
        """Each request of an endpoint meets this fault with a probability; 0 takes it away.

        Raises ValueError.
        """
        if endpoint not in ENDPOINTS or not fault.possible() or not 0 <= probability <= 1:
            raise ValueError(endpoint)
        self._rates.pop((endpoint, fault.kind), None)
        if probability:
            self._rates[endpoint, fault.kind] = fault, probability

    def take(self, endpoint: str, centre: int | None) -> dict[str, float]:
        """The faults of one request at a data centre (None: the one of all): values by kind."""
        met = {}
        for queue in (self._next.get(endpoint), self._next.get("every")):
            if queue and _is_here(queue[0], centre):
                fault = queue.popleft()
                met[fault.kind] = fault.value
        for (where, kind), (fault, probability) in self._rates.items():
            if where in (endpoint, "every") and _is_here(fault, centre) and self._luck.random() < probability:
                met[kind] = fault.value
        return met

    def within(self, seconds: float) -> float:
        """A time from none to ``seconds``, at random."""
        return self._luck.uniform(0, seconds)

    def told(self) -> Iterator[dict[str, Any]]:
        """Everything that is set."""
        for endpoint, queue in self._next.items():
            for fault in dict.fromkeys(queue):
                yield _told(endpoint, fault, left=queue.count(fault))
        for (endpoint, _), (fault, probability) in self._rates.items():
            yield _told(endpoint, fault, probability=probability)

    def clear(self) -> None:
        """Everything works again."""
        self._next.clear()
        self._rates.clear()


def _is_here(fault: Fault, centre: int | None) -> bool:
    """Whether a fault concerns a data centre; only ``down`` knows one."""
    return fault.kind != "down" or fault.value in (0, centre) or centre is None


def _told(
    endpoint: str, fault: Fault, left: int | None = None, probability: float | None = None
) -> dict[str, Any]:
    told: dict[str, Any] = {"endpoint": endpoint, "kind": fault.kind, "value": fault.value}
    return told | {"left": left, "probability": probability}
