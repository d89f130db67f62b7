"""Every sentence of the program, in English and German: by code and values.

Touches the shipped catalogues and the system's language setting only.
"""

from smsdesk.words.catalogue import LANGUAGES, has, language, number, say, speaking, use_language
from smsdesk.words.forms import (
    ago,
    clock,
    countdown,
    day,
    day_time,
    file_size,
    full_time,
    lasting,
    money,
    short_time,
    whole_day,
)
from smsdesk.words.meanings import (
    StatusWords,
    error_words,
    hours_words,
    listed_words,
    open_words,
    problem_words,
    status_words,
    visible_words,
)

__all__ = [
    "LANGUAGES",
    "StatusWords",
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
    "listed_words",
    "money",
    "number",
    "open_words",
    "problem_words",
    "say",
    "short_time",
    "speaking",
    "status_words",
    "use_language",
    "visible_words",
    "whole_day",
]
