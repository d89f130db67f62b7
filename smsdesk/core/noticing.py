"""What a person is told of unasked: a campaign's end, failures beyond the usual, a refused account, doubt."""

from dataclasses import dataclass, field
from enum import Enum
from math import sqrt

FEWEST, FEWEST_FAILED = 20, 5
"""Below these a share tells nothing."""
FACTOR, SIGMAS = 2, 4
"""How far beyond the usual share, and beyond chance, failures are unusual."""
LEAST_USUAL = 0.01
"""Less than one in a hundred is nothing to be told of, however rare it is."""
_PRIOR_FAILED, _PRIOR_FINAL = 1, 20
"""What is usual before anything is known: one in twenty."""


class Kind(Enum):
    """What news is about; each can be muted."""

    FINISHED = "finished"
    FAILURES = "failures"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class News:
    """One piece of news; ``about`` is the id of the campaign or the name of the account."""

    kind: Kind
    about: str
    values: dict[str, str | int] = field(default_factory=dict, hash=False)


def is_unusual(failed: int, sms: int, usual_failed: int, usual_final: int) -> bool:
    """Whether so many failures of so many SMS, final or not, are beyond what is usual, and beyond chance."""
    if sms < FEWEST or failed < FEWEST_FAILED:
        return False
    usual = max((usual_failed + _PRIOR_FAILED) / (usual_final + _PRIOR_FINAL), LEAST_USUAL)
    beyond_chance = sms * usual + SIGMAS * sqrt(sms * usual * max(1 - usual, 0))
    return failed / sms >= FACTOR * usual and failed > beyond_chance
