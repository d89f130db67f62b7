"""Errors, problems and delivery statuses in words: a sentence, and what to do next."""

from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from smsdesk.core.blackouts import DAYS
from smsdesk.core.country_names import country_name
from smsdesk.core.errors import SmsDeskError, Value
from smsdesk.core.problem import OPEN, Level, Problem
from smsdesk.core.status import meaning
from smsdesk.core.visible import visible
from smsdesk.words.catalogue import has, language, number, say
from smsdesk.words.forms import ago, day, day_time, full_time

if TYPE_CHECKING:
    from smsdesk.core.importing import Imported

_BRACES: dict[str, Value] = {"open": "{", "close": "}"}
"""Sentences that show a merge field write its braces as values: in them braces are placeholders."""


def _filled(code: str, values: dict[str, Value]) -> str:
    count = values.get("n")
    rest = {name: value for name, value in {**_BRACES, **values}.items() if name != "n"}
    return say(code, count, **rest) if isinstance(count, int) else say(code, **rest)


def _pair(code: str, values: dict[str, Value]) -> tuple[str, str]:
    hint = f"{code}.hint"
    return _filled(code, values), _filled(hint, values) if has(hint) else ""


def error_words(error: SmsDeskError) -> tuple[str, str]:
    """What happened, and what to do; a reason with a sentence of its own goes first."""
    code, special = f"error.{error.code}", f"error.{error.code}.{error.values.get('reason', '')}"
    return _pair(special if has(special) else code, error.values)


def problem_words(problem: Problem, zone: tzinfo | None = None) -> tuple[str, str]:
    """What is wrong, and the remedy; instants in ``zone`` (None: the system's).

    A reason with a sentence of its own goes first.
    """
    where = problem.where
    place = {"value": where.value, "row": where.row, "line": where.line, "column": where.column}
    values: dict[str, Value] = {name: value for name, value in place.items() if value is not None}
    values |= problem.values
    for name in ("value", "first_value"):
        if isinstance(cell := values.get(name), str):
            values[name] = visible_words(cell)
    if isinstance(at := values.get("instant"), str):
        values["instant"] = full_time(datetime.fromisoformat(at), zone)
    if isinstance(at := values.get("date"), str):
        values["date"] = day(datetime.fromisoformat(f"{at}T12:00"))
    if isinstance(codes := values.get("countries"), str):
        values["countries"] = ", ".join(country_name(code, language()) or code for code in codes.split())
    if isinstance(seconds := values.get("seconds"), int):
        values["ago"] = ago(timedelta(seconds=seconds))
    if isinstance(most := values.get("largest"), int):
        values["largest"] = number(most)
    if isinstance(saves := values.get("saves"), int):
        values["saves"] = number(saves)
    code, special = f"problem.{problem.code}", f"problem.{problem.code}.{values.get('reason', '')}"
    return _pair(special if has(special) else code, values)


def open_words(code: str) -> tuple[str, str]:
    """The words for all problems of rows with one code: what differs between them stays open."""
    return problem_words(Problem(Level.NOTE, code, values={name: f"{{{name}}}" for name in OPEN}))


def hours_words(imported: "Imported") -> str:
    """Until when daily hours hold; empty where no row has some."""
    if not imported.by_hours:
        return ""
    until = imported.setting.now + timedelta(days=DAYS)
    return say("import.by_hours", imported.by_hours, days=DAYS, day=day(until))


def visible_words(text: str) -> str:
    """A cell as people read it: characters that do not show are named."""
    return visible(text, lambda code: say(f"character.{code}"))


class StatusWords(NamedTuple):
    """A status in words: the pill's, what happened, what it means, what to do, what to tell the customer."""

    pill: str
    happened: str
    means: str
    next: str
    tell: str


def status_words(process_status: str | None, status: str | None, asked: bool | None = None) -> StatusWords:  # noqa: FBT001 (as core's)
    """A status in words. ``None`` as ``process_status``: the service has not reported yet.

    An unknown status is shown as it came. ``asked``: whether a confirmation by the phone was asked for.
    """
    means = meaning(process_status, status, asked)
    pill = say(f"outcome.{means.outcome.value}")
    if means.code == "unknown":
        pill = status or process_status or pill
    if means.code == "do_not_contact":
        pill = say("status.do_not_contact.pill")
    code = f"status.{means.code}"
    tell = say(f"answer.{means.code}.tell")
    return StatusWords(pill, say(code), say(f"{code}.means"), say(f"{code}.next"), tell)


def listed_words(listed_at: datetime, reason: str | None, now: datetime) -> str:
    """Why an SMS was left out: since when its number is on the do-not-contact list, and the reason there."""
    code = f"status.do_not_contact.{'why' if reason else 'since'}"
    return say(code, since=day_time(listed_at, None, now), reason=reason or "")
