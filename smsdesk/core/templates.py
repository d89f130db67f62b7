"""Merge fields in texts: ``{first name}``, with a default ``{first name|customer}``; ``{{`` is a brace."""

import re
from collections.abc import Iterator, Mapping

from smsdesk.core.campaign import Message
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.recipients import Recipients

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def _name(inside: str) -> tuple[str, str | None]:
    """Name and default of what stands between the braces."""
    name, bar, default = inside.partition("|")
    return name.strip(), default if bar else None


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _fields(text: str) -> Iterator[tuple[str, str | None]]:
    for match in _TOKEN.finditer(text):
        if match[1] is not None and _name(match[1])[0]:
            yield _name(match[1])


def fields_of(text: str) -> tuple[str, ...]:
    """The merge fields of a text, each once, in order."""
    return tuple(dict.fromkeys(name for name, _ in _fields(text)))


def check_template(text: str) -> list[Problem]:
    """Braces that open or close nothing, and fields without a name."""
    problems = []
    for match in _TOKEN.finditer(text):
        where = Where(field="text", value=match[0])
        if match[0] in ("{", "}"):
            problems.append(Problem(Level.ERROR, "brace_alone", where, {"at": match.start() + 1}))
        elif match[1] is not None and not _name(match[1])[0]:
            problems.append(Problem(Level.ERROR, "field_without_name", where, {"at": match.start() + 1}))
    return problems


def fill(text: str, fields: Mapping[str, str]) -> str:
    """The text for one recipient; a field that is empty or missing takes its default, else nothing.

    Names are compared without case and extra blanks.
    """
    known = {_key(name): value for name, value in fields.items()}

    def value(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][:1]
        name, default = _name(match[1])
        return known.get(_key(name)) or default or ""

    return _TOKEN.sub(value, text)


def missing(text: str, recipients: Recipients) -> dict[str, list[int]]:
    """Fields without a default and the rows (from 0) where they are empty; no such column: all rows."""
    columns = {_key(name): column for name, column in recipients.fields.items()}
    defaults: dict[str, bool] = {}
    for name, default in _fields(text):
        defaults[name] = defaults.get(name, True) and bool(default)
    out = {}
    for name, has_default in defaults.items():
        column = columns.get(_key(name))
        rows = [i for i in range(len(recipients)) if column is None or not column[i]]
        if rows and not has_default:
            out[name] = rows
    return out


def has_field(recipients: Recipients, name: str) -> bool:
    """Whether a column has this name."""
    return _key(name) in {_key(column) for column in recipients.fields}


def merged(message: Message) -> Iterator[str]:
    """The text of each recipient, in order."""
    if message.literal or ("{" not in message.text and "}" not in message.text):
        yield from (message.text for _ in range(len(message.recipients)))
        return
    if not fields_of(message.text):
        text = fill(message.text, {})
        yield from (text for _ in range(len(message.recipients)))
        return
    yield from (fill(message.text, recipient.fields) for recipient in message.recipients)
