"""What is wrong with input, as values: input never raises, it yields problems."""

from dataclasses import dataclass, field
from enum import Enum

from smsdesk.core.errors import Value

OPEN = ("first", "first_value", "value", "text", "campaign", "day")
"""The values of problems of rows: in a sentence for all problems of one code they are left open."""


class Level(Enum):
    """How much a problem weighs: an error stops, a warning is told, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a problem: in a table row and column, or in a campaign a field.

    ``row`` counts data rows from 1 (header excluded), ``line`` is where a person finds it
    in the file or sheet (from 1). ``field`` names a field of the campaign: ``name``,
    ``text``, ``recipients``, ``account``, ``start``, ``blackouts`` or an option's name.
    ``message`` counts the campaign's messages from 0.
    """

    row: int | None = None
    line: int | None = None
    sheet: str | None = None
    column: str | None = None
    value: str | None = None
    field: str | None = None
    message: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; its sentence is ``problem.<code>``, its remedy ``problem.<code>.hint``."""

    level: Level
    code: str
    where: Where = Where()
    values: dict[str, Value] = field(default_factory=dict, hash=False)
