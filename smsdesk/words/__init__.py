"""Every sentence of the program, in English and German: by code and values.

Touches the shipped catalogues and the system's language setting only.
"""

from smsdesk.words.catalogue import LANGUAGES, has, language, number, say, use_language
from smsdesk.words.forms import ago, clock, countdown, day, day_time, file_size, full_time, lasting, money
from smsdesk.words.meanings import (
    error_words,
    hours_words,
    open_words,
    problem_words,
    status_words,
    visible_words,
)

__all__ = [
    "LANGUAGES",
    "ago",
    "clock",
    "countdown",
    "day",
    "day_time",
    "error_words",
    "file_size",
    "full_time",
    "has",
    "hours_words",
    "language",
    "lasting",
    "money",
    "number",
    "open_words",
    "problem_words",
    "say",
    "status_words",
    "use_language",
    "visible_words",
]
