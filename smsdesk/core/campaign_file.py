"""A campaign as one JSON file: versioned, every value checked when read, all of it or an error.

Recipients stand in columns. A key without a name here is an error: what it means would be lost.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date, time
from enum import Enum
from typing import Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo

from smsdesk.core.blackouts import Period, parse_instant, parse_period
from smsdesk.core.campaign import Campaign, CampaignId, LeftOut, Message
from smsdesk.core.columns import column_of, well_formed
from smsdesk.core.errors import InputError
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.core.rules import Answer, Rule, RuleKind, plain_rule

KIND, VERSION = "campaign", 1
_WORDS = ("src", "encoding", "billcode", "reference", "invalid_characters", "qos")
_FLAGS = ("status_requested", "flash", "duplicate_detection")
_NUMBERS = ("validity_min", "max_parts")
_MOST = 2**31 - 1

_T = TypeVar("_T")
_E = TypeVar("_E", bound=Enum)


# -- written


def written(campaign: Campaign) -> bytes:
    """The file of a campaign: everything but its id."""
    plain = {
        "smsdesk": KIND,
        "version": VERSION,
        "campaign": {
            "name": campaign.name,
            "account": campaign.account,
            "region": campaign.region,
            "options": _options_out(campaign.options),
            "rules": [plain_rule(rule) for rule in campaign.rules],
            "period_names": [[_period_out(one), name] for one, name in campaign.period_names.items()],
            "left_out": asdict(campaign.left_out),
            "messages": [_message_out(message) for message in campaign.messages],
        },
    }
    try:
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        # Half a surrogate pair is no Unicode text, but JSON can name it.
        return json.dumps(plain, separators=(",", ":")).encode()


def _options_out(options: Options) -> dict[str, Any]:
    plain = {name: getattr(options, name) for name in (*_WORDS, *_FLAGS, *_NUMBERS)}
    plain["start_at"] = options.start_at and options.start_at.isoformat()
    plain["blackouts"] = [_period_out(period) for period in options.blackouts]
    return {name: value for name, value in plain.items() if value not in (None, [])}


def _period_out(period: Period) -> str:
    return f"{period.start.isoformat()}/{period.end.isoformat()}"


def _message_out(message: Message) -> dict[str, Any]:
    rows = message.recipients
    values: dict[int, int] = {}
    own = [[row, values.setdefault(id(periods), len(values))] for row, periods in rows.blackouts.items()]
    once = {id(periods): periods for periods in rows.blackouts.values()}
    return {
        "name": message.name,
        "text": message.text,
        "literal": message.literal,
        "recipients": {
            "dst": list(rows.dst),
            "reference": list(rows.reference),
            "fields": {name: list(column) for name, column in rows.fields.items()},
            "periods": [[_period_out(period) for period in once[key]] for key in values],
            "own": own,
        },
    }


# -- read


def read(content: bytes, id: CampaignId) -> Campaign:  # noqa: A002 (the field's own name)
    """The inverse of :func:`written`; the campaign gets this id.

    Raises InputError: ``campaign_damaged`` where it is no JSON, ``campaign_foreign`` where it is no campaign
    of ours, ``campaign_newer`` (with the ``version``), ``campaign_wrong`` with the ``path`` of a wrong value.
    """
    try:
        plain = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise InputError(reason="campaign_damaged") from None
    if not isinstance(plain, dict) or plain.get("smsdesk") != KIND:
        raise InputError(reason="campaign_foreign")
    version = plain.get("version")
    if type(version) is int and version > VERSION:
        raise InputError(reason="campaign_newer", version=min(version, _MOST))
    if version != VERSION or type(version) is not int:
        _wrong("$.version")
    return _campaign(_keys(plain, "$", ("smsdesk", "version", "campaign"))["campaign"], "$.campaign", id)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _wrong(path: str) -> NoReturn:
    raise InputError(reason="campaign_wrong", path=path)


def _campaign(plain: Any, path: str, id: CampaignId) -> Campaign:  # noqa: A002
    names = ("name", "account", "region", "options", "rules", "period_names", "left_out", "messages")
    of = _keys(plain, path, names)
    messages = _each(of["messages"], f"{path}.messages", _message)
    if not messages:
        _wrong(f"{path}.messages")
    return Campaign(
        id,
        _a(str, of["name"], f"{path}.name"),
        _a(str, of["account"], f"{path}.account"),
        messages,
        _options(of["options"], f"{path}.options"),
        _a(str, of["region"], f"{path}.region"),
        _left_out(of["left_out"], f"{path}.left_out"),
        _each(of["rules"], f"{path}.rules", _rule),
        dict(_each(of["period_names"], f"{path}.period_names", _period_name)),
    )


def _keys(plain: Any, path: str, names: Sequence[str]) -> dict[str, Any]:
    """An object with exactly these keys."""
    found = _a(dict, plain, path)
    for name in found:
        if name not in names:
            _wrong(f"{path}.{name}")
    for name in names:
        if name not in found:
            _wrong(f"{path}.{name}")
    return found


def _a(kind: type[_T], plain: Any, path: str) -> _T:
    if type(plain) is not kind:
        _wrong(path)
    return plain


def _number(plain: Any, path: str) -> int:
    number = _a(int, plain, path)
    if abs(number) > _MOST:
        _wrong(path)
    return number


def _each(plain: Any, path: str, reader: Callable[[Any, str], _T]) -> tuple[_T, ...]:
    return tuple(reader(one, f"{path}[{at}]") for at, one in enumerate(_a(list, plain, path)))


def _as(reader: Callable[[str], _T], plain: Any, path: str) -> _T:
    """A value that is written as text."""
    try:
        return reader(_a(str, plain, path))
    except ValueError:
        _wrong(path)


def _options(plain: Any, path: str) -> Options:
    given = _a(dict, plain, path)
    names = {option.name for option in fields(Options)}
    values: dict[str, Any] = {}
    for name, value in given.items():
        at = f"{path}.{name}"
        if name not in names:
            _wrong(at)
        elif name in _WORDS:
            values[name] = _a(str, value, at)
        elif name in _FLAGS:
            values[name] = _a(bool, value, at)
        elif name in _NUMBERS:
            values[name] = _number(value, at)
        elif name == "start_at":
            values[name] = _as(parse_instant, value, at)
        else:
            values[name] = _each(value, at, _period)
    return Options(**values)


def _period(plain: Any, path: str) -> Period:
    return _as(parse_period, plain, path)


def _period_name(plain: Any, path: str) -> tuple[Period, str]:
    pair = _a(list, plain, path)
    if len(pair) != 2:
        _wrong(path)
    return _period(pair[0], f"{path}[0]"), _a(str, pair[1], f"{path}[1]")


def _left_out(plain: Any, path: str) -> LeftOut:
    names = [standing.name for standing in fields(LeftOut)]
    counts = {name: _number(n, f"{path}.{name}") for name, n in _keys(plain, path, names).items()}
    for name, n in counts.items():
        if n < 0:
            _wrong(f"{path}.{name}")
    return LeftOut(**counts)


def _rule(plain: Any, path: str) -> Rule:
    of = _keys(plain, path, [part.name for part in fields(Rule)])
    weekdays = _each(of["weekdays"], f"{path}.weekdays", _number)
    if not set(weekdays) <= set(range(7)):
        _wrong(f"{path}.weekdays")

    def day(name: str) -> date | None:
        return None if of[name] is None else _as(date.fromisoformat, of[name], f"{path}.{name}")

    return Rule(
        _as(RuleKind, of["kind"], f"{path}.kind"),
        weekdays,
        _as(_clock, of["start"], f"{path}.start"),
        _as(_clock, of["end"], f"{path}.end"),
        _a(str, of["country"], f"{path}.country"),
        _a(str, of["subdivision"], f"{path}.subdivision"),
        _as(_zone, of["zone"], f"{path}.zone"),
        day("first"),
        day("last"),
        None if of["answer"] is None else _as(Answer, of["answer"], f"{path}.answer"),
    )


def _clock(text: str) -> time:
    clock = time.fromisoformat(text)
    if clock.tzinfo is not None:
        raise ValueError(text)
    return clock


def _zone(text: str) -> str:
    """The name of a zone that there is, or nothing. Raises ValueError."""
    try:
        if text:
            ZoneInfo(text)
    except (KeyError, OSError):
        raise ValueError(text) from None
    return text


def _message(plain: Any, path: str) -> Message:
    of = _keys(plain, path, ("name", "text", "literal", "recipients"))
    return Message(
        _a(str, of["text"], f"{path}.text"),
        _recipients(of["recipients"], f"{path}.recipients"),
        _a(str, of["name"], f"{path}.name"),
        _a(bool, of["literal"], f"{path}.literal"),
    )


def _recipients(plain: Any, path: str) -> Recipients:
    of = _keys(plain, path, ("dst", "reference", "fields", "periods", "own"))
    dst = _cells(of["dst"], f"{path}.dst", None)
    named = _a(dict, of["fields"], f"{path}.fields")
    for name in named:
        if name != well_formed(name):
            _wrong(f"{path}.fields")
    return Recipients(
        column_of(dst),
        column_of(_cells(of["reference"], f"{path}.reference", len(dst))),
        {name: column_of(_cells(cells, f"{path}.fields.{name}", len(dst))) for name, cells in named.items()},
        _own(of, path, len(dst)),
    )


def _cells(plain: Any, path: str, height: int | None) -> list[str]:
    cells = _a(list, plain, path)
    if height is not None and len(cells) != height:
        _wrong(path)
    if not set(map(type, cells)) <= {str}:
        _wrong(f"{path}[{next(at for at, cell in enumerate(cells) if type(cell) is not str)}]")
    return cells


def _own(of: Mapping[str, Any], path: str, height: int) -> dict[int, tuple[Period, ...]]:
    """The own periods of rows: each row once, and which of the ``periods`` it has."""
    values = _each(of["periods"], f"{path}.periods", lambda one, at: _each(one, at, _period))
    own: dict[int, tuple[Period, ...]] = {}
    for at, pair in enumerate(_a(list, of["own"], f"{path}.own")):
        row, which = pair if type(pair) is list and len(pair) == 2 else (None, None)
        if type(row) is not int or type(which) is not int or row in own:
            _wrong(f"{path}.own[{at}]")
        if not (0 <= row < height and 0 <= which < len(values)):
            _wrong(f"{path}.own[{at}]")
        own[row] = values[which]
    return own
